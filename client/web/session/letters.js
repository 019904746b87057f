// Sealed notes between devices: who may be written to as the mediator, and whose note one believes.

import { newId } from '../keys/encoding.js';
import { openNote, sealNote } from '../keys/notes.js';
import { checkPage } from '../keys/roots.js';

const MAX_NOTE_IDS = 1000;
const MEDIATORS_ONLY = new Set(['announce', 'promise', 'told']);

/** Whether this kind of note may come from that role: what only a mediator says is taken from a mediator only. @param {string} kind @param {string} role */
export const mayTell = (kind, role) => !MEDIATORS_ONLY.has(kind) || role === 'mediator' || role === 'comediator';

/**
 * @typedef {Object} LettersSeams
 * @property {{mediation: string, seat: string}} place
 * @property {{signer: any, opener: any}} identity
 * @property {() => any} charter
 * @property {() => any} devices
 * @property {() => any} sheet          of one's room
 * @property {(seat: string) => string|null} knownDevice   of a seat that one admitted
 * @property {(type: string, fields: Record<string, any>) => Promise<any>} command
 * @property {(reason: string, what: string) => void} onDistrust
 * @property {(note: any, sender: string) => Promise<void>} onNote
 */

/** @param {LettersSeams} seams */
export function createLetters(seams) {
  const { place, identity } = seams;
  /** The key of the mediator's page, for the quiet line from wherever one is. @type {string|null} */
  let mediatorKem = null;
  /** @type {Set<string>} */
  const seen = new Set();

  return {
    mediatorKey: () => mediatorKem,
    /** @param {string|null} page the statement of the mediator's page, as the server tells it */
    async meetMediator(page) {
      mediatorKem = null;
      if (!page) return;
      const mediators = seams.charter().body.seats.filter((/** @type {any} */ one) => one.role === 'mediator' || one.role === 'comediator');
      for (const { id } of mediators) {
        try {
          const statement = await checkPage(page, place.mediation, id);
          // Only a device that the root certifies may be written to as the mediator.
          if (Object.hasOwn(seams.devices(), statement.body.dev)) mediatorKem = statement.body.kem;
          return;
        } catch {
          continue;
        }
      }
    },
    /** @param {any} event */
    async take(event) {
      const sheetDev = seams.sheet()?.body.members.find((/** @type {any} */ one) => one.seat === event.sender)?.dev;
      // A mediator's device is certified; anybody else's is on a sheet that we hold or one we admitted.
      const candidates = [sheetDev, seams.knownDevice(event.sender), ...Object.keys(seams.devices() ?? {})].filter(Boolean);
      for (const dev of candidates) {
        try {
          const note = await openNote(identity.opener, place.mediation, event.sender, place.seat, dev, event.box);
          if (seen.has(note.body.id)) return;
          if (seen.size > MAX_NOTE_IDS) seen.clear();
          seen.add(note.body.id);
          await seams.onNote(note.body, event.sender);
          return;
        } catch {
          continue;
        }
      }
      seams.onDistrust('signature', 'note');
    },
    /**
     * A sealed, signed note to another place.
     * @param {string} to @param {string} kem @param {string} kind @param {Record<string, any>} body
     */
    async send(to, kem, kind, body) {
      const note = { mediation: place.mediation, from: place.seat, to, id: newId(), kind, body, ts: Math.floor(Date.now() / 1000) };
      await seams.command('note.send', { to, box: await sealNote(identity.signer, kem, note) });
    },
  };
}
