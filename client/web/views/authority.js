// What stands in for everyone's yes: papers on record, who must check them, what is still missing; and holds on destruction.

import { html, nothing } from 'lit';
import { day, list, t, word } from '../i18n.js';
import { actButton, failure, field, mark, plainButton, tick } from './parts.js';
import { wordsForm } from './paper.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('../session/types.js').Paper} Paper */

/** Which papers suit a reason. @type {Record<string, string[]>} */
const PAPERS = {
  report: ['duty'], 'mediator-misconduct': ['claim', 'order', 'leave'], 'participant-misconduct': ['claim', 'order', 'leave'],
  'settlement-enforcement': ['agreement', 'order', 'leave'], 'settlement-dispute': ['order', 'leave'], order: ['order', 'leave'],
};
/** Who may put a paper for a reason on record. @type {Record<string, string[]>} */
const BY = {
  report: ['mediator', 'comediator'], 'settlement-enforcement': ['party', 'counsel'], 'settlement-dispute': ['party', 'counsel'],
  'participant-misconduct': ['party', 'counsel', 'support', 'interpreter', 'expert', 'observer'],
};
/** Where a reason lets it go. @type {Record<string, string[]>} */
export const GOES_TO = {
  waiver: ['court', 'counsel-of-party', 'licensing-body', 'insurer'], report: ['police', 'protective-agency'], 'mediator-misconduct': ['court', 'licensing-body', 'insurer'],
  'participant-misconduct': ['court', 'licensing-body'], 'settlement-enforcement': ['court', 'counsel-of-party'], 'settlement-dispute': ['court'], order: ['court', 'counsel-of-party', 'police', 'licensing-body'],
};
const MISCONDUCT = ['mediator-misconduct', 'participant-misconduct'];
const HOLDS = ['demand', 'order', 'claim', 'settlement-dispute'];
const DAY = 86_400;

/** The reasons for which this person may put a paper on record; `demand` opens nothing. @param {SeatContext} context */
export function reasonsFor(context) {
  const { state } = context;
  const role = state.me.role || (state.floor ? 'mediator' : '');
  const here = (state.reasons ?? []).filter((one) => one !== 'waiver' && (BY[one]?.includes(role) ?? role !== 'custodian'));
  return state.kept.length ? [...here, 'demand'] : [];
}

/** Papers, what waits for a second person, holds, and the form for another paper. @param {SeatContext} context */
export function authorities(context) {
  const { state } = context;
  const offices = Boolean(state.floor) || state.me.role === 'custodian';
  const papers = state.papers ?? [];
  const reasons = reasonsFor(context);
  if (!papers.length && !offices && !reasons.length) return nothing;
  return html`${papers.map((one) => paper(context, one))}
    ${(state.acts ?? []).map((one) => html`<section class="card"><h2>${mark('waiting')} ${word('act-kind', one.act)}</h2>
      <p>${t('act.asked', { by: list(one.by), reason: one.reason ? word('hold-reason', one.reason) : '–' })}</p>
      ${one.mine ? html`<p class="small">${t('act.waits')}</p>` : withKey(context, `second-${one.id}`, t('act.second'), () => context.actions.giveSecond(one.id, 'act'))}</section>`)}
    ${(state.holds ?? []).length ? html`<section class="card"><h2>${mark('lock')} ${t('hold.title')}</h2><p>${t('hold.text')}</p>
      <ul>${(state.holds ?? []).map((one) => html`<li>${t('hold.one', { reason: word('hold-reason', one.reason), since: day(one.placedAt), review: day(one.reviewAt) })}</li>`)}</ul></section>` : nothing}
    ${offices ? keeping(context) : nothing}
    ${reasons.length ? paperForm(context, reasons) : nothing}`;
}

/** @param {SeatContext} context @param {Paper} one */
function paper(context, one) {
  const items = one.items.map((id) => context.state.kept.find((item) => item.id === id)?.label || t('kept.unnamed'));
  return html`<section class="card" aria-labelledby="paper-${one.id}"><h2 id="paper-${one.id}">${word('paper-kind', one.kind)}${one.ground ? `: ${word('reason', one.ground)}` : ''}</h2>
    ${one.kind === 'subpoena' ? html`<p class="lead">${t('demand.text')}</p>${one.defendBy && one.objectBy ? html`<p>${t('demand.clock', { defend: day(one.defendBy), object: day(one.objectBy) })}</p>` : nothing}` : nothing}
    <dl class="facts"><div><dt>${t('ask.what')}</dt><dd>${list(items)}</dd></div>
      <div><dt>${t('authority.by')}</dt><dd>${list(one.by)}</dd></div>
      ${one.accused.length ? html`<div><dt>${t('authority.accused')}</dt><dd>${list(one.accused)}</dd></div>` : nothing}
      ${one.words ? html`<div><dt>${t('authority.from')}</dt><dd>${one.words.by}</dd></div><div><dt>${t('authority.reference')}</dt><dd>${one.words.reference}</dd></div><div><dt>${t('authority.words')}</dt><dd>${one.words.words}</dd></div>` : nothing}
      <div><dt>${t('authority.until')}</dt><dd>${day(one.until)}</dd></div></dl>
    ${one.kind === 'subpoena' ? nothing : html`<p class=${one.checked ? 'assure' : ''}>${mark(one.checked ? 'tick' : 'waiting')} <span>${t(one.checked ? 'authority.checked' : 'authority.unchecked')}</span></p>`}
    ${one.mayCheck ? html`<p>${t('authority.check.text')}</p>${withKey(context, `second-${one.id}`, t('authority.check'), () => context.actions.giveSecond(one.id, 'authority'))}` : nothing}</section>`;
}

/** An act that is signed with the paper key: typed first, where this page does not have it. @param {SeatContext} context @param {string} id @param {string} label @param {() => Promise<void>} act */
function withKey(context, id, label, act) {
  if (context.state.paperKey.entered) return html`<div class="row">${actButton(context, { id, label, look: 'primary', act })}</div>`;
  return html`<details class="fold"><summary>${label}</summary>${wordsForm(context, `key-${id}`, label, (typed) => context.actions.enterPaperKey(typed), () => void context.run(id, act))}${failure(context, id)}</details>`;
}

/** Holds, their end, destruction: asked here, done when another person agrees. @param {SeatContext} context */
function keeping(context) {
  const held = (context.state.holds ?? []).length > 0;
  const closed = context.state.life === 'closed';
  const key = context.state.paperKey.entered;
  if (!key || !context.state.kept.length) return nothing;
  return html`<details class="card fold"><summary>${t('keeping.title')}</summary><p>${t('keeping.text')}</p>
    <form class="row" @submit=${(/** @type {SubmitEvent} */ event) => { event.preventDefault(); const reason = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get('hold-reason') ?? ''); void context.run('act-hold', () => context.actions.askAct('hold', reason, [])); }}>
      <div class="field"><label for="hold-reason">${t('hold.reason')}</label><select id="hold-reason" name="hold-reason">${HOLDS.map((one) => html`<option value=${one}>${word('hold-reason', one)}</option>`)}</select></div>
      <button>${word('act-kind', 'hold')}</button>${failure(context, 'act-hold')}</form>
    <div class="row">${held ? html`${actButton(context, { id: 'act-review', label: word('act-kind', 'review'), act: () => context.actions.askAct('review', '', []) })}
      ${actButton(context, { id: 'act-lift', label: word('act-kind', 'lift'), act: () => context.actions.askAct('lift', '', []) })}` : nothing}
      ${closed ? actButton(context, { id: 'act-destroy', label: word('act-kind', 'destroy'), look: 'stop', act: () => context.actions.askAct('destroy', '', []) }) : nothing}</div></details>`;
}

/** One's own words, erased early. @param {SeatContext} context */
export function ownWords(context) {
  const { state } = context;
  const mine = state.kept.filter((item) => item.seat === state.me.seat);
  if (state.life !== 'closed' || !mine.length) return nothing;
  return html`<details class="card fold"><summary>${t('erase.title')}</summary><p>${t('erase.text')}</p>
    ${mine.map((item) => html`<p>${item.label || t('kept.unnamed')}</p>${withKey(context, `erase-${item.id}`, t('erase.now'), () => context.actions.askAct('erase', '', [item.id]))}`)}</details>`;
}

/** @param {SeatContext} context @param {string[]} reasons */
function paperForm(context, reasons) {
  const { state, ui } = context;
  if (!ui.entering) return html`<div class="row">${plainButton(t('authority.open'), () => context.set({ entering: true, paperReason: reasons[0] }), { id: 'enter-paper' })}</div>`;
  const reason = String(ui.paperReason ?? reasons[0]);
  const kinds = reason === 'demand' ? ['subpoena'] : PAPERS[reason] ?? ['order'];
  const people = (state.holders ?? []).filter((one) => !one.me && one.names.length);
  if (!state.paperKey.entered) return html`<section class="card"><h2>${t('authority.title')}</h2><p>${t('authority.key')}</p>${wordsForm(context, 'paper-form-key', t('act.continue'), (typed) => context.actions.enterPaperKey(typed), () => undefined)}</section>`;
  return html`<form class="card" novalidate @submit=${(/** @type {SubmitEvent} */ event) => { event.preventDefault(); void send(context, /** @type {HTMLFormElement} */ (event.currentTarget), reason); }}>
    <h2>${t('authority.title')}</h2><p>${t('authority.text')}</p>
    <div class="field"><label for="paper-reason">${t('authority.reason')}</label><select id="paper-reason" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => context.set({ paperReason: event.target.value })}>${reasons.map((one) => html`<option value=${one} ?selected=${one === reason}>${word('reason', one)}</option>`)}</select><p class="hint">${word('reason-means', reason)}</p></div>
    <div class="field"><label for="paper-kind">${t('authority.kind')}</label><select id="paper-kind" name="kind">${kinds.map((one) => html`<option value=${one}>${word('paper-kind', one)}</option>`)}</select></div>
    <fieldset><legend>${t('ask.items')}</legend>${state.kept.map((item) => tick({ name: 'paper-item', value: item.id, label: item.label || t('kept.unnamed') }))}</fieldset>
    ${MISCONDUCT.includes(reason) ? html`<fieldset><legend>${t('authority.accused')}</legend>${people.map((one) => tick({ name: 'paper-accused', value: one.seat, label: list(one.names) }))}</fieldset>` : nothing}
    <div class="cols">${field({ name: 'paper-by', label: t('authority.from'), max: 300, required: true })}${field({ name: 'paper-reference', label: t('authority.reference'), max: 300 })}</div>
    ${field({ name: 'paper-words', label: t('authority.words'), rows: 3, max: 4000, hint: t('authority.words.hint') })}
    ${field({ name: 'paper-until', label: t('authority.until'), type: 'date', required: true })}
    ${ui.paperWrong ? html`<p class="failure">${mark('warning')}<span>${t('authority.wrong')}</span></p>` : nothing}
    <div class="row"><button class="primary">${t('authority.send')}</button>${plainButton(t('act.cancel'), () => context.set({ entering: false, paperWrong: false }))}</div>${failure(context, 'paper-send')}</form>`;
}

/** @param {SeatContext} context @param {HTMLFormElement} form @param {string} reason */
async function send(context, form, reason) {
  const data = new FormData(form);
  const of = (/** @type {string} */ name) => String(data.get(name) ?? '').trim();
  const until = Math.floor(Date.parse(`${of('paper-until')}T00:00:00Z`) / 1000) + DAY - 1;
  const items = data.getAll('paper-item').map(String);
  const accused = data.getAll('paper-accused').map(String);
  const wrong = !items.length || !of('paper-by') || Number.isNaN(until) || (MISCONDUCT.includes(reason) && !accused.length);
  context.set({ paperWrong: wrong });
  if (wrong) return;
  const wish = {
    kind: /** @type {import('../keys/authority.js').PaperKind} */ (of('kind')), ground: reason === 'demand' ? '' : reason, items, accused, recipient: '', until,
    by: of('paper-by'), reference: of('paper-reference'), words: of('paper-words'),
  };
  if (await context.run('paper-send', () => context.actions.enterPaper(wish))) context.set({ entering: false });
}

/** All that still stands against a release, in words. @param {SeatContext} context @param {string} rid */
export function against(context, rid) {
  /** @type {{rid: string, missing: string[]}|undefined} */
  const known = context.ui.standing;
  return html`${known?.rid === rid ? html`<ul>${known.missing.length ? known.missing.map((rule) => html`<li>${word('against', rule)}</li>`) : html`<li>${t('against.nothing')}</li>`}</ul>` : nothing}
    ${actButton(context, { id: `standing-${rid}`, label: t('ask.still-missing'), look: 'quiet', act: async () => context.set({ standing: { rid, missing: (await context.actions.standing(rid)).missing } }) })}`;
}
