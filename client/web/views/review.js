// The review: one finding at a time, one key each; the page on one side, the findings on the other; anything missed is added by selecting it.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t, word } from '../i18n.js';
import { announce } from './announce.js';
import { actButton, failure, heading, mark, plainButton } from './parts.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {NonNullable<import('../session/types.js').SeatState['sitting']>} Sitting */
/** @typedef {import('../session/types.js').Finding} Finding */

export const KINDS = ['person', 'address', 'phone', 'email', 'account', 'date', 'health', 'organisation', 'other'];

/** @param {TableContext} context @param {Sitting} sitting */
export function review(context, sitting) {
  const { ui } = context;
  const findings = sitting.findings;
  const decided = findings.filter((finding) => finding.state !== 'open').length;
  const at = findings.find((finding) => finding.id === ui.finding) ?? findings.find((finding) => finding.state === 'open') ?? findings[0];
  const file = sitting.files.find((one) => one.item === (ui.file ?? at?.item)) ?? sitting.files[0];
  return html`<main class="review" @keydown=${(/** @type {KeyboardEvent} */ event) => key(context, sitting, at, event)}>
    <div class="review-head">${heading(t('review.title'))}<p>${t('review.text')}</p></div>
    <section class="review-page" aria-label=${t('review.page')}>
      <div class="tools">${sitting.files.length > 1 ? sitting.files.map((one, index) => html`<button type="button" aria-pressed=${one === file ? 'true' : 'false'} @click=${() => context.set({ file: one.item, finding: undefined })}>${t('review.file', { number: index + 1 })}</button>`) : nothing}
        <button type="button" aria-pressed=${ui.after ? 'false' : 'true'} @click=${() => context.set({ after: false })}>${t('review.as-is')}</button>
        <button type="button" aria-pressed=${ui.after ? 'true' : 'false'} @click=${() => context.set({ after: true })}>${t('review.after')}</button></div>
      ${file ? html`<article class="sheet" tabindex="0" aria-label=${t('review.text-of')} data-item=${file.item} @mouseup=${() => selected(context, file)} @keyup=${() => selected(context, file)}>${marked(file, findings, at, ui.after === true)}</article>` : nothing}
      ${adding(context, file)}</section>
    <aside class="findings" aria-labelledby="findings-title"><div class="sum"><div class="sum-head"><h2 id="findings-title">${t('review.findings')}</h2><span class="num">${t('review.decided', { decided, count: findings.length })}</span></div>
      <progress max=${Math.max(findings.length, 1)} .value=${decided} aria-label=${t('review.progress')}></progress>
      <p class="small">${t('review.keys')}</p></div>
      <ol class="plain" aria-label=${t('review.findings')}>${repeat(findings, (finding) => finding.id, (finding) => row(context, finding, finding === at))}</ol>
      <div class="review-end">${sitting.previewed ? html`<p class="assure">${mark('tick')}<span>${t('review.previewed')}</span></p>` : nothing}
        ${actButton(context, { id: 'finish-sitting', label: t('review.finish'), look: 'primary', off: decided < findings.length || sitting.busy, busy: t('review.finishing'), act: () => context.actions.finishSitting() })}
        <p class="small">${decided < findings.length ? t('review.left', { count: findings.length - decided }) : t('review.finish.text')}</p>${failure(context, 'decide')}</div></aside></main>`;
}

/** @param {TableContext} context @param {Finding} finding @param {boolean} now */
function row(context, finding, now) {
  const choose = () => context.set({ finding: finding.id, file: finding.item });
  return html`<li class="finding ${now ? 'cur' : ''} ${finding.state}" aria-current=${now ? 'true' : nothing}>
    <button type="button" class="finding-head" data-focus="finding-${finding.id}" @click=${choose}><strong>${finding.text}</strong><span class="tag">${word('kind', finding.kind)}, ${t(finding.score >= 0.85 ? 'review.sure' : finding.score >= 0.5 ? 'review.likely' : 'review.check')}</span></button>
    <p class="small">${finding.why}</p><p class="small decision">${mark(finding.state === 'open' ? 'waiting' : finding.state === 'rejected' ? 'cross' : 'tick')}${t(`review.state.${finding.state}`, { shown: finding.shown })}</p>
    ${now ? html`<div class="row"><button type="button" class="primary" @click=${() => void decide(context, finding, 'accepted')}>${t('review.accept', { shown: finding.shown })}<kbd>A</kbd></button>
      <button type="button" @click=${() => void decide(context, finding, 'rejected')}>${t('review.reject')}<kbd>K</kbd></button></div>` : nothing}</li>`;
}

/** One key a finding: A hides, K keeps, N and P go on and back. Not while something is typed. @param {TableContext} context @param {Sitting} sitting @param {Finding|undefined} at @param {KeyboardEvent} event */
function key(context, sitting, at, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/u.test(event.target.tagName)) || !at) return;
  const index = sitting.findings.indexOf(at);
  const go = (/** @type {number} */ to) => { const next = sitting.findings[to]; if (next) { context.set({ finding: next.id, file: next.item }); announce(`${next.text}, ${word('kind', next.kind)}. ${next.why}`); } };
  switch (event.key.toLowerCase()) {
    case 'a': void decide(context, at, 'accepted'); break;
    case 'k': void decide(context, at, 'rejected'); break;
    case 'n': go(index + 1); break;
    case 'p': go(index - 1); break;
    default: return;
  }
  event.preventDefault();
}

/** @param {TableContext} context @param {Finding} finding @param {'accepted'|'rejected'} state */
async function decide(context, finding, state) {
  const done = await context.run('decide', () => context.actions.decide([{ id: finding.id, state }], []));
  if (!done) return;
  const findings = context.state.sitting?.findings ?? [];
  const index = findings.findIndex((one) => one.id === finding.id);
  const next = [...findings.slice(index + 1), ...findings.slice(0, index)].find((one) => one.state === 'open' && one.id !== finding.id);
  if (next) {
    context.set({ finding: next.id, file: next.item });
    announce(`${t(`review.state.${state}`, { shown: finding.shown })} ${next.text}, ${word('kind', next.kind)}. ${next.why}`);
  } else announce(t('review.all-decided'));
}

/** The text with its findings in place. Offsets are UTF-16, as the session hands them over. @param {{item: string, text: string}} file @param {Finding[]} findings @param {Finding|undefined} at @param {boolean} after */
function marked(file, findings, at, after) {
  const own = findings.filter((finding) => finding.item === file.item).sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces = [];
  let done = 0;
  for (const finding of own) {
    if (finding.start < done) continue;
    pieces.push(file.text.slice(done, finding.start));
    const hidden = finding.state === 'accepted' || finding.state === 'added';
    pieces.push(hidden && after ? html`<span class="blk">${finding.shown}</span>` : after ? finding.text
      : html`<mark class="${finding.state} ${finding === at ? 'cur' : ''}" title=${word('kind', finding.kind)}>${file.text.slice(finding.start, finding.end)}</mark>`);
    done = finding.end;
  }
  pieces.push(file.text.slice(done));
  return pieces;
}

/** What is selected in the sheet, as a place in its text. @param {TableContext} context @param {{item: string, text: string}} file */
function selected(context, file) {
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

/** @param {TableContext} context @param {{item: string, text: string}|undefined} file */
function adding(context, file) {
  const one = context.ui.adding;
  if (!one || !file || one.item !== file.item) return html`<p class="small">${t('review.add.hint')}</p>`;
  const add = (/** @type {string} */ kind) => void context.run('decide', () => context.actions.decide([], [{ item: one.item, start: one.start, end: one.end, kind }])).then((done) => { if (done) { context.set({ adding: undefined }); announce(t('review.added')); } });
  return html`<div class="adding" role="group" aria-label=${t('review.add')}><p>${t('review.add.what', { text: one.text })}</p><div class="row">${KINDS.map((kind) => plainButton(word('kind', kind), () => add(kind), { look: 'small-button' }))}</div></div>`;
}
