// SSH signatures over files, for `ssh-keygen -Y verify`. Twin of client/bundle/sshsig.py.
import { concat, unb64u, utf8 } from '../keys/encoding.js';

const NAMESPACE = 'incamera-package';

/** @param {Uint8Array|string} data */
function string(data) {
  const bytes = typeof data === 'string' ? utf8(data) : data;
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concat(length, bytes);
}

/** @param {Uint8Array} bytes */
const b64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {string} key */
const publicBlob = (key) => concat(string('ssh-ed25519'), string(unb64u(key, 32)));

/** The armoured signature of a file. @param {import('../keys/devices.js').Signer} signer @param {Uint8Array} message */
export async function makeSshsig(signer, message) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', /** @type {BufferSource} */ (message)));
  const signed = concat(utf8('SSHSIG'), string(NAMESPACE), string(''), string('sha512'), string(digest));
  const signature = concat(string('ssh-ed25519'), string(await signer.sign(signed)));
  const blob = concat(
    utf8('SSHSIG'),
    Uint8Array.of(0, 0, 0, 1),
    string(publicBlob(signer.public)),
    string(NAMESPACE),
    string(''),
    string('sha512'),
    string(signature),
  );
  return `-----BEGIN SSH SIGNATURE-----\n${b64(blob).replace(/.{1,70}/g, '$&\n')}-----END SSH SIGNATURE-----\n`;
}

/** The file that `ssh-keygen -Y verify -f` reads. @param {string} key */
export const allowedSigners = (key) => `mediator namespaces="${NAMESPACE}" ssh-ed25519 ${b64(publicBlob(key))}\n`;
