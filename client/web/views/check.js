// The test of camera, microphone, loudspeaker and connection. Each line says what was really seen, and what to do when it fails.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { actButton, mark, plainButton } from './parts.js';
import { playTestSound } from './level.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

/** The devices as a list of four results. @param {SeatContext} context */
export function deviceCheck(context) {
  const { media } = context.state;
  return html`<section class="card" aria-labelledby="check-title">
    <h2 id="check-title">${t('check.title')}</h2>
    <p>${t('check.text')}</p>
    <div class="check">
      <div class="preview">${media.camera === 'on' && media.preview
        ? html`<video muted autoplay playsinline class="mirror" aria-label=${t('check.picture')} .srcObject=${media.preview}></video>`
        : html`<p>${t(`check.picture-${media.camera}`)}</p>`}</div>
      <ul class="results">${camera(context)}${microphone(context)}${speaker(context)}${line(context)}</ul>
    </div>
    ${media.camera === 'blocked' || media.microphone === 'blocked' ? blockedHelp() : nothing}
  </section>`;
}

/** @param {'good'|'bad'|'wait'|'none'} verdict @param {string} words @param {unknown} [more] */
const result = (verdict, words, more = nothing) =>
  html`<li class="result ${verdict}">${mark({ good: 'tick', bad: 'cross', wait: 'waiting', none: 'waiting' }[verdict])}<div><p>${words}</p>${more}</div></li>`;

/** @type {Record<string, 'good'|'bad'|'wait'|'none'>} */
const VERDICTS = { on: 'good', blocked: 'bad', missing: 'bad', starting: 'wait', off: 'none' };

/** @param {SeatContext} context */
const camera = (context) => result(VERDICTS[context.state.media.camera] ?? 'none', t(`check.camera-${context.state.media.camera}`),
  context.state.media.camera === 'off' || context.state.media.camera === 'blocked'
    ? actButton(context, { id: 'check-camera', label: t(context.state.media.camera === 'off' ? 'check.camera.start' : 'act.again'), act: () => context.actions.camera(true) })
    : context.state.media.camera === 'missing' ? html`<p class="small">${t('check.camera.without')}</p>` : nothing);

/** @param {SeatContext} context */
function microphone(context) {
  const { media } = context.state;
  const heard = context.ui.heard === true;
  const words = media.microphone === 'on' ? t(heard ? 'check.microphone-heard' : 'check.microphone-speak') : t(`check.microphone-${media.microphone}`);
  return result(media.microphone === 'on' && !heard ? 'wait' : VERDICTS[media.microphone] ?? 'none', words,
    media.microphone === 'on'
      ? html`<ic-level .stream=${media.preview} @heard=${() => { if (!context.ui.heard) context.set({ heard: true }); }}><meter min="0" max="1" aria-label=${t('check.microphone.level')}></meter></ic-level>`
      : media.microphone === 'off' || media.microphone === 'blocked'
        ? actButton(context, { id: 'check-microphone', label: t(media.microphone === 'off' ? 'check.microphone.start' : 'act.again'), act: () => context.actions.microphone(true) })
        : nothing);
}

/** @param {SeatContext} context */
function speaker(context) {
  const answer = context.ui.speaker ?? '';
  const words = { '': 'check.speaker', asked: 'check.speaker-asked', yes: 'check.speaker-yes', no: 'check.speaker-no' }[/** @type {'' | 'asked' | 'yes' | 'no'} */ (answer)];
  return result(answer === 'yes' ? 'good' : answer === 'no' ? 'bad' : 'none', t(words ?? 'check.speaker'), html`<div class="row">
    ${actButton(context, { id: 'check-speaker', label: t(answer ? 'check.speaker.again' : 'check.speaker.start'), act: async () => { await playTestSound(); context.set({ speaker: 'asked' }); } })}
    ${answer === 'asked' ? html`${plainButton(t('check.speaker.yes'), () => context.set({ speaker: 'yes' }))}${plainButton(t('check.speaker.no'), () => context.set({ speaker: 'no' }))}` : nothing}</div>`);
}

/** @param {SeatContext} context */
function line(context) {
  const { connection, media } = context.state;
  if (connection !== 'open') return result('wait', t('check.line-waiting'));
  if (media.line === 'failed') return result('bad', t('check.line-failed'), html`<p class="small">${t('check.line.help')}</p>`);
  if (media.line === 'connected') return result('good', t('check.line-good'));
  return result(media.line === 'none' ? 'good' : 'wait', t(media.line === 'none' ? 'check.line-service' : 'check.line-media'));
}

/** What to do when the browser does not let us at camera or microphone. */
export const blockedHelp = () => html`<details class="help" open><summary>${t('blocked.title')}</summary>
  <ul class="plain">${['padlock', 'iphone', 'android', 'computer'].map((where) => html`<li>${t(`blocked.${where}`)}</li>`)}</ul><p>${t('blocked.then')}</p></details>`;
