// Knocking: who stands at the door, sealed to the mediator's device and proven with the link's secret. Twin of client/keys/knock.py.
import { checkAgreement } from './agreement.js';
import { b64u, info, sameBytes, unb64u, utf8 } from './encoding.js';
import { openBox, sealBox } from './hpke_box.js';
import { must } from './refusals.js';
import { checkPage } from './roots.js';
import { bool, Compact, decodeJson, encodeJson, Key, list, Name, obj, orNull, str } from './schema.js';

/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{page: Signed<import('./roots.js').Page>, agreement: Signed<import('./agreement.js').Agreement>|null, cannot_sign: boolean, names: string[], words: string}} Knock */

const STEP = 2048;
const Inside = obj({
  page: Compact,
  agreement: orNull(Compact),
  cannot_sign: bool,
  names: list(Name, 8),
  words: str(0, 1000),
  mac: Key,
});

/** @param {Uint8Array} join @param {string} page */
async function macOf(join, page) {
  const how = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', /** @type {BufferSource} */ (join), how, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(page)));
}

/** Seal to the mediator's device; `join` is the link's third key. The place is the one that the page statement names. @param {Signed<import('./roots.js').DevCert>} devcert @param {Uint8Array} join @param {Knock} knock */
export async function sealKnock(devcert, join, knock) {
  const { mediation, seat } = knock.page.body;
  const inside = {
    page: knock.page.compact,
    agreement: knock.agreement?.compact ?? null,
    cannot_sign: knock.cannot_sign,
    names: knock.names,
    words: knock.words,
    mac: b64u(await macOf(join, knock.page.compact)),
  };
  return sealBox(devcert.body.dev.kem, info('knock', mediation, seat, devcert.hash), encodeJson(inside, Inside), STEP);
}

/** A knock for this place by somebody who holds its link; its page and agreement are by one and the same device. @param {import('./devices.js').Opener} opener @param {string} devcertHash @param {string} mediation @param {string} seat @param {Uint8Array} join @param {string} box @returns {Promise<Knock>} */
export async function openKnock(opener, devcertHash, mediation, seat, join, box) {
  const inside = decodeJson(await openBox(opener, info('knock', mediation, seat, devcertHash), box, STEP), Inside);
  must(sameBytes(await macOf(join, inside.page), unb64u(inside.mac, 32)), 'signature');
  const page = await checkPage(inside.page, mediation, seat);
  const agreement = inside.agreement ? await checkAgreement(inside.agreement, mediation, seat, page.body.dev) : null;
  return { page, agreement, cannot_sign: inside.cannot_sign, names: inside.names, words: inside.words };
}

