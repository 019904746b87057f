// The mediator's root certifies devices and nothing else; each page load states its own key. Twin of client/keys/roots.py.
import { usableKem } from './devices.js';
import { hashBytes, unb64u } from './encoding.js';
import { check, sign, unverified } from './jws.js';
import { must, ObjectRefused } from './refusals.js';
import { Build, Id, Key, obj, OptionalId, payload, Revision, Time } from './schema.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {{suite: 's1', root: string, dev: {id: string, sig: string, kem: string}, nbf: number, exp: number, rev: number}} DevCert */
/** @typedef {{suite: 's1', mediation: string, seat: string, dev: string, kem: string, nonce: string, ts: number, build: string}} Page */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {Record<string, Signed<DevCert>>} Devices   certified devices by their signing key */

export const DeviceKeysShape = obj({ id: Id, sig: Key, kem: Key });
export const DevCertShape = payload({ root: Key, dev: DeviceKeysShape, nbf: Time, exp: Time, rev: Revision });
export const PageShape = payload({ mediation: OptionalId, seat: OptionalId, dev: Key, kem: Key, nonce: Key, ts: Time, build: Build });

/** What a link carries of the root. @param {string} root */
export const fingerprint = async (root) => hashBytes(unb64u(root, 32));

/** Certify a device (needs the root key). @param {Signer} root @param {{id: string, sig: string, kem: string}} dev @param {number} nbf @param {number} exp @param {number} rev @returns {Promise<Signed<DevCert>>} */
export const makeDevcert = (root, dev, nbf, exp, rev) => sign('devcert', { root: root.public, dev, nbf, exp, rev }, root, DevCertShape);

/** A certificate by the root with this fingerprint, in force, and not older than the link allows. @param {string} untrusted @param {string} rootFingerprint @param {number} minrev @param {number} now @returns {Promise<Signed<DevCert>>} */
export async function checkDevcert(untrusted, rootFingerprint, minrev, now) {
  const cert = await check('devcert', untrusted, unverified('devcert', untrusted, DevCertShape).root, DevCertShape);
  must((await fingerprint(cert.body.root)) === rootFingerprint, 'root');
  must(cert.body.rev >= minrev, 'revision');
  must(now >= cert.body.nbf, 'early');
  must(now < cert.body.exp, 'expired');
  return cert;
}

/** All certificates that hold, by signing key. The others are left out; none at all is refused. @param {Iterable<string>} untrusted @param {string} rootFingerprint @param {number} minrev @param {number} now @returns {Promise<Devices>} */
export async function checkDevices(untrusted, rootFingerprint, minrev, now) {
  /** @type {Devices} */
  const devices = {};
  let refused = new ObjectRefused('signature');
  for (const compact of untrusted) {
    try {
      const cert = await checkDevcert(compact, rootFingerprint, minrev, now);
      devices[cert.body.dev.sig] = cert;
    } catch (error) {
      if (!(error instanceof ObjectRefused)) throw error;
      refused = error;
    }
  }
  if (Object.keys(devices).length === 0) throw refused;
  return devices;
}

/** State this page load's key. `build` is the hash of the running program, empty where it is not known. @param {Signer} signer @param {string} mediation @param {string} seat @param {string} kem @param {string} nonce @param {number} ts @param {string} [build] @returns {Promise<Signed<Page>>} */
export const makePage = (signer, mediation, seat, kem, nonce, ts, build = '') =>
  sign('page', { mediation, seat, dev: signer.public, kem, nonce, ts, build }, signer, PageShape);

/** A page statement for this place; `dev` is the device it must come from (null: not known yet), `nonce` the challenge it answers. @param {string} untrusted @param {string} mediation @param {string} seat @param {string|null} [dev] @param {string|null} [nonce] @returns {Promise<Signed<Page>>} */
export async function checkPage(untrusted, mediation, seat, dev = null, nonce = null) {
  const page = await check('page', untrusted, unverified('page', untrusted, PageShape).dev, PageShape);
  must(page.body.mediation === mediation, 'mediation');
  must(page.body.seat === seat, 'seat');
  must(dev === null || page.body.dev === dev, 'device');
  must(nonce === null || page.body.nonce === nonce, 'chain');
  must(await usableKem(page.body.kem), 'malformed');
  return page;
}
