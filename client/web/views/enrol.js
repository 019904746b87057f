// The mediator's first visit and the recovery kit: made once, written down, tried once; later the way back on a new device.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { actButton, failure, field, heading, mark, plainButton, quietPage } from './parts.js';
import { wordsForm } from './paper.js';
import { problemText } from './page.js';

/** @typedef {import('./desk.js').DeskContext} DeskContext */

/** @param {number} now which of the three */
const steps = (now) => html`<ol class="steps" aria-label=${t('enrol.steps')}>${['name', 'kit', 'test'].map((key, index) => html`<li class=${index < now ? 'done' : index === now ? 'now' : ''} aria-current=${index === now ? 'step' : nothing}>${index < now ? mark('tick') : nothing}${t(`enrol.step.${key}`)}</li>`)}</ol>`;

/** @param {DeskContext} context */
export function enrol(context) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get('name') ?? '').trim();
    if (name) void context.run('enrol', () => context.actions.enrol(name));
  };
  return quietPage(context, html`${steps(0)}<form class="card" @submit=${submit}>${heading(t('enrol.title'))}<p class="lead">${t('enrol.text')}</p>
    ${context.state.problem ? html`<p class="failure">${mark('warning')}<span>${problemText(context.state.problem)}</span></p>` : nothing}
    ${field({ name: 'name', label: t('enrol.name'), hint: t('enrol.name.hint'), required: true, autocomplete: 'name', max: 80 })}
    <p class="small">${t('enrol.device')}</p>
    <button class="primary large" aria-disabled=${context.ui.busy.has('enrol') ? 'true' : 'false'}>${t(context.ui.busy.has('enrol') ? 'act.working' : 'act.continue')}</button>${failure(context, 'enrol')}</form>`, 'narrow');
}

/** @param {DeskContext} context */
export function kitMake(context) {
  const words = context.state.kitWords;
  // The words are shown until the mediator says they are written down; then this page asks for them, and only then the kit counts.
  if (context.ui.kitWritten) return kitTest(context);
  return quietPage(context, html`${steps(1)}<section class="card">${heading(t('kit.title'))}<p class="lead">${t('kit.text')}</p>
    <div class="print-sheet"><h2>${t('kit.sheet', { name: context.state.name })}</h2><ol class="words">${words.map((word) => html`<li><code translate="no">${word}</code></li>`)}</ol><p>${t('kit.sheet.keep')}</p></div>
    <ul><li>${t('kit.lost')}</li><li>${t('kit.safe')}</li><li>${t('kit.nobody')}</li></ul>
    <div class="row">${plainButton(t('act.print'), () => print())}${plainButton(t('kit.written'), () => context.set({ kitWritten: true }), { look: 'primary', id: 'kit-written' })}</div></section>`, 'narrow');
}

/** @param {DeskContext} context */
export const kitTest = (context) => quietPage(context, html`${steps(2)}<section class="card">${heading(t('kit.test'))}<p class="lead">${t('kit.test.text')}</p>
  ${wordsForm(context, 'kit', t('kit.test.check'), (typed) => context.actions.testKit(typed), () => context.set({ kitWritten: false }))}
  ${context.state.kitWords.length ? plainButton(t('kit.again'), () => context.set({ kitWritten: false }), { look: 'quiet' }) : nothing}</section>`, 'narrow');

/** This device is not known: the recovery kit is the way in. @param {DeskContext} context */
export const signIn = (context) => quietPage(context, html`<section class="card">${heading(t('signin.title'))}
  ${context.state.problem ? html`<p class="failure">${mark('warning')}<span>${problemText(context.state.problem)}</span></p>` : nothing}
  <p class="lead">${t('signin.text')}</p><ul><li>${t('signin.device')}</li><li>${t('signin.link')}</li><li>${t('signin.party')}</li></ul></section>
  ${kitForm(context)}`, 'narrow');

/** @param {DeskContext} context */
const kitForm = (context) => html`<section class="card" aria-labelledby="restore-title"><h2 id="restore-title">${t('restore.heading')}</h2><p>${t('restore.text')}</p>
  ${wordsForm(context, 'restore', t('restore.go'), (typed) => context.actions.restore(typed), () => undefined)}</section>`;

export { actButton };
