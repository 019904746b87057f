// Rooms and people: every room with who is in it and for how long; every person with a way to move them, by keyboard as by mouse.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { minutes, t } from '../i18n.js';
import { nameOf, roomMark } from './banner.js';
import { knockStatus } from './knock.js';
import { actButton, initials, mark, plainButton, roleName } from './parts.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Floor} Floor */
/** @typedef {Floor['rooms'][number]} FloorRoom */
/** @typedef {import('../session/types.js').Person} Person */

/** @param {TableContext} context @param {string} side @returns {number} the place of a side among the sides: its hue and mark */
export const sideIndex = (context, side) => Math.max(context.state.floor?.sides.findIndex((one) => one.id === side) ?? 0, 0);

/** The name of a room as the mediator calls it. @param {TableContext} context @param {FloorRoom} room @returns {string} */
export function floorTitle(context, room) {
  if (room.label) return room.label;
  const labels = [...new Set(room.people.filter((person) => person.side).map((person) => person.sideLabel))];
  const label = labels.length === 1 ? labels[0] ?? '' : '';
  return t(room.kind === 'waiting' ? 'room.waiting-of' : `room.${room.kind}-of`, { side: label, has: label ? 'yes' : 'no' });
}

/** @param {TableContext} context @param {FloorRoom} room */
const markOf = (context, room) => roomMark(room.kind, sideIndex(context, room.people.find((person) => person.side)?.side ?? ''));

const now = () => Date.now() / 1000;

/** @param {TableContext} context */
export function plan(context) {
  const floor = context.state.floor;
  if (!floor) return nothing;
  const order = { joint: 0, caucus: 1, counsel: 2, waiting: 3 };
  const rooms = [...floor.rooms].sort((a, b) => order[a.kind] - order[b.kind]);
  const away = floor.seats.filter((seat) => seat.where === 'away' || seat.where === '').filter((seat) => seat.role !== 'mediator');
  return html`<section class="plan" aria-labelledby="plan-title">
    <h2 id="plan-title">${t('plan.title')}</h2>
    ${repeat(rooms, (room) => room.id, (room) => roomCard(context, room))}
    <div class="plan-new">${floor.sides.map((side, index) => floor.rooms.some((room) => room.kind === 'caucus' && room.people.some((person) => person.side === side.id)) ? nothing
      : plainButton(t('plan.private-with', { side: side.label }), () => context.set({ dialog: { id: 'move', seats: seatsOf(floor, side.id), to: 'caucus', label: '' } }), { icon: roomMark('caucus', index), id: `private-${side.id}` }))}
      ${plainButton(t('plan.move'), () => context.set({ dialog: { id: 'move', seats: [], to: '', label: '' } }), { id: 'move-any' })}</div>
    ${away.length ? html`<section class="rm hue-waiting"><header><h3>${t('plan.away')}</h3></header><ul class="people">${away.map((seat) => html`<li class="seat"><span class="who">${seat.name}<small>${roleName(seat.role)}${seat.sideLabel ? `, ${seat.sideLabel}` : ''}</small></span><small>${t(seat.invited ? 'plan.invited' : 'plan.not-invited')}</small></li>`)}</ul></section>` : nothing}
    ${timeWithSides(context, floor)}</section>`;
}

/** Those of a side who are somewhere already. @param {Floor} floor @param {string} side */
const seatsOf = (floor, side) => floor.rooms.flatMap((room) => room.people).filter((person) => person.side === side).map((person) => person.seat);

/** @param {TableContext} context @param {FloorRoom} room */
function roomCard(context, room) {
  const here = room.here;
  const passed = (now() - room.since) / 60;
  const for_ = passed < 1 ? t('plan.moment') : minutes(passed);
  const state = here ? t('plan.here', { time: for_ }) : room.people.length === 0 ? t('plan.empty') : t(room.kind === 'waiting' ? 'plan.waiting' : 'plan.since', { time: for_ });
  const title = floorTitle(context, room);
  return html`<section class="rm hue-${markOf(context, room)} ${here ? 'here' : ''}" aria-label=${title}
    @dragover=${(/** @type {DragEvent} */ event) => { if (context.ui.dragged && room.mayEnter) event.preventDefault(); }} @drop=${(/** @type {DragEvent} */ event) => { event.preventDefault(); dropped(context, room); }}>
    <header><h3>${mark(markOf(context, room))} ${title}</h3><span class="rm-state">${state}</span></header>
    ${room.people.length ? html`<ul class="people">${repeat(room.people, (person) => person.seat, (person) => seatRow(context, person))}</ul>` : nothing}
    ${knockStatus(context, room.id)}<div class="rm-acts">${here || !room.mayEnter ? nothing : actButton(context, { id: `visit-${room.id}`, label: t(room.kind === 'joint' ? 'plan.go' : 'plan.visit'), look: 'small-button', busy: t(room.ring ? 'knock.waiting' : 'plan.visiting'), act: () => context.actions.visit(room.id) })}
      ${room.mayEnter || here ? nothing : html`<p class="small">${t('plan.cannot')}</p>`}
      ${room.kind === 'waiting' ? nothing : plainButton(t('plan.bring'), () => context.set({ dialog: { id: 'move', seats: [], to: room.id, label: '' } }), { look: 'small-button', id: `bring-${room.id}` })}</div>
  </section>`;
}

/** Dropped on a room: the same dialog as by button and keyboard, filled in; nobody is moved by a slip of the hand. @param {TableContext} context @param {FloorRoom} room */
function dropped(context, room) {
  const seat = String(context.ui.dragged ?? '');
  context.ui.dragged = '';
  if (!seat || room.people.some((person) => person.seat === seat)) return;
  context.set({ dialog: { id: 'move', seats: [seat], to: room.kind === 'waiting' ? 'waiting' : room.id, label: '' } });
}

/** @param {TableContext} context @param {Person} person */
function seatRow(context, person) {
  const trouble = !person.online ? t('person.offline') : '';
  return html`<li class="seat" draggable=${person.me ? 'false' : 'true'} @dragstart=${(/** @type {DragEvent} */ event) => { context.ui.dragged = person.seat; event.dataTransfer?.setData('text/plain', ''); }}><span class="av" aria-hidden="true">${person.names[0] ? initials(person.names[0]) : mark('person')}</span>
    <span class="who">${person.me ? t('person.you') : nameOf(person)}<small>${roleName(person.role)}${person.sideLabel ? `, ${person.sideLabel}` : ''}${trouble ? html`, <strong class="trouble">${trouble}</strong>` : nothing}</small></span>
    ${person.me ? nothing : html`<button type="button" class="quiet" data-focus="move-${person.seat}" aria-label=${t('plan.move-one', { name: nameOf(person) })} @click=${() => context.set({ dialog: { id: 'move', seats: [person.seat], to: '', label: '' } })}>${t('plan.move-short')}</button>`}</li>`;
}

/** The neutrality meter: minutes with each side, for the mediator's eyes. @param {TableContext} context @param {Floor} floor */
function timeWithSides(context, floor) {
  const sums = floor.sides.map((side) => Math.max(0, ...floor.seats.filter((seat) => seat.side === side.id).map((seat) => seat.minutes)));
  const most = Math.max(1, ...sums);
  if (floor.sides.length < 2) return nothing;
  return html`<section class="meter-card"><h3>${t('plan.time')}</h3>${floor.sides.map((side, index) => html`<p class="meter-row hue-${roomMark('caucus', index)}"><span>${mark(roomMark('caucus', index))} ${side.label}</span><span class="num">${minutes(sums[index] ?? 0)}</span>
    <meter min="0" max=${most} .value=${sums[index] ?? 0} aria-label=${t('plan.time.one', { side: side.label })}></meter></p>`)}<p class="small">${t('plan.time.private')}</p></section>`;
}
