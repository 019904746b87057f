"""Bytes as text and back, strictly: one spelling per value, so that two readers never disagree."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable
from typing import Annotated

from msgspec import Meta

from client.keys.refusals import ObjectRefused, Reason

Random = Callable[[int], bytes]

# \Z and not $: in Python the latter lets a trailing line feed through.
# 22 characters hold 132 bits and 43 hold 258: the surplus bits are zero, so each value has one spelling.
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{21}[AQgw]\Z")]
OptionalId = Annotated[str, Meta(pattern=r"^(?:[A-Za-z0-9_-]{21}[AQgw])?\Z")]
Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")]
OptionalKey = Annotated[str, Meta(pattern=r"^(?:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])?\Z")]
Hash = Key
OptionalHash = OptionalKey
Hex256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Time = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Revision = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Epoch = Annotated[int, Meta(ge=1, le=65535)]
Box = Annotated[str, Meta(min_length=16, max_length=300_000, pattern=r"^[A-Za-z0-9_-]+\Z")]
Compact = Annotated[
    str, Meta(min_length=16, max_length=262_144, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z")
]
Word = Annotated[str, Meta(max_length=64, pattern=r"^[a-z0-9][a-z0-9._/-]*\Z")]
OptionalWord = Annotated[str, Meta(max_length=64, pattern=r"^(?:[a-z0-9][a-z0-9._/-]*)?\Z")]
Label = Annotated[str, Meta(max_length=40, pattern=r"^[a-z][A-Za-z0-9_.-]*\Z")]  # a key of a map
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Build = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9._+-]*\Z")]
Text = Annotated[str, Meta(max_length=20_000)]

_B64U = re.compile(r"^[A-Za-z0-9_-]*\Z")
random_bytes: Random = os.urandom


def b64u(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(untrusted: str, length: int | None = None) -> bytes:
    """The bytes, if this is their one spelling (and their number is `length`); else refused as malformed."""
    if not _B64U.match(untrusted) or len(untrusted) % 4 == 1:
        raise ObjectRefused(Reason.MALFORMED)
    data = base64.urlsafe_b64decode(untrusted + "=" * (-len(untrusted) % 4))
    if b64u(data) != untrusted or (length is not None and len(data) != length):
        raise ObjectRefused(Reason.MALFORMED)
    return data


def new_id(random: Random = random_bytes) -> str:
    """16 random bytes: ids are never sequential and never names."""
    return b64u(random(16))


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def hash_bytes(data: bytes) -> str:
    """b64u(SHA-256)."""
    return b64u(sha256(data))


def hash_text(text: str) -> str:
    """b64u(SHA-256) of a text's UTF-8; for a signed object this is its identity."""
    return hash_bytes(text.encode())


def compact_json(value: object) -> bytes:
    """JSON without spaces, UTF-8, in the order given."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def info(label: str, *ids: str | int) -> bytes:
    """The binding of a key or a box: `["incamera/1",label,...ids]`. Only ASCII can be bound."""
    return json.dumps(["incamera/1", label, *map(str, ids)], separators=(",", ":")).encode("ascii")


def pad(content: bytes, step: int) -> bytes:
    """Length, content, zeros up to a multiple of `step`: sizes tell less."""
    length = 4 + len(content)
    return len(content).to_bytes(4, "big") + content + bytes(-length % step)


def unpad(padded: bytes, step: int) -> bytes:
    """The content of `pad`; anything else, a non-zero filler included, is malformed."""
    if len(padded) < 4 or len(padded) % step:
        raise ObjectRefused(Reason.MALFORMED)
    length = int.from_bytes(padded[:4], "big")
    content, filler = padded[4 : 4 + length], padded[4 + length :]
    if len(content) != length or len(filler) >= step or filler.strip(b"\0"):
        raise ObjectRefused(Reason.MALFORMED)
    return content
