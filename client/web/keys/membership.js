// Who may be where: charter, room sheets, name cards. Twin of client/keys/membership.py; the server runs the same checks.
import { check, sign } from './jws.js';
import { must, there } from './refusals.js';
import { bool, Id, int, Key, list, Name, obj, oneOf, OptionalId, OptionalKey, payload, Revision, Time, tuple, Word } from './schema.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {import('./roots.js').Devices} Devices */
/** @template [T=any] @typedef {import('./jws.js').Signed<T>} Signed */
/** @typedef {'mediator'|'comediator'|'party'|'counsel'|'support'|'interpreter'|'expert'|'casemanager'|'observer'|'custodian'} Role */
/** @typedef {'waiting'|'joint'|'caucus'|'counsel'} RoomKind */
/** @typedef {{id: string, side: string, role: Role}} CharterSeat */
/** @typedef {{suite: 's1', mediation: string, rev: number, prev: string, root: string, sides: string[], seats: CharterSeat[], no_contact: [string, string][], regime: string, policy: string, grounds: string[], nonparty_consent: 'never'|'own'|'always', retention_days: number, keep: boolean, disclosure: boolean}} Charter */
/** @typedef {{seat: string, dev: string, role: Role}} Member */
/** @typedef {{suite: 's1', mediation: string, charter: string, room: string, kind: RoomKind, rev: number, prev: string, members: Member[], keepers: string[], parting: string, ts: number}} Sheet */
/** @typedef {{suite: 's1', mediation: string, seat: string, names: string[], side: string, role: Role, rev: number}} Card */
/** @typedef {{seat: string, dev: string}} Own   one's own place and device */

export const MAX_SEATS = 64;
export const MEDIATORS = new Set(['mediator', 'comediator']);
export const RoleShape = oneOf('mediator', 'comediator', 'party', 'counsel', 'support', 'interpreter', 'expert', 'casemanager', 'observer', 'custodian');
const PerSeat = list(Id, MAX_SEATS);

export const CharterShape = payload({
  mediation: Id,
  rev: Revision,
  prev: OptionalKey,
  root: Key,
  sides: list(Id, 16),
  seats: list(obj({ id: Id, side: OptionalId, role: RoleShape }), MAX_SEATS, 1),
  no_contact: list(tuple(Id, Id), 256),
  regime: Word,
  policy: Key,
  grounds: list(Word, 16),
  nonparty_consent: oneOf('never', 'own', 'always'),
  retention_days: int(0, 36500),
  keep: bool,
  disclosure: bool,
});
/** Somebody in a room. */
export const MemberShape = obj({ seat: Id, dev: Key, role: RoleShape });
export const SheetShape = payload({
  mediation: Id,
  charter: Key,
  room: Id,
  kind: oneOf('waiting', 'joint', 'caucus', 'counsel'),
  rev: Revision,
  prev: OptionalKey,
  members: list(MemberShape, MAX_SEATS),
  keepers: PerSeat,
  parting: OptionalKey,
  ts: Time,
});
export const CardShape = payload({ mediation: Id, seat: Id, names: list(Name, 8), side: OptionalId, role: RoleShape, rev: Revision });

/** The place with this id. @param {Charter} charter @param {string} seat */
export const charterSeat = (charter, seat) => charter.seats.find((place) => place.id === seat);

/** The member at this place. @param {Sheet} sheet @param {string} seat */
export const sheetMember = (sheet, seat) => sheet.members.find((member) => member.seat === seat);

/** Sign a charter (mediator's device). @param {Signer} signer @param {Omit<Charter, 'suite'>} charter @returns {Promise<Signed<Charter>>} */
export async function makeCharter(signer, charter) {
  fitCharter(/** @type {Charter} */ (charter));
  return sign('charter', charter, signer, CharterShape);
}

/** A charter of this mediation by a certified device whose root it names; it follows the one `held`, if any. @param {string} untrusted @param {Devices} devices @param {string} mediation @param {Signed<Charter>|null} [held] @returns {Promise<Signed<Charter>>} */
export async function checkCharter(untrusted, devices, mediation, held = null) {
  /** @type {Signed<Charter>} */
  const charter = await check('charter', untrusted, Object.keys(devices), CharterShape);
  if (held !== null && charter.hash === held.hash) return held;
  const { body } = charter;
  must(body.mediation === mediation, 'mediation');
  must(body.root === there(devices[charter.by]).body.root, 'root');
  fitCharter(body);
  must(held === null || body.rev > held.body.rev, 'revision');
  must(held === null || body.rev !== held.body.rev + 1 || body.prev === held.hash, 'chain');
  return charter;
}

/** @param {Charter} charter */
function fitCharter(charter) {
  const seats = new Set(charter.seats.map((seat) => seat.id));
  const sides = new Set(charter.sides);
  const sound =
    seats.size === charter.seats.length &&
    sides.size === charter.sides.length &&
    (charter.rev === 1) === (charter.prev === '') &&
    charter.seats.filter((seat) => seat.role === 'mediator').length === 1 &&
    charter.seats.every((seat) => sides.has(seat.side) || (seat.side === '' && seat.role !== 'party' && seat.role !== 'counsel')) &&
    charter.seats.every((seat) => seat.side === '' || !(MEDIATORS.has(seat.role) || seat.role === 'custodian')) &&
    charter.no_contact.every(([one, other]) => one !== other && seats.has(one) && seats.has(other));
  must(sound, 'charter');
}

/** Sign a sheet (mediator's device). @param {Signer} signer @param {Omit<Sheet, 'suite'>} sheet @returns {Promise<Signed<Sheet>>} */
export const makeSheet = (signer, sheet) => sign('sheet', sheet, signer, SheetShape);

/**
 * A sheet by a certified device that the charter allows and that follows the one `held` for its room. `continuous` false: one was out of
 * the room in between, so only the revision must be higher. `own` makes it refuse a sheet that puts another device in one's own place.
 * @param {string} untrusted @param {Signed<Charter>} charter @param {Devices} devices @param {Signed<Sheet>|null} [held] @param {Own|null} [own] @param {boolean} [continuous]
 * @returns {Promise<Signed<Sheet>>}
 */
export async function checkSheet(untrusted, charter, devices, held = null, own = null, continuous = true) {
  /** @type {Signed<Sheet>} */
  const sheet = await check('sheet', untrusted, Object.keys(devices), SheetShape);
  const { body } = sheet;
  must(body.mediation === charter.body.mediation, 'mediation');
  must(body.charter === charter.hash, 'charter');
  must((body.rev === 1) === (body.prev === ''), 'chain');
  if (held !== null) {
    must(body.room === held.body.room && body.kind === held.body.kind, 'room');
    must(body.rev > held.body.rev, 'revision');
    must(!continuous || (body.rev === held.body.rev + 1 && body.prev === held.hash), 'chain');
  }
  fitSheet(body, charter.body, devices);
  if (own !== null) {
    must(body.members.every((member) => (member.seat === own.seat) === (member.dev === own.dev)), 'device');
  }
  return sheet;
}

/** @param {Sheet} sheet @param {Charter} charter @param {Devices} devices */
function fitSheet(sheet, charter, devices) {
  const seats = new Set(sheet.members.map((member) => member.seat));
  const devs = new Set(sheet.members.map((member) => member.dev));
  must(seats.size === sheet.members.length && devs.size === sheet.members.length, 'seat');
  for (const member of sheet.members) {
    must(charterSeat(charter, member.seat)?.role === member.role && member.role !== 'custodian', 'seat');
    must(member.role !== 'mediator' || Object.hasOwn(devices, member.dev), 'device');
  }
  must(!charter.no_contact.some(([one, other]) => seats.has(one) && seats.has(other)), 'no-contact');
  const mediated = sheet.members.some((member) => MEDIATORS.has(member.role));
  must(sheet.kind !== 'counsel' || !mediated, 'counsel');
  must(mediated || sidesPresent(charter, seats).size <= 1, 'opposing');
  const keepers = new Set(sheet.keepers);
  const kept = sheet.keepers.every((seat) => seats.has(seat)) && keepers.size === sheet.keepers.length;
  must(kept && (seats.size === 0 || keepers.size > 0), 'keeper');
}

/** The sides to which these places belong. @param {Charter} charter @param {Iterable<string>} seats @returns {Set<string>} */
export function sidesPresent(charter, seats) {
  const sides = [...seats].map((seat) => charterSeat(charter, seat)?.side ?? '');
  return new Set(sides.filter((side) => side !== ''));
}

/** Sign a name card (mediator's device). @param {Signer} signer @param {Omit<Card, 'suite'>} card @returns {Promise<Signed<Card>>} */
export const makeCard = (signer, card) => sign('card', card, signer, CardShape);

/** A name card of this mediation by a certified device. @param {string} untrusted @param {Devices} devices @param {string} mediation @returns {Promise<Signed<Card>>} */
export async function checkCard(untrusted, devices, mediation) {
  const card = await check('card', untrusted, Object.keys(devices), CardShape);
  must(card.body.mediation === mediation, 'mediation');
  return card;
}
