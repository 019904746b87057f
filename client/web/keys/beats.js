// Signs of life: a counter signed by the mediator's device every two seconds. Twin of client/keys/beats.py.
import { check, sign } from './jws.js';
import { must } from './refusals.js';
import { Id, int, payload, Time } from './schema.js';

/** @typedef {{suite: 's1', mediation: string, n: number, ts: number}} Beat */

export const EVERY_SECONDS = 2;
export const SILENT_AFTER = 5;
export const BeatShape = payload({ mediation: Id, n: int(1, Number.MAX_SAFE_INTEGER), ts: Time });

/** Sign the next beat (mediator's device). @param {import('./devices.js').Signer} signer @param {string} mediation @param {number} n @param {number} ts */
export const makeBeat = (signer, mediation, n, ts) => sign('beat', { mediation, n, ts }, signer, BeatShape);

/** A beat of a certified device of this mediation, newer than number `last`. @param {string} untrusted @param {import('./roots.js').Devices} devices @param {string} mediation @param {number} last */
export async function checkBeat(untrusted, devices, mediation, last) {
  const beat = await check('beat', untrusted, Object.keys(devices), BeatShape);
  must(beat.body.mediation === mediation, 'mediation');
  must(beat.body.n > last, 'epoch');
  return beat;
}
