// The text under review with its findings in place, and what is selected in it.

import { html } from 'lit';
import { t, word } from '../i18n.js';
import { plainButton } from './parts.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {import('../session/types.js').Finding} Finding */

/** What a person may mark by hand: kinds of the redaction worker, in its own words (policies/redaction-profiles.yaml). */
export const KINDS = ['PERSON', 'MINOR', 'HOME_ADDRESS', 'GEO_SMALL', 'PHONE', 'EMAIL', 'ACCOUNT', 'DATE_PERSONAL', 'AGE', 'AMOUNT', 'HEALTH', 'ORGANIZATION', 'SCHOOL', 'RELATION', 'OTHER_UNIQUE', 'SPECIAL_CATEGORY'];

/** Offsets are UTF-16, as the session hands them over. @param {{item: string, text: string}} file @param {Finding[]} findings @param {Finding|undefined} at @param {boolean} after */
export function marked(file, findings, at, after) {
  const own = findings.filter((finding) => finding.item === file.item).sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces = [];
  let done = 0;
  for (const finding of own) {
    if (finding.start < done) continue;
    pieces.push(file.text.slice(done, finding.start));
    const hidden = finding.state === 'accepted' || finding.state === 'added';
    const text = file.text.slice(finding.start, finding.end);
    pieces.push(after ? (hidden ? html`<span class="blk">${finding.shown || t('review.blacked')}</span>` : text)
      : html`<mark class="${finding.state} ${finding === at ? 'cur' : ''}" title=${word('kind', finding.kind)}>${text}</mark>`);
    done = finding.end;
  }
  pieces.push(file.text.slice(done));
  return pieces;
}

/** What is selected in the sheet, as a place in its text. @param {TableContext} context @param {{item: string, text: string}} file */
export function selected(context, file) {
  const selection = getSelection();
  const sheet = document.querySelector('.sheet[data-item]');
  if (!selection || selection.isCollapsed || !sheet?.contains(selection.anchorNode) || !sheet.contains(selection.focusNode) || context.ui.after) {
    if (context.ui.adding) context.set({ adding: undefined });
    return;
  }
  const range = selection.getRangeAt(0);
  const before = document.createRange();
  before.setStart(sheet, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  const text = range.toString();
  if (text.trim() && file.text.slice(start, start + text.length) === text) context.set({ adding: { item: file.item, start, end: start + text.length, text } });
}

/** @param {TableContext} context @param {{item: string, text: string}|undefined} file @param {(kind: string) => void} add */
export function adding(context, file, add) {
  const one = context.ui.adding;
  if (!one || !file || one.item !== file.item) return html`<p class="small">${t('review.add.hint')}</p>`;
  return html`<div class="adding" role="group" aria-label=${t('review.add')}><p>${t('review.add.what', { text: one.text })}</p><div class="row">${KINDS.map((kind) => plainButton(word('kind', kind), () => add(kind), { look: 'small-button' }))}</div></div>`;
}
