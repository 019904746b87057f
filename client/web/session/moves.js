// The mediator's moves as values: which sheets must be signed next so that the people named end up where they should. Pure.

import { newId } from '../keys/encoding.js';

/** @typedef {{seat: string, dev: string, role: string}} Member */
/** @typedef {{room: string, kind: 'waiting'|'joint'|'caucus'|'counsel', rev: number, hash: string, members: Member[]}} Held   a committed sheet, as far as moves need it */
/** @typedef {{room: string, kind: 'waiting'|'joint'|'caucus'|'counsel', rev: number, prev: string, members: Member[], keepers: string[]}} Next */

const MEDIATORS = new Set(['mediator', 'comediator']);

/**
 * Mediators first, then lawyers (they know the room), then everybody else; never a mediator in a lawyers' room.
 * @param {'waiting'|'joint'|'caucus'|'counsel'} kind @param {Member[]} members
 */
export function keepersOf(kind, members) {
  const rank = (/** @type {Member} */ one) => (MEDIATORS.has(one.role) ? 0 : one.role === 'counsel' ? 1 : one.role === 'party' ? 2 : 3);
  return members
    .filter((one) => !(kind === 'counsel' && MEDIATORS.has(one.role)))
    .slice()
    .sort((a, b) => rank(a) - rank(b))
    .map((one) => one.seat);
}

/**
 * @param {Held[]} rooms                     every room with members, as committed
 * @param {Member[]} movers
 * @param {{room: string, kind: 'waiting'|'joint'|'caucus'|'counsel'}} target   an existing room, or a new id
 * @param {Map<string, Held>} ended          rooms that were closed: their revisions go on
 * @returns {Next[]}
 */
export function moveInto(rooms, movers, target, ended = new Map()) {
  const moving = new Set(movers.map((one) => one.seat));
  /** @type {Next[]} */
  const next = [];
  let reached = false;
  for (const room of rooms) {
    const staying = room.members.filter((one) => !moving.has(one.seat));
    if (room.room === target.room) {
      reached = true;
      const here = new Set(room.members.map((one) => one.seat));
      const members = [...room.members.map((one) => movers.find((mover) => mover.seat === one.seat) ?? one), ...movers.filter((one) => !here.has(one.seat))];
      if (members.length !== room.members.length || members.some((one, at) => one.dev !== room.members[at]?.dev)) next.push(following(room, members));
    } else if (staying.length !== room.members.length) next.push(following(room, staying));
  }
  if (!reached && movers.length) {
    const before = ended.get(target.room);
    next.push({ room: target.room, kind: target.kind, rev: (before?.rev ?? 0) + 1, prev: before?.hash ?? '', members: [...movers], keepers: keepersOf(target.kind, movers) });
  }
  return next;
}

/** Each mover into a waiting room of their own. @param {Held[]} rooms @param {Member[]} movers */
export function apart(rooms, movers) {
  const alone = rooms.filter((room) => room.kind === 'waiting' && room.members.length === 1).map((room) => room.members[0]?.seat);
  const leaving = movers.filter((one) => !alone.includes(one.seat));
  const moving = new Set(leaving.map((one) => one.seat));
  /** @type {Next[]} */
  const next = [];
  for (const room of rooms) {
    const staying = room.members.filter((one) => !moving.has(one.seat));
    if (staying.length !== room.members.length) next.push(following(room, staying));
  }
  for (const one of leaving) next.push({ room: newId(), kind: 'waiting', rev: 1, prev: '', members: [one], keepers: [one.seat] });
  return next;
}

/** The same people under new sheets: every room's key is handed out anew. @param {Held[]} rooms @returns {Next[]} */
export const renewed = (rooms) => rooms.filter((room) => room.members.length).map((room) => following(room, room.members));

/** The sheets that leave nobody in any of these rooms: the end of a meeting. @param {Held[]} rooms @returns {Next[]} */
export const emptied = (rooms) => rooms.filter((room) => room.members.length).map((room) => following(room, []));

/**
 * Everyone of a side into one waiting room of that side; mediators stay where they are.
 * People without a side get a room of their own.
 * @param {Held} joint @param {(seat: string) => string} sideOf
 */
export function part(joint, sideOf) {
  /** @type {Map<string, Member[]>} */
  const groups = new Map();
  for (const one of joint.members) {
    if (MEDIATORS.has(one.role)) continue;
    const side = sideOf(one.seat) || one.seat;
    groups.set(side, [...(groups.get(side) ?? []), one]);
  }
  const staying = joint.members.filter((one) => MEDIATORS.has(one.role));
  /** @type {Next[]} */
  const next = [following(joint, staying)];
  for (const members of groups.values()) next.push({ room: newId(), kind: 'waiting', rev: 1, prev: '', members, keepers: keepersOf('waiting', members) });
  return next;
}

/** @param {Held} room @param {Member[]} members @returns {Next} */
function following(room, members) {
  return { room: room.room, kind: room.kind, rev: room.rev + 1, prev: room.hash, members, keepers: keepersOf(room.kind, members) };
}
