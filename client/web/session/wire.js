// The one socket of a page: opens it, proves who we are, sends commands, hands on events in order, comes back after a cut.
// It knows frames, not rooms, and holds no key: `authenticate` is asked for a signed statement each time.

import { Trouble } from './store.js';

const SUBPROTOCOL = 'incamera.v1';
const ANSWER_WITHIN = 30_000;
/** The redaction worker reads documents page by page: these take their time. */
const SLOW = new Set(['sitting.open', 'sitting.feed', 'sitting.decide', 'sitting.look', 'sitting.finish']);
const SLOW_WITHIN = 1_800_000;
const PAUSES = [500, 1000, 2000, 4000, 8000];
/** Goodbyes after which coming back would change nothing. */
const FINAL = new Set(['version', 'origin', 'not-known', 'token-used', 'elsewhere', 'replaced', 'gone', 'bad-frame']);

/** @returns {string} 16 random bytes, base64url */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * @typedef {Object} WireHooks
 * @property {(challenge: {nonce: string, time: number}, resume: number) => Promise<Record<string, any>>} authenticate  the opening frame
 * @property {(welcome: any) => void | Promise<void>} onWelcome
 * @property {(event: any, at: number) => void | Promise<void>} onEvent
 * @property {(beat: string) => Promise<void>} [onPulse]
 * @property {(connection: 'connecting'|'open'|'retrying') => void} onConnection
 * @property {(problem: Trouble) => void} onEnd      final: the server said goodbye for good
 */

/** @param {string} url @param {WireHooks} hooks */
export function openWire(url, hooks) {
  /** @type {WebSocket|null} */
  let socket = null;
  let seq = 0;
  let tries = 0;
  let closed = false;
  let open = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  /** Commands without an answer yet; sent again after a cut, under the same id. @type {Map<string, {frame: string, resolve: (data: any) => void, reject: (error: Error) => void, timer: any}>} */
  const pending = new Map();
  // Frames are handled one after the other: an event may need keys that the one before brings.
  let queue = Promise.resolve();

  function connect() {
    if (closed) return;
    hooks.onConnection(tries ? 'retrying' : 'connecting');
    const mine = new WebSocket(url, SUBPROTOCOL);
    socket = mine;
    mine.onmessage = (message) => {
      if (typeof message.data !== 'string') return;
      const frame = JSON.parse(message.data);
      // Answers settle at once: a handler of an event may itself wait for a command's answer.
      if (frame.type === 'result') return void settle(frame.re)?.resolve(frame.data ?? {});
      if (frame.type === 'failure') return void settle(frame.re)?.reject(new Trouble(frame.code, frame.facts ?? {}));
      queue = queue.then(() => (mine === socket ? receive(frame) : undefined)).catch(report);
    };
    mine.onclose = () => {
      if (mine !== socket) return;
      open = false;
      socket = null;
      if (!closed) {
        hooks.onConnection('retrying');
        const pause = PAUSES[Math.min(tries, PAUSES.length - 1)] ?? 8000;
        tries += 1;
        timer = setTimeout(connect, pause * (0.75 + Math.random() / 2));
      }
    };
  }

  /** A fault in our own handling must not stop the frames that follow. @param {unknown} error */
  function report(error) {
    console.error('session', error instanceof Trouble ? error.code : error instanceof Error ? error.stack : 'fault');
  }

  /** @param {any} frame */
  async function receive(frame) {
    switch (frame.type) {
      case 'challenge': {
        if (frame.version !== 1) return end(new Trouble('version'));
        const opening = await hooks.authenticate({ nonce: frame.nonce, time: frame.time }, seq);
        socket?.send(JSON.stringify(opening));
        return;
      }
      case 'welcome':
        tries = 0;
        seq = frame.seq;
        open = true;
        hooks.onConnection('open');
        await hooks.onWelcome(frame);
        for (const waiting of pending.values()) socket?.send(waiting.frame);
        return;
      case 'event':
        if (frame.seq !== seq + 1) {
          // A gap means that something was withheld or lost: start from a snapshot instead of guessing.
          seq = 0;
          socket?.close();
          return;
        }
        seq = frame.seq;
        await hooks.onEvent(frame.event, frame.at);
        return;
      case 'pulse':
        await hooks.onPulse?.(frame.beat);
        return;
      case 'goodbye':
        if (FINAL.has(frame.code)) end(new Trouble(frame.code));
        return;
      default:
        return;
    }
  }

  /** @param {string} id */
  function settle(id) {
    const waiting = pending.get(id);
    if (waiting) {
      clearTimeout(waiting.timer);
      pending.delete(id);
    }
    return waiting;
  }

  /** @param {Trouble} problem */
  function end(problem) {
    close();
    hooks.onEnd(problem);
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    socket?.close();
    socket = null;
    for (const id of [...pending.keys()]) settle(id)?.reject(new Trouble('offline'));
  }

  connect();
  // Coming back from sleep or another network: try at once instead of waiting for the pause.
  addEventListener('online', () => {
    if (!closed && !socket) {
      clearTimeout(timer);
      connect();
    }
  });

  return {
    /**
     * Send a command; resolves with the result's data, rejects with a Trouble.
     * @param {string} type @param {Record<string, any>} [fields]
     * @returns {Promise<any>}
     */
    command(type, fields = {}) {
      if (closed) return Promise.reject(new Trouble('offline'));
      const id = freshId();
      const frame = JSON.stringify({ type, id, ...fields });
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => settle(id)?.reject(new Trouble('offline')), SLOW.has(type) ? SLOW_WITHIN : ANSWER_WITHIN);
        pending.set(id, { frame, resolve, reject, timer: late });
        if (open) socket?.send(frame);
      });
    },
    /** A frame without an answer; lost when the line is down. @param {string} type @param {Record<string, any>} fields */
    tell(type, fields) {
      if (open) socket?.send(JSON.stringify({ type, ...fields }));
    },
    close,
  };
}
