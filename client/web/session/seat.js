// A place's page: from the link to the room. Nothing is used up and no lasting key is made before the person presses "Continue".

import { checkAgreement, makeAgreement } from '../keys/agreement.js';
import { b64u, unb64u } from '../keys/encoding.js';
import { freshOpener } from '../keys/devices.js';
import { openEnvelope } from '../keys/envelope.js';
import { sealKnock } from '../keys/knock.js';
import { mayTell } from './letters.js';
import { LinkRefused, linkKeys, parseLink } from '../keys/link.js';
import { checkPage, makePage } from '../keys/roots.js';
import { createOffice } from './office.js';
import { createCore } from './core.js';
import { diagnose } from './diagnostics.js';
import { holdsFor } from './gate.js';
import { startState } from './start.js';
import { deviceOf, openMemory, passingDevice } from './memory.js';
import { Trouble, createStore } from './store.js';

/** @typedef {import('./types.js').SeatState} SeatState */

const RETURN = /^#2\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/;

/**
 * @param {Location} place
 * @returns {Promise<{readonly state: SeatState, subscribe: (listener: (state: SeatState) => void) => () => void, actions: import('./types.js').SeatActions, core: () => any}>}
 */
export async function openSeat(place) {
  const shell = createStore(startState());
  /** @type {ReturnType<typeof createCore>|null} */
  let core = null;
  /** @type {(() => void)|null} */
  let unfollow = null;
  /** What the link says, until it is put away. @type {any} */
  let link = null;
  /** @type {any} */
  let keys = null;
  /** @type {import('./memory.js').Memory|null} */
  let memory = null;
  /** @type {any} */
  let invitation = null;
  /** @type {any} the certificate that knocks are sealed to */
  let devcert = null;
  /** @type {any} */
  let identity = null;
  /** @type {string} */
  let agreement = '';
  /** @type {string[]} */
  let names = [];
  let cannot = '';
  let language = '';
  /** The last meeting in which one was let in. */
  let admitted = 0;
  /** Back after an adjournment, before the mediator has opened the next meeting. */
  let early = false;

  /** @param {Partial<SeatState>} change */
  const set = (change) => (core ? core.store.set(change) : shell.set(change));

  /** @param {string} code @param {Record<string, any>} [facts] */
  function fail(code, facts = {}) {
    set({ phase: code.startsWith('link-') ? 'link' : 'stopped', problem: { code, facts } });
  }

  async function open() {
    const back = RETURN.exec(place.hash);
    if (back) {
      const [, mediation = '', seat = ''] = back;
      memory = await openMemory(mediation, seat);
      const record = await memory.get('place');
      if (!record) return fail('link-empty');
      link = { mediation, seat, fingerprint: record.fingerprint, minrev: record.minrev };
      keys = { accessText: record.access, envelope: unb64u(record.envelope, 32), join: unb64u(record.join, 32) };
      recall(record);
      return connect(await deviceOf(mediation, seat), record.access);
    }
    try {
      link = await parseLink(place.href);
    } catch (error) {
      const fault = error instanceof LinkRefused ? error.fault : 'mistyped';
      return fail(`link-${fault}`);
    }
    keys = await linkKeys(link);
    memory = await openMemory(link.mediation, link.seat);
    const record = await memory.get('place');
    if (record) {
      // This browser said "Continue" before: go on where one was.
      recall(record);
      putAway();
      return connect(await deviceOf(link.mediation, link.seat), keys.accessText);
    }
    // Only looking: a device for this page load that nothing remembers.
    return connect(await passingDevice(), keys.accessText);
  }

  /** @param {import('./memory.js').PlaceRecord} record */
  function recall(record) {
    ({ agreement, names } = record);
    language = record.language ?? '';
    admitted = record.admitted ?? 0;
  }

  /** The secret leaves the address bar, history and screenshots; a reload finds the place by its ids. */
  function putAway() {
    history.replaceState(null, '', `${place.pathname}#2.${link.mediation}.${link.seat}`);
  }

  /** One page per place and browser. @param {boolean} steal @returns {Promise<boolean>} */
  function lock(steal) {
    if (!navigator.locks) return Promise.resolve(true);
    const name = `incamera/${link.mediation}/${link.seat}`;
    return new Promise((resolve) => {
      navigator.locks
        .request(name, steal ? { steal: true } : { ifAvailable: true }, (held) => {
          resolve(held !== null);
          return held ? new Promise(() => undefined) : undefined;
        })
        .catch(() => {
          // Stolen by another tab: this one stops, and says so.
          core?.close();
          set({ phase: 'elsewhere', room: null });
        });
    });
  }

  /** @param {{signer: any, dev: string}} device @param {string} access @param {boolean} [takeover] */
  async function connect(device, access, takeover = false) {
    const opener = await freshOpener();
    identity = { signer: device.signer, dev: device.dev, opener };
    core?.close();
    unfollow?.();
    const before = (core ?? { store: shell }).store.state;
    core = createCore({
      place: { mediation: link.mediation, seat: link.seat },
      root: { fingerprint: link.fingerprint, minrev: link.minrev },
      identity,
      access,
      devcerts: [],
      memory: /** @type {import('./memory.js').Memory} */ (memory),
      onWelcome: welcomed,
      onEvent: happened,
      onShown: arrived,
      known: (seat) => (seat === link.seat && names.length ? { names, role: invitation?.role ?? '', side: invitation?.side ?? '', sideLabel: invitation?.texts?.side ?? '' } : null),
      onNote: async (note, sender) => takeNote(note, sender),
    });
    core.store.set({ phase: before.phase === 'elsewhere' ? 'opening' : before.phase, invitation: before.invitation });
    if (takeover) core.askTakeover();
    unfollow = core.store.subscribe((state) => shell.set(state));
    if (memory && names.length) core.chat.restore(await memory.recall());
  }

  /** What only a mediator may say is taken from a mediator only. @param {any} note @param {string} sender */
  function takeNote(note, sender) {
    if (!core) return;
    const role = core.charter()?.body.seats.find((/** @type {any} */ one) => one.id === sender)?.role;
    const names_ = core.describe(sender).names.join(', ') || (invitation?.mediator ?? '');
    if (!mayTell(note.kind, role ?? '')) return core.distrust('role', 'note');
    if (note.kind === 'promise') return core.store.set({ promised: Math.max(0, Number(note.body.until) || 0) });
    core.notice(`note.${note.kind}`, { text: String(note.body.text ?? ''), names: names_ }, true);
  }

  /** @param {any} welcome */
  async function welcomed(welcome) {
    if (welcome.envelope) {
      try {
        const opened = await openEnvelope(keys.envelope, link.mediation, link.seat, core?.devices(), welcome.envelope, invitation?.rev ?? 0);
        invitation = opened.body;
      } catch (error) {
        return core?.distrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'envelope');
      }
    }
    if (!invitation) return fail('not-known');
    set({
      me: { seat: link.seat, role: invitation.role, side: invitation.side, names: names.length ? names : [invitation.name] },
      invitation: {
        title: invitation.title, name: invitation.name, role: invitation.role, side: invitation.side, sideLabel: invitation.texts.side ?? '',
        mediator: invitation.mediator, starts: invitation.starts, ends: invitation.ends, zone: invitation.zone,
        agreement: Object.fromEntries(Object.entries(invitation.agreement).map(([language, one]) => [language, /** @type {any} */ (one).text])),
        keep: Boolean(core?.charter()?.body.keep),
      },
    });
    if (welcome.state === 'closed' || welcome.state === 'destroyed') {
      return set({ phase: welcome.requests?.length || welcome.items?.length ? 'door' : 'ended' });
    }
    if (welcome.state === 'adjourned' && !early) return set({ phase: names.length ? 'ended' : 'intro' });
    if (welcome.standing === 'seated' && welcome.room) return set({ phase: 'room' });
    await gate(welcome.standing === 'seated');
  }

  /** Where one stands before a room: to look, to sign for this meeting, to knock; or let in before and in no room now. @param {boolean} known */
  async function gate(known) {
    const { phase, meeting } = shell.state;
    const signed = holdsFor(agreement, core?.store.state.meeting ?? meeting);
    if (known && admitted === (core?.store.state.meeting ?? meeting)) set({ phase: 'door' });
    else if (signed) await knock();
    else if (names.length) set({ phase: 'sign' });
    else if (phase === 'opening') set({ phase: 'intro' });
  }

  /** @param {any} event */
  async function happened(event) {
    if (event.kind === 'record.changed' && shell.state.me.role === 'custodian' && shell.state.phase === 'knocking') set({ phase: 'door' });
    if (event.kind === 'door.answered') set({ phase: 'answered', doorReply: event.reply });
    if (event.kind === 'mediation.ended') {
      early = false;
      if (event.state !== 'open') set({ phase: 'ended', company: { paused: false } });
      else if (shell.state.phase === 'ended' && names.length) await gate(false);
    }
    return false;
  }

  function arrived() {
    if (!core || core.stopped()) return;
    const { phase } = core.store.state;
    const inRoom = core.now() !== null;
    if (inRoom && phase !== 'room' && phase !== 'ended') core.store.set({ phase: 'room' });
    if (inRoom && admitted !== core.store.state.meeting) {
      admitted = core.store.state.meeting;
      save().catch(() => undefined);
    }
    if (!inRoom && phase === 'room') core.store.set({ phase: 'door' });
  }

  async function knock() {
    if (!core) return;
    // To the newest device: after a lost one it is the one that is read.
    devcert = Object.values(core.devices()).sort((a, b) => a.body.rev - b.body.rev).at(-1);
    const page = await currentPage();
    const holds = holdsFor(agreement, core.store.state.meeting);
    const signed = holds ? await checkAgreement(agreement, link.mediation, link.seat, identity.dev) : null;
    const box = await sealKnock(devcert, keys.join, {
      page,
      agreement: signed,
      cannot_sign: !holds,
      names,
      words: cannot,
    });
    await core.command('knock.send', { box });
    set({ phase: 'knocking', doorReply: 'none' });
  }

  /** A page statement for the knock; the server's nonce is not needed there. */
  async function currentPage() {
    const zero = 'A'.repeat(43);
    const page = await makePage(identity.signer, link.mediation, link.seat, identity.opener.public, zero, Math.floor(Date.now() / 1000), '');
    return checkPage(page.compact, link.mediation, link.seat, identity.dev);
  }

  async function save() {
    await memory?.put('place', {
      mediation: link.mediation, seat: link.seat, fingerprint: link.fingerprint, minrev: link.minrev,
      access: keys.accessText, envelope: b64u(keys.envelope), join: b64u(keys.join), agreement, names, language, admitted,
    });
  }

  /** Signed by this device, for this meeting and everyone in `names`. @param {string} tongue @param {{alone: boolean, noRecording: boolean}} pledge */
  async function signFor(tongue, { alone, noRecording }) {
    const text = invitation.agreement_sha256[tongue];
    if (!text) throw new Trouble('incomplete', { missing: 'language' });
    const signed = await makeAgreement(identity.signer, {
      mediation: link.mediation, seat: link.seat, dev: identity.dev, meeting: core?.store.state.meeting ?? 1, text, policy: core?.charter().body.policy, language: tongue, names,
      alone, no_recording: noRecording, ts: Math.floor(Date.now() / 1000),
    });
    agreement = signed.compact;
    language = tongue;
    await save();
  }

  /** Nothing is turned on at a screen where somebody has not signed. @param {boolean} on @param {(core: ReturnType<typeof createCore>) => Promise<void>} act */
  const unlessPaused = (on, act) =>
    withCore(async (one) => {
      if (on && one.store.state.company.paused) throw new Trouble('company');
      await act(one);
    });

  /** @template T @param {(core: ReturnType<typeof createCore>) => Promise<T>} act @returns {Promise<T>} */
  async function withCore(act) {
    if (!core) throw new Trouble('offline');
    return act(core);
  }

  /** Made at the first use, for this connection. @type {{core: any, made: ReturnType<typeof createOffice>}|null} */
  let held = null;

  /** The custodian's means of carrying out a release; nobody else's page has them. */
  async function office() {
    if (!core || !memory || shell.state.me.role !== 'custodian') throw new Trouble('not-allowed', { rule: 'mediators-only' });
    if (held?.core !== core) held = { core, made: createOffice({ place: { mediation: link.mediation, seat: link.seat }, core, memory, identity: () => identity, names: () => names }) };
    return (await held.made).actions;
  }

  /** @type {import('./types.js').SeatActions & import('./types.js').CarryActions} */
  const actions = {
    async proceed(given) {
      if (!(await lock(false))) return set({ phase: 'elsewhere' });
      names = given.map((name) => name.trim()).filter(Boolean).slice(0, 8);
      if (!names.length) throw new Trouble('incomplete', { missing: 'name' });
      await save();
      putAway();
      early = true;
      set({ phase: 'sign', me: { ...shell.state.me, names } });
      await connect(await deviceOf(link.mediation, link.seat), keys.accessText);
    },
    async sign({ language: tongue, alone, noRecording }) {
      await signFor(tongue, { alone, noRecording });
      cannot = '';
      await knock();
    },
    async comeBack() {
      early = true;
      await gate(false);
    },
    companyCame: () =>
      withCore(async (one) => {
        one.store.set({ company: { paused: true } });
        await one.calls.mute();
      }),
    nobodyCame: () => set({ company: { paused: false } }),
    signCompany: (given) =>
      withCore(async (one) => {
        names = given.map((name) => name.trim()).filter(Boolean).slice(0, 8);
        if (!names.length) throw new Trouble('incomplete', { missing: 'name' });
        await signFor(language || Object.keys(invitation.agreement_sha256)[0] || '', { alone: true, noRecording: true });
        await one.chat.post('company', { agreement });
        const mediator = one.charter().body.seats.find((/** @type {any} */ seat) => seat.role === 'mediator');
        const kem = one.mediatorKey();
        // The mediator hears of it wherever they are; in the room the message has told them.
        if (kem && !one.room.pageKey(mediator.id)) await one.note(mediator.id, kem, 'company', { agreement }).catch(() => undefined);
        set({ company: { paused: false }, me: { ...shell.state.me, names } });
      }),
    async cannotSign(words) {
      cannot = words.slice(0, 1000);
      agreement = '';
      await knock();
      set({ doorReply: 'cannot-sign' });
    },
    takeOver() {
      lock(true).then(async () => {
        set({ phase: 'opening' });
        await connect(await deviceOf(link.mediation, link.seat), keys.accessText, true);
      });
    },
    leave: () =>
      withCore(async (one) => {
        await one.command('room.leave');
        one.close();
        set({ phase: 'ended' });
      }),
    say: (text) => withCore(async (one) => void (await one.chat.say(text))),
    share: (file, onProgress) => withCore((one) => one.chat.share(file, onProgress)),
    openDocument: (line) => withCore((one) => one.chat.open(/** @type {any} */ (line.document))),
    microphone: (on) => unlessPaused(on, (one) => one.calls.microphone(on)),
    camera: (on) => unlessPaused(on, (one) => one.calls.camera(on)),
    shareScreen: (on) => unlessPaused(on, (one) => one.calls.screen(on)),
    audioOnly: (on) => withCore((one) => one.calls.audioOnly(on)),
    diagnose: () => withCore(diagnose),
    messageMediator: (text) =>
      withCore(async (one) => {
        const mediator = one.charter().body.seats.find((/** @type {any} */ seat) => seat.role === 'mediator');
        const kem = one.room.pageKey(mediator.id) ?? one.mediatorKey();
        if (!kem) throw new Trouble('mediator-away');
        await one.note(mediator.id, kem, 'message', { text: text.slice(0, 1000) });
      }),
    answerRelease: (ref, yes) => withCore((one) => one.ledger.answer(ref, yes)),
    answerRing: (yes) => withCore((one) => one.bell.answer(yes)),
    makePaperKey: () => withCore(async (one) => one.record.makePaperKey()),
    testPaperKey: (typed) => withCore((one) => one.record.testPaperKey(typed)),
    enterPaperKey: (typed) => withCore((one) => one.record.enterPaperKey(typed)),
    askKeep: (line) => withCore((one) => one.record.askKeep(line.id)),
    answerKeep: (line, yes) => withCore((one) => one.record.answerKeep(line.id, yes)),
    consent: (rid, answer, shorten) => withCore((one) => one.record.consent(rid, answer, shorten)),
    enterPaper: (wish) => withCore((one) => one.papers.enter(wish)),
    giveSecond: (of, kind) => withCore((one) => one.papers.second(of, kind)),
    askAct: (act, reason, items) => withCore((one) => one.papers.act(act, reason, items)),
    standing: (rid) => withCore((one) => one.command('disclosure.standing', { rid })),
    requestDisclosure: async (wish) => (await office()).requestDisclosure(wish),
    openSitting: async (rid) => (await office()).openSitting(rid),
    decide: async (decisions, added) => (await office()).decide(decisions, added),
    lookPage: async (item, page) => (await office()).lookPage(item, page),
    finishSitting: async () => (await office()).finishSitting(),
    collectPackage: async (rid) => (await office()).collectPackage(rid),
    dismiss: (id) => core?.dismiss(id),
  };

  open().catch((error) => fail(error instanceof Trouble ? error.code : 'internal'));
  return {
    get state() {
      return shell.state;
    },
    subscribe: shell.subscribe,
    actions,
    core: () => core,
  };
}
