// The paper key: what a person keeps for years so that their yes can be asked for. Twin of client/keys/hold.py.
import { hkdf } from './derive.js';
import { softOpener, softSigner, usableKem } from './devices.js';
import { b64u, info, randomBytes, unb64u } from './encoding.js';
import { check, sign } from './jws.js';
import { must } from './refusals.js';
import { bool, Id, Key, oneOf, payload, Time } from './schema.js';
import { fromWords, toWords, WordsRefused } from './words.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./devices.js').Opener} Opener */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, seat: string, kem: string, sig: string, tested: boolean, ts: number}} Holder */
/** @typedef {{suite: 's1', mediation: string, ref: string, digest: string, decision: 'yes'|'settlement', ts: number}} Keep */
/** @typedef {{kem: Opener, sig: Signer}} HoldKeys   `kem` opens shares, `sig` signs consents */

export const SEED_BYTES = 32;
export const HolderShape = payload({ mediation: Id, seat: Id, kem: Key, sig: Key, tested: bool, ts: Time });
export const KeepShape = payload({ mediation: Id, ref: Id, digest: Key, decision: oneOf('yes', 'settlement'), ts: Time });

/** A paper key: 256 random bits. @param {import('./encoding.js').Random} [random] */
export const newSeed = (random = randomBytes) => random(SEED_BYTES);
/** Sixteen words and a check word. @param {Uint8Array} seed */
export const seedWords = (seed) => toWords(seed);
/** The text of the QR code. @param {Uint8Array} seed */
export const seedQr = (seed) => `incamera:hold:1:${b64u(seed)}`;

/** The paper key from its words or from its QR text; WordsRefused otherwise. @param {string} untrusted @returns {Promise<Uint8Array>} */
export async function parseSeed(untrusted) {
  const match = /^incamera:hold:1:([A-Za-z0-9_-]{43})$/.exec(untrusted.trim());
  if (!match?.[1]) return fromWords(untrusted, SEED_BYTES);
  try {
    return unb64u(match[1], SEED_BYTES);
  } catch {
    throw new WordsRefused();
  }
}

/** The keys of this place; another mediation has others. @param {Uint8Array} seed @param {string} mediation @param {string} seat @returns {Promise<HoldKeys>} */
export async function holdKeys(seed, mediation, seat) {
  return {
    kem: await softOpener(await hkdf(seed, info('hold-kem', mediation, seat))),
    sig: await softSigner(await hkdf(seed, info('hold-sig', mediation, seat))),
  };
}

/** State the public keys (place's device). @param {Signer} signer @param {string} mediation @param {string} seat @param {HoldKeys} keys @param {boolean} tested @param {number} ts @returns {Promise<Signed<Holder>>} */
export const makeHolder = (signer, mediation, seat, keys, tested, ts) =>
  sign('holder', { mediation, seat, kem: keys.kem.public, sig: keys.sig.public, tested, ts }, signer, HolderShape);

/** The paper key of this place, stated by its device. @param {string} untrusted @param {string} mediation @param {string} seat @param {string} dev @returns {Promise<Signed<Holder>>} */
export async function checkHolder(untrusted, mediation, seat, dev) {
  const holder = await check('holder', untrusted, dev, HolderShape);
  must(holder.body.mediation === mediation, 'mediation');
  must(holder.body.seat === seat, 'seat');
  must(await usableKem(holder.body.kem), 'malformed');
  return holder;
}

/** Agree to keep one message (place's device). @param {Signer} signer @param {string} mediation @param {string} ref @param {string} digest @param {number} ts @param {boolean} [settlement] and that it is the signed settlement @returns {Promise<Signed<Keep>>} */
export const makeKeep = (signer, mediation, ref, digest, ts, settlement = false) =>
  sign('keep', { mediation, ref, digest, decision: settlement ? 'settlement' : 'yes', ts }, signer, KeepShape);

/** The agreement of this device to keep exactly this message. @param {string} untrusted @param {string} mediation @param {string} ref @param {string} digest @param {string} dev @param {boolean} [settlement] @returns {Promise<Signed<Keep>>} */
export async function checkKeep(untrusted, mediation, ref, digest, dev, settlement = false) {
  const keep = await check('keep', untrusted, dev, KeepShape);
  must(keep.body.mediation === mediation, 'mediation');
  must(keep.body.ref === ref && keep.body.digest === digest, 'commitment');
  must((keep.body.decision === 'settlement') === settlement, 'kind');
  return keep;
}
