// The agreement to mediate and the pledge: to be read, in the language of choice, and signed by everyone at this screen with their typed name.
// Signing is never the only way on: "I can't sign this" reaches the mediator with the person's own words.

import { html, nothing } from 'lit';
import { current, has, list, t } from '../i18n.js';
import { actButton, failure, field, heading, modal, plainButton, quietPage, tick } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

/** @param {SeatContext} context */
export function pledge(context) {
  const { invitation, me } = context.state;
  const texts = invitation?.agreement ?? {};
  const tags = Object.keys(texts);
  const language = tags.includes(context.ui.agreementLanguage) ? context.ui.agreementLanguage : tags.includes(current()) ? current() : tags[0] ?? current();
  const names = me.names.length ? me.names : [invitation?.name ?? ''];
  /** @type {Record<string, string>} */
  const wrong = context.ui.wrong ?? {};
  return html`${quietPage(context, html`
    <section class="card">
      <p class="kicker">${invitation?.title}</p>${heading(t('sign.title'))}
      <p>${t('sign.text', { mediator: invitation?.mediator ?? '' })}</p>
      ${tags.length > 1 ? html`<div class="field inline"><label for="agreement-language">${t('sign.language')}</label>
        <select id="agreement-language" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => context.set({ agreementLanguage: event.target.value })}>
          ${tags.map((tag) => html`<option value=${tag} ?selected=${tag === language}>${has(`language.${tag}`) ? t(`language.${tag}`) : tag}</option>`)}</select></div>` : nothing}
      <div class="agreement" lang=${language} tabindex="0" role="region" aria-label=${t('sign.agreement')}>${paragraphs(texts[language] ?? '')}</div>
    </section>
    <form class="card" novalidate @submit=${(/** @type {SubmitEvent} */ event) => { event.preventDefault(); void submit(context, /** @type {HTMLFormElement} */ (event.currentTarget), names, language); }}>
      <fieldset><legend>${t('sign.pledge')}</legend>
        ${tick({ name: 'alone', label: names.length > 1 ? t('sign.alone-together', { names: list(names) }) : t('sign.alone'), hint: t('sign.alone.hint') })}
        ${tick({ name: 'noRecording', label: t('sign.no-recording'), hint: t('sign.no-recording.hint') })}
      </fieldset>
      ${names.map((name, index) => field({ name: `name-${index}`, label: t('sign.name', { name }), hint: index === 0 ? t('sign.name.hint') : undefined, required: true, autocomplete: 'off', spell: false, max: 80, invalid: wrong[`name-${index}`] }))}
      ${Object.keys(wrong).length ? html`<p class="failure" id="sign-wrong">${t('sign.missing')} ${wrong.ticks ?? ''}</p>` : nothing}
      <div class="row"><button class="primary large" aria-disabled=${context.ui.busy.has('sign') ? 'true' : 'false'}>${t(context.ui.busy.has('sign') ? 'sign.signing' : 'sign.sign')}</button>
      ${plainButton(t('sign.cannot'), () => context.set({ dialog: { id: 'cannot-sign' } }), { id: 'cannot-sign' })}</div>${failure(context, 'sign')}
      <p class="small">${t('sign.record')}</p>
    </form>`)}
    ${context.ui.dialog?.id === 'cannot-sign' ? cannotSign(context) : nothing}`;
}

/** @param {SeatContext} context @param {HTMLFormElement} form @param {string[]} names @param {string} language */
async function submit(context, form, names, language) {
  const data = new FormData(form);
  /** @type {Record<string, string>} */
  const wrong = {};
  for (const [index, name] of names.entries()) {
    if (!sameName(String(data.get(`name-${index}`) ?? ''), name)) wrong[`name-${index}`] = t('sign.name.wrong', { name });
  }
  if (!data.has('alone') || !data.has('noRecording')) wrong.ticks = t('sign.missing.ticks');
  context.set({ wrong });
  if (Object.keys(wrong).length) {
    await Promise.resolve();
    const first = wrong.ticks ? form.querySelector('input[type=checkbox]:not(:checked)') : form.querySelector('[aria-invalid=true]');
    if (first instanceof HTMLElement) first.focus();
    return;
  }
  await context.run('sign', () => context.actions.sign({ language, alone: true, noRecording: true }));
}

/** Typed by hand on a phone: spaces, capitals and accents don't make another person. @param {string} typed @param {string} name */
export function sameName(typed, name) {
  const plain = (/** @type {string} */ text) => text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[\s.]+/gu, ' ').trim().toLowerCase();
  return plain(typed) !== '' && plain(typed) === plain(name);
}

/** A text as paragraphs; a first line that begins with "# " or is in capitals is a heading. @param {string} text */
export const paragraphs = (text) => text.split(/\n\s*\n/u).filter((part) => part.trim()).map((part) => {
  const [first = '', ...rest] = part.trim().split('\n');
  if (!/^#+ /u.test(first) && (/\p{Ll}/u.test(first) || first.length > 90)) return html`<p>${part.trim()}</p>`;
  return html`<h2>${sentenceCase(first.replace(/^#+ /u, ''))}</h2>${rest.length ? html`<p>${rest.join('\n')}</p>` : nothing}`;
});

/** A heading in capitals, as one reads it. @param {string} line */
const sentenceCase = (line) => (/\p{Ll}/u.test(line) ? line : line.charAt(0) + line.slice(1).toLocaleLowerCase(current()));

/** @param {SeatContext} context */
function cannotSign(context) {
  const mediator = context.state.invitation?.mediator ?? '';
  return modal(context, { title: t('cannot.title'), body: html`<p>${t('cannot.text', { mediator })}</p>
    <form id="cannot-form" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>${field({ name: 'words', label: t('cannot.words'), rows: 4, max: 1000 })}</form>`,
    foot: actButton(context, { id: 'cannot-send', label: t('cannot.send', { mediator }), look: 'primary', act: async () => {
      const words = /** @type {HTMLTextAreaElement|null} */ (document.getElementById('words'))?.value ?? '';
      await context.actions.cannotSign(words.trim());
      context.set({ dialog: null });
    } }) });
}
