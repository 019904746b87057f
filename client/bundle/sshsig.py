"""SSH signatures over files: `ssh-keygen -Y verify`, which stands on every desk, can check them."""

import base64
import binascii
import hashlib

from client.keys.devices import Signer, signed_by
from client.keys.encoding import b64u, unb64u
from client.keys.refusals import ObjectRefused, Reason

NAMESPACE = "incamera-package"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
_TYPE = b"ssh-ed25519"


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _public(key: str) -> bytes:
    return _string(_TYPE) + _string(unb64u(key, 32))


def _signed(message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    return b"SSHSIG" + _string(NAMESPACE.encode()) + _string(b"") + _string(b"sha512") + _string(digest)


def _armoured(key: str, signature: bytes) -> str:
    blob = b"SSHSIG" + (1).to_bytes(4, "big") + _string(_public(key)) + _string(NAMESPACE.encode())
    blob += _string(b"") + _string(b"sha512") + _string(_string(_TYPE) + _string(signature))
    text = base64.b64encode(blob).decode()
    return _BEGIN + "".join(text[i : i + 70] + "\n" for i in range(0, len(text), 70)) + _END


def make_sshsig(signer: Signer, message: bytes) -> str:
    """The armoured signature of a file."""
    return _armoured(signer.public, signer.sign(_signed(message)))


def check_sshsig(untrusted: str, message: bytes) -> str:
    """The key (b64u) that signed this file in our namespace; refused otherwise. Whose key it is, is another question."""
    try:
        body = untrusted.removeprefix(_BEGIN).removesuffix(_END)
        blob = base64.b64decode(body.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise ObjectRefused(Reason.MALFORMED) from None
    start = len(b"SSHSIG") + 4 + 4 + len(_string(_TYPE)) + 4
    key, signature = blob[start : start + 32], blob[-64:]
    if len(key) != 32 or _armoured(b64u(key), signature) != untrusted:
        raise ObjectRefused(Reason.MALFORMED)
    if not signed_by(b64u(key), _signed(message), signature):
        raise ObjectRefused(Reason.SIGNATURE)
    return b64u(key)


def allowed_signers(key: str) -> str:
    """The file that `ssh-keygen -Y verify -f` reads."""
    return f'mediator namespaces="{NAMESPACE}" ssh-ed25519 {base64.b64encode(_public(key)).decode()}\n'
