// What the mediator sees of the whole mediation: every room's checked sheet, who is connected, who knocks, minutes with each side.
// Nothing of it is believed before it verifies, and nothing of it is stored.

import { openKnock } from '../keys/knock.js';
import { linkKeys } from '../keys/link.js';
import { checkSheet } from '../keys/membership.js';
import { checkPage } from '../keys/roots.js';
import { unb64u } from '../keys/encoding.js';
import { holdsFor } from './gate.js';

/** @typedef {import('./moves.js').Held} Held */

const TICK = 5_000;

/**
 * @param {{
 *   mediation: string, own: string, core: any, root: {fingerprint: string}, device: {kem: any, devcert: any},
 *   entry: () => import('./vault_book.js').MediationEntry,
 *   sideLabel: (side: string) => string,
 *   onShown: () => void,
 *   rings: () => ReturnType<typeof import('./knocking.js').createKnocking>,
 * }} seams
 */
export function createFloor({ mediation, own, core, root, device, entry, sideLabel, onShown, rings }) {
  /** @type {Map<string, any>} room -> committed sheet, checked */
  let sheets = new Map();
  /** @type {Map<string, any>} the last sheet of each room, closed ones too */
  const last = new Map();
  /** @type {Map<string, {dev: string, kem: string}>} everyone connected */
  let pages = new Map();
  /** @type {Map<string, any>} seat -> opened knock */
  let knocks = new Map();
  /** @type {Map<string, any>} box -> opened knock, or null when it proved nothing */
  const opened = new Map();
  /** @type {Map<string, Set<string>>} room -> seats online */
  let online = new Map();
  /** @type {Map<string, number>} since when each room has had somebody */
  const since = new Map();
  /** @type {Map<string, number>} side -> milliseconds the mediator spent alone with it; shown, never stored */
  const minutes = new Map();
  /** @type {any[]} */
  let doors = [];
  let counted = Date.now();

  /** @param {any} floor */
  async function take(floor) {
    const nextPages = new Map();
    for (const one of floor.online) {
      try {
        const page = await checkPage(one.page, mediation, one.seat);
        nextPages.set(one.seat, { dev: page.body.dev, kem: page.body.kem });
      } catch (error) {
        core.distrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'page');
      }
    }
    pages = nextPages;
    const nextSheets = new Map();
    const nextOnline = new Map();
    const knocked = new Map();
    for (const one of floor.rooms) {
      const sheet = await believe(one.sheet);
      if (!sheet) continue;
      nextSheets.set(sheet.body.room, sheet);
      nextOnline.set(sheet.body.room, new Set(one.online));
      knocked.set(sheet.body.room, one.ring ?? null);
      if (!since.has(sheet.body.room)) since.set(sheet.body.room, Math.floor(Date.now() / 1000));
    }
    for (const room of since.keys()) if (!nextSheets.has(room)) since.delete(room);
    sheets = nextSheets;
    online = nextOnline;
    rings().seen(knocked);
    await takeDoors(floor.doors);
    show();
  }

  /** A committed sheet of ours; not continuous, since another device of ours may have moved people. @param {string} compact */
  async function believe(compact) {
    for (const held of last.values()) if (held.compact === compact) return held;
    try {
      const checked = await checkSheet(compact, core.charter(), core.devices(), null, null, false);
      const held = last.get(checked.body.room);
      if (held && held.body.rev > checked.body.rev) {
        core.distrust('revision', 'sheet');
        return null;
      }
      last.set(checked.body.room, checked);
      return checked;
    } catch (error) {
      core.distrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'sheet');
      return null;
    }
  }

  /** @param {{seat: string, box: string, at: number}[]} list */
  async function takeDoors(list) {
    const next = new Map();
    const shown = [];
    for (const door of list) {
      const one = entry().seats.find((held) => held.seat === door.seat);
      if (!one?.secret) continue;
      if (!opened.has(door.box)) {
        if (opened.size > 500) opened.clear();
        try {
          const keys = await linkKeys({ mediation, seat: door.seat, fingerprint: root.fingerprint, secret: unb64u(one.secret, 32), minrev: 1 });
          opened.set(door.box, await openKnock(device.kem, device.devcert.hash, mediation, door.seat, keys.join, door.box));
        } catch (error) {
          opened.set(door.box, null);
          core.distrust(/** @type {any} */ (error)?.reason ?? 'sealed', 'knock');
        }
      }
      const knock = opened.get(door.box);
      if (!knock) continue;
      next.set(door.seat, knock);
      const devices = one.devices.map((device) => device.dev);
      shown.push({
        seat: door.seat, names: knock.names, role: one.role, side: one.side, sideLabel: sideLabel(one.side),
        known: /** @type {'first'|'same'|'other'} */ (devices.length === 0 ? 'first' : devices.includes(knock.page.body.dev) ? 'same' : 'other'),
        signed: holdsFor(knock.agreement?.compact ?? one.agreement, core.store.state.meeting), cannotSign: knock.cannot_sign, words: knock.words, at: door.at,
      });
    }
    knocks = next;
    doors = shown;
  }

  function show() {
    if (!core.charter()) return;
    const mine = core.now()?.id ?? null;
    /** @type {Map<string, string>} */
    const where = new Map();
    for (const [room, sheet] of sheets) for (const member of sheet.body.members) where.set(member.seat, room);
    const rooms = [...sheets.values()]
      .filter((sheet) => sheet.body.members.length)
      .map((sheet) => ({
        id: sheet.body.room,
        kind: sheet.body.kind,
        label: entry().roomLabels[sheet.body.room] ?? null,
        people: sheet.body.members.map((/** @type {any} */ one) => core.person(one.seat, online.get(sheet.body.room)?.has(one.seat) ?? false)),
        since: since.get(sheet.body.room) ?? 0,
        here: sheet.body.room === mine,
        mayEnter: sheet.body.kind !== 'counsel',
        ring: rings().shown(sheet.body.room),
      }));
    const atDoor = new Set(doors.map((door) => door.seat));
    core.store.set({
      floor: {
        rooms,
        doors,
        sides: entry().sides,
        seats: entry().seats.filter((one) => one.seat !== own).map((one) => ({
          seat: one.seat, name: one.name, role: one.role, side: one.side, sideLabel: sideLabel(one.side), phone: one.phone,
          online: pages.has(one.seat),
          where: where.get(one.seat) ?? (atDoor.has(one.seat) ? 'door' : pages.has(one.seat) ? '' : 'away'),
          invited: true, signed: holdsFor(one.agreement, core.store.state.meeting), paper: one.agreement === 'paper', goesWith: one.goesWith ?? '',
          minutes: Math.floor((minutes.get(one.side) ?? 0) / 60_000),
        })),
      },
    });
    onShown();
  }

  const clock = setInterval(() => {
    const passed = Date.now() - counted;
    counted = Date.now();
    const here = core.now();
    if (!here || here.kind === 'joint') return;
    const sides = new Set(here.members.map((/** @type {any} */ one) => entry().seats.find((held) => held.seat === one.seat)?.side ?? '').filter(Boolean));
    for (const side of sides) minutes.set(side, (minutes.get(side) ?? 0) + passed);
    show();
  }, TICK);

  /** @returns {Held[]} */
  const held = () =>
    [...sheets.values()].map((sheet) => ({ room: sheet.body.room, kind: sheet.body.kind, rev: sheet.body.rev, hash: sheet.hash, members: sheet.body.members }));

  /** Rooms that were closed: their revisions go on. */
  const ended = () => new Map([...last].filter(([room]) => !sheets.has(room)).map(([room, sheet]) => [room, { room, kind: sheet.body.kind, rev: sheet.body.rev, hash: sheet.hash, members: [] }]));

  return {
    take,
    show,
    held,
    ended,
    /** @param {string} room the sheet in force */
    sheetOf: (room) => sheets.get(room) ?? null,
    /** @param {string} room the last sheet of a room, a closed one too */
    lastOf: (room) => last.get(room) ?? null,
    /** What was committed is believed at once. @param {any[]} signed */
    committed(signed) {
      for (const sheet of signed) {
        last.set(sheet.body.room, sheet);
        if (sheet.body.members.length) sheets.set(sheet.body.room, sheet);
        else sheets.delete(sheet.body.room);
      }
      show();
    },
    /** @param {string} seat */
    page: (seat) => pages.get(seat) ?? null,
    /** Somebody is about to be let in. @param {string} seat @param {{dev: string, kem: string}} page */
    meet(seat, page) {
      if (!pages.has(seat)) pages.set(seat, page);
    },
    /** @param {string} seat */
    knock: (seat) => knocks.get(seat) ?? null,
    close: () => clearInterval(clock),
  };
}
