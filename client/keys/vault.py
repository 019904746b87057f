"""What the mediator must not lose: one age file, opened by a key in each device or by the recovery kit."""

import json
from collections.abc import Iterable
from typing import Any

import pyrage

from client.keys import bech32
from client.keys.derive import hkdf
from client.keys.encoding import Random, b64u, compact_json, info, random_bytes, unb64u
from client.keys.refusals import ObjectRefused, Reason
from client.keys.words import from_words, to_words

KIT_BYTES = 20
_SECRET, _RECIPIENT = "age-secret-key-", "age"


def new_kit(random: Random = random_bytes) -> bytes:
    """A recovery kit: 160 random bits."""
    return random(KIT_BYTES)


def kit_words(kit: bytes) -> list[str]:
    """Ten words and a check word, to be written down."""
    return to_words(kit)


def parse_kit(untrusted: str) -> bytes:
    """The kit that these words say; WordsRefused otherwise."""
    return from_words(untrusted, KIT_BYTES)


def kit_identity(kit: bytes) -> str:
    """The age secret key that a kit stands for."""
    return age_identity(hkdf(kit, info("kit")))


def age_identity(secret: bytes) -> str:
    """An X25519 private key as age writes it."""
    return bech32.encode(_SECRET, secret).upper()


def age_secret(identity: str) -> bytes:
    """The X25519 private key of an age secret key."""
    return bech32.decode(_SECRET, identity)


def age_recipient(public: str) -> str:
    """An X25519 public key (b64u) as age writes it."""
    return bech32.encode(_RECIPIENT, unb64u(public, 32))


def recipient_of(identity: str) -> str:
    """The age recipient of an age secret key."""
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def new_identity(random: Random = random_bytes) -> str:
    """A fresh age secret key."""
    return age_identity(random(32))


def seal_age(plaintext: bytes, recipients: Iterable[str]) -> bytes:
    """An age file for these recipients."""
    return bytes(pyrage.encrypt(plaintext, [pyrage.x25519.Recipient.from_str(r) for r in recipients]))


def open_age(sealed: bytes, identity: str) -> bytes:
    """The content of an age file, or refused as sealed."""
    age_secret(identity)
    try:
        return bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError:
        raise ObjectRefused(Reason.SEALED) from None


def seal_vault(document: dict[str, Any], recipients: Iterable[str]) -> str:
    """The vault as it lies on the server: an age file, b64u."""
    return b64u(seal_age(compact_json(document), recipients))


def open_vault(sealed: str, identity: str) -> dict[str, Any]:
    """The document, with a device's vault key or the kit's identity."""
    try:
        document = json.loads(open_age(unb64u(sealed), identity))
    except ValueError:
        raise ObjectRefused(Reason.MALFORMED) from None
    if not isinstance(document, dict):
        raise ObjectRefused(Reason.MALFORMED)
    return document
