"""What the control process and a media worker say to each other: length-prefixed MessagePack over a Unix socket pair.

Both ends are ours, and still each frame has a bound. No message carries a key, a name or a client's address.
"""

import asyncio
import struct
from typing import Literal

import msgspec

from client.protocol.media import EngineEvent, Kind, Layer
from server.media.engine import PeerStats

MAX_FRAME = 4 << 20
Call = Literal[
    "open", "join", "answer", "restart", "leave", "set_routes", "set_publishing", "prefer", "stats", "ping", "drain"
]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker opens its ports."""

    hosts: tuple[str, ...]
    port: int
    announce: tuple[str, ...] = ()
    tcp: bool = True
    udp: bool = True


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Control process to worker."""

    id: int
    call: Call
    peer: str = ""
    generation: int = 0
    sdp: str = ""
    routes: dict[str, tuple[str, ...]] = {}
    kinds: tuple[Kind, ...] = ()
    wishes: tuple[tuple[str, Kind, Layer], ...] = ()
    options: Options | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer to a request; `error` names the kind of failure and nothing else, `number` is a port or an error number."""

    id: int
    error: Literal["", "value", "key", "port"] = ""
    number: int = 0
    stats: PeerStats | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An event for a client."""

    peer: str
    event: EngineEvent


encode = msgspec.msgpack.Encoder().encode


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """One length-prefixed frame; IncompleteReadError at the end."""
    (size,) = struct.unpack("!L", await reader.readexactly(4))
    if size > MAX_FRAME:
        raise ValueError("frame")
    return await reader.readexactly(size)


def frame(message: msgspec.Struct) -> bytes:
    """A message with its length."""
    body = encode(message)
    return struct.pack("!L", len(body)) + body
