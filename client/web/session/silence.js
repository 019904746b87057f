// The mediator's line as this page hears it: in a joint room nobody hears anybody while it is down.

import { SILENT_AFTER, checkBeat } from '../keys/beats.js';

/**
 * @typedef {Object} SilenceSeams
 * @property {{mediation: string, seat: string}} place
 * @property {() => any} devices
 * @property {() => any} now            the room as it is, checked; null outside
 * @property {() => void} onChange      silence began or ended
 * @property {() => Promise<void>} mute
 * @property {import('./core.js').Notice} notice
 */

/** @param {SilenceSeams} seams */
export function createSilence(seams) {
  let last = 0;
  let heardAt = performance.now();
  /** The server says so, or this page hasn't heard the mediator's device itself. */
  let told = false;
  let silent = false;

  function mediated() {
    const now = seams.now();
    return now?.kind === 'joint' && now.members.some((/** @type {any} */ one) => (one.role === 'mediator' || one.role === 'comediator') && one.seat !== seams.place.seat);
  }

  /** Each turns on again by hand when the line is back. */
  function watch() {
    const quiet = mediated() && (told || performance.now() - heardAt > SILENT_AFTER * 1000);
    if (quiet === silent) return;
    silent = quiet;
    if (silent) {
      seams.mute().catch(() => undefined);
      seams.notice('mediator-away', {}, true);
    } else if (mediated()) seams.notice('mediator-back', {}, true);
    seams.onChange();
  }
  const watching = setInterval(watch, 500);

  return {
    silent: () => silent,
    mediated,
    watch,
    /** What the server says of the room one is in. @param {boolean} is @param {boolean} fresh count the mediator's beats anew */
    tell(is, fresh) {
      told = is;
      if (fresh) heardAt = performance.now();
    },
    /** @param {string} beat */
    async pulse(beat) {
      try {
        last = (await checkBeat(beat, seams.devices() ?? {}, seams.place.mediation, last)).body.n;
        heardAt = performance.now();
        watch();
      } catch {
        // A beat that doesn't verify counts as none: silence follows by itself.
      }
    },
    stop: () => clearInterval(watching),
  };
}
