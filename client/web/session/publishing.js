// Signs what moves people: the next sheets of all rooms concerned, the sheets signed ahead, the name cards. Checked here by the
// rules that every client checks, and sent as one command: all of it is committed or nothing.

import { sealCards } from '../keys/cards.js';
import { checkSheet, makeCard, makeSheet } from '../keys/membership.js';
import { sideWith } from './bound.js';
import { holdsFor } from './gate.js';
import { part } from './moves.js';
import { Trouble } from './store.js';
import { lastDevice } from './vault_book.js';

/** @typedef {import('./moves.js').Member} Member */

const MEDIATORS = new Set(['mediator', 'comediator']);

/**
 * @param {{
 *   mediation: string, own: string, core: any, device: {signer: any, dev: string},
 *   entry: () => import('./vault_book.js').MediationEntry,
 *   known: (seat: string) => {names: string[], side: string}|null,
 *   entries: (next: import('./moves.js').Next[]) => Promise<any[]>,
 *   floor: ReturnType<typeof import('./floor.js').createFloor>,
 * }} seams
 */
export function createPublisher({ mediation, own, core, device, entry, known, floor, entries }) {
  /** @param {string} seat @returns {Member} */
  function member(seat) {
    const planned = core.charter().body.seats.find((/** @type {any} */ one) => one.id === seat);
    if (!planned) throw new Trouble('bad-object');
    const dev = seat === own ? device.dev : lastDevice(/** @type {any} */ (entry().seats.find((one) => one.seat === seat)))?.dev;
    if (!dev) throw new Trouble('incomplete', { missing: 'admit' });
    // Who has not signed for this meeting comes in by the door, never by a move.
    if (seat !== own && !holdsFor(entry().seats.find((one) => one.seat === seat)?.agreement ?? '', core.store.state.meeting)) throw new Trouble('incomplete', { missing: 'agreement' });
    return { seat, dev, role: planned.role };
  }

  /** @param {import('./moves.js').Next[]} next */
  async function publish(next) {
    if (!next.length) return;
    const proofs = await entries(next);
    const { charter, devices } = { charter: core.charter(), devices: core.devices() };
    const ts = Math.floor(Date.now() / 1000);
    const signed = [];
    for (const one of next) {
      const sheet = await makeSheet(device.signer, /** @type {any} */ ({ mediation, charter: charter.hash, parting: '', ts, ...one }));
      try {
        await checkSheet(sheet.compact, charter, devices, floor.lastOf(one.room), null, floor.lastOf(one.room) !== null);
      } catch (error) {
        throw new Trouble('not-allowed', { rule: /** @type {any} */ (error)?.reason ?? 'malformed' });
      }
      signed.push(sheet);
    }
    /** @type {Record<string, string>} */
    const cards = {};
    for (const sheet of signed) {
      const dealt = [];
      for (const one of sheet.body.members) dealt.push(await card(one));
      for (const compact of dealt) await core.room.addCard(compact);
      for (const one of sheet.body.members) {
        const page = floor.page(one.seat);
        if (page && page.dev === one.dev && one.seat !== own) cards[one.seat] = await sealCards(page.kem, mediation, one.seat, dealt);
      }
    }
    const parting = await signedAhead(signed);
    await core.command('sheets.publish', { sheets: signed.map((one) => one.compact), cards, parting, entries: proofs });
    floor.committed(signed);
  }

  const sideOf = (/** @type {string} */ seat) => sideWith(seat, entry().seats);

  /** For the case that this device falls silent: each side of the joint room into a waiting room of its own. @param {any[]} signed @returns {Promise<string[]>} */
  async function signedAhead(signed) {
    const joint = signed.find((sheet) => sheet.body.kind === 'joint');
    const { members = [] } = joint?.body ?? {};
    const mediators = members.filter((/** @type {any} */ one) => MEDIATORS.has(one.role));
    if (!mediators.length || mediators.length === members.length) return [];
    const ts = Math.floor(Date.now() / 1000);
    const next = part({ room: joint.body.room, kind: 'joint', rev: joint.body.rev, hash: joint.hash, members }, sideOf);
    const made = [];
    for (const one of next) made.push(await makeSheet(device.signer, /** @type {any} */ ({ mediation, charter: core.charter().hash, parting: joint.hash, ts, ...one })));
    return made.map((sheet) => sheet.compact);
  }

  /** @param {Member} one */
  async function card(one) {
    const names = known(one.seat)?.names ?? [];
    const before = core.room.card(one.seat);
    if (before && JSON.stringify(before.body.names) === JSON.stringify(names)) return before.compact;
    const made = await makeCard(device.signer, {
      mediation, seat: one.seat, names, side: known(one.seat)?.side ?? '', role: /** @type {any} */ (one.role), rev: Math.floor(Date.now() / 1000),
    });
    return made.compact;
  }

  return { member, publish, sideOf, card };
}
