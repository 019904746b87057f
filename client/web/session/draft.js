// The draft of a disclosure as holders and reviewers see it: the redacted texts and the rendered excerpt, nothing of what was removed.

import { fromUtf8 } from '../keys/encoding.js';
import { readDraft } from '../bundle/package.js';

/** @typedef {{files: {name: string, text: string}[], documents: {name: string, bytes: Uint8Array}[], pdf: Uint8Array|null}} Unpacked */

/** @param {Uint8Array} content the bytes that a release consents to @returns {Unpacked} */
export function unpackDraft(content) {
  const files = readDraft(content);
  const inside = Object.entries(files).filter(([name]) => name.startsWith('items/')).map(([name, bytes]) => ({ name: name.slice('items/'.length), bytes }));
  return {
    files: inside.filter(({ name }) => name.endsWith('.txt')).map(({ name, bytes }) => ({ name, text: fromUtf8(bytes) })),
    documents: inside.filter(({ name }) => !name.endsWith('.txt')),
    pdf: files['excerpt.pdf'] ?? null,
  };
}

/**
 * What is shown of a draft: the rendered excerpt as pages with its words beside it, else the texts; then each document as it would go out.
 * @param {Unpacked} draft
 * @returns {NonNullable<import('./types.js').Disclosure['draft']>}
 */
export function pagesOf({ files, documents, pdf }) {
  const texts = files.map((file) => ({ ...file, pdf: null }));
  const excerpt = pdf ? [{ name: 'excerpt.pdf', text: files.map((file) => file.text).join('\n\n'), pdf }] : texts;
  return { files: [...excerpt, ...documents.map(({ name, bytes }) => ({ name, text: '', pdf: name.endsWith('.pdf') ? bytes : null, bytes }))] };
}
