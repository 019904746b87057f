// What the mediator must not lose: one age file, opened by a key in each device or by the recovery kit. Twin of client/keys/vault.py.
import { bech32 } from '@scure/base';
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { hkdf } from './derive.js';
import { b64u, compactJson, fromUtf8, info, randomBytes, unb64u } from './encoding.js';
import { must, ObjectRefused } from './refusals.js';
import { fromWords, toWords } from './words.js';

/** @typedef {import('./encoding.js').Random} Random */

export const KIT_BYTES = 20;

/** A recovery kit: 160 random bits. @param {Random} [random] */
export const newKit = (random = randomBytes) => random(KIT_BYTES);
/** Ten words and a check word, to be written down. @param {Uint8Array} kit */
export const kitWords = (kit) => toWords(kit);
/** The kit that these words say; WordsRefused otherwise. @param {string} untrusted */
export const parseKit = (untrusted) => fromWords(untrusted, KIT_BYTES);
/** The age secret key that a kit stands for. @param {Uint8Array} kit */
export const kitIdentity = async (kit) => ageIdentity(await hkdf(kit, info('kit')));

/** An X25519 private key as age writes it. @param {Uint8Array} secret */
export const ageIdentity = (secret) => bech32.encodeFromBytes('AGE-SECRET-KEY-', secret).toUpperCase();

/** The X25519 private key of an age secret key. @param {string} identity @returns {Uint8Array} */
export function ageSecret(identity) {
  let read;
  try {
    read = bech32.decodeToBytes(identity);
  } catch {
    throw new ObjectRefused('malformed');
  }
  must(read.prefix.toLowerCase() === 'age-secret-key-' && read.bytes.length === 32, 'malformed');
  return read.bytes;
}

/** An X25519 public key (b64u) as age writes it. @param {string} publicKey */
export const ageRecipient = (publicKey) => bech32.encodeFromBytes('age', unb64u(publicKey, 32));

/** The age recipient of an age secret key, or of a key that this browser never shows. @param {string|CryptoKey} identity */
export const recipientOf = (identity) => identityToRecipient(identity);

/** A fresh age secret key. @param {Random} [random] */
export const newIdentity = (random = randomBytes) => ageIdentity(random(32));

/** An age file for these recipients. @param {Uint8Array} plaintext @param {Iterable<string>} recipients @returns {Promise<Uint8Array>} */
export async function sealAge(plaintext, recipients) {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(plaintext);
}

/** The content of an age file, or refused as sealed. @param {Uint8Array} sealed @param {string|CryptoKey} identity @returns {Promise<Uint8Array>} */
export async function openAge(sealed, identity) {
  if (typeof identity === 'string') ageSecret(identity);
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return await decrypter.decrypt(sealed);
  } catch {
    throw new ObjectRefused('sealed');
  }
}

/** The vault as it lies on the server: an age file, b64u. @param {Record<string, any>} document @param {Iterable<string>} recipients */
export const sealVault = async (document, recipients) => b64u(await sealAge(compactJson(document), recipients));

/** The document, with a device's vault key or the kit's identity. @param {string} sealed @param {string|CryptoKey} identity @returns {Promise<Record<string, any>>} */
export async function openVault(sealed, identity) {
  const text = fromUtf8(await openAge(unb64u(sealed), identity));
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ObjectRefused('malformed');
  }
  must(document !== null && typeof document === 'object' && !Array.isArray(document), 'malformed');
  return document;
}
