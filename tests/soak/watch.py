"""Looks at every packet of a headless call, on the wire, and keeps a list of what must never be there.

Watched: no two contents under one (SSRC, sequence) of an association, no SSRC given out twice, no two contents under one (key, counter),
nobody gets a frame of somebody who is not in the room, and a key that one does not hold opens nothing.
"""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from client.keys.sframe import FrameRefusedError, clear_bytes, parse_header, split_key_id
from client.rtc import rtp

KEPT_EPOCHS = 12
SETTLE_S = 1.0  # what was on its way when a tightening returned has arrived by then


def digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=8).digest()


class Rooms:
    """Which seats share a room now, and whom each epoch was for. Epoch numbers are never used twice in a soak."""

    def __init__(self) -> None:
        self.members: dict[int, tuple[str, ...]] = {}
        self.hears: dict[str, frozenset[str]] = {}
        self.since: dict[str, float] = {}  # seat -> when the routes to it last became fewer

    def now(self, hears: Mapping[str, frozenset[str]]) -> None:
        """Routes as they are from now on."""
        for seat, before in self.hears.items():
            if before - hears.get(seat, frozenset()):
                self.since[seat] = time.monotonic()
        self.hears = dict(hears)

    def epoch(self, number: int, members: tuple[str, ...]) -> None:
        """An epoch's keys go to these seats, in the order of their indices."""
        self.members[number] = members
        while len(self.members) > 200:
            del self.members[next(iter(self.members))]


class Stream:
    """One SSRC in one direction: the digests of recent packets by extended sequence number."""

    def __init__(self) -> None:
        self.highest = -1
        self.seen: dict[int, bytes] = {}

    def take(self, sequence: int, data: bytes) -> bool:
        """False if these are other bytes under a number that was there before."""
        if self.highest < 0:
            number = sequence
        else:
            number = self.highest + ((sequence - self.highest + 0x8000) & 0xFFFF) - 0x8000
        self.highest = max(self.highest, number)
        before = self.seen.setdefault(number, digest(data))
        while len(self.seen) > 4000:
            del self.seen[next(iter(self.seen))]
        return before == digest(data)


class Watch:
    """One seat's taps. `faults` stays empty, or the soak has failed."""

    def __init__(self, seat: str, rooms: Rooms, faults: list[str]) -> None:
        self.seat, self.rooms, self.faults = seat, rooms, faults
        self.inbound: dict[bytes, Stream] = {}
        self.outbound: dict[bytes, Stream] = {}
        self.offered: dict[int, str] = {}  # SSRC -> whose and what, as long as it is offered
        self.retired: set[int] = set()
        self.frames: dict[tuple[int, int], bytes] = {}
        self.packets = self.checked = self.in_flight = 0

    def association(self) -> None:
        """A new association: numbers begin again, under new keys."""
        self.inbound, self.outbound, self.offered, self.retired = {}, {}, {}, set()

    def offer(self, tracks: Any, lines: Any) -> None:
        """An offer: SSRCs that were given out and have gone must not come back."""
        who = {t.mid: f"{t.peer} {t.kind}" for t in tracks if t.direction == "recv"}
        now: dict[int, str] = {}
        for line in lines:
            for ssrc in (line.ssrc, line.repair_ssrc):
                if ssrc and line.mid in who:
                    now[ssrc] = who[line.mid]
        for ssrc, name in now.items():
            if ssrc in self.retired or self.offered.get(ssrc, name) != name:
                self.faults.append(f"SSRC given out twice, to {self.seat}")
        gone = self.offered.keys() - now.keys()
        self.retired |= gone
        for ssrc in gone:
            self.inbound.pop(ssrc.to_bytes(4, "big"), None)
        self.offered = now

    def wire(self, data: bytes, *, outbound: bool) -> None:
        """One datagram, sealed by SRTP."""
        if not 127 < data[0] < 192 or rtp.is_rtcp(data):
            return
        self.packets += 1
        streams = self.outbound if outbound else self.inbound
        if not streams.setdefault(data[8:12], Stream()).take(data[2] << 8 | data[3], data):
            self.faults.append(f"two contents under one SSRC and sequence {'from' if outbound else 'to'} {self.seat}")

    def plain(self, packet: bytes, seat: str, kind: str) -> None:
        """One packet after SRTP, still sealed by its sender; `seat` is who the server says it is from."""
        try:
            at = rtp.header_length(packet)
            if kind != "audio":
                numbers = rtp.vp8(packet, at)
                if not numbers.start:
                    return
                at += numbers.length
            body = packet[at:]
            kid, counter, _ = parse_header(body[clear_bytes(0 if kind == "audio" else 1, body) :])
            epoch, sender, _ = split_key_id(kid)
        except (ValueError, FrameRefusedError):
            self.faults.append(f"a frame without a header, at {self.seat}")
            return
        self.checked += 1
        members = self.rooms.members.get(epoch)
        if members is None or sender >= len(members):
            self.faults.append(f"a frame of an unknown key, at {self.seat}")
        elif self.seat not in members or members[sender] != seat:
            self.faults.append(f"a frame of {members[sender]} for {members}, shown as {seat}'s, at {self.seat}")
        if seat not in self.rooms.hears.get(self.seat, frozenset()):
            if time.monotonic() - self.rooms.since.get(self.seat, 0.0) > SETTLE_S:
                self.faults.append(f"a frame of {seat} at {self.seat}, who may not hear them")
            self.in_flight += 1
        if self.frames.setdefault((kid, counter), digest(body)) != digest(body):
            self.faults.append("two contents under one key and counter")
        while len(self.frames) > 20_000:
            del self.frames[next(iter(self.frames))]
