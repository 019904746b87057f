// The details of the line: a sign for each person with its reason, and a report to read aloud to support or to copy.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { announce } from './announce.js';
import { nameOf } from './banner.js';
import { signOf } from '../session/diagnostics.js';
import { actButton, mark, modal, plainButton } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('../session/types.js').Person} Person */
/** @typedef {import('../session/diagnostics.js').Sign} Sign */

const BARS = { good: 'bars-3', fair: 'bars-2', poor: 'bars-1' };

/** A sign in words, with bars beside them. @param {Sign} sign */
export const signWords = (sign) => html`<span class="sign ${sign.grade}">${mark(BARS[sign.grade])}<span>${sign.key ? t(sign.key, sign.facts) : t('sign.good')}</span></span>`;

/** On a tile: bars always, words when there is something to say. @param {Person} person */
export function tileSign(person) {
  const sign = person.online && person.heard ? signOf(person.quality, Boolean(person.video)) : null;
  if (!sign) return nothing;
  const words = sign.key ? t(sign.key, sign.facts) : t('sign.good');
  return html`<span class="state sign ${sign.grade}">${mark(BARS[sign.grade])}<span class=${sign.key ? 'why' : 'visually-hidden'}>${words}</span></span>`;
}

/** Measure, and show it. @param {SeatContext} context */
const measure = (context) => context.run('diagnose', async () => context.set({ diagnosis: await context.actions.diagnose() }));

/** Opens the details. @param {SeatContext} context */
export function openDiagnostics(context) {
  context.set({ dialog: { id: 'diagnostics' }, diagnosis: null });
  void measure(context);
}

/** @param {SeatContext} context */
export const diagnosticsButton = (context) => plainButton(t('diagnostics.open'), () => openDiagnostics(context), { look: 'quiet', id: 'diagnostics' });

/** @param {SeatContext} context */
export function diagnosticsDialog(context) {
  /** @type {import('../session/diagnostics.js').Diagnosis|null} */
  const found = context.ui.diagnosis ?? null;
  const people = context.state.room?.people ?? [];
  const text = found ? found.lines.map(([key, facts]) => t(key, facts)).join('\n') : '';
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announce(t('diagnostics.copied'));
    context.set({ diagnosisCopied: true });
  };
  return modal(context, {
    title: t('diagnostics.title'),
    onclose: () => context.set({ diagnosis: null, diagnosisCopied: false }),
    body: found
      ? html`<h3>${t('diagnostics.people')}</h3>
        <ul class="plain signs">${people.map((person, index) => {
          const one = found.people[index];
          return one && !person.me ? html`<li><span class="who">${index + 1}. <strong>${nameOf(person)}</strong></span> ${one.sign ? signWords(one.sign) : html`<span class="sign">${t('sign.none')}</span>`}</li>` : nothing;
        })}</ul>
        ${people.some((person) => !person.me) ? nothing : html`<p>${t('diagnostics.alone')}</p>`}
        <h3 id="report-title">${t('diagnostics.report')}</h3><p>${t('diagnostics.text')}</p>
        <pre class="report" tabindex="0" role="region" aria-labelledby="report-title">${text}</pre>`
      : html`<p role="status">${t('act.working')}</p>`,
    foot: found ? html`${actButton(context, { id: 'diagnosis-copy', label: context.ui.diagnosisCopied ? t('diagnostics.copied') : t('diagnostics.copy'), look: 'primary', act: copy })}${plainButton(t('diagnostics.again'), () => { context.set({ diagnosisCopied: false }); void measure(context); })}` : undefined,
  });
}
