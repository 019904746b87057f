// The end of a day and the next one, as the mediator's page carries them out: adjourning with every room emptied, and the journal that a new browser of the mediator's opens with the vault.

import { hashBytes } from '../keys/encoding.js';
import { makeSheet } from '../keys/membership.js';
import { newIdentity, openAge, recipientOf, sealAge } from '../keys/vault.js';
import { fromUtf8, utf8 } from '../keys/encoding.js';
import { emptied } from './moves.js';
import { Trouble } from './store.js';

const MAX_JOURNAL = 4_000_000;

/**
 * @param {{
 *   mediation: string, core: any, device: {signer: any}, memory: import('./memory.js').Memory,
 *   entry: () => import('./vault_book.js').MediationEntry,
 *   remember: (change: (entry: import('./vault_book.js').MediationEntry) => import('./vault_book.js').MediationEntry) => Promise<void>,
 *   floor: ReturnType<typeof import('./floor.js').createFloor>,
 * }} seams
 */
export function createMeetings({ mediation, core, device, memory, entry, remember, floor }) {
  /** What this browser remembers of the mediation, sealed; the vault holds the key. @returns {Promise<string|null>} the upload */
  async function keepJournal() {
    const lines = await memory.recall();
    const plain = utf8(JSON.stringify(lines));
    if (!lines.length || plain.length > MAX_JOURNAL) return null;
    const identity = newIdentity();
    const sealed = await sealAge(plain, [await recipientOf(identity)]);
    const blob = await core.chat.upload(sealed, () => undefined);
    const sha256 = await hashBytes(sealed);
    await remember((one) => ({ ...one, journal: { blob, identity, sha256 } }));
    return blob;
  }

  return {
    async adjourn() {
      const journal = await keepJournal();
      const ts = Math.floor(Date.now() / 1000);
      const made = [];
      for (const next of emptied(floor.held())) made.push(await makeSheet(device.signer, /** @type {any} */ ({ mediation, charter: core.charter().hash, parting: '', ts, ...next })));
      await core.command('mediation.adjourn', { sheets: made.map((sheet) => sheet.compact), journal });
      floor.committed(made);
    },
    /** A browser that remembers nothing, after the recovery kit: what the last meeting left. */
    async restoreJournal() {
      const { journal } = entry();
      if (!journal || (await memory.recall()).length) return;
      const sealed = await core.chat.fetchBlob(journal.blob);
      if ((await hashBytes(sealed)) !== journal.sha256) throw new Trouble('bad-object');
      const lines = JSON.parse(fromUtf8(await openAge(sealed, journal.identity)));
      for (const line of lines) await memory.remember(line);
      core.chat.restore(lines);
    },
  };
}
