// The release ledger in words: "May I tell them?" beside a message, the author's answer, and the mediator's list of what may be told.

import { html, nothing } from 'lit';
import { list, t } from '../i18n.js';
import { actButton, mark } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Line} Line */

/** What is true of this line, and what this person may do about it. @param {SeatContext} context @param {Line} line */
export function ledgerWords(context, line) {
  const { ledger } = line;
  if (line.passedBy?.length) return html`<p class="small">${mark('letter')}${t('ledger.passed', { by: list(line.passedBy) })}</p>`;
  if (!ledger) return nothing;
  /** @type {Set<string>} */
  const later = (context.ui.ledgerLater ??= new Set());
  const mediator = context.state.invitation?.mediator ?? '';
  if (ledger.mayAsk) return actButton(context, { id: `tell-${line.id}`, label: t('ledger.ask'), look: 'quiet', act: () => /** @type {TableContext} */ (context).actions.askRelease(line.id) });
  if (ledger.mustAnswer && !later.has(line.id)) {
    return html`<div class="ask"><p>${mark('letter')}<span>${t('ledger.asked', { mediator })}</span></p>
      <div class="row">${actButton(context, { id: `tell-yes-${line.id}`, label: t('ledger.yes'), look: 'primary', act: () => context.actions.answerRelease(line.id, true) })}
      <button type="button" @click=${() => { later.add(line.id); context.set({}); }}>${t('ledger.no')}</button></div><p class="small">${t('ledger.no.text')}</p></div>`;
  }
  if (ledger.given) {
    return html`<p class="small">${mark('tick')}${t(ledger.told ? 'ledger.told' : 'ledger.given')}</p>
      ${ledger.mine && !ledger.told ? actButton(context, { id: `tell-back-${line.id}`, label: t('ledger.back'), look: 'quiet', act: () => context.actions.answerRelease(line.id, false) }) : nothing}`;
  }
  if (ledger.mine && ledger.asked) return actButton(context, { id: `tell-yes-${line.id}`, label: t('ledger.yes'), look: 'quiet', act: () => context.actions.answerRelease(line.id, true) });
  return ledger.asked ? html`<p class="small asked">${mark('waiting')}${t('ledger.waiting')}</p>` : nothing;
}

/** The mediator's list. @param {SeatContext} context */
export function ledgerList(context) {
  const entries = context.state.ledger ?? [];
  if (!context.state.floor || !entries.length) return nothing;
  return html`<details class="ledger"><summary>${t('ledger.list', { count: entries.length })}</summary><ul>${entries.map((one) => html`<li>
    <p class="by"><strong>${list(one.names)}</strong></p><p class="text">${one.text}</p>
    ${one.here ? actButton(context, { id: `pass-${one.ref}`, label: t('ledger.tell-here'), look: 'small-button', act: () => /** @type {TableContext} */ (context).actions.passOn(one.ref) }) : html`<p class="small">${t('ledger.not-here')}</p>`}</li>`)}</ul></details>`;
}
