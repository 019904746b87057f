// The draft of a disclosure as holders and reviewers see it: the redacted texts and the rendered excerpt, nothing of what was removed.

import { fromUtf8, unb64u } from '../keys/encoding.js';
import { must } from '../keys/refusals.js';

/** @param {Uint8Array} content the bytes that a release consents to @returns {{files: {name: string, text: string}[], pdf: Uint8Array|null, report: any}} */
export function unpackDraft(content) {
  /** @type {any} */
  let draft;
  try {
    draft = JSON.parse(fromUtf8(content));
  } catch {
    must(false, 'malformed');
  }
  const sound =
    Array.isArray(draft?.files) && draft.files.length <= 100 && draft.files.every((/** @type {any} */ file) => typeof file?.name === 'string' && typeof file?.text === 'string');
  must(sound, 'malformed');
  return { files: draft.files, pdf: draft.pdf ? unb64u(draft.pdf) : null, report: draft.report ?? null };
}
