// Bytes as words that can be read aloud and copied by hand (proquints), with a check word. Twin of client/keys/words.py.
import { sha256 } from './encoding.js';

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';
const WORD = new RegExp(`^[${CONSONANTS}][${VOWELS}][${CONSONANTS}][${VOWELS}][${CONSONANTS}]$`);

/** The words are not what was written down. `wrong` lists the places (from 0) of words that can't be; empty: a valid word is another's. */
export class WordsRefused extends Error {
  /** @param {number[]} [wrong] */
  constructor(wrong = []) {
    super('words');
    this.name = 'WordsRefused';
    /** @type {number[]} */
    this.wrong = wrong;
  }
}

/** @param {Uint8Array} bytes @param {number} at */
const pairAt = (bytes, at) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** @param {number} value */
const wordOf = (value) =>
  CONSONANTS.charAt((value >> 12) & 15) + VOWELS.charAt((value >> 10) & 3) + CONSONANTS.charAt((value >> 6) & 15) + VOWELS.charAt((value >> 4) & 3) + CONSONANTS.charAt(value & 15);

/** @param {string} word */
const valueOf = (word) =>
  (CONSONANTS.indexOf(word.charAt(0)) << 12) |
  (VOWELS.indexOf(word.charAt(1)) << 10) |
  (CONSONANTS.indexOf(word.charAt(2)) << 6) |
  (VOWELS.indexOf(word.charAt(3)) << 4) |
  CONSONANTS.indexOf(word.charAt(4));

/** One word for 16 bits and a check word. @param {Uint8Array} bytes @returns {Promise<string[]>} */
export async function toWords(bytes) {
  const check = (await sha256(bytes)).slice(0, 2);
  const words = [];
  for (let i = 0; i < bytes.length; i += 2) words.push(wordOf(pairAt(bytes, i)));
  return [...words, wordOf(pairAt(check, 0))];
}

/** The `length` bytes that these words say; case, hyphens, commas and line breaks don't matter. @param {string} untrusted @param {number} length */
export async function fromWords(untrusted, length) {
  const words = untrusted.slice(0, 4000).toLowerCase().match(/[a-z]+/g) ?? [];
  const wrong = words.flatMap((word, place) => (WORD.test(word) ? [] : [place]));
  if (wrong.length || words.length !== length / 2 + 1) throw new WordsRefused(wrong);
  const values = words.map(valueOf);
  const bytes = Uint8Array.from(values.slice(0, -1).flatMap((value) => [value >> 8, value & 255]));
  const check = (await sha256(bytes)).slice(0, 2);
  if (values[values.length - 1] !== pairAt(check, 0)) throw new WordsRefused();
  return bytes;
}
