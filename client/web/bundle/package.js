// Builds the package: the released draft, every signed object behind it, and what common tools need. Twin of client/bundle/package.py;
// both make the same bytes from the same parts.
import { ConsentShape } from '../keys/disclosure.js';
import { b64u, concat, fromUtf8, sameBytes, sha256, unb64u, utf8 } from '../keys/encoding.js';
import { HolderShape } from '../keys/hold.js';
import { headerBytes, ItemShape } from '../keys/items.js';
import { objectHash, unverified } from '../keys/jws.js';
import { CardShape } from '../keys/membership.js';
import { must, there } from '../keys/refusals.js';
import { DevCertShape } from '../keys/roots.js';
import { list, obj, str } from '../keys/schema.js';
import { soundName, writeZip } from './canonical_zip.js';
import { allowedSigners, makeSshsig } from './sshsig.js';
import { VERIFY_TXT } from './verify_text.js';

/** @typedef {{index: number, event: string, proof: string}} Event   an event of the log with its proof */
/**
 * What goes into a package. Objects are compact strings as they were received; maps are by place or item id.
 * @typedef {Object} Parts
 * @property {Record<string, Uint8Array>} excerpt   the files of the draft (`readDraft`)
 * @property {string} request
 * @property {string} private   the private part's JSON, exactly as hashed: `privateText(part)`
 * @property {string[]} charters   the one that the items were sealed under first
 * @property {string[]} certs      devcerts; the one of the device that signs the package first
 * @property {string[]} sheets     sheets that tie each holder's and author's place to its device
 * @property {Record<string, string>} cards
 * @property {Record<string, string>} holders
 * @property {Record<string, string>} items
 * @property {string} sitting
 * @property {string} draft
 * @property {Record<string, string>} unlocks   consents by place
 * @property {Record<string, string>} releases
 * @property {string} [verdict]   the worker's word on the draft
 * @property {string[]} [authority]   the paper that the release rests on, and the agreement of the one who checked it
 * @property {string[]} [offices]
 * @property {string} [custodian]   the custodian's device where that signs the package
 * @property {string} log_key      public key of the log, '' without a log
 * @property {string} checkpoint
 * @property {Event[]} events
 */

const SPKI = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]); // RFC 8410

const DraftShape = obj({ files: list(obj({ name: str(1, 200), text: (text) => text }), 200), pdf: (pdf) => pdf, report: (report) => report, documents: (documents) => documents ?? [] });
const DocumentShape = list(obj({ name: str(1, 200), data: (data) => data }), 200);
/** Kinds of redacted documents beside the texts; a kept thing's descriptor in the same folder ends in .jws. */
const DOCUMENTS = /\.(?:pdf|docx|xlsx|jpg|png|tiff|eml)$/u;

/** Whether a file of this name belongs to the excerpt itself. @param {string} name */
const excerptName = (name) => name === 'excerpt.pdf' || name === 'report.json' || (name.startsWith('items/') && (name.endsWith('.txt') || DOCUMENTS.test(name)));

/** What a draft item holds and what every holder agrees to, from its files: `excerpt.pdf`, `items/NAME`, `report.json` (compact JSON). @param {Record<string, Uint8Array>} files @returns {Uint8Array} */
export function draftContent(files) {
  must(Object.keys(files).every(excerptName), 'malformed');
  const inside = Object.keys(files).sort().filter((name) => name.startsWith('items/'));
  const listed = inside.filter((name) => name.endsWith('.txt')).map((name) => ({ name: name.slice('items/'.length), text: fromUtf8(there(files[name])) }));
  const documents = inside.filter((name) => !name.endsWith('.txt')).map((name) => ({ name: name.slice('items/'.length), data: b64u(there(files[name])) }));
  return concat(beforeReport(documents, listed, b64u(files['excerpt.pdf'] ?? new Uint8Array())), files['report.json'] ?? utf8('null'), utf8('}'));
}

/** @param {{name: string, data: string}[]} documents @param {{name: string, text: string}[]} listed @param {string} pdf */
const beforeReport = (documents, listed, pdf) =>
  utf8(`{${documents.length ? `"documents":${JSON.stringify(documents)},` : ''}"files":${JSON.stringify(listed)},"pdf":"${pdf}","report":`);

/** The files of a draft; refused as malformed unless they give these very bytes again. @param {Uint8Array} content @returns {Record<string, Uint8Array>} */
export function readDraft(content) {
  let parsed;
  try {
    parsed = JSON.parse(fromUtf8(content));
  } catch {
    must(false, 'malformed');
  }
  const draft = DraftShape({ documents: [], ...parsed });
  const documents = DocumentShape(draft.documents);
  must(typeof draft.pdf === 'string' && draft.files.every((/** @type {any} */ file) => typeof file.text === 'string'), 'malformed');
  must(documents.every((/** @type {any} */ one) => typeof one.data === 'string'), 'malformed');
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  for (const { name, text } of draft.files) files[`items/${name}`] = utf8(text);
  for (const { name, data } of documents) files[`items/${name}`] = unb64u(data);
  if (draft.pdf) files['excerpt.pdf'] = unb64u(draft.pdf);
  // The report's bytes are taken as they are: spelling a number again could change it.
  if (draft.report !== null) files['report.json'] = content.slice(beforeReport(documents, draft.files, draft.pdf).length, -1);
  must(Object.keys(files).every((name) => soundName(name) && excerptName(name)) && sameBytes(draftContent(files), content), 'malformed');
  return files;
}

/** A public key as OpenSSL reads it. @param {string} key */
export function pem(key) {
  const body = btoa(String.fromCharCode(...concat(SPKI, unb64u(key, 32))));
  return utf8(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`);
}

/** Every file of the package except the list of hashes and its signature. @param {Parts} parts @returns {Promise<Record<string, Uint8Array>>} */
export async function unsignedFiles(parts) {
  const signer = unverified('devcert', there(parts.certs[0]), DevCertShape);
  const [charter, ...charters] = parts.charters;
  /** @type {Record<string, string>} */
  const texts = {
    'request.jws': parts.request,
    'private.json': parts.private,
    'sitting.jws': parts.sitting,
    'draft.jws': parts.draft,
    'charter.jws': there(charter),
    'VERIFY.txt': VERIFY_TXT,
    allowed_signers: allowedSigners(parts.custodian || signer.dev.sig),
  };
  for (const text of charters) texts[`charters/${await objectHash(text)}.jws`] = text;
  for (const text of parts.certs) texts[`certs/${await objectHash(text)}.jws`] = text;
  for (const text of parts.sheets) texts[`sheets/${await objectHash(text)}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.cards)) texts[`cards/${seat}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.holders)) texts[`holders/${seat}.jws`] = text;
  for (const [item, text] of Object.entries(parts.items)) texts[`items/${item}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.unlocks)) texts[`consents/unlock-${seat}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.releases)) texts[`consents/release-${seat}.jws`] = text;
  for (const text of parts.offices ?? []) texts[`offices/${await objectHash(text)}.jws`] = text;
  for (const [index, text] of (parts.authority ?? []).entries()) texts[`authority/${index ? 'second' : 'paper'}.jws`] = text;
  if (parts.verdict) texts['verdict.jws'] = parts.verdict;
  /** @type {Record<string, Uint8Array>} */
  const files = { ...parts.excerpt, 'keys/root.pem': pem(signer.root), 'keys/mediator.pem': pem(signer.dev.sig) };
  if (parts.log_key) {
    texts['log/checkpoint.note'] = parts.checkpoint;
    for (const { index, event, proof } of parts.events) {
      const number = String(index).padStart(6, '0');
      texts[`log/events/${number}.json`] = event;
      texts[`log/${number}.tlog-proof`] = proof;
    }
    files['keys/log.pem'] = pem(parts.log_key);
  }
  if (parts.custodian) files['keys/custodian.pem'] = pem(parts.custodian);
  for (const [seat, text] of Object.entries(parts.holders)) files[`keys/holder-${seat}.pem`] = pem(unverified('holder', text, HolderShape).sig);
  for (const [name, text] of Object.entries(texts)) files[name] = utf8(text);
  return files;
}

/** SHA256SUMS, as `sha256sum -c` reads it. @param {Record<string, Uint8Array>} files */
export async function sums(files) {
  let lines = '';
  for (const name of Object.keys(files).sort()) {
    const hex = Array.from(await sha256(there(files[name])), (byte) => byte.toString(16).padStart(2, '0')).join('');
    lines += `${hex}  ${name}\n`;
  }
  return utf8(lines);
}

/**
 * Sort checked objects (compact strings) into their places. `signer` is the public key that will sign; `content` the opened draft.
 * @param {{signer: string, content: Uint8Array, request: string, private: string, sitting: string, draft: string, charters: string[], certs: string[], sheets: string[], cards: string[],
 *   items: string[], holders: string[], consents: string[], verdict?: string, authority?: string[], offices?: string[], log_key?: string, checkpoint?: string, events?: string[], proofs?: string[]}} found
 * @returns {Parts}
 */
export function partsOf(found) {
  /** @param {string} kind @param {import('../keys/schema.js').Shape} shape @param {string[]} compacts @returns {Record<string, string>} */
  const bySeat = (kind, shape, compacts) => Object.fromEntries(compacts.map((text) => [unverified(kind, text, shape).seat, text]));
  /** @param {string} decision */
  const answers = (decision) =>
    bySeat('consent', ConsentShape, found.consents.filter((text) => unverified('consent', text, ConsentShape).decision === decision));
  const { events = [], proofs = [] } = found;
  must(events.length === proofs.length, 'malformed');
  /** @param {string} cert */
  const first = (cert) => unverified('devcert', cert, DevCertShape).dev.sig === found.signer;
  return {
    excerpt: readDraft(found.content),
    request: found.request,
    private: found.private,
    charters: [...found.charters],
    certs: [...found.certs.filter(first), ...found.certs.filter((cert) => !first(cert))],
    sheets: [...new Set(found.sheets)],
    cards: bySeat('card', CardShape, found.cards),
    holders: bySeat('holder', HolderShape, found.holders),
    items: Object.fromEntries(found.items.map((text) => [headerBytes(unverified('item', text, ItemShape)).item, text])),
    sitting: found.sitting,
    draft: found.draft,
    unlocks: answers('unlock'),
    releases: answers('release'),
    verdict: found.verdict ?? '',
    authority: [...(found.authority ?? [])],
    offices: [...new Set(found.offices ?? [])],
    custodian: found.certs.some(first) ? '' : found.signer,
    log_key: found.log_key ?? '',
    checkpoint: found.checkpoint ?? '',
    events: events.map((event, i) => ({ index: proofIndex(there(proofs[i])), event, proof: there(proofs[i]) })),
  };
}

/** The place in the log that a proof file names. @param {string} proof */
export function proofIndex(proof) {
  const match = /^index ([0-9]{1,6})$/.exec(proof.split('\n').slice(0, 4).find((line) => line.startsWith('index ')) ?? '');
  must(match, 'malformed');
  return Number(match[1]);
}

/** The package, signed by the mediator's device that `certs` begins with. @param {import('../keys/devices.js').Signer} signer @param {Parts} parts @returns {Promise<Uint8Array>} */
export async function buildPackage(signer, parts) {
  const files = await unsignedFiles(parts);
  const listed = await sums(files);
  return writeZip({ ...files, SHA256SUMS: listed, 'SHA256SUMS.sig': utf8(await makeSshsig(signer, listed)) });
}
