"""A load generator for media servers: simulated people (ICE, DTLS, SRTP) who send paced VP8 and Opus with the extensions that a
browser sends, count what comes back, and report like a browser (receiver reports, REMB). The same people load every server."""

import asyncio
import math
import os
import random
import secrets
import socket
import statistics
import struct
import time
from dataclasses import dataclass, field

from client.rtc import rtcp, rtp, stun
from client.rtc.association import Offered
from client.rtc.toolbox import Certificate, Dtls, c_ffi, protect
from server.media.lite.engine import own_addresses

CERTIFICATE = Certificate()
FPS, AUDIO_S = 25, 0.02
PACKET = 1100
_OUT = struct.Struct("!BBHLLHHB3sBHx")


@dataclass
class Tally:
    """What the generator saw."""

    received: int = 0
    received_bytes: int = 0
    sent: int = 0
    rtcp: int = 0
    feedback: int = 0
    key_requests: int = 0
    latencies: list[float] = field(default_factory=list)


class Link:
    """One association, as cheap as Python allows: received packets are counted, not decrypted, unless it is a probe."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(12)
        self.dtls: Dtls | None = None
        self.answered = asyncio.Event()
        self.heard: dict[int, list[int]] = {}  # ssrc -> [highest, received]
        self.probe = False
        self.buffer = c_ffi.new("char[]", 2048)
        self.view = memoryview(c_ffi.buffer(self.buffer))
        self.length = c_ffi.new("int *")
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)
        except OSError:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind(("", 0))

    @property
    def candidate(self) -> str:
        """For servers that want to know an address before they answer: this machine's, and the loopback's."""
        hosts = dict.fromkeys((*own_addresses(("0.0.0.0",)), "127.0.0.1"))
        number = self.sock.getsockname()[1]
        return "\r\n".join(
            f"a=candidate:{i} 1 udp {2130706431 - i} {h} {number} typ host" for i, h in enumerate(hosts, 1)
        )

    async def open(
        self, address: tuple[str, int], ufrag: str, password: str, fingerprint: tuple[str, str], role: str
    ) -> None:
        self.remote = (ufrag, password)
        self.sock.connect(address)
        self.address = address
        asyncio.get_running_loop().add_reader(self.sock.fileno(), self.readable)
        self.dtls = Dtls(self, CERTIFICATE, "client" if role == "client" else "server")
        self.check()
        while not self.answered.is_set():
            await asyncio.sleep(0.02)
            self.check()
        if not await self.dtls.handshake(*fingerprint):
            raise ConnectionError("dtls")
        self.tx, self.rx = self.dtls.sessions()

    def check(self) -> None:
        self.send_record(
            stun.request(
                os.urandom(12),
                f"{self.remote[0]}:{self.ufrag}",
                self.remote[1].encode(),
                nominate=True,
                tie_breaker=b"\xff" * 8,
            )
        )

    def send_record(self, data: bytes) -> None:
        try:
            self.sock.send(data)
        except OSError:
            return

    def readable(self) -> None:
        recv, t = self.sock.recv, self.tally
        try:
            for _ in range(256):
                d = recv(2048)
                first = d[0]
                if first > 127:
                    if 191 < d[1] < 224:
                        self.on_rtcp(d)
                        continue
                    t.received += 1
                    t.received_bytes += len(d)
                    entry = self.heard.get(d[8] << 24 | d[9] << 16 | d[10] << 8 | d[11])
                    if entry is None:
                        self.heard[int.from_bytes(d[8:12], "big")] = [d[2] << 8 | d[3], 1]
                    else:
                        entry[0] = d[2] << 8 | d[3]
                        entry[1] += 1
                    if self.probe and len(d) < 180:
                        plain = self.rx.unprotect(d)
                        if plain is not None:
                            t.latencies.append(time.perf_counter() - struct.unpack("!d", plain[-8:])[0])
                elif first < 4:
                    self.on_stun(d)
                elif self.dtls is not None:
                    self.dtls.receive(d)
        except (BlockingIOError, ConnectionError):
            return

    def on_rtcp(self, data: bytes) -> None:
        self.tally.rtcp += 1
        plain = self.rx.unprotect_rtcp(data)
        if plain is None:
            return
        if plain[1] == 205 and plain[0] & 31 == 15:
            self.tally.feedback += 1
            return
        try:
            self.tally.key_requests += sum(isinstance(m, rtcp.KeyFrameRequest) for m in rtcp.parse(plain))
        except ValueError:
            return

    def on_stun(self, data: bytes) -> None:
        try:
            m = stun.parse(data)
        except ValueError:
            return
        if m.kind == stun.RESPONSE:
            self.answered.set()
        elif m.kind == stun.REQUEST:
            self.send_record(
                stun.response(m.transaction, socket.inet_aton(self.address[0]), self.address[1], self.password.encode())
            )

    def report(self) -> None:
        """Once a second: receiver reports and a bandwidth estimate, as a browser sends them."""
        blocks = [rtcp.Block(ssrc, 0, 0, highest, 0, 0) for ssrc, (highest, _) in self.heard.items()]
        for i in range(0, len(blocks), 31):
            self.send_record(self.tx.protect_rtcp(rtcp.receiver_report(1, blocks[i : i + 31])))
        if blocks:
            self.send_record(self.tx.protect_rtcp(rtcp.estimate(1, 8_000_000, [b.ssrc for b in blocks[:16]])))

    async def close(self) -> None:
        if self.dtls is not None:
            await self.dtls.close()
        asyncio.get_running_loop().remove_reader(self.sock.fileno())
        self.sock.close()


class Person:
    """Paced media of one person on one link."""

    def __init__(
        self, link: Link, audio: int, video: int, audio_type: int, video_type: int, kbps: float, *, transport_cc: int
    ) -> None:
        self.link = link
        self.streams = ((audio, audio_type), (video, video_type))
        self.transport_cc = transport_cc
        self.sequence = [random.getrandbits(15), random.getrandbits(15)]
        self.stamp = [random.getrandbits(30), random.getrandbits(30)]
        size = int(kbps * 1000 / 8 / FPS)
        self.packets = max(1, math.ceil(size / PACKET))
        self.payload = os.urandom(size // self.packets)
        self.audio_payload = os.urandom(72)
        self.transport = 0
        self.frame = 0

    def start(self, now: float) -> None:
        self.next_audio, self.next_video = now + random.random() * AUDIO_S, now + random.random() / FPS

    def send(self, which: int, marker: int, payload: bytes) -> None:
        ssrc, kind = self.streams[which]
        self.sequence[which] = (self.sequence[which] + 1) & 0xFFFF
        link = self.link
        if self.transport_cc:
            self.transport = (self.transport + 1) & 0xFFFF
            head = _OUT.pack(
                0x90,
                marker | kind,
                self.sequence[which],
                self.stamp[which],
                ssrc,
                0xBEDE,
                2,
                0x32,
                b"abc",
                self.transport_cc << 4 | 1,
                self.transport,
            )
        else:
            head = rtp.HEAD.pack(0x80, marker | kind, self.sequence[which], self.stamp[which], ssrc)
        packet = head + payload
        n = len(packet)
        link.view[0:n] = packet
        link.length[0] = n
        if protect(link.tx.context, link.buffer, link.length):
            raise RuntimeError("protect")
        try:
            link.sock.send(link.view[: link.length[0]])
            link.tally.sent += 1
        except OSError:
            return

    def tick(self, now: float) -> None:
        while self.next_audio <= now:
            self.next_audio += AUDIO_S
            self.stamp[0] = (self.stamp[0] + 960) & 0xFFFFFFFF
            self.send(0, 0, self.audio_payload + struct.pack("!d", time.perf_counter()))
        while self.next_video <= now:
            self.next_video += 1 / FPS
            self.stamp[1] = (self.stamp[1] + 90000 // FPS) & 0xFFFFFFFF
            key = self.frame % 50 == 0
            self.frame += 1
            for i in range(self.packets):
                last = i == self.packets - 1
                head = (b"\x10\x00" if key else b"\x10\x01") if i == 0 else b"\x00\x01"
                self.send(1, 0x80 if last else 0, head + self.payload)


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far, to the nanosecond (its own clock, see clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid) << 3 | 2)


def streams_answer(offered: Offered, link: Link, audio: int, video: int) -> str:
    """An answer that sends one audio and one video stream."""
    from client.rtc.association import write_answer

    mids = {line.mid: (audio if line.audio else video, 0) for line in offered.lines if line.send}
    return write_answer(offered, link.ufrag, link.password, CERTIFICATE.fingerprint, mids)


@dataclass
class Load:
    """The people of one server, and what came back to them."""

    pids: list[int]
    fan: int  # to how many each packet should go
    people: list[Person] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True)
class Result:
    """What one load cost: medians over the slices of the measurement."""

    us: float  # CPU microseconds per delivered packet
    core: float  # processors in use
    busiest: float  # processors in use by the busiest process
    pps: float
    mbps: float
    lost: float
    p50: float  # milliseconds
    p99: float


async def drive(loads: list[Load], seconds: float, warm: float, slices: int = 4, wake: bool = False) -> list[Result]:
    """Send the same to every load for a while, in one loop, and measure each server's processor time per packet that came back.

    The generator looks at its sockets at every step instead of being woken by them: on one machine the sender of a datagram
    pays for waking its receiver, which no server on a network does. `wake` restores the waking.
    """
    now, loop = time.perf_counter(), asyncio.get_running_loop()
    people, links = [p for load in loads for p in load.people], [link for load in loads for link in load.links]
    probes = [load.links[-1] for load in loads]
    polled = [] if wake else links
    for link in polled:
        if link not in probes:
            loop.remove_reader(link.sock.fileno())
    for load in loads:
        random.seed(1)
        for person in load.people:
            person.start(now)

    async def pump(until: float) -> None:
        due = time.perf_counter() + 1
        n = 0
        while (t := time.perf_counter()) < until:
            for person in people:
                person.tick(t)
            for link in polled:
                link.readable()
            if t > due:
                for link in links[n % 4 :: 4]:
                    link.report()
                n += 1
                due += 0.25
            await asyncio.sleep(0.004)

    def figures(load: Load) -> tuple[list[float], int, int, int]:
        t = load.tally
        return [processor_seconds(pid) for pid in load.pids], t.received, t.received_bytes, t.sent

    await pump(time.perf_counter() + warm)
    for probe in probes:
        probe.probe = True
    costs: list[list[float]] = [[] for _ in loads]
    first, start = [figures(load) for load in loads], time.perf_counter()
    before = first
    for _ in range(slices):
        await pump(time.perf_counter() + seconds / slices)
        after = [figures(load) for load in loads]
        for cost, a, b in zip(costs, before, after, strict=True):
            cost.append((sum(b[0]) - sum(a[0])) / max(1, b[1] - a[1]) * 1e6)
        before = after
    took = time.perf_counter() - start
    await asyncio.sleep(0.3)
    for link in polled:
        link.readable()
    results: list[Result] = []
    for load, cost, a, b in zip(loads, costs, first, before, strict=True):
        used = [y - x for x, y in zip(a[0], b[0], strict=True)]
        times = sorted(load.tally.latencies) or [math.nan]
        results.append(
            Result(
                us=statistics.median(cost),
                core=sum(used) / took,
                busiest=max(used) / took,
                pps=(b[1] - a[1]) / took,
                mbps=(b[2] - a[2]) * 8 / took / 1e6,
                lost=max(0.0, 1 - (load.tally.received - a[1]) / ((b[3] - a[3]) * load.fan)) if b[3] > a[3] else 1.0,
                p50=times[len(times) // 2] * 1e3,
                p99=times[int(len(times) * 0.99)] * 1e3,
            )
        )
    return results
