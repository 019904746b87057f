// The screens on which there is nothing to do but one thing: a link that does not work, a browser that can't, another tab, the end.

import { html, nothing } from 'lit';
import { has, t } from '../i18n.js';
import { actButton, connection, heading, mark, plainButton, quietPage } from './parts.js';
import { problemText } from './page.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('./parts.js').AnyContext} AnyContext */

/** @param {AnyContext} context @param {string} icon @param {string} title @param {unknown} content */
const stop = (context, icon, title, content) =>
  quietPage(context, html`<div class="card stop-card">${mark(icon, 'big')}${heading(title)}${content}</div>`, 'narrow');

/** A link that is broken, cut, mistyped or used up. @param {SeatContext} context */
export function linkProblem(context) {
  const problem = context.state.problem ?? { code: 'link-cut', facts: {} };
  const advice = has(`problem.${problem.code}.advice`) ? t(`problem.${problem.code}.advice`) : t('link.advice');
  return stop(context, 'warning', t('link.title'), html`<p class="lead">${problemText(problem)}</p><p>${advice}</p><p class="small">${t('link.nothing-lost')}</p>`);
}

/** Something refused us, or our own checks did. @param {AnyContext} context */
export function stopped(context) {
  const problem = context.state.problem ?? { code: 'internal', facts: {} };
  const advice = has(`problem.${problem.code}.advice`) ? t(`problem.${problem.code}.advice`) : t('stopped.advice');
  return stop(context, 'warning', t('stopped.title'), html`<p class="lead">${problemText(problem)}</p><p>${advice}</p>
    <p>${t('stopped.off')}</p>${plainButton(t('act.reload'), () => location.reload(), { look: 'primary' })}`);
}

/** First contact. @param {AnyContext} context */
export const opening = (context) =>
  stop(context, 'lock', t('opening.title'), html`<p>${t(context.state.connection === 'retrying' ? 'opening.slow' : 'opening.text')}</p>`);

/** Another page of this device has the call. @param {SeatContext} context */
export const elsewhere = (context) =>
  stop(context, 'screen', t('elsewhere.title'), html`<p class="lead">${t('elsewhere.text')}</p>
    <div class="row">${plainButton(t('elsewhere.here'), () => (context.ui.takeOver ?? context.actions.takeOver)(), { look: 'primary' })}</div><p class="small">${t('elsewhere.else')}</p>`);

/** The meeting is over for today, or for good. @param {SeatContext} context @param {unknown} more   what is still to do, if anything */
export function ended(context, more) {
  const life = context.state.life === 'open' ? 'left' : context.state.life;
  return quietPage(context, html`<div class="card stop-card">${mark('tick', 'big')}${heading(t(`ended.${life}.title`))}
    <p class="lead">${t(`ended.${life}.text`)}</p>
    ${life === 'closed' ? html`<p>${context.state.kept.length ? t('ended.kept', { count: context.state.kept.length }) : t('ended.nothing-kept')}</p>` : nothing}
    ${life === 'adjourned' ? html`<p>${t('ended.adjourned.kept')}</p><div class="row">${actButton(context, { id: 'come-back', label: t('ended.adjourned.here'), look: 'primary', act: () => context.actions.comeBack() })}</div>` : nothing}
    ${life === 'left' ? html`<div class="row">${plainButton(t('ended.left.back'), () => location.reload(), { look: 'primary' })}</div>` : nothing}
    </div>${more}`, 'narrow');
}

/** The browser is too old, or lacks a part that keeps the call private. @param {AnyContext} context @param {string[]} missing */
export const oldBrowser = (context, missing) =>
  stop(context, 'warning', t('browser.old.title'), html`<p class="lead">${t(missing.includes('secure') ? 'browser.old.secure' : 'browser.old.text')}</p>
    <ul class="plain"><li>${t('browser.old.phone')}</li><li>${t('browser.old.computer')}</li></ul>${copyLink(context)}`);

/** Inside another app: keys made here would be lost with it. @param {AnyContext} context @param {() => void} onward */
export const inApp = (context, onward) =>
  stop(context, 'warning', t('browser.inapp.title'), html`<p class="lead">${t('browser.inapp.text')}</p>
    <h2>${t('browser.inapp.how')}</h2>
    <ul class="plain">${['facebook', 'whatsapp', 'gmail', 'other'].map((app) => html`<li>${t(`browser.inapp.${app}`)}</li>`)}</ul>
    ${copyLink(context)}<p class="small">${t('browser.inapp.wrong')}</p>${plainButton(t('browser.inapp.onward'), onward, { look: 'quiet' })}`);

/** @param {AnyContext} context */
const copyLink = (context) => html`<div class="row">${actButton(context, {
  id: 'copy-link', label: context.ui.copied === 'link' ? t('act.copied') : t('browser.copy'), look: 'primary',
  act: async () => { await navigator.clipboard.writeText(location.href); context.set({ copied: 'link' }); },
})}</div><p class="small">${t('browser.copy.hint')}</p>`;

export { connection };
