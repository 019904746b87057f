// Signed objects: JWS compact with one pinned header per kind. Twin of client/keys/jws.py.
import { signedBy } from './devices.js';
import { b64u, hashText, unb64u, utf8 } from './encoding.js';
import { must } from './refusals.js';
import { decodeJson, encodeJson } from './schema.js';

/**
 * @template [T=any]
 * @typedef {{body: T, by: string, compact: string, hash: string}} Signed   a payload whose signature was checked; `hash` is its identity
 */
/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./schema.js').Shape} Shape */

export const SUITE = 's1';
const MAX_COMPACT = 262_144;

/** @param {string} kind */
const header = (kind) => b64u(utf8(`{"alg":"Ed25519","typ":"incamera-${kind}+jws"}`));

/**
 * Make a signed object. The suite is added; the fields may come in any order.
 * @param {string} kind @param {any} body @param {Signer} signer @param {Shape} shape @returns {Promise<Signed>}
 */
export async function sign(kind, body, signer, shape) {
  const whole = shape({ suite: SUITE, ...body });
  const input = `${header(kind)}.${b64u(encodeJson(whole, shape))}`;
  const compact = `${input}.${b64u(await signer.sign(utf8(input)))}`;
  return { body: whole, by: signer.public, compact, hash: await hashText(compact) };
}

/**
 * The object, if it is of this kind, its payload is well-formed and one of `keys` signed it.
 * @param {string} kind @param {string} untrusted @param {string|Iterable<string>} keys @param {Shape} shape @returns {Promise<Signed>}
 */
export async function check(kind, untrusted, keys, shape) {
  const { head, body, signature } = parts(untrusted);
  must(head === header(kind), 'kind');
  const input = utf8(`${head}.${body}`);
  const raw = unb64u(signature, 64);
  for (const key of typeof keys === 'string' ? [keys] : keys) {
    if (await signedBy(key, input, raw)) {
      return { body: decodeJson(unb64u(body), shape), by: key, compact: untrusted, hash: await hashText(untrusted) };
    }
  }
  must(false, 'signature');
}

/** The payload before its signature is checked: only to learn which key to check it with. @param {string} kind @param {string} untrusted @param {Shape} shape */
export function unverified(kind, untrusted, shape) {
  const { head, body } = parts(untrusted);
  must(head === header(kind), 'kind');
  return decodeJson(unb64u(body), shape);
}

/** The identity of a signed object. @param {string} compact */
export const objectHash = (compact) => hashText(compact);

/** @param {string} untrusted */
function parts(untrusted) {
  const sound =
    typeof untrusted === 'string' &&
    untrusted.length <= MAX_COMPACT &&
    /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(untrusted);
  must(sound, 'malformed');
  const [head = '', body = '', signature = ''] = untrusted.split('.');
  return { head, body, signature };
}
