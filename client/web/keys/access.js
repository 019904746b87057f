// For whom an item opens: computed from the charter by everybody alike. Twin of client/keys/access.py.
import { charterSeat, MEDIATORS } from './membership.js';
import { must } from './refusals.js';

/** @typedef {import('./membership.js').Charter} Charter */

export const GATE = 'gate';
const NONPARTIES = new Set(['counsel', 'support', 'interpreter', 'expert', 'observer']);

/** The holders whose shares together open an item on this ground: place ids in order, then the gate. @param {Charter} charter @param {string} ground @param {Iterable<string>} makers @returns {string[]} */
export function accessSet(charter, ground, makers) {
  must(ground === 'waiver' && charter.grounds.includes(ground), 'access');
  const holders = new Set(makers);
  for (const seat of holders) must(charterSeat(charter, seat), 'seat');
  for (const seat of charter.seats) {
    const counts = MEDIATORS.has(seat.role) || seat.role === 'party';
    if (counts || (NONPARTIES.has(seat.role) && charter.nonparty_consent === 'always')) holders.add(seat.id);
  }
  return [...[...holders].sort(), GATE];
}

/** `sid`: the ground and its holders, as bound into every share. @param {string} ground @param {string[]} holders */
export const setName = (ground, holders) => `${ground}:${holders.join('+')}`;

/** Every set that an item has now, by name. @param {Charter} charter @param {Iterable<string>} makers @returns {Record<string, string[]>} */
export function accessSets(charter, makers) {
  if (!charter.grounds.includes('waiver')) return {};
  const holders = accessSet(charter, 'waiver', makers);
  return { [setName('waiver', holders)]: holders };
}
