// What passes between this page and the redaction worker in a sitting: boxes in one or several parts, pages to look at, how far it is.

import { openFromWorker, sealToReviewer } from '../keys/disclosure.js';
import { compactJson, unb64u } from '../keys/encoding.js';
import { Trouble } from './store.js';

const MOST_PARTS = 501;
const ASK_EVERY = 1500;

/**
 * @typedef {{rid: string, worker: {kem: string, sig: string}}} Sat
 * @typedef {{item: string, page: number, seen: Uint8Array, exposed: Uint8Array, redacted: Uint8Array}} Page
 */

/** @param {{place: {seat: string}, core: {command: (type: string, fields?: Record<string, any>) => Promise<any>}, identity: () => {opener: any}}} seams */
export function createSitting({ place, core, identity }) {
  /** What the worker boxed to us, however many parts it came in. @param {Sat} sat @param {'findings'|'draft'|'stopped'|'page'} label @param {{box: string, parts: number}} answer */
  async function boxed(sat, label, answer) {
    const parts = [answer.box];
    for (let number = 1; number < Math.min(answer.parts, MOST_PARTS); number++) parts.push((await core.command('sitting.part', { number })).part);
    return openFromWorker(identity().opener, label, sat.rid, place.seat, parts.join(''));
  }

  return {
    boxed,

    /** One page of a document in three pictures. @param {Sat} sat @param {string} item @param {number} page @returns {Promise<Page>} */
    async look(sat, item, page) {
      const wanted = await sealToReviewer(sat.worker.kem, 'look', sat.rid, place.seat, compactJson({ item, page }));
      const inside = JSON.parse(new TextDecoder().decode(await boxed(sat, 'page', await core.command('sitting.look', { page: wanted }))));
      if (inside.item !== item || inside.page !== page) throw new Trouble('bad-object');
      return { item, page, seen: unb64u(inside.seen), exposed: unb64u(inside.exposed), redacted: unb64u(inside.redacted) };
    },

    /** Tells how far the worker is until `done` settles. @template T @param {Promise<T>} done @param {(progress: {step: string, done: number, of: number}|null) => void} tell @returns {Promise<T>} */
    async watched(done, tell) {
      const timer = setInterval(() => {
        core.command('sitting.progress').then((now) => { if (now.step) tell({ step: now.step, done: now.done, of: now.of }); }, () => undefined);
      }, ASK_EVERY);
      try {
        return await done;
      } finally {
        clearInterval(timer);
        tell(null);
      }
    },
  };
}
