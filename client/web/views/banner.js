// The banner: who can see and hear you, in words. It speaks only of what is confirmed: without a key, nobody can.

import { html, nothing } from 'lit';
import { list, rich, richList, t } from '../i18n.js';
import { heading, mark, roleName } from './parts.js';

/** @typedef {import('../session/types.js').Room} Room */
/** @typedef {import('../session/types.js').Person} Person */

/** The hue and mark of a room. @param {string} kind @param {number} [side] place of the side among the sides @returns {string} */
export const roomMark = (kind, side = 0) => (kind === 'caucus' ? (['a', 'b', 'c', 'd'][side % 4] ?? 'a') : kind);

/** @param {Person} person @param {Person|undefined} me @returns {string} how this person stands to me */
export function relation(person, me) {
  if (me && person.role === 'counsel' && me.side && person.side === me.side) return t(me.role === 'counsel' ? 'relation.lawyer-too' : 'relation.your-lawyer');
  if (person.role === 'mediator') return t('relation.mediator');
  if (person.role === 'party' && person.sideLabel) return person.sideLabel;
  if (me?.side && person.side && person.side !== me.side) return t(person.role === 'party' ? 'relation.other-side' : 'relation.of-other-side', { role: roleName(person.role) });
  if (me?.side && person.side === me.side && !person.sideLabel) return t(person.role === 'party' ? 'relation.your-side' : 'relation.of-your-side', { role: roleName(person.role) });
  return person.sideLabel ? t('relation.with-side', { role: roleName(person.role), side: person.sideLabel }) : roleName(person.role);
}

/** The name to show; until the signed card is here there is none. @param {Person} person */
export const nameOf = (person) => (person.names.length ? list(person.names) : t('person.unnamed'));

/** @param {Room} room */
export const roomTitle = (room) => room.label || t(`room.${room.kind}`);

/** @param {Room} room */
const silentFacts = (room) => ({ mediator: list(room.people.filter((person) => person.role === 'mediator').map(nameOf)) });

/** What to say of the room, in one sentence for a screen reader. @param {Room} room @returns {string} */
export function bannerText(room) {
  const others = room.people.filter((person) => !person.me);
  if (room.silent) return `${roomTitle(room)}. ${t('banner.silent', silentFacts(room))}`;
  if (!room.granted) return `${roomTitle(room)}. ${t('banner.not-yet')}`;
  if (others.length === 0) return `${roomTitle(room)}. ${t('banner.alone')}`;
  return `${roomTitle(room)}. ${t('banner.only', { names: list(others.map((person) => `${nameOf(person)} (${relation(person, room.people.find((one) => one.me))})`)) })}`;
}

/** @param {Room} room @param {{side?: number, more?: unknown, lesser?: boolean, unsure?: boolean}} [options]   lesser: the page has another first heading; unsure: the line to the service is down, so nothing of this is confirmed now */
export function banner(room, { side = 0, more = nothing, lesser = false, unsure = false } = {}) {
  const me = room.people.find((person) => person.me);
  const others = room.people.filter((person) => !person.me);
  const names = richList(others.map(nameOf), (name, index) => {
    const person = others[index];
    return html`<strong>${name}</strong> (${person ? relation(person, me) : ''})`;
  });
  const title = html`${mark(roomMark(room.kind, side))} ${roomTitle(room)}`;
  const late = others.filter((person) => person.online && !person.heard);
  const gone = others.filter((person) => !person.online);
  return html`<header class="banner" aria-label=${t('banner.label')}>
    <div class="banner-words">${lesser ? html`<h2>${title}</h2>` : heading(title)}
    ${room.unconfirmed?.length ? html`<p class="unconfirmed">${mark('warning')}<strong>${t('banner.unconfirmed', { names: list(room.unconfirmed), count: room.unconfirmed.length })}</strong></p>` : nothing}
    <p>${room.silent ? html`<strong>${t('banner.silent', silentFacts(room))}</strong>` : !room.granted ? t('banner.not-yet') : others.length ? html`${rich(unsure ? 'banner.unsure' : 'banner.only', { names })}` : t('banner.alone')}</p>
    ${room.granted && !room.silent && late.length ? html`<p class="small">${t('banner.late', { names: list(late.map(nameOf)), count: late.length })}</p>` : nothing}
    ${room.granted && gone.length ? html`<p class="small">${t('banner.gone', { names: list(gone.map(nameOf)), count: gone.length })}</p>` : nothing}</div>
    ${more}</header>`;
}
