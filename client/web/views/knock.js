// A knock at a room where people may be talking. Inside: who asks, "Let in" or "Not now", or the seconds until they come in.
// At the mediator's table: that one is knocking, and what can be done when nobody answers.

import { html, nothing } from 'lit';
import { list, t } from '../i18n.js';
import { announce } from './announce.js';
import { chime } from './chime.js';
import { actButton, mark, roleName } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */
/** @typedef {import('./seat.js').TableContext} TableContext */

/** Inside the room. @param {SeatContext} context */
export function ringStrip(context) {
  const { ring } = context.state;
  if (!ring) return nothing;
  const who = list(ring.names.length ? ring.names : ring.roles.map(roleName));
  const coming = ring.left !== null;
  if (context.ui.rang !== ring.id) {
    context.ui.rang = ring.id;
    announce(coming ? t('ring.announced.first', { who }) : t('ring.asks', { who, count: ring.roles.length }), true);
    chime();
  }
  return html`<section class="ring" aria-label=${t('ring.label')}>
    ${mark('person')}<p><strong>${coming ? t('ring.coming', { who, seconds: ring.left ?? 0, count: ring.roles.length }) : t('ring.asks', { who, count: ring.roles.length })}</strong>
      <span>${t(coming ? 'ring.coming.text' : 'ring.asks.text')}</span></p>
    <div class="row">${actButton(context, { id: 'ring-yes', label: t(coming ? 'ring.now' : 'ring.yes'), look: 'primary', act: () => context.actions.answerRing(true) })}
      ${coming ? nothing : actButton(context, { id: 'ring-later', label: t('ring.later'), act: () => context.actions.answerRing(false) })}</div></section>`;
}

/** At the table, in the room's card and in the dialogs that wait for it. @param {TableContext} context @param {string} [only] a room's id */
export function knockStatus(context, only = '') {
  const rooms = (context.state.floor?.rooms ?? []).filter((room) => room.ring && (!only || room.id === only));
  return rooms.map((room) => {
    const ring = /** @type {import('../session/types.js').FloorRing} */ (room.ring);
    const words = ring.left === null ? t('knock.waiting') : t('knock.coming', { seconds: ring.left });
    return html`<div class="knock"><p class="notice-line">${mark('waiting')}<span>${words}</span></p>
      <div class="row">${ring.mayAnnounce ? actButton(context, { id: `announce-${room.id}`, label: t('knock.announce'), look: 'small-button', act: () => context.actions.enterAnnounced(room.id) }) : nothing}
      ${actButton(context, { id: `stop-knock-${room.id}`, label: t('knock.stop'), look: 'small-button quiet', act: () => context.actions.stopKnocking(room.id) })}</div>
      ${ring.mayAnnounce ? html`<p class="small">${t('knock.announce.text')}</p>` : nothing}</div>`;
  });
}
