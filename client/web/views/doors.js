// Knocks: who is at the door, what is known of them, and where they may go. Letting in is a choice of room, never a default.

import { html, nothing } from 'lit';
import { clock, list, t, word } from '../i18n.js';
import { announce } from './announce.js';
import { knockStatus } from './knock.js';
import { actButton, mark, modal, plainButton, roleName, tick } from './parts.js';
import { floorTitle } from './plan.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Floor['doors'][number]} Door */

/** @param {Door} door */
const nameOf = (door) => (door.names.length ? list(door.names) : t('person.unnamed'));

/** @param {TableContext} context */
export function doorBar(context) {
  const doors = context.state.floor?.doors ?? [];
  /** @type {Set<string>} */
  const told = (context.ui.doorsTold ??= new Set());
  for (const door of doors) {
    const key = `${door.seat} ${door.at}`;
    if (!told.has(key)) announce(t('door.at', { name: nameOf(door), role: roleName(door.role) }), true);
    told.add(key);
  }
  if (doors.length === 0) return nothing;
  return html`<ul class="doors" aria-label=${t('door.label')}>${doors.map((door) => html`<li><p><strong>${nameOf(door)}</strong> <span>${t('door.who', { role: roleName(door.role), side: door.sideLabel, has: door.sideLabel ? 'yes' : 'no' })}</span></p>
    ${plainButton(t('door.see'), () => context.set({ dialog: { id: 'door', seat: door.seat, to: '' } }), { look: 'primary', id: `door-${door.seat}` })}</li>`)}</ul>`;
}

/** @param {TableContext} context */
export function doorDialog(context) {
  const { ui, state } = context;
  if (ui.dialog?.id !== 'door') return nothing;
  const door = state.floor?.doors.find((one) => one.seat === ui.dialog?.seat);
  if (!door) return modal(context, { title: t('door.gone'), body: html`<p>${t('door.gone.text')}</p>` });
  const seat = state.floor?.seats.find((one) => one.seat === door.seat);
  const to = String(ui.dialog.to ?? '');
  const rooms = (state.floor?.rooms ?? []).filter((room) => room.kind !== 'waiting' && room.kind !== 'joint');
  // Lost device, emptied browser: their place is still on a list.
  const back = state.floor?.rooms.find((room) => room.mayEnter && room.people.some((person) => person.seat === door.seat)) ?? null;
  const joint = state.floor?.rooms.some((room) => room.kind === 'joint') ?? false;
  const choose = (/** @type {string} */ id) => context.set({ dialog: { id: 'door', seat: door.seat, to: id } });
  const forbidden = to && to !== 'waiting' ? context.actions.moveWarnings([door.seat], to).forbidden : null;
  const shut = (/** @type {boolean} */ done) => { if (done) context.set({ dialog: null }); };
  return modal(context, { title: t('door.title', { name: nameOf(door) }), body: html`
    <dl class="facts">
      <div><dt>${t('door.names')}</dt><dd>${nameOf(door)}${door.names.length > 1 ? html` <span class="small">(${t('door.together', { count: door.names.length })})</span>` : nothing}</dd></div>
      <div><dt>${t('wait.as')}</dt><dd>${roleName(door.role)}${door.sideLabel ? `, ${door.sideLabel}` : ''}</dd></div>
      <div><dt>${t('door.device')}</dt><dd class=${door.known === 'same' ? '' : 'check-this'}>${door.known === 'same' ? mark('tick') : mark('warning')} ${t(`door.known-${door.known}`)}</dd></div>
      <div><dt>${t('door.signed')}</dt><dd class=${door.signed ? '' : 'check-this'}>${door.signed ? mark('tick') : mark('warning')} ${t(door.signed ? 'door.signed-yes' : door.cannotSign ? 'door.signed-cannot' : 'door.signed-no')}</dd></div>
      <div><dt>${t('door.since')}</dt><dd>${clock(door.at)}</dd></div>
      ${seat?.phone ? html`<div><dt>${t('door.phone')}</dt><dd><a href="tel:${seat.phone.replace(/[^+\d]/gu, '')}">${seat.phone}</a></dd></div>` : nothing}</dl>
    ${door.words ? html`<blockquote class="quoted"><p class="by">${t('door.words')}</p><p>${door.words}</p></blockquote>` : nothing}
    ${door.cannotSign && !door.signed ? actButton(context, { id: 'signed-on-paper', label: t('door.on-paper'), act: () => context.actions.signedOnPaper(door.seat) }) : nothing}
    <fieldset><legend>${t('door.where')}</legend>
      ${tick({ type: 'radio', name: 'door-to', value: 'joint', label: t(joint ? 'door.to-joint' : 'door.to-joint-new'), checked: to === 'joint', onchange: () => choose('joint') })}
      ${rooms.map((room) => tick({ type: 'radio', name: 'door-to', value: room.id, label: floorTitle(context, room), checked: to === room.id, onchange: () => choose(room.id) }))}
      ${tick({ type: 'radio', name: 'door-to', value: 'waiting', label: t('door.to-waiting'), hint: t('door.to-waiting.hint'), checked: to === 'waiting', onchange: () => choose('waiting') })}</fieldset>
    ${forbidden ? html`<p class="failure">${mark('warning')}<span>${word('forbidden', forbidden)}</span></p>` : nothing}${knockStatus(context)}`,
    foot: html`${back && door.signed ? actButton(context, { id: 'admit-back', label: t('door.back', { name: nameOf(door), room: floorTitle(context, back) }), look: 'primary', act: () => context.actions.admit(door.seat, back.id), then: shut }) : nothing}
      ${actButton(context, { id: 'admit', label: t('door.admit'), look: 'primary', off: to === '' || forbidden !== null, act: () => context.actions.admit(door.seat, to), then: shut })}
      ${actButton(context, { id: 'door-later', label: t('door.later'), act: () => context.actions.answerDoor(door.seat, 'later'), then: shut })}
      ${actButton(context, { id: 'door-no', label: t('door.no'), look: 'stop', act: () => context.actions.answerDoor(door.seat, 'no'), then: shut })}
      ${to === '' ? html`<p class="small">${t('door.choose-first')}</p>` : nothing}` });
}
