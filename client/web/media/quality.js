// How well each person's sound and picture arrive, and why not better; who is speaking. Measured in this page, never sent anywhere.

/** @typedef {{loss: number, roundTrip: number, width: number, height: number, frozen: number, layer: string, reason: string}} PeerQuality */
/** @typedef {{seat: string, kind: string, track: MediaStreamTrack}} Shown */

const LEVEL_MS = 300;
const QUALITY_EVERY = 7;
const SPEAKING = 0.02;
/** A stream that brought nothing for this many looks has stopped. A still screen repeats about once a second. */
const STOPPED_AFTER = {audio: 4, video: 4, screen: 27};
/** A line on which packets came and that brings nothing for this long, not even an answer to a check, has lost its way: the network
 * changed. Browsers notice by themselves, but take ten seconds and more. */
const SILENT_MS = 2000, SILENT_AGAIN_MS = 4000, SILENT_MOST = 30;

/** Calls `onSilent` when a connection that brought packets brings nothing any more; again every few seconds while that lasts, for two minutes.
 * @param {() => void} onSilent @param {() => number} now milliseconds, monotonic
 * @returns {(pc: object, stats: {forEach: (f: (report: any) => void) => void}) => void} */
export function createSilence(onSilent, now) {
  /** @type {object | null} */ let of = null;
  let heard = 0, packets = 0, flowed = -Infinity, since = 0, told = 0, again = 0;
  return (pc, stats) => {
    let all = 0, media = 0;
    stats.forEach(r => {
      if (r.type === 'candidate-pair') all += (r.responsesReceived ?? 0) + (r.bytesReceived ?? 0);
      if (r.type === 'inbound-rtp') media += r.packetsReceived ?? 0;
    });
    const time = now();
    if (pc !== of || all !== heard) {
      if (pc === of && media !== packets) flowed = time;
      if (pc !== of) flowed = -Infinity;
      [of, heard, packets, since, told, again] = [pc, all, media, time, 0, SILENT_MS];
      return;
    }
    // Only a line that carried sound or pictures until just now can fall silent: a quiet one is asked every few seconds only.
    if (since - flowed > 1000 || told >= SILENT_MOST || time - since < again) return;
    told++;
    again = time - since + SILENT_AGAIN_MS;
    onSilent();
  };
}

/** @param {{connection: () => RTCPeerConnection | null, shown: () => Shown[], opened: () => Promise<Map<string, number>>,
 *   onQuality: (peers: Record<string, PeerQuality>) => void, onSpeaking: (seats: Set<string>) => void,
 *   onFlowing?: (streams: Set<string>) => void, onSilent?: () => void, now?: () => number}} seams
 *   opened: frames that were opened, by track id; onFlowing: the streams (`seat/kind`) that something arrives from which opens; onSilent: nothing comes any more on a line on which packets came */
export function watchQuality({connection, shown, opened, onQuality, onSpeaking, onFlowing = () => {}, onSilent = () => {}, now = () => performance.now()}) {
  /** @type {Map<string, {received: number, lost: number, frozen: number}>} */ const before = new Map();
  /** @type {Record<string, {layer: string, reason: string}>} */ let fromServer = {};
  let speaking = '', flowing = '', ticks = 0, busy = false;
  const silence = createSilence(onSilent, now);
  /** @type {Map<string, {received: number, quiet: number}>} by report */ const arrivals = new Map();

  async function tick() {
    const pc = connection();
    if (!pc) return;
    const [stats, frames] = await Promise.all([pc.getStats(), opened()]);
    const seats = new Map(shown().map(s => [s.track.id, s]));
    let roundTrip = 0;
    silence(pc, stats);
    stats.forEach(r => { if (r.type === 'candidate-pair' && r.nominated && r.currentRoundTripTime !== undefined) roundTrip = Math.round(r.currentRoundTripTime * 1000); });
    /** @type {Set<string>} */ const loud = new Set();
    /** @type {Set<string>} */ const live = new Set();
    /** @type {Record<string, PeerQuality>} */ const peers = {};
    stats.forEach(r => {
      const who = r.type === 'inbound-rtp' ? seats.get(r.trackIdentifier) : undefined;
      if (!who) return;
      // What arrives and can't be opened is nothing: it shows neither a picture nor that somebody can be heard.
      const arrived = arrivals.get(r.id), received = frames.get(who.track.id) ?? 0;
      const quiet = arrived && arrived.received === received ? arrived.quiet + 1 : received ? 0 : Infinity;
      arrivals.set(r.id, {received, quiet});
      if (quiet < (STOPPED_AFTER[/** @type {'audio'|'video'|'screen'} */ (who.kind)] ?? 4)) live.add(`${who.seat}/${who.kind}`);
      if (who.kind === 'audio' && (r.audioLevel ?? 0) > SPEAKING) loud.add(who.seat);
      if (ticks % QUALITY_EVERY) return;
      const last = before.get(r.id) ?? {received: 0, lost: 0, frozen: 0};
      const seen = {received: r.packetsReceived ?? 0, lost: Math.max(0, r.packetsLost ?? 0), frozen: r.freezeCount ?? 0};
      before.set(r.id, seen);
      const lost = Math.max(0, seen.lost - last.lost), all = lost + seen.received - last.received;
      const peer = peers[who.seat] ??= {loss: 0, roundTrip, width: 0, height: 0, frozen: 0, layer: fromServer[who.seat]?.layer ?? 'mid', reason: fromServer[who.seat]?.reason ?? 'fine'};
      peer.loss = Math.max(peer.loss, all > 0 ? Math.round(lost * 1000 / all) : 0);
      if (who.kind === 'video') Object.assign(peer, {width: r.frameWidth ?? 0, height: r.frameHeight ?? 0, frozen: Math.max(0, seen.frozen - last.frozen)});
    });
    if (ticks % QUALITY_EVERY === 0) onQuality(peers);
    const names = [...loud].sort().join(' ');
    if (names !== speaking) { speaking = names; onSpeaking(loud); }
    const streams = [...live].sort().join(' ');
    if (streams !== flowing) { flowing = streams; onFlowing(live); }
    ticks++;
  }
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    tick().catch(() => {}).finally(() => { busy = false; });
  }, LEVEL_MS);

  return {
    /** @param {any} event a quality event: either {peers: seat -> {layer, reason}} or {streams: [{peer, kind, layer, reason}]} */
    server(event) {
      if (event?.peers) fromServer = event.peers;
      else if (event?.streams) fromServer = Object.fromEntries(event.streams.filter((/** @type {any} */ s) => s.kind === 'video').map((/** @type {any} */ s) => [String(s.peer).split('/').pop(), s]));
    },
    /** Counts of this connection without addresses. */
    async summary() {
      const pc = connection();
      const out = {transport: 'none', way: 'none', roundTrip: 0, sent: /** @type {any[]} */ ([]), received: /** @type {any[]} */ ([]), uplink: 0};
      if (!pc) return out;
      const stats = await pc.getStats();
      stats.forEach(r => {
        if (r.type === 'candidate-pair' && r.nominated && r.state === 'succeeded') {
          const here = stats.get(r.localCandidateId);
          out.transport = here?.protocol ?? 'udp';
          out.way = here?.candidateType === 'relay' ? 'relay' : out.transport;
          out.roundTrip = Math.round((r.currentRoundTripTime ?? 0) * 1000);
          out.uplink = Math.round((r.availableOutgoingBitrate ?? 0) / 1000);
        }
        if (r.type === 'outbound-rtp') out.sent.push({kind: r.kind, rid: r.rid ?? '', packets: r.packetsSent, frames: r.framesSent ?? 0, width: r.frameWidth ?? 0, height: r.frameHeight ?? 0, limited: r.qualityLimitationReason ?? ''});
        if (r.type === 'inbound-rtp') out.received.push({kind: r.kind, packets: r.packetsReceived, lost: r.packetsLost, frames: r.framesDecoded ?? 0, keyFrames: r.keyFramesDecoded ?? 0, freezes: r.freezeCount ?? 0, width: r.frameWidth ?? 0, height: r.frameHeight ?? 0, concealed: r.concealedSamples ?? 0, samples: r.totalSamplesReceived ?? 0, retransmitted: r.retransmittedPacketsReceived ?? 0});
      });
      return out;
    },
    close() { clearInterval(timer); },
  };
}
