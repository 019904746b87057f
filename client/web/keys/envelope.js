// The invitation of a place: readable with its link while the mediator is away, and by nobody else. Twin of client/keys/envelope.py.
import { openAes, sealAes } from './derive.js';
import { fromUtf8, info, pad, randomBytes, unpad, utf8 } from './encoding.js';
import { check, sign } from './jws.js';
import { RoleShape } from './membership.js';
import { must } from './refusals.js';
import { Hex256, Id, Key, Label, Language, map, obj, OptionalId, payload, Revision, str, Text, Time } from './schema.js';

/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, seat: string, rev: number, title: string, name: string, role: import('./membership.js').Role, side: string, mediator: string, starts: number, ends: number, zone: string, agreement: Record<string, {text: string}>, agreement_sha256: Record<string, string>, texts: Record<string, string>, charter: string}} Envelope */

const STEP = 4096;
const Line = str(0, 300);
export const EnvelopeShape = payload({
  mediation: Id,
  seat: Id,
  rev: Revision,
  title: Line,
  name: Line,
  role: RoleShape,
  side: OptionalId,
  mediator: Line,
  starts: Time,
  ends: Time,
  zone: str(0, 64, /^[A-Za-z0-9_+/-]*$/),
  agreement: map(Language, obj({ text: str(0, 60_000) }), 8),
  agreement_sha256: map(Language, Hex256, 8),
  texts: map(Label, Text, 32),
  charter: Key,
});

/** Sign as a mediator's device and seal under the link's envelope key. @param {import('./devices.js').Signer} signer @param {Uint8Array} key @param {Omit<Envelope, 'suite'>} envelope @param {import('./encoding.js').Random} [random] */
export async function sealEnvelope(signer, key, envelope, random = randomBytes) {
  const signed = await sign('envelope', envelope, signer, EnvelopeShape);
  return sealAes(key, pad(utf8(signed.compact), STEP), info('envelope-aad', envelope.mediation, envelope.seat), random);
}

/** The invitation of this place by a certified device; not older than revision `heldRev`. @param {Uint8Array} key @param {string} mediation @param {string} seat @param {import('./roots.js').Devices} devices @param {string} sealed @param {number} [heldRev] @returns {Promise<Signed<Envelope>>} */
export async function openEnvelope(key, mediation, seat, devices, sealed, heldRev = 0) {
  const plain = unpad(await openAes(key, sealed, info('envelope-aad', mediation, seat)), STEP);
  const envelope = await check('envelope', fromUtf8(plain), Object.keys(devices), EnvelopeShape);
  must(envelope.body.mediation === mediation, 'mediation');
  must(envelope.body.seat === seat, 'seat');
  must(envelope.body.rev >= heldRev, 'revision');
  return envelope;
}
