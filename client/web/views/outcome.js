// How it ended, for a programme's figures: five words, a language, whether somebody interpreted. Nothing that names anybody.

import { html } from 'lit';
import { LANGUAGES, current, t } from '../i18n.js';
import { OUTCOMES } from '../session/programme.js';
import { actButton, mark, tick } from './parts.js';

/** @typedef {import('./seat.js').TableContext} TableContext */

/** @param {TableContext} context */
export function outcomeForm(context) {
  const noted = context.state.instruments?.outcome ?? '';
  const chosen = String(context.ui.outcome ?? noted);
  const language = () => { const box = document.getElementById('outcome-language'); return box instanceof HTMLSelectElement ? box.value : current(); };
  const interpreter = context.ui.outcomeInterpreter ?? context.state.floor?.seats.some((one) => one.role === 'interpreter') ?? false;
  return html`<details class="choice fold" ?open=${Boolean(noted)}><summary>${t('outcome.title')}</summary><p class="small">${t('outcome.text')}</p>
    <fieldset><legend class="visually-hidden">${t('outcome.title')}</legend><div class="cols outcomes">${OUTCOMES.map((one) => tick({ type: 'radio', name: 'outcome', value: one, label: t(`outcome.${one}`), checked: chosen === one, onchange: () => context.set({ outcome: one }) }))}</div></fieldset>
    <div class="field inline"><label for="outcome-language">${t('outcome.language')}</label><select id="outcome-language">${[...LANGUAGES, 'other'].map((one) => html`<option value=${one} ?selected=${one === current()}>${t(`language.${one}`)}</option>`)}</select></div>
    ${tick({ name: 'outcome-interpreter', label: t('outcome.interpreter'), checked: interpreter, onchange: (on) => context.set({ outcomeInterpreter: on }) })}
    ${actButton(context, { id: 'outcome-note', label: t('outcome.note'), off: !chosen, act: () => context.actions.recordOutcome(chosen, language(), interpreter) })}
    ${noted ? html`<p class="assure" role="status">${mark('tick')}<span>${t('outcome.noted', { outcome: t(`outcome.${noted}`) })}</span></p>` : ''}</details>`;
}
