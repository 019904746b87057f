// The shape of an object: what msgspec's strict structs are in Python. A shape takes an untrusted value and gives back the value with
// its fields in the written order, or refuses it as malformed; nothing unknown, nothing missing, nothing of another type.
import { fromUtf8, utf8 } from './encoding.js';
import { must } from './refusals.js';

/** @typedef {(untrusted: any) => any} Shape */

/** @param {number} min @param {number} max @param {RegExp} [pattern] @returns {Shape} */
export const str = (min, max, pattern) => (value) => {
  must(typeof value === 'string' && value.isWellFormed(), 'malformed');
  const length = pattern ? value.length : [...value].length; // code points, as Python counts; a pattern means ASCII
  must(length >= min && length <= max, 'malformed');
  must(!pattern || pattern.test(value), 'malformed');
  return value;
};

/** @param {number} min @param {number} max @returns {Shape} */
export const int = (min, max) => (value) => {
  must(Number.isSafeInteger(value) && value >= min && value <= max && !Object.is(value, -0), 'malformed');
  return value;
};

/** @type {Shape} */
export const bool = (value) => {
  must(typeof value === 'boolean', 'malformed');
  return value;
};

/** @param {...(string|number)} values @returns {Shape} */
export const oneOf = (...values) => (value) => {
  must(values.includes(value), 'malformed');
  return value;
};

/** @param {Shape} shape @returns {Shape} */
export const orNull = (shape) => (value) => (value === null ? null : shape(value));

/** @param {Shape} shape @param {number} max @param {number} [min] @returns {Shape} */
export const list = (shape, max, min = 0) => (value) => {
  must(Array.isArray(value) && value.length >= min && value.length <= max, 'malformed');
  return value.map((/** @type {any} */ part) => shape(part));
};

/** @param {...Shape} shapes @returns {Shape} */
export const tuple = (...shapes) => (value) => {
  must(Array.isArray(value) && value.length === shapes.length, 'malformed');
  return shapes.map((shape, i) => shape(value[i]));
};

/** @param {Shape} key @param {Shape} shape @param {number} max @param {number} [min] @returns {Shape} */
export const map = (key, shape, max, min = 0) => (value) => {
  must(value !== null && typeof value === 'object' && !Array.isArray(value), 'malformed');
  const entries = Object.entries(value);
  must(entries.length >= min && entries.length <= max, 'malformed');
  return Object.fromEntries(entries.map(([name, part]) => [key(name), shape(part)]));
};

/** @param {Record<string, Shape>} fields @returns {Shape} */
export const obj = (fields) => (value) => {
  must(value !== null && typeof value === 'object' && !Array.isArray(value), 'malformed');
  must(Object.keys(value).length === Object.keys(fields).length, 'malformed');
  return Object.fromEntries(
    Object.entries(fields).map(([name, shape]) => {
      must(Object.hasOwn(value, name), 'malformed');
      return [name, shape(value[name])];
    }),
  );
};

/** A signed payload. @param {Record<string, Shape>} fields @returns {Shape} */
export const payload = (fields) => obj({ suite: oneOf('s1'), ...fields });

/**
 * JSON of this shape; malformed unless it is the one spelling of its value, so that both twins read the same.
 * @param {Uint8Array} bytes @param {Shape} shape
 */
export function decodeJson(bytes, shape) {
  const text = fromUtf8(bytes);
  let parsed;
  try {
    parsed = JSON.parse(text);
  } catch {
    must(false, 'malformed');
  }
  const value = shape(parsed);
  must(JSON.stringify(value) === text, 'malformed');
  return value;
}

/** JSON of a value that has this shape, its fields in the written order. @param {any} value @param {Shape} shape */
export const encodeJson = (value, shape) => utf8(JSON.stringify(shape(value)));

const ID = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const KEY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
export const Id = str(22, 22, ID);
export const OptionalId = str(0, 22, /^(?:[A-Za-z0-9_-]{21}[AQgw])?$/);
export const Key = str(43, 43, KEY);
export const OptionalKey = str(0, 43, /^(?:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])?$/);
export const Hex256 = str(64, 64, /^[0-9a-f]{64}$/);
export const Time = int(0, Number.MAX_SAFE_INTEGER);
export const Revision = int(1, 2 ** 31 - 1);
export const Epoch = int(1, 65535);
export const Box = str(16, 300_000, /^[A-Za-z0-9_-]+$/);
export const Compact = str(16, 262_144, /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
export const Word = str(1, 64, /^[a-z0-9][a-z0-9._/-]*$/);
export const OptionalWord = str(0, 64, /^(?:[a-z0-9][a-z0-9._/-]*)?$/);
export const Label = str(1, 40, /^[a-z][A-Za-z0-9_.-]*$/);
export const Name = str(1, 200);
export const Build = str(0, 64, /^[A-Za-z0-9._+-]*$/);
export const Text = str(0, 20_000);
export const Language = str(2, 12, /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$/);
