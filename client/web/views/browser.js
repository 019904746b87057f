// Can this browser hold a private call? Asked before anything of the person's is used. No guesses from names where a feature can be asked.

/** @typedef {'fine'|'in-app'|'old'} Verdict */

/** Browsers inside other apps: their cameras, storage and keys come and go with the app. */
const IN_APP = /FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|WhatsApp|Snapchat|LinkedInApp|TikTok|musical_ly|BytedanceWebview|Twitter|Pinterest|GSA\/|Teams\/|Slack|Telegram|DuckDuckGo\/\d.*; wv|; wv\)/;

/** @param {string} agent @returns {boolean} */
export const looksInApp = (agent) => IN_APP.test(agent);

/** What is missing for a call whose media are sealed in the page. @param {any} [scope] @returns {string[]} */
export function missingParts(scope = globalThis) {
  const parts = [];
  if (!scope.isSecureContext) parts.push('secure');
  if (!scope.RTCPeerConnection) parts.push('call');
  if (!scope.RTCRtpScriptTransform && !scope.RTCRtpSender?.prototype?.createEncodedStreams) parts.push('seal');
  if (!scope.crypto?.subtle) parts.push('keys');
  if (!scope.indexedDB) parts.push('storage');
  if (!scope.navigator?.locks) parts.push('locks');
  return parts;
}

/** @param {any} [scope] @returns {Verdict} */
export function verdict(scope = globalThis) {
  if (looksInApp(scope.navigator?.userAgent ?? '')) return 'in-app';
  return missingParts(scope).length > 0 ? 'old' : 'fine';
}
