"""The forward path: unprotect once, write the header once, then copy, protect and queue for each subscription. No awaits, no timers.

What one look at a port brings is taken in first and handed out afterwards, destination by destination: packets of one size that
leave for the same place then lie together, and the kernel sends them as one. A few bytes of padding make the packets of a frame equal.

Every packet that decrypts is noted for transport-wide congestion control before anything else is asked about it.
"""

import struct
from collections.abc import Callable
from typing import Any

from client.rtc import rtp
from client.rtc.rtcp import nack
from client.rtc.toolbox import protect, unprotect
from server.media.lite.io import HEADROOM, SLOTS, Outbox, Port
from server.media.lite.peer import MAX_STRANGERS, OWN_SSRC, Peer
from server.media.lite.streams import OUT_HEADER, Era, Forwarded, Subscription, Uplink, patch

_NUMBERS = struct.Struct("!HLL")
_HEAD = struct.Struct("!BBHL4s")
_OUT = struct.Struct("!BBHLLHHB3s")
MAX_GAP = 200  # packets missing in a row that are worth asking for
MAX_ARRIVALS = 2000
MAX_PADDING = 8  # bytes that a packet may grow to be as long as its neighbours
_TRANSPORT_MARK = rtp.EXT_TRANSPORT << 4 | 1
_SEND_TIME_MARK = rtp.EXT_SEND_TIME << 4 | 2
Other = Callable[[Port, bytes, Peer | None, bytes, int], None]

# Where the transport-wide sequence number stands, by the first bytes of the extension block: (words, first element).
_layouts: dict[bytes, int] = {}


def transport_sequence(packet: bytes) -> int:
    """The transport-wide sequence number of a packet, or -1."""
    layout = packet[12:17]
    at = _layouts.get(layout, 0) if not packet[0] & 15 else 0
    if at and len(packet) > at + 1 and packet[at - 1] == (rtp.EXT_TRANSPORT << 4 | 1):
        return packet[at] << 8 | packet[at + 1]
    place = rtp.extension_offsets(packet).get(rtp.EXT_TRANSPORT)
    if place is None or place[1] != 2:
        return -1
    if not packet[0] & 15 and len(_layouts) < 256:
        _layouts[layout] = place[0]
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
    views, buffers, lengths, names, slices = (
        port.rx_views,
        port.rx_buffers,
        port.rx_lengths,
        port.rx_names,
        port.name_slices,
    )
    find, layouts, write, head = port.peers.get, _layouts, _OUT.pack_into, _HEAD.unpack_from
    unlock, mark, extend = unprotect, _TRANSPORT_MARK, _SEND_TIME_MARK
    pending = Pending()
    heard, seen = pending.heard, pending.seen
    for k in range(count):
        name = names[slices[k]]
        peer: Peer | None = find(name)
        view = views[k]
        first, second, sequence, timestamp, key = head(view)
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
        start = 16 + 4 * (view[14] << 8 | view[15])
        at = layouts.get(bytes(view[12:17]), 0)
        if at and at < size - 1 and view[at - 1] == mark:
            peer.arrivals.append((view[at] << 8 | view[at + 1], now))
        else:
            _note_arrival(peer, bytes(view[:size]), now)
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
        write(view, start - 20, 0x90, second, sequence, timestamp, 0, 0xBEDE, 1, extend, stamp)
        out = bytes(view[start - 20 : size])
        uplink.history[sequence & uplink.history_mask] = out
        size += 20 - start
        uplink.rate_bytes += size
        batch = uplink.batch
        if not batch:
            (seen if uplink.video else heard).append(uplink)
        batch.append((out, size, sequence, timestamp, False))
    if heard or seen:
        hand_out(pending)


def hand_out(pending: Pending) -> None:
    """Send what is pending to everybody who subscribes, destination by destination."""
    due: dict[Peer, list[tuple[Subscription, list[Forwarded]]]] = {}
    for uplink in pending.heard:
        batch, uplink.batch = uplink.batch, []
        for group in (uplink.plain, uplink.shifted):
            for s in group:
                if s.peer in due:
                    due[s.peer].append((s, batch))
                else:
                    due[s.peer] = [(s, batch)]
    for uplink in pending.seen:
        batch, uplink.batch = uplink.batch, []
        if len(batch) > 1:
            _even(batch)
        for group in (uplink.plain, uplink.shifted):
            for s in group:
                if s.peer in due:
                    due[s.peer].append((s, batch))
                else:
                    due[s.peer] = [(s, batch)]
    pending.heard.clear()
    pending.seen.clear()
    for peer, entries in due.items():
        path = peer.agent.path
        if path is not None and peer.ready:
            _deliver(peer, path.out, path.name, entries)


def _deliver(peer: Peer, box: Outbox, name: Any, entries: list[tuple[Subscription, list[Forwarded]]]) -> None:
    """Copy, protect and queue for one destination."""
    lock, context, slots, most = protect, peer.tx_context, box.slots, box.segments
    n = first = box.n
    last = sent = octets = 0  # `last`: the size of the packets from `first` on
    for s, batch in entries:
        mine, era = s.ssrc_bytes, s.era
        moved = era if era is not None and era.moved else None
        for out, size, sequence, timestamp, late in batch:
            if size != last or n == SLOTS or n - first == most:
                if n > first:
                    box.address(first, n, name)
                if n == SLOTS:
                    box.flush()
                    n = 0
                first, last = n, size
            view, buffer, length = slots[n]
            view[0:size] = out
            if moved is None:
                view[8:12] = mine
            elif not _move(view, out, moved, sequence, timestamp, late, mine):
                continue
            length[0] = size
            if lock(context, buffer, length):
                continue
            n += 1
            sent += 1
            octets += size
    if n > first:
        box.address(first, n, name)
    peer.counts.packets_out += sent
    peer.counts.bytes_out += octets


def _move(view: memoryview, out: bytes, era: Era, sequence: int, timestamp: int, late: bool, mine: bytes) -> bool:
    """Continue a subscription's numbers after a switch; False for a packet that has no place there."""
    number = (sequence + era.sequence) & 0xFFFF
    if late and (number - era.start) & 0xFFFF >= 0x8000:
        return False  # belongs before the switch, where that number was another packet's
    view[2:12] = _NUMBERS.pack(number, (timestamp + era.timestamp) & 0xFFFFFFFF, int.from_bytes(mine, "big"))
    if era.picture or era.level:
        try:
            patch(view, rtp.vp8(out, OUT_HEADER), era)
        except ValueError:
            return False
    return True


def _even(batch: list[Forwarded]) -> None:
    """Make packets that differ by a few bytes equal, by RTP padding (RFC 3550, 5.1)."""
    longest = max(packet[1] for packet in batch)
    for k, (out, size, sequence, timestamp, late) in enumerate(batch):
        short = longest - size
        if 0 < short <= MAX_PADDING and not out[0] & 0x20:
            padded = bytes((out[0] | 0x20,)) + out[1:] + bytes(short - 1) + bytes((short,))
            batch[k] = (padded, longest, sequence, timestamp, late)


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
    # The extension carries our own send time, for the receiver's bandwidth estimate; the publisher's extensions end here.
    out = (
        _OUT.pack(flags, packet[1], sequence, timestamp, 0, 0xBEDE, 1, rtp.EXT_SEND_TIME << 4 | 2, send_time)
        + packet[start:]
    )
    uplink.history[sequence & uplink.history_mask] = out
    size = len(out)
    uplink.rate_bytes += size
    if size > HEADROOM:
        return
    own = pending if pending is not None else Pending()
    if uplink.waiting:
        hand_out(own)  # who joins now has no part in what came before
        _admit(uplink, out, now)
    if not uplink.batch:
        (own.seen if uplink.video else own.heard).append(uplink)
    uplink.batch.append((out, size, sequence, timestamp, late))
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
