"""What the fuzzers feed: one function a parser. Each takes any bytes, keeps its promise or raises; ValueError is an answer, all else is a bug.

Used three ways: `python -m tests.fuzz` (coverage-guided, minutes to hours), tests/fuzz/test_targets.py (in every check, with
mutations of real messages), and by hand on one file that a fuzzer left behind.
"""

import asyncio
import contextlib
import hashlib
import struct
from collections.abc import Callable
from typing import Any

from pylibsrtp import Policy, Session

from client.rtc import association, frames, rtcp, rtp, stun, twcc
from client.rtc.toolbox import Certificate, Srtp
from server.media.lite import feedback, forward, sdp
from server.media.lite.ice import Agent, Credentials, Directory, Path
from server.media.lite.io import pack_name
from server.media.lite.mux import Mux
from server.media.lite.peer import MAX_STRANGERS, Peer

CERTIFICATE = Certificate()
UFRAG, PASSWORD = "ufragufrag", "passwordpasswordpassword12"
STRANGER = pack_name(("192.0.2.7", 4000))
TRANSACTION = bytes(range(12))
VIDEO, REPAIR, AUDIO = 0x01010101, 0x02020202, 0x03030303
KEY = bytes(range(28))


# --- a peer, a subscriber, and a box that looks at everything that would leave ------------------------------------


class Box:
    """Stands where a port or a TCP connection stands. Takes what would be sent, and remembers every (SSRC, sequence)."""

    segments = 32

    def __init__(self) -> None:
        self.n = 0
        self.sent: dict[bytes, bytes] = {}
        self.buffers = [forward_buffer() for _ in range(64)]
        self.slots = [(memoryview(b.view), b.raw, b.length) for b in self.buffers]

    def put(self, data: bytes, name: Any) -> None:
        self.look(bytes(data))

    def address(self, first: int, n: int, name: Any) -> None:
        assert first == self.n < n <= first + self.segments
        assert len({length[0] for _, _, length in self.slots[first:n]}) == 1, (
            "packets of different sizes in one message"
        )
        self.n = n

    def flush(self) -> None:
        for (view, _, length), _k in zip(self.slots, range(self.n), strict=False):
            self.look(bytes(view[: length[0]]))
        self.n = 0

    def look(self, data: bytes) -> None:
        if 127 < data[0] < 192 and not 191 < data[1] < 224:
            assert self.sent.setdefault(data[2:4] + data[8:12], data) == data, "two packets under one (SSRC, sequence)"


class forward_buffer:
    """One slot of a box: memory that libsrtp may write to."""

    def __init__(self) -> None:
        from client.rtc.toolbox import c_ffi

        self.raw = c_ffi.new("char[]", 2048)
        self.view = c_ffi.buffer(self.raw)
        self.length = c_ffi.new("int *")


def srtp(outbound: bool) -> Srtp:
    """A session whose key everybody here knows."""
    kind = Policy.SSRC_ANY_OUTBOUND if outbound else Policy.SSRC_ANY_INBOUND
    policy = Policy(key=KEY, ssrc_type=kind, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    policy.allow_repeat_tx, policy.window_size = True, 1024  # as aiortc has it
    return Srtp(Session(policy))


def peer(name: str, box: Box) -> Peer:
    """A peer after its handshake, reached through `box`."""

    async def nowhere(event: Any) -> None:
        raise AssertionError

    made = Peer(name, nowhere, 1, Directory(), CERTIFICATE)
    made.agent.path = Path(box, None, STRANGER, None)  # type: ignore[arg-type]
    made.tx, made.rx = srtp(True), srtp(False)
    made.tx_context, made.rx_context = made.tx.context, made.rx.context
    made.ready = True
    return made


def pair() -> tuple[Peer, Peer, Box, Box]:
    """A publisher with a microphone and two layers of a camera, and somebody who receives both."""
    theirs, mine = Box(), Box()
    publisher, subscriber = peer("m/a", theirs), peer("m/b", mine)
    video = publisher.publications["video"]
    main = publisher._adopt(video, VIDEO, "high")
    publisher._adopt(video, REPAIR, "high", main)
    publisher._adopt(publisher.publications["audio"], AUDIO, "high")
    for publication in publisher.publications.values():
        if publication.layers:
            subscriber.subscribe(publication)
    for s in subscriber.subscriptions.values():
        s.active = True
        feedback.settle(s, 0)
    return publisher, subscriber, theirs, mine


def pieces(data: bytes) -> list[bytes]:
    """A fuzzer's bytes as a series of packets: two bytes of length each."""
    found: list[bytes] = []
    at = 0
    while at + 2 <= len(data) and len(found) < 64:
        size = (data[at] << 8 | data[at + 1]) % 1500
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return found


# --- targets ------------------------------------------------------------------------------------------------------


def stun_check(data: bytes) -> None:
    """A stranger's datagram: nothing changes unless it proves the password, and then the answer proves it too."""
    directory = Directory()
    agent = Agent(directory, None, lambda: None)
    directory.agents = {UFRAG: agent}
    agent.credentials = [Credentials(UFRAG, PASSWORD)]
    path = Path(Box(), None, STRANGER, None)  # type: ignore[arg-type]
    taken = directory.take(data, path, 1)
    with contextlib.suppress(ValueError):
        message = stun.parse(data)
        assert message.integrity_at < 0 or 20 <= message.integrity_at <= len(data) - 24
        assert (taken is not None) <= stun.authentic(message, PASSWORD.encode())
    if taken is None:
        assert agent.path is None
        assert not agent.heard_ns
        assert directory.refused == 1
    else:
        assert stun.authentic(stun.parse(taken[1]), PASSWORD.encode())


def rtp_readers(data: bytes) -> None:
    """Offsets lie inside the packet; a frame is at most as long as what came."""
    with contextlib.suppress(ValueError):
        at = rtp.header_length(data)
        assert 12 <= at <= len(data)
        numbers = rtp.vp8(data, at)
        assert numbers.picture_at < len(data)
        assert numbers.level_at < len(data)
    for offset, size in rtp.extension_offsets(data).values():
        assert 0 < offset < offset + size <= len(data)
    rtp.is_rtcp(data)
    if len(data) >= 12:
        forward.transport_sequence(data)
        with contextlib.suppress(ValueError):
            assert rtp.unwrap_rtx(rtp.wrap_rtx(data, 5, 6), 7) in (None, _renamed(data))
    assembler, total = frames.Assembler(), 0
    for packet in pieces(data):
        total += len(packet)
        frame = assembler.add(packet)
        assert frame is None or len(frame) <= total
        assert len(assembler._open) <= frames.MAX_OPEN_FRAMES


def _renamed(data: bytes) -> bytes:
    return (
        rtp.HEAD.pack(data[0], data[1] & 0x80 | rtp.PT_VP8, data[2] << 8 | data[3], int.from_bytes(data[4:8], "big"), 7)
        + data[12:]
    )


def rtcp_readers(data: bytes) -> None:
    """No more messages than words; a peer that reports nonsense costs answers, not an exception."""
    with contextlib.suppress(ValueError):
        found = rtcp.parse(data)
        assert len(found) <= len(data) // 4
        assert all(len(m.lost) <= rtcp.MAX_LOST for m in found if isinstance(m, rtcp.Nack))
    with contextlib.suppress(ValueError):
        assert len(twcc.parse(data)) <= 0xFFFF
    publisher, subscriber, _, mine = pair()
    first = next(iter(subscriber.by_ssrc)).to_bytes(4, "big")
    for of in (publisher, subscriber):
        feedback.on_rtcp(of, data.replace(b"SSRC", first), 1, lambda s: None)
        feedback.plan_downlink(of, 2)
        feedback.quality(of, 3)
    mine.flush()


def answers(data: bytes) -> None:
    """An answer names at most so many lines and streams; a peer that takes it stays bounded."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(ValueError):
        answer = sdp.read_answer(text)
        assert len(answer.sections) <= sdp.MAX_SECTIONS
        for section in answer.sections.values():
            assert len(section.ssrcs) <= sdp.MAX_STREAMS
            assert all(0 < n < 1 << 32 for n in section.ssrcs)
        of, _, _, _ = pair()
        of.make_offer([("192.0.2.1", 1)], tcp=True, udp=True)
        of.take_answer(answer)
        assert len(of.uplinks) <= 3 + 2 * len(of.publications)
    with contextlib.suppress(ValueError):
        offered = association.read_offer(text)
        association.write_answer(offered, "u", "p", "f", {line.mid: (1, 2) for line in offered.lines})


def forwarding(data: bytes) -> None:
    """What an authenticated but hostile peer sends, sealed as its browser would: forwarded or dropped, never two contents
    under one (SSRC, sequence), never more streams than it may have."""
    publisher, subscriber, theirs, mine = pair()
    sealer = srtp(True)
    buffer = forward_buffer()
    view = memoryview(buffer.view)
    for n, packet in enumerate(pieces(data)):
        now = (n + 1) * 7_000_000
        if len(packet) < 13 or len(packet) > 1400:
            continue
        if rtp.is_rtcp(packet):
            feedback.on_rtcp(publisher, packet, now, lambda s: None)
            continue
        try:
            sealed = sealer.protect(packet)
        except Exception:  # libsrtp refuses to seal what is not RTP or repeats a number: the peer can't send it either
            continue
        view[: len(sealed)] = sealed
        buffer.length[0] = len(sealed)
        forward.take(publisher, view, buffer.raw, buffer.length, now, b"abc")
        feedback.congestion_feedback(publisher)
        feedback.ask_again(publisher, now)
        for s in subscriber.subscriptions.values():
            feedback.settle(s, now)
    feedback.report(publisher, 10**10)
    for s in subscriber.subscriptions.values():
        feedback.resend(subscriber, s, tuple(range(8)))
    theirs.flush()
    mine.flush()
    assert len(publisher.uplinks) <= 8
    assert len(publisher.strangers) <= MAX_STRANGERS
    assert all(len(u.missing) <= 4 * forward.MAX_GAP + forward.MAX_GAP for u in publisher.uplinks.values())


def framing(data: bytes) -> None:
    """A TCP connection: with the first bit set its first frame is a check with the right password. It ends when the other
    side ends it, leaves nothing behind, and no stranger's bytes get past the first frame that proves nothing."""
    asyncio.run(_framing(data))


async def _framing(data: bytes) -> None:
    directory = Directory()
    of = peer("m/a", Box())
    of.agent = Agent(directory, of, lambda: None)
    directory.agents = {UFRAG: of.agent}
    of.agent.credentials = [Credentials(UFRAG, PASSWORD)]
    mux = Mux((), 0, directory, lambda s: None, lambda now: None)
    mux.ports = [Scratch()]  # type: ignore[list-item]
    known = bool(data) and data[0] & 1
    first = stun.request(TRANSACTION, f"{UFRAG}:x", PASSWORD.encode(), nominate=True, tie_breaker=bytes(8))
    reader, writer = asyncio.StreamReader(), Writer()
    stream = (struct.pack("!H", len(first)) + first if known else b"") + data[1:]
    for at in range(0, len(stream), 700):
        reader.feed_data(stream[at : at + 700])
    reader.feed_eof()
    await asyncio.wait_for(mux._connection(reader, writer), 5)  # type: ignore[arg-type]
    assert writer.closed
    assert not mux.streams
    assert of.agent.path is None
    if not known and not _proves(stream):
        assert not writer.written, "a stranger was answered"


def _proves(stream: bytes) -> bool:
    """Whether the first frame is a check with the right password (a fuzzer may find ours among its seeds)."""
    size = int.from_bytes(stream[:2], "big")
    with contextlib.suppress(ValueError):
        return stun.authentic(stun.parse(stream[2 : 2 + size]), PASSWORD.encode())
    return False


class Scratch(Box):
    """A port as the TCP side uses it: its first receive buffer, and nothing to flush."""

    def __init__(self) -> None:
        super().__init__()
        self.rx_views = [view for view, _, _ in self.slots]
        self.rx_buffers = [buffer for _, buffer, _ in self.slots]
        self.rx_lengths = [length for _, _, length in self.slots]


class Writer:
    """The writing side of a connection that goes nowhere."""

    def __init__(self) -> None:
        self.closed, self.written = False, b""
        self.transport = self

    def get_extra_info(self, name: str) -> Any:
        return self if name == "socket" else ("192.0.2.7", 4000)

    def setsockopt(self, *_: Any) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    abort = close


TARGETS: dict[str, Callable[[bytes], None]] = {
    "stun": stun_check,
    "rtp": rtp_readers,
    "rtcp": rtcp_readers,
    "sdp": answers,
    "forward": forwarding,
    "tcp": framing,
}


# --- seeds: real messages, so that a fuzzer starts inside the formats ----------------------------------------------


def _rtp(ssrc: int, sequence: int, body: bytes, payload_type: int) -> bytes:
    extension = b"\xbe\xde\0\x02" + b"\x51" + sequence.to_bytes(2, "big") + b"\xa0h" + bytes(3)
    return rtp.HEAD.pack(0x90, payload_type, sequence, 1000 + sequence, ssrc) + extension + body


def _framed(*parts: bytes) -> bytes:
    return b"".join(struct.pack("!H", len(p)) + p for p in parts)


def seeds(name: str) -> list[bytes]:
    """Well-formed inputs of a target."""
    check = stun.request(TRANSACTION, f"{UFRAG}:x", PASSWORD.encode(), nominate=True, tie_breaker=bytes(8))
    picture = b"\x90\x80\x80\x05\x10" + bytes(40)
    video = [_rtp(VIDEO, n, picture, rtp.PT_VP8) for n in (1, 2, 5)]
    again = rtp.wrap_rtx(_rtp(VIDEO, 3, picture, rtp.PT_VP8), 9, REPAIR)
    sound = [_rtp(AUDIO, n, bytes(20), rtp.PT_OPUS) for n in (65534, 65535, 0)]
    reports = [
        rtcp.nack(1, int.from_bytes(b"SSRC", "big"), [1, 2, 9]),
        rtcp.key_frame_request(1, int.from_bytes(b"SSRC", "big")),
        rtcp.estimate(1, 700_000, [5]),
        rtcp.receiver_report(1, [rtcp.Block(int.from_bytes(b"SSRC", "big"), 30, 9, 100, 7, 8)]),
        rtcp.sender_report(rtcp.SenderReport(VIDEO, 1 << 40, 5, 6, 7)),
        twcc.feedback(1, 2, 3, [(5, 10**9), (6, 2 * 10**9), (9, 3 * 10**9)]) or b"",
    ]
    match name:
        case "stun":
            return [check, stun.response(TRANSACTION, bytes(4), 5, PASSWORD.encode())]
        case "rtp":
            return [*video, again, *sound, _framed(*video), _framed(*frames.packets(bytes(3000), 96, 5, 6, 7, 8))]
        case "rtcp":
            return [*reports, b"".join(reports)]
        case "sdp":
            of, _, _, _ = pair()
            offer = of.make_offer([("192.0.2.1", 1), ("2001:db8::1", 1)], tcp=True, udp=True).sdp
            answer = association.write_answer(
                association.read_offer(offer), "u" * 8, "p" * 24, "AB:" * 31 + "AB", {"0": (5, 0), "1": (6, 7)}
            )
            return [offer.encode(), answer.encode(), answer.replace("a=sendonly", "a=simulcast:send l;m;h").encode()]
        case "forward":
            return [_framed(*video, again, *sound, reports[4]), _framed(*sound[::-1], *video[::-1])]
        case _:
            sealed = srtp(True)
            return [
                b"\0" + _framed(check, b"\x16" + bytes(40)),
                b"\1"
                + _framed(*map(sealed.protect, video), b"\x16\xfe\xfd" + bytes(60), sealed.protect_rtcp(reports[0])),
                b"\1" + b"\xff\xff" + bytes(80),
                hashlib.sha256(b"noise").digest(),
            ]
