"""The client side of one association with a media server: ICE checks, DTLS, SRTP, over UDP or framed TCP. Sends to the offered
address and nowhere else; takes nothing that is not authentic."""

import asyncio
import contextlib
import os
import re
import secrets
import socket
import struct
from collections.abc import Callable
from typing import NamedTuple

from client.rtc import rtp, stun
from client.rtc.toolbox import Certificate, Dtls, Srtp

CHECK_FIRST_S, CHECK_S = 0.1, 2.5
CONNECT_S = 20.0


class OfferedLine(NamedTuple):
    """One m-line of an offer."""

    mid: str
    audio: bool
    send: bool  # we may send on it
    receive: bool
    ssrc: int
    repair_ssrc: int


class Offered(NamedTuple):
    """What a client needs of an offer."""

    connection: int
    ufrag: str
    password: str
    algorithm: str
    fingerprint: str
    udp: tuple[str, int] | None
    tcp: tuple[str, int] | None
    lines: tuple[OfferedLine, ...]


def _first(pattern: str, text: str) -> tuple[str, ...]:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise ValueError("offer")
    return tuple(found.groups())


def read_offer(text: str) -> Offered:
    """Read a server's offer; ValueError if something is missing."""
    text = text.replace("\r\n", "\n")
    lines: list[OfferedLine] = []
    for part in (p + "\n" for p in text.split("\nm=")[1:]):
        (mid,) = _first(r"^a=mid:(\S+)$", part)
        ssrcs = [int(x) for x in re.findall(r"^a=ssrc:(\d+) cname", part, re.MULTILINE)]
        fid = re.search(r"^a=ssrc-group:FID (\d+) (\d+)$", part, re.MULTILINE)
        repair = int(fid[2]) if fid else 0
        lines.append(
            OfferedLine(
                mid,
                part.startswith("audio"),
                "\na=recvonly\n" in part,
                "\na=sendonly\n" in part,
                ssrcs[0] if ssrcs else 0,
                repair,
            )
        )
    candidates = re.findall(r"^a=candidate:\S+ 1 (udp|tcp) \d+ (\S+) (\d+) typ host", text, re.MULTILINE)
    places = {kind: (host, int(port)) for kind, host, port in reversed(candidates)}
    algorithm, fingerprint = _first(r"^a=fingerprint:(\S+) (\S+)$", text)
    return Offered(
        int(_first(r"^o=\S+ (\d+) ", text)[0]),
        _first(r"^a=ice-ufrag:(\S+)$", text)[0],
        _first(r"^a=ice-pwd:(\S+)$", text)[0],
        algorithm,
        fingerprint,
        places.get("udp"),
        places.get("tcp"),
        tuple(lines),
    )


def write_answer(
    offered: Offered, ufrag: str, password: str, fingerprint: str, streams: dict[str, tuple[int, int]]
) -> str:
    """Our answer; `streams`: mid -> (ssrc, repair ssrc or 0) for the lines on which we send."""
    out = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(x.mid for x in offered.lines),
    ]
    for line in offered.lines:
        pt = rtp.PT_OPUS if line.audio else rtp.PT_VP8
        types = str(pt) if line.audio else f"{pt} {rtp.PT_RTX}"
        out += [
            f"m={'audio' if line.audio else 'video'} 9 UDP/TLS/RTP/SAVPF {types}",
            "c=IN IP4 0.0.0.0",
            f"a=mid:{line.mid}",
        ]
        out.append(f"a=rtpmap:{pt} {'opus/48000/2' if line.audio else 'VP8/90000'}")
        sends = line.send and line.mid in streams
        out.append("a=sendonly" if sends else "a=recvonly" if line.receive else "a=inactive")
        out += [
            f"a=ice-ufrag:{ufrag}",
            f"a=ice-pwd:{password}",
            f"a=fingerprint:sha-256 {fingerprint}",
            "a=setup:active",
            "a=rtcp-mux",
        ]
        if sends:
            ssrc, repair = streams[line.mid]
            out += [f"a=ssrc-group:FID {ssrc} {repair}"] if repair else []
            out += [f"a=ssrc:{s} cname:c" for s in (ssrc, repair) if s]
    return "\r\n".join(out) + "\r\n"


class Association:
    """One association. `on_rtp` and `on_rtcp` get plain packets, in order of arrival."""

    def __init__(self, on_rtp: Callable[[bytes], None], on_rtcp: Callable[[bytes], None], *, tcp: bool = False) -> None:
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(12)
        self._certificate = Certificate()
        self.fingerprint = self._certificate.fingerprint
        self._on_rtp, self._on_rtcp, self._tcp = on_rtp, on_rtcp, tcp
        self._dtls = Dtls(self, self._certificate, "client")
        self._tie = os.urandom(8)
        self._sock: socket.socket | None = None
        self._buffer = b""
        self._place = ("", 0)
        self._answered = asyncio.Event()
        self._remote: tuple[str, str] = ("", "")
        self._checks: asyncio.Task[None] | None = None
        self._tx: Srtp | None = None
        self._rx: Srtp | None = None
        self.connected = False
        self.refused = 0

    async def open(self, offered: Offered) -> None:
        """Connect; ConnectionError if nobody with the offered certificate answers."""
        place = offered.tcp if self._tcp else offered.udp
        if place is None:
            raise ConnectionError("no candidate")
        self._place = place
        family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        self._sock = socket.socket(family, socket.SOCK_STREAM if self._tcp else socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        loop = asyncio.get_running_loop()
        await asyncio.wait_for(loop.sock_connect(self._sock, place), CONNECT_S)
        loop.add_reader(self._sock.fileno(), self._readable)
        self.credentials(offered)
        self._checks = asyncio.create_task(self._check())
        try:
            await asyncio.wait_for(self._answered.wait(), CONNECT_S)
        except TimeoutError:
            raise ConnectionError("no answer") from None
        if not await self._dtls.handshake(offered.algorithm, offered.fingerprint):
            raise ConnectionError("dtls")
        self._tx, self._rx = self._dtls.sessions()
        self.connected = True

    def credentials(self, offered: Offered) -> None:
        """The server's current ICE credentials (an offer after an ICE restart brings new ones)."""
        self._remote = (offered.ufrag, offered.password)

    async def _check(self) -> None:
        while True:
            ufrag, password = self._remote
            self._send(
                stun.request(
                    os.urandom(12), f"{ufrag}:{self.ufrag}", password.encode(), nominate=True, tie_breaker=self._tie
                )
            )
            await asyncio.sleep(CHECK_S if self._answered.is_set() else CHECK_FIRST_S)

    def _readable(self) -> None:
        sock = self._sock
        if sock is None:
            return
        for _ in range(256):
            try:
                data = sock.recv(65536 if self._tcp else 2048)
            except (BlockingIOError, ConnectionError):
                return
            if not data:
                if self._tcp:
                    asyncio.get_running_loop().remove_reader(sock.fileno())
                return
            if not self._tcp:
                self._datagram(data)
                continue
            self._buffer += data
            while len(self._buffer) >= 2 and len(self._buffer) >= 2 + (size := self._buffer[0] << 8 | self._buffer[1]):
                frame, self._buffer = self._buffer[2 : 2 + size], self._buffer[2 + size :]
                self._datagram(frame)

    def _datagram(self, data: bytes) -> None:
        first = data[0] if data else 0
        if first < 4:
            with contextlib.suppress(ValueError):
                message = stun.parse(data)
                if message.kind == stun.RESPONSE and stun.authentic(message, self._remote[1].encode()):
                    self._answered.set()
                elif message.kind == stun.REQUEST and stun.authentic(message, self.password.encode()):
                    ip = socket.inet_pton(socket.AF_INET6 if ":" in self._place[0] else socket.AF_INET, self._place[0])
                    self._send(stun.response(message.transaction, ip, self._place[1], self.password.encode()))
        elif first < 64:
            self._dtls.receive(data)
        elif first > 127 and self._rx is not None:
            plain = self._rx.unprotect_rtcp(data) if rtp.is_rtcp(data) else self._rx.unprotect(data)
            if plain is None:
                self.refused += 1
            elif rtp.is_rtcp(data):
                self._on_rtcp(plain)
            else:
                self._on_rtp(plain)

    def _send(self, data: bytes) -> None:
        if self._sock is None:
            return
        with contextlib.suppress(BlockingIOError, ConnectionError, OSError):
            self._sock.send(struct.pack("!H", len(data)) + data if self._tcp else data)

    def send_record(self, data: bytes) -> None:
        """A DTLS record."""
        self._send(data)

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send; nothing before the handshake."""
        if self._tx is not None:
            self._send(self._tx.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send; nothing before the handshake."""
        if self._tx is not None:
            self._send(self._tx.protect_rtcp(packet))

    async def close(self) -> None:
        """End the association."""
        if self._checks is not None:
            self._checks.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._checks
        await self._dtls.close()
        if self._sock is not None:
            asyncio.get_running_loop().remove_reader(self._sock.fileno())
            self._sock.close()
            self._sock = None
        self.connected = False
