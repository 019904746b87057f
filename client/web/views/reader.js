// Reading a document in the page: text, pictures, PDF. Nothing in it runs, nothing is fetched; a kind we can't show is offered to be saved.

import { html, nothing } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { size, t } from '../i18n.js';
import { failure, mark, modal, plainButton } from './parts.js';
import { drawPdf } from './pdf.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('../session/types.js').Line} Line */
/** @typedef {{id: string, bytes: Uint8Array, kind: 'text'|'picture'|'pdf'|'other', text: string}} Opened */

const LONGEST_TEXT = 2_000_000;

/** What the bytes are, by the bytes: a name can say anything. @param {Uint8Array} bytes @param {string} mime @returns {Opened['kind']} */
export function kindOf(bytes, mime) {
  const starts = (/** @type {number[]} */ ...magic) => magic.every((byte, index) => bytes[index] === byte);
  if (starts(0x25, 0x50, 0x44, 0x46)) return 'pdf';
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff) || starts(0x47, 0x49, 0x46, 0x38) || (starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57)) return 'picture';
  if (mime.startsWith('text/') && bytes.length < LONGEST_TEXT && !bytes.subarray(0, 4096).includes(0)) return 'text';
  return 'other';
}

/** @param {SeatContext} context @param {Line} line */
export function readerDialog(context, line) {
  const document_ = line.document;
  if (!document_) return nothing;
  const id = `read-${line.id}`;
  /** @type {Opened|undefined} */
  const opened = context.ui.opened?.id === line.id ? context.ui.opened : undefined;
  if (!opened && !context.ui.busy.has(id) && !context.ui.failed.has(id)) queueMicrotask(() => void open(context, line, id));
  return modal(context, {
    title: document_.name, look: 'reader', onclose: () => context.set({ opened: undefined }),
    body: opened ? shown(opened, document_.name) : html`<p role="status">${context.ui.busy.has(id) ? t('reader.opening') : nothing}</p>${failure(context, id)}`,
    foot: html`<p class="small">${t('reader.foot', { size: size(document_.size) })}</p>${opened ? plainButton(t('reader.save'), () => save(opened.bytes, document_.name, document_.mime)) : nothing}`,
  });
}

/** @param {SeatContext} context @param {Line} line @param {string} id */
async function open(context, line, id) {
  await context.run(id, async () => {
    const bytes = await context.actions.openDocument(line);
    const kind = kindOf(bytes, line.document?.mime ?? '');
    context.set({ opened: { id: line.id, bytes, kind, text: kind === 'text' ? new TextDecoder().decode(bytes) : '' } });
  });
}

/** @param {Opened} opened @param {string} name */
function shown(opened, name) {
  switch (opened.kind) {
    case 'text': return html`<pre class="page-text" tabindex="0">${opened.text}</pre>`;
    case 'picture': return html`<canvas class="page-picture" role="img" aria-label=${t('reader.picture', { name })} ${ref((element) => { if (element instanceof HTMLCanvasElement) void picture(element, opened); })}></canvas>`;
    case 'pdf': return html`<div class="pdf" tabindex="0" role="region" aria-label=${name} ${ref((element) => { if (element instanceof HTMLElement) void pdf(element, opened); })}></div>`;
    case 'other': return html`<p class="lead">${mark('document')} ${t('reader.other')}</p><p>${t('reader.other.text')}</p>`;
  }
}

/** Drawn on a canvas: the page's rules allow no picture addresses but its own. @param {HTMLCanvasElement} canvas @param {Opened} opened */
async function picture(canvas, opened) {
  if (canvas.dataset.drawn === opened.id) return;
  canvas.dataset.drawn = opened.id;
  try {
    const bitmap = await createImageBitmap(new Blob([/** @type {BlobPart} */ (opened.bytes)]));
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  } catch {
    canvas.replaceWith(t('reader.broken'));
  }
}

/** @param {HTMLElement} holder @param {Opened} opened */
async function pdf(holder, opened) {
  if (holder.dataset.drawn === opened.id) return;
  holder.dataset.drawn = opened.id;
  try {
    await drawPdf(holder, opened.bytes);
  } catch {
    holder.textContent = t('reader.broken');
  }
}

/** Hand bytes to the browser's own "save". @param {Uint8Array} bytes @param {string} name @param {string} mime */
export function save(bytes, name, mime) {
  const url = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (bytes)], { type: mime || 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
