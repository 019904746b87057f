// Paper keys, what is kept locked, and a holder's answers. Hold keys live in memory for this page load; the paper is the copy that lasts.

import { accessSets } from '../keys/access.js';
import { HolderShape, checkHolder, checkKeep, holdKeys, makeHolder, makeKeep, newSeed, parseSeed, seedQr, seedWords } from '../keys/hold.js';
import { ItemShape, checkItem, headerOf, openFile, openShare, packContent, sealItem } from '../keys/items.js';
import { checkDraft, checkRequest, checkSitting, makeConsent, openPreview, openPrivate } from '../keys/disclosure.js';
import { hashBytes, newId } from '../keys/encoding.js';
import { unverified } from '../keys/jws.js';
import { checkOffice } from '../keys/offices.js';
import { ObjectRefused } from '../keys/refusals.js';
import { checkCharter } from '../keys/membership.js';
import { pagesOf, unpackDraft } from './draft.js';
import { Trouble } from './store.js';

/** @typedef {import('./chat.js').ChatEntry} ChatEntry */

/**
 * @param {{
 *   place: {mediation: string, seat: string},
 *   identity: () => {signer: any, opener: any, dev: string},
 *   trust: () => {charter: any, devices: any},
 *   room: ReturnType<typeof import('./room.js').createRoom>,
 *   chat: ReturnType<typeof import('./chat.js').createChat>,
 *   command: (type: string, fields?: Record<string, any>) => Promise<any>,
 *   memory: import('./memory.js').Memory,
 *   namesOf: (seat: string) => string[],
 *   deviceOf: (seat: string) => string|null,
 *   onDistrust: (reason: string, what: string) => void,
 *   onChange: (change: Partial<import('./types.js').SeatState>) => void,
 *   onKey: () => Promise<void>,
 * }} seams
 */
export function createRecord({ place, identity, trust, room, chat, command, memory, namesOf, deviceOf, onDistrust, onChange, onKey }) {
  /** @type {Map<string, any>} seat -> checked or merely stated holder */
  let holders = new Map();
  /** @type {Map<string, {item: any, blob: string}>} */
  let items = new Map();
  /** @type {Map<string, any>} hash -> charter, the one in force and those that something was locked under */
  const charters = new Map();
  /** @type {{view: any, request: any, priv: any, draft: any}[]} */
  let requests = [];
  /** @type {string|null} the gate's public key for this mediation */
  let gate = null;
  /** @type {Set<string>} devices that the mediator stated to be a custodian's */
  const officeDevices = new Set();
  /** @type {any} */
  let hold = null;
  /** @type {Uint8Array|null} while a paper key is being made and not tested */
  let fresh = null;
  let paper = { needed: false, made: false, tested: false, words: /** @type {string[]} */ ([]), qr: '' };
  /** @type {Set<string>} message ids being sealed or kept by this page */
  const sealing = new Set();
  /** @type {Set<string>} messages this person answered without a yes */
  const declined = new Set();

  const now = () => Math.floor(Date.now() / 1000);
  const reasonOf = (/** @type {any} */ error) => error?.reason ?? 'malformed';

  /** Whose yes is needed at all: they make a paper key. */
  function isHolder() {
    const { charter } = trust();
    if (!charter?.body.keep) return false;
    const seat = charter.body.seats.find((/** @type {any} */ one) => one.id === place.seat);
    if (seat?.role === 'custodian') return charter.body.grounds.length > 1;
    return seat && seat.role !== 'casemanager' && (['party', 'mediator', 'comediator'].includes(seat.role) || charter.body.nonparty_consent === 'always');
  }

  function tell() {
    onChange({
      paperKey: { ...paper, needed: Boolean(isHolder()), entered: hold !== null },
      holders: [...holders].map(([seat, one]) => ({ seat, kem: one.body.kem, sig: one.body.sig, tested: one.body.tested, me: seat === place.seat, names: namesOf(seat) })),
      kept: [...items].map(([id, { item }]) => {
        const header = headerOf(item);
        const entry = chat.entries().find((one) => one.digest === header.digest);
        return { id, kind: header.kind, seat: header.seat, at: header.ts, label: entry ? (entry.kind === 'document' ? entry.body.name : entry.body.text) : '' };
      }),
      disclosures: requests.map(({ view, request, priv, draft }) => ({
        rid: request.hash,
        ground: request.body.ground,
        stage: view.stage,
        recipient: priv ? { name: priv.recipient.name, class: priv.recipient.class } : null,
        purpose: priv?.purpose ?? '',
        profile: priv?.profile.id ?? '',
        items: request.body.items.map((/** @type {any} */ one) => one.item),
        expires: request.body.expires,
        readyAt: view.ready_at ?? null,
        answered: view.answered,
        missing: [],
        draft: draft && pagesOf(draft),
        mine: request.body.reviewer === place.seat,
        holds: items.get(request.body.items[0]?.item)?.item.body.wraps.some((/** @type {any} */ wrap) => wrap.sid === request.body.sid && wrap.holders.includes(place.seat)) ?? false,
        noticeUntil: view.notice_until ?? 0,
      })),
    });
  }

  /** The charter in force, and earlier ones: what was locked under one is checked by that one. @param {string[]} former */
  async function takeCharters(former) {
    const { charter, devices } = trust();
    charters.set(charter.hash, charter);
    for (const compact of former) {
      try {
        const one = await checkCharter(compact, devices, place.mediation, null);
        charters.set(one.hash, one);
      } catch (error) {
        onDistrust(reasonOf(error), 'charter');
      }
    }
  }

  /** The record as the server tells it, checked piece by piece. @param {any} view welcome or record.changed */
  async function show(view) {
    const { devices } = trust();
    if (view.gate) gate = view.gate;
    await takeCharters(view.charters ?? []);
    const nextHolders = new Map();
    for (const one of view.holders ?? []) {
      // One's own statement may come from a browser of months ago: the paper key itself is the proof then.
      try {
        const office = one.office ? await checkOffice(one.office, devices, trust().charter.body) : null;
        if (office && office.body.seat !== one.seat) throw new ObjectRefused('seat');
        if (office) officeDevices.add(office.body.dev);
        const dev = one.seat === place.seat ? null : (office?.body.dev ?? deviceOf(one.seat) ?? holders.get(one.seat)?.by ?? null);
        // Somebody whose device one never met is shown as stated; nothing is ever sealed to such a key.
        const holder = dev ? await checkHolder(one.holder, place.mediation, one.seat, dev) : { body: unverified('holder', one.holder, HolderShape), by: null, compact: one.holder };
        nextHolders.set(one.seat, holder);
      } catch (error) {
        onDistrust(reasonOf(error), 'holder');
      }
    }
    holders = nextHolders;
    const nextItems = new Map();
    for (const one of view.items ?? []) {
      try {
        const { author, seat, charter } = headerOf(/** @type {any} */ ({ body: unverified('item', one.item, ItemShape) }));
        const dev = deviceOf(seat);
        if (dev !== null && dev !== author) throw new ObjectRefused('device');
        const item = await checkItem(one.item, charters.get(charter) ?? trust().charter, author);
        nextItems.set(headerOf(item).item, { item, blob: one.blob });
      } catch (error) {
        onDistrust(reasonOf(error), 'item');
      }
    }
    const arrived = [...nextItems.keys()].filter((id) => !items.has(id));
    items = nextItems;
    for (const id of arrived) await examine(id);
    const plain = plainItems();
    const next = [];
    for (const one of view.requests ?? []) {
      try {
        const request = await checkRequest(one.request, place.mediation, Object.keys(carriers()), plain);
        const priv = hold && one.private ? await openPrivate(hold.kem, request, place.seat, one.private) : null;
        const held = requests.find((old) => old.request.hash === request.hash);
        next.push({ view: one, request, priv, draft: one.draft && held?.view.draft === one.draft ? held?.draft ?? null : null });
      } catch (error) {
        onDistrust(reasonOf(error), 'request');
      }
    }
    requests = next;
    for (const one of requests) if (hold && !one.draft && one.view.draft && one.view.preview) await openDraftOf(one);
    const mine = holders.get(place.seat);
    paper = { ...paper, tested: paper.tested || Boolean(mine?.body.tested), made: paper.made || Boolean(mine) };
    tell();
  }

  /** Devices that may ask and name a worker: the mediators', and a custodian's. @returns {Record<string, any>} */
  function carriers() {
    const all = { ...trust().devices };
    for (const dev of officeDevices) all[dev] = null;
    return all;
  }

  const plainItems = () => Object.fromEntries([...items].map(([id, { item }]) => [id, item]));

  /** A holder's own look at a new item: does one's share open? @param {string} id */
  async function examine(id) {
    const one = items.get(id);
    if (!hold || !one) return;
    for (const wrap of one.item.body.wraps) {
      if (!wrap.holders.includes(place.seat)) continue;
      try {
        await openShare(hold.kem, one.item, wrap.sid, place.seat);
      } catch (error) {
        onDistrust(reasonOf(error), 'item');
      }
    }
  }

  /** The exact bytes that a holder is asked to agree to, fetched, opened and checked here. @param {{view: any, request: any, priv: any, draft: any}} one */
  async function openDraftOf(one) {
    try {
      const sitting = await checkSitting(one.view.sitting, carriers(), one.request);
      const draft = await checkDraft(one.view.draft, sitting, one.request);
      const [identitySecret, salt] = await openPreview(hold.kem, one.request.hash, place.seat, one.view.preview);
      const file = await chat.fetchBlob(one.view.draft_blob);
      const content = await openFile(draft, file, identitySecret, salt);
      one.draft = { ...unpackDraft(content), item: draft, content };
    } catch (error) {
      onDistrust(reasonOf(error), 'draft');
    }
  }

  // --- keeping ----------------------------------------------------------------------------------------------------

  /** Who has said yes to keeping a message, with the statements. @param {ChatEntry} entry */
  function agreedTo(entry) {
    /** @type {Map<string, string>} */
    const statements = new Map();
    for (const one of chat.entries()) {
      if (one.kind === 'keep.yes' && one.body.ref === entry.id && one.body.digest === entry.digest) statements.set(one.seat, one.body.keep);
    }
    return statements;
  }

  /** @param {ChatEntry} entry */
  const askOf = (entry) => chat.entries().find((one) => one.kind === 'keep.ask' && one.body.ref === entry.id && one.body.digest === entry.digest);

  /** @param {ChatEntry} entry */
  function keepOf(entry) {
    const { charter } = trust();
    const sheet = room.sheet();
    const kept = [...items.values()].some(({ item }) => headerOf(item).digest === entry.digest);
    const ask = askOf(entry);
    const agreed = [...agreedTo(entry).keys()];
    const present = sheet && sheet.body.room === entry.room ? sheet.body.members.map((/** @type {any} */ one) => one.seat) : [];
    const needed = charter?.body.keep ? neededFor(entry.seat) : [];
    const withoutPaper = needed.filter((seat) => !holders.get(seat)?.body.tested || (seat !== place.seat && !holders.get(seat)?.by));
    const missing = [...new Set([...present.filter((/** @type {string} */ seat) => !agreed.includes(seat)), ...withoutPaper])];
    let reason = '';
    if (!charter?.body.keep) reason = 'off';
    else if (sheet?.body.kind !== 'joint' || sheet.body.room !== entry.room) reason = 'not-joint';
    else if (!present.includes(entry.seat)) reason = 'not-all-here';
    else if (entry.pending) reason = 'pending';
    else if (withoutPaper.length) reason = 'paper';
    const blocking = reason !== '' && reason !== 'paper';
    return {
      asked: Boolean(ask),
      askedBy: ask?.seat ?? '',
      agreed,
      missing,
      kept,
      mayAsk: !blocking && !ask && !kept,
      mustAnswer: Boolean(ask) && !kept && !blocking && present.includes(place.seat) && !agreed.includes(place.seat) && !declined.has(entry.id),
      reason,
    };
  }

  /** Whose part an item by this author will need. @param {string} author @returns {string[]} */
  function neededFor(author) {
    const sets = accessSets(trust().charter.body, [author]);
    return [...new Set(Object.values(sets).flat())].filter((one) => one !== 'gate');
  }

  /** If this page is the author's and everybody has said yes: seal. */
  async function sealWhatIsAgreed() {
    const { charter } = trust();
    const sheet = room.sheet();
    if (!charter?.body.keep || !gate || sheet?.body.kind !== 'joint') return;
    for (const entry of chat.entries()) {
      if (entry.seat !== place.seat || entry.pending || sealing.has(entry.id) || entry.room !== sheet.body.room) continue;
      if (entry.kind !== 'text' && entry.kind !== 'document') continue;
      const keep = keepOf(entry);
      if (!keep.asked || keep.kept || keep.missing.length) continue;
      sealing.add(entry.id);
      try {
        await seal(entry, agreedTo(entry), sheet);
      } catch (error) {
        sealing.delete(entry.id);
        onDistrust(error instanceof Trouble ? error.code : reasonOf(error), 'sealing');
      }
    }
  }

  /** @param {ChatEntry} entry @param {Map<string, string>} statements @param {any} sheet */
  async function seal(entry, statements, sheet) {
    const { charter } = trust();
    for (const member of sheet.body.members) await checkKeep(statements.get(member.seat) ?? '', place.mediation, entry.id, entry.digest, member.dev);
    const sets = accessSets(charter.body, [place.seat]);
    /** @type {Record<string, string>} */
    const kems = { gate: /** @type {string} */ (gate) };
    for (const seat of neededFor(place.seat)) kems[seat] = holders.get(seat).body.kem;
    const document = entry.kind === 'document' ? await chat.open(entry.body) : new Uint8Array();
    const content = packContent(entry.signed, document);
    const { signer } = identity();
    const sealed = await sealItem(
      signer, place.mediation, newId(), entry.room, entry.kind === 'document' ? 'file' : 'chat', place.seat, entry.digest,
      charter.hash, charter.body.policy, sets, kems, content, now(),
    );
    const blob = await chat.upload(sealed.file, () => undefined);
    await command('item.keep', { item: sealed.item.compact, blob, agreed: sheet.body.members.map((/** @type {any} */ one) => statements.get(one.seat)) });
  }

  return {
    show,
    keepOf,
    roomChanged() {
      declined.clear();
    },
    /** After each message or holder change. */
    sealWhatIsAgreed,
    items: () => items,
    /** The charters that these were locked under, the newest first. @param {any[]} kept @returns {string[]} */
    chartersOf: (kept) => {
      const named = new Set(kept.map((item) => headerOf(item).charter));
      return [...charters.values()].filter((one) => named.has(one.hash)).sort((a, b) => b.body.rev - a.body.rev).map((one) => one.compact);
    },
    holders: () => holders,
    requests: () => requests,
    carriers,
    gate: () => gate,
    hold: () => hold,
    tell,

    async makePaperKey() {
      fresh = newSeed();
      paper = { ...paper, made: true, tested: false, words: await seedWords(fresh), qr: seedQr(fresh) };
      tell();
      return { words: paper.words, qr: paper.qr };
    },
    /** @param {string} typed */
    async testPaperKey(typed) {
      /** @type {Uint8Array} */
      let seed;
      try {
        seed = await parseSeed(typed);
      } catch {
        return false;
      }
      if (!fresh || seed.length !== fresh.length || !seed.every((byte, index) => byte === fresh?.[index])) return false;
      const keys = await holdKeys(seed, place.mediation, place.seat);
      const holder = await makeHolder(identity().signer, place.mediation, place.seat, keys, true, now());
      await command('holder.register', { holder: holder.compact });
      hold = keys;
      fresh = null;
      paper = { ...paper, tested: true, words: [], qr: '' };
      holders.set(place.seat, holder);
      tell();
      await onKey();
      return true;
    },
    /** @param {string} typed */
    async enterPaperKey(typed) {
      try {
        const keys = await holdKeys(await parseSeed(typed), place.mediation, place.seat);
        const stated = holders.get(place.seat);
        if (!stated || stated.body.kem !== keys.kem.public || stated.body.sig !== keys.sig.public) return false;
        hold = keys;
      } catch {
        return false;
      }
      for (const one of requests) {
        if (one.view.private && !one.priv) one.priv = await openPrivate(hold.kem, one.request, place.seat, one.view.private).catch(() => null);
        if (one.view.draft && one.view.preview && !one.draft) await openDraftOf(one);
      }
      tell();
      await onKey();
      return true;
    },
    /** The mediator's own hold keys lie in the vault, whose second copy is the recovery kit that was tested: no paper is asked for. @param {Uint8Array} seed */
    async useSeed(seed) {
      hold = await holdKeys(seed, place.mediation, place.seat);
      paper = { ...paper, made: true, tested: true };
      if (isHolder() && holders.get(place.seat)?.body.kem !== hold.kem.public) {
        const holder = await makeHolder(identity().signer, place.mediation, place.seat, hold, true, now());
        holders.set(place.seat, holder);
        await command('holder.register', { holder: holder.compact });
      }
      tell();
      await onKey();
    },
    /** @param {string} id message id */
    async askKeep(id) {
      const entry = chat.entries().find((one) => one.id === id);
      if (!entry) throw new Trouble('not-here');
      await chat.post('keep.ask', { ref: entry.id, digest: entry.digest });
      await this.answerKeep(id, true);
    },
    /** @param {string} id @param {boolean} yes */
    async answerKeep(id, yes) {
      const entry = chat.entries().find((one) => one.id === id);
      if (!entry) throw new Trouble('not-here');
      if (!yes) {
        // A no is silence: nobody is told who it was.
        declined.add(id);
        return tell();
      }
      const keep = await makeKeep(identity().signer, place.mediation, entry.id, entry.digest, now());
      await chat.post('keep.yes', { ref: entry.id, digest: entry.digest, keep: keep.compact });
      await sealWhatIsAgreed();
    },
    /** @param {string} rid @param {'unlock'|'release'|'refuse'|'revoke'} decision @param {boolean} shorten */
    async consent(rid, decision, shorten) {
      const one = requests.find((held) => held.request.hash === rid);
      if (!one || !hold) throw new Trouble('incomplete', { missing: 'paper-key' });
      if (decision === 'release' && !one.draft) throw new Trouble('incomplete', { missing: 'draft' });
      const released = decision === 'release' ? { [headerOf(one.draft.item).item]: one.draft.item } : plainItems();
      const digest = decision === 'release' ? await hashBytes(one.draft.content) : '';
      const consent = await makeConsent(hold.sig, hold.kem, one.request, place.seat, decision, released, digest, shorten, now());
      await command('disclosure.consent', { consent: consent.compact });
    },
  };
}
