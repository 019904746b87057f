// An office that is in no room: whose device speaks for the custodian's place. Twin of client/keys/offices.py.
import { check, sign } from './jws.js';
import { charterSeat } from './membership.js';
import { must } from './refusals.js';
import { Id, Key, payload, Time } from './schema.js';

/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {{suite: 's1', mediation: string, seat: string, dev: string, ts: number}} Office */

export const OfficeShape = payload({ mediation: Id, seat: Id, dev: Key, ts: Time });

/** State it (mediator's device). @param {import('./devices.js').Signer} signer @param {string} mediation @param {string} seat @param {string} dev @param {number} ts @returns {Promise<Signed<Office>>} */
export const makeOffice = (signer, mediation, seat, dev, ts) => sign('office', { mediation, seat, dev, ts }, signer, OfficeShape);

/** The device of a custodian's place in this charter, stated by a certified device. @param {string} untrusted @param {import('./roots.js').Devices} devices @param {import('./membership.js').Charter} charter @returns {Promise<Signed<Office>>} */
export async function checkOffice(untrusted, devices, charter) {
  const office = await check('office', untrusted, Object.keys(devices), OfficeShape);
  must(office.body.mediation === charter.mediation, 'mediation');
  must(charterSeat(charter, office.body.seat)?.role === 'custodian', 'seat');
  must(!Object.hasOwn(devices, office.body.dev), 'device');
  return office;
}
