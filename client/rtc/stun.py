"""STUN binding requests and responses (RFC 8489) as ICE uses them (RFC 8445). Nothing is believed before its integrity is checked."""

import hmac
import struct
import zlib
from hashlib import sha1
from typing import NamedTuple

COOKIE = 0x2112A442
REQUEST, RESPONSE = 0x0001, 0x0101
USERNAME, INTEGRITY, PRIORITY, USE_CANDIDATE, XOR_MAPPED, FINGERPRINT, CONTROLLING = (
    0x6,
    0x8,
    0x24,
    0x25,
    0x20,
    0x8028,
    0x802A,
)
MAX_SIZE = 548


class Message(NamedTuple):
    """A parsed message; `integrity_at` is where MESSAGE-INTEGRITY begins, or -1."""

    kind: int
    transaction: bytes
    username: str
    nominated: bool
    integrity_at: int
    raw: bytes


def parse(data: bytes) -> Message:
    """Read one message; ValueError for everything that is not one. Attributes after the integrity are ignored."""
    if not 20 <= len(data) <= MAX_SIZE:
        raise ValueError("size")
    kind, length, cookie = struct.unpack_from("!HHL", data)
    if cookie != COOKIE or length != len(data) - 20 or length % 4 or kind >> 14:
        raise ValueError("not STUN")
    username, nominated, integrity = "", False, -1
    at = 20
    while at + 4 <= len(data):
        name, size = struct.unpack_from("!HH", data, at)
        if at + 4 + size > len(data):
            raise ValueError("short attribute")
        if name == USERNAME and size <= 128:
            username = data[at + 4 : at + 4 + size].decode("ascii", "replace")
        elif name == USE_CANDIDATE:
            nominated = True
        elif name == INTEGRITY:
            if size != 20:
                raise ValueError("integrity")
            integrity = at
            break
        at += 4 + (size + 3) // 4 * 4
    return Message(kind, data[8:20], username, nominated, integrity, data)


def _tag(head: bytes, key: bytes) -> bytes:
    """HMAC over the message up to MESSAGE-INTEGRITY, with the length it has there."""
    return hmac.new(key, head[:2] + struct.pack("!H", len(head) - 20 + 24) + head[4:], sha1).digest()


def authentic(message: Message, password: bytes) -> bool:
    """Whether the sender knew the password."""
    at = message.integrity_at
    return at >= 0 and hmac.compare_digest(message.raw[at + 4 : at + 24], _tag(message.raw[:at], password))


def _attribute(name: int, value: bytes) -> bytes:
    return struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4)


def _finish(kind: int, transaction: bytes, attributes: bytes, password: bytes) -> bytes:
    head = struct.pack("!HHL", kind, len(attributes), COOKIE) + transaction + attributes
    message = head + _attribute(INTEGRITY, _tag(head, password))
    message = message[:2] + struct.pack("!H", len(message) - 20 + 8) + message[4:]
    return message + _attribute(FINGERPRINT, struct.pack("!L", zlib.crc32(message) ^ 0x5354554E))


def request(transaction: bytes, username: str, password: bytes, *, nominate: bool, tie_breaker: bytes) -> bytes:
    """A connectivity check of the controlling side."""
    attributes = _attribute(USERNAME, username.encode()) + _attribute(PRIORITY, struct.pack("!L", 2130706431))
    attributes += _attribute(CONTROLLING, tie_breaker) + (_attribute(USE_CANDIDATE, b"") if nominate else b"")
    return _finish(REQUEST, transaction, attributes, password)


def response(transaction: bytes, packed_ip: bytes, port: int, password: bytes) -> bytes:
    """The answer to a check: the address it came from, masked."""
    mask = struct.pack("!L", COOKIE) + transaction
    masked = bytes(a ^ b for a, b in zip(packed_ip, mask, strict=False))
    family = 1 if len(packed_ip) == 4 else 2
    return _finish(
        RESPONSE,
        transaction,
        _attribute(XOR_MAPPED, struct.pack("!BBH", 0, family, port ^ COOKIE >> 16) + masked),
        password,
    )
