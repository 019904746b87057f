// What this browser keeps between visits: keys that it never shows, cards, and a journal that only such a key can read.
// One database per origin; everything is filed under a name of the caller's (a mediation and place, or the desk).
import { compactJson, concat, fromUtf8, info, randomBytes } from './encoding.js';
import { freshSigner, openerOf, signerOf } from './devices.js';
import { ObjectRefused } from './refusals.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./devices.js').Opener} Opener */

const DATABASE = 'incamera';
const STORES = /** @type {const} */ (['keys', 'sealed']);

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** A place to keep things in this browser. Two tabs may open it; which of them acts is decided elsewhere (one active tab per identity). */
export class Store {
  /** @param {IDBDatabase} database */
  constructor(database) {
    /** @private */ this.database = database;
  }

  /** Open or make the database. @returns {Promise<Store>} */
  static async open() {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    const database = await done(request);
    database.onversionchange = () => database.close();
    return new Store(database);
  }

  /** Close; a later call opens again. */
  close() {
    this.database.close();
  }

  /** @private @param {'keys'|'sealed'} store @param {string} name */
  read(store, name) {
    return done(this.database.transaction(store).objectStore(store).get(name));
  }

  /**
   * Write, and return only when it is on the disk.
   * @private @param {'keys'|'sealed'} store @param {string} name @param {any} value undefined removes
   * @returns {Promise<void>}
   */
  write(store, name, value) {
    return new Promise((resolve, reject) => {
      const act = this.database.transaction(store, 'readwrite', { durability: 'strict' });
      if (value === undefined) act.objectStore(store).delete(name);
      else act.objectStore(store).put(value, name);
      act.oncomplete = () => resolve();
      act.onerror = act.onabort = () => reject(act.error);
    });
  }

  /**
   * Put a value unless there is one; gives back the one that is there afterwards (two tabs make the same first key).
   * @private @param {string} name @param {any} value @returns {Promise<any>}
   */
  claim(name, value) {
    return new Promise((resolve, reject) => {
      const act = this.database.transaction('keys', 'readwrite', { durability: 'strict' });
      const held = act.objectStore('keys').get(name);
      held.onsuccess = () => {
        if (held.result === undefined) act.objectStore('keys').put(value, name);
      };
      act.oncomplete = () => resolve(held.result ?? value);
      act.onerror = act.onabort = () => reject(act.error);
    });
  }

  /** The device's signing key of this name, or null. @param {string} name @returns {Promise<(Signer & {pair: CryptoKeyPair})|null>} */
  async device(name) {
    const pair = await this.read('keys', `device/${name}`);
    return pair ? signerOf(pair) : null;
  }

  /** The device's signing key of this name, made now if there is none. @param {string} name */
  async deviceOrNew(name) {
    const held = await this.device(name);
    return held ?? signerOf(await this.claim(`device/${name}`, (await freshSigner()).pair));
  }

  /** A kept opening key (a mediator's desk or vault key), made now if there is none. @param {string} name @returns {Promise<Opener & {pair: CryptoKeyPair}>} */
  async openerOrNew(name) {
    const fresh = await crypto.subtle.generateKey('X25519', false, ['deriveBits']);
    return openerOf(await this.claim(`opener/${name}`, fresh));
  }

  /** @private @param {string} name @returns {Promise<CryptoKey>} */
  async journalKey(name) {
    const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    return this.claim(`journal/${name}`, fresh);
  }

  /** Keep a value that only this browser can read again. `entry` says which of the values of this name. @param {string} name @param {string} entry @param {any} value */
  async put(name, entry, value) {
    const iv = randomBytes(12);
    const how = { name: 'AES-GCM', iv: /** @type {BufferSource} */ (iv), additionalData: info('journal', name, entry) };
    const sealed = new Uint8Array(
      await crypto.subtle.encrypt(how, await this.journalKey(name), /** @type {BufferSource} */ (compactJson(value))),
    );
    await this.write('sealed', `${name}/${entry}`, concat(iv, sealed));
  }

  /** The value kept, or null. A value that does not open is as good as none: the key is gone. @param {string} name @param {string} entry @returns {Promise<any>} */
  async get(name, entry) {
    /** @type {Uint8Array|undefined} */
    const kept = await this.read('sealed', `${name}/${entry}`);
    if (!kept) return null;
    const how = { name: 'AES-GCM', iv: /** @type {BufferSource} */ (kept.slice(0, 12)), additionalData: info('journal', name, entry) };
    try {
      const plain = await crypto.subtle.decrypt(how, await this.journalKey(name), /** @type {BufferSource} */ (kept.slice(12)));
      return JSON.parse(fromUtf8(new Uint8Array(plain)));
    } catch (error) {
      if (error instanceof ObjectRefused || error instanceof DOMException || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** Forget everything of this name: at closing for good, or when a person says that this is not their place. @param {string} name @returns {Promise<void>} */
  forget(name) {
    return new Promise((resolve, reject) => {
      const act = this.database.transaction([...STORES], 'readwrite', { durability: 'strict' });
      for (const kind of ['device', 'opener', 'journal']) act.objectStore('keys').delete(`${kind}/${name}`);
      act.objectStore('sealed').delete(IDBKeyRange.bound(`${name}/`, `${name}/\uffff`));
      act.oncomplete = () => resolve();
      act.onerror = act.onabort = () => reject(act.error);
    });
  }
}
