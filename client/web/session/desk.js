// The mediator's desk: enrolment, the recovery kit, the vault, new mediations and their invitations.
// The vault is saved before anything counts as done; what only this page knows would be lost with it.

import { b64u, info, newId, sha256, unb64u, utf8 } from '../keys/encoding.js';
import { freshOpener, softSigner } from '../keys/devices.js';
import { hkdf } from '../keys/derive.js';
import { sealEnvelope } from '../keys/envelope.js';
import { newSeed } from '../keys/hold.js';
import { linkKeys, makeLink, newLink } from '../keys/link.js';
import { makeCharter } from '../keys/membership.js';
import { checkDevcert, fingerprint, makeDevcert, makePage } from '../keys/roots.js';
import { ageRecipient, kitIdentity, kitWords, newKit, openVault, parseKit, recipientOf, sealVault } from '../keys/vault.js';
import { current, t } from '../i18n.js';
import { liveUrl } from './start.js';
import { calendarEntry, inZone } from './invitation.js';
import { Trouble, createStore } from './store.js';
import { deskKeys, openMemory } from './memory.js';
import { openTable } from './table.js';
import { programmeCsv } from './programme.js';
import { mediationOf, newBook, readBook } from './vault_book.js';
import { openWire } from './wire.js';

/** @typedef {import('./types.js').DeskState} DeskState @typedef {import('./vault_book.js').Book} Book */

const YEARS = 365 * 24 * 3600;
const ENROL = /^#enrol\.1\.([A-Za-z0-9_-]{43})$/;
const LOCK = 'incamera/desk';
export const LANGUAGES = ['en', 'es'];

const now = () => Math.floor(Date.now() / 1000);

/** @returns {DeskState} */
const start = () => ({ phase: 'sign-in', connection: 'connecting', problem: null, name: '', kitWords: [], mediations: [], regimes: [] });

/**
 * @param {Location} place
 */
export async function openDesk(place) {
  const store = createStore(start());
  const memory = await openMemory('', '');
  const opener = await freshOpener();
  /** @type {{signer: any, kem: any, devcert: any}|null} */
  let device = null;
  /** @type {Book|null} */
  let book = null;
  let rev = 0;
  /** @type {Uint8Array|null} while the kit is made and not tested */
  let kit = null;
  /** @type {ReturnType<typeof openWire>|null} */
  let wire = null;
  /** @type {string|null} */
  let token = null;
  /** Saves happen one after the other. */
  let saving = Promise.resolve();
  /** @type {Map<string, import('./table.js').Table>} */
  const tables = new Map();

  async function open() {
    const saved = await memory.get('desk');
    const enrolment = ENROL.exec(place.hash);
    if (enrolment && !saved) {
      token = enrolment[1] ?? null;
      store.set({ phase: 'enrol', connection: 'open' });
      return;
    }
    if (enrolment) history.replaceState(null, '', place.pathname);
    if (!saved) {
      store.set({ phase: 'restore', connection: 'open' });
      return;
    }
    if (!(await lock(false))) return store.set({ phase: 'elsewhere' });
    device = { ...(await deskKeys()), devcert: await readCert(saved.devcert) };
    connect(null);
  }

  /** @param {boolean} steal @returns {Promise<boolean>} */
  function lock(steal) {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      navigator.locks
        .request(LOCK, steal ? { steal: true } : { ifAvailable: true }, (held) => {
          resolve(held !== null);
          return held ? new Promise(() => undefined) : undefined;
        })
        .catch(() => {
          wire?.close();
          for (const table of tables.values()) table.close();
          store.set({ phase: 'elsewhere' });
        });
    });
  }

  /** @param {string} compact */
  async function readCert(compact) {
    const body = JSON.parse(atob((compact.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
    return checkDevcert(compact, await fingerprint(body.root), 1, now());
  }

  /** @param {string|null} enrolWith */
  function connect(enrolWith) {
    const mine = /** @type {NonNullable<typeof device>} */ (device);
    let first = enrolWith;
    wire = openWire(liveUrl(), {
      async authenticate({ nonce }, resume) {
        const page = await makePage(mine.signer, '', '', opener.public, nonce, now(), '');
        if (first) return { type: 'enrol', token: first, devcert: mine.devcert.compact, page: page.compact };
        return { type: 'authenticate', page: page.compact, devcert: mine.devcert.compact, resume, takeover: true };
      },
      async onWelcome() {
        first = null;
        await welcomed();
      },
      async onEvent() {},
      onConnection: (connection) => store.set({ connection }),
      onEnd: (problem) => {
        if (problem.code === 'replaced' || problem.code === 'elsewhere') store.set({ phase: 'elsewhere' });
        else store.set({ phase: 'stopped', problem: { code: problem.code, facts: problem.facts } });
        failed?.(problem);
      },
    });
  }

  /** @type {((problem: Trouble) => void)|null} */
  let failed = null;
  /** @type {(() => void)|null} */
  let ready = null;

  async function welcomed() {
    if (!wire) return;
    if (!book) {
      const stored = await wire.command('vault.get');
      rev = Number(stored.rev ?? 0);
      if (stored.blob) book = readBook(await openVault(stored.blob, kit ? await kitIdentity(kit) : device?.kem.pair.privateKey));
    }
    if (book) await list();
    ready?.();
  }

  async function list() {
    if (!wire || !book) return;
    const { ids = [], states = [] } = await wire.command('mediation.list');
    const rules = store.state.regimes.length ? null : await wire.command('policy.read');
    const stateOf = new Map(ids.map((/** @type {string} */ id, /** @type {number} */ at) => [id, states[at]]));
    store.set({
      name: book.name,
      ended: book.mediations.filter((entry) => entry.outcome).length,
      mediations: book.mediations
        .filter((entry) => stateOf.has(entry.id))
        .map((entry) => ({ id: entry.id, title: entry.title, starts: entry.starts, ends: entry.ends, zone: entry.zone, state: stateOf.get(entry.id) ?? 'open' }))
        .sort((a, b) => b.starts - a.starts),
      ...(rules ? { regimes: rules.regimes.map((/** @type {string} */ id, /** @type {number} */ at) => ({ id, title: rules.titles?.[at] ?? id, reasons: String(rules.regime_grounds?.[at] ?? '').split(' ').filter(Boolean) })) } : {}),
      ...(store.state.phase === 'kit' || store.state.phase === 'kit-test' || store.state.phase === 'enrol' ? {} : { phase: book.kit ? 'desk' : 'kit' }),
    });
  }

  /** @param {(book: Book) => Book} change */
  function save(change) {
    const turn = saving.then(async () => {
      if (!wire || !device || !book) throw new Trouble('offline');
      const next = change(book);
      const recipients = [ageRecipient(device.kem.public), ...(next.kit ? [next.kit] : [])];
      const blob = await sealVault(next, recipients);
      const done = await wire.command('vault.put', { rev, blob });
      rev = Number(done.rev);
      book = next;
    });
    saving = turn.catch(() => undefined);
    return turn;
  }

  /** A device of one's own, certified by the root. @param {any} root @param {number} certificate revision of the certificate */
  async function makeDevice(root, certificate) {
    const { signer, kem } = await deskKeys();
    const devcert = await makeDevcert(root, { id: newId(), sig: signer.public, kem: kem.public }, now() - 300, now() + 2 * YEARS, certificate);
    return { signer, kem, devcert };
  }

  /** @param {{signer: any, kem: any, devcert: any}} made */
  const keepDevice = (made) => memory.put('desk', { devcert: made.devcert.compact });

  /** The root comes from the kit, so that the kit alone brings a mediator back. @param {Uint8Array} from */
  const rootSeed = async (from) => hkdf(from, info('root'));

  /** @param {string} id @param {string} seat */
  async function invitation(id, seat) {
    const entry = book && mediationOf(book, id);
    const one = entry?.seats.find((held) => held.seat === seat);
    if (!book || !entry || !one?.secret || !device) throw new Trouble('not-known');
    const link = await makeLink(place.origin, {
      mediation: id, seat, fingerprint: await fingerprint(device.devcert.body.root), secret: unb64u(one.secret, 32), minrev: 1,
    });
    const language = current();
    const text = t('invitation.text', { name: one.name, mediator: book.name, link, when: inZone(entry.starts, entry.zone, language), zone: entry.zone });
    return { link, text, ics: calendarEntry({ starts: entry.starts, ends: entry.ends, uid: newId(), made: now(), title: t('invitation.appointment') }) };
  }

  /** @type {import('./types.js').DeskActions} */
  const actions = {
    async enrol(name) {
      if (!token) throw new Trouble('token-used');
      if (!(await lock(false))) return store.set({ phase: 'elsewhere' });
      kit = newKit();
      const seed = await rootSeed(kit);
      const root = await softSigner(seed);
      device = await makeDevice(root, 1);
      const mine = device;
      await new Promise((resolve, reject) => {
        ready = () => resolve(undefined);
        failed = reject;
        connect(token);
      });
      token = null;
      book = newBook({ name: name.trim(), root: b64u(seed), devcert: mine.devcert.compact });
      await save((held) => held);
      await keepDevice(mine);
      history.replaceState(null, '', place.pathname);
      store.set({ phase: 'kit', kitWords: await kitWords(kit), name: name.trim() });
    },
    async testKit(typed) {
      let given;
      try {
        given = await parseKit(typed);
      } catch {
        return false;
      }
      if (!kit || b64u(given) !== b64u(kit)) return false;
      const recipient = await recipientOf(await kitIdentity(kit));
      await save((held) => ({ ...held, kit: recipient }));
      kit = null;
      // The desk opens when it knows the rules to choose from, not before.
      await list();
      store.set({ phase: 'desk', kitWords: [] });
      return true;
    },
    async restore(typed) {
      let given;
      try {
        given = await parseKit(typed);
      } catch {
        return false;
      }
      if (!(await lock(false))) {
        store.set({ phase: 'elsewhere' });
        return false;
      }
      kit = given;
      const root = await softSigner(await rootSeed(given));
      // The revision only has to rise; minutes do.
      device = await makeDevice(root, Math.floor(now() / 60));
      const mine = device;
      try {
        await new Promise((resolve, reject) => {
          ready = () => resolve(undefined);
          failed = reject;
          connect(null);
        });
      } catch {
        store.set({ phase: 'restore', problem: null });
        kit = null;
        device = null;
        return false;
      }
      kit = null;
      await save((held) => ({ ...held, devcerts: [...held.devcerts, mine.devcert.compact] }));
      await keepDevice(mine);
      await list();
      store.set({ phase: 'desk' });
      return true;
    },
    async createMediation(plan) {
      if (!wire || !device || !book) throw new Trouble('offline');
      const mediation = newId();
      const own = newId();
      const root = device.devcert.body.root;
      const mark = await fingerprint(root);
      /** @type {Record<string, {text: string}>} */
      const agreement = {};
      /** @type {Record<string, string>} */
      const digests = {};
      const grounds = plan.disclosure ? ['waiver', ...(plan.reasons ?? [])] : [];
      let rules = /** @type {any} */ (null);
      for (const language of LANGUAGES) {
        rules = await wire.command('policy.read', { regime: plan.regime, language, grounds, days: plan.retentionDays });
        agreement[language] = { text: plan.ownAgreement?.[language] ?? plan.ownAgreement?.en ?? rules.text };
      }
      for (const [language, { text }] of Object.entries(agreement)) digests[language] = [...(await sha256(utf8(text)))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const sides = plan.sides.map(({ label }) => ({ id: newId(), label }));
      const sideOf = (/** @type {string} */ given) => sides[plan.sides.findIndex((one) => one.id === given)]?.id ?? '';
      /** @type {import('./vault_book.js').SeatEntry[]} */
      const seats = [];
      for (const one of plan.seats) {
        const link = newLink(mediation, newId(), mark, 1);
        seats.push({ seat: link.seat, name: one.name.trim(), role: one.role, side: sideOf(one.side), phone: one.phone, secret: b64u(link.secret), devices: [], agreement: '' });
      }
      const charter = await makeCharter(device.signer, {
        mediation, rev: 1, prev: '', root, sides: sides.map((one) => one.id),
        seats: [{ id: own, side: '', role: 'mediator' }, ...seats.map((one) => ({ id: one.seat, side: one.side, role: /** @type {any} */ (one.role) }))],
        no_contact: plan.noContact.map(([a, b]) => [seats[a]?.seat ?? '', seats[b]?.seat ?? '']),
        regime: plan.regime, policy: rules.policy, grounds, nonparty_consent: rules.nonparty_consent, retention_days: plan.retentionDays,
        keep: plan.keep, disclosure: plan.disclosure,
      });
      const name = book.name;
      await save((held) => ({
        ...held,
        hold: held.hold || (plan.keep ? b64u(newSeed()) : ''),
        mediations: [...held.mediations, {
          id: mediation, title: plan.title.trim(), starts: plan.starts, ends: plan.ends, zone: plan.zone, sides, own, charter: charter.compact, agreement,
          seats: [{ seat: own, name, role: 'mediator', side: '', phone: '', secret: '', devices: [], agreement: '' }, ...seats],
          roomLabels: {}, requests: {}, itemLabels: {},
        }],
      }));
      /** @type {{seat: string, access: string|null, envelope: string|null}[]} */
      const plans = [{ seat: own, access: null, envelope: null }];
      for (const one of seats) {
        const keys = await linkKeys({ mediation, seat: one.seat, fingerprint: mark, secret: unb64u(one.secret, 32), minrev: 1 });
        const envelope = await sealEnvelope(device.signer, keys.envelope, {
          mediation, seat: one.seat, rev: 1, title: plan.title.trim(), name: one.name, role: /** @type {any} */ (one.role), side: one.side, mediator: name,
          starts: plan.starts, ends: plan.ends, zone: plan.zone, agreement, agreement_sha256: digests,
          texts: { side: sides.find((side) => side.id === one.side)?.label ?? '' }, charter: charter.hash,
        });
        plans.push({ seat: one.seat, access: keys.accessHash, envelope });
      }
      await wire.command('mediation.create', { mediation, charter: charter.compact, seats: plans });
      await list();
      return mediation;
    },
    async openTable(mediation) {
      const mine = device;
      if (!mine || !book) throw new Trouble('offline');
      const held = tables.get(mediation);
      if (held) return held;
      const table = await openTable(mediation, {
        memory: await openMemory(mediation, mediationOf(book, mediation)?.own ?? ''),
        device: { signer: mine.signer, dev: mine.signer.public, kem: mine.kem, devcert: mine.devcert },
        opener: await freshOpener(),
        root: { fingerprint: await fingerprint(mine.devcert.body.root), minrev: 1 },
        book: () => /** @type {Book} */ (book),
        save,
        hold: () => (book?.hold ? unb64u(book.hold, 32) : null),
        invitation,
        onClose: () => tables.delete(mediation),
      });
      tables.set(mediation, table);
      return table;
    },
    programmeCsv: () => programmeCsv((book?.mediations ?? []).flatMap((entry) => (entry.outcome ? [entry.outcome] : []))),
    async agreementText(regime, language, reasons = [], days = 0) {
      if (!wire) throw new Trouble('offline');
      return (await wire.command('policy.read', { regime, language, grounds: ['waiver', ...reasons], days })).text;
    },
  };

  open().catch((error) => store.set({ phase: 'stopped', problem: { code: error instanceof Trouble ? error.code : 'internal', facts: {} } }));
  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    actions,
    /** The desk in this page instead of the other one. */
    takeOver() {
      lock(true).then(open);
    },
  };
}

