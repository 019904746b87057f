"""Who signs and who opens. A key may lie in a file, in memory, or in a browser that never shows it: callers see no difference."""

from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

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


# Ed25519 points of small order, all their encodings: under such a "key" one signature fits many messages, so it proves nothing.
_SMALL_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "00" * 31 + "80",
        "01" + "00" * 31,
        "01" + "00" * 30 + "80",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        *(low + "ff" * 30 + high for low in ("ec", "ed", "ee") for high in ("7f", "ff")),
    )
)


def usable_kem(key: str) -> bool:
    """Whether boxes can be sealed to this X25519 key. One that can't would stop everybody who has to seal to it."""
    try:
        X25519PrivateKey.from_private_bytes(bytes(32)).exchange(X25519PublicKey.from_public_bytes(unb64u(key, 32)))
    except (ValueError, ObjectRefused):
        return False
    return True


def signed_by(key: str, data: bytes, signature: bytes) -> bool:
    """Whether `signature` over `data` is by this public key."""
    try:
        raw = unb64u(key, 32)
        if raw in _SMALL_ORDER:
            return False
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
    except (InvalidSignature, ValueError, ObjectRefused):
        return False
    return True
