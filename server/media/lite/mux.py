"""The ports: reads datagrams in batches, tells DTLS, STUN and media apart, takes TCP connections, and rests between batches.

While packets come, the socket is read every few milliseconds instead of at every packet: one wake-up then serves many packets.
What strangers send is dropped before it costs an HMAC; how many of their datagrams are looked at per batch is bounded.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any

import structlog

from server.media.lite import forward
from server.media.lite.feedback import on_rtcp, send_time
from server.media.lite.ice import Agent, Directory, Path
from server.media.lite.io import SLOTS, Port, StreamOutbox, open_port, pack_name, unpack_name
from server.media.lite.pace import Pacer, pause
from server.media.lite.peer import Peer

log = structlog.get_logger("media")

BATCHES = 8  # batches in one go, so that a flood can't hold the loop
STRANGERS_PER_BATCH = 16
MAX_CONNECTIONS, MAX_PER_PEER = 512, 4
# Of TCP connections that have proved nothing yet: how many at once, how many of them from one address, and for how long.
MAX_WAITING, MAX_WAITING_OF_ONE, WAITING_S = 128, 16, 5.0
ACCEPTS_PER_SECOND, ACCEPT_BURST = 200, 50
MAX_RECORD = 2000
SILENT_TCP_S = 20.0
TRIES = 20  # ports of the kernel's choice


class Mux:
    """All sockets of one engine."""

    def __init__(
        self,
        hosts: tuple[str, ...],
        port: int,
        directory: Directory,
        restless: Callable[[Any], None],
        awake: Callable[[int], None],
        pacer: Pacer | None = None,
    ) -> None:
        self.hosts, self.number, self.directory, self._restless = hosts, port, directory, restless
        self._awake, self._pacer = awake, pacer
        self.ports: list[Port] = []
        self.streams: dict[StreamOutbox, Agent | None] = {}
        self._writers: dict[StreamOutbox, tuple[asyncio.StreamWriter, str]] = {}  # oldest first
        self._listeners: list[socket.socket] = []
        self.strangers = 0
        self._closed = False

    async def start(self) -> None:
        """Bind UDP and TCP on the same number on every host."""
        self._loop = asyncio.get_running_loop()
        for host in self.hosts:
            port, listener = _pair(host, self.number)
            self.number = port.number
            self.ports.append(port)
            if self._pacer is None:
                self._loop.add_reader(port.fd, self._readable, port)
            listener.listen(64)
            self._listeners.append(listener)
        if self._pacer is not None:
            self._pacer.watch([port.fd for port in self.ports], self._look)

    async def serve(self) -> None:
        """Take TCP connections until cancelled; whoever is connected then is disconnected."""
        async with asyncio.TaskGroup() as group:
            for listener in self._listeners:
                group.create_task(self._accept(listener, group))

    async def close(self) -> None:
        """Close the sockets."""
        self._closed = True
        if self._pacer is not None:
            self._pacer.unwatch()
        for port in self.ports:
            self._loop.remove_reader(port.fd)
            port.close()
        for listener in self._listeners:
            listener.close()

    def flush(self) -> None:
        """Send what is queued on all ports and connections."""
        for port in self.ports:
            if port.n:
                port.flush()
        for stream in self.streams:
            if stream.n:
                stream.flush()

    # --- UDP -------------------------------------------------------------------------------------------------

    def _readable(self, port: Port) -> None:
        self._loop.remove_reader(port.fd)
        self._poll(port)

    def _poll(self, port: Port) -> None:
        if self._closed:
            return
        wait = pause(self._guarded(port))
        if wait:
            self._loop.call_later(wait, self._poll, port)
        else:
            self._loop.add_reader(port.fd, self._readable, port)

    def _look(self) -> int:
        """Read all ports, for the pacer."""
        return sum([self._guarded(port) for port in self.ports])

    def read(self) -> None:
        """Read what has come until now, at once."""
        self._look()

    def stir(self) -> None:
        """Something was given to asyncio while a port was read."""
        if self._pacer is not None:
            self._pacer.stir()

    def _guarded(self, port: Port) -> int:
        try:
            return self._drain(port)
        except Exception:  # a bug must not silence everybody: the port is read on
            log.exception("media.drain")
            return SLOTS

    def _drain(self, port: Port) -> int:
        total = 0
        now = time.monotonic_ns()
        stamp = send_time(now)
        for _ in range(BATCHES):
            count = port.receive()
            if count:
                self.strangers = 0
                forward.run(port, count, now, stamp, self._rtcp, self._other)
                total += count
            if count < SLOTS:
                break
        self._awake(now)
        self.flush()  # all: who sends over one port may be heard over another
        return total

    def _rtcp(self, peer: Peer, data: bytes, now: int) -> None:
        plain = peer.rx.unprotect_rtcp(data) if peer.rx is not None else None
        if plain is not None:
            on_rtcp(peer, plain, now, self._restless)

    def _other(self, port: Port, name: bytes, peer: Peer | None, data: bytes, now: int) -> None:
        if not data:
            return
        if data[0] < 4:
            if peer is None and not self._worth_a_look(data, now):
                self.directory.refused += 1
                return
            taken = self.directory.take(data, Path(port, None, name, port), now)
            if taken is not None and taken[0].path is not None:
                path = taken[0].path
                if path.key == name and path.out is port:
                    port.put(taken[1], path.name)
                else:
                    self._answer_elsewhere(port, name, taken[1])
        elif peer is not None and 19 < data[0] < 64:
            peer.dtls.receive(data)
            self.stir()

    def _worth_a_look(self, data: bytes, now: int) -> bool:
        """Bounds what strangers' checks cost: a few are parsed per batch; those that name a peer of ours get a HMAC so many times a second."""
        if self.directory.knows(data):
            return self.directory.may_prove(now)
        self.strangers += 1
        return self.strangers <= STRANGERS_PER_BATCH

    def _answer_elsewhere(self, port: Port, name: bytes, reply: bytes) -> None:
        """Answer a check on a path that is not the selected one."""
        ip, number = unpack_name(name)
        family = socket.AF_INET if len(ip) == 4 else socket.AF_INET6
        with contextlib.suppress(OSError):
            port.sock.sendto(reply, (socket.inet_ntop(family, ip), number))

    # --- TCP -------------------------------------------------------------------------------------------------

    async def _accept(self, listener: socket.socket, group: asyncio.TaskGroup) -> None:
        """Accept at a bounded rate: a flood of connections waits in the kernel, where it costs us nothing."""
        credit, last = float(ACCEPT_BURST), self._loop.time()
        while True:
            now = self._loop.time()
            credit, last = min(ACCEPT_BURST, credit + (now - last) * ACCEPTS_PER_SECOND), now
            if credit < 1:
                await asyncio.sleep((1 - credit) / ACCEPTS_PER_SECOND)
                continue
            try:
                connection, _ = await self._loop.sock_accept(listener)
            except OSError:  # out of file descriptors, or gone before it was taken
                await asyncio.sleep(0.1)
                continue
            credit -= 1
            group.create_task(self._take(connection))

    async def _take(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader, writer = await asyncio.open_connection(sock=connection)
        except OSError:
            connection.close()
            return
        try:
            await self._connection(reader, writer)
        except Exception:  # a bug in one connection must not end the others
            log.exception("media.connection")

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("peername")
        if self._closed or not address or not self._admit(address[0]):
            writer.close()
            return
        box = StreamOutbox(writer.write, lambda: writer.transport.get_write_buffer_size())
        self.streams[box] = None
        self._writers[box] = (writer, address[0])
        path = Path(box, None, pack_name(address), None)
        proven_by = asyncio.get_running_loop().time() + WAITING_S
        try:
            while not self._closed:
                silent_by = asyncio.get_running_loop().time() + SILENT_TCP_S
                async with asyncio.timeout_at(proven_by if self.streams[box] is None else silent_by):
                    head = await reader.readexactly(2)
                    size = head[0] << 8 | head[1]
                    if size > MAX_RECORD:
                        return
                    data = await reader.readexactly(size)
                if not self._record(path, box, data):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            return
        finally:
            agent = self.streams.pop(box, None)
            del self._writers[box]
            if agent is not None:
                agent.lost(box)
            writer.close()

    def _admit(self, host: str) -> bool:
        """Make room for a connection that has proved nothing: the oldest such one goes, first of the same address."""
        waiting = [box for box, agent in self.streams.items() if agent is None]
        of_one = [box for box in waiting if self._writers[box][1] == host]
        if len(of_one) >= MAX_WAITING_OF_ONE:
            self._writers[of_one[0]][0].transport.abort()
        elif len(waiting) >= MAX_WAITING:
            self._writers[waiting[0]][0].transport.abort()
        return len(self.streams) < MAX_CONNECTIONS + MAX_WAITING

    def _prove(self, box: StreamOutbox, agent: Agent) -> bool:
        """A connection has shown whose it is. A peer keeps a few, the newest; False when there is no room at all."""
        before = self.streams[box]
        if before is agent:
            return True
        if before is not None or sum(a is not None for a in self.streams.values()) >= MAX_CONNECTIONS:
            return False
        theirs = [b for b, a in self.streams.items() if a is agent]
        if len(theirs) >= MAX_PER_PEER:
            self._writers[theirs[0]][0].transport.abort()
        self.streams[box] = agent
        return True

    def _record(self, path: Path, box: StreamOutbox, data: bytes) -> bool:
        """One framed record; False ends the connection (strangers get no second chance)."""
        now = time.monotonic_ns()
        agent = self.streams.get(box)
        if not data:
            return agent is not None
        if data[0] < 4:
            taken = self.directory.take(data, path, now)
            if taken is None:
                return agent is not None
            if not self._prove(box, taken[0]):
                taken[0].lost(box)
                return False
            box.put(taken[1], None)
        elif agent is not None:
            self._media(agent.owner, data, now)
        else:
            return False
        self.flush()
        return True

    def _media(self, peer: Peer, data: bytes, now: int) -> None:
        if 19 < data[0] < 64:
            peer.dtls.receive(data)
        elif 127 < data[0] < 192 and peer.ready and len(data) > 12:
            if 191 < data[1] < 224:
                self._rtcp(peer, data, now)
                return
            port = self.ports[0]  # its first receive buffer serves as scratch: nothing lies in it between batches
            port.rx_views[0][: len(data)] = data
            port.rx_lengths[0][0] = len(data)
            forward.take(peer, port.rx_views[0], port.rx_buffers[0], port.rx_lengths[0], now, send_time(now))


def _pair(host: str, number: int) -> tuple[Port, socket.socket]:
    """A UDP port and a TCP listener of one number. Of any number: the kernel's choice for UDP may be taken for TCP, so try again."""
    for _ in range(TRIES - 1):
        port = open_port(host, number)
        try:
            return port, _listener(host, port.number)
        except OSError:
            port.close()
            if number:
                raise
    port = open_port(host, number)
    return port, _listener(host, port.number)


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock
