// The smallest page that uses client/web/media: tests look at window.S and call window.media.
import {createMedia, workerFrom} from '/media/rtc.js';

const query = new URLSearchParams(location.search);
// Ways in which a browser could fail to seal, tried by tests: the setting of a transform is lost, or comes late, or pretends.
const native = Object.getOwnPropertyDescriptor(RTCRtpSender.prototype, 'transform');
const pretend = new WeakMap();
const broken = {
  missing: {set() {}, get() { return null; }},
  late: {set(value) { setTimeout(() => native.set.call(this, value), 1500); }, get() { return native.get.call(this); }},
  pretended: {set(value) { pretend.set(this, value); }, get() { return pretend.get(this) ?? null; }},
}[query.get('broken')];
if (broken) Object.defineProperty(RTCRtpSender.prototype, 'transform', {configurable: true, ...broken});
const policy = window.trustedTypes ? window.trustedTypes.createPolicy('incamera', {createScriptURL: url => { if (url !== '/media/sframe-worker.js') throw new TypeError(url); return url; }}) : {createScriptURL: u => u};
const S = window.S = {state: [], tracks: {}, quality: {}, speaking: [], cut: [], firstFrame: {}, offers: 0, restarts: 0, errors: []};
// The connections of the page, for tests that ask which way packets go.
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection { constructor(...given) { super(...given); window.connections.push(this); } };
// Tracks with something to see or hear that were ever put on a sender: what left in clear can only be what was there.
window.real = 0;
const replace = RTCRtpSender.prototype.replaceTrack;
RTCRtpSender.prototype.replaceTrack = function (track) { if (track?.enabled) window.real++; return replace.call(this, track); };
window.onerror = (m) => { S.errors.push(String(m)); };
document.addEventListener('securitypolicyviolation', e => S.errors.push('csp ' + e.violatedDirective));
const socket = window.socket = new WebSocket(`ws://${location.host}/ws?seat=${query.get('seat')}`);
const media = window.media = createMedia({
  worker: workerFrom(policy, '/media/sframe-worker.js'),
  send: m => { if (m.type === 'restart') S.restarts++; if (socket.readyState === 1) socket.send(JSON.stringify(m)); },
  onState: line => S.state.push(line),
  onCut: kind => S.cut.push(kind),
  onQuality: peers => { S.quality = peers; },
  onSpeaking: seats => { S.speaking = [...seats]; },
  onTrack(seat, kind, track) {
    const id = `${seat}-${kind}`;
    document.getElementById(id)?.remove();
    if (!track) { delete S.tracks[id]; return; }
    S.tracks[id] = track;
    const element = document.createElement(kind === 'audio' ? 'audio' : 'video');
    Object.assign(element, {id, autoplay: true, muted: kind !== 'audio', playsInline: true, srcObject: new MediaStream([track])});
    document.getElementById('tiles').append(element);
    if (element.requestVideoFrameCallback) element.requestVideoFrameCallback(() => { S.firstFrame[id] = Date.now(); });
    element.play().catch(() => {});
  },
});
socket.onmessage = async ({data}) => {
  const m = JSON.parse(data);
  if (m.type === 'media.offer') { S.offers++; await media.handle(m); }
  if (m.type === 'media.quality') media.quality(m);
  if (m.type === 'keys') media.setKeys(m.ring && {...m.ring, senders: m.ring.senders.map(s => ({...s, baseKey: Uint8Array.from(atob(s.baseKey), c => c.charCodeAt(0))}))});
};
if (query.get('camera') !== 'no') {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: +(query.get('w') ?? 640), height: +(query.get('h') ?? 360), frameRate: 25}});
  const [audio] = stream.getAudioTracks(), [video] = stream.getVideoTracks();
  await media.publish({audio, video});
}
S.ready = Date.now();
