// The dialogs of a room, by name. Each is small; what it does goes through an action.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { blockedHelp } from './check.js';
import { diagnosticsButton, diagnosticsDialog } from './diagnostics.js';
import { companyDialog } from './company.js';
import { keepDialog } from './keep.js';
import { paperDialog } from './paper.js';
import { actButton, field, mark, modal, plainButton } from './parts.js';
import { readerDialog } from './reader.js';
import { enterKeyDialog, pagesDialog } from './holder.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

/** @param {SeatContext} context */
export function roomDialog(context) {
  const dialog = context.ui.dialog;
  switch (dialog?.id) {
    case 'privacy': return privacy(context);
    case 'diagnostics': return diagnosticsDialog(context);
    case 'quiet': return quiet(context);
    case 'company': return companyDialog(context);
    case 'leave': return leave(context);
    case 'blocked': return modal(context, { title: t(`blocked.${dialog.device === 'camera' ? 'camera' : 'microphone'}`), body: blockedHelp(), foot: actButton(context, {
      id: 'unblock', label: t('act.again'), look: 'primary', act: () => (dialog.device === 'camera' ? context.actions.camera(true) : context.actions.microphone(true)), then: (done) => { if (done) context.set({ dialog: null }); } }) });
    case 'keep': return keepDialog(context, String(dialog.line));
    case 'paper': return paperDialog(context);
    case 'reader': return readerDialog(context, dialog.line);
    case 'enter-key': return enterKeyDialog(context, String(dialog.rid), dialog.step === 'release' ? 'release' : 'unlock');
    case 'pages': return pagesDialog(context, String(dialog.rid));
    default: return nothing;
  }
}

/** What is private, what is not, and the number to compare. @param {SeatContext} context */
function privacy(context) {
  const code = context.state.room?.code ?? '';
  return modal(context, { title: t('privacy.title'), reading: true, body: html`
    <ul class="plain assurances">${['recording', 'server', 'people', 'near'].map((key) => html`<li>${mark(key === 'near' ? 'warning' : 'lock')}<span>${t(`privacy.${key}`)}</span></li>`)}</ul>
    <h3>${t('privacy.code.title')}</h3>
    ${code ? html`<p class="code" translate="no" aria-label=${[...code].join(' ')}>${code.slice(0, 3)} <span aria-hidden="true">·</span> ${code.slice(3)}</p><p>${t('privacy.code.text')}</p>` : html`<p>${t('privacy.code.none')}</p>`}
    <h3>${t('diagnostics.title')}</h3><p>${t('diagnostics.why')}</p>`, foot: diagnosticsButton(context) });
}

/** The quiet line: looks like any message, nothing of it shows to others. @param {SeatContext} context */
function quiet(context) {
  const mediator = context.state.invitation?.mediator ?? '';
  const send = async (/** @type {string} */ text) => {
    await context.actions.messageMediator(text);
    context.set({ dialog: null });
  };
  return modal(context, { title: t('quiet.open', { mediator }), body: html`<p>${t('quiet.text', { mediator })}</p>
    <div class="quick">${['call', 'private', 'break', 'unwell'].map((key) => plainButton(t(`quiet.${key}`), () => { const box = document.getElementById('quiet-words'); if (box instanceof HTMLTextAreaElement) { box.value = t(`quiet.${key}`); box.focus(); } }))}</div>
    ${field({ name: 'quiet-words', label: t('quiet.words'), rows: 3, max: 1000 })}`,
    foot: actButton(context, { id: 'quiet-send', label: t('quiet.send'), look: 'primary', act: async () => {
      const text = /** @type {HTMLTextAreaElement|null} */ (document.getElementById('quiet-words'))?.value.trim() ?? '';
      if (text) await send(text);
    } }) });
}

/** @param {SeatContext} context */
const leave = (context) => modal(context, { title: t('leave.title'), close: t('leave.stay'), body: html`<p>${t('leave.text')}</p>`,
  foot: actButton(context, { id: 'leave-now', label: t('leave.now'), look: 'stop', act: () => context.actions.leave(), then: (done) => { if (done) context.set({ dialog: null }); } }) });
