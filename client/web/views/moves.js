// Moving people: chosen, shown once more when it needs a thought (a party without their lawyer, someone left alone), then one act.
// Also the three ends: separate everyone now, adjourn, close for good.

import { html, nothing } from 'lit';
import { list, t, word } from '../i18n.js';
import { nameOf } from './banner.js';
import { knockStatus } from './knock.js';
import { actButton, failure, field, mark, modal, plainButton, roleName, tick } from './parts.js';
import { outcomeForm } from './outcome.js';
import { floorTitle } from './plan.js';
import { timeIn, timeToday } from './times.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Person} Person */
/** @typedef {{seats: string[], to: string, label: string}} Move */

/** @param {TableContext} context */
export function moveDialogs(context) {
  switch (context.ui.dialog?.id) {
    case 'move': return moveDialog(context);
    case 'move-warn': return warnDialog(context);
    case 'separate': return separateDialog(context);
    case 'finish': return finishDialog(context);
    case 'close': return closeDialog(context);
    default: return nothing;
  }
}

/** Everyone who is somewhere. @param {TableContext} context @returns {Person[]} */
const placed = (context) => (context.state.floor?.rooms ?? []).flatMap((room) => room.people).filter((person) => !person.me);

/** @param {TableContext} context @param {string} seat */
function seatName(context, seat) {
  const person = placed(context).find((one) => one.seat === seat);
  return person ? nameOf(person) : context.state.floor?.seats.find((one) => one.seat === seat)?.name ?? t('person.unnamed');
}

/** The move as the dialog holds it now. @param {TableContext} context @returns {Move} */
const moveOf = (context) => ({ seats: context.ui.dialog?.seats ?? [], to: String(context.ui.dialog?.to ?? ''), label: String(context.ui.dialog?.label ?? '') });

/** @param {TableContext} context */
function moveDialog(context) {
  const move = moveOf(context);
  const change = (/** @type {Partial<Move>} */ patch) => context.set({ dialog: { id: 'move', ...move, ...patch } });
  const warnings = move.seats.length ? context.actions.moveWarnings(move.seats, move.to) : null;
  const rooms = (context.state.floor?.rooms ?? []).filter((room) => room.kind !== 'waiting');
  const go = () => {
    if (!move.seats.length || !move.to) return;
    if (warnings && (warnings.withoutLawyer.length || warnings.leavesAlone.length)) context.set({ dialog: { id: 'move-warn', ...move } });
    else void perform(context, move, 'move-go');
  };
  const fresh = move.to === 'caucus' || move.to === 'counsel';
  return modal(context, { title: t('move.title'), look: 'wide', body: html`<div class="two">
    <fieldset><legend>${t('move.who')}</legend>${placed(context).map((person) => tick({ name: 'move-seat', value: person.seat, label: html`<strong>${nameOf(person)}</strong>, ${roleName(person.role)}${person.sideLabel ? `, ${person.sideLabel}` : ''}`,
      hint: whereIs(context, person.seat), checked: move.seats.includes(person.seat), onchange: (on) => change({ seats: on ? [...move.seats, person.seat] : move.seats.filter((seat) => seat !== person.seat) }) }))}
      ${placed(context).length === 0 ? html`<p>${t('move.nobody')}</p>` : nothing}</fieldset>
    <fieldset><legend>${t('move.where')}</legend>${rooms.map((room) => tick({ type: 'radio', name: 'move-to', value: room.id, label: floorTitle(context, room), checked: move.to === room.id, onchange: () => change({ to: room.id }) }))}
      ${rooms.some((room) => room.kind === 'joint') ? nothing : tick({ type: 'radio', name: 'move-to', value: 'joint', label: t('move.to-joint'), checked: move.to === 'joint', onchange: () => change({ to: 'joint' }) })}
      ${tick({ type: 'radio', name: 'move-to', value: 'caucus', label: t('move.to-caucus'), hint: t('move.to-caucus.hint'), checked: move.to === 'caucus', onchange: () => change({ to: 'caucus' }) })}
      ${tick({ type: 'radio', name: 'move-to', value: 'counsel', label: t('move.to-counsel'), hint: t('move.to-counsel.hint'), checked: move.to === 'counsel', onchange: () => change({ to: 'counsel' }) })}
      ${tick({ type: 'radio', name: 'move-to', value: 'waiting', label: t('move.to-waiting'), hint: t('move.to-waiting.hint'), checked: move.to === 'waiting', onchange: () => change({ to: 'waiting' }) })}</fieldset></div>
    ${fresh ? html`<div @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => change({ label: event.target.value })}>${field({ name: 'room-label', label: t('move.label'), hint: t('move.label.hint'), value: move.label, max: 60 })}</div>` : nothing}
    ${warnings?.forbidden ? html`<p class="failure">${mark('warning')}<span>${word('forbidden', warnings.forbidden)}</span></p>` : nothing}
    ${warnings?.withoutLawyer.length ? html`<p class="notice-line">${mark('warning')}<span>${t('move.without-lawyer', { names: list(warnings.withoutLawyer.map((seat) => seatName(context, seat))), count: warnings.withoutLawyer.length })}</span></p>` : nothing}
    ${knockStatus(context)}<p class="small">${t('move.muted')}</p>`,
    foot: html`<button type="button" class="primary" data-focus="move-go" aria-disabled=${!move.seats.length || !move.to || warnings?.forbidden || context.ui.busy.has('move-go') ? 'true' : 'false'} @click=${() => { if (!warnings?.forbidden) go(); }}>${context.ui.busy.has('move-go') ? t('act.working') : t('move.go', { count: move.seats.length })}</button>${failure(context, 'move-go')}` });
}

/** @param {TableContext} context @param {string} seat */
function whereIs(context, seat) {
  const room = context.state.floor?.rooms.find((one) => one.people.some((person) => person.seat === seat));
  return room ? t('move.now', { room: floorTitle(context, room) }) : '';
}

/** @param {TableContext} context @param {Move} move @param {string} id */
async function perform(context, move, id) {
  const done = await context.run(id, () => (move.to === 'caucus' || move.to === 'counsel'
    ? context.actions.makeRoom(move.to, move.label.trim(), move.seats)
    : context.actions.move(move.seats, move.to)));
  if (done) context.set({ dialog: null });
}

/** One more look: a party without their lawyer, or somebody left alone. @param {TableContext} context */
function warnDialog(context) {
  const move = moveOf(context);
  const { withoutLawyer, leavesAlone, forbidden } = context.actions.moveWarnings(move.seats, move.to);
  const sides = new Set(withoutLawyer.map((seat) => placed(context).find((one) => one.seat === seat)?.side));
  const lawyers = placed(context).filter((person) => person.role === 'counsel' && sides.has(person.side) && !move.seats.includes(person.seat)).map((person) => person.seat);
  const names = (/** @type {string[]} */ seats) => list(seats.map((seat) => seatName(context, seat)));
  return modal(context, { title: t(withoutLawyer.length ? 'warn.lawyer.title' : 'warn.alone.title'), close: t('act.cancel'), look: 'warn', body: html`
    ${withoutLawyer.length ? html`<p class="lead">${mark('warning')} ${t('warn.lawyer', { names: names(withoutLawyer), count: withoutLawyer.length })}</p><p>${t('warn.lawyer.text')}</p>` : nothing}
    ${leavesAlone.length ? html`<p class="lead">${mark('warning')} ${t('warn.alone', { names: names(leavesAlone), count: leavesAlone.length })}</p>` : nothing}
    ${forbidden ? html`<p class="failure">${mark('warning')}<span>${word('forbidden', forbidden)}</span></p>` : nothing}`,
    foot: html`${lawyers.length ? actButton(context, { id: 'warn-with', label: t('warn.bring', { names: names(lawyers) }), look: 'primary', off: forbidden !== null, act: () => perform(context, { ...move, seats: [...move.seats, ...lawyers] }, 'warn-move') }) : nothing}
      ${actButton(context, { id: 'warn-go', label: t(withoutLawyer.length ? 'warn.without' : 'warn.anyway'), off: forbidden !== null, act: () => perform(context, move, 'warn-move') })}
      ${plainButton(t('act.back'), () => context.set({ dialog: { id: 'move', ...move } }), { look: 'quiet' })}${failure(context, 'warn-move')}` });
}

/** @param {TableContext} context */
const separateDialog = (context) => modal(context, { title: t('separate.title'), close: t('act.cancel'), look: 'warn', body: html`<p class="lead">${t('separate.text')}</p><p>${t('separate.after')}</p>`,
  foot: actButton(context, { id: 'separate-now', label: t('separate.now'), look: 'stop solid', act: () => context.actions.separate(), then: (done) => { if (done) context.set({ dialog: null }); } }) });

/** @param {TableContext} context */
const breakForm = (context) => html`<div class="row"><div class="field"><label for="break-until">${t('finish.break.until')}</label>
  <input id="break-until" type="time" .value=${context.ui.breakUntil ?? (context.ui.breakUntil = timeIn(30))} @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => { context.ui.breakUntil = event.target.value; }}></div>
  ${actButton(context, { id: 'break-now', label: t('finish.break.now'), act: () => context.actions.breakUntil(timeToday(context.ui.breakUntil)), then: (done) => { if (done) context.set({ dialog: null }); } })}</div>`;

/** @param {TableContext} context */
const finishDialog = (context) => modal(context, { title: t('finish.title'), body: html`
  <section class="choice"><h3>${t('finish.break')}</h3><p>${t('finish.break.text')}</p>${breakForm(context)}</section>
  <section class="choice"><h3>${t('finish.adjourn')}</h3><p>${t('finish.adjourn.text')}</p>${actButton(context, { id: 'adjourn', label: t('finish.adjourn.now'), look: 'primary', act: () => context.actions.adjourn(), then: (done) => { if (done) context.set({ dialog: null }); } })}</section>
  <section class="choice"><h3>${t('finish.close')}</h3><p>${t('finish.close.text')}</p>${plainButton(t('finish.close.open'), () => context.set({ dialog: { id: 'close' } }), { look: 'stop', id: 'close' })}</section>
  ${outcomeForm(context)}` });

/** @param {TableContext} context */
function closeDialog(context) {
  const sure = context.ui.dialog?.sure === true;
  const kept = context.state.kept.length;
  return modal(context, { title: t('close.title'), close: t('act.cancel'), look: 'warn', body: html`<p class="lead">${t('close.text')}</p>
    <ul><li>${t('close.gone')}</li><li>${t('close.kept', { count: kept })}</li><li>${t('close.links')}</li></ul>
    ${tick({ name: 'close-sure', label: t('close.sure'), checked: sure, onchange: (on) => context.set({ dialog: { id: 'close', sure: on } }) })}`,
    foot: actButton(context, { id: 'close-now', label: t('close.now'), look: 'stop solid', off: !sure, act: () => context.actions.close(), then: (done) => { if (done) context.set({ dialog: null }); } }) });
}
