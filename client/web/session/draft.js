// The draft of a disclosure as holders and reviewers see it: the redacted texts and the rendered excerpt, nothing of what was removed.

import { fromUtf8 } from '../keys/encoding.js';
import { readDraft } from '../bundle/package.js';

/** @param {Uint8Array} content the bytes that a release consents to @returns {{files: {name: string, text: string}[], pdf: Uint8Array|null}} */
export function unpackDraft(content) {
  const files = readDraft(content);
  const texts = Object.entries(files).filter(([name]) => name.startsWith('items/'));
  return {
    files: texts.map(([name, bytes]) => ({ name: name.slice('items/'.length), text: fromUtf8(bytes) })),
    pdf: files['excerpt.pdf'] ?? null,
  };
}

/**
 * What is shown of a draft: one page where the excerpt was rendered, its words beside it; else the texts.
 * @param {{files: {name: string, text: string}[], pdf: Uint8Array|null}} draft
 * @returns {{files: {name: string, text: string, pdf: Uint8Array|null}[]}}
 */
export const pagesOf = ({ files, pdf }) => ({
  files: pdf ? [{ name: 'excerpt.pdf', text: files.map((file) => file.text).join('\n\n'), pdf }] : files.map((file) => ({ ...file, pdf: null })),
});
