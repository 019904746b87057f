// The review: one finding at a time, one key each; the page on one side, the findings on the other; anything missed is added by
// selecting it. Decisions stay on this page until the pages are made from them; a changed decision needs new pages.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t, word } from '../i18n.js';
import { announce } from './announce.js';
import { draftFiles } from './holder.js';
import { actButton, failure, heading, mark, plainButton } from './parts.js';
import { hiddenView, stopped } from './hidden.js';
import { adding, marked, selected } from './sheet.js';

/** @typedef {import('./seat.js').TableContext} TableContext */
/** @typedef {NonNullable<import('../session/types.js').SeatState['sitting']>} Sitting */
/** @typedef {import('../session/types.js').Finding} Finding */
/** @typedef {{item: string, start: number, end: number, kind: string}} Added */

/** What this page has decided and the pages don't know yet. @param {TableContext} context @param {Sitting} sitting @returns {{states: Map<string, 'accepted'|'rejected'>, added: Added[], made: boolean}} */
function desk(context, sitting) {
  // A review that begins anew begins undecided: what was decided for pages that are withdrawn is decided again.
  const of = `${sitting.rid} ${sitting.worker ?? ''}`;
  if (context.ui.reviewOf !== of) Object.assign(context.ui, { reviewOf: of, after: false, finding: undefined, file: undefined, review: { states: new Map(), added: [], made: false } });
  return context.ui.review;
}

/** The findings as decided here, with what was added. @param {TableContext} context @param {Sitting} sitting @returns {Finding[]} */
function decided(context, sitting) {
  const { states, added } = desk(context, sitting);
  const own = added.map((one, index) => ({
    id: `added-${index}`, item: one.item, start: one.start, end: one.end, text: sitting.files.find((file) => file.item === one.item)?.text.slice(one.start, one.end) ?? '',
    kind: one.kind, recognizer: '', score: 1, why: t('review.by-you'), operator: '', shown: '', state: /** @type {const} */ ('added'),
  }));
  return [...sitting.findings.map((finding) => ({ ...finding, state: states.get(finding.id) ?? finding.state })), ...own];
}

/** @param {TableContext} context @param {Sitting} sitting */
export function review(context, sitting) {
  const { ui } = context;
  if (sitting.files.length === 0) return html`<main class="page narrow"><section class="card calm">${heading(t('review.title'))}<p class="lead" role="status">${t('ask.review-busy')}</p>${progress(sitting)}</section></main>`;
  const findings = decided(context, sitting);
  const done = findings.filter((finding) => finding.state !== 'open').length;
  const at = findings.find((finding) => finding.id === ui.finding) ?? findings.find((finding) => finding.state === 'open') ?? findings[0];
  const file = sitting.files.find((one) => one.item === (ui.file ?? at?.item)) ?? sitting.files[0];
  const draft = context.state.disclosures.find((one) => one.rid === sitting.rid)?.draft ?? null;
  const made = sitting.previewed && desk(context, sitting).made;
  const showPages = ui.after === true && draft !== null && made;
  const exposed = ui.exposed === true && file !== undefined && file.kind !== '';
  const side = (/** @type {boolean} */ after, /** @type {boolean} */ hidden) => context.set({ after, exposed: hidden });
  return html`<main class="review" @keydown=${(/** @type {KeyboardEvent} */ event) => key(context, sitting, findings, at, event)}>
    <div class="review-head">${heading(t('review.title'))}<p>${t('review.text')}</p></div>
    <section class="review-page" aria-label=${t('review.page')}>
      <div class="tools">${sitting.files.length > 1 ? sitting.files.map((one, index) => html`<button type="button" aria-pressed=${one === file ? 'true' : 'false'} @click=${() => context.set({ file: one.item, finding: undefined })}>${t('review.file', { number: index + 1 })}</button>`) : nothing}
        <button type="button" aria-pressed=${ui.after || exposed ? 'false' : 'true'} @click=${() => side(false, false)}>${t('review.as-is')}</button>
        ${file && file.kind ? html`<button type="button" aria-pressed=${exposed ? 'true' : 'false'} @click=${() => side(false, true)}>${t('hidden.open', { count: file.hiddenCount })}</button>` : nothing}
        <button type="button" aria-pressed=${ui.after && !exposed ? 'true' : 'false'} @click=${() => side(true, false)}>${t(made ? 'review.pages' : 'review.after')}</button></div>
      ${exposed ? hiddenView(context, sitting, file) : showPages ? draftFiles(draft) : file ? html`<article class="sheet" tabindex="0" aria-label=${t('review.text-of')} data-item=${file.item} @mouseup=${() => selected(context, file)} @keyup=${() => selected(context, file)}>${marked(file, findings, at, ui.after === true)}</article>` : nothing}
      ${showPages || exposed ? nothing : adding(context, file, (kind) => add(context, sitting, kind))}</section>
    <aside class="findings" aria-labelledby="findings-title"><div class="sum"><div class="sum-head"><h2 id="findings-title">${t('review.findings')}</h2><span class="num">${t('review.decided', { decided: done, count: findings.length })}</span></div>
      <progress max=${Math.max(findings.length, 1)} .value=${done} aria-label=${t('review.progress')}></progress><p class="small">${t('review.keys')}</p></div>
      <ol class="plain" aria-label=${t('review.findings')}>${repeat(findings, (finding) => finding.id, (finding) => row(context, sitting, finding, finding === at))}</ol>
      ${finish(context, sitting, findings.length - done, made)}</aside></main>`;
}

/** How far the worker is, page by page. @param {Sitting} sitting */
const progress = (sitting) => sitting.progress ? html`<p class="small" role="status">${t(`review.step.${sitting.progress.step}`, { done: sitting.progress.done, of: sitting.progress.of })}</p><progress max=${Math.max(sitting.progress.of, 1)} .value=${sitting.progress.done} aria-label=${t('review.step')}></progress>` : nothing;

/** Make the pages, read them, and only then ask everyone. @param {TableContext} context @param {Sitting} sitting @param {number} left @param {boolean} made */
function finish(context, sitting, left, made) {
  const here = desk(context, sitting);
  const make = async () => {
    const made_ = await context.actions.decide(sitting.findings.map((finding) => ({ id: finding.id, state: (here.states.get(finding.id) ?? finding.state) === 'rejected' ? /** @type {const} */ ('rejected') : /** @type {const} */ ('accepted'),
      // What the chosen rules would leave is blacked out when the reviewer says so.
      ...(finding.shown ? {} : { operator: 'remove' }) })), here.added);
    if (made_ === false) return announce(t('review.stopped'));
    here.made = true;
    context.set({ after: true, exposed: false });
    announce(t('review.previewed'));
  };
  return html`<div class="review-end">${stopped(sitting)}${progress(sitting)}
    ${made ? html`<p class="assure">${mark('tick')}<span>${t('review.previewed')}</span></p>` : nothing}
    ${actButton(context, { id: 'make-pages', label: t('review.make'), look: made ? '' : 'primary', off: left > 0 || sitting.busy, busy: t('review.making'), act: make })}
    ${left > 0 ? html`<p class="small">${t('review.left', { count: left })}</p>` : nothing}
    ${made ? html`${actButton(context, { id: 'finish-sitting', label: t('review.finish'), look: 'primary', off: sitting.busy, busy: t('review.finishing'), act: () => context.actions.finishSitting() })}<p class="small">${t('review.finish.text')}</p>` : nothing}</div>`;
}

/** @param {TableContext} context @param {Sitting} sitting @param {Finding} finding @param {boolean} now */
function row(context, sitting, finding, now) {
  const choose = () => context.set({ finding: finding.id, file: finding.item });
  const added = finding.state === 'added';
  return html`<li class="finding ${now ? 'cur' : ''} ${finding.state}" aria-current=${now ? 'true' : nothing}>
    <button type="button" class="finding-head" data-focus="finding-${finding.id}" @click=${choose}><strong>${finding.text}</strong><span class="tag">${word('kind', finding.kind)}, ${t(finding.score >= 0.85 ? 'review.sure' : finding.score >= 0.5 ? 'review.likely' : 'review.check')}</span></button>
    <p class="small">${finding.why}</p><p class="small decision">${mark(finding.state === 'open' ? 'waiting' : finding.state === 'rejected' ? 'cross' : 'tick')}${t(`review.state.${finding.state}`, { shown: finding.shown || t('review.blacked') })}</p>
    ${now && added ? plainButton(t('review.take-back'), () => takeBack(context, sitting, finding), { look: 'small-button' }) : nothing}
    ${now && !added ? html`<div class="row"><button type="button" class="primary" @click=${() => decide(context, sitting, finding, 'accepted')}>${t('review.accept', { shown: finding.shown || t('review.blacked') })}<kbd>A</kbd></button>
      <button type="button" @click=${() => decide(context, sitting, finding, 'rejected')}>${t('review.reject')}<kbd>K</kbd></button></div>` : nothing}</li>`;
}

/** One key a finding: A hides, K keeps, N and P go on and back. Not while something is typed. @param {TableContext} context @param {Sitting} sitting @param {Finding[]} findings @param {Finding|undefined} at @param {KeyboardEvent} event */
function key(context, sitting, findings, at, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/u.test(event.target.tagName)) || !at) return;
  const index = findings.indexOf(at);
  const go = (/** @type {Finding|undefined} */ next) => { if (next) { context.set({ finding: next.id, file: next.item }); announce(describe(next)); } };
  switch (event.key.toLowerCase()) {
    case 'a': if (at.state !== 'added') decide(context, sitting, at, 'accepted'); break;
    case 'k': if (at.state !== 'added') decide(context, sitting, at, 'rejected'); break;
    case 'n': go(findings[index + 1]); break;
    case 'p': go(findings[index - 1]); break;
    default: return;
  }
  event.preventDefault();
}

/** @param {Finding} finding */
const describe = (finding) => `${finding.text}, ${word('kind', finding.kind)}. ${finding.why}`;

/** @param {TableContext} context @param {Sitting} sitting @param {Finding} finding @param {'accepted'|'rejected'} state */
function decide(context, sitting, finding, state) {
  const here = desk(context, sitting);
  here.states.set(finding.id, state);
  here.made = false;
  const findings = decided(context, sitting);
  const index = findings.findIndex((one) => one.id === finding.id);
  const next = [...findings.slice(index + 1), ...findings.slice(0, index)].find((one) => one.state === 'open');
  context.set(next ? { finding: next.id, file: next.item } : { finding: finding.id });
  announce(next ? `${t(`review.state.${state}`, { shown: finding.shown || t('review.blacked') })} ${describe(next)}` : t('review.all-decided'));
}

/** @param {TableContext} context @param {Sitting} sitting @param {string} kind */
function add(context, sitting, kind) {
  const one = context.ui.adding;
  if (!one) return;
  const here = desk(context, sitting);
  here.added.push({ item: one.item, start: one.start, end: one.end, kind });
  here.made = false;
  getSelection()?.removeAllRanges();
  context.set({ adding: undefined });
  announce(t('review.added'));
}

/** @param {TableContext} context @param {Sitting} sitting @param {Finding} finding */
function takeBack(context, sitting, finding) {
  const here = desk(context, sitting);
  here.added = here.added.filter((one) => one.start !== finding.start || one.item !== finding.item);
  here.made = false;
  context.set({ finding: undefined });
}

export { failure };
