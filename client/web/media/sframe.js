// Seals and opens media frames (SFrame, RFC 9605, suite 4). Twin of client/keys/sframe.py; both run protocol/vectors/sframe.json.
// Pure apart from WebCrypto: no state but the derived keys, no clock, no messages.

export const TAG = 16;
export const REPLAY_WINDOW = 1024;
const SUITE = 4;

/** @typedef {{kid: number, salt: Uint8Array, key: CryptoKey}} FrameKey */

/** Epoch (16 bits), sender (8), stream (3: 0 audio, 1 video, 2 screen) in one key id.
 * @param {number} epoch @param {number} sender @param {number} stream */
export function keyId(epoch, sender, stream) {
  if (!(epoch >= 0 && epoch < 65536 && sender >= 0 && sender < 256 && stream >= 0 && stream < 8)) throw new RangeError('key id');
  return epoch * 2048 + sender * 8 + stream;
}

/** @param {number} kid */
export function splitKeyId(kid) {
  if (!(kid >= 0 && kid < 2 ** 27)) throw new RangeError('key id');
  return {epoch: kid >>> 11, sender: kid >>> 3 & 255, stream: kid & 7};
}

/** @param {number} value @param {number} length */
function bigEndian(value, length) {
  const out = new Uint8Array(length);
  for (let i = length - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
}

/** @param {...Uint8Array} parts */
export function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}

/** RFC 9605, 4.4.2. @param {Uint8Array} baseKey @param {number} kid @returns {Promise<FrameKey>} */
export async function deriveFrameKey(baseKey, kid) {
  const root = await crypto.subtle.importKey('raw', /** @type {BufferSource} */ (baseKey), 'HKDF', false, ['deriveBits']);
  const expand = async (/** @type {string} */ label, /** @type {number} */ length) => new Uint8Array(await crypto.subtle.deriveBits({
    name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0),
    info: join(new TextEncoder().encode(label), bigEndian(kid, 8), bigEndian(SUITE, 2)),
  }, root, length * 8));
  const raw = await expand('SFrame 1.0 Secret key ', 16);
  const salt = await expand('SFrame 1.0 Secret salt ', 12);
  return {kid, salt, key: await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])};
}

/** @param {number} value */
function field(value) {
  if (value < 8) return {bits: value, bytes: new Uint8Array(0)};
  let length = 1;
  while (length < 7 && value >= 256 ** length) length++;
  return {bits: 8 | length - 1, bytes: bigEndian(value, length)};
}

/** RFC 9605, 4.3. Counters and key ids stay below 2^53 here. @param {number} kid @param {number} counter */
export function header(kid, counter) {
  const k = field(kid), c = field(counter);
  return join(Uint8Array.of(k.bits << 4 | c.bits), k.bytes, c.bytes);
}

/** Throws on a header that is cut short or wider than ours ever are. @param {Uint8Array} data */
export function parseHeader(data) {
  if (!data.length) throw new RangeError('empty');
  let at = 1;
  const read = (/** @type {number} */ bits) => {
    if (!(bits & 8)) return bits;
    let value = 0;
    for (const end = at + (bits & 7) + 1; at < end; at++) value = value * 256 + (data[at] ?? NaN);
    if (!(value <= Number.MAX_SAFE_INTEGER)) throw new RangeError('header');
    return value;
  };
  const [first = 0] = data;
  const kid = read(first >> 4), counter = read(first & 15);
  return {kid, counter, length: at};
}

/** @param {Uint8Array} salt @param {number} counter */
function nonce(salt, counter) {
  const out = bigEndian(counter, 12);
  return out.map((byte, i) => byte ^ (salt[i] ?? 0));
}

/** The caller never repeats a counter under one key.
 * @param {FrameKey} key @param {number} counter @param {Uint8Array} metadata @param {Uint8Array} plain */
export async function seal(key, counter, metadata, plain) {
  const head = header(key.kid, counter);
  const sealed = await crypto.subtle.encrypt(
    {name: 'AES-GCM', iv: nonce(key.salt, counter), additionalData: join(head, metadata), tagLength: TAG * 8}, key.key, /** @type {BufferSource} */ (plain));
  return join(head, new Uint8Array(sealed));
}

/** Rejects what is not authentic. @param {FrameKey} key @param {Uint8Array} metadata @param {Uint8Array} data */
export async function open(key, metadata, data) {
  const {kid, counter, length} = parseHeader(data);
  if (kid !== key.kid) throw new RangeError('not for this key');
  return new Uint8Array(await crypto.subtle.decrypt(
    {name: 'AES-GCM', iv: nonce(key.salt, counter), additionalData: join(data.subarray(0, length), metadata), tagLength: TAG * 8},
    key.key, /** @type {BufferSource} */ (data.subarray(length))));
}

/** Leading bytes that stay readable for the forwarding server: Opus 1; VP8 10 of a key frame, 3 of another.
 * @param {number} stream @param {Uint8Array} frame */
export function clearBytes(stream, frame) {
  if (stream === 0) return Math.min(1, frame.length);
  const [first] = frame;
  return first === undefined ? 0 : Math.min(first & 1 ? 3 : 10, frame.length);
}

/** Accepts each counter once, and none that is older than the window. */
export class ReplayWindow {
  /** @type {Set<number>} */ #seen = new Set();
  #top = -1;
  /** @param {number} counter */
  admit(counter) {
    if (counter <= this.#top - REPLAY_WINDOW || this.#seen.has(counter)) return false;
    this.#seen.add(counter);
    if (counter > this.#top) {
      this.#top = counter;
      if (this.#seen.size > 2 * REPLAY_WINDOW) for (const old of this.#seen) if (old <= counter - REPLAY_WINDOW) this.#seen.delete(old);
    }
    return true;
  }
}
