// The seam to this browser's own storage; `keys/store.js` implements it over IndexedDB. Nothing here reaches the server.

/**
 * @typedef {Object} PlaceRecord   what a browser keeps of one place after "Continue"
 * @property {string} mediation @property {string} seat @property {string} fingerprint @property {number} minrev
 * @property {string} access        shown to the server until the device is known there
 * @property {any} envelope         key of the invitation
 * @property {any} join             key that proves the link to the mediator
 * @property {string} agreement     the signed agreement (JWS), '' before
 * @property {string[]} names
 */

/**
 * @typedef {Object} Memory
 * @property {(entry: import('./chat.js').ChatEntry) => Promise<void>} remember      under a key that never leaves this browser
 * @property {() => Promise<import('./chat.js').ChatEntry[]>} recall
 * @property {(name: string, value: any) => Promise<void>} put                       small values of this place
 * @property {(name: string) => Promise<any>} get
 * @property {() => Promise<void>} forget                                            everything of this place but its device key
 */

export {};
