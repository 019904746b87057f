// Every ten seconds this page tells its room, sealed, which list and key it holds, and listens to the others: a server that hides a
// removal, shows two lists or lets one grow old can't make up what it can't seal. Who isn't heard makes this page fall silent.

import { EVERY_SECONDS, STALE_AFTER, openHolding, sealHolding } from '../keys/holdings.js';

/**
 * @param {{
 *   place: {mediation: string, seat: string},
 *   identity: () => {signer: any},
 *   room: ReturnType<typeof import('./room.js').createRoom>,
 *   command: (type: string, fields?: Record<string, any>) => Promise<any>,
 *   ledger: () => Promise<string>,
 *   onDoubt: (seats: string[]) => void,
 *   onDistrust: (reason: string, what: string) => void,
 * }} seams
 */
export function createHoldings({ place, identity, room, command, ledger, onDoubt, onDistrust }) {
  /** @type {Map<string, number>} when each member was last heard under the present key */
  let heard = new Map();
  /** @type {Map<string, number>} since when a member states something else under the same key */
  const apart = new Map();
  /** @type {Map<string, number>} */
  const last = new Map();
  let doubt = '';
  let told = '';
  let toldAt = 0;
  let n = 0;

  async function speak() {
    const key = room.current();
    const sheet = room.sheet();
    if (!key || !sheet) return;
    const current = `${sheet.hash}/${key.epoch}`;
    if (current === told && performance.now() - toldAt < EVERY_SECONDS * 1000) return;
    n = Math.max(n + 1, Date.now());
    const holding = { mediation: place.mediation, room: key.room, sheet: sheet.hash, epoch: key.epoch, seat: place.seat, ledger: await ledger(), n, ts: Math.floor(Date.now() / 1000) };
    [told, toldAt] = [current, performance.now()];
    await command('holding.tell', { epoch: key.epoch, box: await sealHolding(identity().signer, key, holding) });
  }

  function watch() {
    const now = performance.now();
    const here = room.current() ? room.others() : [];
    heard = new Map(here.map((seat) => [seat, heard.get(seat) ?? now]));
    for (const seat of apart.keys()) if (!heard.has(seat)) apart.delete(seat);
    const late = here.filter((seat) => now - (heard.get(seat) ?? now) >= STALE_AFTER * 1000 || now - (apart.get(seat) ?? now) >= 2 * EVERY_SECONDS * 1000);
    const next = late.sort().join(' ');
    if (next === doubt) return;
    doubt = next;
    onDoubt(late);
  }

  const ticking = setInterval(() => {
    watch();
    // Refused when the room moved on meanwhile: the next second speaks under what is held then.
    speak().catch(() => { told = ''; });
  }, 1000);

  return {
    /** @param {{seat: string, epoch: number, box: string}} event */
    async take(event) {
      const key = room.current();
      const sheet = room.sheet();
      const member = sheet?.body.members.find((/** @type {any} */ one) => one.seat === event.seat);
      if (!key || !member || event.epoch !== key.epoch) return;
      try {
        const { body } = await openHolding(key, event.seat, member.dev, last.get(event.seat) ?? 0, event.box);
        last.set(event.seat, body.n);
        if (body.sheet !== sheet.hash || body.ledger !== (await ledger())) apart.set(event.seat, apart.get(event.seat) ?? performance.now());
        else apart.delete(event.seat);
        if (body.sheet === sheet.hash) heard.set(event.seat, performance.now());
        watch();
      } catch (error) {
        onDistrust(/** @type {any} */ (error)?.reason ?? 'malformed', 'holding');
      }
    },
    close: () => clearInterval(ticking),
  };
}
