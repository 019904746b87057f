"""What a peer sends (publications of uplink streams) and what another peer gets of it (subscriptions). State only, no sockets.

A subscription has an SSRC of its own that no other subscription of that association ever had: so no (key, SSRC, sequence)
comes twice, however often people move.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from client.protocol.media import Kind, Layer
from client.rtc import rtp

if TYPE_CHECKING:
    from server.media.lite.peer import Peer

HISTORY = 1024
AUDIO_HISTORY = 64
ORDER: tuple[Layer, ...] = ("low", "mid", "high")
RID_LAYER: dict[str, Layer] = {"l": "low", "m": "mid", "h": "high"}
OUT_HEADER = (
    20  # the header that every forwarded packet has: 12 bytes and one 4-byte word of extension with its own header
)
FLOWING_NS = 1_500_000_000
# A packet as it is forwarded: what stands before its SSRC and after it, its size, sequence, timestamp, whether it was late.
Forwarded = tuple[bytes, bytes, int, int, int, bool]


class Uplink:
    """One incoming RTP stream: a layer of a publication, or the repair stream of one."""

    __slots__ = (
        "allowed",
        "asked_ns",
        "base",
        "batch",
        "bytes",
        "cycles",
        "expected_before",
        "highest",
        "history",
        "history_mask",
        "last_ns",
        "last_timestamp",
        "layer",
        "missing",
        "plain",
        "publication",
        "rate",
        "rate_bytes",
        "received",
        "received_before",
        "repair",
        "repair_of",
        "report",
        "report_ns",
        "requested_ns",
        "shifted",
        "ssrc",
        "video",
        "waiting",
    )

    def __init__(self, publication: Publication, ssrc: int, layer: Layer, repair_of: Uplink | None = None) -> None:
        self.publication, self.ssrc, self.layer, self.repair_of = publication, ssrc, layer, repair_of
        self.video = publication.kind != "audio"
        self.allowed = publication.allowed
        size = 0 if repair_of is not None else HISTORY if self.video else AUDIO_HISTORY
        self.history: list[tuple[bytes, bytes] | None] = [None] * size  # before the SSRC, after it
        self.history_mask = size - 1
        self.batch: list[Forwarded] = []  # taken in, not handed out yet
        self.highest = -1
        self.base = self.cycles = self.received = self.bytes = 0
        self.expected_before = self.received_before = 0
        self.last_timestamp = 0
        self.last_ns = 0
        self.missing: dict[int, int] = {}
        self.report: Any = None
        self.report_ns = 0
        self.requested_ns = self.asked_ns = 0
        self.rate = self.rate_bytes = 0
        self.repair: Uplink | None = None
        # Subscriptions that take this layer as it is, those that need their numbers shifted, those that wait for a key frame.
        self.plain: list[Subscription] = []
        self.shifted: list[Subscription] = []
        self.waiting: list[Subscription] = []

    def kept(self, sequence: int) -> bytes | None:
        """The packet that was forwarded under this number, with an empty SSRC, if it is still there."""
        found = self.history[sequence & self.history_mask]
        if found is None or found[0][2] << 8 | found[0][3] != sequence:
            return None
        return found[0] + bytes(4) + found[1]

    def flowing(self, now: int) -> bool:
        """Whether packets came just now."""
        return self.highest >= 0 and now - self.last_ns < FLOWING_NS


@dataclass(eq=False)
class Publication:
    """One thing a peer sends: its microphone, its camera in up to three sizes, its screen."""

    peer: Peer
    kind: Kind
    mid: str
    allowed: bool
    simulcast: bool = False
    layers: dict[Layer, Uplink] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)

    def allow(self, allowed: bool) -> None:
        """Pass this on from now on, or drop it."""
        self.allowed = allowed
        for uplink in self.peer.uplinks.values():
            if uplink.publication is self:
                uplink.allowed = allowed

    def flowing(self, now: int) -> list[Uplink]:
        """The layers that are coming in, smallest first."""
        return [self.layers[x] for x in ORDER if x in self.layers and self.layers[x].flowing(now)]

    def choose(self, wish: Layer, now: int) -> Uplink | None:
        """The layer to send for a wish: the wished one, else the next smaller, else the smallest that flows."""
        if wish == "off":
            return None
        flowing = self.flowing(now)
        if not flowing:
            return next((self.layers[x] for x in ORDER if x in self.layers), None)
        fitting = [u for u in flowing if ORDER.index(u.layer) <= ORDER.index(wish)]
        return fitting[-1] if fitting else flowing[0]


@dataclass(eq=False, slots=True)
class Era:
    """From outgoing sequence number `start` on, a subscription's packets come from `uplink` with these shifts."""

    uplink: Uplink
    start: int
    sequence: int = 0
    timestamp: int = 0
    picture: int = 0
    level: int = 0

    moved: bool = False  # whether any number differs from the publisher's


@dataclass(frozen=True, slots=True)
class Left:
    """Where a subscription's numbers stood when it last stopped receiving."""

    sequence: int
    timestamp: int
    when: int
    era: Era
    packet: bytes | None


class Subscription:
    """One publication on its way to one peer."""

    __slots__ = (
        "active",
        "blocked",
        "budget",
        "due",
        "era",
        "eras",
        "left",
        "line",
        "loss",
        "offered",
        "peer",
        "publication",
        "repair_sequence",
        "repair_ssrc",
        "round_trip",
        "sent_reports",
        "ssrc",
        "ssrc_bytes",
        "target",
        "wish",
    )

    def __init__(self, peer: Peer, publication: Publication, line: Any, ssrc: int, repair_ssrc: int) -> None:
        self.peer, self.publication, self.line = peer, publication, line
        self.ssrc, self.repair_ssrc, self.ssrc_bytes = ssrc, repair_ssrc, ssrc.to_bytes(4, "big")
        self.due = peer.due
        self.repair_sequence = 0
        self.active = False  # the client has answered the offer that names this SSRC
        self.blocked = False  # the routes no longer allow it; never unblocked
        self.offered = -1
        self.era: Era | None = None
        self.eras: list[Era] = []
        self.left: Left | None = None
        self.target: Uplink | None = None
        self.wish: Layer = "mid"
        self.budget: Layer = "high"
        self.loss = 0
        self.round_trip = 0
        self.sent_reports: dict[int, int] = {}

    def detach(self) -> None:
        """Receive nothing from now on; remember where the numbers stopped."""
        era = self.era
        if era is not None and self._attached() and era.uplink.highest >= 0:
            uplink = era.uplink
            self.left = Left(
                sequence=(uplink.highest + era.sequence) & 0xFFFF,
                timestamp=(uplink.last_timestamp + era.timestamp) & 0xFFFFFFFF,
                when=uplink.last_ns,
                era=era,
                packet=uplink.kept(uplink.highest),
            )
        for uplink in self.publication.layers.values():
            for group in (uplink.plain, uplink.shifted, uplink.waiting):
                if self in group:
                    group.remove(self)
        self.target = None

    def aim(self, uplink: Uplink | None) -> bool:
        """Take that layer as soon as it can be joined; True if a key frame must be asked for."""
        if self.blocked or not self.active:
            return False
        current = self.era.uplink if self.era is not None and self._attached() else None
        if uplink is current:
            if self.target is not None and self.target is not current and self in self.target.waiting:
                self.target.waiting.remove(self)
            self.target = uplink
            return False
        if self.target is not None and self in self.target.waiting and self.target is not uplink:
            self.target.waiting.remove(self)
        self.target = uplink
        if uplink is None:
            self.detach()
            return False
        if not uplink.video:
            self.detach()
            self._attach(uplink, Era(uplink, 0))
            return False
        if self not in uplink.waiting:
            uplink.waiting.append(self)
        return True

    def _attached(self) -> bool:
        era = self.era
        return era is not None and (self in era.uplink.plain or self in era.uplink.shifted)

    def _attach(self, uplink: Uplink, era: Era) -> None:
        self.target = uplink
        self.era = era
        self.eras = [*self.eras[-3:], era]
        era.moved = bool(era.sequence or era.timestamp or era.picture or era.level)
        (uplink.shifted if era.moved else uplink.plain).append(self)

    def enter(self, uplink: Uplink, packet: bytes, now: int) -> None:
        """Join a layer at the first packet of its key frame (a forwarded-form packet), continuing all numbers."""
        self.detach()
        sequence, timestamp = packet[2] << 8 | packet[3], int.from_bytes(packet[4:8], "big")
        left = self.left
        if left is None:
            self._attach(uplink, Era(uplink, sequence))
            return
        start = (left.sequence + 1) & 0xFFFF
        new_time = left.timestamp + max(1, (now - left.when) * 9 // 100_000)
        era = Era(uplink, start, (start - sequence) & 0xFFFF, (new_time - timestamp) & 0xFFFFFFFF)
        _continue_pictures(era, left, packet)
        self._attach(uplink, era)

    def locate(self, sequence: int) -> tuple[Era, bytes] | None:
        """The forwarded packet that went out under this number, unshifted, with its era; None if it is no longer kept."""
        for era in reversed(self.eras):
            if (sequence - era.start) & 0xFFFF < 0x8000 or len(self.eras) == 1:
                wanted = (sequence - era.sequence) & 0xFFFF
                found = era.uplink.kept(wanted)
                return None if found is None else (era, found)
        return None


def _continue_pictures(era: Era, left: Left, packet: bytes) -> None:
    if left.packet is None:
        return
    try:
        last, first = rtp.vp8(left.packet, OUT_HEADER), rtp.vp8(packet, OUT_HEADER)
    except ValueError:
        return
    if last.picture_at >= 0 and first.picture_at >= 0:
        era.picture = (last.picture + left.era.picture + 1 - first.picture) & 0x7FFF
    if last.level_at >= 0 and first.level_at >= 0:
        era.level = (last.level + left.era.level + 1 - first.level) & 0xFF


def shift(packet: bytes, era: Era, ssrc_bytes: bytes) -> bytes:
    """A forwarded-form packet as one subscription sees it."""
    sequence = ((packet[2] << 8 | packet[3]) + era.sequence) & 0xFFFF
    timestamp = (int.from_bytes(packet[4:8], "big") + era.timestamp) & 0xFFFFFFFF
    out = bytearray(packet)
    out[2:12] = sequence.to_bytes(2, "big") + timestamp.to_bytes(4, "big") + ssrc_bytes
    if era.picture or era.level:
        patch(out, rtp.vp8(packet, OUT_HEADER), era)
    return bytes(out)


def patch(out: bytearray | memoryview, numbers: rtp.Vp8, era: Era) -> None:
    """Continue picture id and TL0PICIDX in a packet that is about to leave."""
    if numbers.picture_at >= 0:
        picture = numbers.picture + era.picture
        if numbers.picture_bits == 15:
            out[numbers.picture_at] = 0x80 | picture >> 8 & 0x7F
            out[numbers.picture_at + 1] = picture & 0xFF
        else:
            out[numbers.picture_at] = picture & 0x7F
    if numbers.level_at >= 0:
        out[numbers.level_at] = (numbers.level + era.level) & 0xFF
