// The only place in the page where frames are sealed and opened. No frame passes that was not sealed here or opened here.
// Messages in: keys {ring}, expect {lines: [{mid, seat}]}, count {id}. Messages out: ready, counts {id, lines}.

import {KeyRing} from './ring.js';

/** @typedef {{sealed: number, opened: number, failed: number, dropped: number}} Count */

const scope = /** @type {any} */ (self);
const ring = new KeyRing(() => performance.now());
/** @type {Map<string, string>} line -> the seat that the roster shows there */
let expected = new Map();
/** @type {Map<string, Count>} */
const counts = new Map();
const STREAMS = /** @type {Record<string, number>} */ ({audio: 0, video: 1, screen: 2});

/** @param {string} line */
function countOf(line) {
  let count = counts.get(line);
  if (!count) counts.set(line, count = {sealed: 0, opened: 0, failed: 0, dropped: 0});
  return count;
}

/** @param {{op: 'seal' | 'open', line: string, kind: string}} options @param {ReadableStream} readable @param {WritableStream} writable */
function run({op, line, kind}, readable, writable) {
  const stream = STREAMS[kind], count = countOf(line);
  if (stream === undefined || (op !== 'seal' && op !== 'open')) return; // the stream stays unread: nothing flows
  readable.pipeThrough(new TransformStream({
    async transform(frame, controller) {
      const data = new Uint8Array(frame.data);
      try {
        const seat = expected.get(line);
        if (op === 'open' && seat === undefined) { count.dropped++; return; }
        const out = op === 'seal' ? await ring.seal(stream, data) : await ring.open(stream, /** @type {string} */ (seat), data);
        frame.data = out.buffer;
        if (op === 'seal') count.sealed++; else count.opened++;
      } catch {
        count.failed++;
        return;
      }
      controller.enqueue(frame);
    },
  })).pipeTo(writable).catch(() => { count.dropped++; });
}

scope.onrtctransform = (/** @type {any} */ event) => {
  const {options, readable, writable} = event.transformer;
  run(options, readable, writable);
};

scope.onmessage = (/** @type {MessageEvent} */ {data}) => {
  if (data.type === 'keys') ring.setKeys(data.ring);
  else if (data.type === 'expect') expected = new Map(data.lines.map((/** @type {{line: string, seat: string}} */ l) => [l.line, l.seat]));
  else if (data.type === 'count') scope.postMessage({type: 'counts', id: data.id, lines: Object.fromEntries(counts)});
};

scope.postMessage({type: 'ready'});
