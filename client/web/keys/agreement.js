// The agreement and the pledge, signed by a place's own device before it is let in. Twin of client/keys/agreement.py.
import { check, sign, unverified } from './jws.js';
import { must } from './refusals.js';
import { bool, Hex256, Id, int, Key, Language, list, Name, payload, Time } from './schema.js';

/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, seat: string, dev: string, meeting: number, text: string, policy: string, language: string, names: string[], alone: boolean, no_recording: boolean, ts: number}} Agreement   `text` is the SHA-256 (hex) of what was read; it holds for one meeting and the people in `names` */

export const AgreementShape = payload({
  mediation: Id,
  seat: Id,
  dev: Key,
  meeting: int(1, 9999),
  text: Hex256,
  policy: Key,
  language: Language,
  names: list(Name, 8, 1),
  alone: bool,
  no_recording: bool,
  ts: Time,
});

/** Sign as a place. @param {import('./devices.js').Signer} signer @param {Omit<Agreement, 'suite'>} agreement @returns {Promise<Signed<Agreement>>} */
export const makeAgreement = (signer, agreement) => sign('agreement', agreement, signer, AgreementShape);

/** The agreement of this place by this device. @param {string} untrusted @param {string} mediation @param {string} seat @param {string} dev @returns {Promise<Signed<Agreement>>} */
export async function checkAgreement(untrusted, mediation, seat, dev) {
  must(unverified('agreement', untrusted, AgreementShape).dev === dev, 'device');
  const agreement = await check('agreement', untrusted, dev, AgreementShape);
  must(agreement.body.mediation === mediation, 'mediation');
  must(agreement.body.seat === seat, 'seat');
  return agreement;
}
