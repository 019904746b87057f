// The mediator's desk: set-up once, then the list of mediations, a new one, and the way to a table.

import { html, nothing } from 'lit';
import { dayAndTime, t, word } from '../i18n.js';
import { enrol, kitMake, kitTest, signIn } from './enrol.js';
import { rememberLanguage } from './language.js';
import { createPage } from './page.js';
import { actButton, connection, failure, heading, languageSwitch, mark, plainButton } from './parts.js';
import { newMediation } from './newplan.js';
import { save } from './reader.js';
import { startSeat } from './seat.js';
import { elsewhere, opening, stopped } from './stops.js';

/** @typedef {import('../session/types.js').DeskState} DeskState */
/** @typedef {import('../session/types.js').DeskActions} DeskActions */
/** @typedef {import('./page.js').Context<DeskState, DeskActions>} DeskContext */
/** @typedef {import('./page.js').Source<DeskState, DeskActions> & {takeOver?: () => void}} Desk */

/** Draw the desk into `root`; a table that is opened takes its place until the mediator comes back. @param {HTMLElement} root @param {Desk} desk @param {Record<string, any>} [preset] */
export function startDesk(root, desk, preset) {
  /** @type {{stop: () => void}|null} */
  let seat = null;
  const lay = () => {
    /** @type {{stop: () => void, redraw: () => void}} */
    const page = createPage(root, desk, (context) => {
      context.ui.changeLanguage ??= rememberLanguage(() => page.redraw());
      context.ui.openTable ??= async (/** @type {string} */ id) => {
        const table = await desk.actions.openTable(id);
        page.stop();
        seat = startSeat(root, table, { title: desk.state.mediations.find((one) => one.id === id)?.title ?? '', back: () => { seat?.stop(); table.close(); lay(); } });
      };
      context.ui.takeOver ??= () => desk.takeOver?.();
      if (preset) Object.assign(context.ui, preset);
      preset = undefined;
      document.title = t('title', { screen: t('title.desk') });
      return draw(context);
    });
  };
  lay();
}

/** @param {DeskContext} context @returns {import('./page.js').Drawn} */
function draw(context) {
  switch (context.state.phase) {
    case 'enrol': return { screen: 'enrol', body: enrol(context) };
    case 'kit': return { screen: 'kit', body: kitMake(context) };
    case 'kit-test': return { screen: 'kit-test', body: kitTest(context) };
    case 'restore': return { screen: 'restore', body: signIn(context) };
    // Before the service has answered nothing is known of this device: nothing is said of it either.
    case 'sign-in': return context.state.connection === 'open' ? { screen: 'restore', body: signIn(context) } : { screen: 'opening', body: opening(context) };
    case 'elsewhere': return { screen: 'elsewhere', body: elsewhere(/** @type {any} */ (context)) };
    case 'stopped': return { screen: 'stopped', body: stopped(context) };
    case 'desk': return context.ui.making ? { screen: 'new', body: newMediation(context) } : { screen: 'desk', body: mediations(context) };
  }
}

/** @param {DeskContext} context */
function mediations(context) {
  const { state } = context;
  return html`<header class="house"><p class="house-name">In Camera</p><p class="who-am-i">${state.name}</p>${languageSwitch(context)}</header>
    <main class="page desk">${connection(context)}
      <div class="desk-head">${heading(t('desk.title'))}${plainButton(t('desk.new'), () => context.set({ making: true, draft: undefined }), { look: 'primary', id: 'new' })}</div>
      ${programme(context)}${context.ui.made ? html`<p class="assure" role="status">${mark('tick')}<span>${t('desk.made')}</span></p>` : nothing}
      ${state.mediations.length === 0 ? html`<section class="card"><h2>${t('desk.none')}</h2><p>${t('desk.none.text')}</p></section>` : html`<ul class="plain mediations">${state.mediations.map((one) => row(context, one))}</ul>`}
    </main>`;
}

/** Figures for a programme, when there are any. @param {DeskContext} context */
const programme = (context) => (context.state.ended
  ? html`<section class="card programme"><div><h2>${t('programme.title')}</h2><p class="small">${t('programme.text')}</p></div>
    ${plainButton(t('programme.save'), () => save(new TextEncoder().encode(context.actions.programmeCsv()), t('programme.file'), 'text/csv'), { id: 'programme' })}</section>`
  : nothing);

/** @param {DeskContext} context @param {DeskState['mediations'][number]} one */
const row = (context, one) => html`<li class="card mediation"><div><h2>${one.title}</h2><p>${dayAndTime(one.starts, one.zone)}</p>
  <p class="small">${mark(one.state === 'open' ? 'tick' : 'waiting')} ${word('life', one.state)}</p></div>
  <div>${actButton(context, { id: `open-${one.id}`, label: t(one.state === 'open' || one.state === 'adjourned' ? 'desk.open' : 'desk.look'), look: 'primary', busy: t('desk.opening'), act: () => context.ui.openTable(one.id) })}</div></li>`;

export { failure };
