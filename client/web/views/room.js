// A room as a party sees it: the banner, the people, a few controls, and beside them what was written and shown.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { banner, roomMark } from './banner.js';
import { chatPanel, linesHere } from './chat.js';
import { cameraControl, lineWords, microphoneControl, panelControl, screenControl, soundOnlyControl } from './controls.js';
import { documentsPanel } from './documents.js';
import { kept, levels, listenBar } from './listening.js';
import { ringStrip } from './knock.js';
import { notices } from './notices.js';
import { companyControl, companyStrip } from './company.js';
import { paperStrip } from './paper.js';
import { connection, mark, plainButton } from './parts.js';
import { promise } from './promise.js';
import { tiles } from './tiles.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

const WIDE = '(min-width: 62rem)';

/** @param {SeatContext} context */
export function room(context) {
  const { state } = context;
  const here = state.room;
  if (!here) return nothing;
  if (context.ui.panelChosen === undefined) {
    context.ui.panelChosen = true;
    context.ui.panel = matchMedia(WIDE).matches ? 'chat' : '';
  }
  const mediator = state.invitation?.mediator ?? '';
  const hue = `hue-${roomMark(here.kind)}`;
  const documents = linesHere(state).filter((line) => line.kind === 'document').length;
  return html`<div class="room-page ${hue} ${context.ui.panel ? 'panel-open' : ''}">
    ${banner(here, { unsure: state.connection === 'retrying', more: html`<div class="banner-line">${privacyLine(context)}${lineWords(context)}</div>` })}
    <main class="room-main" aria-label=${t('room.main')}>
      ${connection(context)}${ringStrip(context)}${companyStrip(context)}${listenBar(context)}${promise(context)}${notices(context)}${paperStrip(context)}
      ${tiles(here, state.media, (person) => (person.side && person.side === state.me.side ? hue : person.role === 'mediator' ? 'hue-mediator' : 'hue-joint'), levels(context), kept(context))}
    </main>
    <nav class="controls" aria-label=${t('controls.label')}>
      ${microphoneControl(context)}${cameraControl(context)}
      ${panelControl(context, 'chat', 'chat', unread(context))}${panelControl(context, 'documents', 'document', documents)}
      <div class="extra ${context.ui.more ? 'shown' : ''}">${screenControl(context)}${soundOnlyControl(context)}${companyControl(context)}</div>
      <div class="ways">${plainButton(t('quiet.open', { mediator }), () => context.set({ dialog: { id: 'quiet' } }), { icon: 'letter', id: 'quiet' })}
      ${plainButton(t('leave.open'), () => context.set({ dialog: { id: 'leave' } }), { icon: 'leave', id: 'leave' })}
      <button type="button" class="more-control" data-focus="panel-more" aria-expanded=${context.ui.more ? 'true' : 'false'} aria-label=${t('controls.more.show')} @click=${() => context.set({ more: !context.ui.more })}>${t('controls.more')}</button></div>
    </nav>
    ${context.ui.panel ? html`<aside class="panel" aria-label=${t(`panel.${context.ui.panel}`)}>
      <div class="panel-head"><h2>${t(`panel.${context.ui.panel}`)}</h2>${plainButton(t('act.close'), () => context.set({ panel: '' }), { look: 'quiet', icon: 'cross' })}</div>
      ${context.ui.panel === 'documents' ? documentsPanel(context) : chatPanel(context)}</aside>` : nothing}
  </div>`;
}

/** Lines that came while the chat was not on the screen. @param {SeatContext} context @returns {number} */
export function unread(context) {
  /** @type {Set<string>} */
  const read = (context.ui.read ??= new Set());
  const lines = linesHere(context.state);
  if (context.ui.panel === 'chat') for (const line of lines) read.add(line.id);
  return lines.filter((line) => !line.mine && !read.has(line.id)).length;
}

/** "Not recorded", and where to look closer. @param {SeatContext} context @param {boolean} [say] */
export const privacyLine = (context, say = true) => html`${say ? html`<span class="privacy">${mark('lock')}<strong>${t('privacy.short')}</strong></span>` : nothing}
  ${plainButton(t('privacy.check'), () => context.set({ dialog: { id: 'privacy' } }), { look: 'quiet', id: 'privacy' })}`;
