"""The words and bounds that all messages are made of."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

VERSION = 1
SUBPROTOCOL = "incamera.v1"
MAX_FRAME = 2 * 1024 * 1024  # a vault of some hundred mediations is the largest

# $(?!\n): Python's $ alone would let a line feed through at the end.
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}$(?!\n)", description="16 random bytes, base64url")]
Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)", description="32 bytes, base64url")]
Hash = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)", description="SHA-256, base64url")]
Jws = Annotated[
    str, Meta(min_length=16, max_length=200_000, pattern=r"^[A-Za-z0-9_.-]+$(?!\n)", description="a JWS compact string")
]
Box = Annotated[
    str, Meta(min_length=16, max_length=65536, pattern=r"^[A-Za-z0-9_-]+$(?!\n)", description="sealed bytes, base64url")
]
Blob64 = Annotated[
    str, Meta(max_length=200_000, pattern=r"^[A-Za-z0-9_-]*$(?!\n)", description="ciphertext, base64url")
]
Sdp = Annotated[str, Meta(max_length=131_072)]
Kind = Literal["audio", "video", "screen"]


class Up(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """A frame from a client."""


class Command(Up, frozen=True, kw_only=True):
    """A request that gets exactly one result or failure. `id` makes a repetition harmless: the same id gets the same answer."""

    id: Id


class Down(Struct, frozen=True, kw_only=True, tag_field="type"):
    """A frame from the server."""
