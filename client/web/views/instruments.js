// The mediator's instruments beside the table: a message to every room, a promised time, timers, notes, prepared private meetings.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { clock, list, t } from '../i18n.js';
import { nameOf } from './banner.js';
import { actButton, failure, field, mark, plainButton, tick } from './parts.js';
import { floorTitle } from './plan.js';
import { save } from './reader.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Instruments} Instruments */

const MINUTES = [5, 10, 15, 20, 30, 45, 60];
const SAVE_AFTER = 1200;

/** @param {string} id */
const valueOf = (id) => {
  const element = document.getElementById(id);
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement ? element.value : '';
};

/** @param {string} id */
const empty = (id) => {
  const element = document.getElementById(id);
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) element.value = '';
};

/** @param {TableContext} context */
export function instrumentsPanel(context) {
  const held = context.state.instruments;
  if (!held) return nothing;
  return html`<div class="instruments scroll" tabindex="0" role="region" aria-label=${t('panel.tools')}><h2 class="visually-hidden">${t('panel.tools')}</h2>
    ${toEveryRoom(context)}${promises(context, held)}${timers(context, held)}${plans(context, held)}${notes(context, held)}</div>`;
}

/** @param {TableContext} context */
function toEveryRoom(context) {
  const sent = context.ui.toldAll;
  return html`<section class="tool"><h3>${t('tools.all')}</h3>
    ${field({ name: 'tell-all', label: t('tools.all.label'), hint: t('tools.all.hint'), rows: 2, max: 1000 })}
    ${actButton(context, { id: 'tell-all-send', label: t('tools.all.send'), act: async () => {
      const text = valueOf('tell-all').trim();
      if (!text) return;
      context.set({ toldAll: await context.actions.tellAll(text) });
      empty('tell-all');
    } })}
    ${sent ? html`<p class="small" role="status">${sent.reached.length ? t('tools.all.reached', { names: list(sent.reached) }) : t('tools.all.nobody')}
      ${sent.missed.length ? t('tools.all.missed', { names: list(sent.missed) }) : nothing}</p>` : nothing}</section>`;
}

/** Rooms without the mediator, and when they were told the mediator would come. @param {TableContext} context @param {Instruments} held */
function promises(context, held) {
  const rooms = (context.state.floor?.rooms ?? []).filter((room) => !room.here && room.people.length);
  return html`<section class="tool"><h3>${t('tools.promise')}</h3><p class="small">${t('tools.promise.text')}</p>
    ${rooms.length === 0 ? html`<p>${t('tools.promise.nobody')}</p>` : html`<ul class="plain tool-rows">${repeat(rooms, (room) => room.id, (room) => {
      const seats = room.people.map((person) => person.seat);
      const until = held.promises.find((one) => seats.includes(one.seat))?.until ?? 0;
      const id = `promise-${room.id}`;
      return html`<li><p><strong>${floorTitle(context, room)}</strong> <span class="small">${list(room.people.map(nameOf))}</span>${until ? html`<br><span class="small">${t('tools.promise.told', { time: clock(until) })}</span>` : nothing}</p>
        <div class="tool-act"><label class="visually-hidden" for=${id}>${t('tools.promise.in', { room: floorTitle(context, room) })}</label>
          <select id=${id}>${MINUTES.map((one) => html`<option value=${one}>${t('tools.in', { count: one })}</option>`)}</select>
          ${actButton(context, { id: `${id}-tell`, label: t(until ? 'tools.promise.change' : 'tools.promise.tell'), act: () => context.actions.promise(seats, Math.floor(Date.now() / 1000) + Number(valueOf(id)) * 60) })}
          ${until ? actButton(context, { id: `${id}-back`, label: t('tools.promise.back'), look: 'quiet', act: () => context.actions.promise(seats, 0) }) : nothing}</div></li>`;
    })}</ul>`}</section>`;
}

/** Minutes and seconds, read aloud only when a timer ends. @param {number} seconds */
const left = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** @param {TableContext} context @param {Instruments} held */
const timers = (context, held) => html`<section class="tool"><h3>${t('tools.timers')}</h3>
  ${held.timers.length ? html`<ul class="plain tool-rows">${repeat(held.timers, (one) => one.id, (one) => html`<li class="timer"><p><span class="num timer-left" aria-hidden="true">${left(one.left)}</span> ${one.label || t('tools.timer')}<span class="small"> ${t('tools.timer.until', { time: clock(one.ends) })}</span></p>
    ${actButton(context, { id: `timer-${one.id}`, label: t('tools.timer.stop'), look: 'quiet', act: () => context.actions.stopTimer(one.id) })}</li>`)}</ul>` : nothing}
  <div class="tool-form">${field({ name: 'timer-label', label: t('tools.timer.label'), max: 60 })}
    <div class="field"><label for="timer-minutes">${t('tools.timer.minutes')}</label><select id="timer-minutes">${MINUTES.map((one) => html`<option value=${one} ?selected=${one === 15}>${t('tools.in', { count: one })}</option>`)}</select></div>
    ${actButton(context, { id: 'timer-start', label: t('tools.timer.start'), act: async () => { await context.actions.startTimer(valueOf('timer-label'), Number(valueOf('timer-minutes'))); empty('timer-label'); } })}</div></section>`;

/** @param {TableContext} context @param {Instruments} held */
function plans(context, held) {
  const seats = context.state.floor?.seats ?? [];
  const placed = new Set((context.state.floor?.rooms ?? []).flatMap((room) => room.people.map((person) => person.seat)));
  const nameOfSeat = (/** @type {string} */ seat) => seats.find((one) => one.seat === seat)?.name ?? t('person.unnamed');
  const chosen = /** @type {string[]} */ (context.ui.planSeats ??= []);
  return html`<section class="tool"><h3>${t('tools.plans')}</h3><p class="small">${t('tools.plans.text')}</p>
    ${held.plans.length ? html`<ul class="plain tool-rows">${repeat(held.plans, (one) => one.id, (one) => {
      const there = one.seats.filter((seat) => placed.has(seat));
      return html`<li><p><strong>${one.label || t(`move.to-${one.kind}`)}</strong><br><span class="small">${list(one.seats.map(nameOfSeat))}</span></p>
        <div class="tool-act">${plainButton(t('tools.plans.open', { count: there.length }), () => context.set({ dialog: { id: 'move', seats: there, to: one.kind, label: one.label } }), { id: `plan-${one.id}` })}
        ${actButton(context, { id: `drop-${one.id}`, label: t('tools.plans.drop'), look: 'quiet', act: () => context.actions.dropPlan(one.id) })}</div></li>`;
    })}</ul>` : nothing}
    <details class="fold"><summary>${t('tools.plans.new')}</summary><div class="tool-form">
      ${field({ name: 'plan-label', label: t('move.label'), hint: t('move.label.hint'), max: 60 })}
      <fieldset><legend>${t('move.who')}</legend>${seats.filter((one) => one.role !== 'mediator').map((one) => tick({ name: 'plan-seat', value: one.seat, label: one.name, checked: chosen.includes(one.seat), onchange: (on) => context.set({ planSeats: on ? [...chosen, one.seat] : chosen.filter((seat) => seat !== one.seat) }) }))}</fieldset>
      <div class="field"><label for="plan-kind">${t('tools.plans.kind')}</label><select id="plan-kind"><option value="caucus">${t('move.to-caucus')}</option><option value="counsel">${t('move.to-counsel')}</option></select></div>
      ${actButton(context, { id: 'plan-room', label: t('tools.plans.make'), act: async () => { await context.actions.planRoom(valueOf('plan-label'), valueOf('plan-kind') === 'counsel' ? 'counsel' : 'caucus', chosen); empty('plan-label'); context.set({ planSeats: [] }); } })}</div></details></section>`;
}

/** @param {TableContext} context @param {Instruments} held */
function notes(context, held) {
  const keepNotes = context.ui.keepNotes ?? held.keepNotes;
  const put = async (/** @type {boolean} */ kept) => {
    clearTimeout(context.ui.notesTimer);
    context.set({ notesSaved: (await context.run('notes', () => context.actions.saveNotes(valueOf('private-notes'), kept))) ? 'yes' : 'no' });
  };
  const later = () => {
    clearTimeout(context.ui.notesTimer);
    context.ui.notesTimer = setTimeout(() => put(context.ui.keepNotes ?? held.keepNotes), SAVE_AFTER);
    if (context.ui.notesSaved !== 'wait') context.set({ notesSaved: 'wait' });
  };
  context.ui.firstNotes ??= held.notes;
  return html`<section class="tool"><h3>${t('tools.notes')}</h3>
    <div class="field" @input=${later}>${field({ name: 'private-notes', label: t('tools.notes.label'), hint: t('tools.notes.hint'), rows: 6, max: 20_000, value: context.ui.firstNotes })}</div>
    ${context.ui.notesSaved ? html`<p class="small" role="status">${mark(context.ui.notesSaved === 'yes' ? 'tick' : 'waiting')} ${t(`tools.notes.saved-${context.ui.notesSaved}`)}</p>` : nothing}${failure(context, 'notes')}
    ${tick({ name: 'keep-notes', label: t('tools.notes.keep'), hint: t('tools.notes.keep.hint'), checked: keepNotes, onchange: (on) => { context.ui.keepNotes = on; void put(on); } })}
    ${plainButton(t('tools.notes.file'), () => save(new TextEncoder().encode(valueOf('private-notes')), t('tools.notes.file-name'), 'text/plain'), { look: 'quiet', id: 'notes-file' })}</section>`;
}
