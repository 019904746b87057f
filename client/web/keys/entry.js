// Coming into a room where people may be talking: somebody inside answers the knock, or the entry is announced and counted down.
// There is no third way in. Twin of client/keys/entry.py.
import { check, sign, unverified } from './jws.js';
import { MEDIATORS, MemberShape, sheetMember } from './membership.js';
import { must, ObjectRefused } from './refusals.js';
import { Id, Key, list, OptionalKey, payload, Time } from './schema.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./roots.js').Devices} Devices */
/** @typedef {import('./membership.js').Sheet} Sheet */
/** @typedef {import('./membership.js').Member} Member */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, id: string, room: string, sheet: string, who: Member[], announced: string, ts: number}} Ring */
/** @typedef {{suite: 's1', mediation: string, room: string, sheet: string, ring: string, seat: string, ts: number}} Answer */
/** @typedef {{ring: string, answer?: string|null}} Proof   what came with a sheet; not yet checked */

export const UNANSWERED_SECONDS = 20;
export const COUNTDOWN_SECONDS = 10;
/** What a member's own clock must have seen of the countdown: lines differ by less than a second. */
export const COUNTED_SECONDS = 9;
const MAX_WHO = 16;

export const RingShape = payload({ mediation: Id, id: Id, room: Id, sheet: Key, who: list(MemberShape, MAX_WHO, 1), announced: OptionalKey, ts: Time });
export const AnswerShape = payload({ mediation: Id, room: Id, sheet: Key, ring: Key, seat: Id, ts: Time });

/** Whether this room is entered by knocking: people are in it, and no mediator. @param {{kind: string, members: Member[]}} sheet */
export function behindADoor(sheet) {
  const alone = sheet.kind === 'waiting' && sheet.members.length < 2;
  const mediated = sheet.members.some((member) => MEDIATORS.has(member.role));
  return sheet.kind !== 'joint' && sheet.members.length > 0 && !alone && !mediated;
}

/** Who comes in with `next`: a place that was not inside, or a mediator's device that was not. @param {{members: Member[]}} held @param {{members: Member[]}} next @param {Devices} devices @returns {Member[]} */
export function newcomers(held, next, devices) {
  const seats = new Set(held.members.map((member) => member.seat));
  const devs = new Set(held.members.map((member) => member.dev));
  return next.members.filter((member) => !seats.has(member.seat) || (!devs.has(member.dev) && Object.hasOwn(devices, member.dev)));
}

/** Knock (mediator's device). @param {Signer} signer @param {Omit<Ring, 'suite'>} ring @returns {Promise<Signed<Ring>>} */
export const makeRing = (signer, ring) => sign('ring', ring, signer, RingShape);

/** A knock by a certified device at the room of this very sheet. @param {string} untrusted @param {Signed<Sheet>} sheet @param {Devices} devices @returns {Promise<Signed<Ring>>} */
export async function checkRing(untrusted, sheet, devices) {
  /** @type {Signed<Ring>} */
  const ring = await check('ring', untrusted, Object.keys(devices), RingShape);
  const { body } = ring;
  const room = sheet.body;
  must(body.mediation === room.mediation, 'mediation');
  must(body.room === room.room, 'room');
  must(body.sheet === sheet.hash, 'chain');
  const coming = new Set(body.who.map((member) => member.seat));
  must(behindADoor(room) && coming.size === body.who.length && !room.members.some((member) => coming.has(member.seat)), 'entry');
  must(room.kind !== 'counsel' || (!body.announced && !body.who.some((member) => MEDIATORS.has(member.role))), 'counsel');
  return ring;
}

/** Let them in (a member's device). @param {Signer} signer @param {Signed<Ring>} ring @param {string} seat @param {number} ts @returns {Promise<Signed<Answer>>} */
export function makeAnswer(signer, ring, seat, ts) {
  const { mediation, room, sheet } = ring.body;
  return sign('answer', { mediation, room, sheet, ring: ring.hash, seat, ts }, signer, AnswerShape);
}

/** An answer to this ring by a member of the room it rang at. @param {string} untrusted @param {Signed<Ring>} ring @param {Signed<Sheet>} sheet @returns {Promise<Signed<Answer>>} */
export async function checkAnswer(untrusted, ring, sheet) {
  const member = sheetMember(sheet.body, unverified('answer', untrusted, AnswerShape).seat);
  if (!member) throw new ObjectRefused('seat');
  /** @type {Signed<Answer>} */
  const answer = await check('answer', untrusted, member.dev, AnswerShape);
  const { body } = answer;
  must(body.mediation === ring.body.mediation && body.room === ring.body.room, 'room');
  must(body.ring === ring.hash && body.sheet === sheet.hash, 'chain');
  return answer;
}

/**
 * Refuse `next` unless everybody who comes in was answered, or announced and `counted` down, or is brought by somebody inside.
 * @param {Signed<Sheet>} next @param {Signed<Sheet>} held @param {Devices} devices @param {Proof[]} proofs @param {(ring: Signed<Ring>) => boolean} counted
 */
export async function checkEntry(next, held, devices, proofs, counted) {
  const coming = newcomers(held.body, next.body, devices);
  if (!coming.length || !behindADoor(held.body) || held.body.members.some((member) => member.dev === next.by)) return;
  /** @type {Set<string>} */
  const allowed = new Set();
  for (const proof of proofs) {
    const ring = await checkRing(proof.ring, held, devices);
    if (proof.answer) await checkAnswer(proof.answer, ring, held);
    else must(ring.body.announced && counted(ring), 'entry');
    for (const member of ring.body.who) allowed.add(`${member.seat}/${member.dev}`);
  }
  must(coming.every((member) => allowed.has(`${member.seat}/${member.dev}`)), 'entry');
}
