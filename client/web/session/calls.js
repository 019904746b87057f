// Camera, microphone and screen of one seat: asks the browser for them, hands them to the media client, keeps what views show true.
// Everything arrives muted after a move or a reload: turning on is always a person's act.

import { createMedia } from '../media/rtc.js';
import { Trouble } from './store.js';
import { ownWorker } from '../trusted.js';

/** @typedef {import('./types.js').Media} Media */

/** @returns {Media} */
export const silent = () => ({ microphone: 'off', camera: 'off', screen: 'off', audioOnly: false, line: 'none', preview: null });

/**
 * @param {{
 *   command: (type: string, fields?: Record<string, any>) => Promise<any>,
 *   onMedia: (media: Media) => void,
 *   onTracks: () => void,
 *   onNotice: (key: string, urgent: boolean) => void,
 * }} seams
 */
export function createCalls({ command, onMedia, onTracks, onNotice }) {
  let media = silent();
  /** @type {ReturnType<typeof createMedia>|null} */
  let client = null;
  /** @type {Map<string, MediaStreamTrack>} "seat/kind" */
  const tracks = new Map();
  /** @type {Set<string>} */
  let speaking = new Set();
  /** @type {Set<string>} "seat/kind" of what arrives just now: a track alone says nothing */
  let flowing = new Set();
  /** @type {Record<string, any>} */
  let quality = {};
  /** @type {Record<'audio'|'video'|'screen', MediaStreamTrack|null>} */
  const own = { audio: null, video: null, screen: null };
  let ready = false;
  /** Nothing is sent while it isn't certain who would receive it. */
  let held = false;
  const mayTurnOn = () => {
    if (held) throw new Trouble('unconfirmed');
  };
  /** @type {any} */
  let ring = null;

  /** @param {Partial<Media>} change */
  function set(change) {
    media = { ...media, ...change };
    onMedia(media);
  }

  function start() {
    if (client) return client;
    client = createMedia({
      send: (message) => {
        const done =
          message.type === 'answer'
            ? command('media.answer', { generation: message.generation, sdp: message.sdp })
            : message.type === 'restart'
              ? command('media.restart')
              : command('media.prefer', { layers: message.layers });
        done.catch(() => undefined);
      },
      onTrack: (seat, kind, track) => {
        const name = `${seat}/${kind}`;
        if (track) tracks.set(name, track);
        else tracks.delete(name);
        onTracks();
      },
      onState: (line) => set({ line }),
      onSpeaking: (seats) => {
        speaking = seats;
        onTracks();
      },
      onFlowing: (streams) => {
        flowing = streams;
        onTracks();
      },
      onQuality: (peers) => {
        quality = peers;
        onTracks();
      },
      onCut: (kind) => {
        stop(kind);
        onNotice('media.cut', true);
      },
      worker: () => ownWorker('/media/sframe-worker.js', { name: 'sframe' }),
    });
    client.setKeys(ring);
    return client;
  }

  const previewOf = () => (own.audio || own.video ? new MediaStream([own.video, own.audio].filter((track) => track !== null)) : null);

  /** @param {'audio'|'video'|'screen'} kind */
  function stop(kind) {
    own[kind]?.stop();
    own[kind] = null;
    if (kind === 'audio') set({ microphone: 'off', preview: previewOf() });
    if (kind === 'video') set({ camera: 'off', preview: previewOf() });
    if (kind === 'screen') set({ screen: 'off' });
  }

  /** @param {'audio'|'video'} kind */
  async function capture(kind) {
    const name = kind === 'audio' ? 'microphone' : 'camera';
    set({ [name]: 'starting' });
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === 'audio'
          ? { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } }
          : { video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } } },
      );
      const track = stream.getTracks()[0] ?? null;
      own[kind] = track;
      track?.addEventListener('ended', () => {
        // Unplugged, or taken by another program: what was on is off now, and says so.
        if (own[kind] === track) {
          stop(kind);
          start().publish({ [kind]: null });
          onNotice(kind === 'audio' ? 'media.microphone-lost' : 'media.camera-lost', true);
        }
      });
      // One stream of what is on: the page shows its picture and the loudness of its sound, to this person only.
      set({ [name]: 'on', preview: previewOf() });
      return track;
    } catch (error) {
      const missing = error instanceof DOMException && (error.name === 'NotFoundError' || error.name === 'OverconstrainedError');
      set({ [name]: missing ? 'missing' : 'blocked' });
      return null;
    }
  }

  return {
    /** @param {any} offer */
    offer: (offer) => start().handle(offer),
    /** @param {any} event */
    serverQuality: (event) => client?.quality(event),
    /** The keys of the room, or null: then nothing that arrives is opened and nothing leaves. @param {any} next */
    setRing(next) {
      ring = next;
      client?.setKeys(next);
      if (next && !ready) {
        ready = true;
        start();
        command('media.ready', { kinds: ['audio', 'video', 'screen'] }).catch(() => {
          ready = false;
        });
      }
    },
    /** The control connection is new: the server knows no association of ours any more. */
    renewed() {
      ready = false;
      if (ring) this.setRing(ring);
    },
    /** @param {boolean} on */
    async microphone(on) {
      if (on) {
        mayTurnOn();
        const track = own.audio ?? (await capture('audio'));
        if (track) await start().publish({ audio: track });
      } else {
        await client?.publish({ audio: null });
        stop('audio');
      }
    },
    /** @param {boolean} on */
    async camera(on) {
      if (on) {
        mayTurnOn();
        const track = own.video ?? (await capture('video'));
        if (track) await start().publish({ video: track });
      } else {
        await client?.publish({ video: null });
        stop('video');
      }
    },
    /** @param {boolean} on */
    async screen(on) {
      if (!on) {
        await client?.publish({ screen: null });
        return stop('screen');
      }
      mayTurnOn();
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
        const track = stream.getVideoTracks()[0] ?? null;
        own.screen = track;
        track?.addEventListener('ended', () => {
          stop('screen');
          client?.publish({ screen: null });
        });
        if (track) {
          set({ screen: 'on' });
          await start().publish({ screen: track });
        }
      } catch {
        set({ screen: 'off' });
      }
    },
    /** @param {boolean} on */
    async audioOnly(on) {
      set({ audioOnly: on });
      await start().audioOnly(on);
      if (on) stop('video');
    },
    /** @param {boolean} on */
    hold(on) {
      held = on;
    },
    /** After a move: microphone and camera go off before the new room can hear. */
    async mute() {
      await client?.publish({ audio: null, video: null, screen: null });
      for (const kind of /** @type {const} */ (['audio', 'video', 'screen'])) stop(kind);
    },
    /** @param {string} seat @param {'audio'|'video'|'screen'} kind */
    track: (seat, kind) => (flowing.has(`${seat}/${kind}`) ? (tracks.get(`${seat}/${kind}`) ?? null) : null),
    /** @param {string} seat */
    speaks: (seat) => speaking.has(seat),
    /** @param {string} seat */
    qualityOf: (seat) => quality[seat] ?? null,
    counts: () => client?.counts() ?? Promise.resolve({}),
    diagnostics: () => client?.diagnostics() ?? Promise.resolve({ line: 'none' }),
    media: () => media,
    close() {
      for (const kind of /** @type {const} */ (['audio', 'video', 'screen'])) stop(kind);
      client?.close();
      client = null;
      tracks.clear();
    },
  };
}
