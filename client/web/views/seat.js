// The page of one place: from the link to leaving. Chooses the screen for the state; each screen is a function in a module of its own.

import { html, nothing } from 'lit';
import { createPage } from './page.js';
import { rememberLanguage } from './language.js';
import * as stops from './stops.js';
import { intro } from './intro.js';
import { pledge } from './pledge.js';
import { waiting, waitWords } from './waiting.js';
import { room } from './room.js';
import { bannerText } from './banner.js';
import { table } from './table.js';
import { roomDialog } from './dialogs.js';
import { paperCard } from './paper.js';
import { holderCards } from './holder.js';
import { authorities, ownWords } from './authority.js';
import { disclosureDesk } from './disclosure.js';
import { connection, languageSwitch, roleName } from './parts.js';
import { t } from '../i18n.js';

/** @typedef {import('../session/types.js').SeatState} SeatState */
/** @typedef {import('../session/types.js').SeatActions} SeatActions */
/** @typedef {import('../session/types.js').TableActions} TableActions */
/** @typedef {import('./page.js').Context<SeatState, SeatActions & Partial<TableActions>>} SeatContext */
/** @typedef {import('./page.js').Context<SeatState, SeatActions & TableActions>} TableContext */
/** @typedef {import('./page.js').Source<SeatState, SeatActions & Partial<TableActions>>} Seat */

/**
 * Draw a place's page into `root` and keep it true to `session`. Returns how to end it.
 * @param {HTMLElement} root @param {Seat} session @param {{back?: () => void, title?: string, preset?: Record<string, any>}} [options]   back: how the mediator returns to the desk; title: the mediation's, where the state has none
 */
export function startSeat(root, session, options = {}) {
  const page = createPage(root, session, (context) => {
    context.ui.changeLanguage ??= rememberLanguage(() => page.redraw());
    context.ui.back ??= options.back;
    context.ui.title ??= options.title;
    if (options.preset) Object.assign(context.ui, options.preset);
    options.preset = undefined;
    document.title = t('title', { screen: t(`title.${session.state.phase}`) });
    return draw(context);
  });
  return page;
}

/** @param {SeatContext} context @returns {import('./page.js').Drawn} */
function draw(context) {
  const { state } = context;
  switch (state.phase) {
    case 'link': return { screen: 'link', body: stops.linkProblem(context) };
    case 'opening': return { screen: 'opening', body: stops.opening(context) };
    case 'intro': return { screen: 'intro', body: intro(context) };
    case 'sign': return { screen: 'sign', body: pledge(context) };
    case 'knocking':
    case 'answered':
      return { screen: 'waiting', body: waiting(context), say: waitWords(state) };
    case 'door':
      if (state.floor) break;
      if (state.me.role === 'custodian') return office(context);
      if (state.life === 'closed' || state.life === 'destroyed') return over(context);
      return { screen: 'door', body: html`${waiting(context)}${roomDialog(context)}`, say: waitWords(state) };
    case 'room': break;
    case 'elsewhere': return { screen: 'elsewhere', body: stops.elsewhere(context) };
    case 'ended':
      if (state.floor) break;
      return over(context);
    case 'stopped': return { screen: 'stopped', body: stops.stopped(context) };
  }
  const say = state.room ? bannerText(state.room) : undefined;
  const screen = state.room ? `room ${state.room.id}` : state.phase;
  if (state.floor) return { screen: `table ${context.ui.face ?? ''}`, body: table(/** @type {TableContext} */ (context)), say };
  return { screen, body: html`${state.room ? room(context) : nothing}${roomDialog(context)}`, say };
}

/** The end, with what is still asked of this person. @param {SeatContext} context @returns {import('./page.js').Drawn} */
const over = (context) => (context.state.me.role === 'custodian' ? office(context) : { screen: 'ended', body: html`${stops.ended(context, html`${paperCard(context)}${holderCards(context)}${authorities(context)}${ownWords(context)}`)}${roomDialog(context)}` });

/** The custodian's page: never a room, never a word that was said. @param {SeatContext} context @returns {import('./page.js').Drawn} */
const office = (context) => ({ screen: 'office', body: html`<header class="house"><p class="house-name">In Camera</p><p class="who-am-i">${roleName('custodian')}</p>${languageSwitch(context)}</header>
  ${context.state.sitting ? nothing : html`<div class="page">${connection(context)}<p>${t('office.text')}</p></div>`}${disclosureDesk(/** @type {TableContext} */ (context))}${roomDialog(context)}` });
