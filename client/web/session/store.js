// A state that views subscribe to. Changes made in one turn of the event loop reach subscribers once.

/**
 * @template S
 * @param {S} initial
 */
export function createStore(initial) {
  let state = initial;
  let scheduled = false;
  /** @type {Set<(state: S) => void>} */
  const listeners = new Set();
  const tell = () => {
    scheduled = false;
    for (const listener of [...listeners]) listener(state);
  };
  return {
    get state() {
      return state;
    },
    /** @param {Partial<S>} change */
    set(change) {
      state = { ...state, ...change };
      if (!scheduled) {
        scheduled = true;
        queueMicrotask(tell);
      }
    },
    /** @param {(state: S) => void} listener @returns {() => void} stop listening */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * A problem that people are told about: a catalogue key and facts, never content.
 */
export class Trouble extends Error {
  /** @param {string} code @param {Record<string, any>} [facts] */
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}
