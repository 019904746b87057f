// What a document hides: its page as everyone sees it beside the same page with everything hidden shown, and the list of what was hidden where.

import { html, nothing } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { t } from '../i18n.js';
import { failure, mark } from './parts.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').SittingFile} SittingFile */
/** @typedef {NonNullable<import('../session/types.js').SeatState['sitting']>} Sitting */

/** @param {TableContext} context @param {Sitting} sitting @param {SittingFile} file */
export function hiddenView(context, sitting, file) {
  const { ui } = context;
  const number = ui.hiddenOf === file.item ? Number(ui.hiddenPage ?? 1) : 1;
  const page = sitting.page && sitting.page.item === file.item && sitting.page.page === number ? sitting.page : null;
  const id = `look-${file.item}-${number}`;
  if (file.pages > 0 && !page && !ui.busy.has(id) && !ui.failed.has(id) && !sitting.busy) queueMicrotask(() => void context.run(id, () => context.actions.lookPage(file.item, number)));
  return html`<section class="exposed" aria-label=${t('hidden.open', { count: file.hiddenCount })}>
    ${file.pages > 0 ? html`${turner(context, file, number)}
      <div class="pair">${picture(page?.seen, t('hidden.seen'), number)}${picture(ui.hiddenAfter ? page?.redacted : page?.exposed, t(ui.hiddenAfter ? 'hidden.after' : 'hidden.exposed'), number)}</div>
      ${page ? nothing : html`<p role="status" class="small">${t('hidden.drawing')}</p>`}${failure(context, id)}` : html`<p class="small">${t('hidden.no-pages')}</p>`}
    <h2>${t('hidden.list', { count: file.hiddenCount })}</h2><p class="small">${t('hidden.dropped')}</p>
    ${file.hidden.length > 0 ? list(file) : nothing}
    ${file.hiddenCount > file.hidden.length ? html`<p class="small">${t('hidden.more', { count: file.hiddenCount - file.hidden.length })}</p>` : nothing}
    ${file.unread.map((one) => html`<p class="failure">${mark('warning')}<span>${one.place ? `${one.place}: ` : ''}${one.says}</span></p>`)}
    ${file.notes.length > 0 ? html`<h2>${t('hidden.notes')}</h2><ul>${file.notes.map((note) => html`<li>${note}</li>`)}</ul>` : nothing}</section>`;
}

/** @param {TableContext} context @param {SittingFile} file @param {number} number */
function turner(context, file, number) {
  const go = (/** @type {number} */ to) => context.set({ hiddenOf: file.item, hiddenPage: Math.min(Math.max(to, 1), file.pages) });
  return html`<div class="tools"><button type="button" ?disabled=${number <= 1} @click=${() => go(number - 1)}>${t('hidden.previous')}</button>
    <span class="num" role="status">${t('reader.page', { number, count: file.pages })}</span>
    <button type="button" ?disabled=${number >= file.pages} @click=${() => go(number + 1)}>${t('hidden.next')}</button>
    <button type="button" aria-pressed=${context.ui.hiddenAfter ? 'true' : 'false'} @click=${() => context.set({ hiddenAfter: !context.ui.hiddenAfter })}>${t('hidden.show-after')}</button></div>`;
}

/** @param {Uint8Array|undefined} bytes @param {string} caption @param {number} number */
const picture = (bytes, caption, number) => html`<figure><figcaption>${caption}</figcaption>
  <canvas role="img" aria-label=${t('hidden.picture', { caption, number })} ${ref((element) => { if (element instanceof HTMLCanvasElement) void draw(element, bytes); })}></canvas></figure>`;

/** @type {WeakMap<HTMLCanvasElement, Uint8Array>} */
const drawn = new WeakMap();

/** Drawn on a canvas: the page's rules allow no picture addresses but its own. @param {HTMLCanvasElement} canvas @param {Uint8Array|undefined} bytes */
async function draw(canvas, bytes) {
  if (!bytes || drawn.get(canvas) === bytes) return;
  drawn.set(canvas, bytes);
  try {
    const bitmap = await createImageBitmap(new Blob([/** @type {BlobPart} */ (bytes)]));
    if (drawn.get(canvas) !== bytes) return;
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  } catch {
    canvas.replaceWith(t('reader.broken'));
  }
}

/** @param {SittingFile} file */
const list = (file) => html`<div class="hidden-list"><table aria-label=${t('hidden.title')}><thead><tr><th scope="col">${t('hidden.where')}</th><th scope="col">${t('hidden.what')}</th><th scope="col">${t('hidden.says')}</th></tr></thead>
  <tbody>${file.hidden.map((one) => html`<tr><td>${one.place}</td><td>${one.what}</td><td>${one.text}</td></tr>`)}</tbody></table></div>`;

/** Why the pages may not leave. @param {Sitting} sitting */
export const stopped = (sitting) => sitting.stops.length === 0 ? nothing : html`<div class="stopped" role="alert"><p>${mark('warning')} <strong>${t('review.stopped')}</strong></p>
  <ul>${sitting.stops.slice(0, 20).map((one) => html`<li>${one.name}${one.place ? ` (${one.place})` : ''}: ${one.says}</li>`)}</ul><p class="small">${t('review.stopped.text')}</p></div>`;
