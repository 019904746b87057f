// How good each person's line is and why, and a report that can be read aloud to support: figures in, catalogue keys and numbers out.
// A report holds no name, no address, nothing of what is said: people are numbered as they stand on the page.

/** @typedef {'good'|'fair'|'poor'} Grade */
/** @typedef {{grade: Grade, key: string, facts: Record<string, any>}} Sign   key: '' when there is nothing to say */
/** @typedef {{loss: number, roundTrip: number, width: number, height: number, frozen: number, layer: string, reason: string}} Figures */
/** @typedef {{number: number, me: boolean, figures: Figures|null, sign: Sign|null, speaking: boolean}} Measured */
/** @typedef {{lines: [string, Record<string, any>][], people: Measured[]}} Diagnosis */

/** Lost packets in a thousand, milliseconds there and back, lines of a picture. */
const LOSS = { fair: 20, poor: 80 }, DELAY = { fair: 300, poor: 600 }, SMALL = 180;

/** Per mille as per cent with at most one digit. @param {number} loss */
const percent = (loss) => Math.round(loss) / 10;

/**
 * How a person's sound and picture arrive here, with the one reason that matters most; null while nothing is known.
 * @param {Partial<Figures>|null} quality @param {boolean} picture whether a picture of them is on the page @returns {Sign|null}
 */
export function signOf(quality, picture) {
  if (!quality) return null;
  const { loss = 0, roundTrip = 0, height = 0, frozen = 0, layer = 'mid', reason = 'fine' } = quality;
  if (layer === 'off' && reason === 'downlink') return { grade: 'poor', key: 'sign.paused', facts: {} };
  if (loss >= LOSS.poor) return { grade: 'poor', key: 'sign.loss', facts: { percent: percent(loss) } };
  if (roundTrip >= DELAY.poor) return { grade: 'poor', key: 'sign.delay', facts: { ms: roundTrip } };
  if (frozen) return { grade: 'poor', key: 'sign.frozen', facts: {} };
  if (reason === 'uplink') return { grade: 'fair', key: 'sign.theirs', facts: {} };
  if (reason === 'downlink' && picture) return { grade: 'fair', key: 'sign.smaller', facts: { height } };
  if (loss >= LOSS.fair) return { grade: 'fair', key: 'sign.loss', facts: { percent: percent(loss) } };
  if (roundTrip >= DELAY.fair) return { grade: 'fair', key: 'sign.delay', facts: { ms: roundTrip } };
  if (picture && height > 0 && height < SMALL && layer !== 'low') return { grade: 'fair', key: 'sign.smaller', facts: { height } };
  return { grade: 'good', key: '', facts: {} };
}

/**
 * What support asks for first.
 * @param {any} found the media client's own figures @param {{me: boolean, quality: any, video: unknown, speaking: boolean}[]} people in the page's order
 * @param {{microphone: string, camera: string, screen: string, audioOnly: boolean}} media @param {string} agent the browser's own name @param {number} at seconds since 1970
 * @returns {Diagnosis}
 */
export function diagnosisOf(found, people, media, agent, at) {
  const measured = people.map((person, index) => ({ number: index + 1, me: person.me, figures: person.quality, sign: person.me ? null : signOf(person.quality, Boolean(person.video)), speaking: person.speaking }));
  /** @type {[string, Record<string, any>][]} */
  const lines = [
    ['report.when', { when: new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ') }],
    ['report.browser', { browser: browserOf(agent) }],
    ['report.line', { line: found.line ?? 'none' }],
    ['report.way', { way: found.way ?? 'none' }],
    ['report.round-trip', { ms: found.roundTrip ?? 0 }],
    ['report.uplink', { kbps: found.uplink ?? 0 }],
    ['report.devices', { microphone: media.microphone, camera: media.camera, screen: media.screen, only: media.audioOnly ? 'yes' : 'no' }],
  ];
  for (const one of found.sent ?? []) {
    if (one.kind === 'audio') lines.push(['report.sent-sound', { packets: one.packets }]);
    else if (one.packets) lines.push(['report.sent-picture', { width: one.width, height: one.height, frames: one.frames, limited: one.limited || 'none' }]);
  }
  for (const kind of found.cut ?? []) lines.push(['report.cut', { kind }]);
  for (const { number, me, figures, sign } of measured) {
    if (me) lines.push(['report.self', { number }]);
    else if (!figures || !sign) lines.push(['report.nothing', { number }]);
    else lines.push(['report.person', { number, grade: sign.grade, percent: percent(figures.loss), ms: figures.roundTrip, width: figures.width, height: figures.height, picture: figures.height ? 'yes' : 'no', layer: figures.layer, reason: figures.reason, frozen: figures.frozen }]);
  }
  return { lines, people: measured };
}

/** Measure now. @param {{calls: {diagnostics: () => Promise<any>, media: () => any}, store: {state: {room: {people: any[]}|null}}}} core @returns {Promise<Diagnosis>} */
export async function diagnose({ calls, store }) {
  return diagnosisOf(await calls.diagnostics(), store.state.room?.people ?? [], calls.media(), navigator.userAgent, Math.floor(Date.now() / 1000));
}

/** Browser and version, and the system's kind; the rest of what a browser tells of itself stays here. @param {string} agent */
export function browserOf(agent) {
  const name = /\b(Edg|Firefox|Chrome|Version)\/(\d+)/.exec(agent.replace(/^(.*)\b(Edg\/\d+.*)$/, '$2 $1'));
  const system = /\b(Android|iPhone|iPad|Windows|Macintosh|CrOS|Linux)\b/.exec(agent);
  const browser = name ? `${{ Edg: 'Edge', Version: 'Safari' }[name[1] ?? ''] ?? name[1]} ${name[2]}` : '?';
  return `${browser}, ${system?.[1] ?? '?'}`;
}
