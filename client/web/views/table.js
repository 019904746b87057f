// The mediator's table: who is where, who knocks, the room one is in, and the ways to move people. While the mediator's own
// screen is shared, everything that a party must not see is taken off this page, not only covered.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { banner, roomMark } from './banner.js';
import { chatPanel, linesHere } from './chat.js';
import { cameraControl, lineWords, microphoneControl, screenControl, soundOnlyControl } from './controls.js';
import { roomDialog } from './dialogs.js';
import { disclosureDesk } from './disclosure.js';
import { documentsPanel } from './documents.js';
import { doorBar, doorDialog } from './doors.js';
import { instrumentsPanel } from './instruments.js';
import { kept, levels, listenBar } from './listening.js';
import { moveDialogs } from './moves.js';
import { notices } from './notices.js';
import { invitationDialog, peoplePanel } from './people.js';
import { plan, sideIndex } from './plan.js';
import { paperStrip } from './paper.js';
import { connection, heading, mark, modal, plainButton } from './parts.js';
import { privacyLine } from './room.js';
import { tiles } from './tiles.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Person} Person */

const VIEWS = /** @type {const} */ (['rooms', 'call', 'chat', 'documents', 'people', 'tools']);

/** @param {TableContext} context */
export function table(context) {
  const { state, ui } = context;
  const sharing = state.media.screen === 'on';
  ui.view ??= 'rooms';
  ui.side ??= 'chat';
  ui.beforeSharing ??= () => sharingQuestion(context);
  if (sharing && (ui.side === 'people' || ui.side === 'tools' || ui.face === 'desk')) Object.assign(ui, { side: 'chat', face: '' });
  const dialogs = html`${roomDialog(context)}${sharing ? nothing : html`${doorDialog(context)}${moveDialogs(context)}${invitationDialog(context)}`}${ui.dialog?.id === 'sharing' ? sharingDialog(context) : nothing}`;
  if (ui.face === 'desk' || (state.life !== 'open' && state.life !== 'adjourned')) return html`${topBar(context, sharing)}${disclosureDesk(context)}${dialogs}`;
  return html`${topBar(context, sharing)}
    <main class="table" data-view=${ui.view}>
      ${sharing ? hiddenPlan(context) : plan(context)}
      ${call(context)}
      <nav class="controls table-controls" aria-label=${t('controls.label')}>${microphoneControl(context)}${cameraControl(context)}${screenControl(context)}${soundOnlyControl(context)}
        <div class="control"><button type="button" class="stop" data-focus="separate" @click=${() => context.set({ dialog: { id: 'separate' } })}>${mark('leave')}<span class="is">${t('separate.open')}</span><span class="does">${t('separate.does')}</span></button></div></nav>
      <nav class="views" aria-label=${t('views.label')}>${VIEWS.map((view) => viewButton(context, view, sharing))}
        ${sharing ? nothing : html`<button type="button" class="narrow-only kept-view" @click=${() => context.set({ face: 'desk' })}>${t('view.kept')}</button>`}</nav>
      <aside class="side" aria-label=${t(`panel.${ui.side}`)}>${ui.side === 'people' && !sharing ? peoplePanel(context) : ui.side === 'tools' && !sharing ? instrumentsPanel(context) : ui.side === 'documents' ? documentsPanel(context) : chatPanel(context)}</aside>
    </main>${dialogs}`;
}

/** @param {TableContext} context @param {boolean} sharing */
function topBar(context, sharing) {
  const { state, ui } = context;
  const atDesk = ui.face === 'desk';
  const at = atDesk || (state.life !== 'open' && state.life !== 'adjourned');
  const title = sharing ? t('table.title-shared') : state.invitation?.title ?? ui.title ?? '';
  return html`<header class="top"><div class="top-name">${ui.back ? plainButton(t('table.back'), () => ui.back(), { look: 'quiet', id: 'back' }) : nothing}
      ${at ? html`<p class="title">${title}</p>` : heading(title, 'title')}
      <span class="privacy">${mark('lock')}${t('table.private')}</span></div>
    ${connection(context)}${state.life === 'adjourned' ? html`<p class="notice-line">${mark('waiting')}<span>${t('table.adjourned')}</span></p>` : nothing}${sharing ? nothing : doorBar(context)}
    <div class="top-ways">${state.life === 'closed' || state.life === 'destroyed' ? nothing : html`${sharing ? nothing : plainButton(t(atDesk ? 'table.to-table' : 'table.to-desk'), () => context.set({ face: atDesk ? '' : 'desk' }), { id: 'to-desk', icon: 'lock', look: atDesk ? 'at-desk' : '' })}
      ${plainButton(t('finish.open'), () => context.set({ dialog: { id: 'finish' } }), { id: 'finish', icon: 'leave' })}`}</div></header>`;
}

/** @param {TableContext} context @param {typeof VIEWS[number]} view @param {boolean} sharing */
function viewButton(context, view, sharing) {
  const { ui, state } = context;
  const inSide = view !== 'rooms' && view !== 'call';
  if ((view === 'people' || view === 'tools') && sharing) return nothing;
  const count = view === 'documents' ? linesHere(state).filter((line) => line.kind === 'document').length : 0;
  const chosen = inSide ? ui.side === view : false;
  return html`<button type="button" class="${inSide ? 'in-side' : 'narrow-only'} ${ui.view === view ? 'shown' : ''}" aria-pressed=${(inSide ? chosen : ui.view === view) ? 'true' : 'false'}
    @click=${() => context.set(inSide ? { view, side: view } : { view })}>${t(`view.${view}`, { count })}</button>`;
}

/** The room the mediator is in. @param {TableContext} context */
function call(context) {
  const { state } = context;
  const here = state.room;
  if (!here) return html`<section class="call empty-call" aria-labelledby="nowhere"><div><h2 id="nowhere">${t('table.nowhere')}</h2><p>${t('table.nowhere.text')}</p>${notices(context)}${paperStrip(context)}</div></section>`;
  const side = sideIndex(context, here.people.find((person) => person.side)?.side ?? '');
  const shared = state.media.screen === 'on';
  return html`<section class="call hue-${roomMark(here.kind, side)}" aria-label=${t('room.main')}>
    ${banner(here, { unsure: state.connection === 'retrying', side, lesser: true, more: html`<div class="banner-line">${privacyLine(context, false)}${lineWords(context)}</div>` })}
    <div class="call-body">${shared ? nothing : html`${notices(context)}${paperStrip(context)}`}
    ${listenBar(context)}${tiles(here, state.media, (person) => hueOf(context, person), levels(context), kept(context))}</div></section>`;
}

/** @param {TableContext} context @param {Person} person */
export const hueOf = (context, person) => (person.side ? `hue-${roomMark('caucus', sideIndex(context, person.side))}` : 'hue-mediator');

/** @param {TableContext} context */
const hiddenPlan = (context) => html`<section class="plan plan-hidden" aria-label=${t('plan.label')}><div>${mark('screen', 'big')}<h2>${t('plan.hidden')}</h2><p>${t('plan.hidden.text')}</p>
  ${plainButton(t('control.screen.stop'), () => void context.run('screen', () => context.actions.shareScreen(false)), { look: 'primary' })}</div></section>`;

/** Before the first share: what others will see, and what this page takes away. @param {TableContext} context @returns {Promise<boolean>} */
function sharingQuestion(context) {
  if (context.ui.sharingKnown) return Promise.resolve(true);
  context.set({ dialog: { id: 'sharing' } });
  return Promise.resolve(false);
}

/** @param {TableContext} context */
function sharingDialog(context) {
  // The browser's own chooser needs the press of a button: the call is made from here, not after a wait.
  const share = () => {
    context.set({ sharingKnown: true, dialog: null });
    void context.run('screen', () => context.actions.shareScreen(true));
  };
  return modal(context, { title: t('sharing.title'), body: html`<p>${t('sharing.text')}</p><p>${t('sharing.window')}</p>`, foot: plainButton(t('control.screen.start'), share, { look: 'primary' }) });
}
