// A receiving worker that opens nothing: it tells which frames carry an SFrame header of epoch 1, sender 0, and passes none on.
import {clearBytes, parseHeader, splitKeyId} from '/media/sframe.js';
const seen = {sealed: 0, clear: 0, samples: []};
self.onrtctransform = ({transformer}) => {
  const stream = transformer.options.kind === 'audio' ? 0 : 1;
  const reader = transformer.readable.getReader();
  (async () => {
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      const data = new Uint8Array(value.data);
      let ok = false;
      try {
        const {kid, counter} = parseHeader(data.subarray(clearBytes(stream, data)));
        const id = splitKeyId(kid);
        ok = id.epoch === 1 && id.sender === 0 && id.stream === stream && counter < 10000;
      } catch { ok = false; }
      if (ok) seen.sealed++;
      else { seen.clear++; if (seen.samples.length < 8) seen.samples.push([transformer.options.kind, data.length, ...data.subarray(0, 16)]); }
    }
  })();
};
self.onmessage = () => self.postMessage({type: 'counts', ...seen});
self.postMessage({type: 'ready'});
