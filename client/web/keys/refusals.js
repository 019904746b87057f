// Why an object was refused: one word per reason, the same as in client/keys/refusals.py. Never carries content.

/** @typedef {'malformed'|'signature'|'sealed'|'root'|'expired'|'early'|'revision'|'mediation'|'room'|'seat'|'device'|'charter'|'chain'|'opposing'|'no-contact'|'counsel'|'keeper'|'ghost'|'release'|'entry'|'epoch'|'kind'|'access'|'share'|'commitment'|'ciphertext'|'request'|'log'} Reason */

/** The object was understood and is not believed. Drop it and show that it was dropped. */
export class ObjectRefused extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(reason);
    this.name = 'ObjectRefused';
    /** @type {Reason} */
    this.reason = reason;
  }
}

/**
 * The value, which is there: for lists and maps whose length was checked before.
 * @template T
 * @param {T | undefined} value
 * @returns {T}
 */
export function there(value) {
  if (value === undefined) throw new ObjectRefused('malformed');
  return value;
}

/**
 * Stop unless this holds.
 * @param {unknown} holds
 * @param {Reason} reason
 * @returns {asserts holds}
 */
export function must(holds, reason) {
  if (!holds) throw new ObjectRefused(reason);
}
