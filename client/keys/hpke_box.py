"""Boxes: sealed to one X25519 key by HPKE base mode, bound to their purpose by `info`, padded so that sizes tell little."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from client.keys.devices import HPKE, Opener
from client.keys.encoding import b64u, pad, unb64u, unpad
from client.keys.refusals import ObjectRefused, Reason


def seal_box(to: str, info: bytes, plaintext: bytes, step: int = 0) -> str:
    """Seal to the public key `to`. With a `step` the plaintext is padded to a multiple of it."""
    try:
        key = X25519PublicKey.from_public_bytes(unb64u(to, 32))
        return b64u(HPKE.encrypt(pad(plaintext, step) if step else plaintext, key, info=info))
    except ValueError:  # a low-order point
        raise ObjectRefused(Reason.MALFORMED) from None


def open_box(opener: Opener, info: bytes, box: str, step: int = 0) -> bytes:
    """The plaintext, if the box is ours and was sealed under this `info`."""
    opened = opener.open(info, unb64u(box))
    return unpad(opened, step) if step else opened
