// Opening what was kept: request, each holder's own yes, the sitting of the worker, and the draft. Twin of client/keys/disclosure.py.
import { b64u, concat, fromUtf8, hashBytes, info, unb64u, utf8 } from './encoding.js';
import { openBox, sealBox } from './hpke_box.js';
import { checkForm, checkShare, headerOf, openShare, SetName, wrapOf } from './items.js';
import { check, sign } from './jws.js';
import { must, ObjectRefused, there } from './refusals.js';
import { bool, Box, Build, decodeJson, encodeJson, Id, int, Key, list, Name, obj, oneOf, OptionalKey, payload, str, Time, Word } from './schema.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./devices.js').Opener} Opener */
/** @typedef {import('./items.js').Item} Item */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, request: string, ground: string, sid: string, items: {item: string, ct_sha256: string, pt_commit: string}[], export_key: string, reviewer: string, where: 'operator'|'mediator', recipient: string, profile: {id: string, sha256: string}, authority: string, private: string, cooling_hours: number, expires: number, ts: number}} Request */
/** @typedef {{recipient: {name: string, class: string}, purpose: string, profile: {id: string, sha256: string}, language: string, salt: string}} Private */
/** @typedef {'unlock'|'release'|'refuse'|'revoke'} Decision */
/** @typedef {{suite: 's1', mediation: string, rid: string, seat: string, decision: Decision, draft: string, shorten: boolean, shares: {item: string, sid: string, box: string}[], private: string, ts: number}} Consent */
/** @typedef {{suite: 's1', mediation: string, rid: string, worker: {kem: string, sig: string}, build: string, ts: number}} Sitting */

const PRIVATE_STEP = 1024;
const PREVIEW_STEP = 256;
const SITTING_STEP = 4096;
export const RequestShape = payload({
  mediation: Id,
  request: Id,
  ground: Word,
  sid: SetName,
  items: list(obj({ item: Id, ct_sha256: Key, pt_commit: Key }), 100, 1),
  export_key: Key,
  reviewer: Id,
  where: oneOf('operator', 'mediator'),
  recipient: Word,
  profile: obj({ id: Word, sha256: Key }),
  authority: OptionalKey,
  private: Key,
  cooling_hours: int(0, 8760),
  expires: Time,
  ts: Time,
});
export const PrivateShape = obj({
  recipient: obj({ name: Name, class: Word }),
  purpose: str(0, 2000),
  profile: obj({ id: Word, sha256: Key }),
  language: str(0, 8),
  salt: Key,
});
export const ConsentShape = payload({
  mediation: Id,
  rid: Key,
  seat: Id,
  decision: oneOf('unlock', 'release', 'refuse', 'revoke'),
  draft: OptionalKey,
  shorten: bool,
  shares: list(obj({ item: Id, sid: SetName, box: Box }), 100),
  private: Key,
  ts: Time,
});
export const SittingShape = payload({ mediation: Id, rid: Key, worker: obj({ kem: Key, sig: Key }), build: Build, ts: Time });
export const VerdictShape = payload({ mediation: Id, rid: Key, draft: Key, recipient: Word, profile: obj({ id: Word, sha256: Key }), verified: bool, ts: Time });
const PreviewShape = obj({ identity: str(0, 200), salt: str(0, 200) });

// --- the request

/** The private part as it is hashed, and as it stands in a package. @param {Private} part */
export const privateText = (part) => fromUtf8(encodeJson(part, PrivateShape));

/** What the request carries of its private part. @param {Private} part */
export const privateHash = async (part) => hashBytes(concat(unb64u(part.salt, 32), utf8(privateText(part))));

/** Sign a request (requester's device). @param {Signer} signer @param {Omit<Request, 'suite'>} request @returns {Promise<Signed<Request>>} */
export const makeRequest = (signer, request) => sign('request', request, signer, RequestShape);

/** A request by one of these devices over items that exist and were sealed for the set it names. @param {string} untrusted @param {string} mediation @param {string|Iterable<string>} keys @param {Record<string, Signed<Item>>} items @returns {Promise<Signed<Request>>} */
export async function checkRequest(untrusted, mediation, keys, items) {
  /** @type {Signed<Request>} */
  const request = await check('request', untrusted, keys, RequestShape);
  const { body } = request;
  must(body.mediation === mediation, 'mediation');
  const once = new Set(body.items.map((asked) => asked.item)).size === body.items.length;
  must(once && body.sid.slice(0, body.sid.indexOf(':')) === body.ground, 'access');
  for (const asked of body.items) {
    must(Object.hasOwn(items, asked.item), 'request');
    const held = there(items[asked.item]);
    const header = headerOf(held);
    const same = header.item === asked.item && header.ct_sha256 === asked.ct_sha256 && header.pt_commit === asked.pt_commit;
    must(same, 'request');
    must(header.kind !== 'draft', 'kind');
    wrapOf(held, body.sid);
  }
  return request;
}

/** The private part for one holder's paper key, or for the reviewer's page key. @param {string} kem @param {string} mediation @param {string} request @param {string} seat @param {Private} part */
export const sealPrivate = (kem, mediation, request, seat, part) =>
  sealBox(kem, info('private', mediation, request, seat), encodeJson(part, PrivateShape), PRIVATE_STEP);

/** The private part, if it is the one that the request was signed over. @param {Opener} opener @param {Signed<Request>} request @param {string} seat @param {string} box @returns {Promise<Private>} */
export async function openPrivate(opener, request, seat, box) {
  const { body } = request;
  const plain = await openBox(opener, info('private', body.mediation, body.request, seat), box, PRIVATE_STEP);
  const part = decodeJson(plain, PrivateShape);
  await checkPrivate(part, request);
  return part;
}

/** Refused unless the private part is the one that the request was signed over, and says the same as its open part. @param {Private} part @param {Signed<Request>} request */
export async function checkPrivate(part, request) {
  const { body } = request;
  must((await privateHash(part)) === body.private, 'commitment');
  const same = part.recipient.class === body.recipient && part.profile.id === body.profile.id && part.profile.sha256 === body.profile.sha256;
  must(same, 'commitment');
}

// --- the holders' answers

/**
 * A holder's answer. `signer` and `opener` are the two keys of the paper key. unlock: `items` are those of the request. release: `items` has
 * the draft item alone and `draft` is its content's SHA-256. refuse, revoke: no shares.
 * @param {Signer} signer @param {Opener} opener @param {Signed<Request>} request @param {string} seat @param {Decision} decision @param {Record<string, Signed<Item>>} items
 * @param {string} [draft] @param {boolean} [shorten] @param {number} [ts] @returns {Promise<Signed<Consent>>}
 */
export async function makeConsent(signer, opener, request, seat, decision, items, draft = '', shorten = false, ts = 0) {
  const { body } = request;
  /** @type {string[]} */
  let chosen = [];
  if (decision === 'unlock') chosen = body.items.map((asked) => asked.item);
  if (decision === 'release') chosen = Object.keys(items);
  const shares = [];
  for (const item of chosen) {
    const share = await openShare(opener, there(items[item]), body.sid, seat);
    const label = info('release', request.hash, item, body.sid, seat);
    shares.push({ item, sid: body.sid, box: await sealBox(body.export_key, label, share) });
  }
  const consent = { mediation: body.mediation, rid: request.hash, seat, decision, draft, shorten, shares, private: body.private, ts };
  return sign('consent', consent, signer, ConsentShape);
}

/** The answer of this holder to this very request. `draft` is [draft item's id, SHA-256 of its content]: a release must name both. @param {string} untrusted @param {Signed<Request>} request @param {string} seat @param {string} holdSig @param {[string, string]|null} [draft] @returns {Promise<Signed<Consent>>} */
export async function checkConsent(untrusted, request, seat, holdSig, draft = null) {
  /** @type {Signed<Consent>} */
  const consent = await check('consent', untrusted, holdSig, ConsentShape);
  const { body } = consent;
  const asked = request.body;
  must(body.mediation === asked.mediation, 'mediation');
  must(body.rid === request.hash && body.private === asked.private, 'request');
  must(body.seat === seat, 'seat');
  /** @type {string[]} */
  let expected = [];
  if (body.decision === 'release') {
    if (draft === null || body.draft !== draft[1]) throw new ObjectRefused('commitment');
    expected = [draft[0]];
  } else {
    must(body.draft === '', 'commitment');
    if (body.decision === 'unlock') expected = asked.items.map((item) => item.item);
  }
  const given = body.shares.map((share) => share.item);
  must(given.sort().join() === expected.sort().join() && body.shares.every((share) => share.sid === asked.sid), 'share');
  return consent;
}

/** A share that was released to the request key (whose private half `opener` is). @param {Opener} opener @param {Signed<Request>} request @param {Signed<Item>} item @param {string} seat @param {string} box */
export async function openRelease(opener, request, item, seat, box) {
  const label = info('release', request.hash, headerOf(item).item, request.body.sid, seat);
  const share = await openBox(opener, label, box);
  await checkShare(wrapOf(item, request.body.sid), seat, share);
  return share;
}

/** The gate's own way to release: its share of `item`, boxed to the request key. @param {Opener} opener @param {Signed<Request>} request @param {Signed<Item>} item @param {string} seat */
export async function sealRelease(opener, request, item, seat) {
  const label = info('release', request.hash, headerOf(item).item, request.body.sid, seat);
  return sealBox(request.body.export_key, label, await openShare(opener, item, request.body.sid, seat));
}

// --- the sitting

/** Name the worker (mediator's device). @param {Signer} signer @param {string} mediation @param {string} rid @param {{kem: string, sig: string}} worker @param {string} build @param {number} ts @returns {Promise<Signed<Sitting>>} */
export const makeSitting = (signer, mediation, rid, worker, build, ts) =>
  sign('sitting', { mediation, rid, worker, build, ts }, signer, SittingShape);

/** The worker of this request, named by one of these devices (certified ones, and a custodian's). @param {string} untrusted @param {Record<string, any>} devices @param {Signed<Request>} request @returns {Promise<Signed<Sitting>>} */
export async function checkSitting(untrusted, devices, request) {
  const sitting = await check('sitting', untrusted, Object.keys(devices), SittingShape);
  must(sitting.body.mediation === request.body.mediation, 'mediation');
  must(sitting.body.rid === request.hash, 'request');
  return sitting;
}

/** A share for the worker. @param {string} workerKem @param {string} rid @param {string} item @param {string} sid @param {string} seat @param {Uint8Array} share */
export const sealSittingShare = (workerKem, rid, item, sid, seat, share) =>
  sealBox(workerKem, info('sitting', rid, item, sid, seat), share);

/** A share, in the worker; refused unless it is the one that the item promised. @param {Opener} opener @param {string} rid @param {Signed<Item>} item @param {string} sid @param {string} seat @param {string} box */
export async function openSittingShare(opener, rid, item, sid, seat, box) {
  const share = await openBox(opener, info('sitting', rid, headerOf(item).item, sid, seat), box);
  await checkShare(wrapOf(item, sid), seat, share);
  return share;
}

/** Between worker and reviewer, in either direction. @param {string} kem @param {'people'|'findings'|'decisions'|'draft'|'stopped'|'look'|'page'} label @param {string} rid @param {string} seat @param {Uint8Array} content */
export const sealToReviewer = (kem, label, rid, seat, content) => sealBox(kem, info(label, rid, seat), content, SITTING_STEP);

/** The other end of `sealToReviewer`, in either direction. @param {Opener} opener @param {'people'|'findings'|'decisions'|'draft'|'stopped'|'look'|'page'} label @param {string} rid @param {string} seat @param {string} box */
export const openFromWorker = (opener, label, rid, seat, box) => openBox(opener, info(label, rid, seat), box, SITTING_STEP);

// --- the draft

/** The draft by the worker that the sitting names, sealed for the request's set and no other. @param {string} untrusted @param {Signed<Sitting>} sitting @param {Signed<Request>} request @returns {Promise<Signed<Item>>} */
export async function checkDraft(untrusted, sitting, request) {
  const item = await checkForm(untrusted, sitting.body.worker.sig);
  const header = headerOf(item);
  must(header.mediation === request.body.mediation, 'mediation');
  must(header.kind === 'draft', 'kind');
  must(sitting.body.rid === request.hash, 'request');
  must(item.body.wraps.length === 1 && item.body.wraps.every((wrap) => wrap.sid === request.body.sid), 'access');
  return item;
}

/** State it (worker). @param {Signer} signer @param {Signed<Request>} request @param {string} draft @param {boolean} verified @param {number} ts @returns {Promise<Signed<any>>} */
export const makeVerdict = (signer, request, draft, verified, ts) =>
  sign('verdict', { mediation: request.body.mediation, rid: request.hash, draft, recipient: request.body.recipient, profile: request.body.profile, verified, ts }, signer, VerdictShape);

/** The worker's word on this very draft, for the recipient and profile of the request. @param {string} untrusted @param {Signed<Sitting>} sitting @param {Signed<Request>} request @param {string} draft SHA-256 of its content */
export async function checkVerdict(untrusted, sitting, request, draft) {
  const verdict = await check('verdict', untrusted, sitting.body.worker.sig, VerdictShape);
  const { body } = verdict;
  const asked = request.body;
  must(body.mediation === asked.mediation, 'mediation');
  must(body.rid === request.hash && sitting.body.rid === request.hash, 'request');
  must(body.draft === draft && body.recipient === asked.recipient && body.profile.id === asked.profile.id && body.profile.sha256 === asked.profile.sha256, 'commitment');
  return verdict;
}

/** For one holder's paper key: what opens the draft's age file. @param {string} kem @param {string} rid @param {string} seat @param {string} identity @param {Uint8Array} salt */
export const sealPreview = (kem, rid, seat, identity, salt) =>
  sealBox(kem, info('preview', rid, seat), encodeJson({ identity, salt: b64u(salt) }, PreviewShape), PREVIEW_STEP);

/** [identity, salt] for `openFile`, which checks that the draft is the one committed to. @param {Opener} opener @param {string} rid @param {string} seat @param {string} box @returns {Promise<[string, Uint8Array]>} */
export async function openPreview(opener, rid, seat, box) {
  const preview = decodeJson(await openBox(opener, info('preview', rid, seat), box, PREVIEW_STEP), PreviewShape);
  return [preview.identity, unb64u(preview.salt, 16)];
}
