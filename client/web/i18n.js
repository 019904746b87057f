// Every word a person reads comes from a catalogue (i18n/LANGUAGE.json); this module looks it up and fills it in.
// Messages hold {name}, {count, plural, one {…} other {…}} and {kind, select, a {…} other {…}}; `#` is the number.
// A missing key shows as the key between marks, so that a test sees it; nothing is ever invented in its place.

/** @typedef {Record<string, any>} Facts */
/** @typedef {Record<string, string>} Catalogue */
/** @typedef {string | {name: string, type: string, cases: Record<string, Part[]>}} Part */

export const LANGUAGES = /** @type {const} */ (['en', 'es']);
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

let language = 'en';
/** The reader's own region of that language, for dates, numbers and lists: 3 March or March 3. */
let region = 'en';
/** @type {Catalogue} */
let catalogue = {};
/** @type {Map<string, Part[]>} */
const parsed = new Map();

/** The best of our languages for what the browser asks for. @param {readonly string[]} wanted @returns {string} */
export function choose(wanted) {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (LANGUAGES.some((known) => known === base)) return base;
  }
  return 'en';
}

/** Use a catalogue from now on. @param {string} tag @param {Catalogue} messages */
export function use(tag, messages) {
  language = tag;
  region = globalThis.navigator?.languages?.find((wish) => wish.toLowerCase().split('-')[0] === tag) ?? tag;
  catalogue = messages;
  parsed.clear();
}

/** Fetch a catalogue of ours and use it. @param {string} tag @returns {Promise<void>} */
export const load = async (tag) => use(tag, await read(tag));

/** @type {Map<string, Catalogue>} */
const catalogues = new Map();

/** @param {string} tag @returns {Promise<Catalogue>} */
async function read(tag) {
  let held = catalogues.get(tag);
  if (!held) {
    const response = await fetch(`/i18n/${tag}.json`);
    if (!response.ok) throw new Error('catalogue');
    held = /** @type {Catalogue} */ (await response.json());
    catalogues.set(tag, held);
  }
  return held;
}

/** Have every catalogue at hand, for texts in another language than the page's. @returns {Promise<void>} */
export const readAll = async () => void (await Promise.all(LANGUAGES.map(read)));

/** A sentence in a given language, or in the page's. @param {string} key @param {Facts} [facts] @param {string} [tag] @returns {string} */
export function textIn(key, facts = {}, tag = language) {
  const message = (catalogues.get(tag) ?? catalogue)[key];
  return message === undefined ? t(key, facts) : fill(parse(message), facts, '').join('');
}

export const current = () => language;
export const direction = () => (RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr');
/** @param {string} key */
export const has = (key) => Object.hasOwn(catalogue, key);

/** The sentence of `key` as text. @param {string} key @param {Facts} [facts] @returns {string} */
export function t(key, facts = {}) {
  return rich(key, facts).join('');
}

/** The sentence as pieces, so that a fact may be a template (a name in bold). @param {string} key @param {Facts} [facts] @returns {any[]} */
export function rich(key, facts = {}) {
  const message = catalogue[key];
  if (message === undefined) return [`⟦${key}⟧`];
  let parts = parsed.get(key);
  if (!parts) parsed.set(key, (parts = parse(message)));
  return fill(parts, facts, '');
}

/** A key made of a fixed front and a value that comes from elsewhere; `other` stands in when the value is unknown. @param {string} front @param {string} value @param {Facts} [facts] */
export function word(front, value, facts = {}) {
  return t(has(`${front}.${value}`) ? `${front}.${value}` : `${front}.other`, facts);
}

/** @param {Part[]} parts @param {Facts} facts @param {string} number @returns {any[]} */
function fill(parts, facts, number) {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return number === '' ? [part] : [part.replaceAll('#', number)];
    const value = facts[part.name];
    if (part.type === 'plural') {
      const count = Number(value);
      const chosen = part.cases[`=${count}`] ?? part.cases[new Intl.PluralRules(language).select(count)] ?? part.cases.other ?? [];
      return fill(chosen, facts, new Intl.NumberFormat(region).format(count));
    }
    if (part.type === 'select') return fill(part.cases[String(value)] ?? part.cases.other ?? [], facts, number);
    return [value === undefined || value === null ? '' : Array.isArray(value) && value.every((one) => typeof one === 'string') ? list(value) : value];
  });
}

/** Read a message into parts. Throws on unbalanced braces: a test reads every message. @param {string} message @returns {Part[]} */
export function parse(message) {
  let at = 0;
  /** @param {boolean} inside @returns {Part[]} */
  const read = (inside) => {
    /** @type {Part[]} */
    const parts = [];
    let text = '';
    while (at < message.length && !(inside && message[at] === '}')) {
      if (message[at] !== '{') {
        text += message[at++];
        continue;
      }
      if (text) parts.push(text);
      text = '';
      parts.push(argument());
    }
    if (text) parts.push(text);
    return parts;
  };
  const until = (/** @type {string} */ stops) => {
    const start = at;
    while (at < message.length && !stops.includes(message[at] ?? '')) at++;
    return message.slice(start, at).trim();
  };
  /** @returns {Part} */
  const argument = () => {
    at++;
    const name = until(',}');
    let type = 'text';
    /** @type {Record<string, Part[]>} */
    const cases = {};
    if (message[at] === ',') {
      at++;
      type = until(',}');
      if (message[at] !== ',') throw new Error(`message: ${message}`);
      at++;
      for (;;) {
        const label = until('{}');
        if (message[at] !== '{' || !label) break;
        at++;
        cases[label] = read(true);
        at++;
      }
    }
    if (message[at] !== '}') throw new Error(`message: ${message}`);
    at++;
    return { name, type, cases };
  };
  return read(false);
}

/** "A, B and C" in the reader's language. @param {string[]} names @returns {string} */
export const list = (names) => new Intl.ListFormat(region, { style: 'long', type: 'conjunction' }).format(names);

/** The same as pieces, each name made by `wrap`. @param {string[]} names @param {(name: string, index: number) => any} wrap @returns {any[]} */
export function richList(names, wrap) {
  let index = 0;
  return new Intl.ListFormat(region, { style: 'long', type: 'conjunction' })
    .formatToParts(names)
    .map((part) => (part.type === 'element' ? wrap(part.value, index++) : part.value));
}

/** A clock time of day. @param {number} seconds since 1970 @param {string} [zone] @returns {string} */
export const clock = (seconds, zone) => format(seconds, { hour: 'numeric', minute: '2-digit' }, zone);
/** Day and time, with the zone's name. @param {number} seconds @param {string} [zone] @returns {string} */
export const dayAndTime = (seconds, zone) =>
  format(seconds, { weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' }, zone);
/** @param {number} seconds @param {string} [zone] @returns {string} */
export const day = (seconds, zone) => format(seconds, { day: 'numeric', month: 'long', year: 'numeric' }, zone);

/** @param {number} seconds @param {Intl.DateTimeFormatOptions} options @param {string} [zone] */
function format(seconds, options, zone) {
  const moment = new Date(seconds * 1000);
  try {
    return new Intl.DateTimeFormat(region, { ...options, timeZone: zone || undefined }).format(moment);
  } catch {
    return new Intl.DateTimeFormat(region, options).format(moment);
  }
}

/** A size a person understands. @param {number} bytes @returns {string} */
export function size(bytes) {
  const unit = bytes < 1e6 ? 'kilobyte' : 'megabyte';
  const value = Math.max(bytes / (unit === 'kilobyte' ? 1e3 : 1e6), 0.1);
  return new Intl.NumberFormat(region, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

/** Whole minutes, in words. @param {number} minutes @returns {string} */
export const minutes = (minutes) =>
  new Intl.NumberFormat(region, { style: 'unit', unit: 'minute', unitDisplay: 'short', maximumFractionDigits: 0 }).format(Math.floor(minutes));
