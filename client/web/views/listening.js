// What one listens to where somebody interprets: everyone, the room, or the interpreter with the room turned low. Each sound arrives
// sealed and by itself; they are mixed here and nowhere else. A sign-language interpreter can be kept large, in every room.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { nameOf } from './banner.js';
import { tick } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('../session/types.js').Person} Person */

/** The room under an interpreter's voice. */
const LOW = 0.12;

/** @param {SeatContext} context @returns {Person[]} */
const interpreters = (context) => (context.state.room?.people ?? []).filter((person) => person.role === 'interpreter' && !person.me);

/** How loud each is, from 0 to 1. @param {SeatContext} context @returns {(person: Person) => number} */
export function levels(context) {
  const known = interpreters(context);
  const choice = String(context.ui.listen ?? 'all');
  const chosen = known.find((person) => person.seat === choice);
  return (person) => {
    if (choice === 'floor') return person.role === 'interpreter' ? 0 : 1;
    if (!chosen) return 1;
    return person.seat === chosen.seat ? 1 : person.role === 'interpreter' ? 0 : LOW;
  };
}

/** The place that is kept large, if it is here. @param {SeatContext} context @returns {string} */
export const kept = (context) => interpreters(context).find((person) => person.seat === context.ui.kept)?.seat ?? '';

/** @param {SeatContext} context */
export function listenBar(context) {
  const known = interpreters(context);
  if (known.length === 0) return nothing;
  const choice = String(context.ui.listen ?? 'all');
  return html`<section class="strip listen" aria-label=${t('listen.label')}><label for="listen">${t('listen.label')}</label>
    <select id="listen" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => context.set({ listen: event.target.value })}>
      <option value="all" ?selected=${choice === 'all'}>${t('listen.all')}</option><option value="floor" ?selected=${choice === 'floor'}>${t('listen.floor')}</option>
      ${known.map((person) => html`<option value=${person.seat} ?selected=${choice === person.seat}>${t('listen.interpreter', { name: nameOf(person) })}</option>`)}</select>
    ${known.map((person) => tick({ name: 'keep-large', value: person.seat, label: t('listen.large', { name: nameOf(person) }), checked: context.ui.kept === person.seat, onchange: (on) => context.set({ kept: on ? person.seat : '' }) }))}</section>`;
}
