"""RTP packets (RFC 3550, RFC 8285 one-byte extensions, RFC 7741 VP8) read from bytes that nobody vouches for.

Nothing here copies a payload; offsets are returned so that the forwarding path can rewrite in place.
"""

import struct
from typing import NamedTuple

HEAD = struct.Struct("!BBHLL")
MIN_HEADER = 12
ONE_BYTE = b"\xbe\xde"

# The same numbers in every offer: forwarding never translates them.
PT_OPUS, PT_VP8, PT_RTX = 111, 96, 97
EXT_MID, EXT_SEND_TIME, EXT_TRANSPORT, EXT_RID, EXT_REPAIRED_RID = 1, 3, 5, 10, 11


def is_rtcp(packet: bytes) -> bool:
    """RFC 5761: payload types 64 to 95 with the marker bit are RTCP."""
    return len(packet) > 1 and 192 <= packet[1] <= 223


def header_length(packet: bytes) -> int:
    """Length of the RTP header with contributing sources and extension; ValueError if the packet is cut short."""
    size = len(packet)
    if size < MIN_HEADER or packet[0] >> 6 != 2:
        raise ValueError("not RTP")
    at = MIN_HEADER + 4 * (packet[0] & 15)
    if packet[0] & 0x10:
        if size < at + 4:
            raise ValueError("short extension")
        at += 4 + 4 * (packet[at + 2] << 8 | packet[at + 3])
    if at > size:
        raise ValueError("short header")
    return at


def padding(packet: bytes) -> int:
    """Bytes of padding at the end; ValueError if the count can't be true."""
    if not packet[0] & 0x20:
        return 0
    count = packet[-1]
    if not count or count > len(packet) - MIN_HEADER:
        raise ValueError("padding")
    return count


def extension_offsets(packet: bytes) -> dict[int, tuple[int, int]]:
    """Extension id -> (offset of its data, length). Empty for anything but well-formed one-byte extensions."""
    found: dict[int, tuple[int, int]] = {}
    if len(packet) < MIN_HEADER or not packet[0] & 0x10:
        return found
    at = MIN_HEADER + 4 * (packet[0] & 15)
    if packet[at : at + 2] != ONE_BYTE or len(packet) < at + 4:
        return found
    end = min(at + 4 + 4 * (packet[at + 2] << 8 | packet[at + 3]), len(packet))
    at += 4
    while at < end:
        head = packet[at]
        if head == 0:
            at += 1
            continue
        if head >> 4 == 15:
            break
        length = (head & 15) + 1
        if at + 1 + length > end:
            break
        found[head >> 4] = (at + 1, length)
        at += 1 + length
    return found


def extension(packet: bytes, ident: int) -> bytes | None:
    """The data of one extension, if it is there."""
    place = extension_offsets(packet).get(ident)
    return None if place is None else packet[place[0] : place[0] + place[1]]


class Vp8(NamedTuple):
    """Where the numbers of a VP8 payload descriptor stand; -1 where there is none."""

    start: bool  # first packet of a frame
    key: bool  # of a key frame (only known at the start)
    picture_at: int
    picture: int
    picture_bits: int  # 7 or 15
    level_at: int  # TL0PICIDX
    level: int
    length: int  # of the descriptor


def vp8(packet: bytes, at: int) -> Vp8:
    """Read the payload descriptor at `at`; ValueError if it is cut short."""
    try:
        first = packet[at]
        start = bool(first & 0x10) and not first & 7
        place = at + 1
        picture_at = level_at = picture = level = -1
        bits = 0
        if first & 0x80:
            flags = packet[place]
            place += 1
            if flags & 0x80:
                picture_at = place
                if packet[place] & 0x80:
                    picture, bits = (packet[place] & 0x7F) << 8 | packet[place + 1], 15
                    place += 2
                else:
                    picture, bits = packet[place], 7
                    place += 1
            if flags & 0x40:
                level_at, level = place, packet[place]
                place += 1
            if flags & 0x30:
                place += 1
        key = start and not packet[place] & 1
    except IndexError:
        raise ValueError("short VP8 descriptor") from None
    return Vp8(start, key, picture_at, picture, bits, level_at, level, place - at)


def wrap_rtx(packet: bytes, sequence: int, ssrc: int, payload_type: int = PT_RTX) -> bytes:
    """RFC 4588: the packet again under the repair stream's own numbers, so that no (SSRC, sequence) ever carries two contents."""
    at = header_length(packet)
    head = HEAD.pack(packet[0], packet[1] & 0x80 | payload_type, sequence, int.from_bytes(packet[4:8], "big"), ssrc)
    return head + packet[MIN_HEADER:at] + packet[2:4] + packet[at:]


def unwrap_rtx(packet: bytes, ssrc: int, payload_type: int = PT_VP8) -> bytes | None:
    """The packet that a repair packet carries; None for padding probes that carry none."""
    at = header_length(packet)
    if len(packet) - at - padding(packet) < 2:
        return None
    head = HEAD.pack(
        packet[0],
        packet[1] & 0x80 | payload_type,
        packet[at] << 8 | packet[at + 1],
        int.from_bytes(packet[4:8], "big"),
        ssrc,
    )
    return head + packet[MIN_HEADER:at] + packet[at + 2 :]
