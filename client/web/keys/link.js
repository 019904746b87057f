// The link of a place. Everything secret is in the fragment, which browsers never send. Twin of client/keys/link.py.
import { hkdf } from './derive.js';
import { b64u, hashBytes, hashText, info, randomBytes, unb64u } from './encoding.js';

/** @typedef {'empty'|'cut'|'mistyped'|'version'} LinkFault   nothing after the # · parts are missing · a character is wrong · another version of In Camera */
/** @typedef {{mediation: string, seat: string, fingerprint: string, secret: Uint8Array, minrev: number}} Link */
/** @typedef {{access: Uint8Array, envelope: Uint8Array, join: Uint8Array, accessText: string, accessHash: string}} LinkKeys */

const VERSION = '1';
const MAX_LINK = 2000;

/** The link can't be used; `fault` says why. */
export class LinkRefused extends Error {
  /** @param {LinkFault} fault */
  constructor(fault) {
    super(fault);
    this.name = 'LinkRefused';
    /** @type {LinkFault} */
    this.fault = fault;
  }
}

/** @param {string} before */
const checksum = async (before) => (await hashText(`incamera/1 link ${before}`)).slice(0, 6);

/** A link with a fresh secret. @param {string} mediation @param {string} seat @param {string} rootFingerprint @param {number} [minrev] @param {import('./encoding.js').Random} [random] @returns {Link} */
export const newLink = (mediation, seat, rootFingerprint, minrev = 1, random = randomBytes) => ({
  mediation,
  seat,
  fingerprint: rootFingerprint,
  secret: random(32),
  minrev,
});

/** The text to send. `origin` is the page's address without a path. @param {string} origin @param {Link} link */
export async function makeLink(origin, link) {
  const before = [VERSION, link.mediation, link.seat, link.fingerprint, b64u(link.secret), link.minrev].join('.');
  return `${origin}/j#${before}.${await checksum(before)}`;
}

/** The link in an address or in a bare fragment; LinkRefused says in which of four ways it is broken. @param {string} untrusted @returns {Promise<Link>} */
export async function parseLink(untrusted) {
  if (untrusted.length > MAX_LINK) throw new LinkRefused('mistyped');
  const text = untrusted.trim().replace(/[.,;:!?)>\]}"']+$/, '');
  const fragment = text.slice(text.lastIndexOf('#') + 1);
  if (!fragment || (!untrusted.includes('#') && untrusted.includes('/'))) throw new LinkRefused('empty');
  const parts = fragment.split('.');
  const [version = '', mediation = '', seat = '', mark = '', secret = '', minrev = '', check = ''] = parts;
  if (version !== VERSION && /^[0-9]{1,3}$/.test(version)) throw new LinkRefused('version');
  if (parts.length < 7) throw new LinkRefused('cut');
  if (!/^[A-Za-z0-9._-]+$/.test(fragment) || parts.length > 7 || version !== VERSION) throw new LinkRefused('mistyped');
  if (check.length < 6) throw new LinkRefused('cut');
  const sound =
    check === (await checksum(parts.slice(0, 6).join('.'))) &&
    /^[A-Za-z0-9_-]{21}[AQgw]$/.test(mediation) &&
    /^[A-Za-z0-9_-]{21}[AQgw]$/.test(seat) &&
    /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(mark) &&
    /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(secret) &&
    /^[1-9][0-9]{0,8}$/.test(minrev);
  if (!sound) throw new LinkRefused('mistyped');
  return { mediation, seat, fingerprint: mark, secret: unb64u(secret, 32), minrev: Number(minrev) };
}

/** The three keys of a link, bound to the mediation and the place. @param {Link} link @returns {Promise<LinkKeys>} */
export async function linkKeys(link) {
  /** @param {string} label */
  const derive = (label) => hkdf(link.secret, info(label, link.mediation, link.seat));
  const [access, envelope, join] = await Promise.all([derive('access'), derive('envelope'), derive('join')]);
  return { access, envelope, join, accessText: b64u(access), accessHash: await hashBytes(access) };
}
