// When the mediator expects to be here, as promised; gone once the mediator is in the room.

import { html, nothing } from 'lit';
import { clock, t } from '../i18n.js';
import { mark } from './parts.js';

/** @param {import('./seat.js').SeatContext} context */
export function promise(context) {
  const { promised = 0, room, invitation } = context.state;
  const here = room?.people.some((person) => !person.me && person.online && (person.role === 'mediator' || person.role === 'comediator'));
  if (!promised || here) return nothing;
  return html`<p class="notice-line promise" role="status">${mark('waiting')}<span>${t('wait.promised', { mediator: invitation?.mediator ?? '', time: clock(promised) })}</span></p>`;
}
