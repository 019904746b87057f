// Keeping a message or document locked: asked in words, agreed by everyone present, or not kept. Who said no is never shown.

import { html, nothing } from 'lit';
import { list, t, word } from '../i18n.js';
import { actButton, failure, mark, modal, plainButton } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('../session/types.js').Line} Line */

/** What is true of this line, and what this person may do about it. @param {SeatContext} context @param {Line} line */
export function keepWords(context, line) {
  const { keep } = line;
  if (keep.kept) return html`<p class="kept">${mark('lock')}${t('keep.kept')}</p>`;
  if (keep.mustAnswer) {
    return html`<div class="ask"><p>${mark('lock')}<span>${t('keep.asked', { name: keep.askedBy ? nameOfSeat(context, keep.askedBy) : '' })}</span></p>
      ${plainButton(t('keep.answer'), () => context.set({ dialog: { id: 'keep', line: line.id } }), { id: `keep-${line.id}`, look: 'primary' })}</div>`;
  }
  if (keep.asked) return html`<p class="small asked">${mark('waiting')}${t('keep.waiting')}</p>`;
  if (keep.mayAsk) return plainButton(t('keep.ask'), () => context.set({ dialog: { id: 'keep', line: line.id } }), { id: `keep-${line.id}`, look: 'quiet', icon: 'lock' });
  return nothing;
}

/** @param {SeatContext} context @param {string} seat */
function nameOfSeat(context, seat) {
  const person = context.state.room?.people.find((one) => one.seat === seat);
  return person?.me ? t('person.you') : person ? list(person.names) : t('person.unnamed');
}

/** The question, with what it means. @param {SeatContext} context @param {string} id */
export function keepDialog(context, id) {
  const line = context.state.chat.find((one) => one.id === id);
  if (!line) return nothing;
  const { keep } = line;
  const done = (/** @type {boolean} */ ok) => { if (ok) context.set({ dialog: null }); };
  const needsPaper = context.state.paperKey.needed && !context.state.paperKey.tested;
  return modal(context, {
    title: t('keep.title'), reading: true,
    body: html`<blockquote class="quoted"><p class="by">${line.mine ? t('person.you') : list(line.names)}</p><p>${line.kind === 'document' ? line.document?.name : line.text}</p></blockquote>
      <p>${t('keep.means')}</p><ul><li>${t('keep.means.everyone')}</li><li>${t('keep.means.later')}</li><li>${t('keep.means.no')}</li></ul>
      ${keep.reason ? html`<p class="failure">${mark('warning')}<span>${word('keep.reason', keep.reason)}</span></p>` : nothing}
      ${needsPaper ? html`<p>${t('keep.paper')}</p>` : nothing}`,
    foot: keep.mustAnswer
      ? html`${actButton(context, { id: 'keep-yes', label: t('keep.yes'), look: 'primary', act: () => context.actions.answerKeep(line, true), then: (ok) => { if (ok) context.set({ dialog: needsPaper ? { id: 'paper' } : null }); } })}
        ${actButton(context, { id: 'keep-no', label: t('keep.no'), act: () => context.actions.answerKeep(line, false), then: done })}
`
      : html`${actButton(context, { id: 'keep-ask', label: t('keep.ask-all'), look: 'primary', off: !keep.mayAsk, act: () => context.actions.askKeep(line), then: done })}`,
  });
}

export { failure };
