"""The forward path: unprotect once, write the header once, then copy, protect and queue for each subscription. No awaits, no timers.

Every packet that decrypts is noted for transport-wide congestion control before anything else is asked about it.
"""

import struct
from collections.abc import Callable
from typing import Any

from client.rtc import rtp
from client.rtc.rtcp import nack
from client.rtc.toolbox import protect, unprotect
from server.media.lite.io import HEADROOM, SLOTS, Port
from server.media.lite.peer import MAX_STRANGERS, OWN_SSRC, Peer
from server.media.lite.streams import OUT_HEADER, Subscription, Uplink, patch

_NUMBERS = struct.Struct("!HLL")
_OUT = struct.Struct("!BBHLLHHB3s")
MAX_GAP = 200  # packets missing in a row that are worth asking for
MAX_ARRIVALS = 2000
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
    find, layouts, pack, slots_full = port.peers.get, _layouts, _OUT.pack, SLOTS
    unlock, lock, mark, extend = unprotect, protect, _TRANSPORT_MARK, _SEND_TIME_MARK
    for k in range(count):
        name = names[slices[k]]
        peer: Peer | None = find(name)
        view = views[k]
        if peer is None or not peer.ready or not 127 < view[0] < 192:
            other(port, name, peer, bytes(view[: lengths[k][0]]), now)
            continue
        if 191 < view[1] < 224:
            control(peer, bytes(view[: lengths[k][0]]), now)
            continue
        uplink = peer.uplinks.get(bytes(view[8:12]))
        length = lengths[k]
        if uplink is None:
            if length[0] > 12:
                take(peer, view, buffers[k], length, now, stamp)
            continue
        if unlock(peer.rx_context, buffers[k], length):
            peer.counts.dropped += 1
            continue
        packet = bytes(view[: length[0]])
        counts = peer.counts
        counts.packets_in += 1
        first = packet[0]
        start = 12
        size = len(packet)
        if first & 0x3F == 0x10 and size >= 24:  # an extension, no padding, no contributing sources: what browsers send
            words = packet[14] << 8 | packet[15]
            start = 16 + 4 * words
            at = layouts.get(packet[12:17])
            if at is not None and at < size - 1 and packet[at - 1] == mark:
                peer.arrivals.append((packet[at] << 8 | packet[at + 1], now))
            else:
                _note_arrival(peer, packet, now)
        elif first & 0x3F:
            _note_arrival(peer, packet, now)
            start = 0
        sequence = packet[2] << 8 | packet[3]
        if not uplink.allowed:
            continue
        if (
            uplink.repair_of is not None
            or (sequence - uplink.highest) & 0xFFFF != 1
            or uplink.highest < 0
            or sequence == 0
            or not 12 <= start <= size
        ):
            ingest(peer, uplink, packet, now, stamp)
            continue
        uplink.highest = sequence
        uplink.received += 1
        timestamp = packet[4] << 24 | packet[5] << 16 | packet[6] << 8 | packet[7]
        uplink.last_timestamp = timestamp
        uplink.last_ns = now
        out = pack(0x90, packet[1], sequence, timestamp, 0, 0xBEDE, 1, extend, stamp) + packet[start:]
        uplink.history[sequence & uplink.history_mask] = out
        size = len(out)
        uplink.rate_bytes += size
        if size > HEADROOM:
            continue
        if uplink.waiting:
            _admit(uplink, out, now)
        for s in uplink.plain:
            box = s.out
            n = box.n
            if n == slots_full:
                box.flush()
                n = 0
            slot, buffer, length, message = box.slots[n]
            slot[0:size] = out
            slot[8:12] = s.ssrc_bytes
            length[0] = size
            if lock(s.context, buffer, length):
                continue
            message.msg_name = s.name
            box.n = n + 1
        if uplink.shifted:
            _fan_shifted(uplink.shifted, out, size, sequence, timestamp, False)


def _note_arrival(peer: Peer, packet: bytes, now: int) -> None:
    if packet[0] & 0x10 and len(peer.arrivals) < MAX_ARRIVALS:
        sequence = transport_sequence(packet)
        if sequence >= 0:
            peer.arrivals.append((sequence, now))


def take(peer: Peer, view: memoryview, buffer: Any, length: Any, now: int, send_time: bytes) -> None:
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
        ingest(peer, uplink, packet, now, send_time)


def ingest(peer: Peer, uplink: Uplink, packet: bytes, now: int, send_time: bytes) -> None:
    """Account for a packet and pass it on once."""
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
    if uplink.waiting:
        _admit(uplink, out, now)
    if uplink.plain:
        _fan(uplink.plain, out, size)
    if uplink.shifted:
        _fan_shifted(uplink.shifted, out, size, sequence, timestamp, late)


def _fan(subscriptions: list[Subscription], out: bytes, size: int) -> None:
    for s in subscriptions:
        box = s.out
        k = box.n
        if k == SLOTS:
            box.flush()
            k = 0
        view, buffer, length, message = box.slots[k]
        view[0:size] = out
        view[8:12] = s.ssrc_bytes
        length[0] = size
        if protect(s.context, buffer, length):
            continue
        message.msg_name = s.name
        box.n = k + 1


def _fan_shifted(
    subscriptions: list[Subscription], out: bytes, size: int, sequence: int, timestamp: int, late: bool
) -> None:
    numbers: rtp.Vp8 | None = None
    for s in subscriptions:
        era = s.era
        if era is None:
            continue
        number = (sequence + era.sequence) & 0xFFFF
        if late and (number - era.start) & 0xFFFF >= 0x8000:
            continue  # belongs before the switch, where that number was another packet's
        box = s.out
        k = box.n
        if k == SLOTS:
            box.flush()
            k = 0
        view, buffer, length, message = box.slots[k]
        view[0:size] = out
        view[2:12] = _NUMBERS.pack(number, (timestamp + era.timestamp) & 0xFFFFFFFF, s.ssrc)
        if era.picture or era.level:
            if numbers is None:
                try:
                    numbers = rtp.vp8(out, OUT_HEADER)
                except ValueError:
                    return
            patch(view, numbers, era)
        length[0] = size
        if protect(s.context, buffer, length):
            continue
        message.msg_name = s.name
        box.n = k + 1


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
