// The paper key: made, written down or printed, tried once. Without it nothing can be kept, and a lost one can't be made again.

import { html, nothing, svg } from 'lit';
import { encode } from 'uqr';
import { t } from '../i18n.js';
import { actButton, failure, field, mark, modal, plainButton } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('./parts.js').AnyContext} AnyContext */

/** One line in a room: people come first, and it may wait. @param {SeatContext} context */
export function paperStrip(context) {
  const { paperKey, room } = context.state;
  if (!paperKey.needed || paperKey.tested || context.ui.paperLater || room?.kind !== 'joint') return nothing;
  return html`<section class="strip" aria-label=${t('paper.card.title')}>${mark('lock')}<p>${t('paper.strip')}</p><div class="row">
    ${plainButton(t(paperKey.made ? 'paper.card.test' : 'paper.make'), () => context.set({ dialog: { id: 'paper', step: paperKey.words.length ? 'show' : '' } }), { id: 'paper', look: 'small-button' })}
    ${plainButton(t('paper.later'), () => context.set({ paperLater: true }), { look: 'quiet small-button' })}</div></section>`;
}

/** The invitation to make one, where something is to be kept. @param {SeatContext} context */
export function paperCard(context) {
  const { paperKey } = context.state;
  if (!paperKey.needed || paperKey.tested) return nothing;
  return html`<section class="card paper-card" aria-labelledby="paper-card-title"><h2 id="paper-card-title">${mark('lock')} ${t('paper.card.title')}</h2><p>${t('paper.card.text')}</p>
    ${plainButton(t(paperKey.made ? 'paper.card.test' : 'paper.make'), () => context.set({ dialog: { id: 'paper', step: paperKey.words.length ? 'show' : '' } }), { id: 'paper', look: 'primary' })}</section>`;
}

/** @param {SeatContext} context */
export function paperDialog(context) {
  const { paperKey } = context.state;
  const step = paperKey.tested ? 'done' : context.ui.dialog?.step === 'test' ? 'test' : paperKey.words.length ? 'show' : 'why';
  const to = (/** @type {string} */ next) => context.set({ dialog: { id: 'paper', step: next } });
  switch (step) {
    case 'why':
      return modal(context, { title: t('paper.title'), reading: true, body: html`<p class="lead">${t('paper.why')}</p><ul><li>${t('paper.why.only')}</li><li>${t('paper.why.lost')}</li><li>${t('paper.why.nobody')}</li></ul>`,
        foot: actButton(context, { id: 'paper-make', label: t('paper.make-now'), look: 'primary', act: async () => { await context.actions.makePaperKey(); to('show'); } }) });
    case 'show':
      return modal(context, { title: t('paper.write'), look: 'wide', close: null, reading: true, body: html`<div class="print-sheet">${paperSheet(paperKey.words, paperKey.qr, context.state.invitation?.name ?? '', context.state.invitation?.title ?? '')}</div>
        <p>${t('paper.write.text')}</p>`,
        foot: html`${plainButton(t('act.print'), () => print())}${plainButton(t('paper.written'), () => to('test'), { look: 'primary' })}` });
    case 'test':
      return modal(context, { title: t('paper.test'), close: null, body: html`<p>${t('paper.test.text')}</p>${wordsForm(context, 'paper-test', t('paper.test.check'), (typed) => context.actions.testPaperKey(typed), () => to('done'))}`,
        foot: paperKey.words.length ? plainButton(t('paper.show-again'), () => to('show')) : nothing });
    default:
      return modal(context, { title: t('paper.done'), body: html`<p class="lead">${mark('tick')} ${t('paper.done.text')}</p><p>${t('paper.done.where')}</p>` });
  }
}

/** What is printed: nothing but the key, whose it is and what it is for. @param {string[]} words @param {string} qr @param {string} name @param {string} title */
export const paperSheet = (words, qr, name, title) => html`<h3>${t('paper.sheet.title', { name })}</h3><p>${title}</p>
  <ol class="words">${words.map((word) => html`<li><code translate="no">${word}</code></li>`)}</ol>${qr ? qrPicture(qr) : nothing}<p>${t('paper.sheet.keep')}</p>`;

/** A QR code as one path: no inline style, no picture to fetch. @param {string} text */
export function qrPicture(text) {
  const { data, size } = encode(text, { border: 2 });
  let path = '';
  for (const [y, row] of data.entries()) for (const [x, dark] of row.entries()) if (dark) path += `M${x} ${y}h1v1h-1z`;
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${t('paper.qr')}>${svg`<rect width=${size} height=${size} fill="#fff"/><path d=${path} fill="#000"/>`}</svg>`;
}

/**
 * Words typed back, as one field that forgives capitals and spaces.
 * @param {AnyContext} context @param {string} id @param {string} label @param {(typed: string) => Promise<boolean>} act @param {() => void} done
 */
export function wordsForm(context, id, label, act, done) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const typed = String(new FormData(form).get(`${id}-words`) ?? '').trim();
    void context.run(id, async () => {
      if (!(await act(typed))) throw { code: 'words-differ', facts: {} };
      form.reset();
      done();
    });
  };
  return html`<form class="words-form" @submit=${submit}>${field({ name: `${id}-words`, label: t('paper.words'), hint: t('paper.words.hint'), rows: 3, max: 400, spell: false, required: true })}
    <button class="primary" aria-disabled=${context.ui.busy.has(id) ? 'true' : 'false'}>${context.ui.busy.has(id) ? t('act.working') : label}</button>${failure(context, id)}</form>`;
}
