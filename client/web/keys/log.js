// The log of a mediation: a tree of salted commitments, checkpoints as signed notes, proofs as files. Twin of client/keys/log.py.
import { signedBy } from './devices.js';
import { concat, randomBytes, sha256, unb64u, utf8 } from './encoding.js';
import { must, ObjectRefused, there } from './refusals.js';

/** @typedef {import('./devices.js').Signer} Signer */
/** @typedef {{origin: string, size: number, root: Uint8Array, note: string}} Checkpoint   `note` is the whole text with its signatures */
/** @typedef {{salt: Uint8Array, index: number, path: Uint8Array[], checkpoint: Checkpoint}} LogProof */

const DASH = '\u2014 ';
const PROOF = 'c2sp.org/tlog-proof@v1';
const ED25519 = 1;
const COSIGNATURE = 4;
const NUMBER = /^(?:0|[1-9][0-9]{0,9})$/;

/** @param {Uint8Array} one @param {Uint8Array} other */
const equal = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);

// --- the tree

/** 16 random bytes for one event. */
export const newSalt = (random = randomBytes) => random(16);

/** The leaf of an event: SHA-256(0 || SHA-256(salt || event)). @param {Uint8Array} salt @param {Uint8Array} event */
export const leafHash = async (salt, event) => sha256(concat(Uint8Array.of(0), await sha256(concat(salt, event))));

/** @param {Uint8Array} left @param {Uint8Array} right */
const node = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** The largest power of two below `size`. @param {number} size */
const split = (size) => 2 ** Math.floor(Math.log2(size - 1));

/** The root of the tree over these leaf hashes. @param {Uint8Array[]} leaves @returns {Promise<Uint8Array>} */
export async function treeRoot(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return there(leaves[0]);
  const middle = split(leaves.length);
  return node(await treeRoot(leaves.slice(0, middle)), await treeRoot(leaves.slice(middle)));
}

/** The hashes that lead from leaf `index` to the root. @param {number} index @param {Uint8Array[]} leaves @returns {Promise<Uint8Array[]>} */
export async function inclusionPath(index, leaves) {
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  if (index < middle) return [...(await inclusionPath(index, left)), await treeRoot(right)];
  return [...(await inclusionPath(index - middle, right)), await treeRoot(left)];
}

/** The hashes that show that the first `oldSize` leaves are still the same. @param {number} oldSize @param {Uint8Array[]} leaves @returns {Promise<Uint8Array[]>} */
export const consistencyPath = async (oldSize, leaves) =>
  oldSize > 0 && oldSize <= leaves.length ? consistency(oldSize, leaves, true) : [];

/** @param {number} oldSize @param {Uint8Array[]} leaves @param {boolean} whole @returns {Promise<Uint8Array[]>} */
async function consistency(oldSize, leaves, whole) {
  if (oldSize === leaves.length) return whole ? [] : [await treeRoot(leaves)];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  if (oldSize <= middle) return [...(await consistency(oldSize, left, whole)), await treeRoot(right)];
  return [...(await consistency(oldSize - middle, right, false)), await treeRoot(left)];
}

/** Whether `leaf` is entry `index` of the tree of this size and root (RFC 9162, 2.1.3.2). @param {number} index @param {number} size @param {Uint8Array} leaf @param {Uint8Array[]} path @param {Uint8Array} root */
export async function included(index, size, leaf, path, root) {
  if (!(index >= 0 && index < size)) return false;
  let [place, last, value] = [index, size - 1, leaf];
  for (const step of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      value = await node(step, value);
      while (place && place % 2 === 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else value = await node(value, step);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(value, root);
}

/** Whether the tree of `size` extends the one of `oldSize` (RFC 9162, 2.1.4.2). @param {number} oldSize @param {number} size @param {Uint8Array} oldRoot @param {Uint8Array} root @param {Uint8Array[]} path */
export async function consistent(oldSize, size, oldRoot, root, path) {
  if (oldSize === size) return equal(oldRoot, root) && path.length === 0;
  if (oldSize === 0) return path.length === 0;
  if (!(oldSize > 0 && oldSize < size)) return false;
  const [first, ...steps] = Number.isInteger(Math.log2(oldSize)) ? [oldRoot, ...path] : path;
  if (first === undefined) return false;
  let [place, last] = [oldSize - 1, size - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  let [before, after] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [before, after] = [await node(step, before), await node(step, after)];
      while (place && place % 2 === 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else after = await node(after, step);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(before, oldRoot) && equal(after, root);
}

// --- checkpoints

/** @param {Uint8Array} bytes */
const b64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {string} text */
function unb64(text) {
  let binary = '';
  try {
    binary = atob(text);
  } catch {
    must(false, 'malformed');
  }
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  must(b64(bytes) === text, 'malformed');
  return bytes;
}

/** @param {string} name @param {number} kind @param {string} key */
const keyHash = async (name, kind, key) =>
  (await sha256(concat(utf8(`${name}\n`), Uint8Array.of(kind), unb64u(key, 32)))).slice(0, 4);

/** The name of a mediation's log. @param {string} mediation */
export const originOf = (mediation) => `incamera/${mediation}`;

/** @param {string} note */
const signedText = (note) => `${note.slice(0, note.indexOf('\n\n'))}\n`;

/** The signed state of the log, by the log's key. @param {Signer} signer @param {string} mediation @param {Uint8Array[]} leaves @returns {Promise<Checkpoint>} */
export async function makeCheckpoint(signer, mediation, leaves) {
  const origin = originOf(mediation);
  const root = await treeRoot(leaves);
  const text = `${origin}\n${leaves.length}\n${b64(root)}\n`;
  const signature = concat(await keyHash(origin, ED25519, signer.public), await signer.sign(utf8(text)));
  return { origin, size: leaves.length, root, note: `${text}\n${DASH}${origin} ${b64(signature)}\n` };
}

/** A checkpoint of this mediation's log with a signature by the log's key. @param {string} untrusted @param {string} mediation @param {string} key @returns {Promise<Checkpoint>} */
export async function checkCheckpoint(untrusted, mediation, key) {
  const [checkpoint, lines] = readNote(untrusted);
  must(checkpoint.origin === originOf(mediation), 'mediation');
  const text = utf8(signedText(untrusted));
  const mark = await keyHash(checkpoint.origin, ED25519, key);
  for (const [name, raw] of lines) {
    if (name === checkpoint.origin && equal(raw.slice(0, 4), mark) && (await signedBy(key, text, raw.slice(4)))) return checkpoint;
  }
  throw new ObjectRefused('signature');
}

/** @param {Checkpoint} checkpoint @param {bigint} ts */
const cosigned = (checkpoint, ts) => utf8(`cosignature/v1\ntime ${ts}\n${signedText(checkpoint.note)}`);

/** Add a device's cosignature: it saw this state at `ts` and found it consistent with what it saw before. @param {Signer} signer @param {string} name @param {Checkpoint} checkpoint @param {number} ts @returns {Promise<Checkpoint>} */
export async function cosign(signer, name, checkpoint, ts) {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(ts));
  const signature = await signer.sign(cosigned(checkpoint, BigInt(ts)));
  const raw = concat(await keyHash(name, COSIGNATURE, signer.public), time, signature);
  return { ...checkpoint, note: `${checkpoint.note}${DASH}${name} ${b64(raw)}\n` };
}

/** When this device cosigned, or null. @param {Checkpoint} checkpoint @param {string} name @param {string} key @returns {Promise<number|null>} */
export async function cosignedAt(checkpoint, name, key) {
  const [, lines] = readNote(checkpoint.note);
  const mark = await keyHash(name, COSIGNATURE, key);
  for (const [lineName, raw] of lines) {
    if (lineName !== name || raw.length !== 76 || !equal(raw.slice(0, 4), mark)) continue;
    const ts = new DataView(raw.buffer).getBigUint64(4);
    if (await signedBy(key, cosigned(checkpoint, ts), raw.slice(12))) return Number(ts);
  }
  return null;
}

/** @param {string} untrusted @returns {[Checkpoint, [string, Uint8Array][]]} */
function readNote(untrusted) {
  const end = untrusted.indexOf('\n\n');
  must(end > 0 && untrusted.length <= 65_536 && untrusted.endsWith('\n'), 'malformed');
  const lines = untrusted.slice(0, end).split('\n');
  must(lines.length === 3, 'malformed');
  const [origin = '', size = '', root = ''] = lines;
  must(/^incamera\/[A-Za-z0-9_-]{21}[AQgw]$/.test(origin) && NUMBER.test(size) && unb64(root).length === 32, 'malformed');
  /** @type {[string, Uint8Array][]} */
  const signatures = untrusted.slice(end + 2, -1).split('\n').map((line) => {
    const [name = '', signature = '', ...more] = line.slice(DASH.length).split(' ');
    must(line.startsWith(DASH) && more.length === 0 && name !== '', 'malformed');
    const raw = unb64(signature);
    must(raw.length >= 5, 'malformed');
    return [name, raw];
  });
  return [{ origin, size: Number(size), root: unb64(root), note: untrusted }, signatures];
}

// --- proofs

/** The proof for entry `index`; `leaves` are those of the checkpoint. @param {Uint8Array} salt @param {number} index @param {Uint8Array[]} leaves @param {Checkpoint} checkpoint @returns {Promise<LogProof>} */
export const makeProof = async (salt, index, leaves, checkpoint) => ({ salt, index, path: await inclusionPath(index, leaves), checkpoint });

/** The `tlog-proof@v1` file. @param {LogProof} proof */
export const proofText = (proof) =>
  `${PROOF}\nextra ${b64(proof.salt)}\nindex ${proof.index}\n${proof.path.map((step) => `${b64(step)}\n`).join('')}\n${proof.checkpoint.note}`;

/** The proof that exactly this event is in this mediation's log, whose checkpoint is signed by `key`. @param {string} untrusted @param {Uint8Array} event @param {string} mediation @param {string} key @returns {Promise<LogProof>} */
export async function checkProof(untrusted, event, mediation, key) {
  const end = untrusted.indexOf('\n\n');
  const [title, extra = '', place = '', ...steps] = untrusted.slice(0, Math.max(end, 0)).split('\n');
  must(end > 0 && untrusted.length <= 131_072 && steps.length <= 67 && title === PROOF, 'malformed');
  must(extra.startsWith('extra ') && place.startsWith('index ') && NUMBER.test(place.slice(6)), 'malformed');
  const salt = unb64(extra.slice(6));
  const path = steps.map(unb64);
  must(salt.length === 16 && path.every((step) => step.length === 32), 'malformed');
  const checkpoint = await checkCheckpoint(untrusted.slice(end + 2), mediation, key);
  const index = Number(place.slice(6));
  must(await included(index, checkpoint.size, await leafHash(salt, event), path, checkpoint.root), 'log');
  return { salt, index, path, checkpoint };
}
