"""What a viewer gets: the size it shows and its line carries; numbers that go on over a switch; repairs and requests within a budget."""

from itertools import pairwise

import pytest

from client.rtc import rtcp, rtp
from server.media.lite import feedback, forward
from server.media.lite.downlink import Downlink
from server.media.lite.streams import Uplink
from tests.fuzz.targets import Box, peer, srtp

SSRC = {"low": 11, "mid": 12, "high": 13}


class Call:
    """A publisher of a picture in several sizes, and one viewer whose packets are opened."""

    def __init__(self, kind="video", layers=("low", "high")):
        self.publisher_box, self.box = Box(), Opening()
        self.publisher, self.viewer = peer("m/a", self.publisher_box), peer("m/b", self.box)
        self.publication = self.publisher.publications[kind]
        self.publication.allow(True)
        for layer in layers:
            self.publisher._adopt(self.publication, SSRC[layer], layer)
        self.viewer.subscribe(self.publication)
        self.s = self.viewer.subscriptions[("m/a", kind)]
        self.s.active, self.s.wish = True, "high"
        self.sequence = {"low": 65530, "mid": 9, "high": 500}
        self.picture = {"low": 0x7FFD, "mid": 77, "high": 3000}
        self.level = {"low": 254, "mid": 7, "high": 90}
        self.now = 1_000_000_000

    def uplink(self, layer) -> Uplink:
        return self.publication.layers[layer]

    def frame(self, layer, *, key=False, parts=2, size=300):
        """One frame of a layer: VP8 with picture id and TL0PICIDX, as browsers send simulcast."""
        self.now += 40_000_000
        self.picture[layer] = self.picture[layer] + 1 & 0x7FFF
        self.level[layer] = self.level[layer] + 1 & 0xFF
        for part in range(parts):
            self.packet(layer, part, parts, key, size)

    def packet(self, layer, part=0, parts=1, key=False, size=300):
        self.sequence[layer] = self.sequence[layer] + 1 & 0xFFFF
        marker = 0x80 if part == parts - 1 else 0
        picture, level = self.picture[layer], self.level[layer]
        head = rtp.HEAD.pack(0x80, marker | 96, self.sequence[layer], self.now // 11111 & 0xFFFFFFFF, SSRC[layer])
        descriptor = bytes((0x90 if part == 0 else 0x80, 0xE0, 0x80 | picture >> 8, picture & 0xFF, level, 0))
        body = descriptor + bytes((0 if key else 1,)) + bytes((SSRC[layer],)) * size
        forward.ingest(self.publisher, self.uplink(layer), head + body, self.now, b"abc")
        return head + body

    def settle(self):
        self.viewer.agent.path.out.flush()
        return feedback.settle(self.s, self.now)

    def second(self):
        """What happens once a second."""
        for of in (self.publisher, self.viewer):
            feedback.report(of, self.now)
        changed = feedback.plan_downlink(self.viewer, self.now)
        for s in changed:
            feedback.settle(s, self.now)

    def got(self):
        """(sequence, timestamp, picture, level, layer) of what the viewer opened since the last time."""
        self.box.flush()
        found, self.box.opened = self.box.opened, []
        out = []
        for plain in found:
            if plain[1] & 0x7F != rtp.PT_VP8:
                continue
            numbers = rtp.vp8(plain, rtp.header_length(plain))
            layer = next(name for name, n in SSRC.items() if n == plain[-1 - rtp.padding(plain)])
            out.append(
                (plain[2] << 8 | plain[3], int.from_bytes(plain[4:8], "big"), numbers.picture, numbers.level, layer)
            )
        return out


class Opening(Box):
    """Opens what leaves, as the viewer's browser would."""

    def __init__(self):
        super().__init__()
        self.session, self.opened, self.repairs = srtp(False), [], 0

    def look(self, data):
        super().look(data)
        if 127 < data[0] < 192 and not 191 < data[1] < 224:
            plain = self.session.unprotect(bytes(data))
            assert plain is not None
            self.repairs += plain[1] & 0x7F == rtp.PT_RTX
            self.opened.append(plain)


def watching(call, layer):
    """The viewer gets that layer."""
    call.s.wish = layer
    call.frame(layer)
    call.settle()
    call.frame(layer, key=True)
    assert call.got()[-1][-1] == layer


@pytest.mark.parametrize("kind", ["video", "screen"])
def test_numbers_go_on_over_every_switch_of_size(kind):
    call = Call(kind)
    if kind == "screen":
        # A screen has one size; two stand for what it sends before and after it is chosen anew.
        call.s.wish = "high"
        call.frame("high")
        call.settle()
        call.frame("high", key=True)
        seen = call.got()
        call.s.detach()
        call.now += 500_000_000
        call.frame("high")
        call.settle()
        call.frame("high", key=True)
        seen += call.got()
    else:
        watching(call, "low")
        call.frame("low")
        seen = call.got()
        for layer in ("high", "low", "high"):
            call.s.wish = layer
            call.frame(layer)
            call.settle()
            call.frame("low")
            call.frame("high")
            call.frame(layer, key=True)
            call.frame(layer)
            seen += call.got()
        assert {x[-1] for x in seen} == {"low", "high"}
    assert len(seen) >= 4
    for before, after in pairwise(seen):
        assert (after[0] - before[0]) & 0xFFFF == 1, "sequence"
        same = after[2] == before[2]
        assert same or (after[2] - before[2]) & 0x7FFF == 1, "picture id"
        assert same == (after[3] == before[3]) == (after[1] == before[1])
        assert same or (after[3] - before[3]) & 0xFF == 1, "TL0PICIDX"
        assert same or 0 < (after[1] - before[1]) & 0xFFFFFFFF < 200_000, "time goes forward, by less than two seconds"


def test_late_packets_from_before_a_switch_are_not_mistaken_for_new_ones():
    call = Call()
    watching(call, "low")
    call.frame("low", parts=1)
    call.sequence["low"] += 1  # one is late
    call.frame("low", parts=1)
    call.s.wish = "high"
    call.frame("high")
    call.settle()
    call.frame("high", key=True)
    before = call.got()
    call.sequence["low"] -= 2
    call.packet("low")
    assert call.got() == []
    assert len({x[0] for x in before}) == len(before)


def test_a_viewer_gets_no_larger_picture_than_it_shows():
    call = Call(layers=("low", "mid", "high"))
    for layer in ("low", "mid", "high"):
        call.frame(layer)
    for wish in ("mid", "low", "high"):
        call.s.wish = wish
        call.settle()
        for layer in ("low", "mid", "high"):
            call.frame(layer, key=True)
        assert call.got()[-1][-1] == wish
    call.s.wish = "off"
    call.settle()
    for layer in ("low", "mid", "high"):
        call.frame(layer, key=True)
    assert call.got() == []


def test_a_line_that_loses_gets_a_smaller_picture_and_a_better_one_later():
    call = Call()
    watching(call, "high")
    call.viewer.downlink = Downlink(budget=4_000_000)
    for _ in range(60):
        call.frame("low", size=100)
        call.frame("high", size=1100, parts=6)
    call.second()
    for _ in range(40):
        block = rtcp.Block(call.s.ssrc, 80, 9, 1, 0, 0)
        feedback.on_rtcp(call.viewer, rtcp.receiver_report(1, [block]), call.now, lambda s: None)
        for _ in range(25):
            call.frame("low", size=100, key=True)
            call.frame("high", size=1100, parts=6, key=True)
            call.settle()
        call.second()
        if call.s.target is call.uplink("low"):
            break
    call.frame("low", key=True)
    assert call.got()[-1][-1] == "low"
    for _ in range(120):
        block = rtcp.Block(call.s.ssrc, 0, 9, 1, 0, 0)
        feedback.on_rtcp(call.viewer, rtcp.receiver_report(1, [block]), call.now, lambda s: None)
        for _ in range(25):
            call.frame("low", size=100, key=True)
            call.frame("high", size=1100, parts=6, key=True)
            call.settle()
        call.second()
        call.got()
        if call.s.target is call.uplink("high"):
            return
    pytest.fail("never larger again")


def test_repairs_come_from_the_repair_stream_and_within_a_budget():
    call = Call()
    watching(call, "high")
    for _ in range(200):
        call.frame("high", size=1100, parts=1)
    sent = [x[0] for x in call.got()]
    call.viewer.repair_credit = 10_000
    for _ in range(10):
        feedback.on_rtcp(call.viewer, rtcp.nack(1, call.s.ssrc, sent[-60:]), call.now, lambda s: None)
    assert call.viewer.repair_credit < 1200
    call.box.flush()
    assert 1 <= call.box.repairs <= 9
    call.second()
    assert call.viewer.repair_credit >= feedback.REPAIR_LEAST


def test_key_frames_are_asked_for_sparingly():
    call = Call()
    watching(call, "high")
    asked = call.publisher.counts.key_frame_requests
    for _ in range(100):
        feedback.on_rtcp(call.viewer, rtcp.key_frame_request(1, call.s.ssrc), call.now, lambda s: None)
        call.now += 10_000_000
    assert call.publisher.counts.key_frame_requests - asked <= 5, "a viewer asked a hundred times within a second"
