// The mediator's instruments: one message to every room, a promised time to those who wait, timers, notes to oneself, private
// meetings prepared before the day, how it ended. Notes, timers and plans lie in the vault, which only the mediator opens.
// Each message goes as a sealed note of its own to each page: nobody learns who else got it.

import { newId } from '../keys/encoding.js';
import { Trouble } from './store.js';
import { OUTCOMES } from './programme.js';
import { withMediation } from './vault_book.js';

/** @typedef {import('./vault_book.js').MediationEntry} MediationEntry */

const LONGEST = 1000;
const MAX_NOTES = 20_000;
const MAX_TIMERS = 12;
const MAX_PLANS = 24;
const FURTHEST = 24 * 3600;
const TICK = 1000;

const now = () => Math.floor(Date.now() / 1000);

/**
 * @param {{
 *   mediation: string, own: string, core: any,
 *   entry: () => MediationEntry,
 *   save: (change: (book: import('./vault_book.js').Book) => import('./vault_book.js').Book) => Promise<void>,
 *   page: (seat: string) => {dev: string, kem: string}|null,
 *   names: (seat: string) => string[],
 * }} seams
 */
export function createInstruments({ mediation, own, core, entry, save, page, names }) {
  /** @type {Map<string, {until: number, told: string}>} seat -> the time promised, and the page that was told */
  const promised = new Map();
  let telling = Promise.resolve();

  /** @param {(one: MediationEntry) => MediationEntry} change */
  const keep = (change) => save((book) => withMediation(book, mediation, change)).then(show);

  /** Those let in before, wherever they are. @returns {string[]} */
  const connected = () =>
    entry().seats.filter((one) => one.seat !== own && one.devices.some((device) => device.dev === page(one.seat)?.dev)).map((one) => one.seat);

  function show() {
    const held = entry();
    core.store.set({
      instruments: {
        promises: [...promised].map(([seat, one]) => ({ seat, until: one.until })),
        timers: (held.timers ?? []).map((one) => ({ ...one, left: Math.max(0, one.ends - now()) })),
        notes: held.notes ?? '', keepNotes: Boolean(held.keepNotes),
        plans: held.plans ?? [],
        outcome: held.outcome?.outcome ?? '',
      },
    });
  }

  /** A promise reaches the page that is there now, a reloaded one too; it is over once the mediator is in that room. */
  async function keepPromises() {
    const here = new Set(core.now()?.members.map((/** @type {any} */ one) => one.seat) ?? []);
    for (const [seat, one] of promised) {
      const to = page(seat);
      if (here.has(seat)) {
        promised.delete(seat);
        if (to) await tell(seat, 0);
      } else if (to && to.kem !== one.told && (await tell(seat, one.until))) one.told = to.kem;
    }
  }

  /** @param {string} seat @param {number} until @returns {Promise<boolean>} whether it arrived */
  async function tell(seat, until) {
    const to = page(seat);
    if (!to) return false;
    return core.note(seat, to.kem, 'promise', { until }).then(() => true, () => false);
  }

  const clock = setInterval(() => {
    const timers = entry().timers ?? [];
    if (!timers.length) return;
    const over = timers.filter((one) => one.ends <= now());
    for (const one of over) core.notice('timer-over', { label: one.label, named: one.label ? 'yes' : 'no' }, true);
    if (over.length) keep((held) => ({ ...held, timers: (held.timers ?? []).filter((one) => !over.some((gone) => gone.id === one.id)) })).catch(() => undefined);
    else show();
  }, TICK);

  return {
    show,
    /** People came, went or moved. */
    changed() {
      telling = telling.then(keepPromises).catch(() => undefined);
      show();
    },
    /** Somebody was let in: from here on the meeting's minutes count. @returns {Promise<void>} */
    async began() {
      if (!entry().began) await keep((held) => ({ ...held, began: now() }));
    },
    /** Closed for good: what the mediator did not choose to save is gone. */
    async closed() {
      const { notes = '', keepNotes = false, timers = [], plans = [] } = entry();
      if ((notes && !keepNotes) || timers.length || plans.length) {
        await keep((held) => ({ ...held, notes: keepNotes ? notes : '', timers: [], plans: [] }));
      }
    },
    close: () => clearInterval(clock),
    actions: {
      /** @param {string} text @returns {Promise<{reached: string[], missed: string[]}>} names */
      async tellAll(text) {
        const words = text.trim().slice(0, LONGEST);
        if (!words) throw new Trouble('incomplete', { missing: 'text' });
        /** @type {{reached: string[], missed: string[]}} */
        const done = { reached: [], missed: [] };
        for (const seat of connected()) {
          const to = page(seat);
          const arrived = to && (await core.note(seat, to.kem, 'announce', { text: words }).then(() => true, () => false));
          done[arrived ? 'reached' : 'missed'].push(...names(seat));
        }
        return done;
      },
      /** @param {string[]} seats @param {number} until seconds since 1970; 0 takes it back */
      async promise(seats, until) {
        if (until !== 0 && (until <= now() || until > now() + FURTHEST)) throw new Trouble('bad-time');
        for (const seat of seats) {
          if (until === 0) promised.delete(seat);
          else promised.set(seat, { until, told: '' });
          if (until === 0) await tell(seat, 0);
        }
        await keepPromises();
        show();
      },
      /** @param {string} label @param {number} minutes */
      async startTimer(label, minutes) {
        if (!Number.isInteger(minutes) || minutes < 1 || minutes > 720) throw new Trouble('bad-time');
        if ((entry().timers ?? []).length >= MAX_TIMERS) throw new Trouble('too-many');
        await keep((held) => ({ ...held, timers: [...(held.timers ?? []), { id: newId(), label: label.trim().slice(0, 60), ends: now() + minutes * 60 }] }));
      },
      /** @param {string} id */
      stopTimer: (id) => keep((held) => ({ ...held, timers: (held.timers ?? []).filter((one) => one.id !== id) })),
      /** @param {string} text @param {boolean} keepNotes whether they outlive closing */
      saveNotes: (text, keepNotes) => keep((held) => ({ ...held, notes: text.slice(0, MAX_NOTES), keepNotes })),
      /** @param {string} label @param {'caucus'|'counsel'} kind @param {string[]} seats */
      async planRoom(label, kind, seats) {
        if (!seats.length) throw new Trouble('incomplete', { missing: 'people' });
        if ((entry().plans ?? []).length >= MAX_PLANS) throw new Trouble('too-many');
        await keep((held) => ({ ...held, plans: [...(held.plans ?? []), { id: newId(), label: label.trim().slice(0, 60), kind, seats }] }));
      },
      /** @param {string} id */
      dropPlan: (id) => keep((held) => ({ ...held, plans: (held.plans ?? []).filter((one) => one.id !== id) })),
      /** Minutes add up over meetings. @param {string} outcome @param {string} language @param {boolean} interpreter */
      async recordOutcome(outcome, language, interpreter) {
        if (!OUTCOMES.some((known) => known === outcome)) throw new Trouble('incomplete', { missing: 'outcome' });
        await keep((held) => {
          const minutes = (held.outcome?.minutes ?? 0) + (held.began ? Math.max(1, Math.round((now() - held.began) / 60)) : 0);
          const people = held.seats.filter((one) => one.seat !== own && one.devices.length).length;
          return { ...held, began: 0, outcome: { outcome, month: new Date(held.starts * 1000).toISOString().slice(0, 7), people, minutes, language, interpreter } };
        });
      },
    },
  };
}
