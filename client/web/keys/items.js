// Kept items: an age file whose key is wrapped once per set of people; it opens only with every share. Twin of client/keys/items.py.
import { accessSets, MAX_SETS, setName } from './access.js';
import { decryptAes, encryptAes, hkdf } from './derive.js';
import { b64u, compactJson, concat, fromUtf8, hashBytes, hashText, info, randomBytes, sha256, unb64u, utf8 } from './encoding.js';
import { openBox, sealBox } from './hpke_box.js';
import { check, sign, unverified } from './jws.js';
import { must, ObjectRefused, there } from './refusals.js';
import { Box, decodeJson, encodeJson, Id, int, Key, list, map, obj, oneOf, OptionalId, OptionalKey, payload, str, Time } from './schema.js';
import { newIdentity, openAge, recipientOf, sealAge } from './vault.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./devices.js').Opener} Opener */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{v: 1, mediation: string, item: string, room: string, kind: 'chat'|'file'|'settlement'|'draft', author: string, seat: string, ts: number, ct_sha256: string, pt_commit: string, policy: string, charter: string, size: number, digest: string}} Header */
/** @typedef {{sid: string, holders: string[], kc: string, wrap: string, com: Record<string, string>, sealed: Record<string, string>}} Wrap */
/** @typedef {{suite: 's1', hdr: string, wraps: Wrap[]}} Item */
/** @typedef {{item: Signed<Item>, file: Uint8Array, identity: string, salt: Uint8Array}} Sealed */

const HolderId = str(4, 22, /^(?:gate|[A-Za-z0-9_-]{21}[AQgw])$/);
export const SetName = str(3, 2000, /^[a-z-]+:[A-Za-z0-9_+-]+$/);
export const HeaderShape = obj({
  v: oneOf(1),
  mediation: Id,
  item: Id,
  room: OptionalId,
  kind: oneOf('chat', 'file', 'settlement', 'draft'),
  author: Key,
  seat: OptionalId,
  ts: Time,
  ct_sha256: Key,
  pt_commit: Key,
  policy: Key,
  charter: Key,
  size: int(0, 2 ** 40),
  digest: OptionalKey,
});
const WrapShape = obj({
  sid: SetName,
  holders: list(HolderId, 65, 2),
  kc: Key,
  wrap: Box,
  com: map(HolderId, Key, 65),
  sealed: map(HolderId, Box, 65),
});
export const ItemShape = payload({ hdr: str(1, 4000, /^[A-Za-z0-9_-]+$/), wraps: list(WrapShape, MAX_SETS, 1) });
const Wrapped = obj({ identity: str(0, 200), salt: str(0, 200) });

/** What a kept message or document holds: 4-byte length, the `chat` object, then the document's bytes. @param {string} chat @param {Uint8Array} [document] */
export function packContent(chat, document = new Uint8Array()) {
  const signed = utf8(chat);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, signed.length);
  return concat(length, signed, document);
}

/** The `chat` object and the document, if they are the ones that the header's digest names. @param {Uint8Array} content @param {Header} header @returns {Promise<[string, Uint8Array]>} */
export async function unpackContent(content, header) {
  must(content.length >= 4, 'commitment');
  const length = new DataView(content.buffer, content.byteOffset).getUint32(0);
  must(content.length >= 4 + length, 'commitment');
  const chat = fromUtf8(content.slice(4, 4 + length));
  must((await hashText(chat)) === header.digest, 'commitment');
  return [chat, content.slice(4 + length)];
}

/**
 * Seal `content` for every set (`accessSets`); `kems` maps each holder, the gate included, to their X25519 key. `charter` and `policy` are hashes.
 * @param {Signer} signer @param {string} mediation @param {string} item @param {string} room @param {'chat'|'file'|'draft'} kind @param {string} seat @param {string} digest
 * @param {string} charter @param {string} policy @param {Record<string, string[]>} sets @param {Record<string, string>} kems @param {Uint8Array} content @param {number} ts
 * @param {import('./encoding.js').Random} [random] @returns {Promise<Sealed>}
 */
export async function sealItem(signer, mediation, item, room, kind, seat, digest, charter, policy, sets, kems, content, ts, random = randomBytes) {
  const identity = newIdentity(random);
  const salt16 = random(16);
  const file = await sealAge(content, [await recipientOf(identity)]);
  const header = {
    v: 1,
    mediation,
    item,
    room,
    kind,
    author: signer.public,
    seat,
    ts,
    ct_sha256: await hashBytes(file),
    pt_commit: await hashBytes(concat(salt16, content)),
    policy,
    charter,
    size: content.length,
    digest,
  };
  const hdr = encodeJson(header, HeaderShape);
  const secret = compactJson({ identity, salt: b64u(salt16) });
  const wraps = [];
  for (const [sid, holders] of Object.entries(sets)) wraps.push(await wrapFor(hdr, item, sid, holders, kems, secret, random));
  return { item: await sign('item', { hdr: b64u(hdr), wraps }, signer, ItemShape), file, identity, salt: salt16 };
}

/** @param {Uint8Array} hdr @param {string} item @param {string} sid @param {string[]} holders @param {Record<string, string>} kems @param {Uint8Array} secret @param {import('./encoding.js').Random} random @returns {Promise<Wrap>} */
async function wrapFor(hdr, item, sid, holders, kems, secret, random) {
  const salt = await sha256(hdr);
  const shares = holders.map(() => random(32));
  const together = concat(...shares);
  const key = await hkdf(together, info('kek', sid), salt);
  /** @type {Record<string, string>} */
  const com = {};
  /** @type {Record<string, string>} */
  const sealed = {};
  for (const [i, holder] of holders.entries()) {
    const share = there(shares[i]);
    com[holder] = await hashBytes(concat(utf8('share'), share));
    sealed[holder] = await sealBox(there(kems[holder]), info('share', item, sid, holder, b64u(salt)), share);
  }
  // The key is used once, so the nonce may be fixed.
  const wrap = b64u(await encryptAes(key, new Uint8Array(12), secret, salt));
  return { sid, holders, kc: b64u(await hkdf(together, info('commit', sid), salt)), wrap, com, sealed };
}

/** The header of a checked item. @param {Signed<Item>} item @returns {Header} */
export const headerOf = (item) => headerBytes(item.body);

/** The header in an item's payload, whose signature is checked elsewhere. @param {Item} item @returns {Header} */
export const headerBytes = (item) => decodeJson(unb64u(item.hdr), HeaderShape);

/** A kept message or document by this device, sealed under this charter for exactly the people whom the charter says. @param {string} untrusted @param {Signed<import('./membership.js').Charter>} charter @param {string} author @returns {Promise<Signed<Item>>} */
export async function checkItem(untrusted, charter, author) {
  const item = await checkForm(untrusted, author);
  const header = headerOf(item);
  must(header.mediation === charter.body.mediation, 'mediation');
  must(header.charter === charter.hash && header.policy === charter.body.policy, 'charter');
  must(header.kind !== 'draft' && header.seat && header.room && header.digest, 'kind');
  const expected = Object.entries(accessSets(charter.body, [header.seat], header.kind === 'settlement'));
  const same =
    expected.length === item.body.wraps.length &&
    expected.every(([sid, holders]) => item.body.wraps.some((wrap) => wrap.sid === sid && wrap.holders.join() === holders.join()));
  must(same, 'access');
  return item;
}

/** An item by this device whose parts fit together; whom it opens for is not looked at. @param {string} untrusted @param {string} author @returns {Promise<Signed<Item>>} */
export async function checkForm(untrusted, author) {
  const header = headerBytes(unverified('item', untrusted, ItemShape));
  must(header.author === author, 'device');
  /** @type {Signed<Item>} */
  const item = await check('item', untrusted, author, ItemShape);
  for (const wrap of item.body.wraps) {
    const holders = new Set(wrap.holders);
    const whole = [wrap.com, wrap.sealed].every((part) => {
      const names = Object.keys(part);
      return names.length === holders.size && names.every((name) => holders.has(name));
    });
    const ground = wrap.sid.slice(0, wrap.sid.indexOf(':'));
    must(whole && holders.size === wrap.holders.length && wrap.sid === setName(ground, wrap.holders), 'access');
  }
  must(new Set(item.body.wraps.map((wrap) => wrap.sid)).size === item.body.wraps.length, 'access');
  return item;
}

/** The wrap of one set; refused if the item was not sealed for it. @param {Signed<Item>} item @param {string} sid @returns {Wrap} */
export function wrapOf(item, sid) {
  const wrap = item.body.wraps.find((held) => held.sid === sid);
  if (!wrap) throw new ObjectRefused('access');
  return wrap;
}

/** One's own share, if it is the one that the item promises. Every holder checks this when an item is sealed. @param {Opener} opener @param {Signed<Item>} item @param {string} sid @param {string} holder */
export async function openShare(opener, item, sid, holder) {
  const wrap = wrapOf(item, sid);
  const header = headerOf(item);
  must(Object.hasOwn(wrap.sealed, holder), 'share');
  const salt = b64u(await sha256(unb64u(item.body.hdr)));
  const share = await openBox(opener, info('share', header.item, sid, holder, salt), there(wrap.sealed[holder]));
  await checkShare(wrap, holder, share);
  return share;
}

/** Refused unless this is the share that the item promised for this holder. @param {Wrap} wrap @param {string} holder @param {Uint8Array} share */
export async function checkShare(wrap, holder, share) {
  const promised = Object.hasOwn(wrap.com, holder) ? wrap.com[holder] : null;
  must(share.length === 32 && (await hashBytes(concat(utf8('share'), share))) === promised, 'share');
}

/** The content, with the share of every holder of the set; one missing or wrong share opens nothing. @param {Signed<Item>} item @param {string} sid @param {Record<string, Uint8Array>} shares @param {Uint8Array} file */
export async function openItem(item, sid, shares, file) {
  const wrap = wrapOf(item, sid);
  for (const holder of wrap.holders) {
    must(Object.hasOwn(shares, holder), 'share');
    await checkShare(wrap, holder, there(shares[holder]));
  }
  const salt = await sha256(unb64u(item.body.hdr));
  const together = concat(...wrap.holders.map((holder) => there(shares[holder])));
  must(b64u(await hkdf(together, info('commit', sid), salt)) === wrap.kc, 'commitment');
  const key = await hkdf(together, info('kek', sid), salt);
  const inside = decodeJson(await decryptAes(key, new Uint8Array(12), unb64u(wrap.wrap), salt), Wrapped);
  return openFile(item, file, inside.identity, unb64u(inside.salt, 16));
}

/** The content of the age file with its own key, if both are the ones that the header commits to (also used for previews). @param {Signed<Item>} item @param {Uint8Array} file @param {string} identity @param {Uint8Array} salt */
export async function openFile(item, file, identity, salt) {
  const header = headerOf(item);
  must((await hashBytes(file)) === header.ct_sha256, 'ciphertext');
  const content = await openAge(file, identity);
  must((await hashBytes(concat(salt, content))) === header.pt_commit && content.length === header.size, 'commitment');
  return content;
}
