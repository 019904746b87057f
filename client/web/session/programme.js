// Figures for a programme that pays or reports: how many mediations, how long, how they ended. Never a name, a title, or minutes with a side.
// Pure. What is alike in fewer than five mediations loses a column after the other until at least five are alike (k-anonymity,
// Samarati 2001); what is left even then is told as "fewer than 5".

/** @typedef {{month: string, people: number, minutes: number, language: string, interpreter: boolean, outcome: string}} Ended */
/** @typedef {{month: string, people: string, length: string, language: string, interpreter: string, outcome: string, mediations: string}} Row */

export const OUTCOMES = /** @type {const} */ (['agreed', 'partly', 'not', 'adjourned', 'no-show']);
export const SMALLEST = 5;
export const COLUMNS = /** @type {const} */ (['month', 'people', 'length', 'language', 'interpreter', 'outcome', 'mediations']);
/** In this order a column is given up; how it ended goes last. */
const GIVEN_UP = /** @type {const} */ (['people', 'length', 'interpreter', 'language', 'month', 'outcome']);
const ANY = '*';

/** @param {number} minutes */
const length = (minutes) => (minutes <= 60 ? 'up to 1 h' : minutes <= 180 ? '1 to 3 h' : minutes <= 360 ? '3 to 6 h' : 'over 6 h');

/** @param {Ended} one @returns {Omit<Row, 'mediations'>} */
const rowOf = (one) => ({
  month: one.month, people: String(one.people), length: length(one.minutes), language: one.language, interpreter: one.interpreter ? 'yes' : 'no', outcome: one.outcome,
});

/** @param {readonly Ended[]} ended @returns {Row[]} sorted; every count is at least five, but for one last row at the most */
export function programmeRows(ended) {
  let rest = ended.map(rowOf);
  /** @type {Row[]} */
  const rows = [];
  for (let step = 0; step <= GIVEN_UP.length; step++) {
    const lost = new Set(/** @type {readonly string[]} */ (GIVEN_UP.slice(0, step)));
    /** @type {Map<string, Omit<Row, 'mediations'>[]>} */
    const groups = new Map();
    for (const one of rest) {
      const seen = /** @type {Omit<Row, 'mediations'>} */ (Object.fromEntries(Object.entries(one).map(([name, value]) => [name, lost.has(name) ? ANY : value])));
      const key = JSON.stringify(seen);
      groups.set(key, [...(groups.get(key) ?? []), seen]);
    }
    rest = [];
    for (const group of groups.values()) {
      const [first] = group;
      if (group.length >= SMALLEST && first) rows.push({ ...first, mediations: String(group.length) });
      else rest.push(...group);
    }
  }
  rows.sort((a, b) => COLUMNS.map((name) => a[name].localeCompare(b[name])).find((order) => order !== 0) ?? 0);
  const [left] = rest;
  return left ? [...rows, { ...left, mediations: `fewer than ${SMALLEST}` }] : rows;
}

/** The same as a file that a spreadsheet reads (RFC 4180). @param {readonly Ended[]} ended @returns {string} */
export const programmeCsv = (ended) => [COLUMNS.join(','), ...programmeRows(ended).map((row) => COLUMNS.map((name) => row[name]).join(','))].map((line) => `${line}\r\n`).join('');
