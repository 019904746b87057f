// A page: takes a source of state, draws it with a view, keeps what only this screen knows (drafts, open dialogs) apart from it.
// It moves the focus when the screen changes, gives it back when a dialog closes, and lets one action run at a time per button.

import { render } from 'lit';
import { announce } from './announce.js';
import { t, has, word } from '../i18n.js';

/** @typedef {import('../session/types.js').Problem} Problem */
/**
 * @template S @template A
 * @typedef {{state: S, subscribe: (fn: () => void) => (() => void), actions: A}} Source
 */
/** @typedef {{dialog: {id: string, [k: string]: any}|null, panel: string, busy: Set<string>, failed: Map<string, Problem>, [k: string]: any}} Ui */
/**
 * @template S @template A
 * @typedef {Object} Context
 * @property {S} state
 * @property {A} actions
 * @property {Ui} ui
 * @property {(patch: Partial<Ui>) => void} set
 * @property {(id: string, act: () => Promise<any>) => Promise<boolean>} run   true when it was done
 */
/** @typedef {{screen: string, body: unknown, say?: string}} Drawn   say: what a screen reader hears when it changes */

/**
 * @template S @template A
 * @param {HTMLElement} root @param {Source<S, A>} source @param {(context: Context<S, A>) => Drawn} view
 * @returns {{redraw: () => void, stop: () => void}}
 */
export function createPage(root, source, view) {
  /** @type {Ui} */
  const ui = { dialog: null, panel: '', busy: new Set(), failed: new Map() };
  let screen = '';
  let said = '';
  let queued = false;
  let stopped = false;
  /** @type {Element|null} */
  let opener = null;
  /** @type {string} */
  let openerName = '';
  let dialogWas = false;

  const redraw = () => {
    if (queued || stopped) return;
    queued = true;
    queueMicrotask(draw);
  };
  /** @param {Partial<Ui>} patch */
  const set = (patch) => {
    if (patch.dialog && !ui.dialog) {
      opener = document.activeElement;
      openerName = opener?.getAttribute('data-focus') ?? '';
    }
    Object.assign(ui, patch);
    redraw();
  };
  /** @param {string} id @param {() => Promise<any>} act */
  const run = async (id, act) => {
    if (ui.busy.has(id)) return false;
    ui.busy.add(id);
    ui.failed.delete(id);
    redraw();
    try {
      await act();
      return true;
    } catch (reason) {
      const problem = asProblem(reason);
      ui.failed.set(id, problem);
      announce(problemText(problem), true);
      return false;
    } finally {
      ui.busy.delete(id);
      redraw();
    }
  };
  // Always the newest state: an action that waited must not judge by what was true before it.
  const context = { get state() { return source.state; }, get actions() { return source.actions; }, ui, set, run };
  const draw = () => {
    queued = false;
    if (stopped) return;
    const drawn = view(context);
    render(drawn.body, root);
    if (drawn.screen !== screen) {
      const first = screen === '';
      screen = drawn.screen;
      if (!first) {
        window.scrollTo(0, 0);
        /** @type {HTMLElement|null} */ (root.querySelector('[data-heading]'))?.focus({ preventScroll: true });
      }
    }
    if (drawn.say !== undefined && drawn.say !== said) announce((said = drawn.say));
    if (dialogWas && !ui.dialog) giveBack();
    dialogWas = ui.dialog !== null;
  };
  const giveBack = () => {
    const again = openerName ? root.querySelector(`[data-focus="${CSS.escape(openerName)}"]`) : null;
    const target = opener?.isConnected ? opener : again ?? root.querySelector('[data-heading]');
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    opener = null;
  };
  const unsubscribe = source.subscribe(redraw);
  draw();
  return {
    redraw,
    stop() {
      stopped = true;
      unsubscribe();
    },
  };
}

/** What was thrown, as a problem with a code; anything unknown is a fault of ours. @param {unknown} reason @returns {Problem} */
export function asProblem(reason) {
  if (reason && typeof reason === 'object' && 'code' in reason && typeof reason.code === 'string') {
    const facts = 'facts' in reason && reason.facts && typeof reason.facts === 'object' ? reason.facts : {};
    return { code: reason.code, facts };
  }
  // A fault of ours: where it happened helps whoever mends it; what was said in the page is in no stack.
  if (reason instanceof Error) console.error('fault', reason.name, reason.stack?.split('\n').slice(1, 4).join(' '));
  return { code: 'internal', facts: {} };
}

/** The sentence for people. @param {Problem} problem @returns {string} */
export function problemText(problem) {
  const { rule, missing } = problem.facts;
  // Everything that stands against it, one sentence after the other.
  if (Array.isArray(missing) && missing.length) return missing.map((one) => word('against', one)).join(' ');
  if (problem.code === 'not-allowed' && has(`refused.${rule}`)) return t(`refused.${rule}`, problem.facts);
  if (problem.code === 'not-allowed' && has(`forbidden.${rule}`)) return t(`forbidden.${rule}`);
  if (problem.code === 'incomplete' && has(`missing.${missing}`)) return t(`missing.${missing}`);
  return t(has(`problem.${problem.code}`) ? `problem.${problem.code}` : 'problem.internal', problem.facts);
}
