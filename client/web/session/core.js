// What every seat's page does, the mediator's included: proves itself, believes what verifies, keeps one state for the views.

import { SILENT_AFTER, checkBeat } from '../keys/beats.js';
import { checkCharter } from '../keys/membership.js';
import { checkDevices, checkPage, makePage } from '../keys/roots.js';
import { newId } from '../keys/encoding.js';
import { openNote, sealNote } from '../keys/notes.js';
import { createCalls, silent } from './calls.js';
import { createChat } from './chat.js';
import { createRecord } from './record.js';
import { createRoom } from './room.js';
import { Trouble, createStore } from './store.js';
import { openWire } from './wire.js';

/** @typedef {import('./types.js').SeatState} SeatState */
/** @typedef {import('./types.js').Person} Person */

const MAX_NOTICES = 50;
const MAX_NOTE_IDS = 1000;

/** @returns {SeatState} */
export function startState() {
  return {
    phase: 'opening',
    connection: 'connecting',
    problem: null,
    me: { seat: '', role: '', side: '', names: [] },
    invitation: null,
    mediatorHere: false,
    doorReply: 'none',
    room: null,
    chat: [],
    media: silent(),
    notices: [],
    paperKey: { needed: false, made: false, tested: false, entered: false, words: [], qr: '' },
    holders: [],
    kept: [],
    disclosures: [],
    floor: null,
    sitting: null,
    life: 'open',
    retainUntil: null,
  };
}

export const liveUrl = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`;

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
  /** The key of the mediator's page, for the quiet line from wherever one is. @type {string|null} */
  let mediatorKem = null;
  /** @type {any} */
  let now = null;
  /** @type {string|null} */
  let lastRoom = null;
  /** @type {Set<string>} */
  const noteIds = new Set();
  let lastBeat = 0;
  let beatAt = performance.now();
  /** The server says so, or this page hasn't heard the mediator's device itself. */
  let toldSilent = false;
  let silent = false;

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
    onTracks: () => showRoom(),
    onNotice: (key, urgent) => notice(key, {}, urgent),
  });

  const room = createRoom({
    place,
    identity: () => identity,
    trust: () => ({ charter, devices }),
    command,
    onDistrust: distrust,
    onCard: () => showRoom(),
    onRing: (ring) => calls.setRing(ring),
    onChange: (view) => {
      const before = lastRoom;
      tellArrivals(now, view);
      now = view;
      lastRoom = view?.id ?? null;
      if (before !== lastRoom) {
        // Who came or went elsewhere is no news here.
        store.set({ notices: store.state.notices.filter((one) => one.key !== 'arrived' && one.key !== 'left') });
        calls.mute().catch(() => undefined);
        record.roomChanged();
      }
      showRoom();
      if (view?.granted) chat.retry().catch(() => undefined);
    },
  });

  const chat = createChat({
    place,
    room,
    identity: () => identity,
    command,
    onDistrust: distrust,
    remember: (entry) => memory.remember(entry),
    onChange: () => showChat(),
  });

  const record = createRecord({
    place,
    identity: () => identity,
    trust: () => ({ charter, devices }),
    room,
    chat,
    command,
    memory,
    namesOf: (seat) => describe(seat).names,
    deviceOf: (seat) => room.sheet()?.body.members.find((/** @type {any} */ one) => one.seat === seat)?.dev ?? seams.known?.(seat)?.dev ?? null,
    onDistrust: distrust,
    onChange: (change) => {
      store.set(change);
      showChat();
    },
  });

  /** Nobody comes or goes in silence. @param {any} was @param {any} is */
  function tellArrivals(was, is) {
    if (!was || !is || was.id !== is.id) return;
    const seats = (/** @type {any} */ view) => view.members.map((/** @type {any} */ one) => one.seat);
    const names = (/** @type {string[]} */ list) => list.flatMap((seat) => describe(seat).names).join(', ');
    const came = seats(is).filter((/** @type {string} */ seat) => !seats(was).includes(seat));
    const went = seats(was).filter((/** @type {string} */ seat) => !seats(is).includes(seat));
    if (came.length) notice('arrived', { names: names(came) }, true);
    if (went.length) notice('left', { names: names(went) }, true);
  }

  /** @param {string} seat */
  function describe(seat) {
    const card = room.card(seat);
    const own = seams.known?.(seat);
    const place_ = charter?.body.seats.find((/** @type {any} */ one) => one.id === seat);
    return {
      names: card?.body.names ?? own?.names ?? [],
      role: place_?.role ?? own?.role ?? '',
      side: place_?.side ?? '',
      sideLabel: own?.sideLabel ?? seams.sideLabel?.(seat) ?? '',
    };
  }

  /** @param {string} seat @param {boolean} online @returns {Person} */
  function person(seat, online) {
    const me = seat === place.seat;
    return {
      seat,
      ...describe(seat),
      me,
      online,
      heard: me ? Boolean(now?.granted) : Boolean(!silent && online && now?.granted && store.state.media.line === 'connected'),
      video: me ? null : calls.track(seat, 'video'),
      audio: me ? null : calls.track(seat, 'audio'),
      screen: me ? null : calls.track(seat, 'screen'),
      speaking: calls.speaks(seat),
      quality: calls.qualityOf(seat),
    };
  }

  const mediated = () => now?.kind === 'joint' && now.members.some((/** @type {any} */ one) => (one.role === 'mediator' || one.role === 'comediator') && one.seat !== place.seat);

  /** Who is in the joint room hears nobody while the mediator's line is down; each turns on again. */
  function watchSilence() {
    const quiet = mediated() && (toldSilent || performance.now() - beatAt > SILENT_AFTER * 1000);
    if (quiet === silent) return;
    silent = quiet;
    if (silent) {
      calls.mute().catch(() => undefined);
      notice('mediator-away', {}, true);
    } else if (mediated()) notice('mediator-back', {}, true);
    showRoom();
  }
  const watching = setInterval(watchSilence, 500);

  function showRoom() {
    const change = now
      ? {
          room: {
            id: now.id,
            kind: now.kind,
            people: now.members.map((/** @type {any} */ one) => person(one.seat, now.online.has(one.seat))),
            granted: now.granted,
            epoch: now.epoch,
            code: now.code,
            label: seams.roomLabel?.(now.id) ?? null,
            silent,
          },
        }
      : { room: null };
    store.set(change);
    seams.onShown?.();
  }

  function showChat() {
    const id = now?.id ?? null;
    store.set({
      chat: chat
        .entries()
        .filter((one) => one.kind === 'text' || one.kind === 'document')
        .filter((one) => id === null || one.room === id)
        .map((one) => ({
          id: one.id,
          seat: one.seat,
          names: describe(one.seat).names,
          mine: one.seat === place.seat,
          kind: /** @type {'text'|'document'} */ (one.kind),
          text: one.kind === 'text' ? one.body.text : '',
          document: one.kind === 'document' ? one.body : null,
          at: one.at,
          room: one.room,
          pending: one.pending,
          keep: record.keepOf(one),
        })),
    });
  }

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
        retainUntil: welcome.retain_until ?? null,
        me: { ...store.state.me, seat: place.seat, role: welcome.role, side: charter.body.seats.find((/** @type {any} */ one) => one.id === place.seat)?.side ?? '' },
        mediatorHere: Boolean(welcome.mediator_page),
      });
      await meetMediator(welcome.mediator_page ?? null);
      await seams.onWelcome?.(welcome);
      // A welcome is a whole snapshot, after a cut as well; only what it can't show is told again as events.
      calls.renewed();
      await record.show(welcome);
      beatAt = performance.now();
      toldSilent = Boolean(welcome.room?.silent);
      await room.show(welcome.room ?? null, true);
      for (const line of welcome.room?.lines ?? []) await chat.receive(line);
    },
    async onEvent(event, at) {
      switch (event.kind) {
        case 'room.changed':
          // A fresh count for a room one comes into; its mediator's next beat is at most two seconds away.
          if (event.room && !mediated()) beatAt = performance.now();
          toldSilent = Boolean(event.room?.silent);
          await room.show(event.room);
          watchSilence();
          for (const line of event.room?.lines ?? []) await chat.receive(line);
          break;
        case 'room.silent':
          toldSilent = event.silent;
          if (!event.silent) beatAt = performance.now();
          watchSilence();
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
        case 'note.arrived':
          await takeNote(event);
          break;
        case 'media.offered':
          calls.offer(event);
          break;
        case 'media.quality':
          calls.serverQuality(event);
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
          await record.sealWhatIsAgreed();
          break;
        case 'mediation.ended':
          store.set({ life: event.state });
          if (event.state === 'closed' || event.state === 'destroyed') await memory.forget();
          if (event.state !== 'open') {
            chat.forget();
            calls.close();
          }
          break;
        case 'mediator.seen':
          store.set({ mediatorHere: Boolean(event.page) });
          await meetMediator(event.page ?? null);
          break;
        case 'page.replaced':
          yieldPage();
          return;
        default:
          break;
      }
      await seams.onEvent?.(event, at);
    },
    async onPulse(beat) {
      try {
        lastBeat = (await checkBeat(beat, devices ?? {}, place.mediation, lastBeat)).body.n;
        beatAt = performance.now();
        watchSilence();
      } catch {
        // A beat that doesn't verify counts as none: silence follows by itself.
      }
    },
    onConnection: (connection) => store.set({ connection }),
    onEnd: (problem) => {
      if (problem.code === 'elsewhere' || problem.code === 'replaced') yieldPage();
      else if (problem.code === 'gone') store.set({ phase: 'ended', problem });
      else halt(problem);
    },
  });

  /** @param {string|null} page the statement of the mediator's page, as the server tells it */
  async function meetMediator(page) {
    mediatorKem = null;
    if (!page) return;
    const mediators = charter.body.seats.filter((/** @type {any} */ one) => one.role === 'mediator' || one.role === 'comediator');
    for (const { id } of mediators) {
      try {
        const statement = await checkPage(page, place.mediation, id);
        // Only a device that the root certifies may be written to as the mediator.
        if (Object.hasOwn(devices, statement.body.dev)) mediatorKem = statement.body.kem;
        return;
      } catch {
        continue;
      }
    }
  }

  /** @param {any} event */
  async function takeNote(event) {
    const sheetDev = room.sheet()?.body.members.find((/** @type {any} */ one) => one.seat === event.sender)?.dev;
    const own = seams.known?.(event.sender)?.dev;
    // A mediator's device is certified; anybody else's is on a sheet that we hold or one we admitted.
    const candidates = [sheetDev, own, ...Object.keys(devices ?? {})].filter(Boolean);
    for (const dev of candidates) {
      try {
        const note = await openNote(identity.opener, place.mediation, event.sender, place.seat, dev, event.box);
        if (noteIds.has(note.body.id)) return;
        if (noteIds.size > MAX_NOTE_IDS) noteIds.clear();
        noteIds.add(note.body.id);
        await seams.onNote?.(note.body, event.sender);
        return;
      } catch {
        continue;
      }
    }
    distrust('signature', 'note');
  }

  /** @param {Trouble} problem */
  function halt(problem) {
    stopped = true;
    clearInterval(watching);
    wire.close();
    calls.close();
    store.set({ phase: 'stopped', problem: { code: problem.code, facts: problem.facts } });
  }

  function yieldPage() {
    stopped = true;
    clearInterval(watching);
    wire.close();
    calls.close();
    store.set({ phase: 'elsewhere', room: null });
  }

  return {
    store,
    room,
    chat,
    calls,
    record,
    command,
    notice,
    distrust,
    describe,
    person,
    showRoom,
    charter: () => charter,
    devices: () => devices,
    stopped: () => stopped,
    pageStatement: () => statement,
    mediatorKey: () => mediatorKem,
    now: () => now,
    /** @param {any} next */
    setCharter(next) {
      charter = next;
    },
    askTakeover() {
      takeover = true;
    },
    /**
     * A sealed, signed note to another place.
     * @param {string} to @param {string} kem @param {string} kind @param {Record<string, any>} body
     */
    async note(to, kem, kind, body) {
      const note = { mediation: place.mediation, from: place.seat, to, id: newId(), kind, body, ts: Math.floor(Date.now() / 1000) };
      await command('note.send', { to, box: await sealNote(identity.signer, kem, note) });
    },
    /** @param {string} id */
    dismiss(id) {
      store.set({ notices: store.state.notices.filter((one) => one.id !== id) });
    },
    /** A frame without an answer. @param {string} type @param {Record<string, any>} fields */
    tell: (type, fields) => wire.tell(type, fields),
    close() {
      stopped = true;
      clearInterval(watching);
      wire.close();
      calls.close();
    },
  };
}
