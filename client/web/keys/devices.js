// Who signs and who opens. A key may lie in this browser and never be shown, or come from a paper key. Twin of client/keys/devices.py.
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { b64u, concat, unb64u } from './encoding.js';
import { ObjectRefused } from './refusals.js';

/**
 * @typedef {{public: string, sign: (data: Uint8Array) => Promise<Uint8Array>}} Signer   an Ed25519 key that can sign; `public` is b64u
 * @typedef {{public: string, open: (info: Uint8Array, sealed: Uint8Array) => Promise<Uint8Array>}} Opener   an X25519 key that can open boxes
 */

export const hpke = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** @param {Uint8Array|ArrayBuffer} bytes @returns {BufferSource} */
const source = (bytes) => /** @type {BufferSource} */ (bytes);

/** @param {CryptoKey} key */
const rawPublic = async (key) => b64u(new Uint8Array(await crypto.subtle.exportKey('raw', key)));

/** A signer over a key pair, as it lies in IndexedDB. @param {CryptoKeyPair} pair @returns {Promise<Signer & {pair: CryptoKeyPair}>} */
export async function signerOf(pair) {
  return {
    pair,
    public: await rawPublic(pair.publicKey),
    sign: async (data) => new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, source(data))),
  };
}

/** An opener over a key pair. @param {CryptoKeyPair} pair @returns {Promise<Opener & {pair: CryptoKeyPair}>} */
export async function openerOf(pair) {
  return {
    pair,
    public: await rawPublic(pair.publicKey),
    open: async (info, sealed) => {
      if (sealed.length < 48) throw new ObjectRefused('sealed');
      try {
        const enc = sealed.slice(0, 32);
        return new Uint8Array(await hpke.open({ recipientKey: pair, enc: enc.buffer, info: info.slice().buffer }, sealed.slice(32).buffer));
      } catch {
        throw new ObjectRefused('sealed');
      }
    },
  };
}

/** A new signing key that this browser never shows. */
export const freshSigner = async () =>
  signerOf(/** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])));

/** A new opening key that this browser never shows. */
export const freshOpener = async () =>
  openerOf(/** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey('X25519', false, ['deriveBits'])));

// RFC 8410: the fixed DER before a 32-byte private key.
const PKCS8 = {
  Ed25519: Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]),
  X25519: Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]),
};

/** @param {'Ed25519'|'X25519'} name @param {Uint8Array} secret @returns {Promise<CryptoKeyPair>} */
async function pairOf(name, secret) {
  const der = source(concat(PKCS8[name], secret));
  const uses = /** @type {KeyUsage[]} */ (name === 'Ed25519' ? ['sign'] : ['deriveBits']);
  const shown = await crypto.subtle.importKey('pkcs8', der, name, true, uses);
  const { x } = await crypto.subtle.exportKey('jwk', shown);
  return {
    privateKey: await crypto.subtle.importKey('pkcs8', der, name, false, uses),
    publicKey: await crypto.subtle.importKey('raw', source(unb64u(String(x), 32)), name, true, name === 'Ed25519' ? ['verify'] : []),
  };
}

/** The signer of a 32-byte seed (root, paper key). @param {Uint8Array} seed */
export const softSigner = async (seed) => signerOf(await pairOf('Ed25519', seed));

/** The opener of a 32-byte private key (paper key, request key). @param {Uint8Array} secret */
export const softOpener = async (secret) => openerOf(await pairOf('X25519', secret));

// Ed25519 points of small order, all their encodings: under such a "key" one signature fits many messages, so it proves nothing.
const SMALL_ORDER = new Set([
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(31)}`,
  `01${'00'.repeat(30)}80`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ...['ec', 'ed', 'ee'].flatMap((low) => ['7f', 'ff'].map((high) => low + 'ff'.repeat(30) + high)),
]);

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Whether boxes can be sealed to this X25519 key. One that can't would stop everybody who has to seal to it. @param {string} key */
export async function usableKem(key) {
  try {
    const { privateKey } = await pairOf('X25519', new Uint8Array(32));
    const held = await crypto.subtle.importKey('raw', source(unb64u(key, 32)), 'X25519', false, []);
    const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: held }, privateKey, 256));
    return shared.some((byte) => byte !== 0);
  } catch {
    return false;
  }
}

/** Whether `signature` over `data` is by this public key. @param {string} key @param {Uint8Array} data @param {Uint8Array} signature */
export async function signedBy(key, data, signature) {
  try {
    const raw = unb64u(key, 32);
    if (SMALL_ORDER.has(hex(raw))) return false;
    const held = await crypto.subtle.importKey('raw', source(raw), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', held, source(signature), source(data));
  } catch {
    return false;
  }
}
