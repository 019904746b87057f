// A new mediation: sides with the mediator's own names for them, people, times, rules, what may be kept, and who must never meet.

import { html, nothing } from 'lit';
import { current, t, word } from '../i18n.js';
import { actButton, failure, field, heading, languageSwitch, mark, modal, plainButton, tick } from './parts.js';
import { paragraphs } from './pledge.js';
import { blank, checkDraft, planOf, reasonsOf, ROLES, zones } from './draft.js';

/** @typedef {import('./desk.js').DeskContext} DeskContext */
/** @typedef {import('./draft.js').Draft} Draft */

const RETENTION = [30, 90, 180, 365, 730, 1825];

/** @param {DeskContext} context @returns {Draft} */
const draftOf = (context) => (context.ui.draft ??= blank(new Date(), Intl.DateTimeFormat().resolvedOptions().timeZone, '', [t('new.side-one'), t('new.side-two')]));

/** @param {DeskContext} context */
export function newMediation(context) {
  const draft = draftOf(context);
  /** @type {Record<string, string>} */
  const wrong = context.ui.wrong ?? {};
  const change = (/** @type {Partial<Draft>} */ patch) => context.set({ draft: { ...draftOf(context), ...patch } });
  const input = (/** @type {keyof Draft} */ key) => (/** @type {Event & {target: HTMLInputElement}} */ event) => change({ [key]: event.target.value });
  return html`<header class="house"><p class="house-name">In Camera</p><p class="who-am-i">${context.state.name}</p>${languageSwitch(context)}</header>
  <main class="page desk"><form class="new" novalidate @submit=${(/** @type {SubmitEvent} */ event) => { event.preventDefault(); void create(context); }}>
    <div class="desk-head">${heading(t('new.title'))}${plainButton(t('act.cancel'), () => context.set({ making: false, wrong: {} }), { look: 'quiet' })}</div>
    ${Object.keys(wrong).length ? html`<div class="failure summary" role="group" tabindex="-1" id="new-wrong" aria-label=${t('new.wrong')}>${mark('warning')}<div><p><strong>${t('new.wrong')}</strong></p><ul>${Object.entries(wrong).map(([key, words]) => html`<li><a href="#${key}" @click=${(/** @type {Event} */ event) => { event.preventDefault(); document.getElementById(key)?.focus(); }}>${t(words)}</a></li>`)}</ul></div></div>` : nothing}
    <section class="card"><h2>${t('new.what')}</h2><div @input=${input('title')}>${field({ name: 'title', label: t('new.name'), hint: t('new.name.hint'), value: draft.title, required: true, max: 120, invalid: wrong.title && t(wrong.title) })}</div>
      <div class="cols"><div @input=${input('date')}>${field({ name: 'date', label: t('new.date'), type: 'date', value: draft.date, required: true, invalid: wrong.date && t(wrong.date) })}</div>
      <div @input=${input('start')}>${field({ name: 'start', label: t('new.start'), type: 'time', value: draft.start, required: true })}</div>
      <div @input=${input('end')}>${field({ name: 'end', label: t('new.end'), type: 'time', value: draft.end, required: true, invalid: wrong.end && t(wrong.end) })}</div>
      <div class="field"><label for="zone">${t('new.zone')}</label><select id="zone" @change=${input('zone')}>${zones(draft.zone).map((zone) => html`<option value=${zone} ?selected=${zone === draft.zone}>${zone.replaceAll('_', ' ')}</option>`)}</select></div></div>
      <p class="small">${t('new.zone.hint')}</p></section>
    ${sides(context, draft, change)}${people(context, draft, wrong, change)}${rules(context, draft, wrong, change)}${noContact(context, draft, change)}
    <section class="card onward"><p>${t('new.sealed')}</p><button class="primary large" aria-disabled=${context.ui.busy.has('create') ? 'true' : 'false'}>${t(context.ui.busy.has('create') ? 'new.creating' : 'new.create')}</button>${failure(context, 'create')}</section>
  </form></main>${context.ui.dialog?.id === 'agreement' ? modal(context, { title: t('new.agreement'), look: 'reader', body: html`<div class="agreement" tabindex="0" role="region" aria-label=${t('sign.agreement')}>${paragraphs(String(context.ui.dialog.text))}</div>` }) : nothing}`;
}

/** @param {DeskContext} context @param {Draft} draft @param {(patch: Partial<Draft>) => void} change */
const sides = (context, draft, change) => html`<section class="card"><h2>${t('new.sides')}</h2><p>${t('new.sides.text')}</p>
  <div class="cols">${draft.sides.map((side, index) => html`<div class="with-mark hue-${'abcd'[index]}">${mark('abcd'[index] ?? 'a')}<div @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => change({ sides: draft.sides.map((old, at) => (at === index ? { ...old, label: event.target.value } : old)) })}>
    ${field({ name: `side-${index}`, label: t('new.side', { number: index + 1 }), value: side.label, max: 60 })}</div></div>`)}</div>
  ${draft.sides.length < 4 ? plainButton(t('new.side.add'), () => change({ sides: [...draft.sides, { id: `s${draft.sides.length + 1}`, label: t('new.side', { number: draft.sides.length + 1 }) }] }), { id: 'add-side' }) : nothing}</section>`;

/** @param {DeskContext} context @param {Draft} draft @param {Record<string, string>} wrong @param {(patch: Partial<Draft>) => void} change */
function people(context, draft, wrong, change) {
  const set = (/** @type {number} */ index, /** @type {Partial<Draft['seats'][number]>} */ patch) => change({ seats: draft.seats.map((seat, at) => (at === index ? { ...seat, ...patch } : seat)) });
  return html`<section class="card"><h2>${t('new.people')}</h2><p>${t('new.people.text')}</p>
    <ol class="plain seats">${draft.seats.map((seat, index) => html`<li><fieldset class="seat-form"><legend>${seat.name || t('new.person', { number: index + 1 })}</legend><div class="cols">
      <div @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => set(index, { name: event.target.value })}>${field({ name: `person-${index}`, label: t('new.person.name'), value: seat.name, required: true, max: 80, invalid: wrong[`person-${index}`] && t(wrong[`person-${index}`] ?? '') })}</div>
      <div class="field"><label for="role-${index}">${t('new.person.role')}</label><select id="role-${index}" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => set(index, { role: event.target.value })}>${ROLES.map((role) => html`<option value=${role} ?selected=${role === seat.role}>${t(`role.${role}`)}</option>`)}</select></div>
      <div class="field"><label for="of-${index}">${t('new.person.side')}</label><select id="of-${index}" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => set(index, { side: event.target.value })}>${draft.sides.map((side) => html`<option value=${side.id} ?selected=${side.id === seat.side}>${side.label}</option>`)}<option value="" ?selected=${seat.side === ''}>${t('new.person.no-side')}</option></select></div>
      <div @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => set(index, { phone: event.target.value })}>${field({ name: `phone-${index}`, label: t('new.person.phone'), type: 'tel', value: seat.phone, max: 40, mode: 'tel' })}</div></div>
      ${draft.seats.length > 2 ? plainButton(t('new.person.remove', { name: seat.name || t('new.person', { number: index + 1 }) }), () => change({ seats: draft.seats.filter((_, at) => at !== index), noContact: [] }), { look: 'quiet' }) : nothing}</fieldset></li>`)}</ol>
    <p class="small">${t('new.person.phone.hint')}</p>
    ${plainButton(t('new.person.add'), () => change({ seats: [...draft.seats, { name: '', role: 'counsel', side: draft.sides[0]?.id ?? '', phone: '' }] }), { id: 'add-seat' })}</section>`;
}

/** @param {DeskContext} context @param {Draft} draft @param {Record<string, string>} wrong @param {(patch: Partial<Draft>) => void} change */
function rules(context, draft, wrong, change) {
  const read = async () => { const text = await context.actions.agreementText(draft.regime, current(), reasonsOf(draft), draft.retentionDays); context.set({ dialog: { id: 'agreement', text } }); };
  return html`<section class="card"><h2>${t('new.rules')}</h2>
    <div class="field"><label for="regime">${t('new.regime')}</label><select id="regime" required aria-invalid=${wrong.regime ? 'true' : 'false'} @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => change({ regime: event.target.value, reasons: [] })}><option value="" disabled ?selected=${draft.regime === ''}>${t('new.regime.choose')}</option>${context.state.regimes.map((regime) => html`<option value=${regime.id} ?selected=${regime.id === draft.regime}>${regime.title}</option>`)}</select><p class="hint">${t('new.regime.hint')}</p>${wrong.regime ? html`<p class="failure">${mark('warning')}<span>${t(wrong.regime)}</span></p>` : nothing}</div>
    <div class="row">${actButton(context, { id: 'agreement', label: t('new.agreement.read'), off: draft.regime === '', act: read })}</div>
    <fieldset><legend>${t('new.agreement')}</legend>
      ${tick({ type: 'radio', name: 'text', value: 'ours', label: t('new.agreement.rules'), checked: draft.own === null, onchange: () => change({ own: null }) })}
      ${tick({ type: 'radio', name: 'text', value: 'own', label: t('new.agreement.own'), checked: draft.own !== null, onchange: () => change({ own: '' }) })}
      ${draft.own !== null ? html`<div @input=${(/** @type {Event & {target: HTMLTextAreaElement}} */ event) => change({ own: event.target.value })}>${field({ name: 'own', label: t('new.agreement.text'), rows: 8, max: 20000, value: draft.own })}</div>` : nothing}</fieldset>
    <fieldset><legend>${t('new.keep')}</legend>
      ${tick({ type: 'radio', name: 'keep', value: 'no', label: t('new.keep.no'), hint: t('new.keep.no.hint'), checked: !draft.keep, onchange: () => change({ keep: false, disclosure: false }) })}
      ${tick({ type: 'radio', name: 'keep', value: 'yes', label: t('new.keep.yes'), hint: t('new.keep.yes.hint'), checked: draft.keep, onchange: () => change({ keep: true }) })}
      ${draft.keep ? html`${tick({ name: 'disclosure', label: t('new.disclosure'), hint: t('new.disclosure.hint'), checked: draft.disclosure, onchange: (on) => change({ disclosure: on }) })}${reasons(context, draft, wrong, change)}
        <div class="field"><label for="retention">${t('new.retention')}</label><select id="retention" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => change({ retentionDays: Number(event.target.value) })}>${RETENTION.map((days) => html`<option value=${days} ?selected=${days === draft.retentionDays}>${t('new.retention.days', { count: days })}</option>`)}</select><p class="hint">${t('new.retention.hint')}</p></div>` : nothing}</fieldset></section>`;
}

/** For what else it may be opened, by two people together: the custodian and another. @param {DeskContext} context @param {Draft} draft @param {Record<string, string>} wrong @param {(patch: Partial<Draft>) => void} change */
function reasons(context, draft, wrong, change) {
  const known = context.state.regimes.find((one) => one.id === draft.regime)?.reasons.filter((one) => one !== 'waiver') ?? [];
  if (!draft.disclosure || !known.length) return nothing;
  const chosen = draft.reasons ?? [];
  return html`<fieldset id="reasons" tabindex="-1"><legend>${t('new.reasons')}</legend><p class="hint">${t('new.reasons.hint')}</p>${known.map((one) => tick({ name: 'reason', value: one, label: word('reason', one), hint: word('reason-means', one), checked: chosen.includes(one), onchange: (on) => change({ reasons: on ? [...chosen, one] : chosen.filter((old) => old !== one) }) }))}
    ${wrong.reasons ? html`<p class="failure">${mark('warning')}<span>${t(wrong.reasons)}</span></p>` : nothing}</fieldset>`;
}

/** Two people who must never meet. @param {DeskContext} context @param {Draft} draft @param {(patch: Partial<Draft>) => void} change */
function noContact(context, draft, change) {
  const pairs = draft.seats.flatMap((one, a) => draft.seats.map((other, b) => ({ one, other, a, b })).filter(({ b }) => b > a)).filter(({ one, other }) => one.side !== other.side && one.name.trim() && other.name.trim());
  return html`<section class="card"><h2>${t('new.no-contact')}</h2><p>${t('new.no-contact.text')}</p>
    ${pairs.length === 0 ? html`<p class="small">${t('new.no-contact.none')}</p>` : html`<fieldset><legend>${t('new.no-contact.pairs')}</legend>${pairs.map(({ one, other, a, b }) => {
      const on = draft.noContact.some(([x, y]) => x === a && y === b);
      return tick({ name: 'pair', value: `${a}-${b}`, label: t('new.no-contact.pair', { one: one.name, other: other.name }), checked: on, onchange: (now) => change({ noContact: now ? [...draft.noContact, [a, b]] : draft.noContact.filter(([x, y]) => x !== a || y !== b) }) });
    })}</fieldset>`}</section>`;
}

/** @param {DeskContext} context */
async function create(context) {
  const draft = draftOf(context);
  const wrong = checkDraft(draft, Date.now() / 1000);
  context.set({ wrong });
  if (Object.keys(wrong).length) {
    await Promise.resolve();
    document.getElementById('new-wrong')?.focus();
    return;
  }
  if (await context.run('create', () => context.actions.createMediation(planOf(draft, current())))) context.set({ making: false, made: true, draft: undefined });
}
