// Bytes as text and back, strictly: one spelling per value. Twin of client/keys/encoding.py.
import { must } from './refusals.js';

/** @typedef {(length: number) => Uint8Array} Random */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @type {Random} */
export const randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** UTF-8. @param {string} text */
export const utf8 = (text) => encoder.encode(text);

/** The text of UTF-8 bytes, or refused. @param {Uint8Array} bytes @returns {string} */
export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    must(false, 'malformed');
  }
}

/** base64url without padding. @param {Uint8Array} bytes */
export function b64u(bytes) {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * The bytes, if this is their one spelling (and their number is `length`); else refused as malformed.
 * @param {string} untrusted @param {number} [length] @returns {Uint8Array}
 */
export function unb64u(untrusted, length) {
  must(/^[A-Za-z0-9_-]*$/.test(untrusted) && untrusted.length % 4 !== 1, 'malformed');
  const binary = atob(untrusted.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  must(b64u(bytes) === untrusted && (length === undefined || bytes.length === length), 'malformed');
  return bytes;
}

/** 16 random bytes: ids are never sequential and never names. @param {Random} [random] */
export const newId = (random = randomBytes) => b64u(random(16));

/** SHA-256. @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export const sha256 = async (bytes) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', /** @type {BufferSource} */ (bytes)));

/** b64u(SHA-256). @param {Uint8Array} bytes */
export const hashBytes = async (bytes) => b64u(await sha256(bytes));

/** b64u(SHA-256) of a text's UTF-8; for a signed object this is its identity. @param {string} text */
export const hashText = (text) => hashBytes(utf8(text));

/** JSON without spaces, UTF-8, in the order given. @param {unknown} value */
export const compactJson = (value) => utf8(JSON.stringify(value));

/** The binding of a key or a box: `["incamera/1",label,...ids]`. Only ASCII can be bound. @param {string} label @param {...(string|number)} ids */
export function info(label, ...ids) {
  const text = JSON.stringify(['incamera/1', label, ...ids.map(String)]);
  // eslint-disable-next-line no-control-regex
  must(/^[\x20-\x7e]*$/.test(text), 'malformed');
  return utf8(text);
}

/** @param {...Uint8Array} parts */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Length, content, zeros up to a multiple of `step`: sizes tell less. @param {Uint8Array} content @param {number} step */
export function pad(content, step) {
  const padded = new Uint8Array(Math.ceil((4 + content.length) / step) * step);
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, 4);
  return padded;
}

/** The content of `pad`; anything else, a non-zero filler included, is malformed. @param {Uint8Array} padded @param {number} step */
export function unpad(padded, step) {
  must(padded.length >= 4 && padded.length % step === 0, 'malformed');
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  const content = padded.slice(4, 4 + length);
  const filler = padded.subarray(4 + length);
  must(content.length === length && filler.length < step && filler.every((byte) => byte === 0), 'malformed');
  return content;
}

/** Whether two byte strings are equal, in time that depends on their length only. @param {Uint8Array} one @param {Uint8Array} other */
export function sameBytes(one, other) {
  let different = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) different |= (one[i] ?? 0) ^ (other[i] ?? 0);
  return different === 0;
}
