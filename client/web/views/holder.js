// For a person whose yes is needed: what is asked of them, said exactly, and their answer. Two steps: let the reviewer look; then agree to exact pages.
// Saying no and saying nothing look the same to everybody else.

import { html, nothing } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { day, dayAndTime, list, t, word } from '../i18n.js';
import { actButton, heading, mark, modal, plainButton, tick } from './parts.js';
import { wordsForm } from './paper.js';
import { drawPdf } from './pdf.js';
import { save } from './reader.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('../session/types.js').Disclosure} Disclosure */

/** @type {Record<Disclosure['stage'], 'unlock'|'release'|'wait'|'done'>} */
export const STEP = { open: 'unlock', unlocked: 'wait', reviewing: 'wait', drafted: 'release', cooling: 'wait', releasable: 'wait', released: 'done', closed: 'done' };

/** @param {SeatContext} context */
export function holderCards(context) {
  return context.state.disclosures.map((one) => (one.holds === false ? told(context, one) : card(context, one)));
}

/** For somebody whose yes is not asked for, who has time to object or to ask a court. @param {SeatContext} context @param {Disclosure} one */
const told = (context, one) => html`<section class="card holder" aria-labelledby="ask-${one.rid}"><h2 id="ask-${one.rid}">${t('told.title')}</h2>
    ${facts(context, one)}<p>${one.noticeUntil ? t('told.text', { when: day(one.noticeUntil) }) : t('told.now')}</p></section>`;

/** @param {SeatContext} context @param {Disclosure} one */
function card(context, one) {
  const step = STEP[one.stage];
  return html`<section class="card holder" aria-labelledby="ask-${one.rid}"><h2 id="ask-${one.rid}">${mark('lock')} ${t('holder.title')}</h2>
    ${facts(context, one)}
    ${one.answered && step !== 'done' ? html`<p class="assure">${mark('tick')}<span>${t('holder.answered')}</span></p>` : nothing}
    ${step === 'unlock' && !one.answered ? html`<p>${t('holder.unlock.text')}</p><div class="row">
      ${plainButton(t('holder.unlock'), () => context.set({ dialog: { id: 'enter-key', rid: one.rid, step: 'unlock' } }), { look: 'primary', id: `unlock-${one.rid}` })}${refuse(context, one)}</div>` : nothing}
    ${step === 'release' && !one.answered ? html`<p>${t('holder.release.text', { recipient: one.recipient?.name ?? '' })}</p><div class="row">
      ${one.draft ? plainButton(t('holder.read-pages'), () => context.set({ dialog: { id: 'pages', rid: one.rid } }), { look: 'primary', id: `pages-${one.rid}` }) : html`<p class="small">${t('holder.pages-coming')}</p>`}${refuse(context, one)}</div>` : nothing}
    ${step === 'wait' ? html`<p>${t(`holder.stage.${one.stage}`, { when: one.readyAt ? dayAndTime(one.readyAt) : '' })}</p>` : nothing}
    ${step === 'done' ? html`<p>${t(`holder.stage.${one.stage}`)}</p>` : nothing}
    ${one.answered && step !== 'done' ? actButton(context, { id: `revoke-${one.rid}`, label: t('holder.revoke'), look: 'quiet', act: () => context.actions.consent(one.rid, 'revoke', false) }) : nothing}
    <p class="small">${t('holder.silence', { when: day(one.expires) })}</p></section>`;
}

/** @param {SeatContext} context @param {Disclosure} one */
const refuse = (context, one) => actButton(context, { id: `refuse-${one.rid}`, label: t('holder.no'), act: () => context.actions.consent(one.rid, 'refuse', false) });

/** Who wants what, for whom, and why. @param {SeatContext} context @param {Disclosure} one */
export function facts(context, one) {
  const items = one.items.map((id) => context.state.kept.find((item) => item.id === id)?.label ?? t('kept.unnamed'));
  return html`<dl class="facts">
    <div><dt>${t('ask.what')}</dt><dd>${items.length ? list(items) : '–'}</dd></div>
    <div><dt>${t('ask.recipient')}</dt><dd>${one.recipient ? `${one.recipient.name} (${word('recipient', one.recipient.class)})` : t('ask.recipient-hidden')}</dd></div>
    <div><dt>${t('ask.purpose')}</dt><dd>${one.purpose || '–'}</dd></div>
    <div><dt>${t('ask.profile')}</dt><dd>${word('profile', one.profile)}</dd></div>
    <div><dt>${t('ask.reason')}</dt><dd>${word('reason', one.ground)}</dd></div>
    <div><dt>${t('ask.until')}</dt><dd>${day(one.expires)}</dd></div></dl>`;
}

/** The paper key, then the yes it is for. @param {SeatContext} context @param {string} rid @param {'unlock'|'release'} step */
export function enterKeyDialog(context, rid, step) {
  const one = context.state.disclosures.find((each) => each.rid === rid);
  if (!one) return nothing;
  const answer = async () => { await context.actions.consent(rid, step, context.ui.shorten === true); context.set({ dialog: null, shorten: false }); };
  return modal(context, {
    title: t(`holder.${step}`), body: html`<p class="lead">${t(`holder.${step}.means`, { recipient: one.recipient?.name ?? '' })}</p>
      ${step === 'release' ? tick({ name: 'shorten', label: t('holder.shorten'), hint: t('holder.shorten.hint'), checked: context.ui.shorten === true, onchange: (on) => context.set({ shorten: on }) }) : nothing}
      ${context.state.paperKey.entered || context.ui.keyEntered
        ? actButton(context, { id: `answer-${rid}`, label: t(`holder.${step}.yes`, { recipient: one.recipient?.name ?? '' }), look: 'primary', act: answer })
        : wordsForm(context, 'enter-key', t(`holder.${step}.yes`, { recipient: one.recipient?.name ?? '' }), (typed) => context.actions.enterPaperKey(typed), () => { context.set({ keyEntered: true }); void context.run(`answer-${rid}`, answer); })}
      <p class="small">${t('holder.key-stays')}</p>` });
}

/** Exactly the bytes that would go out. @param {SeatContext} context @param {string} rid */
export function pagesDialog(context, rid) {
  const one = context.state.disclosures.find((each) => each.rid === rid);
  if (!one?.draft) return nothing;
  return modal(context, { title: t('holder.pages'), look: 'reader', body: html`<p>${t('holder.pages.text', { recipient: one.recipient?.name ?? '' })}</p>
      ${draftFiles(one.draft)}`,
    foot: html`${plainButton(t('holder.release.go', { recipient: one.recipient?.name ?? '' }), () => context.set({ dialog: { id: 'enter-key', rid, step: 'release' } }), { look: 'primary' })}` });
}

/** The files of a draft, each as its page and as its text. @param {NonNullable<Disclosure['draft']>} draft */
export const draftFiles = (draft) => draft.files.map((file) => html`<article class="sheet plain-sheet" aria-label=${file.name}><h3>${file.name}</h3>${file.pdf
  ? html`<div class="pdf" tabindex="0" role="region" aria-label=${t('holder.as-page', { name: file.name })} ${ref((element) => once(element, file.pdf))}></div><details><summary>${t('holder.as-text')}</summary><pre class="page-text" tabindex="0">${file.text}</pre></details>`
  : file.bytes ? nothing : html`<pre class="page-text" tabindex="0">${file.text}</pre>`}${file.bytes ? asFile(file.name, file.bytes) : nothing}</article>`);

/** A document as it would go out: a picture shown, any other kind to be saved and opened (what it says stands in the excerpt). @param {string} name @param {Uint8Array} bytes */
const asFile = (name, bytes) => html`${/\.(?:jpg|png)$/u.test(name) ? html`<canvas class="page-picture" role="img" aria-label=${t('reader.picture', { name })} ${ref((element) => drawn(element, bytes))}></canvas>` : nothing}
  ${name.endsWith('.pdf') ? nothing : html`<p class="small">${t('holder.as-file')}</p>`}${plainButton(t('reader.save'), () => save(bytes, name, ''), { look: 'small-button' })}`;

/** @param {Element|undefined} element @param {Uint8Array} bytes */
async function drawn(element, bytes) {
  if (!(element instanceof HTMLCanvasElement) || element.dataset.drawn) return;
  element.dataset.drawn = 'yes';
  const bitmap = await createImageBitmap(new Blob([/** @type {BlobPart} */ (bytes)])).catch(() => null);
  if (!bitmap) return;
  element.width = bitmap.width;
  element.height = bitmap.height;
  element.getContext('2d')?.drawImage(bitmap, 0, 0);
}

/** @param {Element|undefined} element @param {Uint8Array|null} bytes */
function once(element, bytes) {
  if (!(element instanceof HTMLElement) || !bytes || element.dataset.drawn) return;
  element.dataset.drawn = 'yes';
  void drawPdf(element, bytes).catch(() => { element.textContent = t('reader.broken'); });
}

export { heading };
