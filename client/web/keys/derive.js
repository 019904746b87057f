// Keys from keys (HKDF-SHA256) and sealed strings (AES-256-GCM). Twin of client/keys/derive.py.
import { b64u, concat, randomBytes, unb64u } from './encoding.js';
import { must, ObjectRefused } from './refusals.js';

/** @param {Uint8Array} bytes @returns {BufferSource} */
const source = (bytes) => /** @type {BufferSource} */ (bytes);

/** HKDF-SHA256, extract and expand. @param {Uint8Array} secret @param {Uint8Array} info @param {Uint8Array} [salt] @param {number} [length] */
export async function hkdf(secret, info, salt = new Uint8Array(), length = 32) {
  const key = await crypto.subtle.importKey('raw', source(secret), 'HKDF', false, ['deriveBits']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: source(salt), info: source(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8));
}

/** @param {Uint8Array} key @param {Uint8Array} iv @param {Uint8Array} plaintext @param {Uint8Array} aad */
export async function encryptAes(key, iv, plaintext, aad) {
  const held = await crypto.subtle.importKey('raw', source(key), 'AES-GCM', false, ['encrypt']);
  const how = { name: 'AES-GCM', iv: source(iv), additionalData: source(aad) };
  return new Uint8Array(await crypto.subtle.encrypt(how, held, source(plaintext)));
}

/** @param {Uint8Array} key @param {Uint8Array} iv @param {Uint8Array} ciphertext @param {Uint8Array} aad */
export async function decryptAes(key, iv, ciphertext, aad) {
  const held = await crypto.subtle.importKey('raw', source(key), 'AES-GCM', false, ['decrypt']);
  const how = { name: 'AES-GCM', iv: source(iv), additionalData: source(aad) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, held, source(ciphertext)));
  } catch {
    throw new ObjectRefused('sealed');
  }
}

/** AES-256-GCM under a random 96-bit nonce, as text. @param {Uint8Array} key @param {Uint8Array} plaintext @param {Uint8Array} aad @param {import('./encoding.js').Random} [random] */
export async function sealAes(key, plaintext, aad, random = randomBytes) {
  const iv = random(12);
  return b64u(concat(iv, await encryptAes(key, iv, plaintext, aad)));
}

/** The plaintext of `sealAes`, or refused as sealed. @param {Uint8Array} key @param {string} sealed @param {Uint8Array} aad */
export async function openAes(key, sealed, aad) {
  const bytes = unb64u(sealed);
  must(bytes.length >= 28, 'sealed');
  return decryptAes(key, bytes.slice(0, 12), bytes.slice(12), aad);
}
