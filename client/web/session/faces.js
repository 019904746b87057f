// What is checked becomes what the views show: persons, the room, its chat, who came and who went.

/** @typedef {import('./types.js').Person} Person */

/**
 * @typedef {Object} FacesSeams
 * @property {{mediation: string, seat: string}} place
 * @property {ReturnType<typeof import('./store.js').createStore<import('./types.js').SeatState>>} store
 * @property {any} room @property {any} chat @property {any} calls @property {any} record
 * @property {() => any} charter
 * @property {() => any} now            the room as it is, checked; null outside
 * @property {() => boolean} silent     the mediator's line is down
 * @property {import('./core.js').Notice} notice
 * @property {(seat: string) => string[]|null} company   who is at a member's screen, where they signed anew
 * @property {(seat: string) => {names: string[], role: string, side: string, sideLabel: string, dev?: string}|null} [known]
 * @property {(seat: string) => string} [sideLabel]
 * @property {(room: string) => string|null} [roomLabel]
 * @property {() => void} [onShown]
 * @property {() => string[]} unconfirmed
 * @property {() => any} ledger
 */

/** @param {FacesSeams} seams */
export function createFaces(seams) {
  const { place, store, room, chat, calls, record } = seams;

  /** @param {string} seat */
  function describe(seat) {
    const card = room.card(seat);
    const own = seams.known?.(seat);
    const place_ = seams.charter()?.body.seats.find((/** @type {any} */ one) => one.id === seat);
    return {
      names: seams.company(seat) ?? card?.body.names ?? own?.names ?? [],
      role: place_?.role ?? own?.role ?? '',
      side: place_?.side ?? '',
      sideLabel: own?.sideLabel ?? seams.sideLabel?.(seat) ?? '',
    };
  }

  /** @param {string} seat @param {boolean} online @returns {Person} */
  function person(seat, online) {
    const me = seat === place.seat;
    const granted = Boolean(seams.now()?.granted);
    return {
      seat,
      ...describe(seat),
      me,
      online,
      heard: me ? granted : Boolean(!seams.silent() && online && granted && store.state.media.line === 'connected'),
      video: me ? null : calls.track(seat, 'video'),
      audio: me ? null : calls.track(seat, 'audio'),
      screen: me ? null : calls.track(seat, 'screen'),
      speaking: calls.speaks(seat),
      quality: calls.qualityOf(seat),
    };
  }

  return {
    describe,
    person,
    showRoom() {
      const now = seams.now();
      const change = now
        ? {
            room: {
              id: now.id,
              kind: now.kind,
              people: now.members.map((/** @type {any} */ one) => person(one.seat, now.online.has(one.seat))),
              granted: now.granted,
              epoch: now.epoch,
              code: now.code,
              label: seams.roomLabel?.(now.id) ?? null,
              silent: seams.silent(),
              unconfirmed: seams.unconfirmed().flatMap((/** @type {string} */ seat) => describe(seat).names),
            },
          }
        : { room: null };
      store.set(change);
      seams.onShown?.();
    },
    showChat() {
      const now = seams.now();
      const id = now?.id ?? null;
      /** @type {string[]} */
      const here = now?.members.map((/** @type {any} */ one) => one.seat) ?? [];
      // What was said in an earlier meeting shows where everyone who is here now could read it then.
      const earlier = (/** @type {any} */ one) => now !== null && one.room !== id && (one.meeting ?? 1) < store.state.meeting && here.every((seat) => one.audience?.includes(seat));
      store.set({
        chat: chat
          .entries()
          .filter((/** @type {any} */ one) => one.kind === 'text' || one.kind === 'document' || (one.kind === 'passed' && one.proof))
          .filter((/** @type {any} */ one) => id === null || one.room === id || earlier(one))
          .map((/** @type {any} */ one) => ({ one, told: one.kind === 'passed' ? { ...one, ...one.proof } : one }))
          .map((/** @type {any} */ { one, told }) => ({
            id: one.id,
            seat: told.seat,
            names: describe(told.seat).names,
            mine: told.seat === place.seat,
            kind: /** @type {'text'|'document'} */ (told.kind),
            text: told.kind === 'text' ? told.body.text : '',
            document: told.kind === 'document' ? told.body : null,
            at: one.at,
            passedBy: one.kind === 'passed' ? describe(one.seat).names : [],
            ledger: seams.ledger().lineOf(one),
            room: one.room,
            earlier: earlier(one),
            pending: one.pending,
            keep: record.keepOf(one),
          })),
        ledger: seams.ledger().list().map((/** @type {any} */ { entry, here }) => ({
          ref: entry.said.id, names: describe(entry.said.seat).names, here,
          text: entry.said.kind === 'text' ? entry.said.body.text : entry.said.body.name,
        })),
      });
    },
    /** Nobody comes or goes in silence. @param {any} was @param {any} is */
    tellArrivals(was, is) {
      if (!was || !is || was.id !== is.id) return;
      const seats = (/** @type {any} */ view) => view.members.map((/** @type {any} */ one) => one.seat);
      const names = (/** @type {string[]} */ list) => list.flatMap((seat) => describe(seat).names).join(', ');
      const came = seats(is).filter((/** @type {string} */ seat) => !seats(was).includes(seat));
      const went = seats(was).filter((/** @type {string} */ seat) => !seats(is).includes(seat));
      if (came.length) seams.notice('arrived', { names: names(came) }, true);
      // The same place from another device: whoever took it may be somebody else.
      const devOf = (/** @type {any} */ view, /** @type {string} */ seat) => view.members.find((/** @type {any} */ one) => one.seat === seat)?.dev;
      const other = seats(is).filter((/** @type {string} */ seat) => seats(was).includes(seat) && devOf(was, seat) !== devOf(is, seat));
      if (other.length) seams.notice('other-device', { names: names(other) }, true);
      if (went.length) seams.notice('left', { names: names(went) }, true);
    },
  };
}
