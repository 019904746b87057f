"""What the server and its redaction worker say to each other over two pipes: one frame up, one frame down. Boxes and ciphertext, never a name."""

import struct
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta, Struct

MAX_FRAME = 256 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class Piece(Struct, frozen=True, kw_only=True):
    """A kept item: its descriptor and its age file."""

    item: str
    file: bytes


class Hello(Struct, frozen=True, kw_only=True, tag="hello"):
    """The worker's first word: its one-time keys, and the wall it stands behind."""

    kem: str
    sig: str
    wall: str


class Open(Struct, frozen=True, kw_only=True, tag="open"):
    """Open the items and look for personal data. `shares` maps ITEM/SEAT (the gate's too) to boxes for the worker."""

    request: str
    sitting: str
    seat: str
    reviewer: str
    private: str
    people: str
    pieces: tuple[Piece, ...]
    shares: dict[str, str]
    holders: dict[str, str]
    charter: str
    policy: str
    profiles: str
    now: int


class Findings(Struct, frozen=True, kw_only=True, tag="findings"):
    """What was found, boxed to the reviewer."""

    box: str


class Decide(Struct, frozen=True, kw_only=True, tag="decide"):
    """The reviewer's decisions, boxed to the worker."""

    box: str


class Look(Struct, frozen=True, kw_only=True, tag="look"):
    """Draw one page of a document: which, boxed to the worker."""

    box: str


class Progress(Struct, frozen=True, kw_only=True, tag="progress"):
    """How far a long step is: a fixed word and two numbers. Comes before the answer, any number of times."""

    step: Annotated[str, Meta(max_length=20)]
    done: int
    of: int


class Preview(Struct, frozen=True, kw_only=True, tag="preview"):
    """The draft as it would be, boxed to the reviewer. `stopped`: instead, boxed alike, why it may not leave."""

    box: str
    stopped: bool = False


class Picture(Struct, frozen=True, kw_only=True, tag="picture"):
    """A page as seen, exposed and redacted, boxed to the reviewer."""

    box: str


class Finish(Struct, frozen=True, kw_only=True, tag="finish"):
    """Seal the last draft and end."""

    now: int


class Draft(Struct, frozen=True, kw_only=True, tag="draft"):
    """The draft as an item for the same holders; `digest` is what a release names; previews are boxed to the holders; the worker's word."""

    item: str
    file: bytes
    digest: str
    previews: dict[str, str]
    verdict: str


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """Not done, and why: a rule, and the id of the item it is about."""

    rule: Annotated[str, Meta(max_length=40)]
    item: str = ""


Up = Open | Decide | Look | Finish
Down = Hello | Findings | Progress | Preview | Picture | Draft | Refused
UP: msgspec.msgpack.Decoder[Up] = msgspec.msgpack.Decoder(Up)
DOWN: msgspec.msgpack.Decoder[Down] = msgspec.msgpack.Decoder(Down)


def pack(frame: Up | Down) -> bytes:
    """A frame with its length."""
    body = msgspec.msgpack.encode(frame)
    if len(body) > MAX_FRAME:
        raise ValueError("frame")
    return _LENGTH.pack(len(body)) + body


def length(head: bytes) -> int:
    """How long the frame is that this head announces. Raises ValueError when it is too long."""
    size = int(_LENGTH.unpack(head)[0])
    if size > MAX_FRAME:
        raise ValueError("frame")
    return size


def read(stream: BinaryIO) -> bytes | None:
    """The next frame's body, or None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = length(head)
    body = stream.read(size)
    return body if len(body) == size else None


HEAD = _LENGTH.size
