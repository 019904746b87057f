// What every seat's page does, the mediator's included: proves itself, believes what verifies, keeps one state for the views.

import { checkCharter } from '../keys/membership.js';
import { checkDevices, makePage } from '../keys/roots.js';
import { newId } from '../keys/encoding.js';
import { createCalls } from './calls.js';
import { createBell } from './bell.js';
import { createChat } from './chat.js';
import { createFaces } from './faces.js';
import { createCompany } from './gate.js';
import { createHoldings } from './holdings.js';
import { createLedger } from './ledger.js';
import { createLetters } from './letters.js';
import { createPapers } from './papers.js';
import { createRecord } from './record.js';
import { createRoom } from './room.js';
import { createSilence } from './silence.js';
import { liveUrl, startState } from './start.js';
import { Trouble, createStore } from './store.js';
import { openWire } from './wire.js';

/** @typedef {(key: string, facts?: Record<string, any>, urgent?: boolean) => void} Notice   something happened; urgent ones are announced at once */

const MAX_NOTICES = 50;

/**
 * @typedef {Object} CoreSeams
 * @property {{mediation: string, seat: string}} place
 * @property {{fingerprint: string, minrev: number}} root     what the link (or one's own vault) says of the mediator's root
 * @property {{signer: any, opener: any, dev: string}} identity   this device and this page load
 * @property {string|null} access
 * @property {string[]} devcerts       sent along by a mediator's device the server may not know
 * @property {import('./memory.js').Memory} memory
 * @property {(welcome: any) => Promise<void>} [onWelcome]
 * @property {(event: any, at: number) => Promise<boolean>} [onEvent]    true when handled
 * @property {(note: any, sender: string) => Promise<void>} [onNote]
 * @property {(seat: string) => {names: string[], role: string, side: string, sideLabel: string, dev?: string}|null} [known]   names one holds oneself (mediator)
 * @property {(seat: string) => string} [sideLabel]
 * @property {(room: string) => string|null} [roomLabel]
 * @property {(seat: string, names: string[], agreement: string) => void} [onCompany]   a member signed anew for everyone at that screen
 * @property {(seat: string) => Promise<void>} [passedOn]    what this place said was told elsewhere
 * @property {() => void} [onShown]       the room's state was rebuilt
 */

/** @param {CoreSeams} seams */
export function createCore(seams) {
  const { place, root, identity, memory } = seams;
  const store = createStore(startState());
  /** @type {any} */
  let charter = null;
  /** @type {any} */
  let devices = null;
  let takeover = false;
  /** The last page statement that the server accepted. */
  let statement = '';
  let stopped = false;
  /** @type {any} */
  let now = null;
  /** @type {string|null} */
  let lastRoom = null;

  /** @param {string} key @param {Record<string, any>} [facts] @param {boolean} [urgent] */
  function notice(key, facts = {}, urgent = false) {
    store.set({ notices: [...store.state.notices, { id: newId(), key, facts, urgent }].slice(-MAX_NOTICES) });
  }

  /** What didn't verify was dropped; people are told that it was. @param {string} reason @param {string} what */
  const distrust = (reason, what) => notice(`distrust.${what}`, { reason }, true);

  /** @param {string} type @param {Record<string, any>} [fields] @returns {Promise<any>} */
  const command = (type, fields = {}) => wire.command(type, fields);

  const calls = createCalls({
    command,
    onMedia: (media) => store.set({ media }),
    onTracks: () => faces.showRoom(),
    onNotice: (key, urgent) => notice(key, {}, urgent),
  });

  const listed = (/** @type {any} */ view) => (view?.members ?? []).map((/** @type {any} */ one) => one.seat).join(' ');

  const room = createRoom({
    place,
    identity: () => identity,
    trust: () => ({ charter, devices }),
    command,
    onDistrust: distrust,
    onCard: () => faces.showRoom(),
    onRing: (ring) => calls.setRing(ring),
    counted: (ring) => bell.counted(ring),
    onDoor: () => bell.over(),
    onChange: (view) => {
      const before = lastRoom;
      const was = listed(now);
      faces.tellArrivals(now, view);
      now = view;
      lastRoom = view?.id ?? null;
      if (before !== lastRoom) {
        // Who came or went elsewhere is no news here.
        store.set({ notices: store.state.notices.filter((one) => one.key !== 'arrived' && one.key !== 'left') });
        calls.mute().catch(() => undefined);
        record.roomChanged();
      }
      faces.showRoom();
      // What of earlier meetings may show depends on who is here.
      if (before !== lastRoom || was !== listed(view)) faces.showChat();
      if (view?.granted) chat.retry().catch(() => undefined);
    },
  });

  const bell = createBell({
    place,
    identity: () => identity,
    devices: () => devices,
    sheet: () => room.sheet(),
    command,
    takeCards: (box) => room.takeCards(box),
    namesOf: (seat) => faces.describe(seat).names,
    onChange: (ring) => store.set({ ring }),
    onDistrust: distrust,
  });

  const chat = createChat({
    place,
    room,
    identity: () => identity,
    command,
    onDistrust: distrust,
    accept: (seat, signed, body) => ledger.accept(seat, signed, body),
    unconfirmed: () => unconfirmed.length > 0,
    remember: (entry) => memory.remember(entry),
    onChange: () => faces.showChat(),
    meeting: () => store.state.meeting,
    onCompany: (seat, dev, agreement) => company.take(seat, dev, agreement),
  });

  const ledger = createLedger({
    place,
    identity: () => identity,
    charter: () => charter,
    room,
    entries: () => chat.entries(),
    post: (kind, body, blobs) => chat.post(kind, body, blobs),
    known: (seat) => room.sheet()?.body.members.find((/** @type {any} */ one) => one.seat === seat)?.dev ?? seams.known?.(seat)?.dev ?? null,
    passedOn: async (seat) => seams.passedOn?.(seat),
  });

  /** Whose devices don't confirm the list and key that this one holds. @type {string[]} */
  let unconfirmed = [];
  const holdings = createHoldings({
    place,
    identity: () => identity,
    room,
    command,
    ledger: () => ledger.head(),
    onDoubt: (seats) => {
      unconfirmed = seats;
      calls.hold(seats.length > 0);
      if (seats.length) calls.mute().catch(() => undefined);
      notice(seats.length ? 'unconfirmed' : 'confirmed', { names: seats.flatMap((seat) => faces.describe(seat).names).join(', ') }, true);
      faces.showRoom();
    },
    onDistrust: distrust,
  });

  const record = createRecord({
    place,
    identity: () => identity,
    trust: () => ({ charter, devices }),
    room,
    chat,
    command,
    memory,
    namesOf: (seat) => faces.describe(seat).names,
    deviceOf: (seat) => room.sheet()?.body.members.find((/** @type {any} */ one) => one.seat === seat)?.dev ?? seams.known?.(seat)?.dev ?? null,
    onDistrust: distrust,
    onChange: (change) => {
      store.set(change);
      faces.showChat();
    },
    onKey: () => papers.again(),
  });

  const papers = createPapers({
    place,
    charter: () => charter,
    holders: () => record.holders(),
    hold: () => record.hold(),
    command,
    namesOf: (seat) => faces.describe(seat).names,
    onDistrust: distrust,
    onChange: (change) => store.set(change),
  });

  const company = createCompany({
    mediation: place.mediation,
    meeting: () => store.state.meeting,
    onDistrust: distrust,
    onChange: (seat, names, agreement) => {
      if (seat !== place.seat) notice('company', { names: names.join(', ') }, true);
      seams.onCompany?.(seat, names, agreement);
      faces.showRoom();
    },
  });

  const silence = createSilence({ place, devices: () => devices, now: () => now, notice, mute: () => calls.mute(), onChange: () => faces.showRoom() });

  const faces = createFaces({
    place,
    store,
    room,
    chat,
    calls,
    record,
    charter: () => charter,
    now: () => now,
    silent: () => silence.silent(),
    unconfirmed: () => unconfirmed,
    ledger: () => ledger,
    notice,
    company: (seat) => company.names(seat),
    known: seams.known,
    sideLabel: seams.sideLabel,
    roomLabel: seams.roomLabel,
    onShown: seams.onShown,
  });

  const letters = createLetters({
    place,
    identity,
    charter: () => charter,
    devices: () => devices,
    sheet: () => room.sheet(),
    knownDevice: (seat) => seams.known?.(seat)?.dev ?? null,
    command,
    onDistrust: distrust,
    onNote: async (note, sender) => seams.onNote?.(note, sender),
  });

  const wire = openWire(liveUrl(), {
    async authenticate({ nonce }, resume) {
      const page = await makePage(identity.signer, place.mediation, place.seat, identity.opener.public, nonce, Math.floor(Date.now() / 1000), '');
      statement = page.compact;
      const wants = takeover;
      takeover = false;
      return {
        type: 'authenticate',
        page: page.compact,
        resume,
        takeover: wants,
        ...(seams.access ? { access: seams.access } : {}),
        ...(seams.devcerts.length ? { devcert: seams.devcerts.at(-1) } : {}),
      };
    },
    async onWelcome(welcome) {
      try {
        devices = await checkDevices(welcome.devcerts, root.fingerprint, root.minrev, Math.floor(Date.now() / 1000));
        charter = await checkCharter(welcome.charter, devices, place.mediation, charter);
      } catch (error) {
        // Not the mediator whom the link names: nothing of what this server says is shown.
        return halt(new Trouble('distrust', { reason: /** @type {any} */ (error)?.reason ?? 'malformed' }));
      }
      store.set({
        problem: null,
        life: welcome.state,
        meeting: welcome.meeting ?? 1,
        retainUntil: welcome.retain_until ?? null,
        me: { ...store.state.me, seat: place.seat, role: welcome.role, side: charter.body.seats.find((/** @type {any} */ one) => one.id === place.seat)?.side ?? '' },
        mediatorHere: Boolean(welcome.mediator_page),
      });
      await letters.meetMediator(welcome.mediator_page ?? null);
      await seams.onWelcome?.(welcome);
      // A welcome is a whole snapshot, after a cut as well; only what it can't show is told again as events.
      calls.renewed();
      await record.show(welcome);
      await papers.show(welcome);
      silence.tell(Boolean(welcome.room?.silent), true);
      await room.show(welcome.room ?? null, true);
      await bell.show(welcome.room?.ring ?? null);
      for (const line of welcome.room?.lines ?? []) await chat.receive(line);
    },
    async onEvent(event, at) {
      switch (event.kind) {
        case 'room.changed':
          // A fresh count for a room one comes into; its mediator's next beat is at most two seconds away.
          silence.tell(Boolean(event.room?.silent), Boolean(event.room) && !silence.mediated());
          await room.show(event.room);
          await bell.show(event.room?.ring ?? null);
          silence.watch();
          for (const line of event.room?.lines ?? []) await chat.receive(line);
          break;
        case 'room.silent':
          silence.tell(event.silent, !event.silent);
          silence.watch();
          break;
        case 'ring.changed':
          await bell.show(event.ring ?? null);
          break;
        case 'presence.changed':
          await room.presence(event.seat, event.page ?? null);
          break;
        case 'grant.published':
          await room.grant(event.grant);
          break;
        case 'chat.posted':
          await chat.receive(event.line);
          await record.sealWhatIsAgreed();
          break;
        case 'holding.told':
          await holdings.take(event);
          break;
        case 'note.arrived':
          await letters.take(event);
          break;
        case 'media.offered':
          calls.offer(event);
          break;
        case 'media.quality':
          calls.serverQuality(event);
          break;
        case 'devices.changed':
          try {
            // Certificates by the very root that the link names; what was held stays held.
            devices = { ...devices, ...(await checkDevices(event.devcerts, root.fingerprint, root.minrev, Math.floor(Date.now() / 1000))) };
          } catch (error) {
            distrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'charter');
          }
          break;
        case 'charter.changed':
          try {
            charter = await checkCharter(event.charter, devices, place.mediation, charter);
          } catch (error) {
            distrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'charter');
          }
          break;
        case 'record.changed':
          await record.show(event);
          await papers.show(event);
          await record.sealWhatIsAgreed();
          break;
        case 'mediation.ended':
          store.set({ life: event.state, meeting: event.meeting ?? 1, ...(event.state === 'open' ? {} : { promised: 0 }) });
          company.forget();
          if (event.state === 'closed' || event.state === 'destroyed') await memory.forget();
          // After an adjournment everyone keeps what they had seen; after closing nobody does.
          if (event.state === 'closed' || event.state === 'destroyed') chat.forget();
          if (event.state !== 'open') calls.close();
          break;
        case 'mediator.seen':
          store.set({ mediatorHere: Boolean(event.page) });
          await letters.meetMediator(event.page ?? null);
          break;
        case 'page.replaced':
          yieldPage();
          return;
        default:
          break;
      }
      await seams.onEvent?.(event, at);
    },
    onPulse: (beat) => silence.pulse(beat),
    onConnection: (connection) => store.set({ connection }),
    onEnd: (problem) => {
      if (problem.code === 'elsewhere' || problem.code === 'replaced') yieldPage();
      else if (problem.code === 'gone') store.set({ phase: 'ended', problem });
      else halt(problem);
    },
  });

  function shut() {
    stopped = true;
    silence.stop();
    holdings.close();
    wire.close();
    calls.close();
  }

  /** @param {Trouble} problem */
  function halt(problem) {
    shut();
    store.set({ phase: 'stopped', problem: { code: problem.code, facts: problem.facts } });
  }

  function yieldPage() {
    shut();
    store.set({ phase: 'elsewhere', room: null });
  }

  return {
    store,
    room,
    chat,
    calls,
    record,
    papers,
    bell,
    ledger,
    command,
    notice,
    distrust,
    describe: faces.describe,
    person: faces.person,
    showRoom: faces.showRoom,
    charter: () => charter,
    devices: () => devices,
    stopped: () => stopped,
    pageStatement: () => statement,
    mediatorKey: letters.mediatorKey,
    now: () => now,
    /** @param {any} next */
    setCharter(next) {
      charter = next;
    },
    askTakeover() {
      takeover = true;
    },
    note: letters.send,
    /** @param {string} id */
    dismiss(id) {
      store.set({ notices: store.state.notices.filter((one) => one.id !== id) });
    },
    /** A frame without an answer. @param {string} type @param {Record<string, any>} fields */
    tell: (type, fields) => wire.tell(type, fields),
    close: shut,
  };
}
