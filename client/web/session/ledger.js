// What may be said where: for each message of a private room, whether its author lets it be told, and to whom. Built from the
// messages of this browser; every statement was checked when it came.

import { checkPassed, checkRelease, ledgerHead, makeRelease, mayTell } from '../keys/releases.js';
import { checkChat } from '../keys/chat.js';
import { Trouble } from './store.js';

/** @typedef {import('./chat.js').ChatEntry} ChatEntry */
/** @typedef {{said: ChatEntry, asked: string[], release: any, passed: Set<string>}} Entry */

const MEDIATORS = new Set(['mediator', 'comediator']);
const STATEMENTS = new Set(['release.ask', 'release.say', 'passed']);

/**
 * @param {{
 *   place: {mediation: string, seat: string},
 *   identity: () => {signer: any, dev: string},
 *   charter: () => any,
 *   room: ReturnType<typeof import('./room.js').createRoom>,
 *   entries: () => ChatEntry[],
 *   post: (kind: any, body: any, blobs?: string[]) => Promise<any>,
 *   known: (seat: string) => string|null,
 *   passedOn: (seat: string) => Promise<void>,
 * }} seams
 */
export function createLedger({ place, identity, charter, room, entries, post, known, passedOn }) {
  /** @param {string} ref @returns {Entry|null} */
  function find(ref) {
    const said = entries().find((one) => one.id === ref && (one.kind === 'text' || one.kind === 'document'));
    if (!said) return null;
    /** @type {Entry} */
    const entry = { said, asked: [], release: null, passed: new Set() };
    for (const one of entries()) {
      if (one.kind === 'release.ask' && one.body.ref === ref) entry.asked = one.body.to;
      if (one.kind === 'release.say' && one.proof?.body.ref === ref && one.proof.body.rev > (entry.release?.body.rev ?? 0)) entry.release = one.proof;
      if (one.kind === 'passed' && one.proof?.ref === ref) entry.passed.add(one.room);
    }
    return entry;
  }

  const roleOf = (/** @type {string} */ seat) => room.sheet()?.body.members.find((/** @type {any} */ one) => one.seat === seat)?.role ?? '';
  const refuse = (/** @type {string} */ reason) => Object.assign(new Error(reason), { reason });
  const may = (/** @type {Entry|null} */ entry) => {
    const sheet = room.sheet();
    if (!entry?.release || !sheet || entry.passed.has(sheet.body.room) || entry.said.room === sheet.body.room) return false;
    try {
      mayTell(entry.release, charter().body, sheet.body);
      return true;
    } catch {
      return false;
    }
  };

  return {
    /**
     * A statement that arrived (or that we make): checked; what it proves is kept with it. Throws when it is not believed.
     * @param {string} seat @param {any} chat the signed message @param {any} body
     */
    async accept(seat, chat, body) {
      const { kind } = chat.body;
      if (!STATEMENTS.has(kind)) return null;
      if (kind !== 'release.say' && !MEDIATORS.has(roleOf(seat))) throw refuse('release');
      if (kind === 'release.ask') {
        const entry = find(body.ref);
        if (entry && entry.said.digest !== body.digest) throw refuse('commitment');
        return null;
      }
      if (kind === 'release.say') {
        const ref = JSON.parse(atob((body.release.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))).ref;
        const entry = find(ref);
        if (!entry) return null;
        if (entry.said.seat !== seat) throw refuse('seat');
        const said = await checkChat(entry.said.signed, place.mediation, entry.said.dev);
        return checkRelease(body.release, place.mediation, seat, chat.by, said, entry.release);
      }
      const dev = known(body.seat);
      if (dev && dev !== body.dev) throw refuse('device');
      const sheet = room.sheet();
      const first = JSON.parse(atob((body.release.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))).ref;
      const [said] = await checkPassed(body, charter().body, sheet.body, find(first)?.release ?? null);
      return { ref: said.body.id, seat: body.seat, kind: said.body.kind, body: said.body.body };
    },
    /** One hash for every statement under the present room key. */
    head() {
      const key = room.current();
      return ledgerHead(entries().filter((one) => STATEMENTS.has(one.kind) && !one.pending && one.room === key?.room && one.epoch === key?.epoch).map((one) => one.digest));
    },
    /** What the line of a message shows of it, and what this person may do. @param {ChatEntry} said @returns {import('./types.js').Line['ledger']} */
    lineOf(said) {
      const sheet = room.sheet();
      if (!sheet || sheet.body.kind === 'joint' || sheet.body.kind === 'counsel' || said.room !== sheet.body.room || said.kind === 'passed') return null;
      const entry = find(said.id);
      if (!entry) return null;
      const given = Boolean(entry.release?.body.given);
      const mine = said.seat === place.seat;
      return {
        mayAsk: MEDIATORS.has(roleOf(place.seat)) && !mine && !MEDIATORS.has(roleOf(said.seat)) && !entry.asked.length,
        mustAnswer: mine && entry.asked.length > 0 && !entry.release,
        asked: entry.asked.length > 0, given, mine, told: entry.passed.size > 0,
      };
    },
    /** The mediator's list: what may be told, and whether here. @returns {{entry: Entry, here: boolean}[]} */
    list() {
      return entries().filter((one) => one.kind === 'text' || one.kind === 'document').map((one) => find(one.id))
        .filter((entry) => entry?.release?.body.given).map((entry) => ({ entry: /** @type {Entry} */ (entry), here: may(entry) }));
    },
    /** "May I tell them?": one tap, for all other sides. @param {string} ref */
    async ask(ref) {
      const entry = find(ref);
      if (!entry) throw new Trouble('stale');
      const own = charter().body.seats.find((/** @type {any} */ one) => one.id === entry.said.seat)?.side;
      const to = charter().body.sides.filter((/** @type {string} */ side) => side !== own);
      await post('release.ask', { ref, digest: entry.said.digest, to });
    },
    /** @param {string} ref @param {boolean} yes */
    async answer(ref, yes) {
      const entry = find(ref);
      if (!entry) throw new Trouble('stale');
      const release = await makeRelease(identity().signer, {
        mediation: place.mediation, ref, digest: entry.said.digest, seat: place.seat, to: entry.asked,
        rev: (entry.release?.body.rev ?? 0) + 1, given: yes, ts: Math.floor(Date.now() / 1000),
      });
      await post('release.say', { release: release.compact });
    },
    /** Tell it in the room one is in. @param {string} ref */
    async passOn(ref) {
      const entry = find(ref);
      if (!entry || !may(entry)) throw new Trouble('not-allowed', { rule: 'release' });
      const { said } = entry;
      await post('passed', { seat: said.seat, dev: said.dev, chat: said.signed, release: entry.release.compact }, said.kind === 'document' ? [said.body.blob] : []);
      await passedOn(said.seat).catch(() => undefined);
    },
  };
}
