// What the vault holds, as a value: the mediator's memory, readable by their device or their recovery kit only.
// Pure: every change returns a new book. Saving it (compare-and-set) is `vault.js`'s work.

/**
 * @typedef {Object} SeatEntry
 * @property {string} seat @property {string} name @property {string} role @property {string} side @property {string} phone
 * @property {string} secret       the link's secret ('' for the mediator's own place)
 * @property {{dev: string, names: string[], at: number}[]} devices   admitted devices, newest last
 * @property {string} [goesWith]     an interpreter's person: they are moved together
 * @property {string} agreement    the signed agreement (JWS), 'paper' when recorded as signed on paper, '' before
 */

/**
 * @typedef {Object} MediationEntry
 * @property {string} id @property {string} title @property {number} starts @property {number} ends @property {string} zone
 * @property {{id: string, label: string}[]} sides
 * @property {SeatEntry[]} seats
 * @property {string} own           the mediator's own seat
 * @property {string} charter       JWS
 * @property {Record<string, {text: string}>} agreement
 * @property {Record<string, string>} roomLabels   room id -> the mediator's own name for it
 * @property {Record<string, {key: string, private: string}>} requests   rid -> request key (secret, b64u) and the private part
 * @property {{blob: string, identity: string, sha256: string}} [journal]   what the last meeting left to read: an upload, and the key that opens it
 * @property {Record<string, string>} itemLabels   item id -> what the mediator calls it
 * @property {string} [notes]           the mediator's notes to themselves; erased at closing unless `keepNotes`
 * @property {boolean} [keepNotes]
 * @property {{id: string, label: string, ends: number}[]} [timers]
 * @property {{id: string, label: string, kind: 'caucus'|'counsel', seats: string[]}[]} [plans]   private meetings prepared before the day
 * @property {number} [began]           since when this meeting's minutes count; 0: not now
 * @property {{outcome: string, month: string, people: number, minutes: number, language: string, interpreter: boolean}|null} [outcome]   how it ended, for the programme's figures
 */

/**
 * @typedef {Object} Book
 * @property {1} v
 * @property {string} name
 * @property {string} root          the root's private seed, b64u
 * @property {string} kit           hash of the kit once it was tested, '' before
 * @property {string} hold          the mediator's own hold seed, b64u ('' until something may be kept)
 * @property {string[]} devcerts
 * @property {MediationEntry[]} mediations
 */

/** @param {{name: string, root: string, devcert: string}} start @returns {Book} */
export function newBook({ name, root, devcert }) {
  return { v: 1, name, root, kit: '', hold: '', devcerts: [devcert], mediations: [] };
}

/** @param {unknown} document @returns {Book} refuses what is not a book */
export function readBook(document) {
  const book = /** @type {any} */ (document);
  if (!book || book.v !== 1 || typeof book.root !== 'string' || !Array.isArray(book.mediations)) throw new Error('vault');
  return book;
}

/** @param {Book} book @param {string} id @returns {MediationEntry|undefined} */
export const mediationOf = (book, id) => book.mediations.find((entry) => entry.id === id);

/** @param {Book} book @param {string} id @param {(entry: MediationEntry) => MediationEntry} change @returns {Book} */
export function withMediation(book, id, change) {
  return { ...book, mediations: book.mediations.map((entry) => (entry.id === id ? change(entry) : entry)) };
}

/** @param {Book} book @param {string} mediation @param {string} seat @param {(entry: SeatEntry) => SeatEntry} change @returns {Book} */
export function withSeat(book, mediation, seat, change) {
  return withMediation(book, mediation, (entry) => ({
    ...entry,
    seats: entry.seats.map((one) => (one.seat === seat ? change(one) : one)),
  }));
}

/** The newest admitted device of a place. @param {SeatEntry} entry */
export const lastDevice = (entry) => entry.devices.at(-1) ?? null;
