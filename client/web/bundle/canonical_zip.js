// One ZIP per content: stored, dated 1980-01-01, names sorted, no extras. Twin of client/bundle/canonical_zip.py.
import { concat, utf8 } from '../keys/encoding.js';
import { there } from '../keys/refusals.js';

const MAX_FILES = 4096;
const MAX_BYTES = 256 * 1024 * 1024;
const VERSION = 10;
const FLAGS = 0x0800; // UTF-8 names
const DATE = 0x0021; // 1980-01-01

/** The archive is not the canonical one of its files. The Python reader says which byte; a browser only needs to refuse. */
export class ZipRefused extends Error {
  constructor() {
    super('zip');
    this.name = 'ZipRefused';
  }
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Little-endian fields: [width, value] pairs. @param {...[2|4, number]} fields */
function pack(...fields) {
  const out = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) out.setUint16(at, value, true);
    else out.setUint32(at, value, true);
    at += width;
  }
  return new Uint8Array(out.buffer);
}

/** Whether a name is a plain relative path. @param {string} name */
export const soundName = (name) =>
  name.length <= 200 &&
  /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/.test(name) &&
  name.split('/').every((part) => !/^\.+$/.test(part));

/** The canonical archive of these files. @param {Record<string, Uint8Array>} files @returns {Uint8Array} */
export function writeZip(files) {
  const names = Object.keys(files).sort();
  const size = Object.values(files).reduce((sum, content) => sum + content.length, 0);
  if (names.length > MAX_FILES || size > MAX_BYTES || !names.every(soundName)) throw new ZipRefused();
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const table = [];
  let offset = 0;
  for (const name of names) {
    const content = there(files[name]);
    const title = utf8(name);
    /** @type {[2|4, number][]} */
    const common = [[2, VERSION], [2, FLAGS], [2, 0], [2, 0], [2, DATE], [4, crc32(content)], [4, content.length], [4, content.length], [2, title.length], [2, 0]];
    parts.push(pack([4, 0x04034b50], ...common), title, content);
    table.push(pack([4, 0x02014b50], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), title);
    offset += 30 + title.length + content.length;
  }
  const listed = concat(...table);
  const count = names.length;
  const end = pack([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, listed.length], [4, offset], [2, 0]);
  return concat(...parts, listed, end);
}

/** The files of a canonical archive; any other byte is refused. @param {Uint8Array} untrusted @returns {Record<string, Uint8Array>} */
export function readZip(untrusted) {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  let at = 0;
  let count = 0;
  while (at + 30 <= untrusted.length && view.getUint32(at, true) === 0x04034b50) {
    const size = view.getUint32(at + 22, true);
    const begin = at + 30 + view.getUint16(at + 26, true);
    if (begin + size > untrusted.length || ++count > MAX_FILES) throw new ZipRefused();
    const name = String.fromCharCode(...untrusted.subarray(at + 30, begin));
    if (!soundName(name) || Object.hasOwn(files, name)) throw new ZipRefused();
    files[name] = untrusted.slice(begin, begin + size);
    at = begin + size;
  }
  const again = writeZip(files);
  if (again.length !== untrusted.length || !again.every((byte, i) => byte === untrusted[i])) throw new ZipRefused();
  return files;
}
