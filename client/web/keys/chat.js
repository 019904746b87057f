// What is said in a room in writing: signed by its author inside, sealed under the room key outside. Twin of client/keys/chat.py.
import { hkdf, openAes, sealAes } from './derive.js';
import { fromUtf8, info, pad, randomBytes, unpad, utf8 } from './encoding.js';
import { check, sign } from './jws.js';
import { must } from './refusals.js';
import { Compact, Epoch, Id, int, Key, list, obj, oneOf, payload, str, Text, Time } from './schema.js';

/** @typedef {import('./grants.js').RoomKey} RoomKey */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {'text'|'document'|'keep.ask'|'keep.yes'|'company'|'hello'|'release.ask'|'release.say'|'passed'} ChatKind */
/** @typedef {{suite: 's1', mediation: string, room: string, epoch: number, id: string, kind: ChatKind, body: any, ts: number}} Chat */

const STEP = 256;
/** @type {Record<ChatKind, import('./schema.js').Shape>} */
export const BODIES = {
  text: obj({ text: Text }),
  document: obj({
    blob: Id,
    name: str(1, 255),
    mime: str(3, 127, /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/),
    size: int(0, 53_000_000),
    sha256: Key,
    identity: str(74, 74, /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/),
  }),
  'keep.ask': obj({ ref: Id, digest: Key }),
  'keep.yes': obj({ ref: Id, digest: Key, keep: Compact }),
  company: obj({ agreement: Compact }),
  hello: obj({}),
  'release.ask': obj({ ref: Id, digest: Key, to: list(Id, 16, 1) }),
  'release.say': obj({ release: Compact }),
  passed: obj({ seat: Id, dev: Key, chat: Compact, release: Compact }),
};
const plainShape = payload({
  mediation: Id,
  room: Id,
  epoch: Epoch,
  id: Id,
  kind: oneOf('text', 'document', 'keep.ask', 'keep.yes', 'company', 'hello', 'release.ask', 'release.say', 'passed'),
  body: (value) => value,
  ts: Time,
});
/** @type {import('./schema.js').Shape} */
export const ChatShape = (untrusted) => {
  const chat = plainShape(untrusted);
  return { ...chat, body: BODIES[/** @type {ChatKind} */ (chat.kind)](chat.body) };
};

/** The box for the relay, and the signed message (its hash is the digest that keeping refers to). @param {import('./devices.js').Signer} signer @param {RoomKey} roomKey @param {string} seat @param {string} message @param {ChatKind} kind @param {any} body @param {number} ts @param {import('./encoding.js').Random} [random] @returns {Promise<[string, Signed<Chat>]>} */
export async function sealChat(signer, roomKey, seat, message, kind, body, ts, random = randomBytes) {
  const { mediation, room, epoch } = roomKey;
  const signed = await sign('chat', { mediation, room, epoch, id: message, kind, body, ts }, signer, ChatShape);
  const key = await chatKey(roomKey, seat, signer.public);
  return [await sealAes(key, pad(utf8(signed.compact), STEP), aad(roomKey, seat, message), random), signed];
}

/** The message of this place's device with this id, in this room and epoch. @param {RoomKey} roomKey @param {string} seat @param {string} dev @param {string} message @param {string} box @returns {Promise<Signed<Chat>>} */
export async function openChat(roomKey, seat, dev, message, box) {
  const plain = unpad(await openAes(await chatKey(roomKey, seat, dev), box, aad(roomKey, seat, message)), STEP);
  const chat = await check('chat', fromUtf8(plain), dev, ChatShape);
  must(chat.body.mediation === roomKey.mediation, 'mediation');
  must(chat.body.room === roomKey.room, 'room');
  must(chat.body.epoch === roomKey.epoch, 'epoch');
  must(chat.body.id === message, 'chain');
  return chat;
}

/** A signed message outside its box: when it is kept, and again years later. @param {string} untrusted @param {string} mediation @param {string} dev @returns {Promise<Signed<Chat>>} */
export async function checkChat(untrusted, mediation, dev) {
  const chat = await check('chat', untrusted, dev, ChatShape);
  must(chat.body.mediation === mediation, 'mediation');
  return chat;
}

/** The body as its kind says. @param {Chat} chat */
export const bodyOf = (chat) => BODIES[chat.kind](chat.body);

/** One sender's chat key for one epoch. @param {RoomKey} roomKey @param {string} seat @param {string} dev */
export const chatKey = (roomKey, seat, dev) =>
  hkdf(roomKey.key, info('chat', roomKey.mediation, roomKey.room, roomKey.epoch, seat, dev));

/** @param {RoomKey} roomKey @param {string} seat @param {string} message */
const aad = (roomKey, seat, message) => info('chat-aad', roomKey.mediation, roomKey.room, roomKey.epoch, seat, message);
