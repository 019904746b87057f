// What was said in one room enters another only with the release of the one who said it. Twin of client/keys/releases.py.
import { bodyOf, checkChat } from './chat.js';
import { hashText } from './encoding.js';
import { check, sign } from './jws.js';
import { charterSeat, sidesPresent } from './membership.js';
import { must, ObjectRefused } from './refusals.js';
import { bool, Id, Key, list, payload, Revision, Time } from './schema.js';

/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, ref: string, digest: string, seat: string, to: string[], rev: number, given: boolean, ts: number}} Release */
/** @typedef {{seat: string, dev: string, chat: string, release: string}} Passed */

const PASSABLE = new Set(['text', 'document']);
export const ReleaseShape = payload({ mediation: Id, ref: Id, digest: Key, seat: Id, to: list(Id, 16), rev: Revision, given: bool, ts: Time });

/** Say that it may be told, or take that back (the device of the one who said it). @param {import('./devices.js').Signer} signer @param {Omit<Release, 'suite'>} release @returns {Promise<Signed<Release>>} */
export const makeRelease = (signer, release) => sign('release', release, signer, ReleaseShape);

/** A release by the device that signed the message itself, newer than the one held. @param {string} untrusted @param {string} mediation @param {string} seat @param {string} dev @param {Signed} said @param {Signed<Release>|null} [held] @returns {Promise<Signed<Release>>} */
export async function checkRelease(untrusted, mediation, seat, dev, said, held = null) {
  /** @type {Signed<Release>} */
  const release = await check('release', untrusted, dev, ReleaseShape);
  const { body } = release;
  must(body.mediation === mediation, 'mediation');
  must(body.seat === seat, 'seat');
  must(body.ref === said.body.id && body.digest === said.hash && said.by === dev, 'commitment');
  must(!held || body.rev > held.body.rev, 'revision');
  return release;
}

/**
 * What a mediator passes on into the room of `sheet`. `held` is the newest release of it that this device itself knows.
 * @param {Passed} passed @param {import('./membership.js').Charter} charter @param {import('./membership.js').Sheet} sheet @param {Signed<Release>|null} [held]
 * @returns {Promise<[Signed, Signed<Release>]>}
 */
export async function checkPassed(passed, charter, sheet, held = null) {
  const said = await checkChat(passed.chat, charter.mediation, passed.dev);
  must(PASSABLE.has(said.body.kind), 'kind');
  bodyOf(said.body);
  const release = await checkRelease(passed.release, charter.mediation, passed.seat, passed.dev, said);
  must(!held || held.body.rev <= release.body.rev, 'revision');
  mayTell(release, charter, sheet);
  return [said, release];
}

/** Refuse to tell where somebody would hear it whom the release does not name. @param {Signed<Release>} release @param {import('./membership.js').Charter} charter @param {import('./membership.js').Sheet} sheet */
export function mayTell(release, charter, sheet) {
  const place = charterSeat(charter, release.body.seat);
  if (!place) throw new ObjectRefused('seat');
  const allowed = new Set([...release.body.to, place.side]);
  const here = [...sidesPresent(charter, sheet.members.map((member) => member.seat))];
  must(release.body.given && sheet.kind !== 'counsel' && here.every((side) => allowed.has(side)), 'release');
}

/** One hash for all that was asked, released, taken back and passed on under one room key. @param {Iterable<string>} statements */
export const ledgerHead = (statements) => hashText([...statements].sort().join('\n'));
