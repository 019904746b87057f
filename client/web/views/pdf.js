// A PDF drawn page by page by pdf.js: a picture of the page and, over it, its text to select and to hear. Scripts in the file never run.

import { t } from '../i18n.js';
import { ownWorker } from '../trusted.js';

const MOST_PAGES = 200;
const HOME = '/vendor/pdfjs-dist';
/** Nothing in the file may run, and nothing but our own copies of these tables, fonts and decoders is fetched for it. */
const MANNERS = {
  isEvalSupported: false, enableXfa: false, disableAutoFetch: true, stopAtErrors: false, useWasm: false, useWorkerFetch: true,
  cMapUrl: `${HOME}/cmaps/`, cMapPacked: true, standardFontDataUrl: `${HOME}/standard_fonts/`, wasmUrl: `${HOME}/wasm/`,
};

/** @type {Promise<any>|null} */
let library = null;

/** Loaded at the first PDF only. @returns {Promise<any>} */
function pdfjs() {
  library ??= import('pdfjs-dist/build/pdf.min.mjs').then((module) => {
    module.GlobalWorkerOptions.workerPort = ownWorker(`${HOME}/build/pdf.worker.min.mjs`);
    return module;
  });
  return library;
}

/** Draw all pages into `holder`, each when it comes near the screen. @param {HTMLElement} holder @param {Uint8Array} bytes */
export async function drawPdf(holder, bytes) {
  const pdf = await pdfjs();
  const file = await pdf.getDocument({ data: bytes.slice(), ...MANNERS }).promise;
  const count = Math.min(file.numPages, MOST_PAGES);
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      void drawPage(pdf, file, /** @type {HTMLElement} */ (entry.target)).catch(() => { entry.target.textContent = t('reader.broken'); });
    }
  }, { root: holder.closest('.dialog-body') ?? null, rootMargin: '400px' });
  for (let number = 1; number <= count; number++) {
    const place = document.createElement('section');
    place.className = 'pdf-page';
    place.dataset.number = String(number);
    place.setAttribute('aria-label', t('reader.page', { number, count: file.numPages }));
    holder.append(place);
    near.observe(place);
  }
  if (file.numPages > count) holder.append(Object.assign(document.createElement('p'), { textContent: t('reader.pages-cut', { count }) }));
}

/** @param {any} pdf @param {any} file @param {HTMLElement} place */
async function drawPage(pdf, file, place) {
  const page = await file.getPage(Number(place.dataset.number));
  const natural = page.getViewport({ scale: 1 });
  const width = Math.min(place.clientWidth || 700, 1000);
  const viewport = page.getViewport({ scale: width / natural.width });
  const sharp = Math.min(globalThis.devicePixelRatio || 1, 2);
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(viewport.width * sharp);
  canvas.height = Math.floor(viewport.height * sharp);
  canvas.setAttribute('aria-hidden', 'true');
  const words = document.createElement('div');
  words.className = 'textLayer';
  place.style.setProperty('--total-scale-factor', String(viewport.scale));
  place.style.setProperty('--scale-factor', String(viewport.scale));
  place.replaceChildren(canvas, words);
  await page.render({ canvas, canvasContext: canvas.getContext('2d'), viewport, transform: sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0] }).promise;
  await new pdf.TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport }).render();
}
