// The mediator's table in one mediation: who knocks, who is where, moves. Signs the sheets; nothing else moves people.
// A move is one command with the next sheets of every room concerned, checked here by the rules that every client checks.

import { diagnose } from './diagnostics.js';
import { checkAgreement } from '../keys/agreement.js';
import { EVERY_SECONDS, makeBeat } from '../keys/beats.js';
import { newId } from '../keys/encoding.js';
import { together, torn } from './bound.js';
import { makeOffice } from '../keys/offices.js';
import { createCore } from './core.js';
import { createFloor } from './floor.js';
import { holdsFor } from './gate.js';
import { createInstruments } from './instruments.js';
import { createMeetings } from './meetings.js';
import { apart, moveInto, part, renewed } from './moves.js';
import { createPublisher } from './publishing.js';
import { createKnocking } from './knocking.js';
import { createReview } from './review.js';
import { Trouble } from './store.js';
import { lastDevice, mediationOf, withMediation, withSeat } from './vault_book.js';

/** @typedef {import('./moves.js').Held} Held @typedef {import('./moves.js').Member} Member */
/** @typedef {{readonly state: import('./types.js').SeatState, subscribe: (listener: (state: import('./types.js').SeatState) => void) => () => void, actions: import('./types.js').SeatActions & import('./types.js').TableActions, core: () => any, close: () => void}} Table */

const MEDIATORS = new Set(['mediator', 'comediator']);

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
    passedOn: async (seat) => {
      const page = floor.page(seat);
      if (page) await core.note(seat, page.kem, 'told', {});
    },
    onShown: () => floor.show(),
    onWelcome: async (welcome) => {
      core.store.set({ phase: welcome.state === 'open' ? 'room' : 'ended', me: { ...core.store.state.me, names: [seams.book().name] } });
      if (welcome.floor) await floor.take(welcome.floor);
      const seed = seams.hold();
      if (seed) await core.record.useSeed(seed);
      if (welcome.state === 'closed' || welcome.state === 'destroyed') await instruments.closed();
      else instruments.changed();
      if (welcome.state === 'open' || welcome.state === 'adjourned') await meetings.restoreJournal().catch(() => core.notice('journal-lost', {}, false));
    },
    onEvent: async (event) => {
      if (event.kind === 'floor.changed') await floor.take(event.floor);
      if (event.kind === 'mediation.ended') core.store.set({ phase: event.state === 'open' ? 'room' : 'ended' });
      return false;
    },
    onCompany: (seat, names, agreement) => void companyOf(seat, names, agreement),
    onNote: async (note, sender) => (note.kind === 'company' ? heardOf(note, sender) : core.notice(`note.${note.kind}`, { text: String(note.body.text ?? ''), names: (known(sender)?.names ?? []).join(', ') }, true)),
  });

  const review = createReview({ place, core, book: seams.book, save: seams.save, identity: () => ({ signer: seams.device.signer, opener: seams.opener, dev: seams.device.dev }) });

  const floor = createFloor({ mediation, own, core, root: seams.root, device: seams.device, entry, sideLabel, onShown: () => {
    review.refresh();
    instruments.changed();
  }, rings: () => knocking });
  const { held, ended } = floor;
  const { member, publish, sideOf, card } = createPublisher({ mediation, own, core, device: seams.device, entry, known, floor, entries: (next) => knocking.entries(next) });
  const knocking = createKnocking({ mediation, own, core, device: seams.device, floor, card, known });
  const instruments = createInstruments({ mediation, own, core, entry, save: seams.save, page: floor.page, names: (seat) => known(seat)?.names ?? [] });

  const meetings = createMeetings({
    mediation, core, device: seams.device, memory: seams.memory, entry, floor,
    remember: (change) => seams.save((book) => withMediation(book, mediation, change)),
  });

  /** Who is at a screen, signed for: the next cards name them. @param {string} seat @param {string[]} names @param {string} agreement */
  async function companyOf(seat, names, agreement) {
    if (seat === own) return;
    await remember(seat, (one) => ({ ...one, agreement, devices: one.devices.map((device, at) => (at === one.devices.length - 1 ? { ...device, names } : device)) }));
  }

  /** From a room one is not in. @param {any} note @param {string} sender */
  async function heardOf(note, sender) {
    const dev = lastDevice(/** @type {any} */ (entry().seats.find((one) => one.seat === sender)))?.dev ?? '';
    try {
      const { body, compact } = await checkAgreement(String(note.body.agreement ?? ''), mediation, sender, dev);
      if (body.meeting !== core.store.state.meeting) return;
      core.notice('company', { names: body.names.join(', ') }, true);
      await companyOf(sender, body.names, compact);
    } catch (error) {
      core.distrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'company');
    }
  }

  /** A number that rises over page loads too. */
  let beat = Date.now();
  const heart = setInterval(async () => {
    if (core.stopped()) return;
    beat = Math.max(beat + 1, Date.now());
    core.tell('beat', { beat: (await makeBeat(seams.device.signer, mediation, beat, Math.floor(beat / 1000))).compact });
  }, EVERY_SECONDS * 1000);

  // --- moving -----------------------------------------------------------------------------------------------------

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
    // One's own place on a device that was lost is nobody: whoever is brought there would be alone.
    if (there.some((one) => MEDIATORS.has(one.role) && (one.seat !== own || one.dev === seams.device.dev))) return false;
    const sides = new Set([...there, ...movers].filter((one) => one.role === 'party').map((one) => entry().seats.find((place_) => place_.seat === one.seat)?.side));
    return core.now() === null || sides.size > 1;
  }

  const whereIs = (/** @type {string} */ seat) => held().find((room) => room.members.some((one) => one.seat === seat))?.room ?? '';

  /** With everyone who goes with one of them; never away from the person one goes with. @param {string[]} seats @param {string} where */
  function companions(seats, where) {
    const all = together(seats, entry().seats, (seat) => whereIs(seat) !== '');
    const to = where === 'joint' ? held().find((room) => room.kind === 'joint')?.room ?? where : where;
    if (torn(all, entry().seats, whereIs, to).length) throw new Trouble('not-allowed', { rule: 'bound' });
    return all;
  }

  /** @param {string[]} seats @param {string} where */
  async function move(seats, where) {
    const movers = companions(seats, where).map(member);
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
      const knock = floor.knock(seat);
      if (!knock) throw new Trouble('incomplete', { missing: 'knock' });
      const one = entry().seats.find((held_) => held_.seat === seat);
      const signed = knock.agreement?.compact ?? one?.agreement ?? '';
      if (!holdsFor(signed, core.store.state.meeting)) throw new Trouble('incomplete', { missing: 'agreement' });
      const { dev, kem } = knock.page.body;
      await remember(seat, (held_) => ({
        ...held_,
        devices: [...held_.devices.filter((device) => device.dev !== dev), { dev, names: knock.names.length ? knock.names : [held_.name], at: Math.floor(Date.now() / 1000) }],
        agreement: signed,
      }));
      floor.meet(seat, { dev, kem });
      if (core.charter().body.seats.find((/** @type {any} */ planned) => planned.id === seat)?.role === 'custodian') {
        // The custodian is in no room: a statement says whose device it is.
        const office = await makeOffice(seams.device.signer, mediation, seat, dev, Math.floor(Date.now() / 1000));
        return void (await core.command('office.admit', { office: office.compact }));
      }
      await move([seat], where);
      await instruments.began();
    },
    answerDoor: (seat, reply) => core.command('knock.answer', { seat, reply }),
    signedOnPaper: (seat) => remember(seat, (one) => ({ ...one, agreement: 'paper' })).then(floor.show),
    async makeRoom(kind, label, seats) {
      const room = newId();
      if (label) await seams.save((book) => withMediation(book, mediation, (one) => ({ ...one, roomLabels: { ...one.roomLabels, [room]: label } })));
      const movers = companions(seats, room).map(member);
      await publish(moveInto(held(), movers, { room, kind }));
      return room;
    },
    move,
    moveWarnings(asked, where = '') {
      const seats = together(asked, entry().seats, (seat) => whereIs(seat) !== '');
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
    renewKeys: () => publish(renewed(held())),
    goesWith: (seat, person) => remember(seat, (one) => ({ ...one, goesWith: person })).then(floor.show),
    askRelease: (ref) => core.ledger.ask(ref),
    passOn: (ref) => core.ledger.passOn(ref),
    enterAnnounced: (room) => knocking.announce(room),
    stopKnocking: (room) => knocking.stop(room),
    async separate() {
      const joint = held().find((room) => room.kind === 'joint');
      if (!joint) return;
      await publish(part(joint, sideOf));
    },
    async breakUntil(until) {
      const waiting = core.now()?.kind === 'joint' ? core.now().members.map((/** @type {any} */ one) => one.seat).filter((/** @type {string} */ seat) => seat !== own) : [];
      await tableActions.separate();
      await instruments.actions.promise(waiting, until);
    },
    adjourn: () => meetings.adjourn(),
    async close() {
      await core.command('mediation.close');
      await instruments.closed();
    },
    ...instruments.actions,
    requestDisclosure: (request) => review.request(request),
    openSitting: (rid) => review.open(rid),
    decide: (decisions, added) => review.decide(decisions, added),
    lookPage: (item, page) => review.look(item, page),
    finishSitting: () => review.finish(),
    collectPackage: (rid) => review.collect(rid),
    invitation: (seat) => seams.invitation(mediation, seat),
  };

  /** @type {import('./types.js').SeatActions} */
  const seatActions = {
    proceed: async () => undefined,
    sign: async () => undefined,
    cannotSign: async () => undefined,
    comeBack: async () => undefined,
    companyCame: async () => undefined,
    signCompany: async () => undefined,
    nobodyCame: () => undefined,
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
    diagnose: () => diagnose(core),
    messageMediator: async () => undefined,
    answerRelease: (ref, yes) => core.ledger.answer(ref, yes),
    answerRing: (yes) => core.bell.answer(yes),
    makePaperKey: async () => core.record.makePaperKey(),
    testPaperKey: (typed) => core.record.testPaperKey(typed),
    enterPaperKey: (typed) => core.record.enterPaperKey(typed),
    askKeep: (line) => core.record.askKeep(line.id),
    answerKeep: (line, yes) => core.record.answerKeep(line.id, yes),
    consent: (rid, answer, shorten) => core.record.consent(rid, answer, shorten),
    enterPaper: (wish) => core.papers.enter(wish),
    giveSecond: (of, kind) => core.papers.second(of, kind),
    askAct: (act, reason, items) => core.papers.act(act, reason, items),
    standing: (rid) => core.command('disclosure.standing', { rid }),
    dismiss: (id) => core.dismiss(id),
  };

  function close() {
    floor.close();
    instruments.close();
    knocking.close();
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

