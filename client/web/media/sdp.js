// The few things the page reads in an SDP offer. Pure.

/** Which way we may use each line, as the offer says it: mid -> 'send', 'recv' or 'idle'. @param {string} sdp */
export function directions(sdp) {
  /** @type {Map<string, 'send' | 'recv' | 'idle'>} */ const result = new Map();
  for (const section of sdp.split('\r\nm=').slice(1)) {
    const mid = /\r\na=mid:([^\r]+)/.exec(section)?.[1];
    if (mid === undefined) continue;
    result.set(mid, /\r\na=recvonly\b/.test(section) ? 'send' : /\r\na=sendonly\b/.test(section) ? 'recv' : 'idle');
  }
  return result;
}

/** The number of the PeerConnection that an offer belongs to (our server writes it as the session id). @param {string} sdp */
export function connectionOf(sdp) {
  return Number(/^o=\S+ (\d+) /m.exec(sdp)?.[1] ?? 0);
}
