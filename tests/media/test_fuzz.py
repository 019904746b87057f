"""Whatever arrives, the parsers answer with a value or ValueError, and the engine goes on."""

import contextlib
import os
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.rtc import association, frames, rtcp, rtp, stun, twcc
from client.rtc.toolbox import Certificate
from server.media.lite import feedback, forward, sdp
from server.media.lite.ice import Agent, Directory, Path
from server.media.lite.io import pack_name, unpack_name
from server.media.lite.peer import Peer
from server.media.lite.streams import OUT_HEADER, Era, shift

LONG = settings(
    max_examples=int(os.environ.get("INCAMERA_FUZZ_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
noise = st.binary(max_size=400)


def quietly(f, *args):
    with contextlib.suppress(ValueError):
        return f(*args)
    return None


@st.composite
def rtp_like(draw):
    """Bytes that look like RTP, with extension blocks and VP8 descriptors that lie about their lengths."""
    cc, ext, pad = draw(st.integers(0, 15)), draw(st.booleans()), draw(st.booleans())
    head = bytes((0x80 | cc | ext << 4 | pad << 5, draw(st.integers(0, 255)))) + draw(
        st.binary(min_size=10, max_size=10)
    )
    body = draw(st.binary(max_size=4 * cc))
    if ext:
        body += b"\xbe\xde" + struct.pack("!H", draw(st.integers(0, 8))) + draw(st.binary(max_size=40))
    return (head + body + draw(st.binary(max_size=60)))[: draw(st.integers(1, 200))]


@st.composite
def rtcp_like(draw):
    out = b""
    for _ in range(draw(st.integers(1, 4))):
        body = draw(st.binary(max_size=80))
        body = body[: len(body) // 4 * 4]
        words = draw(st.one_of(st.just(len(body) // 4), st.integers(0, 65535)))
        out += struct.pack("!BBH", 0x80 | draw(st.integers(0, 31)), draw(st.integers(198, 208)), words) + body
    return out


@LONG
@given(st.one_of(noise, rtp_like()), st.integers(0, 30))
def test_rtp_readers(data, at):
    length = quietly(rtp.header_length, data)
    assert length is None or 12 <= length <= len(data)
    for offset, size in rtp.extension_offsets(data).values():
        assert 0 < offset <= offset + size <= len(data)
    quietly(rtp.vp8, data, at)
    if len(data) >= 12:
        quietly(rtp.unwrap_rtx, data, 5)
        quietly(rtp.wrap_rtx, data, 1, 2)
        quietly(forward.transport_sequence, data)
        frames.Assembler().add(data)


@LONG
@given(st.one_of(noise, rtcp_like()))
def test_rtcp_readers(data):
    found = quietly(rtcp.parse, data) or []
    assert len(found) <= len(data)
    assert all(len(m.lost) <= rtcp.MAX_LOST for m in found if isinstance(m, rtcp.Nack))
    quietly(twcc.parse, data)


@LONG
@given(
    st.one_of(
        noise,
        st.binary(min_size=20, max_size=120).map(
            lambda b: b[:2] + struct.pack("!HL", len(b) - 20, stun.COOKIE) + b[8:]
        ),
    )
)
def test_stun_reader(data):
    message = quietly(stun.parse, data)
    if message is not None:
        assert not stun.authentic(message, b"password")


@given(
    st.binary(min_size=12, max_size=12),
    st.text("abc", min_size=1, max_size=9),
    st.binary(min_size=1, max_size=30),
    st.booleans(),
)
def test_stun_checks_prove_the_password(transaction, user, password, nominate):
    raw = stun.request(transaction, f"{user}:x", password, nominate=nominate, tie_breaker=bytes(8))
    message = stun.parse(raw)
    assert (message.kind, message.username, message.nominated) == (stun.REQUEST, f"{user}:x", nominate)
    assert stun.authentic(message, password)
    assert not stun.authentic(message, password + b"x")
    for at in range(20, message.integrity_at):
        changed = bytearray(raw)
        changed[at] ^= 1
        with contextlib.suppress(ValueError):
            assert not stun.authentic(stun.parse(bytes(changed)), password)


sdp_lines = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "m=audio 9 X 111",
                "m=video 0 X 96",
                "a=mid:0",
                "a=mid:1",
                "a=sendonly",
                "a=simulcast:send l;m;h",
                "a=ssrc:1 cname:x",
                "a=ssrc:99999999999 x",
            ]
        ),
        st.just("a=ssrc-group:FID 1 2"),
        st.just("a=fingerprint:sha-256 " + ":".join(["AB"] * 32)),
        st.text(max_size=40),
    ),
    max_size=40,
)


@LONG
@given(sdp_lines, st.sampled_from(["\r\n", "\n"]))
def test_answers(lines, end):
    answer = quietly(sdp.read_answer, end.join(lines))
    if answer is not None:
        assert len(answer.sections) <= sdp.MAX_SECTIONS
        assert all(
            len(s.ssrcs) <= sdp.MAX_STREAMS and all(0 < n < 1 << 32 for n in s.ssrcs) for s in answer.sections.values()
        )
    quietly(association.read_offer, end.join(lines))


@pytest.mark.parametrize("text", ["", "x" * 200_000, "v=0\r\n" + "m=audio 9 X 1\r\na=mid:0\r\n" * 500])
def test_answers_out_of_bounds_are_refused(text):
    with pytest.raises(ValueError, match=r"size|sections|fingerprint|mid"):
        sdp.read_answer(text)


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 10**12)), min_size=1, max_size=60))
def test_feedback_says_what_arrived(arrivals):
    packet = twcc.feedback(1, 2, 3, arrivals)
    assert len(packet) % 4 == 0
    said = dict(twcc.parse(packet))
    received = {s for s, got in said.items() if got}
    assert received <= {s for s, _ in arrivals}
    if len({s for s, _ in arrivals}) and max(s for s, _ in arrivals) - min(s for s, _ in arrivals) < twcc.MAX_SPAN:
        assert received == {s for s, _ in arrivals}


@given(st.integers(0, 65535), st.integers(1, 64))
def test_nack_round_trip(first, count):
    lost = [(first + 3 * i) & 0xFFFF for i in range(count)]
    (message,) = rtcp.parse(rtcp.nack(1, 2, lost))
    assert sorted(message.lost) == sorted(lost)


@given(st.integers(0, 1 << 40))
def test_estimate_round_trip(bitrate):
    (message,) = rtcp.parse(rtcp.estimate(1, bitrate, [5]))
    assert message.bitrate <= bitrate
    assert bitrate - message.bitrate <= bitrate / 1000 + 1


@given(st.binary(min_size=1, max_size=4000), st.integers(0, 65535), st.permutations(range(4)))
def test_frames_come_together_in_any_order(frame, sequence, order):
    parts = frames.packets(frame, 96, sequence, 7, 9, 5)
    shuffled = [parts[i] for i in order if i < len(parts)] + parts[4:]
    assembler = frames.Assembler()
    whole = [f for f in (assembler.add(p) for p in shuffled) if f is not None]
    assert whole == [frame]


@given(st.integers(0, 0x7FFF), st.integers(0, 0x7FFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_shifted_packets_continue_sequence_and_picture(picture, by, sequence, seq_by):
    (plain,) = frames.packets(b"\x10abc", 96, sequence, 1000, 1, picture)
    out = forward._OUT.pack(0x90, plain[1], sequence, 1000, 0, 0xBEDE, 1, 0x32, b"abc") + plain[12:]
    era = Era(None, 0, seq_by, 5, by or 1, 0)
    moved = shift(out, era, b"\0\0\0\7")
    assert int.from_bytes(moved[2:4], "big") == (sequence + seq_by) & 0xFFFF
    assert rtp.vp8(moved, OUT_HEADER).picture == (picture + (by or 1)) & 0x7FFF
    assert moved[OUT_HEADER + 4 :] == out[OUT_HEADER + 4 :]


CERTIFICATE = Certificate()


class _Nowhere:
    n = 0

    def put(self, data, name):
        raise AssertionError("a stranger was answered")


@LONG
@given(st.lists(st.one_of(noise, rtp_like(), rtcp_like()), max_size=10))
def test_plain_packets_of_an_authenticated_but_hostile_peer(packets):
    peer = _peer()
    for data in packets:
        if len(data) >= 12:
            uplink = peer.uplinks.get(data[8:12]) or peer.recognise(data)
            forward._note_arrival(peer, data, 1)
            if uplink is not None:
                forward.ingest(peer, uplink, data, 1, b"abc")
        feedback.on_rtcp(peer, data, 1, lambda s: None)
        feedback.congestion_feedback(peer)
        feedback.ask_again(peer, 2)
        feedback.report(peer, 3)
    assert len(peer.uplinks) <= 8


def _peer():
    async def nowhere(event):
        raise AssertionError

    peer = Peer("m/a", nowhere, 1, Directory(), CERTIFICATE)
    publication = peer.publications["video"]
    main = peer._adopt(publication, 0x01010101, "high")
    peer._adopt(publication, 0x02020202, "high", main)
    return peer


@LONG
@given(noise)
def test_strangers_change_no_path(data):
    directory = Directory()
    agent = Agent(directory, None, lambda: None)
    ufrag = agent.credentials[0].ufrag
    name = pack_name(("192.0.2.7", 4000))
    path = Path(_Nowhere(), None, name, None)
    assert directory.take(data, path, 1) is None
    forged = stun.request(bytes(12), f"{ufrag}:x", b"guess", nominate=True, tie_breaker=bytes(8))
    assert directory.take(forged, path, 1) is None
    assert agent.path is None
    assert directory.refused == 2


@pytest.mark.parametrize("address", [("192.0.2.7", 4000), ("2001:db8::5", 65535, 0, 0)])
def test_names_round_trip(address):
    ip, port = unpack_name(pack_name(address))
    assert port == address[1]
    assert len(ip) == (16 if ":" in address[0] else 4)
