// The far end of loop.html: of the frames that arrive, how many are sealed under the test's key and how many are not. A frame that
// Chromium hands over twice counts twice; keeping repeats out is the product's ring's business and tested elsewhere.

import {clearBytes, deriveFrameKey, keyId, open} from './media/sframe.js';

const count = {sealed: 0, readable: 0};
const STREAMS = {audio: 0, video: 1};

onrtctransform = ({transformer: {options: {kind}, readable, writable}}) => {
  const stream = STREAMS[kind], key = deriveFrameKey(new Uint8Array(16), keyId(1, 0, stream));
  readable.pipeThrough(new TransformStream({
    async transform(frame) {
      const data = new Uint8Array(frame.data), n = clearBytes(stream, data);
      await open(await key, data.subarray(0, n), data.subarray(n)).then(() => count.sealed++, () => count.readable++);
    },
  })).pipeTo(writable);
};

onmessage = () => postMessage({type: 'counts', lines: {far: count}});
postMessage({type: 'ready'});
