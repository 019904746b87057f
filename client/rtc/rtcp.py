"""RTCP (RFC 3550, RFC 4585, RFC 5104, REMB): what we read and what we write. Noise yields fewer messages, never an exception
other than ValueError, and never more work than the packet is long."""

import struct
from typing import NamedTuple

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
MAX_LOST = 256  # sequence numbers we read from one NACK packet


class Report(NamedTuple):
    """What a receiver says about one stream; loss since the last report in 1/256."""

    ssrc: int
    fraction_lost: int
    last_sr: int
    delay: int


class SenderReport(NamedTuple):
    ssrc: int
    ntp: int
    rtp: int
    packets: int
    octets: int


class Nack(NamedTuple):
    ssrc: int
    lost: tuple[int, ...]


class KeyFrameRequest(NamedTuple):
    ssrc: int


class Estimate(NamedTuple):
    """REMB: what the receiver thinks its downlink carries, in bits per second."""

    bitrate: int


Message = Report | SenderReport | Nack | KeyFrameRequest | Estimate


def _reports(body: bytes, at: int, count: int) -> list[Message]:
    found: list[Message] = []
    for _ in range(count):
        if at + 24 > len(body):
            break
        ssrc, loss = struct.unpack_from("!LL", body, at)
        last_sr, delay = struct.unpack_from("!LL", body, at + 16)
        found.append(Report(ssrc, loss >> 24, last_sr, delay))
        at += 24
    return found


def _nack(media: int, fci: bytes) -> Nack:
    lost: list[int] = []
    for first, mask in struct.iter_unpack("!HH", fci[: len(fci) // 4 * 4]):
        lost.append(first)
        lost.extend((first + 1 + bit) & 0xFFFF for bit in range(16) if mask >> bit & 1)
        if len(lost) >= MAX_LOST:
            break
    return Nack(media, tuple(lost[:MAX_LOST]))


def _payload_feedback(fmt: int, media: int, fci: bytes) -> list[Message]:
    if fmt == 1:
        return [KeyFrameRequest(media)]
    if fmt == 4:
        streams = [struct.unpack_from("!L", fci, at)[0] for at in range(0, len(fci) - 7, 8)][:8]
        return [*map(KeyFrameRequest, streams)]
    if fmt == 15 and fci[:4] == b"REMB" and len(fci) >= 8:
        exponent, mantissa = fci[5] >> 2, (fci[5] & 3) << 16 | fci[6] << 8 | fci[7]
        return [Estimate(min(mantissa << exponent, 1 << 40))]
    return []


def parse(data: bytes) -> list[Message]:
    """The messages of a compound packet that concern a forwarding server, in order."""
    found: list[Message] = []
    at = 0
    while at + 4 <= len(data):
        first, kind, words = struct.unpack_from("!BBH", data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            raise ValueError("not RTCP")
        body, count = data[at + 4 : end], first & 31
        if kind == SR and len(body) >= 24:
            ssrc, high, low, rtp, packets, octets = struct.unpack_from("!6L", body)
            found.append(SenderReport(ssrc, high << 32 | low, rtp, packets, octets))
            found += _reports(body, 24, count)
        elif kind == RR and len(body) >= 4:
            found += _reports(body, 4, count)
        elif kind == RTPFB and count == 1 and len(body) >= 12:
            found.append(_nack(int.from_bytes(body[4:8], "big"), body[8:]))
        elif kind == PSFB and len(body) >= 8:
            found += _payload_feedback(count, int.from_bytes(body[4:8], "big"), body[8:])
        at = end
    return found


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def sender_report(report: SenderReport) -> bytes:
    """A sender report without receiver blocks."""
    return _packet(
        SR,
        0,
        struct.pack(
            "!6L", report.ssrc, report.ntp >> 32, report.ntp & 0xFFFFFFFF, report.rtp, report.packets, report.octets
        ),
    )


class Block(NamedTuple):
    """One block of a receiver report that we send."""

    ssrc: int
    fraction_lost: int
    total_lost: int
    highest: int
    last_sr: int
    delay: int


def receiver_report(ssrc: int, blocks: list[Block]) -> bytes:
    """A receiver report with at most 31 blocks."""
    body = struct.pack("!L", ssrc)
    for b in blocks[:31]:
        body += struct.pack(
            "!6L", b.ssrc, b.fraction_lost << 24 | b.total_lost & 0xFFFFFF, b.highest, 0, b.last_sr, b.delay
        )
    return _packet(RR, len(blocks[:31]), body)


def nack(ssrc: int, media: int, lost: list[int]) -> bytes:
    """Ask for packets again. `lost` in sending order, modulo 65536."""
    pairs: list[list[int]] = []
    for number in lost:
        if pairs and 1 <= (number - pairs[-1][0]) & 0xFFFF <= 16:
            pairs[-1][1] |= 1 << ((number - pairs[-1][0]) & 0xFFFF) - 1
        else:
            pairs.append([number, 0])
    return _packet(RTPFB, 1, struct.pack("!LL", ssrc, media) + b"".join(struct.pack("!HH", *p) for p in pairs))


def key_frame_request(ssrc: int, media: int) -> bytes:
    """Picture loss indication."""
    return _packet(PSFB, 1, struct.pack("!LL", ssrc, media))


def estimate(ssrc: int, bitrate: int, streams: list[int]) -> bytes:
    """REMB."""
    exponent = max(0, bitrate.bit_length() - 18)
    mantissa = bitrate >> exponent
    fci = b"REMB" + bytes((len(streams), exponent << 2 | mantissa >> 16, mantissa >> 8 & 0xFF, mantissa & 0xFF))
    return _packet(PSFB, 15, struct.pack("!LL", ssrc, 0) + fci + b"".join(struct.pack("!L", s) for s in streams))
