// A mediation while it is being written: pure values, checked in one place, turned into a plan at the end.

/** @typedef {import('../session/types.js').MediationPlan} MediationPlan */
/**
 * @typedef {{title: string, date: string, start: string, end: string, zone: string, regime: string, sides: {id: string, label: string}[],
 *   seats: {name: string, role: string, side: string, phone: string}[], noContact: [number, number][], keep: boolean, disclosure: boolean, reasons?: string[], retentionDays: number, own: string|null}} Draft
 */

export const ROLES = ['party', 'counsel', 'support', 'interpreter', 'expert', 'comediator', 'casemanager', 'observer', 'custodian'];

const COMMON_ZONES = ['Europe/London', 'Europe/Dublin', 'Europe/Madrid', 'Europe/Paris', 'Europe/Berlin', 'America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'America/Mexico_City', 'America/Bogota', 'America/Argentina/Buenos_Aires', 'Asia/Singapore', 'Asia/Hong_Kong', 'Australia/Sydney', 'UTC'];

/** All zones the browser knows, the likely one first. @param {string} here @returns {string[]} */
export function zones(here) {
  const all = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : COMMON_ZONES;
  return [...new Set([here, ...all])];
}

/** @param {Date} now @param {string} zone @param {string} regime @param {[string, string]} labels @returns {Draft} */
export function blank(now, zone, regime, labels) {
  const tomorrow = new Date(now.getTime() + 86_400_000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return {
    title: '', date: `${tomorrow.getFullYear()}-${two(tomorrow.getMonth() + 1)}-${two(tomorrow.getDate())}`, start: '10:00', end: '13:00', zone, regime,
    sides: [{ id: 's1', label: labels[0] }, { id: 's2', label: labels[1] }],
    seats: [{ name: '', role: 'party', side: 's1', phone: '' }, { name: '', role: 'party', side: 's2', phone: '' }],
    noContact: [], keep: false, disclosure: false, retentionDays: 180, own: null,
  };
}

/** Seconds since 1970 of a wall-clock time in a zone. In the hour that a clock change skips, the later moment. @param {string} date @param {string} time @param {string} zone @returns {number} */
export function moment(date, time, zone) {
  const wall = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wall)) return Number.NaN;
  let guess = wall;
  // Two rounds reach the fixed point except in a skipped hour.
  for (let round = 0; round < 3; round++) guess = wall - offset(guess, zone);
  return Math.floor(guess / 1000);
}

/** How far the zone's clocks are ahead of UTC then, in ms. @param {number} at @param {string} zone */
function offset(at, zone) {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(at);
  const of = (/** @type {string} */ type) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(at / 1000) * 1000;
}

/** What is missing or can't be: id of the field -> catalogue key. @param {Draft} draft @param {number} now @returns {Record<string, string>} */
export function checkDraft(draft, now) {
  /** @type {Record<string, string>} */
  const wrong = {};
  if (!draft.title.trim()) wrong.title = 'new.wrong.title';
  const starts = moment(draft.date, draft.start, draft.zone);
  const ends = moment(draft.date, draft.end, draft.zone);
  if (Number.isNaN(starts) || Number.isNaN(ends)) wrong.date = 'new.wrong.date';
  else if (ends <= now) wrong.date = 'new.wrong.past';
  else if (ends <= starts) wrong.end = 'new.wrong.end';
  for (const [index, seat] of draft.seats.entries()) {
    if (!seat.name.trim()) wrong[`person-${index}`] = 'new.wrong.name';
    else if (draft.seats.slice(0, index).some((other) => other.name.trim().toLowerCase() === seat.name.trim().toLowerCase())) wrong[`person-${index}`] = 'new.wrong.twice';
  }
  for (const [index, side] of draft.sides.entries()) if (!side.label.trim()) wrong[`side-${index}`] = 'new.wrong.side';
  if (reasonsOf(draft).length && !draft.seats.some((seat) => seat.role === 'custodian')) wrong.reasons = 'new.wrong.custodian';
  if (!draft.regime) wrong.regime = 'new.wrong.regime';
  if (draft.own !== null && draft.own.trim().length < 40) wrong.own = 'new.wrong.own';
  return wrong;
}

/** The reasons besides everyone's agreement; none where nothing can be opened at all. @param {Draft} draft */
export const reasonsOf = (draft) => (draft.keep && draft.disclosure ? draft.reasons ?? [] : []);

/** @param {Draft} draft @param {string} language @returns {MediationPlan} */
export const planOf = (draft, language) => ({
  title: draft.title.trim(), regime: draft.regime, starts: moment(draft.date, draft.start, draft.zone), ends: moment(draft.date, draft.end, draft.zone), zone: draft.zone,
  sides: draft.sides.map((side) => ({ id: side.id, label: side.label.trim() })),
  reasons: reasonsOf(draft),
  seats: draft.seats.map((seat) => ({ ...seat, side: seat.role === 'custodian' ? '' : seat.side, name: seat.name.trim(), phone: seat.phone.trim() })),
  noContact: draft.noContact, keep: draft.keep, disclosure: draft.keep && draft.disclosure, retentionDays: draft.keep ? draft.retentionDays : 0,
  ownAgreement: draft.own === null ? null : { [language]: draft.own.trim() },
});
