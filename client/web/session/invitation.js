// What a mediator sends from their own mail: a plain text with the link, and a calendar entry that names nobody and carries no link.

/** @param {string} text RFC 5545: backslash, semicolon, comma and line ends are escaped */
const escaped = (text) => text.replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,').replaceAll('\n', '\\n');

/** @param {number} at seconds since 1970 @returns {string} UTC form of RFC 5545 3.3.5 */
const stamp = (at) => `${new Date(at * 1000).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;

/** Lines of at most 75 octets, continued by a space (RFC 5545 3.1). @param {string} line */
function folded(line) {
  const bytes = new TextEncoder().encode(line);
  if (bytes.length <= 75) return line;
  const parts = [];
  let part = '';
  let size = 0;
  for (const character of line) {
    const length = new TextEncoder().encode(character).length;
    if (size + length > (parts.length ? 74 : 75)) {
      parts.push(part);
      part = '';
      size = 0;
    }
    part += character;
    size += length;
  }
  parts.push(part);
  return parts.join('\r\n ');
}

/**
 * A calendar entry titled by the catalogue's word for "Appointment": calendars are shared, synchronised and shown on locked screens.
 * @param {{starts: number, ends: number, uid: string, made: number, title: string}} entry
 */
export function calendarEntry({ starts, ends, uid, made, title }) {
  return `${[
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//In Camera//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${stamp(made)}`,
    `DTSTART:${stamp(starts)}`,
    `DTEND:${stamp(ends)}`,
    `SUMMARY:${escaped(title)}`,
    'CLASS:PRIVATE',
    'TRANSP:OPAQUE',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
    .map(folded)
    .join('\r\n')}\r\n`;
}

/**
 * Date and time in a zone, in words of a language.
 * @param {number} at seconds since 1970 @param {string} zone IANA name @param {string} language
 */
export function inZone(at, zone, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short', timeZone: zone }).format(new Date(at * 1000));
}
