// Documents of this room: what was shared, reading it in the page, and sharing one's own.

import { html, nothing } from 'lit';
import { clock, list, size, t } from '../i18n.js';
import { announce } from './announce.js';
import { failure, mark } from './parts.js';
import { documentLine, linesHere } from './chat.js';
import { keepWords } from './keep.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

export const LARGEST = 50_000_000;

/** @param {SeatContext} context */
export function documentsPanel(context) {
  const documents = linesHere(context.state).filter((line) => line.kind === 'document');
  const part = context.ui.uploading;
  return html`<div class="documents">
    <div class="scroll" tabindex="0" role="region" aria-label=${t('panel.documents')}><ul class="lines">${documents.length === 0 ? html`<li class="empty">${t('documents.empty')}</li>` : nothing}
    ${documents.map((line) => html`<li class="line">${documentLine(context, line)}<p class="small">${t('documents.by', { name: line.mine ? t('person.you') : list(line.names), time: clock(line.at) })}</p>${keepWords(context, line)}</li>`)}</ul></div>
    <div class="compose"><label for="share-file">${t('documents.share')}</label>
      <input id="share-file" type="file" aria-describedby="share-hint" ?disabled=${part !== undefined || !context.state.room?.granted} @change=${(/** @type {Event & {target: HTMLInputElement}} */ event) => void share(context, event.target)}>
      <p class="hint" id="share-hint">${t('documents.hint', { limit: size(LARGEST) })}</p>
      ${part !== undefined ? html`<label class="small" for="share-progress">${t('documents.uploading')}</label><progress id="share-progress" max="1" .value=${part}></progress>` : nothing}
      ${context.ui.tooLarge ? html`<p class="failure">${mark('warning')}<span>${t('documents.too-large', { limit: size(LARGEST) })}</span></p>` : nothing}${failure(context, 'share')}</div></div>`;
}

/** @param {SeatContext} context @param {HTMLInputElement} input */
async function share(context, input) {
  const file = input.files?.[0];
  if (!file) return;
  context.set({ tooLarge: file.size > LARGEST });
  if (file.size > LARGEST) return;
  context.set({ uploading: 0 });
  const done = await context.run('share', () => context.actions.share(file, (part) => context.set({ uploading: part })));
  input.value = '';
  context.set({ uploading: undefined });
  if (done) announce(t('documents.shared'));
}
