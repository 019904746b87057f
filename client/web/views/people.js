// The people of this mediation, for the mediator only: phone numbers, whether they signed, their invitation to send.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { actButton, mark, modal, plainButton, roleName } from './parts.js';
import { save } from './reader.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Floor['seats'][number]} SeatRow */

/** @param {TableContext} context */
export function peoplePanel(context) {
  const seats = context.state.floor?.seats ?? [];
  return html`<div class="people-panel"><h2 class="visually-hidden">${t('panel.people')}</h2><p class="small">${t('people.private')}</p>
    ${actButton(context, { id: 'renew-keys', label: t('people.renew'), act: () => context.actions.renewKeys() })}<p class="small">${t('people.renew.text')}</p>
    <ul class="plain">${seats.filter((seat) => seat.role !== 'mediator').map((seat) => person(context, seat))}</ul></div>`;
}

/** @param {TableContext} context @param {SeatRow} seat */
function person(context, seat) {
  return html`<li class="person-card"><p><strong>${seat.name}</strong><br><span class="small">${roleName(seat.role)}${seat.sideLabel ? `, ${seat.sideLabel}` : ''}</span></p>
    <ul class="plain marks"><li>${mark(seat.online ? 'tick' : 'waiting')}${t(seat.online ? 'people.online' : 'people.offline')}</li>
      <li>${mark(seat.signed ? 'tick' : 'waiting')}${t(!seat.signed ? 'people.not-signed' : seat.paper ? 'people.signed-on-paper' : 'people.signed')}</li></ul>
    ${seat.phone ? html`<p><a href="tel:${seat.phone.replace(/[^+\d]/gu, '')}">${t('people.call', { phone: seat.phone })}</a></p>` : html`<p class="small">${t('people.no-phone')}</p>`}
    ${seat.role === 'interpreter' ? html`<div class="field"><label for="with-${seat.seat}">${t('people.goes-with')}</label><select id="with-${seat.seat}" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => void context.run(`with-${seat.seat}`, () => context.actions.goesWith(seat.seat, event.target.value))}>
      <option value="" ?selected=${!seat.goesWith}>${t('people.goes-with.nobody')}</option>${(context.state.floor?.seats ?? []).filter((one) => one.role === 'party').map((one) => html`<option value=${one.seat} ?selected=${seat.goesWith === one.seat}>${one.name}</option>`)}</select></div>` : nothing}
    ${actButton(context, { id: `invite-${seat.seat}`, label: t('people.invitation'), act: async () => { const made = await context.actions.invitation(seat.seat); context.set({ dialog: { id: 'invitation', seat: seat.seat, name: seat.name, ...made }, copied: '' }); } })}</li>`;
}

/** The text to send from one's own mail, and the appointment without names or link. @param {TableContext} context */
export function invitationDialog(context) {
  const dialog = context.ui.dialog;
  if (dialog?.id !== 'invitation') return nothing;
  const copy = async () => {
    await navigator.clipboard.writeText(String(dialog.text));
    context.set({ copied: 'invitation' });
  };
  return modal(context, { title: t('invite.title', { name: String(dialog.name) }), body: html`<p>${t('invite.text', { name: String(dialog.name) })}</p>
      <label for="invitation-text">${t('invite.label')}</label><textarea id="invitation-text" readonly rows="10" .value=${String(dialog.text)}></textarea>
      <p class="small">${t('invite.only-them')}</p>`,
    foot: html`${actButton(context, { id: 'copy-invitation', label: context.ui.copied === 'invitation' ? t('act.copied') : t('invite.copy'), look: 'primary', act: copy })}
      ${plainButton(t('invite.ics'), () => save(new TextEncoder().encode(String(dialog.ics)), t('invite.file'), 'text/calendar'))}` });
}
