// The one Trusted Types policy for scripts of ours (`app-worker` in the CSP): it passes paths of this house and nothing else.
// Whoever needs a worker asks here: a second policy of the same name would be refused by the browser.

const OURS = /^\/(media|keys|bundle|session|vendor)\/[A-Za-z0-9@._/-]+\.m?js$/;

/** @type {{createScriptURL: (path: string) => any}|null} */
let policy = null;

/** @param {string} path @returns {string} */
function checked(path) {
  if (!OURS.test(path) || path.includes('..')) throw new TypeError('not a script of ours');
  return path;
}

/** The policy itself, for those who make their own workers. @returns {{createScriptURL: (path: string) => any}} */
export function scriptPolicy() {
  policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy('app-worker', { createScriptURL: checked }) ?? { createScriptURL: checked };
  return /** @type {{createScriptURL: (path: string) => any}} */ (policy);
}

/** A worker from a path of this house, as a module. @param {string} path @param {WorkerOptions} [options] @returns {Worker} */
export function ownWorker(path, options = {}) {
  return new Worker(scriptPolicy().createScriptURL(path), { type: 'module', ...options });
}
