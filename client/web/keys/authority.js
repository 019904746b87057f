// What stands in for people's yes: a paper entered by one person and checked by another; and what two people together do to the record.
// Twin of client/keys/authority.py.
import { concat, hashBytes, info, unb64u } from './encoding.js';
import { openBox, sealBox } from './hpke_box.js';
import { check, sign } from './jws.js';
import { must } from './refusals.js';
import { decodeJson, encodeJson, Id, Key, list, obj, oneOf, OptionalKey, OptionalWord, payload, str, Time } from './schema.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {'subpoena'|'order'|'leave'|'duty'|'claim'|'agreement'} PaperKind */
/** @typedef {{suite: 's1', mediation: string, id: string, kind: PaperKind, ground: string, items: string[], accused: string[], recipient: string, seat: string, until: number, details: string, ts: number}} Authority */
/** @typedef {{by: string, reference: string, words: string, file_sha256: string, salt: string}} Details */
/** @typedef {{suite: 's1', mediation: string, id: string, act: 'hold'|'lift'|'review'|'destroy'|'erase', reason: string, items: string[], seat: string, ts: number}} Act */
/** @typedef {{suite: 's1', mediation: string, of: string, kind: 'authority'|'act', seat: string, ts: number}} Second */

const DETAILS_STEP = 1024;
export const AuthorityShape = payload({
  mediation: Id,
  id: Id,
  kind: oneOf('subpoena', 'order', 'leave', 'duty', 'claim', 'agreement'),
  ground: OptionalWord,
  items: list(Id, 100, 1),
  accused: list(Id, 16),
  recipient: OptionalWord,
  seat: Id,
  until: Time,
  details: Key,
  ts: Time,
});
export const DetailsShape = obj({ by: str(0, 300), reference: str(0, 300), words: str(0, 4000), file_sha256: OptionalKey, salt: Key });
export const ActShape = payload({ mediation: Id, id: Id, act: oneOf('hold', 'lift', 'review', 'destroy', 'erase'), reason: OptionalWord, items: list(Id, 100), seat: Id, ts: Time });
export const SecondShape = payload({ mediation: Id, of: Key, kind: oneOf('authority', 'act'), seat: Id, ts: Time });

/** Enter a paper (paper key). @param {Signer} signer @param {Omit<Authority, 'suite'>} authority @returns {Promise<Signed<Authority>>} */
export const makeAuthority = (signer, authority) => sign('authority', authority, signer, AuthorityShape);

/** A paper entered by the person at this place. @param {string} untrusted @param {string} mediation @param {string} seat @param {string} holdSig @returns {Promise<Signed<Authority>>} */
export async function checkAuthority(untrusted, mediation, seat, holdSig) {
  const made = await check('authority', untrusted, holdSig, AuthorityShape);
  same(made.body, mediation, seat);
  const { items, accused } = made.body;
  must(new Set(items).size === items.length && new Set(accused).size === accused.length, 'malformed');
  return made;
}

/** Ask for it (paper key). @param {Signer} signer @param {Omit<Act, 'suite'>} act @returns {Promise<Signed<Act>>} */
export const makeAct = (signer, act) => sign('act', act, signer, ActShape);

/** What the person at this place wants done. @param {string} untrusted @param {string} mediation @param {string} seat @param {string} holdSig @returns {Promise<Signed<Act>>} */
export async function checkAct(untrusted, mediation, seat, holdSig) {
  const made = await check('act', untrusted, holdSig, ActShape);
  same(made.body, mediation, seat);
  return made;
}

/** Agree to another's statement (paper key). @param {Signer} signer @param {Omit<Second, 'suite'>} second @returns {Promise<Signed<Second>>} */
export const makeSecond = (signer, second) => sign('second', second, signer, SecondShape);

/** The agreement of the person at this place. @param {string} untrusted @param {string} mediation @param {string} seat @param {string} holdSig @returns {Promise<Signed<Second>>} */
export async function checkSecond(untrusted, mediation, seat, holdSig) {
  const made = await check('second', untrusted, holdSig, SecondShape);
  same(made.body, mediation, seat);
  return made;
}

/** What a paper carries of its words. @param {Details} details */
export const detailsHash = async (details) => hashBytes(concat(unb64u(details.salt, 32), encodeJson(details, DetailsShape)));

/** The words for one person's paper key. `authority` is the paper's id. @param {string} kem @param {string} mediation @param {string} authority @param {string} seat @param {Details} details */
export const sealDetails = (kem, mediation, authority, seat, details) =>
  sealBox(kem, info('details', mediation, authority, seat), encodeJson(details, DetailsShape), DETAILS_STEP);

/** The words, if they are the ones that the paper was entered with. @param {import('./devices.js').Opener} opener @param {{body: Authority}} authority @param {string} seat @param {string} box @returns {Promise<Details>} */
export async function openDetails(opener, authority, seat, box) {
  const { body } = authority;
  const details = decodeJson(await openBox(opener, info('details', body.mediation, body.id, seat), box, DETAILS_STEP), DetailsShape);
  must((await detailsHash(details)) === body.details, 'commitment');
  return details;
}

/** @param {{mediation: string, seat: string}} body @param {string} mediation @param {string} seat */
function same(body, mediation, seat) {
  must(body.mediation === mediation, 'mediation');
  must(body.seat === seat, 'seat');
}
