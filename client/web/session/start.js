// What a page's state is before anything was heard, and where it connects to.

import { silent } from './calls.js';

/** @returns {import('./types.js').SeatState} */
export function startState() {
  return {
    phase: 'opening',
    connection: 'connecting',
    problem: null,
    me: { seat: '', role: '', side: '', names: [] },
    invitation: null,
    mediatorHere: false,
    doorReply: 'none',
    room: null,
    ring: null,
    ledger: [],
    chat: [],
    media: silent(),
    notices: [],
    paperKey: { needed: false, made: false, tested: false, entered: false, words: [], qr: '' },
    holders: [],
    kept: [],
    disclosures: [],
    floor: null,
    sitting: null,
    promised: 0,
    instruments: null,
    life: 'open',
    meeting: 1,
    company: { paused: false },
    retainUntil: null,
  };
}

export const liveUrl = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`;
