// The first module of every page: language, a look at the browser, then the seat or the desk by the path.
// It must never send the fragment anywhere: the link's secret stays in this page.

import { html, render } from 'lit';
import { firstLanguage, rememberLanguage } from './views/language.js';
import { missingParts, verdict } from './views/browser.js';
import { inApp, oldBrowser, stopped } from './views/stops.js';
import { asProblem } from './views/page.js';
import { readAll, t } from './i18n.js';

/** @typedef {import('./views/parts.js').AnyContext} AnyContext */

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
root.replaceChildren();

/** A context without a session, for the screens that come before one. @param {() => void} redraw @param {any} [state] @returns {AnyContext} */
function bare(redraw, state = { connection: 'open' }) {
  /** @type {AnyContext} */
  const context = {
    state, actions: {}, ui: { dialog: null, panel: '', busy: new Set(), failed: new Map(), changeLanguage: rememberLanguage(redraw) },
    set(patch) { Object.assign(context.ui, patch); redraw(); },
    async run(id, act) {
      try {
        await act();
        return true;
      } catch (reason) {
        context.ui.failed.set(id, asProblem(reason));
        return false;
      } finally {
        redraw();
      }
    },
  };
  return context;
}

/** Show a screen that has no session behind it. @param {(context: AnyContext) => unknown} view @param {any} [state] */
function show(view, state) {
  const redraw = () => render(html`${view(context)}`, root);
  const context = bare(redraw, state);
  document.title = t('title', { screen: t('title.stopped') });
  redraw();
}

async function open() {
  render(html``, root);
  try {
    if (location.pathname.startsWith('/desk') || location.pathname === '/') {
      const [{ openDesk }, { startDesk }] = await Promise.all([import('./session/desk.js'), import('./views/desk.js')]);
      await readAll();
      startDesk(root, await openDesk(location));
    } else {
      const [{ openSeat }, { startSeat }] = await Promise.all([import('./session/seat.js'), import('./views/seat.js')]);
      startSeat(root, await openSeat(location));
    }
  } catch (reason) {
    show(stopped, { connection: 'open', problem: asProblem(reason) });
  }
}

await firstLanguage();
const look = verdict();
if (look === 'in-app') show((context) => inApp(context, () => void open()));
else if (look === 'old') show((context) => oldBrowser(context, missingParts()));
else await open();
