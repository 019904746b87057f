"""What the engine says and decides a few times a second: congestion feedback, reports, repairs, picture sizes, the quality sign."""

import time
from collections.abc import Callable

from client.protocol.media import Layer, Quality, Reason, StreamQuality
from client.rtc import rtcp, rtp
from client.rtc.twcc import feedback
from server.media.lite.downlink import NOMINAL, Downlink, Want, allot
from server.media.lite.peer import OWN_SSRC, Peer
from server.media.lite.streams import AUDIO_HISTORY, ORDER, Subscription, Uplink, shift

SECOND = 1_000_000_000
REPAIR_FOR_NS = SECOND
MAX_REPAIRS = 64
REPAIR_SHARE, REPAIR_LEAST = (
    4,
    40_000,
)  # a second's repairs: a quarter of what was sent in the one before, or so many bytes
NTP_OFFSET = 2208988800


def congestion_feedback(peer: Peer) -> None:
    """Tell the sender what arrived since the last time."""
    arrivals = peer.arrivals
    if not arrivals:
        return
    peer.arrivals = []
    packet = feedback(OWN_SSRC, next((u.ssrc for u in peer.uplinks.values()), 0), peer.feedback_count, arrivals)
    peer.feedback_count += 1
    if packet is not None:
        peer.send_rtcp(packet)


def ask_again(peer: Peer, now: int) -> None:
    """Repeat requests for packets that are still missing; give up after a second."""
    for uplink in peer.uplinks.values():
        if not uplink.missing:
            continue
        for sequence in [s for s, since in uplink.missing.items() if now - since > REPAIR_FOR_NS]:
            del uplink.missing[sequence]
        if uplink.missing:
            peer.send_rtcp(rtcp.nack(OWN_SSRC, uplink.ssrc, list(uplink.missing)[:MAX_REPAIRS]))


def report(peer: Peer, now: int) -> None:
    """Receiver reports about what the peer sends; its uplink loss in per mille."""
    blocks: list[rtcp.Block] = []
    expected_all = lost_all = 0
    # A second is longer on a busy machine; a rate that was not divided by it would look like a larger picture.
    elapsed = max(SECOND // 2, now - peer.reported_ns) if peer.reported_ns else SECOND
    peer.reported_ns = now
    for uplink in peer.uplinks.values():
        peer.counts.bytes_in += uplink.rate_bytes
        uplink.rate, uplink.rate_bytes = uplink.rate_bytes * 8 * SECOND // elapsed, 0
        if uplink.repair_of is not None or uplink.highest < 0:
            continue
        expected = uplink.cycles + uplink.highest - uplink.base + 1
        window, got = expected - uplink.expected_before, uplink.received - uplink.received_before
        uplink.expected_before, uplink.received_before = expected, uplink.received
        lost = max(0, window - got)
        expected_all, lost_all = expected_all + max(0, window), lost_all + lost
        fraction = min(255, lost * 256 // window) if window > 0 else 0
        delay = (now - uplink.report_ns) * 65536 // SECOND & 0xFFFFFFFF if uplink.report_ns else 0
        last = uplink.report >> 16 & 0xFFFFFFFF if uplink.report is not None else 0
        total = min(max(0, expected - uplink.received), 0x7FFFFF)
        blocks.append(
            rtcp.Block(uplink.ssrc, fraction, total, uplink.cycles + uplink.highest & 0xFFFFFFFF, last, delay)
        )
    peer.uplink_loss = lost_all * 1000 // expected_all if expected_all else 0
    if blocks:
        peer.send_rtcp(rtcp.receiver_report(OWN_SSRC, blocks))


def on_rtcp(peer: Peer, packet: bytes, now: int, restless: Callable[[Subscription], None]) -> None:
    """Take what a peer reports and asks for."""
    try:
        messages = rtcp.parse(packet)
    except ValueError:
        return
    for message in messages:
        match message:
            case rtcp.SenderReport():
                _sender_report(peer, message, now)
            case rtcp.Report():
                s = peer.by_ssrc.get(message.ssrc)
                if s is not None:
                    s.loss = message.fraction_lost
                    sent = s.sent_reports.get(message.last_sr)
                    if sent is not None:
                        s.round_trip = max(0, (now - sent) // 1_000_000 - message.delay * 1000 // 65536)
            case rtcp.Nack():
                s = peer.by_ssrc.get(message.ssrc)
                if s is not None:
                    resend(peer, s, message.lost)
            case rtcp.KeyFrameRequest():
                s = peer.by_ssrc.get(message.ssrc)
                if s is not None and s.era is not None and s.active:
                    s.publication.peer.request_key_frame(s.era.uplink, now)
                    restless(s)
            case rtcp.Estimate():
                peer.estimate = message.bitrate


def _sender_report(peer: Peer, message: rtcp.SenderReport, now: int) -> None:
    uplink = peer.uplinks.get(message.ssrc.to_bytes(4, "big"))
    if uplink is None or uplink.repair_of is not None:
        return
    uplink.report, uplink.report_ns = message.ntp, now
    for s in (*uplink.plain, *uplink.shifted):
        era = s.era
        if era is None:
            continue
        s.sent_reports[message.ntp >> 16 & 0xFFFFFFFF] = now
        while len(s.sent_reports) > 4:
            del s.sent_reports[next(iter(s.sent_reports))]
        s.peer.send_rtcp(
            rtcp.sender_report(message._replace(ssrc=s.ssrc, rtp=message.rtp + era.timestamp & 0xFFFFFFFF))
        )


def resend(peer: Peer, s: Subscription, lost: tuple[int, ...]) -> None:
    """Send packets again, within a budget: pictures by the repair stream under fresh numbers, sound byte for byte as before."""
    if s.blocked or not s.active or peer.tx is None:
        return
    for sequence in lost[:MAX_REPAIRS]:
        found = s.locate(sequence)
        if found is None:
            continue
        era, packet = found
        if not era.uplink.video and (era.uplink.highest - sequence) & 0xFFFF >= AUDIO_HISTORY:
            continue
        if peer.repair_credit < len(packet):
            return  # repairs that fill the line lose more than they mend
        peer.repair_credit -= len(packet)
        again = shift(packet, era, s.ssrc_bytes)
        if era.uplink.video:
            again = rtp.wrap_rtx(again, s.repair_sequence, s.repair_ssrc)
            s.repair_sequence = s.repair_sequence + 1 & 0xFFFF
        peer.counts.retransmitted += 1
        peer.send_now(peer.tx.protect(again))


def settle(s: Subscription, now: int) -> bool:
    """Aim a subscription at the layer that its wish and its downlink allow; True when it is where it should be."""
    if s.blocked:
        return True
    if not s.active or not s.peer.reachable():
        return False
    if s.publication.kind == "audio":
        chosen: Uplink | None = next(iter(s.publication.layers.values()), None)
        if chosen is None:
            return False
    else:
        wish = min(s.wish, s.budget, key=lambda x: ("off", *ORDER).index(x))
        if s.publication.kind == "screen" and wish != "off":
            wish = "high"
        chosen = s.publication.choose(wish, now)
        if chosen is None and wish != "off":
            return False
    if s.aim(chosen) and chosen is not None:
        s.publication.peer.request_key_frame(chosen, now)
        return False
    return True


def plan_downlink(peer: Peer, now: int) -> list[Subscription]:
    """Observe the downlink for a second and give each picture its size; the subscriptions whose size changed."""
    pictures = [s for s in peer.subscriptions.values() if s.publication.kind != "audio"]
    sounds = len(peer.subscriptions) - len(pictures)
    sent = 0
    losses: list[int] = []
    for s in peer.subscriptions.values():
        era = s.era
        if era is None or s.target is None:
            continue
        if s in era.uplink.plain or s in era.uplink.shifted:
            sent += era.uplink.rate
            losses.append(s.loss)
    before = peer.downlink if isinstance(peer.downlink, Downlink) else Downlink()
    loss = sum(losses) // len(losses) if losses else 0
    peer.downlink = before.observe(now / SECOND, sent, peer.estimate, loss, _queue(peer))
    peer.repair_credit = max(REPAIR_LEAST, sent // 8 // REPAIR_SHARE)
    peer.budget_kbps = int(peer.downlink.budget) // 1000
    wants = [_want(s, now) for s in pictures]
    changed: list[Subscription] = []
    for s, layer in zip(pictures, allot(peer.downlink.budget, sounds, wants), strict=True):
        if s.budget != layer:
            s.budget = layer
        if s.target is None or s.target.layer != layer:
            changed.append(s)
    return changed


def _queue(peer: Peer) -> int:
    """How much longer than at its best the round trip takes now, in milliseconds. The best is forgotten slowly: routes change."""
    trips = [s.round_trip for s in peer.subscriptions.values() if s.round_trip]
    if not trips:
        return 0
    now = min(trips)
    peer.shortest_ms = now if not peer.shortest_ms else min(now, peer.shortest_ms + 1)
    return now - peer.shortest_ms


def _want(s: Subscription, now: int) -> Want:
    flowing = s.publication.flowing(now)
    wish: Layer = "high" if s.publication.kind == "screen" and s.wish != "off" else s.wish
    if not flowing:
        return Want(s.publication.kind, wish, {"low": NOMINAL["low"]})
    costs: dict[Layer, int] = {u.layer: max(u.rate, 20_000) for u in flowing}
    if len(costs) == 1:  # nothing to choose from: the one size is the smallest there is
        costs.setdefault("low", next(iter(costs.values())))
    return Want(s.publication.kind, wish, costs)


def quality(peer: Peer, now: int) -> Quality:
    """The sign that the client shows about itself and about each stream."""
    streams: list[StreamQuality] = []
    round_trip = losses = count = 0
    for s in peer.subscriptions.values():
        count, losses, round_trip = count + 1, losses + s.loss * 1000 // 256, max(round_trip, s.round_trip)
        if s.publication.kind == "audio":
            continue
        layer: Layer = s.target.layer if s.target is not None else "off"
        reason: Reason = "fine"
        if not s.publication.flowing(now):
            reason, layer = "waiting", "off"
        elif s.wish == "off":
            reason = "layer"
        elif s.budget == "off" or ("off", *ORDER).index(s.budget) < ("off", *ORDER).index(min(s.wish, "high")):
            reason = "downlink" if peer.downlink is not None and peer.budget_kbps < 2500 else "fine"
        elif s.publication.peer.uplink_loss > 50:
            reason = "uplink"
        streams.append(StreamQuality(peer=s.publication.peer.id, kind=s.publication.kind, layer=layer, reason=reason))
    path = peer.agent.path
    return Quality(
        uplink_loss=peer.uplink_loss,
        downlink_loss=losses // count if count else 0,
        round_trip_ms=round_trip,
        downlink_kbps=peer.budget_kbps,
        transport="none" if path is None else "tcp" if path.port is None else "udp",
        streams=tuple(streams),
    )


def send_time(now: int) -> bytes:
    """The 24-bit send time of the abs-send-time extension: seconds with 18 bits of fraction."""
    return (now * (1 << 18) // SECOND & 0xFFFFFF).to_bytes(3, "big")


def monotonic() -> int:
    """Nanoseconds on the clock that the engine runs by."""
    return time.monotonic_ns()
