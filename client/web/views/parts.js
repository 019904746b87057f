// Small parts that every screen uses: headings that take the focus, buttons that show they are busy, fields, dialogs, marks.

import { html, nothing, svg } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { LANGUAGES, current, t, word } from '../i18n.js';
import { problemText } from './page.js';

/** @typedef {import('lit').TemplateResult} Template */
/** @typedef {import('./page.js').Context<any, any>} AnyContext */

/** @type {Record<string, import('lit').TemplateResult<2>>} */
const SHAPES = {
  joint: svg`<circle cx="8" cy="8" r="6"/>`,
  a: svg`<path d="M8 1.5 15 14H1z"/>`,
  b: svg`<rect x="2" y="2" width="12" height="12"/>`,
  c: svg`<path d="M8 1l7 5.2L12.3 15H3.7L1 6.2z"/>`,
  d: svg`<path d="M4.5 2h7L15 8l-3.5 6h-7L1 8z"/>`,
  counsel: svg`<path d="M8 0.5 15.5 8 8 15.5 0.5 8z"/>`,
  waiting: svg`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2.5"/>`,
  lock: svg`<path d="M4 7V5a4 4 0 1 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 1 0-4 0z"/>`,
  document: svg`<path d="M3 1h6l4 4v10H3zm5.5 1.5V6H12z"/>`,
  warning: svg`<path d="M8 1l7.5 13.5H.5zM7 6v4.5h2V6zm0 5.5v2h2v-2z"/>`,
  person: svg`<path d="M8 8a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm-6.5 7c0-3.5 2.9-5.5 6.5-5.5s6.5 2 6.5 5.5z"/>`,
  tick: svg`<path d="M6.3 13.5 1 8.2l1.8-1.8 3.5 3.5L13.2 3 15 4.8z"/>`,
  cross: svg`<path d="M3 1 8 6l5-5 2 2-5 5 5 5-2 2-5-5-5 5-2-2 5-5-5-5z"/>`,
  mic: svg`<path d="M8 1a2.5 2.5 0 0 1 2.5 2.5v4a2.5 2.5 0 0 1-5 0v-4A2.5 2.5 0 0 1 8 1zM3 7h1.6a3.4 3.4 0 0 0 6.8 0H13a5 5 0 0 1-4.2 4.9V15H7.2v-3.1A5 5 0 0 1 3 7z"/>`,
  'mic-off': svg`<path d="M8 1a2.5 2.5 0 0 1 2.5 2.5v4c0 .3 0 .5-.1.7L5.5 3.3A2.5 2.5 0 0 1 8 1zM3 7h1.6a3.4 3.4 0 0 0 4.9 3l1.2 1.2a5 5 0 0 1-1.9.7V15H7.2v-3.1A5 5 0 0 1 3 7zM1.5 1 15 14.5l-1 1L.5 2z"/>`,
  camera: svg`<path d="M1 4h9v3l5-2.8v7.6L10 9v3H1z"/>`,
  'camera-off': svg`<path d="M5.5 4H10v3l5-2.8v7.6L10 9v-.5zM1 4h1.5L10 11.5v.5H1zM1.5.8 15 14.3l-1 1L.5 1.8z"/>`,
  screen: svg`<path d="M1 2h14v9H9.5v1.5H12V14H4v-1.5h2.5V11H1zm1.6 1.6v5.8h10.8V3.6z"/>`,
  chat: svg`<path d="M1 2h14v9.5H7L3.5 15v-3.5H1z"/>`,
  leave: svg`<path d="M1 1h8v2H3v10h6v2H1zm9 3.5L14 8l-4 3.5V9H5V7h5z"/>`,
  'bars-1': svg`<path d="M1 11h3v4H1z"/><path d="M6.5 7h3v8h-3zM12 3h3v12h-3z" opacity=".3"/>`,
  'bars-2': svg`<path d="M1 11h3v4H1zM6.5 7h3v8h-3z"/><path d="M12 3h3v12h-3z" opacity=".3"/>`,
  'bars-3': svg`<path d="M1 11h3v4H1zM6.5 7h3v8h-3zM12 3h3v12h-3z"/>`,
  letter: svg`<path d="M1 3h14l-7 5.5zM1 4.8l7 5.5 7-5.5V13H1z"/>`,
};

/** A drawn mark; words always stand beside it, so it is hidden from readers. @param {string} name @param {string} [extra] */
export const mark = (name, extra = '') =>
  html`<svg class="mark ${extra}" viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true" focusable="false">${SHAPES[name] ?? nothing}</svg>`;

/** The heading of a screen; takes the focus when the screen changes. @param {unknown} content @param {string} [extra] */
export const heading = (content, extra = '') => html`<h1 class=${extra} tabindex="-1" data-heading>${content}</h1>`;

/**
 * A button that runs an action, says that it is busy, and shows what went wrong beside it.
 * @param {AnyContext} context
 * @param {{id: string, label: unknown, act: () => Promise<any>, look?: string, icon?: string, busy?: string, off?: boolean, describe?: string, then?: (done: boolean) => void}} options
 */
export function actButton(context, { id, label, act, look = '', icon, busy, off = false, describe, then }) {
  const running = context.ui.busy.has(id);
  const start = async () => {
    if (running || off) return;
    const done = await context.run(id, act);
    then?.(done);
  };
  return html`<button type="button" class=${look} data-focus=${id} aria-disabled=${running || off ? 'true' : 'false'} aria-describedby=${describe ?? nothing} @click=${start}>
      ${icon ? mark(icon) : nothing}<span>${running ? busy ?? t('act.working') : label}</span></button>${failure(context, id)}`;
}

/** What went wrong with an action, where it was asked for. @param {AnyContext} context @param {string} id */
export function failure(context, id) {
  const problem = context.ui.failed.get(id);
  return problem ? html`<p class="failure">${mark('warning')}<span>${problemText(problem)}</span></p>` : nothing;
}

/** A button that only changes what this page shows. @param {unknown} label @param {() => void} act @param {{look?: string, icon?: string, id?: string, describe?: string}} [options] */
export const plainButton = (label, act, { look = '', icon, id, describe } = {}) =>
  html`<button type="button" class=${look} data-focus=${id ?? nothing} aria-describedby=${describe ?? nothing} @click=${act}>${icon ? mark(icon) : nothing}<span>${label}</span></button>`;

/**
 * A labelled text field. @param {{name: string, label: string, hint?: string, type?: string, value?: string, required?: boolean, autocomplete?: string, rows?: number, max?: number, mode?: string, spell?: boolean, invalid?: string}} options
 */
export function field({ name, label, hint, type = 'text', value = '', required = false, autocomplete = 'off', rows = 0, max = 200, mode, spell, invalid }) {
  const described = [hint ? `${name}-hint` : '', invalid ? `${name}-wrong` : ''].filter(Boolean).join(' ') || nothing;
  return html`<div class="field">
    <label for=${name}>${label}</label>
    ${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : nothing}
    ${rows
      ? html`<textarea id=${name} name=${name} rows=${rows} maxlength=${max} ?required=${required} aria-describedby=${described} aria-invalid=${invalid ? 'true' : 'false'} spellcheck=${spell === false ? 'false' : 'true'} .value=${value}></textarea>`
      : html`<input id=${name} name=${name} type=${type} maxlength=${max} ?required=${required} autocomplete=${autocomplete} inputmode=${mode ?? nothing} aria-describedby=${described} aria-invalid=${invalid ? 'true' : 'false'} spellcheck=${spell === false ? 'false' : 'true'} .value=${value}>`}
    ${invalid ? html`<p class="failure" id="${name}-wrong">${mark('warning')}<span>${invalid}</span></p>` : nothing}
  </div>`;
}

/** A box to tick, with a sentence. @param {{name: string, label: unknown, checked?: boolean, hint?: string, onchange?: (on: boolean) => void, value?: string, type?: 'checkbox'|'radio', id?: string, disabled?: boolean, required?: boolean}} options */
export function tick({ name, label, checked = false, hint, onchange, value = 'yes', type = 'checkbox', id = `${name}-${value}`, disabled = false, required = false }) {
  return html`<div class="tick"><input id=${id} name=${name} type=${type} value=${value} .checked=${checked} ?disabled=${disabled} ?required=${required}
      aria-describedby=${hint ? `${id}-hint` : nothing}
      @change=${(/** @type {Event & {target: HTMLInputElement}} */ event) => onchange?.(event.target.checked)}>
    <label for=${id}>${label}</label>${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}</div>`;
}

/**
 * A dialog over the page. Escape and "Close" do the same; the focus goes in and comes back.
 * @param {AnyContext} context @param {{title: unknown, body: unknown, foot?: unknown, look?: string, close?: string|null, onclose?: () => void, reading?: boolean}} options   reading: nothing in the body takes the focus, so the body itself does, to be scrolled by keys
 */
export function modal(context, { title, body, foot, look = '', close = t('act.close'), onclose, reading = false }) {
  const shut = () => {
    if (!context.ui.dialog) return;
    onclose?.();
    context.set({ dialog: null });
  };
  return html`<dialog class="dialog ${look}" aria-labelledby="dialog-title" @close=${shut} @cancel=${(/** @type {Event} */ event) => { event.preventDefault(); shut(); }}
    ${ref(openWhenPlaced)}>
    <div class="dialog-head"><h2 id="dialog-title" tabindex="-1" autofocus>${title}</h2>${close === null ? nothing : html`<button type="button" class="quiet" @click=${shut}>${mark('cross')}<span>${close}</span></button>`}</div>
    <div class="dialog-body" tabindex=${reading ? '0' : nothing}>${body}</div>
    ${foot ? html`<div class="dialog-foot">${foot}</div>` : nothing}
    <p class="visually-hidden" role="status" data-voice></p><p class="visually-hidden" role="alert" data-voice></p>
  </dialog>`;
}

/** Opened once it stands in the document; the callback keeps its identity, so a redraw does not call it again. @param {Element|undefined} element */
function openWhenPlaced(element) {
  if (element instanceof HTMLDialogElement) queueMicrotask(() => { if (element.isConnected && !element.open) element.showModal(); });
}

/** The choice of language, in each language's own word. @param {AnyContext} context */
export function languageSwitch(context) {
  return html`<div class="languages" role="group" aria-label=${t('language.choose')}>${LANGUAGES.map(
    (tag) => html`<button type="button" class="quiet" lang=${tag} aria-pressed=${current() === tag ? 'true' : 'false'} @click=${() => context.ui.changeLanguage?.(tag)}>${t(`language.${tag}`)}</button>`,
  )}</div>`;
}

/** The frame of the quiet screens: the name of the house, the language, one column. @param {AnyContext} context @param {unknown} content @param {string} [look] */
export const quietPage = (context, content, look = '') =>
  html`<header class="house"><p class="house-name">In Camera</p>${languageSwitch(context)}</header><main class="page ${look}">${connection(context)}${content}</main>`;

/** Says when the line to the service is down; nothing when it stands. @param {AnyContext} context */
export function connection(context) {
  if (context.state.connection !== 'retrying') return nothing;
  return html`<p class="line-down" role="status">${mark('warning')}<span>${t('connection.retrying')}</span></p>`;
}

/** Two letters for a name. @param {string} name */
export const initials = (name) =>
  name.split(/\s+/u).filter(Boolean).map((part) => [...part][0] ?? '').filter((_, index, all) => index === 0 || index === all.length - 1).join('').toUpperCase();

/** @param {string} role */
export const roleName = (role) => word('role', role);
