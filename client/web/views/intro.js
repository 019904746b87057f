// "This place is for NAME." Nothing is used up before "Continue": no key is made, nobody learns that the link was opened.

import { html, nothing } from 'lit';
import { dayAndTime, rich, t } from '../i18n.js';
import { deviceCheck } from './check.js';
import { actButton, heading, mark, plainButton, quietPage, roleName } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

const MOST_PEOPLE = 6;

/** @param {SeatContext} context */
export function intro(context) {
  const { invitation } = context.state;
  if (!invitation) return quietPage(context, heading(t('opening.title')), 'narrow');
  if (context.ui.notMe) return notMe(context, invitation.mediator);
  return quietPage(context, html`
    <section class="card hello">
      <p class="kicker">${invitation.title}</p>
      ${heading(rich('intro.title', { name: html`<strong>${invitation.name}</strong>` }))}
      <p class="lead">${rich('intro.role', { role: roleName(invitation.role), side: invitation.sideLabel, has: invitation.sideLabel ? 'yes' : 'no', mediator: html`<strong>${invitation.mediator}</strong>` })}</p>
      <p>${t('intro.when', { when: dayAndTime(invitation.starts) })}</p>
      <p class="small">${t('intro.zone')}</p>
      ${plainButton(t('intro.not-me', { name: invitation.name }), () => context.set({ notMe: true }), { id: 'not-me' })}
    </section>
    ${deviceCheck(context)}
    ${people(context, invitation.name)}
    <section class="card onward">
      <p>${t('intro.nothing-used')}</p>
      ${actButton(context, { id: 'proceed', label: t('act.continue'), look: 'primary large', act: () => context.actions.proceed(named(context, invitation.name)), busy: t('intro.proceeding') })}
    </section>`);
}

/** @param {SeatContext} context @param {string} first @returns {string[]} */
const named = (context, first) => [first, ...(context.ui.others ?? [])].map((name) => name.trim()).filter(Boolean);

/** Everybody at this screen: each is named to the others and signs. @param {SeatContext} context @param {string} first */
function people(context, first) {
  /** @type {string[]} */
  const others = context.ui.others ?? [];
  const change = (/** @type {number} */ index, /** @type {string} */ name) => context.set({ others: others.map((old, at) => (at === index ? name : old)) });
  return html`<section class="card" aria-labelledby="with-title"><h2 id="with-title">${t('with.title')}</h2>
    <p>${t('with.text')}</p>
    <ul class="plain names"><li>${mark('person')}<strong>${first}</strong></li>
    ${others.map((name, index) => html`<li class="other"><div class="field"><label for="other-${index}">${t('with.name', { number: index + 2 })}</label>
      <input id="other-${index}" maxlength="80" autocomplete="off" .value=${name} @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => change(index, event.target.value)}></div>
      ${plainButton(t('with.remove'), () => context.set({ others: others.filter((_, at) => at !== index) }), { look: 'quiet' })}</li>`)}</ul>
    ${others.length < MOST_PEOPLE - 1 ? plainButton(t('with.add'), () => context.set({ others: [...others, ''] }), { id: 'add-person' }) : html`<p class="small">${t('with.most', { count: MOST_PEOPLE })}</p>`}
  </section>`;
}

/** @param {SeatContext} context @param {string} mediator */
const notMe = (context, mediator) => quietPage(context, html`<section class="card stop-card">${mark('person', 'big')}${heading(t('not-me.title'))}
  <p class="lead">${t('not-me.text', { mediator })}</p>${plainButton(t('act.back'), () => context.set({ notMe: false }))}</section>`, 'narrow');

export { nothing };
