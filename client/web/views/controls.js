// The few large controls of a call, in words: each says how things are and what pressing it does.

import { html, nothing } from 'lit';
import { t } from '../i18n.js';
import { diagnosticsButton } from './diagnostics.js';
import { failure, mark, plainButton } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

/**
 * @param {SeatContext} context
 * @param {{id: string, icon: string, is: string, does: string, act: () => Promise<any>, on: boolean}} options
 */
function control(context, { id, icon, is, does, act, on }) {
  const running = context.ui.busy.has(id);
  return html`<div class="control"><button type="button" class=${on ? 'is-on' : 'is-off'} data-focus=${id} aria-disabled=${running ? 'true' : 'false'} @click=${() => void context.run(id, act)}>
    ${mark(icon)}<span class="is">${is}</span><span class="does">${running ? t('act.working') : does}</span></button>${failure(context, id)}</div>`;
}

/** @param {SeatContext} context */
export function microphoneControl(context) {
  const { microphone } = context.state.media;
  return device(context, 'microphone', microphone, 'mic', (on) => context.actions.microphone(on));
}

/** @param {SeatContext} context */
export function cameraControl(context) {
  const { camera } = context.state.media;
  return device(context, 'camera', camera, 'camera', (on) => context.actions.camera(on));
}

/** @param {SeatContext} context @param {'microphone'|'camera'} id @param {string} state @param {string} icon @param {(on: boolean) => Promise<void>} act */
function device(context, id, state, icon, act) {
  const on = state === 'on';
  if (state === 'blocked') {
    return html`<div class="control"><button type="button" class="is-off" data-focus=${id} @click=${() => context.set({ dialog: { id: 'blocked', device: id } })}>
      ${mark(`${icon}-off`)}<span class="is">${t(`control.${id}-blocked`)}</span><span class="does">${t('control.how')}</span></button></div>`;
  }
  return control(context, { id, icon: on ? icon : `${icon}-off`, is: t(`control.${id}-${state}`), does: t(on ? `control.${id}.stop` : 'control.start'), act: () => act(!on), on });
}

/** @param {SeatContext} context */
export function screenControl(context) {
  if (!navigator.mediaDevices || !('getDisplayMedia' in navigator.mediaDevices)) return nothing;
  const on = context.state.media.screen === 'on';
  const act = async () => { if (on || (await context.ui.beforeSharing?.()) !== false) await context.actions.shareScreen(!on); };
  return control(context, { id: 'screen', icon: 'screen', is: t(on ? 'control.screen.stop' : 'control.screen.start'), does: t(on ? 'control.screen-on' : 'control.screen-off'), act, on });
}

/** Sound only: one tap on a weak line. @param {SeatContext} context */
export function soundOnlyControl(context) {
  const on = context.state.media.audioOnly;
  return control(context, { id: 'audio-only', icon: on ? 'camera-off' : 'camera', is: t(on ? 'control.sound-only.stop' : 'control.sound-only.start'), does: t(on ? 'control.sound-only-on' : 'control.sound-only-off'), act: () => context.actions.audioOnly(!on), on });
}

/** @param {SeatContext} context @param {'chat'|'documents'|'more'} panel @param {string} icon @param {number} count */
export function panelControl(context, panel, icon, count) {
  const open = context.ui.panel === panel;
  return html`<div class="control"><button type="button" data-focus="panel-${panel}" aria-expanded=${open ? 'true' : 'false'} @click=${() => context.set({ panel: open ? '' : panel })}>
    ${mark(icon)}<span class="is">${t(`panel.${panel}`)}</span><span class="does">${panel === 'chat' ? t('panel.chat.count', { count }) : t('panel.documents.count', { count })}</span></button></div>`;
}

/** How the line for sound and pictures stands, in words. @param {SeatContext} context */
export function lineWords(context) {
  const { line } = context.state.media;
  const state = context.state.connection === 'retrying' ? 'retrying' : line;
  const good = state === 'connected';
  return html`<span class="line-state ${good ? 'good' : 'poor'}">${mark(good ? 'tick' : 'waiting')}${t(`line.${state}`)}</span><span class="details">${diagnosticsButton(context)}</span>`;
}

export { plainButton };
