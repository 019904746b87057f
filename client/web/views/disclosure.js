// The disclosure desk: what is kept, asking to open some of it, how each request stands, the review, and the package at the end.

import { html, nothing } from 'lit';
import { day, dayAndTime, list, t, word } from '../i18n.js';
import { against, authorities, GOES_TO } from './authority.js';
import { facts, holderCards } from './holder.js';
import { paperCard } from './paper.js';
import { actButton, failure, field, heading, mark, plainButton, tick } from './parts.js';
import { save } from './reader.js';
import { review } from './review.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Disclosure} Disclosure */

export const PROFILES = ['third-parties', 'frcp-5.2', 'frcp-5.2-cdcal', 'frcrp-49.1', 'gdpr-pseudonymous', 'family-minors', 'hipaa-safe-harbor', 'protective-order', 'report-minimum'];
/** @type {Disclosure['stage'][]} */
const STAGES = ['open', 'unlocked', 'drafted', 'cooling', 'releasable', 'released'];

/** @param {TableContext} context */
export function disclosureDesk(context) {
  const { state } = context;
  if (state.sitting) return review(context, state.sitting);
  return html`<main class="page desk disclosure-desk">${heading(t(state.life === 'closed' ? 'kept.title-closed' : 'kept.title'))}
    <p>${state.kept.length ? t('kept.text', { count: state.kept.length }) : t('kept.none')}</p>
    ${state.retainUntil ? html`<p class="small">${t('kept.until', { when: day(state.retainUntil) })}</p>` : nothing}
    ${paperCard(context)}${authorities(context)}
    ${state.attestation ? html`<p class="assure">${mark('tick')}<span>${t('attest.text', { count: state.attestation.items, when: dayAndTime(state.attestation.at) })}</span></p>` : nothing}
    ${state.disclosures.map((one) => request(context, one))}
    ${state.disclosures.some((one) => one.stage !== 'released' && one.stage !== 'closed') ? html`<section aria-labelledby="own-answers"><h2 id="own-answers">${t('ask.own')}</h2>${holderCards(context)}</section>` : nothing}
    ${state.kept.length && (state.floor || (state.papers ?? []).some((one) => one.checked)) ? askForm(context) : nothing}</main>`;
}

/** How one request stands, and the next thing to do. @param {TableContext} context @param {Disclosure} one */
function request(context, one) {
  const reached = STAGES.indexOf(one.stage === 'reviewing' ? 'unlocked' : one.stage);
  const steps = ['asked', 'looked', 'review', 'agree', 'package'];
  const now = { open: 1, unlocked: 2, reviewing: 2, drafted: 3, cooling: 3, releasable: 4, released: 5, closed: -1 }[one.stage];
  return html`<section class="card request" aria-labelledby="request-${one.rid}"><h2 id="request-${one.rid}">${t('ask.heading', { recipient: one.recipient?.name ?? t('ask.recipient-hidden') })}</h2>
    ${one.stage === 'closed' ? html`<p class="lead">${t('ask.closed')}</p>` : html`<ol class="steps" aria-label=${t('ask.steps')}>${steps.map((key, index) => html`<li class=${index < now ? 'done' : index === now ? 'now' : ''} aria-current=${index === now ? 'step' : nothing}>${index < now ? mark('tick') : nothing}${t(`ask.step.${key}`)}</li>`)}</ol>`}
    ${facts(context, one)}
    ${one.missing.length && (one.stage === 'open' || one.stage === 'drafted') ? html`<p>${t('ask.missing', { count: one.missing.length })}</p>` : nothing}
    ${one.mine && one.stage !== 'released' && one.stage !== 'closed' ? against(context, one.rid) : nothing}
    ${one.stage === 'cooling' && one.readyAt ? html`<p>${t('ask.cooling', { when: dayAndTime(one.readyAt) })}</p>` : nothing}
    ${reached >= 0 && one.mine && (one.stage === 'unlocked' || one.stage === 'reviewing') ? actButton(context, { id: `sit-${one.rid}`, label: t('ask.review'), look: 'primary', busy: t('ask.review-busy'), act: () => context.actions.openSitting(one.rid) }) : nothing}
    ${one.mine && (one.stage === 'drafted' || one.stage === 'cooling') ? html`<details class="fold"><summary>${t('ask.review-again')}</summary><p>${t('ask.review-again.text')}</p>
      ${actButton(context, { id: `sit-${one.rid}`, label: t('ask.review-again.now'), busy: t('ask.review-busy'), act: () => context.actions.openSitting(one.rid) })}</details>` : nothing}
    ${one.mine && (one.stage === 'releasable' || one.stage === 'released') ? actButton(context, { id: `collect-${one.rid}`, label: t('ask.collect'), look: 'primary', busy: t('ask.collecting'), act: async () => {
      const made = await context.actions.collectPackage(one.rid);
      save(made.bytes, made.name, 'application/zip');
    } }) : nothing}</section>`;
}

/** @param {TableContext} context */
function askForm(context) {
  const { state, ui } = context;
  if (!ui.asking) return html`<div class="row">${plainButton(t('ask.open'), () => context.set({ asking: true, wrong: {} }), { look: 'primary', id: 'ask' })}</div>`;
  /** @type {Record<string, string>} */
  const wrong = ui.wrong ?? {};
  const papers = (state.papers ?? []).filter((one) => one.checked && one.ground);
  const waives = state.me.role !== 'custodian';
  const basis = papers.find((one) => one.id === ui.basis) ?? (waives ? null : papers[0] ?? null);
  return html`<form class="card" novalidate @submit=${(/** @type {SubmitEvent} */ event) => { event.preventDefault(); void send(context, /** @type {HTMLFormElement} */ (event.currentTarget)); }}>
    <h2>${t('ask.title')}</h2><p>${t('ask.text')}</p>
    ${papers.length ? html`<fieldset><legend>${t('ask.basis')}</legend>${waives ? tick({ type: 'radio', name: 'basis', value: '', id: 'basis-waiver', label: word('reason', 'waiver'), hint: word('reason-means', 'waiver'), checked: !basis, onchange: () => context.set({ basis: '' }) }) : nothing}
      ${papers.map((one) => tick({ type: 'radio', name: 'basis', value: one.id, label: `${word('reason', one.ground)} (${word('paper-kind', one.kind)})`, hint: word('reason-means', one.ground), checked: basis?.id === one.id, onchange: () => context.set({ basis: one.id }) }))}</fieldset>` : nothing}
    <fieldset><legend>${t('ask.items')}</legend>${state.kept.map((item) => tick({ name: 'item', value: item.id, label: item.label || t('kept.unnamed'), hint: t('kept.by', { kind: word('kept.kind', item.kind), when: dayAndTime(item.at) }) }))}
      ${wrong.items ? html`<p class="failure">${mark('warning')}<span>${t(wrong.items)}</span></p>` : nothing}</fieldset>
    <div class="cols">${field({ name: 'recipient', label: t('ask.recipient.name'), hint: t('ask.recipient.hint'), required: true, max: 120, invalid: wrong.recipient && t(wrong.recipient) })}
      ${select('class', t('ask.recipient.class'), GOES_TO[basis?.ground ?? 'waiver'] ?? [], 'recipient')}</div>
    ${field({ name: 'purpose', label: t('ask.purpose'), hint: t('ask.purpose.hint'), rows: 2, max: 400, required: true, invalid: wrong.purpose && t(wrong.purpose) })}
    <div class="cols">${select('profile', t('ask.profile'), PROFILES, 'profile')}${select('language', t('ask.language'), ['en', 'es', 'fr'], 'language')}</div>
    <p>${mark('person')} ${t('ask.reviewer', { name: list(state.me.names) })}</p><p class="small">${t(basis ? 'ask.two' : 'ask.everyone')}</p>
    <div class="row"><button class="primary" aria-disabled=${ui.busy.has('ask-send') ? 'true' : 'false'}>${t(ui.busy.has('ask-send') ? 'act.working' : 'ask.send')}</button>${plainButton(t('act.cancel'), () => context.set({ asking: false }))}</div>${failure(context, 'ask-send')}</form>`;
}

/** @param {string} name @param {string} label @param {string[]} values @param {string} front */
const select = (name, label, values, front) => html`<div class="field"><label for="ask-${name}">${label}</label><select id="ask-${name}" name=${name}>${values.map((value) => html`<option value=${value}>${word(front, value)}</option>`)}</select></div>`;

/** @param {TableContext} context @param {HTMLFormElement} form */
async function send(context, form) {
  const data = new FormData(form);
  const of = (/** @type {string} */ name) => String(data.get(name) ?? '').trim();
  const items = data.getAll('item').map(String);
  /** @type {Record<string, string>} */
  const wrong = {};
  if (items.length === 0) wrong.items = 'ask.wrong.items';
  if (!of('recipient')) wrong.recipient = 'ask.wrong.recipient';
  if (!of('purpose')) wrong.purpose = 'ask.wrong.purpose';
  context.set({ wrong });
  if (Object.keys(wrong).length) {
    await Promise.resolve();
    const first = form.querySelector('[aria-invalid=true]') ?? form.querySelector('input');
    if (first instanceof HTMLElement) first.focus();
    return;
  }
  const request = { items, recipient: { name: of('recipient'), class: of('class') }, purpose: of('purpose'), profile: of('profile'), language: of('language'), paper: of('basis') };
  if (await context.run('ask-send', () => context.actions.requestDisclosure(request))) context.set({ asking: false });
}
