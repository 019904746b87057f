"""Who signs and who opens. A key may lie in a file, in memory, or in a browser that never shows it: callers see no difference."""

from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from client.keys.encoding import Random, b64u, random_bytes, unb64u
from client.keys.refusals import ObjectRefused, Reason

HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Signer(Protocol):
    """An Ed25519 key that can sign."""

    @property
    def public(self) -> str:
        """The raw public key, b64u."""

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""


class Opener(Protocol):
    """An X25519 key that can open boxes."""

    @property
    def public(self) -> str:
        """The raw public key, b64u."""

    def open(self, info: bytes, sealed: bytes) -> bytes:
        """The plaintext of `enc || ciphertext`, or refused as sealed."""


class SoftSigner:
    """An Ed25519 key held in this process."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = b64u(self._key.public_key().public_bytes_raw())

    @classmethod
    def fresh(cls, random: Random = random_bytes) -> "SoftSigner":
        """A new key."""
        return cls(random(32))

    @property
    def seed(self) -> bytes:
        """The private key, for storing."""
        return self._key.private_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Sign."""
        return self._key.sign(data)


class SoftOpener:
    """An X25519 key held in this process."""

    def __init__(self, secret: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(secret)
        self.public = b64u(self._key.public_key().public_bytes_raw())

    @classmethod
    def fresh(cls, random: Random = random_bytes) -> "SoftOpener":
        """A new key."""
        return cls(random(32))

    @property
    def secret(self) -> bytes:
        """The private key, for storing."""
        return self._key.private_bytes_raw()

    def open(self, info: bytes, sealed: bytes) -> bytes:
        """Open an HPKE box."""
        try:
            return HPKE.decrypt(sealed, self._key, info=info)
        except (InvalidTag, ValueError):
            raise ObjectRefused(Reason.SEALED) from None


def signed_by(key: str, data: bytes, signature: bytes) -> bool:
    """Whether `signature` over `data` is by this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(unb64u(key, 32)).verify(signature, data)
    except (InvalidSignature, ValueError, ObjectRefused):
        return False
    return True
