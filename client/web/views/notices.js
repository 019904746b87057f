// What happened, in sentences that stay until they are read away. Urgent ones are told at once.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { has, t } from '../i18n.js';
import { announce } from './announce.js';
import { mark, plainButton } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

const SHOWN = 3;

/** @param {{key: string, facts: Record<string, any>}} notice @returns {string} */
export function noticeText({ key, facts }) {
  if (has(key)) return t(key, facts);
  if (key.startsWith('distrust.')) return t('distrust.other', facts);
  return t(has(`notice.${key}`) ? `notice.${key}` : 'notice.other', facts);
}

/** @param {SeatContext} context */
export function notices(context) {
  /** @type {Set<string>} */
  const told = (context.ui.told ??= new Set());
  for (const notice of context.state.notices) {
    if (told.has(notice.id)) continue;
    told.add(notice.id);
    announce(noticeText(notice), notice.urgent);
  }
  const shown = context.state.notices.slice(-SHOWN);
  if (shown.length === 0) return nothing;
  return html`<ul class="notices" aria-label=${t('notices.label')}>${repeat(shown, (notice) => notice.id, (notice) => html`
    <li class=${notice.urgent ? 'urgent' : ''}>${notice.urgent ? mark('warning') : nothing}<p>${noticeText(notice)}</p>
    ${plainButton(t('notices.read'), () => context.actions.dismiss(notice.id), { look: 'quiet' })}</li>`)}</ul>`;
}
