// "Someone came in": camera and microphone stop at once; they may be turned on again when everyone at this screen has signed.

import { html, nothing } from 'lit';
import { list, t } from '../i18n.js';
import { actButton, field, mark, modal, plainButton, tick } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

const MOST = 6;

/** Among the controls of a room. @param {SeatContext} context */
export function companyControl(context) {
  const came = () => {
    void context.run('company', () => context.actions.companyCame());
    context.set({ dialog: { id: 'company' }, company: [...context.state.me.names, ''] });
  };
  return html`<div class="control"><button type="button" data-focus="company" @click=${came}>${mark('person')}<span class="is">${t('company.open')}</span><span class="does">${t('company.does')}</span></button></div>`;
}

/** Above the people, while nothing is sent. @param {SeatContext} context */
export const companyStrip = (context) => (context.state.company.paused
  ? html`<section class="strip" aria-label=${t('company.paused')}><p>${mark('warning')}<strong>${t('company.paused')}</strong> ${t('company.paused.text')}</p>
    ${plainButton(t('company.sign-open'), () => context.set({ dialog: { id: 'company' }, company: context.ui.company ?? [...context.state.me.names, ''] }), { look: 'primary', id: 'company-sign' })}</section>`
  : nothing);

/** @param {SeatContext} context */
export function companyDialog(context) {
  /** @type {string[]} */
  const names = context.ui.company ?? [...context.state.me.names, ''];
  const given = names.map((name) => name.trim()).filter(Boolean);
  const ticked = context.ui.companyTicks ?? {};
  const change = (/** @type {number} */ at, /** @type {string} */ name) => context.set({ company: names.map((old, index) => (index === at ? name : old)) });
  const shut = (/** @type {boolean} */ done) => { if (done) context.set({ dialog: null, company: undefined, companyTicks: {} }); };
  const both = ticked.alone === true && ticked.record === true;
  return modal(context, { title: t('company.title'), close: t('company.later'), body: html`<p class="lead">${t('company.text')}</p>
    ${names.map((name, at) => html`<div @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => change(at, event.target.value)}>${field({ name: `company-${at}`, label: t('with.name', { number: at + 1 }), value: name, max: 80, spell: false })}</div>`)}
    ${names.length < MOST ? plainButton(t('with.add'), () => context.set({ company: [...names, ''] }), { id: 'company-more' }) : nothing}
    <fieldset><legend>${t('sign.pledge')}</legend>
      ${tick({ name: 'company-alone', label: t('sign.alone-together', { names: list(given) }), checked: ticked.alone === true, onchange: (on) => context.set({ companyTicks: { ...ticked, alone: on } }) })}
      ${tick({ name: 'company-record', label: t('sign.no-recording'), checked: ticked.record === true, onchange: (on) => context.set({ companyTicks: { ...ticked, record: on } }) })}</fieldset>
    <p class="small">${t('company.told')}</p>`,
    foot: html`${actButton(context, { id: 'company-done', label: t('company.sign'), look: 'primary', off: !both || given.length === 0, act: () => context.actions.signCompany(given), then: shut })}
      ${plainButton(t('company.nobody'), () => { context.actions.nobodyCame(); shut(true); }, { look: 'quiet', id: 'company-nobody' })}` });
}
