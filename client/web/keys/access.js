// For whom an item opens: computed from the charter by everybody alike. Twin of client/keys/access.py.
import { charterSeat, MEDIATORS } from './membership.js';
import { must } from './refusals.js';

/** @typedef {import('./membership.js').Charter} Charter */

export const GATE = 'gate';
export const MAX_SETS = 64;
const NONPARTIES = new Set(['counsel', 'support', 'interpreter', 'expert', 'observer']);
export const TWO_LOCKS = new Set(['report', 'mediator-misconduct', 'participant-misconduct', 'settlement-enforcement', 'settlement-dispute', 'order']);
// For these a mediator's own words open only with every mediator.
const NOT_COMPELLED = new Set(['settlement-dispute', 'participant-misconduct']);

/** The holders whose shares together open an item on everyone's agreement: place ids in order, then the gate. @param {Charter} charter @param {string} ground @param {Iterable<string>} makers @returns {string[]} */
export function accessSet(charter, ground, makers) {
  must(ground === 'waiver' && charter.grounds.includes(ground), 'access');
  const holders = known(charter, makers);
  for (const seat of charter.seats) {
    const counts = MEDIATORS.has(seat.role) || seat.role === 'party';
    if (counts || (NONPARTIES.has(seat.role) && charter.nonparty_consent === 'always')) holders.add(seat.id);
  }
  return [...[...holders].sort(), GATE];
}

/** The alternatives for a reason that rests on a recorded authority; none without a custodian. @param {Charter} charter @param {string} ground @param {Iterable<string>} makers @param {boolean} settlement @returns {string[][]} */
export function lockedSets(charter, ground, makers, settlement) {
  must(TWO_LOCKS.has(ground) && charter.grounds.includes(ground), 'access');
  if (ground === 'settlement-enforcement' && !settlement) return [];
  const idsOf = (/** @type {(role: string) => boolean} */ wanted) => charter.seats.filter((seat) => wanted(seat.role)).map((seat) => seat.id).sort();
  const mediators = idsOf((role) => MEDIATORS.has(role));
  const seconds = ground === 'mediator-misconduct' ? idsOf((role) => role === 'party') : mediators;
  const makerIds = known(charter, makers);
  const spoken = NOT_COMPELLED.has(ground) && mediators.some((one) => makerIds.has(one)) ? mediators : [];
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const one of idsOf((role) => role === 'custodian')) {
    for (const other of seconds) {
      const members = [...[...new Set([one, other, ...spoken])].sort(), GATE];
      found.set(members.join('+'), members);
    }
  }
  return [...found.values()];
}

/** `sid`: the ground and its holders, as bound into every share. @param {string} ground @param {string[]} holders */
export const setName = (ground, holders) => `${ground}:${holders.join('+')}`;

/** Every set that an item has, by name. @param {Charter} charter @param {Iterable<string>} makers @param {boolean} [settlement] it is the signed settlement @returns {Record<string, string[]>} */
export function accessSets(charter, makers, settlement = false) {
  const seats = [...makers];
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const ground of charter.grounds) {
    const sets = ground === 'waiver' ? [accessSet(charter, ground, seats)] : TWO_LOCKS.has(ground) ? lockedSets(charter, ground, seats, settlement) : [];
    for (const members of sets) found[setName(ground, members)] = members;
  }
  must(Object.keys(found).length <= MAX_SETS, 'access');
  return found;
}

/** @param {Charter} charter @param {Iterable<string>} makers */
function known(charter, makers) {
  const holders = new Set(makers);
  for (const seat of holders) must(charterSeat(charter, seat), 'seat');
  return holders;
}
