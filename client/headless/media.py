"""Sends and receives sealed media without a screen, and counts by sender what could be opened. Never sends an unsealed frame.

Frames are small and prepared beforehand: a picture of one colour and a few milliseconds of near silence. Tests, load tests and
probes use this class; it answers the same offers as a browser.
"""

import asyncio
import contextlib
import functools
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from client.keys.sframe import FrameRefusedError, Opener, Sealer
from client.protocol.media import KINDS, STREAM_OF, Kind
from client.rtc import rtcp, rtp
from client.rtc.association import Association, Offered, read_offer, write_answer
from client.rtc.frames import Assembler, packets

OLD_EPOCH_S = 5.0
AUDIO_S, VIDEO_S = 0.02, 0.05
OPUS_FRAME = bytes.fromhex("78") + bytes(range(7, 47))  # a 20 ms CELT-only frame's size; nobody listens
GROUP = 20  # frames from one key frame to the next
SEND_HISTORY = 512


@functools.cache
def picture_frames(tag: int) -> tuple[bytes, ...]:
    """GROUP encoded VP8 frames, the first a key frame, of a 160x90 picture whose shade is `tag`."""
    import av

    codec: Any = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = 160, 90, "yuv420p"
    codec.time_base, codec.framerate = Fraction(1, 20), Fraction(20, 1)
    codec.bit_rate, codec.gop_size = 60_000, GROUP
    codec.options = {"lag-in-frames": "0", "deadline": "realtime", "error-resilient": "1", "auto-alt-ref": "0"}
    out: list[bytes] = []
    for i in range(GROUP):
        frame: Any = av.VideoFrame(160, 90, "yuv420p")
        for plane, value in zip(frame.planes, (16 + tag * 7 % 220, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = i, codec.time_base
        out += [bytes(p) for p in codec.encode(frame)]
    out += [bytes(p) for p in codec.encode(None)]
    return tuple(out)


@dataclass
class _Stream:
    ssrc: int
    sequence: int = field(default_factory=lambda: secrets.randbits(15))
    timestamp: int = field(default_factory=lambda: secrets.randbits(31))
    frame: int = 0
    picture: int = 0
    sent: dict[int, bytes] = field(default_factory=dict)


@dataclass
class _Leg:
    """One PeerConnection: incoming SSRC -> who is said to be on it."""

    connection: int
    link: Association
    lines: dict[int, tuple[str, Kind]] = field(default_factory=dict)
    opening: asyncio.Task[None] | None = None


@dataclass(frozen=True)
class Count:
    """Frames of one kind from one seat: opened, and refused (no key, not authentic, repeated, somebody else's)."""

    opened: int = 0
    failed: int = 0


@dataclass(frozen=True)
class _Epoch:
    opener: Opener
    seats: dict[int, str]
    sealer: Sealer
    until: float


class HeadlessMedia:
    """One client's media. `send` takes {"generation", "sdp"} answers; `clock` gives monotonic seconds."""

    def __init__(
        self,
        send: Callable[[int, str], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
        *,
        tcp: bool = False,
    ) -> None:
        self._send, self._clock, self._tcp = send, clock, tcp
        self._legs: dict[str, _Leg] = {}  # by role: one with our own server
        self._assemblers: dict[int, Assembler] = {}
        self._epochs: list[_Epoch] = []
        self._counters: dict[int, int] = {}
        self._streams: dict[Kind, _Stream] = {}
        self._may: dict[Kind, str] = {}
        self._publishing: frozenset[Kind] = frozenset()
        self._counts: dict[str, dict[Kind, Count]] = {}
        self._pump: asyncio.Task[None] | None = None
        self.frames_sealed = 0
        self.packets_sent = 0

    # --- the seam --------------------------------------------------------------------------------------------

    async def on_offer(self, offer: Any) -> None:
        """Answer an offer: anything with `generation`, `sdp` and `tracks` (of `mid`, `direction`, `kind` and `seat` or `peer`)."""
        offered = read_offer(offer.sdp)
        role = getattr(offer, "role", "both")
        leg = self._legs.get(role)
        if leg is None or offered.connection != leg.connection:
            if leg is not None:
                await self._disconnect(role)
            leg = self._legs[role] = _Leg(offered.connection, Association(self._on_rtp, self._on_rtcp, tcp=self._tcp))
        link = leg.link
        link.credentials(offered)
        tracks = {t.mid: t for t in offer.tracks}
        leg.lines = {}
        if role != "recv":
            self._may = {}
        for line in offered.lines:
            track = tracks.get(line.mid)
            if track is None:
                continue
            if line.send and track.direction == "send":
                self._may[track.kind] = line.mid
            elif line.receive:
                seat = getattr(track, "seat", None) or str(track.peer).rpartition("/")[2]
                leg.lines[line.ssrc] = (seat, track.kind)
        self._assemblers = {s: self._assemblers.get(s) or Assembler() for leg in self._legs.values() for s in leg.lines}
        for kind in self._may:
            self._streams.setdefault(kind, _Stream(secrets.randbits(31) | 1))
        streams = {mid: (self._streams[kind].ssrc, 0) for kind, mid in self._may.items()} if role != "recv" else {}
        await self._send(offer.generation, write_answer(offered, link.ufrag, link.password, link.fingerprint, streams))
        if (offered.udp or offered.tcp) and leg.opening is None:
            leg.opening = asyncio.create_task(self._open(role, link, offered))

    def set_keys(self, epoch: int, me: int, senders: Sequence[tuple[int, str, bytes]]) -> None:
        """The keys of a room: `senders` = [(index, seat, 16-byte base key)], `me` = one's own index. Empty: forget all keys."""
        now = self._clock()
        if not senders:
            self._epochs = []
            return
        keys = {index: key for index, _, key in senders}
        seats = {index: seat for index, seat, _ in senders}
        current = self._epochs[0] if self._epochs else None
        if (
            current is not None
            and current.opener.epoch == epoch
            and current.opener.base_keys == keys
            and current.seats == seats
        ):
            return
        old = [
            _Epoch(e.opener, e.seats, e.sealer, min(e.until, now + OLD_EPOCH_S))
            for e in self._epochs[:3]
            if e.until > now and e.opener.epoch != epoch
        ]
        self._epochs = [
            _Epoch(Opener(epoch, keys), seats, Sealer(keys[me], epoch, me, self._counters), float("inf")),
            *old,
        ]

    def publish(self, kinds: Collection[Kind]) -> None:
        """Send these kinds from now on, as far as the server lets us and a key is held."""
        self._publishing = frozenset(kinds)

    def counts(self) -> dict[str, dict[Kind, Count]]:
        """seat -> kind -> frames opened and refused so far. The seat is the one that the server said was on the line."""
        return {seat: dict(kinds) for seat, kinds in self._counts.items()}

    @property
    def connected(self) -> bool:
        """Whether media can flow."""
        return bool(self._legs) and all(leg.link.connected for leg in self._legs.values())

    async def close(self) -> None:
        """Stop sending and receiving."""
        for role in list(self._legs):
            await self._disconnect(role)

    # --- inside ----------------------------------------------------------------------------------------------

    async def _disconnect(self, role: str) -> None:
        leg = self._legs.pop(role)
        tasks = [leg.opening]
        if role != "recv":
            tasks.append(self._pump)
            self._pump, self._streams = None, {}
        for task in tasks:
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                    await task
        await leg.link.close()

    async def _open(self, role: str, link: Association, offered: Offered) -> None:
        with contextlib.suppress(ConnectionError):
            await link.open(offered)
            if role != "recv":
                self._pump = asyncio.create_task(self._send_forever(link))

    async def _send_forever(self, link: Association) -> None:
        start = loop = self._clock()
        sent = {"audio": 0, "video": 0, "screen": 0}
        while True:
            now = self._clock()
            for kind in KINDS:
                every = AUDIO_S if kind == "audio" else VIDEO_S
                due = int((now - start) / every)
                if due - sent[kind] > 10:
                    sent[kind] = due - 1
                while sent[kind] < due:
                    sent[kind] += 1
                    if kind in self._publishing and kind in self._may and kind in self._streams:
                        self._send_frame(link, kind, self._streams[kind])
            loop = max(loop + AUDIO_S, now)
            await asyncio.sleep(max(0.001, loop - self._clock()))

    def _send_frame(self, link: Association, kind: Kind, stream: _Stream) -> None:
        if not self._epochs:
            return
        sealer = self._epochs[0].sealer
        if kind == "audio":
            frame = OPUS_FRAME
        else:
            group = picture_frames(sealer.sender)
            frame = group[stream.frame % len(group)]
            stream.frame += 1
        wire = sealer.seal(STREAM_OF[kind], frame)
        self.frames_sealed += 1
        if kind == "audio":
            stream.timestamp += 960
            head = rtp.HEAD.pack(
                0x80, rtp.PT_OPUS, stream.sequence & 0xFFFF, stream.timestamp & 0xFFFFFFFF, stream.ssrc
            )
            out = [head + wire]
        else:
            stream.timestamp += int(90000 * VIDEO_S)
            stream.picture = stream.picture + 1 & 0x7FFF
            out = packets(wire, rtp.PT_VP8, stream.sequence, stream.timestamp, stream.ssrc, stream.picture)
        stream.sequence += len(out)
        for packet in out:
            self.packets_sent += 1
            stream.sent[packet[2] << 8 | packet[3]] = packet
            link.send_rtp(packet)
        while len(stream.sent) > SEND_HISTORY:
            del stream.sent[next(iter(stream.sent))]

    def _on_rtcp(self, packet: bytes) -> None:
        with contextlib.suppress(ValueError):
            for message in rtcp.parse(packet):
                stream = next((s for s in self._streams.values() if s.ssrc == getattr(message, "ssrc", 0)), None)
                if stream is None:
                    continue
                if isinstance(message, rtcp.KeyFrameRequest):
                    stream.frame = 0
                elif isinstance(message, rtcp.Nack):
                    link = next(leg.link for role, leg in self._legs.items() if role != "recv")
                    for sequence in message.lost:
                        if sequence in stream.sent:
                            link.send_rtp(stream.sent[sequence])

    def _on_rtp(self, packet: bytes) -> None:
        ssrc = int.from_bytes(packet[8:12], "big")
        who = next((leg.lines[ssrc] for leg in self._legs.values() if ssrc in leg.lines), None)
        if who is None:
            return
        seat, kind = who
        if kind == "audio":
            with contextlib.suppress(ValueError):
                self._frame(seat, kind, packet[rtp.header_length(packet) :])
            return
        frame = self._assemblers[int.from_bytes(packet[8:12], "big")].add(packet)
        if frame is not None:
            self._frame(seat, kind, frame)

    def _frame(self, seat: str, kind: Kind, wire: bytes) -> None:
        opened = self._try(seat, STREAM_OF[kind], wire)
        kinds = self._counts.setdefault(seat, {})
        before = kinds.get(kind, Count())
        kinds[kind] = Count(before.opened + opened, before.failed + (not opened))

    def _try(self, seat: str, stream: int, wire: bytes) -> bool:
        now = self._clock()
        for epoch in self._epochs:
            if epoch.until <= now:
                continue
            try:
                sender, _ = epoch.opener.open(stream, wire)
            except FrameRefusedError:
                continue
            return epoch.seats.get(sender) == seat
        return False
