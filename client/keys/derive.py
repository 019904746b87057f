"""Keys from keys (HKDF-SHA256) and sealed strings (AES-256-GCM); every call is bound to what it is for."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.keys.encoding import Random, b64u, random_bytes, unb64u
from client.keys.refusals import ObjectRefused, Reason


def hkdf(secret: bytes, info: bytes, salt: bytes = b"", length: int = 32) -> bytes:
    """HKDF-SHA256, extract and expand."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def seal_aes(key: bytes, plaintext: bytes, aad: bytes, random: Random = random_bytes) -> str:
    """AES-256-GCM under a random 96-bit nonce, as text."""
    iv = random(12)
    return b64u(iv + AESGCM(key).encrypt(iv, plaintext, aad))


def open_aes(key: bytes, sealed: str, aad: bytes) -> bytes:
    """The plaintext of `seal_aes`, or refused as sealed."""
    data = unb64u(sealed)
    if len(data) < 28:
        raise ObjectRefused(Reason.SEALED)
    try:
        return AESGCM(key).decrypt(data[:12], data[12:], aad)
    except InvalidTag:
        raise ObjectRefused(Reason.SEALED) from None
