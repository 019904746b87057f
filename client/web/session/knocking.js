// The mediator's knock at a room where people may be talking: waits for somebody inside, announces when nobody answers, gives up when
// asked to wait. Nothing of it makes a sound or a mark in the room that the mediator is in.

import { sealCards } from '../keys/cards.js';
import { COUNTDOWN_SECONDS, UNANSWERED_SECONDS, behindADoor, makeRing, newcomers } from '../keys/entry.js';
import { newId } from '../keys/encoding.js';
import { Trouble } from './store.js';

/** The service's clock decides; a little later than the countdown it has surely ended there as well. */
const AFTER_COUNTDOWN = 500;

/** @typedef {{ring: any, held: any, who: any[], sent: number, told: boolean, settle: (entry: {ring: string, answer: string|null}) => void, fail: (trouble: Trouble) => void, timer?: any}} Knock */

/**
 * @param {{
 *   mediation: string, own: string, core: any, device: {signer: any},
 *   floor: ReturnType<typeof import('./floor.js').createFloor>,
 *   card: (one: any) => Promise<string>,
 *   known: (seat: string) => {names: string[]}|null,
 * }} seams
 */
export function createKnocking({ mediation, own, core, device, floor, card, known }) {
  /** @type {Map<string, Knock>} room -> the knock that waits there */
  const knocks = new Map();
  const ticking = setInterval(() => {
    if (knocks.size) floor.show();
  }, 1000);

  /** @param {any} held @param {any[]} who @param {string} announced */
  async function send(held, who, announced) {
    const { room, members } = held.body;
    const ring = await makeRing(device.signer, { mediation, id: newId(), room, sheet: held.hash, who, announced, ts: Math.floor(Date.now() / 1000) });
    const names = [];
    for (const one of who) names.push(await card(one));
    /** @type {Record<string, string>} */
    const cards = {};
    for (const one of members) {
      const page = floor.page(one.seat);
      if (page && page.dev === one.dev) cards[one.seat] = await sealCards(page.kem, mediation, one.seat, names);
    }
    return { ring, command: () => core.command('room.ring', { ring: ring.compact, cards }) };
  }

  /** @param {any} held @param {any[]} who @returns {Promise<{ring: string, answer: string|null}>} */
  async function knock(held, who) {
    const { room } = held.body;
    if (knocks.has(room)) throw new Trouble('knocking');
    const { ring, command } = await send(held, who, '');
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(knocks.get(room)?.timer);
        knocks.delete(room);
        floor.show();
      };
      knocks.set(room, {
        ring, held, who, sent: performance.now(), told: false,
        settle: (entry) => { done(); resolve(entry); },
        fail: (trouble) => { done(); reject(trouble); },
      });
      floor.show();
      command().catch((/** @type {any} */ error) => knocks.get(room)?.fail(error));
    });
  }

  return {
    /** Knock where these next sheets let somebody in whom those inside must be asked about. @param {import('./moves.js').Next[]} next */
    async entries(next) {
      const found = [];
      for (const one of next) {
        const held = floor.sheetOf(one.room);
        if (!held || !behindADoor(held.body) || held.body.members.some((/** @type {any} */ member) => member.seat === own)) continue;
        const who = newcomers(held.body, /** @type {any} */ (one), core.devices());
        if (who.length) found.push(await knock(held, who));
      }
      return found;
    },
    /** What the floor says of the knocks. @param {Map<string, {ring: string, answer?: string|null, not_now?: boolean}|null>} rings */
    seen(rings) {
      for (const [room, waiting] of [...knocks]) {
        const ring = rings.get(room);
        if (floor.sheetOf(room)?.hash !== waiting.held.hash) waiting.fail(new Trouble('stale'));
        else if (ring?.ring !== waiting.ring.compact) {
          if (waiting.told) waiting.fail(new Trouble('stale'));
        } else {
          waiting.told = true;
          if (ring?.answer) waiting.settle({ ring: ring.ring, answer: ring.answer });
          else if (ring?.not_now) waiting.fail(new Trouble('not-now'));
        }
      }
    },
    /** Nobody answered: everybody inside is told, and counts down from ten. @param {string} room */
    async announce(room) {
      const waiting = knocks.get(room);
      if (!waiting) throw new Trouble('stale');
      const { ring, command } = await send(waiting.held, waiting.who, waiting.ring.hash);
      await command();
      Object.assign(waiting, { ring, told: false, sent: performance.now() });
      waiting.timer = setTimeout(() => waiting.settle({ ring: ring.compact, answer: null }), COUNTDOWN_SECONDS * 1000 + AFTER_COUNTDOWN);
      floor.show();
    },
    /** @param {string} room */
    async stop(room) {
      knocks.get(room)?.fail(new Trouble('knock-stopped'));
      await core.command('ring.end', { room });
    },
    /** @param {string} room @returns {import('./types.js').FloorRing|null} */
    shown(room) {
      const waiting = knocks.get(room);
      if (!waiting) return null;
      const passed = (performance.now() - waiting.sent) / 1000;
      const announced = Boolean(waiting.ring.body.announced);
      return {
        names: waiting.who.flatMap((one) => known(one.seat)?.names ?? []),
        me: waiting.who.some((one) => one.seat === own),
        left: announced ? Math.max(0, Math.ceil(COUNTDOWN_SECONDS - passed)) : null,
        mayAnnounce: !announced && waiting.held.body.kind !== 'counsel' && passed >= UNANSWERED_SECONDS,
      };
    },
    close() {
      clearInterval(ticking);
      for (const waiting of knocks.values()) clearTimeout(waiting.timer);
    },
  };
}
