// One call: one PeerConnection to our media server, frames sealed in a worker before they leave this page.
// Never sends a track whose sender is not sealed: the transform is set before a track exists, and a track whose sent frames
// outnumber the sealed ones is cut. The server always offers; we always answer.

import {connectionOf, directions} from './sdp.js';
import {watchQuality} from './quality.js';

/** @typedef {'audio' | 'video' | 'screen'} Kind */
/** @typedef {'none' | 'connecting' | 'connected' | 'interrupted' | 'failed'} Line */
/** @typedef {'off' | 'low' | 'mid' | 'high'} Layer */
/** @typedef {{generation: number, sdp: string, tracks: {mid: string, direction: string, kind: Kind, seat?: string, peer?: string}[],
 *   relays?: {urls: string[], username: string, credential: string}[]}} Offer */
/** @typedef {{type: 'answer', generation: number, sdp: string} | {type: 'restart'} | {type: 'prefer', layers: Record<string, Layer>}} Up */
/** @typedef {{epoch: number, me: number, senders: {index: number, seat: string, baseKey: Uint8Array}[]}} Ring */
/** @typedef {{seat: string, kind: Kind, track: MediaStreamTrack}} Shown */
/** @typedef {{mid: string, kind: Kind, line: string, transceiver: RTCRtpTransceiver, sent: Map<string, number>, total: number, suspect: number,
 *   proven: boolean, blank: {of: MediaStreamTrack, track: MediaStreamTrack} | null}} Outgoing */

const RESTART_AFTER_MS = 3000;
const WATCH_MS = 500;
const UNDER_WAY = 5;
const PROOF_MS = 40;
/** Chromium sends nothing at all from a connection opened with `encodedInsertableStreams` whose frames nobody handles. Other browsers
 * don't know that option and would send such frames in clear: there darkness and silence go first, until the worker has taken them. */
const closedByBrowser = typeof RTCRtpSender !== 'undefined' && 'createEncodedStreams' in RTCRtpSender.prototype;
/** Encodings by simulcast id: our server offers l, m and h. Screens go out once, sharp rather than smooth. */
const HIGH = {scale: 1, rate: 1_500_000};
const LAYERS = /** @type {Record<string, {scale: number, rate: number}>} */ ({l: {scale: 4, rate: 150_000}, m: {scale: 2, rate: 500_000}, h: HIGH});

/** A worker for `createMedia`, through the page's Trusted Types policy.
 * @param {{createScriptURL: (url: string) => any}} policy @param {string} url of sframe-worker.js */
export function workerFrom(policy, url) {
  return () => new Worker(policy.createScriptURL(url), {type: 'module', name: 'sframe'});
}

/** @param {{
 *   send: (message: Up) => void,
 *   onTrack: (seat: string, kind: Kind, track: MediaStreamTrack | null) => void,
 *   onState: (line: Line) => void,
 *   onQuality?: (peers: Record<string, import('./quality.js').PeerQuality>) => void,
 *   onSpeaking?: (seats: Set<string>) => void,
 *   onFlowing?: (streams: Set<string>) => void,
 *   onCut?: (kind: Kind) => void,
 *   worker: () => Worker,
 * }} seams */
export function createMedia({send, onTrack, onState, onQuality = () => {}, onSpeaking = () => {}, onFlowing = () => {}, onCut = () => {}, worker: makeWorker}) {
  const worker = makeWorker();
  /** @type {Promise<void>} */ const ready = new Promise(resolve => {
    worker.addEventListener('message', ({data}) => { if (data.type === 'ready') resolve(); });
  });
  /** @type {RTCPeerConnection | null} */ let pc = null;
  let connection = 0, closed = false, audioOnly = false, asked = 0;
  /** @type {Promise<void>} */ let turn = Promise.resolve();
  /** @type {Partial<Record<Kind, MediaStreamTrack | null>>} */ const wanted = {};
  /** @type {Map<string, Outgoing>} by mid */ const outgoing = new Map();
  /** @type {Map<string, Shown>} by mid */ let shown = new Map();
  /** @type {Set<Kind>} */ const cut = new Set();
  /** @type {Record<string, Layer>} */ let layers = {};
  /** @type {WeakSet<RTCRtpSender | RTCRtpReceiver>} */ let sealedEnds = new WeakSet();

  const line = (/** @type {string} */ mid) => `${connection}:${mid}`;
  const kindOf = (/** @type {Offer} */ offer, /** @type {string | null} */ mid) => offer.tracks.find(t => t.mid === mid)?.kind;

  /** @param {RTCRtpSender | RTCRtpReceiver} end @param {'seal' | 'open'} op @param {string} mid @param {Kind} kind */
  function transform(end, op, mid, kind) {
    if (sealedEnds.has(end)) return;
    const made = new RTCRtpScriptTransform(worker, {op, line: line(mid), kind});
    end.transform = made;
    if (end.transform === made) sealedEnds.add(end);
  }

  /** No server of anybody but the house: its relay, if it has one, with the password that came with the offer. @param {Offer} offer */
  const configuration = offer => /** @type {RTCConfiguration} */ ({bundlePolicy: 'max-bundle', encodedInsertableStreams: true,
    iceServers: (offer.relays ?? []).map(({urls, username, credential}) => ({urls: [...urls], username, credential}))});

  /** @param {Offer} offer */
  function open(offer) {
    pc = new RTCPeerConnection(configuration(offer));
    const mine = pc;
    sealedEnds = new WeakSet();
    outgoing.clear();
    pc.onconnectionstatechange = () => { if (mine === pc) changed(); };
    onState('connecting');
  }

  function changed() {
    const state = pc?.connectionState ?? 'closed';
    const words = /** @type {Record<string, Line>} */ ({new: 'connecting', connecting: 'connecting', connected: 'connected', disconnected: 'interrupted', failed: 'failed'});
    onState(words[state] ?? 'none');
    if (state === 'failed') restart();
    if (state === 'disconnected') setTimeout(() => { if (pc?.connectionState === 'disconnected') restart(); }, RESTART_AFTER_MS);
  }

  /** Ask for fresh ICE credentials, at most once a second. */
  function restart() {
    const now = performance.now();
    if (closed || !pc || now - asked < 1000) return;
    asked = now;
    send({type: 'restart'});
  }

  /** Answer an offer of the server. Offers are taken one after another. @param {Offer} offer */
  function handle(offer) {
    turn = turn.then(() => take(offer)).catch(() => { if (!closed) restart(); });
    return turn;
  }

  /** @param {Offer} offer */
  async function take(offer) {
    await ready;
    if (closed) return;
    const number = connectionOf(offer.sdp);
    if (!pc || number !== connection) {
      pc?.close();
      connection = number;
      open(offer);
    } else if (offer.relays?.length) {
      // A relay's password lives for minutes: paths made from now on use the new one.
      pc.setConfiguration(configuration(offer));
    }
    const mine = /** @type {RTCPeerConnection} */ (pc);
    const ways = directions(offer.sdp);
    // Receivers get their transform while the track event is dispatched: before the first frame can be decoded.
    mine.ontrack = ({receiver, transceiver}) => {
      const kind = kindOf(offer, transceiver.mid);
      if (transceiver.mid !== null && kind) transform(receiver, 'open', transceiver.mid, kind);
      else receiver.track.stop();
    };
    await mine.setRemoteDescription({type: 'offer', sdp: offer.sdp});
    // No await between here and the transforms: a sender whose transform comes a task later would stay unsealed in Chromium.
    for (const transceiver of mine.getTransceivers()) {
      const {mid} = transceiver;
      if (mid === null) continue;
      const kind = kindOf(offer, mid), way = ways.get(mid);
      if (way === 'send' && kind && !outgoing.has(mid)) {
        transform(transceiver.sender, 'seal', mid, kind);
        outgoing.set(mid, {mid, kind, line: line(mid), transceiver, sent: new Map(), total: 0, suspect: 0, proven: closedByBrowser, blank: null});
      }
      if (way === 'recv' && kind) transform(transceiver.receiver, 'open', mid, kind);
      const direction = way === 'send' ? 'sendonly' : way === 'recv' ? 'recvonly' : 'inactive';
      if (transceiver.direction !== direction && transceiver.direction !== 'stopped') transceiver.direction = direction;
    }
    await mine.setLocalDescription();
    if (mine !== pc) return;
    show(offer, mine);
    send({type: 'answer', generation: offer.generation, sdp: mine.localDescription?.sdp ?? ''});
    await apply();
  }

  /** Tell the worker who is expected where, and the page which tracks there are. @param {Offer} offer @param {RTCPeerConnection} mine */
  function show(offer, mine) {
    /** @type {Map<string, Shown>} */ const next = new Map();
    for (const track of offer.tracks) {
      if (track.direction !== 'recv') continue;
      const transceiver = mine.getTransceivers().find(t => t.mid === track.mid);
      const seat = track.seat ?? (track.peer ?? '').split('/').pop() ?? '';
      if (transceiver) next.set(track.mid, {seat, kind: track.kind, track: transceiver.receiver.track});
    }
    worker.postMessage({type: 'expect', lines: [...next].map(([mid, {seat}]) => ({line: line(mid), seat}))});
    const before = shown;
    shown = next;
    for (const old of before.values()) {
      if (![...next.values()].some(s => s.seat === old.seat && s.kind === old.kind)) onTrack(old.seat, old.kind, null);
    }
    for (const now of next.values()) {
      if (![...before.values()].some(s => s.seat === now.seat && s.kind === now.kind && s.track === now.track)) onTrack(now.seat, now.kind, now.track);
    }
  }

  /** Put the wanted tracks on the sealed senders, and nowhere else. */
  async function apply() {
    for (const out of outgoing.values()) {
      const {kind, transceiver: {sender}} = out;
      const track = !cut.has(kind) && !(audioOnly && kind === 'video') ? wanted[kind] ?? null : null;
      if (track && !sealedEnds.has(sender)) {
        cutOff(out);
        continue;
      }
      const goes = track && !out.proven ? blankFor(out, track) : track;
      if (sender.track !== goes) await sender.replaceTrack(goes);
      if (goes && kind !== 'audio') await tune(sender, kind, goes);
    }
  }

  /** A dark or silent twin of a track, to be sent until the worker is seen to take what is sent. @param {Outgoing} out @param {MediaStreamTrack} track */
  function blankFor(out, track) {
    if (out.blank?.of !== track) {
      out.blank?.track.stop();
      const twin = track.clone();
      twin.enabled = false;
      if (!out.blank) setTimeout(() => { prove(out).catch(() => {}); }, PROOF_MS);
      out.blank = {of: track, track: twin};
    }
    return out.blank.track;
  }

  /** @param {Outgoing} out */
  async function prove(out) {
    const taken = (await counts())[out.line];
    if (closed || cut.has(out.kind) || outgoing.get(out.mid) !== out) return out.blank?.track.stop();
    if (!taken || taken.sealed + taken.failed === 0) return void setTimeout(() => { prove(out).catch(() => {}); }, PROOF_MS);
    out.proven = true;
    turn = turn.then(apply).catch(() => {});
    await turn;
    out.blank?.track.stop();
  }

  /** What can't be sealed is not sent, for good. @param {Outgoing} out */
  function cutOff(out) {
    if (cut.has(out.kind)) return;
    cut.add(out.kind);
    out.transceiver.sender.replaceTrack(null).catch(() => {});
    onCut(out.kind);
  }

  /** @param {RTCRtpSender} sender @param {Kind} kind @param {MediaStreamTrack} track */
  async function tune(sender, kind, track) {
    const parameters = sender.getParameters();
    if (!parameters.encodings?.length) return;
    let altered = false;
    if (kind === 'screen') {
      if (track.contentHint !== 'detail') track.contentHint = 'detail';
      const [only] = parameters.encodings;
      if (only && only.maxBitrate !== 2_500_000) { only.maxBitrate = 2_500_000; altered = true; }
    }
    for (const encoding of parameters.encodings) {
      const layer = LAYERS[encoding.rid ?? ''];
      if (kind === 'video' && layer && encoding.maxBitrate !== layer.rate) {
        Object.assign(encoding, {maxBitrate: layer.rate, scaleResolutionDownBy: layer.scale});
        altered = true;
      }
      if (kind === 'video' && !layer && parameters.encodings.length === 1 && encoding.maxBitrate !== HIGH.rate) {
        encoding.maxBitrate = HIGH.rate;
        altered = true;
      }
    }
    if (altered) await sender.setParameters(parameters).catch(() => {});
  }

  let counting = 0;
  /** What the worker has sealed and opened so far, by line. @returns {Promise<Record<string, {sealed: number, opened: number, failed: number, dropped: number}>>} */
  function counts() {
    const id = ++counting;
    return new Promise(resolve => {
      const listen = (/** @type {MessageEvent} */ {data}) => {
        if (data.type !== 'counts' || data.id !== id) return;
        worker.removeEventListener('message', listen);
        resolve(data.lines);
      };
      worker.addEventListener('message', listen);
      worker.postMessage({type: 'count', id});
    });
  }

  /** Compare the frames that the encoders sent off with those that the worker took. A few may be on their way between the two;
   * more, twice in a row, went past the worker: that track is cut for good. */
  async function watch() {
    const mine = pc;
    if (!mine || closed) return;
    for (const out of outgoing.values()) {
      if (!out.transceiver.sender.track) continue;
      for (const report of (await out.transceiver.sender.getStats()).values()) {
        if (report.type !== 'outbound-rtp') continue;
        const sent = report.kind === 'audio' ? (report.packetsSent ?? 0) - (report.retransmittedPacketsSent ?? 0) : report.framesSent ?? 0;
        out.total += Math.max(0, sent - (out.sent.get(report.id) ?? 0));
        out.sent.set(report.id, sent);
      }
    }
    const taken = await counts();
    for (const out of outgoing.values()) {
      const count = taken[out.line];
      out.suspect = out.total > (count ? count.sealed + count.failed : 0) + UNDER_WAY ? out.suspect + 1 : 0;
      if (out.suspect >= 2 && mine === pc) cutOff(out);
    }
  }

  const quality = watchQuality({
    connection: () => pc,
    shown: () => [...shown.values()],
    async opened() {
      const taken = await counts();
      return new Map([...shown].map(([mid, {track}]) => [track.id, taken[line(mid)]?.opened ?? 0]));
    },
    onQuality: peers => { if (!closed) onQuality(peers); },
    onSpeaking: seats => { if (!closed) onSpeaking(seats); },
    onFlowing: streams => { if (!closed) onFlowing(streams); },
    onSilent: restart,
  });
  let watching = false;
  const timer = setInterval(() => {
    if (watching) return;
    watching = true;
    watch().catch(() => {}).finally(() => { watching = false; });
  }, WATCH_MS);
  const online = () => restart();
  globalThis.addEventListener?.('online', online);

  function preferences() {
    /** @type {Record<string, Layer>} */ const result = {...layers};
    if (audioOnly) for (const {seat} of shown.values()) result[seat] = 'off';
    send({type: 'prefer', layers: result});
  }

  return {
    handle, restart, counts,
    /** The keys of the room one is in, or null when there are none. @param {Ring | null} ring */
    setKeys(ring) { worker.postMessage({type: 'keys', ring}); },
    /** What goes out: a track, or null for nothing. Kinds that are not named stay as they are. @param {Partial<Record<Kind, MediaStreamTrack | null>>} tracks */
    async publish(tracks) {
      for (const [kind, track] of Object.entries(tracks)) if (!cut.has(/** @type {Kind} */ (kind))) wanted[/** @type {Kind} */ (kind)] = track;
      turn = turn.then(apply).catch(() => {});
      await turn;
    },
    /** Silence or darken one's own track without a renegotiation. @param {Kind} kind @param {boolean} muted */
    mute(kind, muted) { const track = wanted[kind]; if (track) track.enabled = !muted; },
    /** Give up pictures, both ways, so that the sound gets through. @param {boolean} on */
    async audioOnly(on) {
      audioOnly = on;
      preferences();
      turn = turn.then(apply).catch(() => {});
      await turn;
    },
    /** Which picture sizes the page shows. @param {Record<string, Layer>} wishes seat -> layer */
    prefer(wishes) { layers = {...wishes}; preferences(); },
    /** The server's view of the streams, to be joined with what the page measures. @param {any} event */
    quality(event) { quality.server(event); },
    /** Figures to read aloud to support: no names, no addresses, no content. */
    async diagnostics() { return {line: pc?.connectionState ?? 'none', cut: [...cut], ...await quality.summary()}; },
    close() {
      closed = true;
      clearInterval(timer);
      quality.close();
      globalThis.removeEventListener?.('online', online);
      for (const out of outgoing.values()) out.transceiver.sender.replaceTrack(null).catch(() => {});
      pc?.close();
      pc = null;
      worker.terminate();
      onState('none');
    },
  };
}
