// Which language the page speaks, and how a person's choice is remembered on this device (a language is no secret).

import { LANGUAGES, choose, current, direction, load } from '../i18n.js';

const KEY = 'incamera.language';

/** Load the catalogue that fits. Storage may be closed to us; then the browser's own wish decides. @returns {Promise<void>} */
export async function firstLanguage() {
  let wished = '';
  try {
    wished = localStorage.getItem(KEY) ?? '';
  } catch {
    wished = '';
  }
  await load(LANGUAGES.some((tag) => tag === wished) ? wished : choose(navigator.languages));
  mark();
}

/** A function that changes the language and then redraws. @param {() => void} redraw @returns {(tag: string) => void} */
export const rememberLanguage = (redraw) => (tag) => {
  void load(tag).then(() => {
    mark();
    try {
      localStorage.setItem(KEY, tag);
    } catch {
      // Kept for this page only.
    }
    redraw();
  }, () => undefined);
};

function mark() {
  document.documentElement.lang = current();
  document.documentElement.dir = direction();
}
