// The custodian's page can carry out a release as a mediator's can: what a request needs later lies in this browser, under this place.

import { createReview } from './review.js';

/**
 * The review as on a mediator's table, with a small book of its own. Only the custodian's place gets one.
 * @param {{place: {mediation: string, seat: string}, core: any, memory: import('./memory.js').Memory, identity: () => any, names: () => string[]}} seams
 */
export async function createOffice({ place, core, memory, identity, names }) {
  const stored = (await memory.get('requests')) ?? {};
  /** @type {any} */
  let book = { v: 1, name: names()[0] ?? '', root: '', kit: '', hold: '', devcerts: [], mediations: [{ id: place.mediation, seats: [], sides: [], requests: stored, own: place.seat }] };
  const review = createReview({
    place,
    core,
    book: () => book,
    async save(change) {
      book = change(book);
      await memory.put('requests', book.mediations[0].requests);
    },
    identity,
  });
  return {
    refresh: () => review.refresh(),
    actions: {
      requestDisclosure: (/** @type {any} */ wish) => review.request(wish),
      openSitting: (/** @type {string} */ rid) => review.open(rid),
      decide: (/** @type {any} */ decisions, /** @type {any} */ added) => review.decide(decisions, added),
      lookPage: (/** @type {string} */ item, /** @type {number} */ page) => review.look(item, page),
      finishSitting: () => review.finish(),
      collectPackage: (/** @type {string} */ rid) => review.collect(rid),
    },
  };
}
