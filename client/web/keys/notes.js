// Notes from device to device: signed inside, sealed outside, padded. Twin of client/keys/notes.py.
import { fromUtf8, info, utf8 } from './encoding.js';
import { openBox, sealBox } from './hpke_box.js';
import { check, sign } from './jws.js';
import { must } from './refusals.js';
import { Id, Label, list, map, payload, str, Time, Word } from './schema.js';

/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {string|number|boolean|null|string[]} Value */
/** @typedef {{suite: 's1', mediation: string, from: string, to: string, id: string, kind: string, body: Record<string, Value>, ts: number}} Note */

const STEP = 4096; // one size for every note: an agreed signal looks like any word to the mediator
const words = list(str(0, 100_000), 10_000);
/** @type {import('./schema.js').Shape} */
const Value = (value) => {
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
  return typeof value === 'string' ? str(0, 100_000)(value) : words(value);
};
export const NoteShape = payload({ mediation: Id, from: Id, to: Id, id: Id, kind: Word, body: map(Label, Value, 32), ts: Time });

/** Sign, and seal to the receiver's page key. @param {import('./devices.js').Signer} signer @param {string} pageKem @param {Omit<Note, 'suite'>} note */
export async function sealNote(signer, pageKem, note) {
  const signed = await sign('note', note, signer, NoteShape);
  return sealBox(pageKem, info('note', note.mediation, note.from, note.to), utf8(signed.compact), STEP);
}

/** A note from this sender's device to us. Whether its `id` was seen before is for the caller to know. @param {import('./devices.js').Opener} opener @param {string} mediation @param {string} sender @param {string} to @param {string} dev @param {string} box @returns {Promise<Signed<Note>>} */
export async function openNote(opener, mediation, sender, to, dev, box) {
  const plain = await openBox(opener, info('note', mediation, sender, to), box, STEP);
  const note = await check('note', fromUtf8(plain), dev, NoteShape);
  must(note.body.mediation === mediation, 'mediation');
  must(note.body.from === sender && note.body.to === to, 'seat');
  return note;
}
