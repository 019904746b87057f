// The people of the room, first and large. Every tile says in words what is true of it: microphone off, connecting, not connected.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../i18n.js';
import { tileSign } from './diagnostics.js';
import { initials, mark } from './parts.js';
import { nameOf, relation } from './banner.js';

/** @typedef {import('../session/types.js').Person} Person */
/** @typedef {import('../session/types.js').Room} Room */
/** @typedef {import('../session/types.js').Media} Media */

/** One stream per track, for as long as the track lives: a new stream on every redraw would make the picture flicker. @type {WeakMap<MediaStreamTrack, MediaStream>} */
const streams = new WeakMap();

/** @param {MediaStreamTrack|null} track @returns {MediaStream|null} */
export function streamOf(track) {
  if (!track) return null;
  let stream = streams.get(track);
  if (!stream) streams.set(track, (stream = new MediaStream([track])));
  return stream;
}

/** @param {Room} room @param {Media} media @param {(person: Person) => string} hue @param {(person: Person) => number} [level] how loud each is, 0 to 1 @param {string} [large] the place that is kept large */
export function tiles(room, media, hue, level = () => 1, large = '') {
  const me = room.people.find((person) => person.me);
  const others = room.people.filter((person) => !person.me).sort((one, other) => Number(other.seat === large) - Number(one.seat === large));
  const shown = room.people.find((person) => person.screen);
  return html`<div class="tiles n${Math.min(others.length, 9)} ${shown ? 'with-screen' : ''}" role="group" aria-label=${t('tiles.label')}>
    ${shown?.screen ? screenTile(shown, shown.screen) : nothing}
    ${repeat(others, (person) => person.seat, (person) => tile(person, me, `${hue(person)} ${person.seat === large ? 'kept-large' : ''}`, room.silent === true, level(person)))}
    ${me ? self(me, media, others.length === 0) : nothing}
    ${others.length === 0 ? html`<p class="tiles-empty">${t(room.granted ? 'tiles.alone' : 'tiles.not-yet')}</p>` : nothing}
  </div>`;
}

/** @param {Person} person @param {MediaStreamTrack} track */
const screenTile = (person, track) => html`<figure class="tile screen"><video autoplay playsinline muted .srcObject=${streamOf(track)} aria-label=${t('tiles.screen', { name: nameOf(person), me: person.me ? 'yes' : 'no' })}></video>
  <figcaption>${mark('screen')}<span>${t('tiles.screen', { name: nameOf(person), me: person.me ? 'yes' : 'no' })}</span></figcaption></figure>`;

/** What is true of a person's line now. @param {Person} person @param {boolean} [silent] the mediator's line is down @returns {string[]} */
export function conditions(person, silent = false) {
  if (!person.online) return [t('person.offline')];
  if (silent) return [t('person.silent')];
  if (!person.heard) return [t('person.connecting')];
  const words = [];
  if (!person.audio) words.push(t('person.muted'));
  if (!person.video) words.push(t('person.no-picture'));
  return words;
}

/** @param {Person} person @param {Person|undefined} me @param {string} hue @param {boolean} silent @param {number} level */
function tile(person, me, hue, silent, level) {
  const words = conditions(person, silent);
  const speaking = person.speaking && person.heard;
  return html`<figure class="tile ${hue} ${speaking ? 'speaking' : ''}">
    ${person.video && person.heard
      ? html`<video autoplay playsinline muted .srcObject=${streamOf(person.video)} aria-label=${t('tiles.picture', { name: nameOf(person) })}></video>`
      : html`<span class="face" aria-hidden="true">${person.names[0] ? initials(person.names[0]) : mark('person')}</span>`}
    ${person.audio && person.heard ? html`<audio autoplay .volume=${level} .srcObject=${streamOf(person.audio)}></audio>` : nothing}
    <figcaption><span class="who"><strong>${nameOf(person)}</strong>, ${relation(person, me)}</span>
      ${speaking ? html`<span class="state speaks">${mark('mic')}${t('person.speaking')}</span>` : nothing}
      ${words.map((text, index) => html`<span class="state">${index === 0 && person.heard && !person.audio ? mark('mic-off') : nothing}${text}</span>`)}${silent ? nothing : tileSign(person)}</figcaption>
  </figure>`;
}

/** @param {Person} me @param {Media} media @param {boolean} large */
const self = (me, media, large) => html`<figure class="tile self ${large ? 'alone' : ''}">
  ${media.camera === 'on' && media.preview ? html`<video class="mirror" autoplay playsinline muted .srcObject=${media.preview} aria-label=${t('check.picture')}></video>` : html`<span class="face" aria-hidden="true">${me.names[0] ? initials(me.names[0]) : mark('person')}</span>`}
  <figcaption><span class="who">${t('person.you')}</span>${media.microphone === 'on' ? nothing : html`<span class="state">${mark('mic-off')}${t('person.muted-short')}</span>`}</figcaption></figure>`;
