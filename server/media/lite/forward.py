"""The forward path: unprotect once, write the header once, then copy, protect and queue for each subscription. No awaits, no timers.

What one look at a port brings is taken in first and handed out afterwards, destination by destination: packets of one size that
leave for the same place then lie together, and the kernel sends them as one (a sound packet ends a run of pictures). A few bytes of padding make the packets of a frame equal.

Every packet that decrypts is noted for transport-wide congestion control before anything else is asked about it.
"""

import struct
from collections.abc import Callable
from itertools import chain, zip_longest
from typing import Any

from client.rtc import rtp
from client.rtc.rtcp import nack
from client.rtc.toolbox import protect, unprotect
from server.media.lite.io import HEADROOM, SLOTS, Outbox, Port
from server.media.lite.peer import MAX_STRANGERS, OWN_SSRC, Peer
from server.media.lite.streams import OUT_HEADER, Era, Forwarded, Subscription, Uplink, patch

_NUMBERS = struct.Struct("!HL")
_ELEMENT = struct.Struct("!BH")
_HEAD = struct.Struct("!BBHL4s5s")  # and the first bytes of the extension block
_FRONT = struct.Struct("!BBHL")
_EXTENSION = struct.Struct("!HHB3s")
_OUT = struct.Struct("!BBHLLHHB3s")
MAX_GAP = 200  # packets missing in a row that are worth asking for
MAX_ARRIVALS = 2000
MAX_PADDING = 8  # bytes that a packet may grow to be as long as its neighbours
_TRANSPORT = rtp.EXT_TRANSPORT << 4 | 1
_SEND_TIME = rtp.EXT_SEND_TIME << 4 | 2
Other = Callable[[Port, bytes, Peer | None, bytes, int], None]
Entry = tuple[Subscription, list[Forwarded], int]  # and how many bytes they are together

# By the first bytes of the extension block: where the transport-wide sequence number's element begins, where the payload does.
_layouts: dict[bytes, tuple[int, int]] = {}
# Writers of a packet of a given size around its SSRC.
_writers = {size: struct.Struct(f"8s4s{size - 12}s").pack_into for size in range(OUT_HEADER, HEADROOM + 1)}


def transport_sequence(packet: bytes) -> int:
    """The transport-wide sequence number of a packet, or -1."""
    place = rtp.extension_offsets(packet).get(rtp.EXT_TRANSPORT)
    if place is None or place[1] != 2:
        return -1
    if packet[0] == 0x90 and len(_layouts) < 256:
        _layouts[packet[12:17]] = (place[0] - 1, 16 + 4 * (packet[14] << 8 | packet[15]))
    return packet[place[0]] << 8 | packet[place[0] + 1]


class Pending:
    """What was taken in and is not handed out yet: streams with packets in their `batch`, sound apart from pictures."""

    __slots__ = ("heard", "seen")

    def __init__(self) -> None:
        self.heard: list[Uplink] = []
        self.seen: list[Uplink] = []


def run(
    port: Port, count: int, now: int, stamp: bytes, control: Callable[[Peer, bytes, int], None], other: Other
) -> None:
    """Everything that lies in a port's receive buffers. One loop without calls for the common case: interpreters pay per call."""
    views, buffers, lengths = port.rx_views, port.rx_buffers, port.rx_lengths
    find, layout, head, element, front = (
        port.peers.get,
        _layouts.get,
        _HEAD.unpack_from,
        _ELEMENT.unpack_from,
        _FRONT.pack,
    )
    unlock, nowhere, prefix = unprotect, (0, 0), struct.pack("8s", _EXTENSION.pack(0xBEDE, 1, _SEND_TIME, stamp))
    pending = Pending()
    heard, seen = pending.heard, pending.seen
    times = port.arrivals(count, now)
    try:
        for k, name in enumerate(port.senders(count)):
            peer: Peer | None = find(name)
            view = views[k]
            first, second, sequence, timestamp, key, block = head(view)
            if peer is None or not peer.ready or not 127 < first < 192:
                other(port, name, peer, bytes(view[: lengths[k][0]]), now)
                continue
            if 191 < second < 224:
                control(peer, bytes(view[: lengths[k][0]]), now)
                continue
            uplink = peer.uplinks.get(key)
            length = lengths[k]
            if uplink is None or first != 0x90 or uplink.repair_of is not None:  # what browsers send has an extension
                if length[0] > 12:
                    take(peer, view, buffers[k], length, now, stamp, pending)
                continue
            if unlock(peer.rx_context, buffers[k], length):
                peer.counts.dropped += 1
                continue
            peer.counts.packets_in += 1
            size = length[0]
            at, start = layout(block, nowhere)
            if at and start <= size:
                mark, number = element(view, at)
                if mark == _TRANSPORT:
                    peer.arrivals.append((number, times[k]))
                else:
                    _note_arrival(peer, bytes(view[:size]), times[k])
            else:
                _note_arrival(peer, bytes(view[:size]), times[k])
            if not uplink.allowed:
                continue
            if (
                (sequence - uplink.highest) & 0xFFFF != 1
                or uplink.highest < 0
                or not sequence
                or uplink.waiting
                or not 20 <= start <= size <= HEADROOM
            ):
                ingest(peer, uplink, bytes(view[:size]), now, stamp, pending)
                continue
            uplink.highest = sequence
            uplink.received += 1
            uplink.last_timestamp = timestamp
            uplink.last_ns = now
            # The extension carries our own send time, for the receiver's bandwidth estimate; the publisher's extensions end here.
            before, after = front(0x90, second, sequence, timestamp), prefix + view[start:size]
            uplink.history[sequence & uplink.history_mask] = (before, after)
            size += OUT_HEADER - start
            batch = uplink.batch
            if not batch:
                (seen if uplink.video else heard).append(uplink)
            batch.append((before, after, size, sequence, timestamp, False))
    finally:  # a fault at one packet must not leave the others' streams waiting for ever
        if heard or seen:
            hand_out(pending)


def hand_out(pending: Pending) -> None:
    """Send what is pending to everybody who subscribes, destination by destination."""
    peers: list[Peer] = []
    for uplink in chain.from_iterable(zip_longest(pending.seen, pending.heard)):
        if uplink is None:
            continue
        batch, uplink.batch = uplink.batch, []
        octets = batch[0][2]
        if len(batch) > 1:
            sizes = [packet[2] for packet in batch]
            octets = sum(sizes)
            if uplink.video and sizes.count(octets // len(sizes)) < len(sizes):
                _even(batch)
        uplink.rate_bytes += octets
        entry = (batch, octets)
        for s in uplink.plain:
            due = s.due
            if not due:
                peers.append(s.peer)
            due.append((s, entry))
        for s in uplink.shifted:
            due = s.due
            if not due:
                peers.append(s.peer)
            due.append((s, entry))
    pending.heard.clear()
    pending.seen.clear()
    try:
        for peer in peers:
            path = peer.agent.path
            if path is not None and peer.ready:
                _deliver(peer, path.out, path.name)
    finally:
        for peer in peers:
            peer.due.clear()


def _deliver(peer: Peer, box: Outbox, name: Any) -> None:
    """Copy, protect and queue for one destination what is due to it."""
    lock, context, slots, most, writers = protect, peer.tx_context, box.slots, box.segments, _writers
    n = first = box.n
    end, last, write = (
        n,
        0,
        writers[OUT_HEADER],
    )  # where the run of equal packets that begins at `first` must end; their size
    counts = peer.counts
    for s, (batch, octets) in peer.due:
        mine, era = s.ssrc_bytes, s.era
        for before, after, size, sequence, timestamp, late in batch:
            if size != last or n == end:
                write = writers[size]
                if size < last and n != end:
                    end = n + 1
                else:
                    if n > first:
                        box.address(first, n, name)
                    if n == SLOTS:
                        box.flush()
                        n = 0
                    first, last, end = n, size, min(SLOTS, n + most)
            view, buffer, length = slots[n]
            write(view, 0, before, mine, after)
            if era.moved and not _move(view, size, era, sequence, timestamp, late):
                last = 0
                continue
            length[0] = size
            if lock(context, buffer, length):
                last = 0
                continue
            n += 1
        counts.packets_out += len(batch)
        counts.bytes_out += octets
    if n > first:
        box.address(first, n, name)


def _move(view: memoryview, size: int, era: Era, sequence: int, timestamp: int, late: bool) -> bool:
    """Continue a subscription's numbers after a switch; False for a packet that has no place there."""
    number = (sequence + era.sequence) & 0xFFFF
    if late and (number - era.start) & 0xFFFF >= 0x8000:
        return False  # belongs before the switch, where that number was another packet's
    _NUMBERS.pack_into(view, 2, number, (timestamp + era.timestamp) & 0xFFFFFFFF)
    if era.picture or era.level:
        try:
            patch(view, rtp.vp8(bytes(view[: min(size, OUT_HEADER + 8)]), OUT_HEADER), era)
        except ValueError:
            return False
    return True


def _even(batch: list[Forwarded]) -> None:
    """Make packets that differ by a few bytes equal, by RTP padding (RFC 3550, 5.1)."""
    longest = max([packet[2] for packet in batch])
    for k, (before, after, size, sequence, timestamp, late) in enumerate(batch):
        short = longest - size
        if 0 < short <= MAX_PADDING and not before[0] & 0x20:
            padded = bytes((before[0] | 0x20,)) + before[1:]
            batch[k] = (padded, after + bytes(short - 1) + bytes((short,)), longest, sequence, timestamp, late)


def _note_arrival(peer: Peer, packet: bytes, now: int) -> None:
    if packet[0] & 0x10 and len(peer.arrivals) < MAX_ARRIVALS:
        sequence = transport_sequence(packet)
        if sequence >= 0:
            peer.arrivals.append((sequence, now))


def take(
    peer: Peer, view: memoryview, buffer: Any, length: Any, now: int, send_time: bytes, pending: Pending | None = None
) -> None:
    """One SRTP packet of a peer, in place in a receive buffer: the careful way, for unknown streams and for TCP."""
    key = bytes(view[8:12])
    uplink = peer.uplinks.get(key)
    if uplink is None and key not in peer.strangers:
        if len(peer.strangers) >= MAX_STRANGERS:
            return
        peer.strangers.add(key)
    if unprotect(peer.rx_context, buffer, length):
        peer.counts.dropped += 1
        return
    packet = bytes(view[: length[0]])
    peer.counts.packets_in += 1
    _note_arrival(peer, packet, now)
    if uplink is None:
        uplink = peer.recognise(packet)
    if uplink is not None and uplink.allowed:
        ingest(peer, uplink, packet, now, send_time, pending)


def ingest(
    peer: Peer, uplink: Uplink, packet: bytes, now: int, send_time: bytes, pending: Pending | None = None
) -> None:
    """Account for a packet and pass it on once: with what else is pending, or at once."""
    late = False
    if uplink.repair_of is not None:
        uplink = uplink.repair_of
        try:
            repaired = rtp.unwrap_rtx(packet, uplink.ssrc)
        except ValueError:
            return
        if repaired is None or uplink.missing.pop(repaired[2] << 8 | repaired[3], None) is None:
            return
        packet, late = repaired, True
        sequence = packet[2] << 8 | packet[3]
    else:
        sequence = packet[2] << 8 | packet[3]
        ahead = (sequence - uplink.highest) & 0xFFFF
        if uplink.highest < 0:
            uplink.highest = uplink.base = sequence
        elif ahead == 1:
            uplink.highest = sequence
            if sequence == 0:
                uplink.cycles += 65536
        elif ahead < 0x8000:
            if 1 < ahead <= MAX_GAP:
                _miss(peer, uplink, ahead, now)
            if sequence < uplink.highest:
                uplink.cycles += 65536
            uplink.highest = sequence
        elif uplink.missing.pop(sequence, None) is None:
            return  # a repetition, or too old to have been missed
        else:
            late = True
    uplink.received += 1
    if not packet[0] & 0x30 and not packet[0] & 15:
        start = 12
        flags = 0x90
    else:
        try:
            start = rtp.header_length(packet)
            if packet[0] & 0x20 and len(packet) - start <= rtp.padding(packet):
                return  # a probe without payload
        except ValueError:
            return
        flags = 0x90 | packet[0] & 0x20
    timestamp = packet[4] << 24 | packet[5] << 16 | packet[6] << 8 | packet[7]
    if not late:
        uplink.last_timestamp = timestamp
        uplink.last_ns = now
    before = _FRONT.pack(flags, packet[1], sequence, timestamp)
    after = _EXTENSION.pack(0xBEDE, 1, _SEND_TIME, send_time) + packet[start:]
    size = 12 + len(after)
    uplink.history[sequence & uplink.history_mask] = (before, after)
    if size > HEADROOM:
        return
    own = pending if pending is not None else Pending()
    if uplink.waiting:
        hand_out(own)  # who joins now has no part in what came before
        _admit(uplink, before + bytes(4) + after, now)
    if not uplink.batch:
        (own.seen if uplink.video else own.heard).append(uplink)
    uplink.batch.append((before, after, size, sequence, timestamp, late))
    if pending is None:
        hand_out(own)


def _admit(uplink: Uplink, out: bytes, now: int) -> None:
    """Let the waiting in at the first packet of a key frame."""
    try:
        if not rtp.vp8(out, OUT_HEADER).key:
            return
    except ValueError:
        return
    for s in list(uplink.waiting):
        if s.active and not s.blocked and s.peer.reachable():
            s.enter(uplink, out, now)


def _miss(peer: Peer, uplink: Uplink, ahead: int, now: int) -> None:
    lost = [(uplink.highest + k) & 0xFFFF for k in range(1, ahead)]
    if len(uplink.missing) < 4 * MAX_GAP:
        for sequence in lost:
            uplink.missing[sequence] = now
        peer.send_rtcp(nack(OWN_SSRC, uplink.ssrc, lost))
