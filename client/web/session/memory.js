// What this browser remembers of a place: its device key, how to come back, and the messages one saw. Nothing here reaches the server.

import { freshSigner } from '../keys/devices.js';
import { Store } from '../keys/store.js';

const MAX_LINES = 5000;

/**
 * @typedef {Object} PlaceRecord   kept after "Continue"
 * @property {string} mediation @property {string} seat @property {string} fingerprint @property {number} minrev
 * @property {string} access        shown to the server until it knows the device
 * @property {string} envelope      key of the invitation, b64u
 * @property {string} join          key that proves the link to the mediator, b64u
 * @property {string} agreement     the signed agreement (JWS), '' before
 * @property {string[]} names
 * @property {string} [language]    in which the agreement was read
 * @property {number} [admitted]    the last meeting in which one was let in
 */

/**
 * @typedef {Object} Memory
 * @property {(entry: import('./chat.js').ChatEntry) => Promise<void>} remember      under a key that never leaves this browser
 * @property {() => Promise<import('./chat.js').ChatEntry[]>} recall
 * @property {(name: string, value: any) => Promise<void>} put                       small values of this place
 * @property {(name: string) => Promise<any>} get
 * @property {() => Promise<void>} forget                                            the messages; keys and the way back stay
 */

/** @type {Promise<Store>|null} */
let opening = null;
const storage = () => (opening ??= Store.open());

/** @param {string} mediation @param {string} seat */
const nameOf = (mediation, seat) => (mediation ? `${mediation}/${seat}` : 'desk');

/** @param {string} mediation @param {string} seat @returns {Promise<Memory>} */
export async function openMemory(mediation, seat) {
  const store = await storage();
  const name = nameOf(mediation, seat);
  const journal = `${name}/journal`;
  /** @type {string[]|null} */
  let index = null;
  let turn = Promise.resolve();
  /** @returns {Promise<string[]>} */
  const order = async () => (index ??= (await store.get(journal, 'index')) ?? []);
  return {
    remember(entry) {
      // One after the other: two messages must not both write the index they read before.
      turn = turn.then(async () => {
        const lines = await order();
        await store.put(journal, `line/${entry.id}`, entry);
        if (!lines.includes(entry.id)) {
          lines.push(entry.id);
          if (lines.length > MAX_LINES) lines.shift();
          await store.put(journal, 'index', lines);
        }
      });
      return turn;
    },
    async recall() {
      const found = await Promise.all((await order()).map((id) => store.get(journal, `line/${id}`)));
      return found.filter(Boolean);
    },
    put: (entry, value) => store.put(name, entry, value),
    get: (entry) => store.get(name, entry),
    async forget() {
      index = [];
      await store.forget(journal);
    },
  };
}

/** The lasting device key of a place in this browser, made now if there is none. @param {string} mediation @param {string} seat */
export async function deviceOf(mediation, seat) {
  const signer = await (await storage()).deviceOrNew(nameOf(mediation, seat));
  return { signer, dev: signer.public };
}

/** A device key for this page load only. */
export async function passingDevice() {
  const signer = await freshSigner();
  return { signer, dev: signer.public };
}

/** The desk's lasting keys: what it signs with, and what knocks and the vault are sealed to. */
export async function deskKeys() {
  const store = await storage();
  return { signer: await store.deviceOrNew('desk'), kem: await store.openerOrNew('desk') };
}
