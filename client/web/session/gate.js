// The gate: who is at a screen, signed for by that screen's device, for one meeting. Whoever comes in later is signed for anew.

import { AgreementShape, checkAgreement } from '../keys/agreement.js';
import { unverified } from '../keys/jws.js';

/** Whether a signature of one's own keeping counts in this meeting; one on paper counts in all. @param {string} agreement @param {number} meeting */
export function holdsFor(agreement, meeting) {
  if (!agreement || agreement === 'paper') return agreement === 'paper';
  try {
    return unverified('agreement', agreement, AgreementShape).meeting === meeting;
  } catch {
    return false;
  }
}

/**
 * What members said in a room of who is at their screens.
 * @param {{mediation: string, meeting: () => number, onDistrust: (reason: string, what: string) => void, onChange: (seat: string, names: string[], agreement: string) => void}} seams
 */
export function createCompany({ mediation, meeting, onDistrust, onChange }) {
  /** @type {Map<string, {names: string[], ts: number}>} */
  const held = new Map();
  return {
    /** @param {string} seat */
    names: (seat) => held.get(seat)?.names ?? null,
    /** @param {string} seat @param {string} dev the device that the room's sheet lists @param {string} untrusted */
    async take(seat, dev, untrusted) {
      try {
        const { body, compact } = await checkAgreement(untrusted, mediation, seat, dev);
        if (body.meeting !== meeting() || !body.alone || !body.no_recording) throw Object.assign(new Error('epoch'), { reason: 'epoch' });
        if ((held.get(seat)?.ts ?? 0) > body.ts) return;
        held.set(seat, { names: body.names, ts: body.ts });
        onChange(seat, body.names, compact);
      } catch (error) {
        onDistrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'company');
      }
    },
    forget: () => held.clear(),
  };
}
