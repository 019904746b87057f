// The knock at one's own room: who asks to come in, whether it wants an answer or counts down. Only those inside learn of it.

import { COUNTDOWN_SECONDS, COUNTED_SECONDS, checkRing, makeAnswer } from '../keys/entry.js';
import { Trouble } from './store.js';

/**
 * @param {{
 *   place: {mediation: string, seat: string},
 *   identity: () => {signer: any},
 *   devices: () => any,
 *   sheet: () => any,
 *   command: (type: string, fields?: Record<string, any>) => Promise<any>,
 *   takeCards: (box: string) => Promise<void>,
 *   namesOf: (seat: string) => string[],
 *   onChange: (ring: import('./types.js').Ring|null) => void,
 *   onDistrust: (reason: string, what: string) => void,
 * }} seams
 */
export function createBell({ place, identity, devices, sheet, command, takeCards, namesOf, onChange, onDistrust }) {
  /** @type {any} */
  let ring = null;
  /** When the countdown of an announced entry ends, by this page's own clock. */
  let ends = 0;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  let ticking;

  function tell() {
    const { who = [], announced = '' } = ring?.body ?? {};
    onChange(ring && {
      id: ring.hash,
      names: who.flatMap((/** @type {any} */ one) => namesOf(one.seat)),
      roles: who.map((/** @type {any} */ one) => one.role),
      left: announced ? Math.max(0, Math.ceil((ends - performance.now()) / 1000)) : null,
    });
  }

  function stop() {
    clearInterval(ticking);
    ring = null;
  }

  return {
    /** @param {any} view */
    async show(view) {
      if (!view) {
        stop();
        return tell();
      }
      try {
        const next = await checkRing(view.ring, sheet(), devices());
        if (view.cards) await takeCards(view.cards);
        if (ring?.hash !== next.hash) {
          stop();
          ring = next;
          // Back after a cut there is no count of one's own: what is left is the service's word.
          ends = performance.now() + Math.min(view.left ?? COUNTDOWN_SECONDS, COUNTDOWN_SECONDS) * 1000;
          if (ring.body.announced) ticking = setInterval(tell, 1000);
        }
        tell();
      } catch (error) {
        onDistrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'ring');
      }
    },
    /** Whether this page was told of the announced entry long enough ago. @param {any} announced */
    counted: (announced) => ring?.hash === announced.hash && ends - performance.now() <= (COUNTDOWN_SECONDS - COUNTED_SECONDS) * 1000,
    /** The room changed: what was asked at its door is over. */
    over() {
      if (!ring) return;
      stop();
      tell();
    },
    /** @param {boolean} yes */
    async answer(yes) {
      if (!ring) throw new Trouble('stale');
      const answer = yes ? (await makeAnswer(identity().signer, ring, place.seat, Math.floor(Date.now() / 1000))).compact : null;
      await command('ring.answer', { ring: ring.hash, answer });
    },
    close: stop,
  };
}
