"""VP8 frames to packets and back (RFC 7741), for clients that have no browser around them. Bounded: what stays incomplete is dropped."""

from client.rtc import rtp

CHUNK = 1100
MAX_OPEN_FRAMES = 16
MAX_FRAME_PACKETS = 512


def packets(frame: bytes, payload_type: int, sequence: int, timestamp: int, ssrc: int, picture: int) -> list[bytes]:
    """The RTP packets of one VP8 frame, with a 15-bit picture id."""
    parts = [frame[i : i + CHUNK] for i in range(0, len(frame), CHUNK)] or [b""]
    out: list[bytes] = []
    for i, part in enumerate(parts):
        marker = 0x80 if i == len(parts) - 1 else 0
        head = rtp.HEAD.pack(0x80, marker | payload_type, (sequence + i) & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
        descriptor = bytes((0x90 if i == 0 else 0x80, 0x80, 0x80 | picture >> 8 & 0x7F, picture & 0xFF))
        out.append(head + descriptor + part)
    return out


class Assembler:
    """Puts the packets of one stream together again; each whole frame comes out once."""

    def __init__(self) -> None:
        self._open: dict[int, dict[int, bytes]] = {}

    def add(self, packet: bytes) -> bytes | None:
        """Take a packet; the frame if it is whole now. Malformed packets are dropped."""
        try:
            at = rtp.header_length(packet)
            numbers = rtp.vp8(packet, at)
            end = len(packet) - rtp.padding(packet)
        except ValueError:
            return None
        timestamp, sequence = int.from_bytes(packet[4:8], "big"), packet[2] << 8 | packet[3]
        held = self._open.setdefault(timestamp, {})
        if len(held) < MAX_FRAME_PACKETS:
            held[sequence] = bytes((packet[1] >> 7, numbers.start)) + packet[at + numbers.length : end]
        whole = _whole(held)
        if whole is not None:
            del self._open[timestamp]
        while len(self._open) > MAX_OPEN_FRAMES:
            del self._open[next(iter(self._open))]
        return whole


def _whole(held: dict[int, bytes]) -> bytes | None:
    first = next((s for s, part in held.items() if part[1]), None)
    if first is None:
        return None
    out: list[bytes] = []
    for i in range(len(held)):
        part = held.get((first + i) & 0xFFFF)
        if part is None:
            return None
        out.append(part[2:])
        if part[0]:
            return b"".join(out)
    return None
