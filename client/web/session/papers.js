// Papers that stand in for everyone's yes, holds on destruction, and what two people together do to the record. Signed with the paper key.

import { ActShape, AuthorityShape, checkAct, checkAuthority, detailsHash, makeAct, makeAuthority, makeSecond, openDetails, sealDetails } from '../keys/authority.js';
import { b64u, newId, randomBytes } from '../keys/encoding.js';
import { unverified } from '../keys/jws.js';
import { Trouble } from './store.js';

/** Who holds the second lock of a reason: a party where a mediator is complained of, else a mediator. @param {string} ground */
const secondLock = (ground) => (ground === 'mediator-misconduct' ? ['party'] : ['mediator', 'comediator']);

/**
 * @param {{
 *   place: {mediation: string, seat: string},
 *   charter: () => any,
 *   holders: () => Map<string, any>,
 *   hold: () => any,
 *   command: (type: string, fields?: Record<string, any>) => Promise<any>,
 *   namesOf: (seat: string) => string[],
 *   onDistrust: (reason: string, what: string) => void,
 *   onChange: (change: Partial<import('./types.js').SeatState>) => void,
 * }} seams
 */
export function createPapers({ place, charter, holders, hold, command, namesOf, onDistrust, onChange }) {
  /** @type {any} the lists as the server told them last */
  let view = { papers: [], acts: [], holds: [] };
  const now = () => Math.floor(Date.now() / 1000);
  const roleOf = (/** @type {string} */ seat) => charter()?.body.seats.find((/** @type {any} */ one) => one.id === seat)?.role ?? '';
  const reasonOf = (/** @type {any} */ error) => error?.reason ?? 'malformed';

  function key() {
    const mine = hold();
    if (!mine) throw new Trouble('incomplete', { missing: 'paper-key' });
    return mine;
  }

  /** @param {any} body */
  const mayCheck = (body) =>
    body.kind !== 'subpoena' && body.seat !== place.seat && !body.accused.includes(place.seat) && ['custodian', ...secondLock(body.ground)].includes(roleOf(place.seat));

  /** @param {any} one */
  async function paperOf(one) {
    const claimed = unverified('authority', one.paper, AuthorityShape);
    const signer = holders().get(claimed.seat);
    // Somebody whose paper key is not known here can't be believed; the paper is shown as theirs only when it is.
    const made = signer ? await checkAuthority(one.paper, place.mediation, claimed.seat, signer.body.sig) : null;
    if (!made) return null;
    const mine = hold();
    const words = mine && one.details ? await openDetails(mine.kem, made, place.seat, one.details) : null;
    const { kind, ground, items, accused, recipient, until, seat } = made.body;
    return {
      id: made.hash, kind, ground, items, recipient, until, by: namesOf(seat), mine: seat === place.seat, checked: Boolean(one.second),
      accused: accused.flatMap((/** @type {string} */ blamed) => namesOf(blamed)), mayCheck: !one.second && mayCheck(made.body) && until > now(),
      words: words && { by: words.by, reference: words.reference, words: words.words }, defendBy: one.defend_by ?? null, objectBy: one.object_by ?? null,
    };
  }

  /** @param {any} one */
  async function actOf(one) {
    const claimed = unverified('act', one.act, ActShape);
    const signer = holders().get(claimed.seat);
    const made = signer ? await checkAct(one.act, place.mediation, claimed.seat, signer.body.sig) : null;
    return made && { id: made.hash, act: made.body.act, reason: made.body.reason, by: namesOf(claimed.seat), mine: claimed.seat === place.seat };
  }

  /** @template T @param {any[]} list @param {(one: any) => Promise<T|null>} read @param {string} what @returns {Promise<T[]>} */
  async function readAll(list, read, what) {
    const found = [];
    for (const one of list) {
      try {
        const shown = await read(one);
        if (shown) found.push(shown);
      } catch (error) {
        onDistrust(reasonOf(error), what);
      }
    }
    return found;
  }

  async function again() {
    onChange({
      papers: await readAll(view.papers ?? [], paperOf, 'paper'),
      acts: await readAll(view.acts ?? [], actOf, 'act'),
      holds: (view.holds ?? []).map((/** @type {any} */ one) => ({ reason: one.reason, placedAt: one.placed_at, reviewAt: one.review_at })),
      attestation: view.attestation ? JSON.parse(view.attestation) : null,
      reasons: charter()?.body.grounds ?? [],
    });
  }

  return {
    again,
    /** @param {any} next welcome or record.changed */
    async show(next) {
      view = next;
      await again();
    },
    /** A paper that is on record and checked, for a request. @param {string} id */
    async checked(id) {
      for (const one of view.papers ?? []) {
        const paper = await paperOf(one);
        if (paper?.id === id && paper.checked) return paper;
      }
      throw new Trouble('incomplete', { missing: 'paper' });
    },
    /** @param {import('./types.js').PaperWish} wish */
    async enter({ kind, ground, items, accused, recipient, until, by, reference, words }) {
      const { sig } = key();
      const details = { by, reference, words, file_sha256: '', salt: b64u(randomBytes(32)) };
      const id = newId();
      const paper = await makeAuthority(sig, {
        mediation: place.mediation, id, kind, ground: kind === 'subpoena' ? '' : ground, items, accused, recipient, seat: place.seat, until, details: await detailsHash(details), ts: now(),
      });
      /** @type {Record<string, string>} */
      const boxes = {};
      for (const [seat, holder] of holders()) {
        const reads = seat === place.seat || kind === 'subpoena' || (['custodian', ...secondLock(ground)].includes(roleOf(seat)) && !accused.includes(seat));
        if (reads) boxes[seat] = await sealDetails(holder.body.kem, place.mediation, id, seat, details);
      }
      await command('paper.enter', { paper: paper.compact, details: boxes });
    },
    /** @param {string} of @param {'authority'|'act'} kind */
    async second(of, kind) {
      const made = await makeSecond(key().sig, { mediation: place.mediation, of, kind, seat: place.seat, ts: now() });
      await command('second.give', { second: made.compact });
    },
    /** @param {'hold'|'lift'|'review'|'destroy'|'erase'} act @param {string} reason @param {string[]} items */
    async act(act, reason, items) {
      const made = await makeAct(key().sig, { mediation: place.mediation, id: newId(), act, reason, items, seat: place.seat, ts: now() });
      await command('act.ask', { act: made.compact });
    },
  };
}
