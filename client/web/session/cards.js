// Name cards on their way to a member, boxed to the page that will show them; the server sees a size.

import { compactJson, info } from '../keys/encoding.js';
import { openBox, sealBox } from '../keys/hpke_box.js';

const STEP = 1024;
const MAX_CARDS = 64;

/** @param {string} kem @param {string} mediation @param {string} seat @param {string[]} cards */
export const sealCards = (kem, mediation, seat, cards) => sealBox(kem, info('cards', mediation, seat), compactJson({ cards }), STEP);

/** The cards, not yet checked (`checkCard`). @param {any} opener @param {string} mediation @param {string} seat @param {string} box @returns {Promise<string[]>} */
export async function openCards(opener, mediation, seat, box) {
  const inside = JSON.parse(new TextDecoder().decode(await openBox(opener, info('cards', mediation, seat), box, STEP)));
  const { cards } = inside;
  if (!Array.isArray(cards) || cards.length > MAX_CARDS || cards.some((card) => typeof card !== 'string')) {
    throw Object.assign(new Error('malformed'), { reason: 'malformed' });
  }
  return cards;
}
