"""The forward path on real sockets: what leaves together arrives apart, whole, in order, at the right place, and opens there."""

import errno
import os
import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from client.rtc import rtp, twcc
from client.rtc.toolbox import Certificate, Srtp
from server.media.lite import forward, io
from server.media.lite.ice import Directory, Path
from server.media.lite.peer import Peer

CERTIFICATE, KEYS = Certificate(), {}
GCM = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
PUBLISHERS, RECEIVER = ("m/a", "m/b"), "m/c"


def session(name, outbound):
    kind = Policy.SSRC_ANY_OUTBOUND if outbound else Policy.SSRC_ANY_INBOUND
    return Session(policy=Policy(key=KEYS.setdefault(name, os.urandom(28)), ssrc_type=kind, srtp_profile=GCM))


class Room:
    """Two who publish and one who receives, each with a socket; packets enter through the port's receive buffers."""

    def __init__(self, port):
        self.port, self.peers, self.socks, self.sealers = port, {}, {}, {}
        self.sequence = dict.fromkeys(((p, k) for p in PUBLISHERS for k in ("audio", "video")), 40)
        for i, name in enumerate((*PUBLISHERS, RECEIVER)):
            sock = self.socks[name] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            sock.settimeout(5)
            peer = self.peers[name] = Peer(name, None, i, Directory(), CERTIFICATE)
            key = io.pack_name(sock.getsockname())
            peer.agent._select(Path(port, None, key, port))
            peer.tx, peer.rx = Srtp(session(name + " tx", True)), Srtp(session(name + " rx", False))
            peer.tx_context, peer.rx_context, peer.ready = peer.tx.context, peer.rx.context, True
            self.sealers[name] = session(name + " rx", True)
        self.opener = session(RECEIVER + " tx", False)
        receiver = self.peers[RECEIVER]
        for i, name in enumerate(PUBLISHERS):
            for k, kind in enumerate(("audio", "video")):
                publication = self.peers[name].publications[kind]
                uplink = self.peers[name]._adopt(publication, 100 + 10 * i + k, "high")
                receiver.subscribe(publication)
                s = receiver.subscriptions[(name, kind)]
                s.active = True
                s.aim(uplink)
        # The first packet of each picture stream is a key frame's: from it on the receiver is in.
        self.send([(p, "video", b"\x10\x00key") for p in PUBLISHERS])
        self.received(2)

    def send(self, packets):
        """One look of the port at these (publisher, kind, payload); how many messages they left in."""
        for k, (name, kind, payload) in enumerate(packets):
            i, video = PUBLISHERS.index(name), kind == "video"
            number = self.sequence[(name, kind)] = self.sequence[(name, kind)] + 1
            head = rtp.HEAD.pack(0x90, rtp.PT_VP8 if video else rtp.PT_OPUS, number, 9, 100 + 10 * i + video)
            sealed = self.sealers[name].protect(head + b"\xbe\xde\0\1\x51\0\1\0" + payload)
            self.port.rx_views[k][: len(sealed)] = sealed
            self.port.rx_lengths[k][0] = len(sealed)
            self.port.rx_names[self.port.name_slices[k]] = io.pack_name(self.socks[name].getsockname())
        forward.run(self.port, len(packets), time.monotonic_ns(), b"abc", None, None)
        messages = self.port._m
        self.port.flush()
        return messages

    def received(self, count):
        """(SSRC, sequence, payload) of what the receiver got."""
        found = []
        for _ in range(count):
            plain = self.opener.unprotect(self.socks[RECEIVER].recv(2048))
            end = len(plain) - rtp.padding(plain)
            found.append((int.from_bytes(plain[8:12], "big"), plain[2] << 8 | plain[3], plain[20:end]))
        return found

    def close(self):
        for sock in (*self.socks.values(), self.port):
            sock.close()


@pytest.fixture
def room():
    made = Room(io.open_port("127.0.0.1", 0))
    yield made
    made.close()


def frame(tag, sizes):
    return [b"\x00\x01" + bytes([tag]) * size for size in sizes]


# Two frames whose packets differ by a byte, as browsers cut them, and a sound packet from each.
BATCH = [("m/a", "video", x) for x in frame(1, (800, 800, 801))] + [("m/a", "audio", b"one" * 20)]
BATCH += [("m/b", "video", x) for x in frame(2, (700, 701))] + [("m/b", "audio", b"two" * 20)]


def sorted_payloads(found):
    return sorted(payload for _, _, payload in found)


def test_equal_packets_for_one_place_leave_as_one_message_and_arrive_apart(room):
    assert room.send(BATCH) == (2 if room.port.segments > 1 else len(BATCH))  # a kernel without segmentation: one each
    found = room.received(len(BATCH))
    assert sorted_payloads(found) == sorted(payload for _, _, payload in BATCH)
    for ssrc in {ssrc for ssrc, _, _ in found}:
        numbers = [n for s, n, _ in found if s == ssrc]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize("problem", [errno.EIO, errno.EINVAL, errno.EMSGSIZE])
def test_a_kernel_that_will_not_cut_loses_nothing(room, monkeypatch, problem):
    real = io._libc

    class Refusing:
        def sendmmsg(self, fd, messages, count, flags):
            if messages[0].msg_hdr.msg_iovlen > 1:
                io._ffi.errno = problem
                return -1
            return real.sendmmsg(fd, messages, 1, flags)

    monkeypatch.setattr(io, "_libc", Refusing())
    room.send(BATCH)
    assert sorted_payloads(room.received(len(BATCH))) == sorted(payload for _, _, payload in BATCH)
    assert room.port.lost == 0
    assert (room.port.segments == 1) == (problem == errno.EIO)


def test_without_segmentation_each_packet_is_a_message(room):
    room.port.segments = 1
    assert room.send(BATCH) == len(BATCH)
    assert sorted_payloads(room.received(len(BATCH))) == sorted(payload for _, _, payload in BATCH)


def test_where_there_is_neither_batching_nor_segmentation_everything_arrives():
    room = Room(io.PlainPort("127.0.0.1", 0))
    room.send(BATCH)
    assert sorted_payloads(room.received(len(BATCH))) == sorted(payload for _, _, payload in BATCH)
    room.close()


def test_more_than_fits_goes_out_in_several_turns(room):
    many = [("m/a", "video", x) for x in frame(1, (300,) * io.SLOTS)]
    room.send(many[: io.SLOTS // 2])
    room.send(many[io.SLOTS // 2 :])
    assert [n for _, n, _ in room.received(io.SLOTS)] == list(range(42, 42 + io.SLOTS))


def test_what_was_sent_is_counted(room):
    before = room.peers[RECEIVER].counts.packets_out
    room.send(BATCH)
    assert room.peers[RECEIVER].counts.packets_out - before == len(BATCH)
    assert room.peers[RECEIVER].counts.bytes_out > sum(len(payload) for _, _, payload in BATCH)


def test_packets_are_dated_when_they_reach_the_machine_not_when_they_are_read():
    port = io.open_port("127.0.0.1", 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(100):  # the kernel begins to stamp a moment after it was asked
            for _ in range(3):
                sender.sendto(b"x", ("127.0.0.1", port.number))
                time.sleep(0.01)
            count, now = port.receive(), time.monotonic_ns()
            first, second, third = port.arrivals(count, now)
            if first <= second - 9_000_000 and second <= third - 9_000_000 and third <= now - 9_000_000:
                break
        else:
            pytest.fail("not dated")
    assert len(set(port.senders(3))) == 1
    port.close()


@given(
    st.integers(0, 0xFFFF),
    st.integers(0, 2**62),
    st.lists(st.tuples(st.integers(1, 3), st.integers(-5_000_000, 90_000_000)), min_size=1, max_size=60),
)
def test_feedback_says_what_arrived_in_order_or_not(first, start, steps):
    sequence, when, arrivals = first, start, [(first, start)]
    for step, gap in steps:
        sequence, when = (sequence + step) & 0xFFFF, max(0, when + gap)
        arrivals.append((sequence, when))
    told = twcc.feedback(1, 2, 7, arrivals)
    came = {number for number, _ in arrivals}
    assert {number for number, received in twcc.parse(told) if received} == came
    quick = twcc._in_order(first, arrivals)
    if quick is not None:
        assert all(step == 1 for step, _ in steps)
