// A disclosure as the mediator carries it: the request and its key, the holders' shares, the review sitting, the package.
// Request keys and private parts lie in the vault, so that months may pass between the steps.

import { buildPackage, partsOf } from '../bundle/package.js';
import { b64u, compactJson, fromUtf8, hashBytes, newId, randomBytes, unb64u } from '../keys/encoding.js';
import { softOpener } from '../keys/devices.js';
import { makeCard } from '../keys/membership.js';
import { encodeJson } from '../keys/schema.js';
import { headerOf, openItem, wrapOf } from '../keys/items.js';
import {
  PrivateShape, checkConsent, checkDraft, checkSitting, makeRequest, makeSitting, openRelease, privateHash, sealPrivate, sealSittingShare, sealToReviewer,
} from '../keys/disclosure.js';
import { pagesOf, unpackDraft } from './draft.js';
import { peopleOf } from './people.js';
import { createSitting } from './sitting.js';
import { Trouble } from './store.js';
import { mediationOf, withMediation } from './vault_book.js';

const DAYS = 24 * 3600;
const VALID_DAYS = 30;
const COOLING_HOURS = 24;
/** How long a request on a paper may stay open; the server knows the rules, these only fit them. @type {Record<string, number>} */
const PAPER_DAYS = { report: 2, 'settlement-enforcement': 365, order: 60, 'settlement-dispute': 60, 'mediator-misconduct': 60, 'participant-misconduct': 60 };

/**
 * @param {{
 *   place: {mediation: string, seat: string},
 *   core: ReturnType<typeof import('./core.js').createCore>,
 *   book: () => import('./vault_book.js').Book,
 *   save: (change: (book: import('./vault_book.js').Book) => import('./vault_book.js').Book) => Promise<void>,
 *   identity: () => {signer: any, opener: any, dev: string},
 * }} seams
 */
export function createReview({ place, core, book, save, identity }) {
  /** @type {{rid: string, request: any, sitting: any, worker: {kem: string, sig: string}, files: any[], findings: any[], pending: any, previewed: boolean, draft: any, stops: any[], page: any, progress: any}|null} */
  let open = null;

  const now = () => Math.floor(Date.now() / 1000);
  const table = createSitting({ place, core, identity });
  const tell = (/** @type {any} */ progress) => { if (open) { open.progress = progress; show(); } };

  /** @param {string} rid */
  function held(rid) {
    const one = core.record.requests().find((request) => request.request.hash === rid);
    const kept = mediationOf(book(), place.mediation)?.requests[rid];
    if (!one || !kept) throw new Trouble('not-known');
    return { ...one, key: kept.key, secret: /** @type {any} */ (JSON.parse(kept.private)) };
  }

  /** @param {any} request @returns {Map<string, any>} item id -> checked item */
  function itemsOf(request) {
    const all = core.record.items();
    return new Map(request.body.items.map((/** @type {any} */ one) => [one.item, all.get(one.item)?.item]));
  }

  /** The latest answer of each holder that counts for a step. @param {any} one @param {'unlock'|'release'} decision */
  async function answers(one, decision) {
    /** @type {Map<string, any>} */
    const found = new Map();
    for (const compact of one.view.consents ?? []) {
      for (const [seat, holder] of core.record.holders()) {
        try {
          const consent = await checkConsent(compact, one.request, seat, holder.body.sig, one.draft ? await draftNames(one) : null);
          if (consent.body.decision === decision) found.set(seat, consent);
          break;
        } catch {
          continue;
        }
      }
    }
    return found;
  }

  /** @param {any} one @returns {Promise<[string, string]>} */
  async function draftNames(one) {
    return [headerOf(one.draft.item).item, await hashBytes(one.draft.content)];
  }

  /** @param {any} request */
  const holdersOf = (request) => {
    const first = [...itemsOf(request).values()][0];
    return first ? wrapOf(first, request.body.sid).holders.filter((/** @type {string} */ one) => one !== 'gate') : [];
  };

  /** Who is told of a request on a paper, besides those who hold its keys. @param {string} ground @param {any[]} chosen @returns {string[]} */
  function toldBy(ground, chosen) {
    if (ground === 'waiver' || ground === 'report') return [];
    if (ground === 'settlement-enforcement') return core.charter().body.seats.filter((/** @type {any} */ one) => one.role === 'party').map((/** @type {any} */ one) => one.id);
    return chosen.flatMap((item) => item.body.wraps.filter((/** @type {any} */ wrap) => wrap.sid.startsWith('waiver:')).flatMap((/** @type {any} */ wrap) => wrap.holders));
  }

  /** The names of a place, by the mediator, for whoever reads the package. @param {string} seat */
  async function nameCard(seat) {
    const { names, side, role } = core.describe(seat);
    return (await makeCard(identity().signer, { mediation: place.mediation, seat, names, side, role, rev: now() })).compact;
  }

  function show() {
    core.store.set({
      sitting: open && {
        worker: open.worker.kem,
        rid: open.rid,
        files: open.files.map(({ map: _map, salt: _salt, ...file }) => file),
        findings: open.findings,
        previewed: open.previewed,
        busy: open.pending !== null,
        progress: open.progress,
        stops: open.stops,
        page: open.page,
      },
    });
  }

  return {
    /** Who has not answered the present step; never who refused. */
    refresh() {
      const { disclosures } = core.store.state;
      if (!disclosures.length) return;
      core.store.set({
        disclosures: disclosures.map((shown) => {
          const one = core.record.requests().find((request) => request.request.hash === shown.rid);
          if (!one) return shown;
          const answered = new Set();
          for (const compact of one.view.consents ?? []) {
            try {
              const { seat, decision } = JSON.parse(atob((compact.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
              if (decision === (one.view.draft ? 'release' : 'unlock')) answered.add(seat);
            } catch {
              continue;
            }
          }
          return { ...shown, missing: holdersOf(one.request).filter((/** @type {string} */ seat) => !answered.has(seat)) };
        }),
      });
    },

    /** @param {import('./types.js').RequestWish} wish */
    async request({ items, recipient, purpose, profile, language, paper = '' }) {
      const basis = paper ? await core.papers.checked(paper) : null;
      const ground = basis?.ground ?? 'waiver';
      const chosen = items.map((id) => core.record.items().get(id)?.item).filter(Boolean);
      if (!chosen.length) throw new Trouble('incomplete', { missing: 'items' });
      const sids = new Set(chosen.map((item) => item.body.wraps.map((/** @type {any} */ wrap) => wrap.sid).find((/** @type {string} */ sid) => sid.startsWith(`${ground}:`) && sid.includes(place.seat))));
      // One request opens items of one set of people; others need a request of their own.
      if (sids.has(undefined)) throw new Trouble('not-allowed', { rule: 'ground-off' });
      if (sids.size !== 1) throw new Trouble('not-allowed', { rule: 'one-set' });
      const sid = [...sids][0] ?? '';
      const { profile_sha256: sha256 = '' } = await core.command('policy.read').catch(() => ({}));
      const priv = { recipient, purpose, profile: { id: profile, sha256: sha256 || 'A'.repeat(43) }, language, salt: b64u(randomBytes(32)) };
      const key = randomBytes(32);
      const exporter = await softOpener(key);
      const request = await makeRequest(identity().signer, {
        mediation: place.mediation, request: newId(), ground, sid,
        items: chosen.map((item) => ({ item: headerOf(item).item, ct_sha256: headerOf(item).ct_sha256, pt_commit: headerOf(item).pt_commit })),
        export_key: exporter.public, reviewer: place.seat, where: 'operator', recipient: recipient.class, profile: priv.profile, authority: paper, private: await privateHash(priv), cooling_hours: basis ? 0 : COOLING_HOURS,
        expires: basis ? Math.min(basis.until, now() + (PAPER_DAYS[ground] ?? VALID_DAYS) * DAYS) : now() + VALID_DAYS * DAYS, ts: now(),
      });
      await save((whole) =>
        withMediation(whole, place.mediation, (one) => ({ ...one, requests: { ...one.requests, [request.hash]: { key: b64u(key), private: JSON.stringify(priv) } } })),
      );
      /** @type {Record<string, string>} */
      const boxes = {};
      for (const seat of new Set([...wrapOf(chosen[0], sid).holders, ...toldBy(ground, chosen)])) {
        const holder = core.record.holders().get(seat);
        if (holder) boxes[seat] = await sealPrivate(holder.body.kem, place.mediation, request.body.request, seat, priv);
      }
      await core.command('disclosure.request', { request: request.compact, private: boxes });
    },

    /** @param {string} rid */
    async open(rid) {
      const one = held(rid);
      const exporter = await softOpener(unb64u(one.key, 32));
      const unlocked = await answers(one, 'unlock');
      const { kem, sig, build } = await core.command('sitting.open', { rid });
      const sitting = await makeSitting(identity().signer, place.mediation, rid, { kem, sig }, build, now());
      /** @type {Record<string, string>} */
      const shares = {};
      for (const [id, item] of itemsOf(one.request)) {
        for (const [seat, consent] of unlocked) {
          const share = consent.body.shares.find((/** @type {any} */ given) => given.item === id);
          if (!share) continue;
          const opened = await openRelease(exporter, one.request, item, seat, share.box);
          shares[`${id}/${seat}`] = await sealSittingShare(kem, rid, id, one.request.body.sid, seat, opened);
        }
      }
      /** @type {any} */
      let inside;
      open = { rid, request: one.request, sitting, worker: { kem, sig }, files: [], findings: [], pending: 'findings', previewed: false, draft: null, stops: [], page: null, progress: null };
      show();
      const priv = await sealPrivate(kem, place.mediation, one.request.body.request, place.seat, one.secret);
      const page = await core.pageStatement();
      const entry = mediationOf(book(), place.mediation);
      const roster = entry ? peopleOf(entry, book().name, holdersOf(one.request)) : [];
      const people = await sealToReviewer(kem, 'people', rid, place.seat, compactJson(roster));
      const mine = open;
      try {
        const fed = await table.watched(core.command('sitting.feed', { sitting: sitting.compact, shares, private: priv, reviewer: page, people }), tell);
        inside = JSON.parse(new TextDecoder().decode(await table.boxed(mine, 'findings', fed)));
      } catch (error) {
        // Nothing was opened: the request stays as it is, and the page goes back to it.
        open = null;
        show();
        throw error;
      }
      open.files = inside.files.map((/** @type {any} */ file) => ({
        item: file.item, name: file.name, text: file.text, kind: file.kind ?? '', pages: file.pages ?? 0, hidden: file.hidden ?? [], hiddenCount: file.hidden_count ?? 0, notes: file.notes ?? [], unread: file.unread ?? [],
        salt: file.salt ?? '', map: offsets(file.text),
      }));
      open.findings = inside.findings.map((/** @type {any} */ finding) => {
        const map = open?.files.find((file) => file.item === finding.item)?.map ?? [];
        return { ...finding, start: map[finding.start] ?? 0, end: map[finding.end] ?? 0, state: 'open' };
      });
      open.pending = null;
      show();
    },

    /**
     * @param {{id: string, state: 'accepted'|'rejected', operator?: string}[]} decisions
     * @param {{item: string, start: number, end: number, kind: string}[]} added   offsets as the page counts (UTF-16)
     * @returns {Promise<boolean>} false: something in the pages may not leave; the state says what
     */
    async decide(decisions, added) {
      if (!open) throw new Trouble('not-here');
      const mine = open;
      mine.pending = 'draft';
      show();
      try {
        const points = (/** @type {string} */ item, /** @type {number} */ at) => [...(mine.files.find((file) => file.item === item)?.text ?? '').slice(0, at)].length;
        const box = await sealToReviewer(
          mine.worker.kem, 'decisions', mine.rid, place.seat,
          compactJson({
            decisions: decisions.map(({ id, state, operator }) => ({ id, state, operator: operator ?? null })),
            added: added.map(({ item, start, end, kind }) => ({ item, start: points(item, start), end: points(item, end), kind, operator: null })),
          }),
        );
        const answer = await table.watched(core.command('sitting.decide', { decisions: box }), tell);
        mine.page = null;
        mine.previewed = !answer.stopped;
        mine.stops = answer.stopped ? JSON.parse(new TextDecoder().decode(await table.boxed(mine, 'stopped', answer))) : [];
        if (answer.stopped) return false;
        mine.draft = unpackDraft(await table.boxed(mine, 'draft', answer));
        const states = new Map(decisions.map((one) => [one.id, one.state]));
        mine.findings = mine.findings.map((one) => ({ ...one, state: states.get(one.id) ?? 'accepted' }));
        core.store.set({
          disclosures: core.store.state.disclosures.map((one) => (one.rid === mine.rid ? { ...one, draft: pagesOf(mine.draft) } : one)),
        });
        return true;
      } finally {
        mine.pending = null;
        show();
      }
    },

    /** A page of a document as seen, exposed, and as it would go out. @param {string} item @param {number} page */
    async look(item, page) {
      if (!open) throw new Trouble('not-here');
      const mine = open;
      mine.page = await table.look(mine, item, page);
      show();
    },

    async finish() {
      if (!open?.previewed) throw new Trouble('incomplete', { missing: 'preview' });
      await core.command('sitting.finish');
      open = null;
      show();
    },

    /** @param {string} rid @returns {Promise<{name: string, bytes: Uint8Array}>} */
    async collect(rid) {
      const one = held(rid);
      const exporter = await softOpener(unb64u(one.key, 32));
      const answer = await core.command('disclosure.collect', { rid });
      const sitting = await checkSitting(one.view.sitting, core.record.carriers(), one.request);
      const draft = await checkDraft(answer.draft ?? one.view.draft, sitting, one.request);
      const released = await answers(one, 'release');
      /** @type {Record<string, Uint8Array>} */
      const shares = { gate: await openRelease(exporter, one.request, draft, 'gate', answer.share) };
      for (const [seat, consent] of released) {
        const share = consent.body.shares[0];
        if (share) shares[seat] = await openRelease(exporter, one.request, draft, seat, share.box);
      }
      const content = await openItem(draft, one.request.body.sid, shares, await core.chat.fetchBlob(answer.draft_blob));
      const kept = [...itemsOf(one.request).values()];
      const places = new Set([...holdersOf(one.request), ...kept.map((item) => headerOf(item).seat)]);
      const cards = await Promise.all([...places].map((seat) => nameCard(seat)));
      const parts = partsOf({
        signer: identity().dev, content, request: one.request.compact, private: fromUtf8(encodeJson(one.secret, PrivateShape)),
        sitting: sitting.compact, draft: draft.compact, charters: core.record.chartersOf(kept),
        certs: Object.values(core.devices()).map((/** @type {any} */ cert) => cert.compact), sheets: answer.sheets, cards,
        items: kept.map((item) => item.compact), holders: answer.holders, consents: answer.consents,
        verdict: answer.verdict ?? '', authority: answer.authority ?? [], offices: answer.offices ?? [],
        log_key: answer.log_key, checkpoint: answer.checkpoint, events: answer.events, proofs: answer.proofs,
      });
      const bytes = await buildPackage(identity().signer, parts);
      return { name: `package-${rid.slice(0, 8)}.zip`, bytes };
    },
  };
}

/** UTF-16 offset of each code point offset of a text. @param {string} text @returns {number[]} */
function offsets(text) {
  const map = [];
  let at = 0;
  for (const character of text) {
    map.push(at);
    at += character.length;
  }
  map.push(at);
  return map;
}
