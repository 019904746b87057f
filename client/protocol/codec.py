"""Frames to messages and back. The decoder is the only door: what it lets in has the right shape, and nothing else gets in.

A decoding error never echoes what was sent.
"""

from typing import TypeVar

import msgspec

from client.protocol import messages as m
from client.protocol.errors import Code, ProtocolError

_UP: msgspec.json.Decoder[m.AnyUp] = msgspec.json.Decoder(m.AnyUp)
_DOWN: msgspec.json.Decoder[m.AnyDown] = msgspec.json.Decoder(m.AnyDown)
_ENCODER = msgspec.json.Encoder()

Message = TypeVar("Message", bound=msgspec.Struct)


def decode_up(frame: str | bytes) -> m.AnyUp:
    """Read a client's frame or raise ProtocolError."""
    if len(frame) > m.MAX_FRAME:
        raise ProtocolError(Code.BAD_FRAME)
    try:
        return _UP.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ProtocolError(Code.BAD_FRAME) from None


def decode_down(frame: str | bytes) -> m.AnyDown:
    """Read a server's frame or raise ProtocolError."""
    try:
        return _DOWN.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ProtocolError(Code.BAD_FRAME) from None


def encode(message: msgspec.Struct) -> str:
    """A frame's text."""
    return _ENCODER.encode(message).decode()
