// Messages of this room. Who wrote what and when; whether it has arrived; whether it is kept locked, and what that needs.

import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { clock, list, size, t } from '../i18n.js';
import { failure, mark, plainButton } from './parts.js';
import { keepWords } from './keep.js';
import { ledgerList, ledgerWords } from './ledger.js';
import { roomTitle } from './banner.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('../session/types.js').Line} Line */

const LONGEST = 4000;

/** @param {SeatContext} context */
export function chatPanel(context) {
  const { state } = context;
  const here = state.room;
  const lines = linesHere(state);
  return html`<div class="chat">${ledgerList(context)}${earlier(context)}
    <div class="scroll" role="log" aria-label=${t('chat.log')} tabindex="0"><ol class="lines">
      ${lines.length === 0 ? html`<li class="empty">${t('chat.empty')}</li>` : nothing}
      ${repeat(lines, (line) => line.id, (line) => chatLine(context, line))}</ol></div>
    ${!here ? nothing : keyed(here.id, html`<form class="compose" @submit=${(/** @type {SubmitEvent} */ event) => { event.preventDefault(); void send(context, /** @type {HTMLFormElement} */ (event.currentTarget)); }}>
      <label for="say">${t('chat.label', { room: here ? roomTitle(here) : '' })}</label>
      <p class="hint" id="say-hint">${t(mayKeep(state) ? 'chat.hint-keep' : 'chat.hint')}</p>
      <textarea id="say" name="text" rows="2" maxlength=${LONGEST} aria-describedby="say-hint" .value=${drafts(context).get(here?.id ?? '') ?? ''}
        @input=${(/** @type {Event & {target: HTMLTextAreaElement}} */ event) => drafts(context).set(here?.id ?? '', event.target.value)} @keydown=${(/** @type {KeyboardEvent} */ event) => enterSends(event)}></textarea>
      <button class="primary" aria-disabled=${context.ui.busy.has('say') || !here?.granted ? 'true' : 'false'}>${t('chat.send')}</button>
      ${here && !here.granted ? html`<p class="small">${t('chat.not-yet')}</p>` : nothing}${failure(context, 'say')}
    </form>`)}</div>`;
}

/** What is being written, room by room: a sentence meant for one room must never lie ready in another. @param {SeatContext} context @returns {Map<string, string>} */
const drafts = (context) => (context.ui.drafts ??= new Map());

/** What was written in the room one is in, and nothing of another. @param {import('../session/types.js').SeatState} state @returns {Line[]} */
export const linesHere = (state) => (state.room ? state.chat.filter((line) => line.room === state.room?.id) : []);

/** Of earlier meetings, where everyone who is here now could read it then. @param {SeatContext} context */
function earlier(context) {
  const lines = context.state.chat.filter((line) => line.earlier);
  if (!lines.length) return nothing;
  return html`<details class="fold earlier"><summary>${t('chat.earlier', { count: lines.length })}</summary><ol class="lines">${lines.map((line) => chatLine(context, line))}</ol></details>`;
}

/** Whether anything of this room may be kept at all. @param {import('../session/types.js').SeatState} state */
const mayKeep = (state) => state.room?.kind === 'joint' && (state.invitation?.keep === true || state.chat.some((line) => line.keep.mayAsk || line.keep.kept || line.keep.asked));

/** Enter sends, Shift and Enter makes a line; while a word is being composed Enter belongs to the keyboard. @param {KeyboardEvent} event */
function enterSends(event) {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  /** @type {HTMLTextAreaElement} */ (event.currentTarget).form?.requestSubmit();
}

/** @param {SeatContext} context @param {HTMLFormElement} form */
async function send(context, form) {
  const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('text'));
  const text = box.value.trim();
  if (!text || !context.state.room?.granted) return;
  const room = context.state.room.id;
  if (await context.run('say', () => context.actions.say(text))) {
    drafts(context).delete(room);
    if (box.value.trim() === text) box.value = '';
    box.focus();
  }
}

/** @param {SeatContext} context @param {Line} line */
function chatLine(context, line) {
  if (line.kind === 'system') return html`<li class="line system"><p>${line.text}</p></li>`;
  return html`<li class="line ${line.mine ? 'mine' : ''}">
    <p class="by"><strong>${line.mine ? t('person.you') : list(line.names)}</strong> <time datetime=${new Date(line.at * 1000).toISOString()}>${clock(line.at)}</time></p>
    ${line.kind === 'document' ? documentLine(context, line) : html`<p class="text">${line.text}</p>`}
    ${line.pending ? html`<p class="small pending">${mark('waiting')}${t('chat.pending')}</p>` : nothing}
    ${ledgerWords(context, line)}${keepWords(context, line)}</li>`;
}

/** @param {SeatContext} context @param {Line} line */
export const documentLine = (context, line) => html`<div class="document">${mark('document')}<div><p class="name">${line.document?.name ?? ''}</p>
  <p class="small">${size(line.document?.size ?? 0)}, ${t('documents.this-room')}</p></div>
  ${plainButton(t('documents.open'), () => context.set({ dialog: { id: 'reader', line } }), { id: `open-${line.id}` })}</div>`;
