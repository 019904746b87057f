// Builds the package: the released draft, every signed object behind it, and what common tools need. Twin of client/bundle/package.py;
// both make the same bytes from the same parts.
import { concat, sha256, unb64u, utf8 } from '../keys/encoding.js';
import { HolderShape } from '../keys/hold.js';
import { objectHash, unverified } from '../keys/jws.js';
import { DevCertShape } from '../keys/roots.js';
import { readZip, writeZip, ZipRefused } from './canonical_zip.js';
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
 * @property {string} log_key      public key of the log, '' without a log
 * @property {string} checkpoint
 * @property {Event[]} events
 */

const SPKI = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]); // RFC 8410

/** @param {string} name */
const ofDraft = (name) => name === 'excerpt.pdf' || (name.startsWith('items/') && name.endsWith('.txt'));

/** What a draft item holds, and what every holder agrees to: the canonical archive of `excerpt.pdf` and `items/*.txt`. @param {Record<string, Uint8Array>} files */
export function draftContent(files) {
  if (!Object.keys(files).every(ofDraft)) throw new ZipRefused();
  return writeZip(files);
}

/** The files of a draft; ZipRefused if it is not the canonical archive of such files. @param {Uint8Array} content */
export function readDraft(content) {
  const files = readZip(content);
  if (!Object.keys(files).every(ofDraft)) throw new ZipRefused();
  return files;
}

/** A public key as OpenSSL reads it. @param {string} key */
export function pem(key) {
  const body = btoa(String.fromCharCode(...concat(SPKI, unb64u(key, 32))));
  return utf8(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`);
}

/** Every file of the package except the list of hashes and its signature. @param {Parts} parts @returns {Promise<Record<string, Uint8Array>>} */
export async function unsignedFiles(parts) {
  const signer = unverified('devcert', parts.certs[0], DevCertShape);
  const [charter, ...charters] = parts.charters;
  /** @type {Record<string, string>} */
  const texts = {
    'request.jws': parts.request,
    'private.json': parts.private,
    'sitting.jws': parts.sitting,
    'draft.jws': parts.draft,
    'charter.jws': charter,
    'VERIFY.txt': VERIFY_TXT,
    allowed_signers: allowedSigners(signer.dev.sig),
  };
  for (const text of charters) texts[`charters/${await objectHash(text)}.jws`] = text;
  for (const text of parts.certs) texts[`certs/${await objectHash(text)}.jws`] = text;
  for (const text of parts.sheets) texts[`sheets/${await objectHash(text)}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.cards)) texts[`cards/${seat}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.holders)) texts[`holders/${seat}.jws`] = text;
  for (const [item, text] of Object.entries(parts.items)) texts[`items/${item}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.unlocks)) texts[`consents/unlock-${seat}.jws`] = text;
  for (const [seat, text] of Object.entries(parts.releases)) texts[`consents/release-${seat}.jws`] = text;
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
  for (const [seat, text] of Object.entries(parts.holders)) files[`keys/holder-${seat}.pem`] = pem(unverified('holder', text, HolderShape).sig);
  for (const [name, text] of Object.entries(texts)) files[name] = utf8(text);
  return files;
}

/** SHA256SUMS, as `sha256sum -c` reads it. @param {Record<string, Uint8Array>} files */
export async function sums(files) {
  let lines = '';
  for (const name of Object.keys(files).sort()) {
    const hex = Array.from(await sha256(files[name]), (byte) => byte.toString(16).padStart(2, '0')).join('');
    lines += `${hex}  ${name}\n`;
  }
  return utf8(lines);
}

/** The package, signed by the mediator's device that `certs` begins with. @param {import('../keys/devices.js').Signer} signer @param {Parts} parts @returns {Promise<Uint8Array>} */
export async function buildPackage(signer, parts) {
  const files = await unsignedFiles(parts);
  const listed = await sums(files);
  return writeZip({ ...files, SHA256SUMS: listed, 'SHA256SUMS.sig': utf8(await makeSshsig(signer, listed)) });
}
