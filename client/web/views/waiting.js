// Waiting: who you are, whether the mediator is here, and nobody else. Nothing on this screen tells that others exist.

import { html, nothing } from 'lit';
import { dayAndTime, list, t } from '../i18n.js';
import { deviceCheck } from './check.js';
import { notices } from './notices.js';
import { promise } from './promise.js';
import { heading, mark, plainButton, quietPage, roleName } from './parts.js';

/** @typedef {import('./seat.js').SeatContext} SeatContext */

/** How the waiting stands, in one sentence. @param {import('../session/types.js').SeatState} state @returns {string} */
export function waitWords(state) {
  const mediator = state.invitation?.mediator ?? '';
  if (state.phase !== 'door' && state.doorReply !== 'none') return t(`wait.answer-${state.doorReply}`, { mediator });
  if (state.phase === 'door') return t('wait.between', { mediator });
  return t(state.mediatorHere ? 'wait.here' : 'wait.not-here', { mediator });
}

/** @param {SeatContext} context */
export function waiting(context) {
  const { state } = context;
  const { invitation, me } = state;
  const mediator = invitation?.mediator ?? '';
  const names = me.names.length ? me.names : [invitation?.name ?? ''];
  const answer = state.phase === 'door' ? 'none' : state.doorReply;
  return quietPage(context, html`
    <section class="card calm">
      <p class="kicker">${invitation?.title}</p>
      ${heading(t(answer === 'none' ? 'wait.title' : `wait.title-${answer}`))}
      <p class="lead">${waitWords(state)}</p>${promise(context)}${state.phase === 'door' ? notices(context) : ''}
      <dl class="facts">
        <div><dt>${t('wait.you')}</dt><dd>${list(names)}</dd></div>
        <div><dt>${t('wait.as')}</dt><dd>${roleName(me.role || invitation?.role || 'party')}${invitation?.sideLabel ? `, ${invitation.sideLabel}` : ''}</dd></div>
        <div><dt>${t('wait.mediator')}</dt><dd>${mark(state.mediatorHere ? 'tick' : 'waiting')} ${t(state.mediatorHere ? 'wait.mediator-here' : 'wait.mediator-away', { mediator })}</dd></div>
        ${invitation ? html`<div><dt>${t('wait.start')}</dt><dd>${dayAndTime(invitation.starts)}</dd></div>` : nothing}
      </dl>
      <p class="assure">${mark('lock')}<span>${t('wait.nobody')}</span></p>
      <p class="small">${t('wait.leave-open')}</p>
      ${state.phase === 'door' ? html`<div class="row">${plainButton(t('quiet.open', { mediator }), () => context.set({ dialog: { id: 'quiet' } }), { icon: 'letter', id: 'quiet' })}
        ${plainButton(t('leave.open'), () => context.set({ dialog: { id: 'leave' } }), { icon: 'leave', id: 'leave' })}</div>` : nothing}
    </section>
    <details class="card fold"><summary>${t('wait.test-again')}</summary>${deviceCheck(context)}</details>`, 'narrow');
}
