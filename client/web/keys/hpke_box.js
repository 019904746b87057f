// Boxes: HPKE base mode to one X25519 key, bound to their purpose by `info`, padded. Twin of client/keys/hpke_box.py.
import { hpke } from './devices.js';
import { b64u, concat, pad, unb64u, unpad } from './encoding.js';
import { ObjectRefused } from './refusals.js';

/** Seal to the public key `to`. With a `step` the plaintext is padded to a multiple of it. @param {string} to @param {Uint8Array} info @param {Uint8Array} plaintext @param {number} [step] */
export async function sealBox(to, info, plaintext, step = 0) {
  const raw = unb64u(to, 32);
  let sender;
  try {
    const recipientPublicKey = await hpke.kem.deserializePublicKey(raw.buffer);
    sender = await hpke.createSenderContext({ recipientPublicKey, info: info.slice().buffer });
  } catch {
    throw new ObjectRefused('malformed'); // a low-order point
  }
  const content = step ? pad(plaintext, step) : plaintext.slice();
  return b64u(concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(content.buffer))));
}

/** The plaintext, if the box is ours and was sealed under this `info`. @param {import('./devices.js').Opener} opener @param {Uint8Array} info @param {string} box @param {number} [step] */
export async function openBox(opener, info, box, step = 0) {
  const opened = await opener.open(info, unb64u(box));
  return step ? unpad(opened, step) : opened;
}
