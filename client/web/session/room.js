// One's own room: checks the signed sheet, who is present and each key grant; hands out keys when it is this page's turn.
// Holds room keys in memory only. Whatever doesn't verify is dropped, and `onDistrust` says so.

import { openCards } from '../keys/cards.js';
import { checkCard, checkSheet } from '../keys/membership.js';
import { checkEntry } from '../keys/entry.js';
import { checkGrant, frameKey, keeperOf, makeGrant, newRoomKey, openGrant, roomCode } from '../keys/grants.js';
import { checkPage } from '../keys/roots.js';

const OLD_KEYS_FOR = 5_000;
/** Several arrivals in one move are answered by one grant. */
const SETTLE = 30;

/**
 * @typedef {Object} RoomSeams
 * @property {{mediation: string, seat: string}} place
 * @property {() => {signer: any, opener: any, dev: string}} identity
 * @property {() => {charter: any, devices: any}} trust          checked charter and certified devices
 * @property {(type: string, fields?: Record<string, any>) => Promise<any>} command
 * @property {(view: RoomNow|null) => void} onChange
 * @property {(reason: string, what: string) => void} onDistrust
 * @property {(ring: {epoch: number, me: number, senders: {index: number, seat: string, baseKey: Uint8Array}[]}|null) => void} onRing
 * @property {(card: any) => void} [onCard]
 * @property {(ring: any) => boolean} counted      whether an announced entry was counted down on this page
 * @property {() => void} onDoor                   the sheet changed: what was asked at the door is over
 */

/**
 * @typedef {Object} RoomNow
 * @property {string} id @property {'waiting'|'joint'|'caucus'|'counsel'} kind
 * @property {{seat: string, dev: string, role: string}[]} members
 * @property {Set<string>} online
 * @property {boolean} granted @property {number} epoch @property {string} code
 */

/** @param {RoomSeams} seams */
export function createRoom({ place, identity, trust, command, onChange, onDistrust, onRing, counted, onDoor, onCard = () => {} }) {
  /** @type {any} the checked sheet */
  let sheet = null;
  /** @type {Map<string, {kem: string, hash: string}>} */
  let present = new Map();
  /** @type {any} */
  let key = null;
  /** @type {Map<number, any>} epochs that may still be read */
  let readable = new Map();
  let seen = 0;
  let code = '';
  /** @type {any} a grant that came before the presence it belongs to */
  let early = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let turn;
  /** @type {Map<string, any>} seat -> checked card */
  const cards = new Map();
  /** @type {Map<string, number>} highest revision seen of each room, for rooms one comes back to */
  const revisions = new Map();

  const reasonOf = (/** @type {any} */ error) => error?.reason ?? 'malformed';

  function tell() {
    onChange(
      sheet && {
        id: sheet.body.room,
        kind: sheet.body.kind,
        members: sheet.body.members,
        online: new Set(present.keys()),
        granted: key !== null,
        epoch: key?.epoch ?? 0,
        code,
      },
    );
  }

  function dropKeys() {
    key = null;
    readable = new Map();
    code = '';
    early = null;
    onRing(null);
  }

  /**
   * The viewer's room, whole: at welcome and on every change of the sheet.
   * @param {any} view @param {boolean} [anew] the connection is new: what was held must be stated again
   */
  async function show(view, anew = false) {
    if (!view) {
      sheet = null;
      present = new Map();
      seen = 0;
      dropKeys();
      onDoor();
      return tell();
    }
    const { charter, devices } = trust();
    const own = { seat: place.seat, dev: identity().dev };
    /** @type {any} */
    let next;
    try {
      const untrusted = view.sheet;
      if (sheet && untrusted === sheet.compact) next = sheet;
      else {
        const same = sheet && roomOf(untrusted) === sheet.body.room;
        // After a cut one may have missed a sheet; what came between shows in the numbers only.
        next = await checkSheet(untrusted, charter, devices, same ? sheet : null, own, Boolean(same) && !anew);
        if (same && !anew) await checkEntry(next, sheet, devices, view.entries ?? [], counted);
        // Sheets signed ahead part the very room that one is in, and nothing else; who comes anew finds what happened meanwhile.
        if (!anew && next.body.parting && next.body.parting !== sheet?.hash) throw Object.assign(new Error('chain'), { reason: 'chain' });
        if (!same && next.body.rev < (revisions.get(next.body.room) ?? 0)) throw Object.assign(new Error('revision'), { reason: 'revision' });
      }
    } catch (error) {
      onDistrust(reasonOf(error), 'sheet');
      // Nothing may flow on a sheet that we can't believe, nor on the old one that the server says is over.
      dropKeys();
      sheet = null;
      return tell();
    }
    const moved = !sheet || sheet.body.room !== next.body.room;
    const changed = !sheet || sheet.hash !== next.hash;
    sheet = next;
    if (changed) onDoor();
    revisions.set(sheet.body.room, sheet.body.rev);
    if (moved) {
      dropKeys();
      seen = 0;
    } else if (changed) {
      // Silent until granted anew: the old key is for reading what is in flight.
      retire();
    }
    await takePresent(view.present ?? []);
    if (view.cards) await takeCards(view.cards);
    tell();
    if (anew && key !== null && !moved && !changed) await restate();
    if (view.grant) await takeGrant(view.grant, moved || anew);
    dutiful();
  }

  /** After a cut the others saw this page go and come: a keeper hands out a fresh key, anybody else says again what they hold. */
  async function restate() {
    if (keeperOf(sheet.body, [...present.keys()]) === place.seat) return retire();
    if (key) await command('room.hold', { sheet: sheet.hash, epoch: key.epoch }).catch(() => retire());
  }

  /** @param {string} compact the room a sheet speaks of, before it is checked: only to choose what to check it against */
  function roomOf(compact) {
    try {
      const part = (compact.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
      return JSON.parse(atob(part)).room;
    } catch {
      return '';
    }
  }

  /** Read with a former key for what is in flight, no longer. Another room may count the same epochs: only this very key goes. @param {any} old */
  function expire(old) {
    setTimeout(() => {
      if (readable.get(old.epoch) === old) readable.delete(old.epoch);
    }, OLD_KEYS_FOR);
  }

  function retire() {
    if (!key) return;
    const old = key;
    key = null;
    code = '';
    onRing(null);
    expire(old);
  }

  /** @param {{seat: string, page: string}[]} list */
  async function takePresent(list) {
    const next = new Map();
    for (const { seat, page } of list) {
      const checked = await pageOf(seat, page);
      if (checked) next.set(seat, checked);
    }
    next.set(place.seat, { kem: identity().opener.public, hash: '' });
    present = next;
  }

  /** @param {string} seat @param {string} page */
  async function pageOf(seat, page) {
    const member = sheet?.body.members.find((/** @type {any} */ one) => one.seat === seat);
    if (!member) return null;
    try {
      const statement = await checkPage(page, place.mediation, seat, member.dev);
      return { kem: statement.body.kem, hash: statement.hash };
    } catch (error) {
      onDistrust(reasonOf(error), 'page');
      return null;
    }
  }

  /** @param {string} seat @param {string|null} page */
  async function presence(seat, page) {
    if (!sheet || seat === place.seat) return;
    if (page === null) present.delete(seat);
    else {
      const checked = await pageOf(seat, page);
      if (!checked) return;
      const before = present.get(seat);
      present.set(seat, checked);
      if (before?.kem !== checked.kem) retire();
    }
    tell();
    if (early) await takeGrant(early, false);
    dutiful();
  }

  /** @param {string} box */
  async function takeCards(box) {
    try {
      for (const compact of await openCards(identity().opener, place.mediation, place.seat, box)) await takeCard(compact);
    } catch (error) {
      // After a reload the server may still hold cards for the page before; the keeper's grant brings them anew.
      if (reasonOf(error) !== 'sealed') onDistrust(reasonOf(error), 'card');
    }
  }

  /** @param {string} compact */
  async function takeCard(compact) {
    const card = await checkCard(compact, trust().devices, place.mediation);
    const held = cards.get(card.body.seat);
    if (!held || card.body.rev >= held.body.rev) {
      cards.set(card.body.seat, card);
      onCard(card);
    }
  }

  /** @param {string} compact @param {boolean} quiet an older grant in a snapshot need not be for this page */
  async function takeGrant(compact, quiet) {
    if (!sheet) return;
    try {
      const grant = await checkGrant(compact, sheet, kemsPresent(), seen);
      const opened = await openGrant(grant, place.seat, identity().opener);
      for (const card of opened.cards) await takeCard(card);
      seen = opened.epoch;
      early = null;
      key = opened;
      readable.set(opened.epoch, opened);
      for (const [epoch, old] of readable) if (epoch < opened.epoch) expire(old);
      code = await roomCode(opened);
      const { members } = sheet.body;
      const senders = [];
      for (const [index, member] of members.entries()) {
        const page = present.get(member.seat);
        if (page && member.seat !== place.seat) senders.push({ index, seat: member.seat, baseKey: await frameKey(opened, member.dev, page.kem) });
      }
      const me = members.findIndex((/** @type {any} */ one) => one.seat === place.seat);
      senders.push({ index: me, seat: place.seat, baseKey: await frameKey(opened, identity().dev, identity().opener.public) });
      onRing({ epoch: opened.epoch, me, senders });
      // The roster is on the screen before media may flow.
      tell();
      const { hash } = sheet;
      await command('room.hold', { sheet: hash, epoch: opened.epoch }).catch(() => undefined);
    } catch (error) {
      const reason = reasonOf(error);
      // The server tells presence and grants in order; one that names somebody not announced yet is tried once more, then shown.
      if (reason === 'ghost' && !early && !quiet) {
        early = compact;
        setTimeout(() => {
          if (early === compact) {
            early = null;
            onDistrust('ghost', 'grant');
          }
        }, 1500);
        return;
      }
      if (reason === 'epoch' || quiet) return;
      onDistrust(reason, 'grant');
    }
  }

  const kemsPresent = () => Object.fromEntries([...present].map(([seat, page]) => [seat, page.kem]));

  /** Hand out a fresh key if it is this page's turn and the present one doesn't fit who is here. */
  function dutiful() {
    clearTimeout(turn);
    if (!sheet || key !== null || keeperOf(sheet.body, [...present.keys()]) !== place.seat) return;
    turn = setTimeout(() => publish(0), SETTLE);
  }

  /** @param {number} attempt */
  async function publish(attempt) {
    if (!sheet || key !== null || keeperOf(sheet.body, [...present.keys()]) !== place.seat) return;
    const mine = sheet;
    const fresh = newRoomKey(place.mediation, mine.body.room, seen + 1 + attempt);
    const wanted = mine.body.members.map((/** @type {any} */ one) => cards.get(one.seat)?.compact).filter(Boolean);
    const grant = await makeGrant(identity().signer, mine, place.seat, fresh, kemsPresent(), wanted);
    try {
      await command('grant.publish', { grant: grant.compact });
    } catch (error) {
      const facts = /** @type {any} */ (error).facts ?? {};
      if (/** @type {any} */ (error).code === 'stale' && attempt < 5 && sheet === mine) {
        if (typeof facts.epoch === 'number') seen = Math.max(seen, facts.epoch);
        turn = setTimeout(() => publish(typeof facts.epoch === 'number' ? 0 : attempt + 1), SETTLE);
      }
    }
  }

  return {
    show,
    presence,
    /** @param {string} compact */
    grant: (compact) => takeGrant(compact, false),
    /** Rotate now. */
    rotate() {
      retire();
      dutiful();
    },
    /** The key to write with, or null. */
    current: () => key,
    /** The key of an epoch that may still be read. @param {number} epoch */
    keyOf: (epoch) => readable.get(epoch) ?? null,
    /** @param {string} seat */
    card: (seat) => cards.get(seat) ?? null,
    /** @param {string} compact */
    addCard: takeCard,
    takeCards,
    sheet: () => sheet,
    /** The members present, oneself left out. @returns {string[]} */
    others: () => [...present.keys()].filter((seat) => seat !== place.seat),
    /** @param {string} seat */
    pageKey: (seat) => present.get(seat)?.kem ?? null,
    cards: () => [...cards.values()].map((card) => card.compact),
  };
}
