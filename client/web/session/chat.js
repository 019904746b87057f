// Messages and documents of the room one is in: signed inside, sealed outside, remembered under a key of this browser only.

import { bodyOf, openChat, sealChat } from '../keys/chat.js';
import { newIdentity, openAge, recipientOf, sealAge } from '../keys/vault.js';
import { hashBytes, newId } from '../keys/encoding.js';
import { Trouble } from './store.js';

const MAX_FILE = 50 * 1024 * 1024;
const PART = 1024 * 1024;
const WAIT_FOR_KEY = 5_000;
const MAX_EARLY = 64;
const PATIENCE = 7;

/** @param {number} tries @returns {Promise<void>} */
const pause = (tries) => new Promise((resolve) => setTimeout(resolve, 200 * 2 ** tries));

/**
 * @typedef {Object} ChatEntry   a message as this browser remembers it
 * @property {string} id @property {string} seat @property {string} room @property {import('../keys/chat.js').ChatKind} kind
 * @property {any} body @property {number} at @property {string} signed   the signed message (JWS): its hash is what keeping refers to
 * @property {string} digest @property {boolean} pending @property {string} dev @property {number} [epoch] @property {any} [proof]   what a statement of the ledger proved
 * @property {string[]} [audience]   who was on the room's list then @property {number} [meeting]
 */

/**
 * @param {{
 *   place: {mediation: string, seat: string},
 *   room: ReturnType<typeof import('./room.js').createRoom>,
 *   identity: () => {signer: any, opener: any, dev: string},
 *   command: (type: string, fields?: Record<string, any>) => Promise<any>,
 *   onChange: (entries: ChatEntry[]) => void,
 *   onDistrust: (reason: string, what: string) => void,
 *   accept: (seat: string, chat: any, body: any) => Promise<any>,
 *   unconfirmed: () => boolean,
 *   meeting: () => number,
 *   onCompany: (seat: string, dev: string, agreement: string) => Promise<void>,
 *   remember: (entry: ChatEntry) => Promise<void>,
 * }} seams
 */
export function createChat({ place, room, identity, command, onChange, onDistrust, accept, unconfirmed, remember, meeting, onCompany }) {
  /** @type {ChatEntry[]} */
  let entries = [];
  /** @type {any[]} */
  let early = [];

  /** @param {ChatEntry} entry */
  function put(entry) {
    const at = entries.findIndex((one) => one.id === entry.id);
    entries = at < 0 ? [...entries, entry] : entries.map((one, index) => (index === at ? entry : one));
    onChange(entries);
  }

  const audience = () => (room.sheet()?.body.members ?? []).map((/** @type {any} */ one) => one.seat);

  /** @param {any} line as the relay holds it */
  async function receive(line) {
    const known = entries.find((one) => one.id === line.message);
    if (known && !known.pending) return;
    const sheet = room.sheet();
    const member = sheet?.body.members.find((/** @type {any} */ one) => one.seat === line.seat);
    const key = room.keyOf(line.epoch);
    if (!key) {
      // Its grant may be on the way. A line from before one came in never opens, and is no alarm.
      if (early.length < MAX_EARLY) {
        const waiting = { ...line };
        early.push(waiting);
        setTimeout(() => {
          early = early.filter((one) => one !== waiting);
        }, WAIT_FOR_KEY);
      }
      return;
    }
    if (!member) return onDistrust('seat', 'message');
    try {
      const chat = await openChat(key, line.seat, member.dev, line.message, line.box);
      const body = bodyOf(chat.body);
      const proof = await accept(line.seat, chat, body);
      const entry = {
        id: line.message, seat: line.seat, room: chat.body.room, kind: chat.body.kind, body, at: chat.body.ts, epoch: chat.body.epoch, proof,
        signed: chat.compact, digest: chat.hash, pending: false, dev: member.dev, audience: audience(), meeting: meeting(),
      };
      put(entry);
      if (entry.kind === 'company') await onCompany(line.seat, member.dev, entry.body.agreement);
      await remember(entry);
    } catch (error) {
      onDistrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'message');
    }
  }

  /** @param {import('../keys/chat.js').ChatKind} kind @param {any} body @param {string[]} [blobs] */
  async function post(kind, body, blobs = []) {
    const key = room.current();
    if (!key) throw new Trouble('not-here');
    if (unconfirmed()) throw new Trouble('unconfirmed');
    const id = newId();
    const at = Math.floor(Date.now() / 1000);
    const [box, signed] = await sealChat(identity().signer, key, place.seat, id, kind, body, at);
    const proof = await accept(place.seat, signed, body);
    const entry = { id, seat: place.seat, room: key.room, kind, body, at, epoch: key.epoch, proof, signed: signed.compact, digest: signed.hash, pending: true, dev: identity().dev, audience: audience(), meeting: meeting() };
    put(entry);
    try {
      await command('chat.post', { message: id, epoch: key.epoch, box, blobs });
    } catch (error) {
      entries = entries.filter((one) => one.id !== id);
      onChange(entries);
      throw error;
    }
    const sent = { ...entry, pending: false };
    put(sent);
    await remember(sent);
    return sent;
  }

  /** @param {Uint8Array} sealed @param {(part: number) => void} onProgress @returns {Promise<string>} the blob's id */
  async function upload(sealed, onProgress) {
    const { blob, token } = await command('upload.begin', { size: sealed.length });
    let at = 0;
    let failures = 0;
    let conflicts = 0;
    while (at < sealed.length) {
      const part = sealed.subarray(at, at + PART);
      try {
        const answer = await fetch(`/blob/${blob}?at=${at}`, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body: /** @type {BodyInit} */ (part) });
        const held = Number(answer.headers.get('upload-offset') ?? Number.NaN);
        if (answer.status === 409 && Number.isSafeInteger(held) && held <= sealed.length && ++conflicts < 100) {
          // The server has more or less than we thought (a part was cut on its way): it says where to go on.
          if (held > at) failures = 0;
          else await pause(1);
          at = held;
        } else if (answer.ok) {
          at += part.length;
          failures = 0;
        } else if (answer.status === 429 || answer.status >= 500) throw new TypeError('later');
        else throw new Trouble(answer.status === 413 ? 'too-large' : 'unavailable');
        onProgress(at / sealed.length);
      } catch (error) {
        if (error instanceof Trouble || ++failures > PATIENCE) throw error instanceof Trouble ? error : new Trouble('offline');
        await pause(failures);
      }
    }
    return blob;
  }

  return {
    receive,
    post,
    upload,
    /** Lines that came before their key. */
    async retry() {
      const waiting = early;
      early = [];
      for (const line of waiting) await receive(line);
    },
    /** @param {string} text */
    say: (text) => post('text', { text }),
    /** @param {File} file @param {(part: number) => void} onProgress */
    async share(file, onProgress) {
      if (file.size > MAX_FILE) throw new Trouble('too-large', { limit: MAX_FILE });
      if (!file.size) throw new Trouble('empty-file');
      if (!room.current()) throw new Trouble('not-here');
      const started = room.sheet()?.body.room;
      const secret = newIdentity();
      const sealed = await sealAge(new Uint8Array(await file.arrayBuffer()), [await recipientOf(secret)]);
      const blob = await upload(sealed, onProgress);
      // A document goes into the room it was meant for, or nowhere: one may have been moved meanwhile.
      if (room.sheet()?.body.room !== started) throw new Trouble('moved-meanwhile');
      const mime = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(file.type) ? file.type : 'application/octet-stream';
      await post('document', { blob, name: file.name.slice(0, 255) || 'file', mime, size: file.size, sha256: await hashBytes(sealed), identity: secret }, [blob]);
    },
    /** @param {{blob: string, sha256: string, identity: string}} document @returns {Promise<Uint8Array>} */
    async open(document) {
      const sealed = await fetchBlob(document.blob);
      if ((await hashBytes(sealed)) !== document.sha256) {
        onDistrust('ciphertext', 'document');
        throw new Trouble('bad-object');
      }
      return openAge(sealed, document.identity);
    },
    fetchBlob,
    entries: () => entries,
    /** @param {ChatEntry[]} remembered */
    restore(remembered) {
      const known = new Set(entries.map((one) => one.id));
      entries = [...remembered.filter((one) => !known.has(one.id)), ...entries];
      onChange(entries);
    },
    forget() {
      entries = [];
      early = [];
      onChange(entries);
    },
  };

  /** @param {string} blob */
  async function fetchBlob(blob) {
    const { token } = await command('blob.open', { blob });
    const answer = await fetch(`/blob/${blob}`, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Trouble('unavailable');
    return new Uint8Array(await answer.arrayBuffer());
  }
}
