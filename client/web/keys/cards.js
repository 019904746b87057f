// Name cards on their way to a member, boxed to the page that will show them. Twin of client/keys/cards.py.
import { compactJson, info } from './encoding.js';
import { openBox, sealBox } from './hpke_box.js';
import { MAX_SEATS } from './membership.js';
import { Compact, decodeJson, list, obj } from './schema.js';

const STEP = 1024;
const Inside = obj({ cards: list(Compact, MAX_SEATS) });

/** Box these cards for one member. @param {string} pageKem @param {string} mediation @param {string} seat @param {string[]} cards */
export const sealCards = (pageKem, mediation, seat, cards) =>
  sealBox(pageKem, info('cards', mediation, seat), compactJson({ cards }), STEP);

/** The cards, not yet checked (`checkCard`). @param {import('./devices.js').Opener} page @param {string} mediation @param {string} seat @param {string} box @returns {Promise<string[]>} */
export const openCards = async (page, mediation, seat, box) =>
  decodeJson(await openBox(page, info('cards', mediation, seat), box, STEP), Inside).cards;
