// What a device holds of its room, said to the others every ten seconds, sealed under the room's key. Twin of client/keys/holdings.py.
import { hkdf, openAes, sealAes } from './derive.js';
import { fromUtf8, info, pad, randomBytes, unpad, utf8 } from './encoding.js';
import { check, sign } from './jws.js';
import { must } from './refusals.js';
import { Epoch, Id, int, Key, payload, Time } from './schema.js';

/** @typedef {import('./grants.js').RoomKey} RoomKey */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, room: string, sheet: string, epoch: number, seat: string, ledger: string, n: number, ts: number}} Holding */

export const EVERY_SECONDS = 10;
export const STALE_AFTER = 30;
const STEP = 1024;
export const HoldingShape = payload({ mediation: Id, room: Id, sheet: Key, epoch: Epoch, seat: Id, ledger: Key, n: int(1, Number.MAX_SAFE_INTEGER), ts: Time });

/** @param {RoomKey} key @param {string} seat */
const boxKey = (key, seat) => hkdf(key.key, info('holding', key.mediation, key.room, key.epoch, seat));
/** @param {RoomKey} key @param {string} seat */
const aad = (key, seat) => info('holding-aad', key.mediation, key.room, key.epoch, seat);

/** Sign, pad and seal for the room; always the same size. @param {import('./devices.js').Signer} signer @param {RoomKey} key @param {Omit<Holding, 'suite'>} holding @param {import('./encoding.js').Random} [random] */
export async function sealHolding(signer, key, holding, random = randomBytes) {
  const signed = await sign('holding', holding, signer, HoldingShape);
  return sealAes(await boxKey(key, holding.seat), pad(utf8(signed.compact), STEP), aad(key, holding.seat), random);
}

/** A statement of this place's device in this room and epoch, newer than number `last`. @param {RoomKey} key @param {string} seat @param {string} dev @param {number} last @param {string} box @returns {Promise<Signed<Holding>>} */
export async function openHolding(key, seat, dev, last, box) {
  const plain = unpad(await openAes(await boxKey(key, seat), box, aad(key, seat)), STEP);
  /** @type {Signed<Holding>} */
  const holding = await check('holding', fromUtf8(plain), dev, HoldingShape);
  const { body } = holding;
  must(body.mediation === key.mediation, 'mediation');
  must(body.room === key.room, 'room');
  must(body.seat === seat, 'seat');
  must(body.epoch === key.epoch && body.n > last, 'epoch');
  return holding;
}
