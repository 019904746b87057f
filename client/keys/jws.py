"""Signed objects: JWS compact with one pinned header per kind. What is verified is the bytes as they came; nothing is re-serialised."""

import re
from collections.abc import Iterable
from typing import Generic, Literal, TypeVar

import msgspec

from client.keys.devices import Signer, signed_by
from client.keys.encoding import b64u, hash_text, unb64u
from client.keys.refusals import ObjectRefused, Reason

MAX_COMPACT = 262_144
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z")


SUITE: Literal["s1"] = "s1"


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a signed or sealed object: nothing unknown in it."""


class Payload(Content, frozen=True, kw_only=True):
    """The content of a signed object. `suite` names the cryptography; another value than `s1` is refused."""

    suite: Literal["s1"]


C = TypeVar("C", bound=Content)
T = TypeVar("T", bound=Payload)


class Signed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A payload whose signature was checked: `by` is the public key, `compact` the bytes that travel, `hash` its identity."""

    body: T
    by: str
    compact: str
    hash: str


def _header(kind: str) -> str:
    return b64u(f'{{"alg":"Ed25519","typ":"incamera-{kind}+jws"}}'.encode())


def sign(kind: str, body: T, signer: Signer) -> Signed[T]:
    """Make a signed object."""
    signing_input = f"{_header(kind)}.{b64u(msgspec.json.encode(body))}"
    compact = f"{signing_input}.{b64u(signer.sign(signing_input.encode()))}"
    return Signed(body=body, by=signer.public, compact=compact, hash=hash_text(compact))


def check(kind: str, untrusted: str, keys: str | Iterable[str], payload: type[T]) -> Signed[T]:
    """The object, if it is of this kind, its payload is well-formed and one of `keys` signed it."""
    header, body, signature = _parts(untrusted)
    if header != _header(kind):
        raise ObjectRefused(Reason.KIND)
    signing_input, raw = f"{header}.{body}".encode(), unb64u(signature, 64)
    allowed = [keys] if isinstance(keys, str) else list(keys)
    by = next((key for key in allowed if signed_by(key, signing_input, raw)), None)
    if by is None:
        raise ObjectRefused(Reason.SIGNATURE)
    return Signed(body=decode_json(unb64u(body), payload), by=by, compact=untrusted, hash=hash_text(untrusted))


def unverified(kind: str, untrusted: str, payload: type[T]) -> T:
    """The payload before its signature is checked: only to learn which key to check it with."""
    header, body, _ = _parts(untrusted)
    if header != _header(kind):
        raise ObjectRefused(Reason.KIND)
    return decode_json(unb64u(body), payload)


def object_hash(compact: str) -> str:
    """The identity of a signed object."""
    return hash_text(compact)


def decode_json(data: bytes, kind: type[C]) -> C:
    """JSON into a struct; malformed unless it is the one spelling of its value, so that both twins read the same."""
    try:
        value = msgspec.json.decode(data, type=kind)
        if msgspec.json.encode(value) != data:
            raise ObjectRefused(Reason.MALFORMED)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ObjectRefused(Reason.MALFORMED) from None
    return value


def _parts(untrusted: str) -> tuple[str, str, str]:
    if len(untrusted) > MAX_COMPACT or not _COMPACT.match(untrusted):
        raise ObjectRefused(Reason.MALFORMED)
    header, body, signature = untrusted.split(".")
    return header, body, signature
