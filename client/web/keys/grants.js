// Room keys: exactly those who are on the sheet and here get it; a box too many is a ghost. Twin of client/keys/grants.py.
import { hkdf } from './derive.js';
import { b64u, compactJson, hashBytes, info, randomBytes, unb64u } from './encoding.js';
import { openBox, sealBox } from './hpke_box.js';
import { check, sign, unverified } from './jws.js';
import { MAX_SEATS, sheetMember } from './membership.js';
import { must, ObjectRefused, there } from './refusals.js';
import { Box, Compact, decodeJson, Epoch, Id, Key, list, map, obj, payload } from './schema.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./devices.js').Opener} Opener */
/** @typedef {import('./membership.js').Sheet} Sheet */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, room: string, sheet: string, epoch: number, by: string, boxes: Record<string, {to: string, box: string}>}} Grant */
/** @typedef {{mediation: string, room: string, epoch: number, key: Uint8Array, cards: string[]}} RoomKey   `cards` are not yet checked: `checkCard` */

const STEP = 1024;
const Inside = obj({ key: Key, cards: list(Compact, MAX_SEATS) });
export const GrantShape = payload({
  mediation: Id,
  room: Id,
  sheet: Key,
  epoch: Epoch,
  by: Id,
  boxes: map(Id, obj({ to: Key, box: Box }), MAX_SEATS, 1),
});

/** 32 fresh bytes. @param {string} mediation @param {string} room @param {number} epoch @param {import('./encoding.js').Random} [random] @returns {RoomKey} */
export const newRoomKey = (mediation, room, epoch, random = randomBytes) => ({ mediation, room, epoch, key: random(32), cards: [] });

/** Whose turn it is to hand out keys: the first keeper who is connected. @param {Sheet} sheet @param {Iterable<string>} present @returns {string|null} */
export function keeperOf(sheet, present) {
  const here = new Set(present);
  return sheet.keepers.find((seat) => here.has(seat)) ?? null;
}

/** Seal `roomKey` to every member present (place -> page key, the keeper's own included). @param {Signer} signer @param {Signed<Sheet>} sheet @param {string} by @param {RoomKey} roomKey @param {Record<string, string>} present @param {string[]} [cards] @returns {Promise<Signed<Grant>>} */
export async function makeGrant(signer, sheet, by, roomKey, present, cards = []) {
  const { mediation, room, members } = sheet.body;
  must(Object.keys(present).every((seat) => sheetMember(sheet.body, seat)), 'ghost');
  const inside = compactJson({ key: b64u(roomKey.key), cards });
  /** @type {Grant['boxes']} */
  const boxes = {};
  for (const { seat } of members) {
    if (!Object.hasOwn(present, seat)) continue;
    const label = info('roomkey', mediation, room, sheet.hash, roomKey.epoch, seat);
    const to = there(present[seat]);
    boxes[seat] = { to, box: await sealBox(to, label, inside, STEP) };
  }
  return sign('grant', { mediation, room, sheet: sheet.hash, epoch: roomKey.epoch, by, boxes }, signer, GrantShape);
}

/**
 * A grant for this very sheet by one of its keepers, newer than epoch `seen`, boxed to exactly the members present. `present` maps the
 * place of every member announced present (oneself included) to the page key whose statement was checked.
 * @param {string} untrusted @param {Signed<Sheet>} sheet @param {Record<string, string>} present @param {number} seen @returns {Promise<Signed<Grant>>}
 */
export async function checkGrant(untrusted, sheet, present, seen) {
  const { by } = unverified('grant', untrusted, GrantShape);
  const keeper = sheetMember(sheet.body, by);
  if (!keeper || !sheet.body.keepers.includes(by)) throw new ObjectRefused('keeper');
  /** @type {Signed<Grant>} */
  const grant = await check('grant', untrusted, keeper.dev, GrantShape);
  const { body } = grant;
  must(body.mediation === sheet.body.mediation, 'mediation');
  must(body.room === sheet.body.room, 'room');
  must(body.sheet === sheet.hash, 'chain');
  must(body.epoch > seen, 'epoch');
  const expected = Object.keys(present).filter((seat) => sheetMember(sheet.body, seat));
  const boxed = Object.entries(body.boxes);
  const same = boxed.length === expected.length && boxed.every(([seat, box]) => Object.hasOwn(present, seat) && present[seat] === box.to);
  must(same && boxed.every(([seat]) => sheetMember(sheet.body, seat)), 'ghost');
  return grant;
}

/** The room key, from one's own box. @param {Signed<Grant>} grant @param {string} seat @param {Opener} page @returns {Promise<RoomKey>} */
export async function openGrant(grant, seat, page) {
  const { mediation, room, sheet, epoch, boxes } = grant.body;
  const mine = Object.hasOwn(boxes, seat) ? boxes[seat] : null;
  if (!mine || mine.to !== page.public) throw new ObjectRefused('ghost');
  const label = info('roomkey', mediation, room, sheet, epoch, seat);
  const inside = decodeJson(await openBox(page, label, mine.box, STEP), Inside);
  return { mediation, room, epoch, key: unb64u(inside.key, 32), cards: inside.cards };
}

/** Six digits to read aloud: equal for those who hold the same key. @param {RoomKey} roomKey @returns {Promise<string>} */
export async function roomCode(roomKey) {
  const derived = await hkdf(roomKey.key, info('code', roomKey.mediation, roomKey.room, roomKey.epoch), new Uint8Array(), 8);
  return String(new DataView(derived.buffer).getBigUint64(0) % 1_000_000n).padStart(6, '0');
}

/** A sender's SFrame base key (16 bytes), bound to the device and to the page load that sends. @param {RoomKey} roomKey @param {string} dev @param {string} pageKem */
export async function frameKey(roomKey, dev, pageKem) {
  const label = info('sframe', roomKey.mediation, roomKey.room, roomKey.epoch, dev, await hashBytes(unb64u(pageKem, 32)));
  return hkdf(roomKey.key, label, new Uint8Array(), 16);
}
