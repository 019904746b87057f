// The keys of a call inside the worker: which epoch seals, which may still be opened, which counter comes next.
// Fails closed: without a current key nothing is sealed, and nothing passes that is not authentic, fresh and of the expected person.

import {ReplayWindow, clearBytes, deriveFrameKey, join, keyId, open, parseHeader, seal, splitKeyId} from './sframe.js';

export const OLD_EPOCH_MS = 5000;

/** @typedef {{index: number, seat: string, baseKey: Uint8Array}} Sender */
/** @typedef {{epoch: number, me: number, senders: Map<number, Sender>, keys: Map<number, Promise<import('./sframe.js').FrameKey>>,
 *   windows: Map<number, ReplayWindow>, until: number}} Epoch */

export class Refused extends Error {}

export class KeyRing {
  /** @type {Epoch[]} newest first */ #epochs = [];
  /** Next counter by key id; never goes back, not even when an epoch number comes again in another room.
   * @type {Map<number, number>} */ #counters = new Map();
  #now;

  /** @param {() => number} now milliseconds, monotonic */
  constructor(now) { this.#now = now; }

  /** The keys of a room; null forgets all. What was current before may be opened for five more seconds.
   * @param {{epoch: number, me: number, senders: Sender[]} | null} ring */
  setKeys(ring) {
    if (ring === null) { this.#epochs = []; return; }
    const senders = new Map(ring.senders.map(s => [s.index, {index: s.index, seat: s.seat, baseKey: Uint8Array.from(s.baseKey)}]));
    if (senders.size !== ring.senders.length || !senders.has(ring.me)) throw new RangeError('senders');
    for (const s of senders.values()) { keyId(ring.epoch, s.index, 0); if (s.baseKey.length !== 16) throw new RangeError('base key'); }
    const now = this.#now(), current = this.#epochs[0];
    if (current && current.epoch === ring.epoch && current.me === ring.me && same(current.senders, senders)) return;
    if (current) current.until = Math.min(current.until, now + OLD_EPOCH_MS);
    this.#epochs = [
      {epoch: ring.epoch, me: ring.me, senders, keys: new Map(), windows: new Map(), until: Infinity},
      // An epoch number that comes again means another room: its old keys could only confuse.
      ...this.#epochs.filter(e => e.epoch !== ring.epoch && e.until > now).slice(0, 3),
    ];
  }

  /** @param {number} stream @param {Uint8Array} frame @returns {Promise<Uint8Array>} */
  async seal(stream, frame) {
    const current = this.#epochs[0];
    if (!current || !frame.length) throw new Refused('no key');
    const kid = keyId(current.epoch, current.me, stream);
    const counter = this.#counters.get(kid) ?? 0;
    this.#counters.set(kid, counter + 1);
    const n = clearBytes(stream, frame), clear = frame.subarray(0, n);
    return join(clear, await seal(await key(current, current.me, kid), counter, clear, frame.subarray(n)));
  }

  /** @param {number} stream @param {string} seat the person that the line is said to carry @param {Uint8Array} wire
   * @returns {Promise<Uint8Array>} */
  async open(stream, seat, wire) {
    const n = clearBytes(stream, wire), sealed = wire.subarray(n);
    const {kid, counter} = parseHeader(sealed);
    const id = splitKeyId(kid), now = this.#now();
    const epoch = this.#epochs.find(e => e.epoch === id.epoch && e.until > now);
    if (!epoch || id.stream !== stream || id.sender === epoch.me || epoch.senders.get(id.sender)?.seat !== seat) throw new Refused('key');
    const plain = await open(await key(epoch, id.sender, kid), wire.subarray(0, n), sealed);
    let window = epoch.windows.get(kid);
    if (!window) epoch.windows.set(kid, window = new ReplayWindow());
    if (!window.admit(counter)) throw new Refused('repeated');
    return join(wire.subarray(0, n), plain);
  }
}

/** @param {Epoch} epoch @param {number} sender @param {number} kid */
function key(epoch, sender, kid) {
  let found = epoch.keys.get(kid);
  if (!found) epoch.keys.set(kid, found = deriveFrameKey(/** @type {Sender} */ (epoch.senders.get(sender)).baseKey, kid));
  return found;
}

/** @param {Map<number, Sender>} a @param {Map<number, Sender>} b */
function same(a, b) {
  return a.size === b.size && [...a.values()].every(s => {
    const other = b.get(s.index);
    return other?.seat === s.seat && other.baseKey.every((byte, i) => byte === s.baseKey[i]);
  });
}
