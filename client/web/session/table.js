// The mediator's table in one mediation: who knocks, who is where, moves. Signs the sheets; nothing else moves people.
// A move is one command with the next sheets of every room concerned, checked here by the rules that every client checks.

import { sealCards } from '../keys/cards.js';
import { EVERY_SECONDS, makeBeat } from '../keys/beats.js';
import { openKnock } from '../keys/knock.js';
import { linkKeys } from '../keys/link.js';
import { checkSheet, makeCard, makeSheet } from '../keys/membership.js';
import { checkPage } from '../keys/roots.js';
import { newId, unb64u } from '../keys/encoding.js';
import { createCore } from './core.js';
import { apart, moveInto, part } from './moves.js';
import { createReview } from './review.js';
import { Trouble } from './store.js';
import { lastDevice, mediationOf, withMediation, withSeat } from './vault_book.js';

/** @typedef {import('./moves.js').Held} Held @typedef {import('./moves.js').Member} Member */
/** @typedef {{readonly state: import('./types.js').SeatState, subscribe: (listener: (state: import('./types.js').SeatState) => void) => () => void, actions: import('./types.js').SeatActions & import('./types.js').TableActions, core: () => any, close: () => void}} Table */

const MEDIATORS = new Set(['mediator', 'comediator']);
const TICK = 5_000;

/**
 * @param {string} mediation
 * @param {{
 *   memory: import('./memory.js').Memory,
 *   device: {signer: any, dev: string, kem: any, devcert: any},
 *   opener: any,
 *   root: {fingerprint: string, minrev: number},
 *   book: () => import('./vault_book.js').Book,
 *   save: (change: (book: import('./vault_book.js').Book) => import('./vault_book.js').Book) => Promise<void>,
 *   hold: () => Uint8Array|null,
 *   invitation: (mediation: string, seat: string) => Promise<{link: string, text: string, ics: string}>,
 *   onClose: () => void,
 * }} seams
 * @returns {Promise<Table>}
 */
export async function openTable(mediation, seams) {
  const entry = () => {
    const found = mediationOf(seams.book(), mediation);
    if (!found) throw new Trouble('not-known');
    return found;
  };
  const own = entry().own;
  const place = { mediation, seat: own };
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

  const sideLabel = (/** @type {string} */ side) => entry().sides.find((one) => one.id === side)?.label ?? '';

  /** @param {string} seat */
  function known(seat) {
    const one = entry().seats.find((held) => held.seat === seat);
    if (!one) return null;
    const device = lastDevice(one);
    return {
      names: seat === own ? [seams.book().name] : device?.names?.length ? device.names : [one.name],
      role: one.role, side: one.side, sideLabel: sideLabel(one.side),
      dev: seat === own ? seams.device.dev : device?.dev,
    };
  }

  const core = createCore({
    place,
    root: seams.root,
    identity: { signer: seams.device.signer, dev: seams.device.dev, opener: seams.opener },
    access: null,
    devcerts: [seams.device.devcert.compact],
    memory: seams.memory,
    known,
    sideLabel: (seat) => sideLabel(entry().seats.find((one) => one.seat === seat)?.side ?? ''),
    roomLabel: (room) => entry().roomLabels[room] ?? null,
    onShown: () => showFloor(),
    onWelcome: async (welcome) => {
      core.store.set({ phase: welcome.state === 'open' ? 'room' : 'ended', me: { ...core.store.state.me, names: [seams.book().name] } });
      if (welcome.floor) await takeFloor(welcome.floor);
      const seed = seams.hold();
      if (seed) await core.record.useSeed(seed);
    },
    onEvent: async (event) => {
      if (event.kind === 'floor.changed') await takeFloor(event.floor);
      if (event.kind === 'mediation.ended') core.store.set({ phase: event.state === 'open' ? 'room' : 'ended' });
      return false;
    },
    onNote: async (note, sender) => core.notice(`note.${note.kind}`, { text: String(note.body.text ?? ''), names: (known(sender)?.names ?? []).join(', ') }, true),
  });

  const review = createReview({ place, core, book: seams.book, save: seams.save, identity: () => ({ signer: seams.device.signer, opener: seams.opener, dev: seams.device.dev }) });

  // --- what the mediator sees -------------------------------------------------------------------------------------

  /** @param {any} floor */
  async function takeFloor(floor) {
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
    for (const one of floor.rooms) {
      const sheet = await believe(one.sheet);
      if (!sheet) continue;
      nextSheets.set(sheet.body.room, sheet);
      nextOnline.set(sheet.body.room, new Set(one.online));
      if (!since.has(sheet.body.room)) since.set(sheet.body.room, Math.floor(Date.now() / 1000));
    }
    for (const room of since.keys()) if (!nextSheets.has(room)) since.delete(room);
    sheets = nextSheets;
    online = nextOnline;
    await takeDoors(floor.doors);
    showFloor();
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
          const keys = await linkKeys({ mediation, seat: door.seat, fingerprint: seams.root.fingerprint, secret: unb64u(one.secret, 32), minrev: 1 });
          opened.set(door.box, await openKnock(seams.device.kem, seams.device.devcert.hash, mediation, door.seat, keys.join, door.box));
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
        signed: Boolean(knock.agreement) || Boolean(one.agreement), cannotSign: knock.cannot_sign, words: knock.words, at: door.at,
      });
    }
    knocks = next;
    doors = shown;
  }

  function showFloor() {
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
          invited: true, signed: Boolean(one.agreement), paper: one.agreement === 'paper',
          minutes: Math.floor((minutes.get(one.side) ?? 0) / 60_000),
        })),
      },
    });
    review.refresh();
  }

  const clock = setInterval(() => {
    const passed = Date.now() - counted;
    counted = Date.now();
    const here = core.now();
    if (!here || here.kind === 'joint') return;
    const sides = new Set(here.members.map((/** @type {any} */ one) => entry().seats.find((held) => held.seat === one.seat)?.side ?? '').filter(Boolean));
    for (const side of sides) minutes.set(side, (minutes.get(side) ?? 0) + passed);
    showFloor();
  }, TICK);

  /** A number that rises over page loads too. */
  let beat = Date.now();
  const heart = setInterval(async () => {
    if (core.stopped()) return;
    beat = Math.max(beat + 1, Date.now());
    core.tell('beat', { beat: (await makeBeat(seams.device.signer, mediation, beat, Math.floor(beat / 1000))).compact });
  }, EVERY_SECONDS * 1000);

  // --- moving -----------------------------------------------------------------------------------------------------

  /** @returns {Held[]} */
  const held = () =>
    [...sheets.values()].map((sheet) => ({ room: sheet.body.room, kind: sheet.body.kind, rev: sheet.body.rev, hash: sheet.hash, members: sheet.body.members }));

  /** @param {string} seat @returns {Member} */
  function member(seat) {
    const planned = core.charter().body.seats.find((/** @type {any} */ one) => one.id === seat);
    if (!planned) throw new Trouble('bad-object');
    const dev = seat === own ? seams.device.dev : lastDevice(/** @type {any} */ (entry().seats.find((one) => one.seat === seat)))?.dev;
    if (!dev) throw new Trouble('incomplete', { missing: 'admit' });
    return { seat, dev, role: planned.role };
  }

  /** @param {import('./moves.js').Next[]} next */
  async function publish(next) {
    if (!next.length) return;
    const { charter, devices } = { charter: core.charter(), devices: core.devices() };
    const ts = Math.floor(Date.now() / 1000);
    const signed = [];
    for (const one of next) {
      const sheet = await makeSheet(seams.device.signer, /** @type {any} */ ({ mediation, charter: charter.hash, parting: '', ts, ...one }));
      try {
        await checkSheet(sheet.compact, charter, devices, last.get(one.room) ?? null, null, last.has(one.room));
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
        const page = pages.get(one.seat);
        if (page && page.dev === one.dev && one.seat !== own) cards[one.seat] = await sealCards(page.kem, mediation, one.seat, dealt);
      }
    }
    const parting = await signedAhead(signed);
    await core.command('sheets.publish', { sheets: signed.map((one) => one.compact), cards, parting });
    for (const sheet of signed) {
      last.set(sheet.body.room, sheet);
      if (sheet.body.members.length) sheets.set(sheet.body.room, sheet);
      else sheets.delete(sheet.body.room);
    }
    showFloor();
  }

  const sideOf = (/** @type {string} */ seat) => entry().seats.find((one) => one.seat === seat)?.side ?? '';

  /** For the case that this device falls silent: each side of the joint room into a waiting room of its own. @param {any[]} signed @returns {Promise<string[]>} */
  async function signedAhead(signed) {
    const joint = signed.find((sheet) => sheet.body.kind === 'joint');
    const { members = [] } = joint?.body ?? {};
    const mediators = members.filter((/** @type {any} */ one) => MEDIATORS.has(one.role));
    if (!mediators.length || mediators.length === members.length) return [];
    const ts = Math.floor(Date.now() / 1000);
    const next = part({ room: joint.body.room, kind: 'joint', rev: joint.body.rev, hash: joint.hash, members }, sideOf);
    const made = [];
    for (const one of next) made.push(await makeSheet(seams.device.signer, /** @type {any} */ ({ mediation, charter: core.charter().hash, parting: joint.hash, ts, ...one })));
    return made.map((sheet) => sheet.compact);
  }

  /** @param {Member} one */
  async function card(one) {
    const names = known(one.seat)?.names ?? [];
    const before = core.room.card(one.seat);
    if (before && JSON.stringify(before.body.names) === JSON.stringify(names)) return before.compact;
    const made = await makeCard(seams.device.signer, {
      mediation, seat: one.seat, names, side: known(one.seat)?.side ?? '', role: /** @type {any} */ (one.role), rev: Math.floor(Date.now() / 1000),
    });
    return made.compact;
  }

  /** @param {string} where 'joint', or a room's id */
  function target(where) {
    if (where === 'joint') {
      const joint = held().find((room) => room.kind === 'joint');
      return joint ? { room: joint.room, kind: joint.kind } : { room: newId(), kind: /** @type {const} */ ('joint') };
    }
    const room = held().find((one) => one.room === where);
    if (!room) throw new Trouble('stale');
    return { room: room.room, kind: room.kind };
  }

  /** The rule that would refuse these people together there, or null. @param {string[]} seats @param {string} where a room's id, 'joint', 'waiting', or the kind of a new room */
  function forbiddenBy(seats, where) {
    if (!where || where === 'waiting') return null;
    const room = held().find((one) => one.room === where || (where === 'joint' && one.kind === 'joint'));
    const kind = room?.kind ?? where;
    const staying = (room?.members ?? []).map((one) => one.seat);
    const together = new Set([...staying, ...seats, ...(kind === 'joint' ? [own] : [])]);
    const places = core.charter().body.seats.filter((/** @type {any} */ one) => together.has(one.id));
    if (core.charter().body.no_contact.some((/** @type {[string, string]} */ [one, other]) => together.has(one) && together.has(other))) return 'no-contact';
    const mediated = places.some((/** @type {any} */ one) => MEDIATORS.has(one.role));
    if (kind === 'counsel' && mediated) return 'counsel';
    const sides = new Set(places.filter((/** @type {any} */ one) => one.role === 'party').map((/** @type {any} */ one) => one.side));
    return !mediated && sides.size > 1 ? 'opposing' : null;
  }

  /** Opposing parties are never together without a mediator: who has no room yet, or would leave them alone, comes along. @param {string} room @param {Member[]} movers */
  function needsMediator(room, movers) {
    const there = held().find((one) => one.room === room)?.members ?? [];
    if (there.some((one) => MEDIATORS.has(one.role))) return false;
    const sides = new Set([...there, ...movers].filter((one) => one.role === 'party').map((one) => entry().seats.find((place_) => place_.seat === one.seat)?.side));
    return core.now() === null || sides.size > 1;
  }

  const ended = () => new Map([...last].filter(([room]) => !sheets.has(room)).map(([room, sheet]) => [room, { room, kind: sheet.body.kind, rev: sheet.body.rev, hash: sheet.hash, members: [] }]));

  /** @param {string[]} seats @param {string} where */
  async function move(seats, where) {
    const movers = seats.map(member);
    if (where === 'waiting') return publish(apart(held(), movers));
    const into = target(where);
    if (into.kind === 'joint' && !seats.includes(own) && needsMediator(into.room, movers)) movers.unshift(member(own));
    return publish(moveInto(held(), movers, into, ended()));
  }

  /** @param {string} seat @param {(one: import('./vault_book.js').SeatEntry) => import('./vault_book.js').SeatEntry} change */
  const remember = (seat, change) => seams.save((book) => withSeat(book, mediation, seat, change));

  /** @type {import('./types.js').TableActions} */
  const tableActions = {
    async admit(seat, where) {
      const knock = knocks.get(seat);
      if (!knock) throw new Trouble('incomplete', { missing: 'knock' });
      const one = entry().seats.find((held_) => held_.seat === seat);
      const signed = knock.agreement?.compact ?? one?.agreement ?? '';
      if (!signed) throw new Trouble('incomplete', { missing: 'agreement' });
      const { dev, kem } = knock.page.body;
      await remember(seat, (held_) => ({
        ...held_,
        devices: [...held_.devices.filter((device) => device.dev !== dev), { dev, names: knock.names.length ? knock.names : [held_.name], at: Math.floor(Date.now() / 1000) }],
        agreement: signed,
      }));
      if (!pages.has(seat)) pages.set(seat, { dev, kem });
      await move([seat], where);
    },
    answerDoor: (seat, reply) => core.command('knock.answer', { seat, reply }),
    signedOnPaper: (seat) => remember(seat, (one) => ({ ...one, agreement: 'paper' })).then(showFloor),
    async makeRoom(kind, label, seats) {
      const room = newId();
      if (label) await seams.save((book) => withMediation(book, mediation, (one) => ({ ...one, roomLabels: { ...one.roomLabels, [room]: label } })));
      const movers = seats.map(member);
      await publish(moveInto(held(), movers, { room, kind }));
      return room;
    },
    move,
    moveWarnings(seats, where = '') {
      const seatOf = (/** @type {string} */ seat) => entry().seats.find((one) => one.seat === seat);
      const going = new Set(seats);
      const withoutLawyer = seats.filter((seat) => {
        const one = seatOf(seat);
        if (one?.role !== 'party') return false;
        return held().some((room) => room.members.some((m) => m.seat === seat) && room.members.some((m) => m.role === 'counsel' && seatOf(m.seat)?.side === one.side && !going.has(m.seat)));
      });
      const leavesAlone = held()
        .filter((room) => room.members.some((m) => going.has(m.seat)))
        .flatMap((room) => {
          const staying = room.members.filter((m) => !going.has(m.seat));
          return staying.length === 1 && staying[0] && !MEDIATORS.has(staying[0].role) ? [staying[0].seat] : [];
        });
      return { leavesAlone, withoutLawyer, forbidden: forbiddenBy(seats, where) };
    },
    visit: (room) => move([own], room),
    async separate() {
      const joint = held().find((room) => room.kind === 'joint');
      if (!joint) return;
      await publish(part(joint, (seat) => entry().seats.find((one) => one.seat === seat)?.side ?? ''));
    },
    adjourn: () => core.command('mediation.adjourn'),
    close: () => core.command('mediation.close'),
    requestDisclosure: (request) => review.request(request),
    openSitting: (rid) => review.open(rid),
    decide: (decisions, added) => review.decide(decisions, added),
    finishSitting: () => review.finish(),
    collectPackage: (rid) => review.collect(rid),
    invitation: (seat) => seams.invitation(mediation, seat),
  };

  /** @type {import('./types.js').SeatActions} */
  const seatActions = {
    proceed: async () => undefined,
    sign: async () => undefined,
    cannotSign: async () => undefined,
    takeOver: () => core.askTakeover(),
    async leave() {
      close();
    },
    say: async (text) => void (await core.chat.say(text)),
    share: (file, onProgress) => core.chat.share(file, onProgress),
    openDocument: (line) => core.chat.open(/** @type {any} */ (line.document)),
    microphone: (on) => core.calls.microphone(on),
    camera: (on) => core.calls.camera(on),
    shareScreen: (on) => core.calls.screen(on),
    audioOnly: (on) => core.calls.audioOnly(on),
    messageMediator: async () => undefined,
    makePaperKey: async () => core.record.makePaperKey(),
    testPaperKey: (typed) => core.record.testPaperKey(typed),
    enterPaperKey: (typed) => core.record.enterPaperKey(typed),
    askKeep: (line) => core.record.askKeep(line.id),
    answerKeep: (line, yes) => core.record.answerKeep(line.id, yes),
    consent: (rid, answer, shorten) => core.record.consent(rid, answer, shorten),
    dismiss: (id) => core.dismiss(id),
  };

  function close() {
    clearInterval(clock);
    clearInterval(heart);
    core.close();
    seams.onClose();
  }

  core.chat.restore(await seams.memory.recall());
  return {
    get state() {
      return core.store.state;
    },
    subscribe: core.store.subscribe,
    actions: { ...seatActions, ...tableActions },
    core: () => core,
    close,
  };
}

