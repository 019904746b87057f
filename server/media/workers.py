"""Media in processes of their own: a mediation is pinned to a worker, a dead worker is replaced and its people are offered anew.

The control process speaks to each worker over a Unix socket pair, in length-prefixed MessagePack. A call that tightens returns
only when the worker has applied it. A worker that does not answer a ping is killed: silence is the safe state.
"""

import asyncio
import contextlib
import os
import signal
import socket
import struct
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import structlog

from client.protocol.media import EngineEvent, Kind, Layer
from server.media.engine import PeerId, PeerStats, Send, StreamId, mediation_of

log = structlog.get_logger("media")

MAX_FRAME = 4 << 20
CALL_SECONDS, PING_S, PING_SECONDS, START_SECONDS = 10.0, 1.0, 2.0, 60.0
RESTART_PAUSE_S = 0.2
MAX_EVENTS = 4096
Call = Literal["join", "answer", "restart", "leave", "set_routes", "set_publishing", "prefer", "stats", "ping", "drain"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker opens its ports."""

    hosts: tuple[str, ...]
    port: int
    announce: tuple[str, ...] = ()
    tcp: bool = True
    udp: bool = True


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Control process to worker."""

    id: int
    call: Call
    peer: str = ""
    generation: int = 0
    sdp: str = ""
    routes: dict[str, tuple[str, ...]] = {}
    kinds: tuple[Kind, ...] = ()
    wishes: tuple[tuple[str, Kind, Layer], ...] = ()


class Done(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer to a request; `error` names the kind of failure and nothing else."""

    id: int
    error: Literal["", "value", "key", "bug"] = ""
    stats: PeerStats | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An event for a client."""

    peer: str
    event: EngineEvent


encode = msgspec.msgpack.Encoder().encode


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """One length-prefixed frame; IncompleteReadError at the end."""
    (size,) = struct.unpack("!L", await reader.readexactly(4))
    if size > MAX_FRAME:
        raise ValueError("frame")
    return await reader.readexactly(size)


def frame(message: msgspec.Struct) -> bytes:
    """A message with its length."""
    body = encode(message)
    return struct.pack("!L", len(body)) + body


class WorkerLostError(Exception):
    """The worker died during the call. Nothing flows; its people will be offered anew."""


@dataclass
class _Place:
    """What the control process remembers about a peer, to put it back after a worker's death."""

    send: Send
    kinds: frozenset[Kind] | None = None
    wishes: Mapping[StreamId, Layer] = field(default_factory=dict)


class Worker:
    """One worker process and the connection to it."""

    def __init__(self, options: Options, told: Any) -> None:
        self.options, self._told = options, told
        self._calls: dict[int, asyncio.Future[Done]] = {}
        self._next = 0
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._events: asyncio.Queue[Told | None] = asyncio.Queue(MAX_EVENTS)
        self.ended = asyncio.Event()

    @property
    def pid(self) -> int:
        """The process id; 0 when there is none."""
        return self._process.pid if self._process is not None else 0

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Start the process and wait until its ports are open."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "server.media.worker_main",
                str(theirs.fileno()),
                msgspec.json.encode(self.options).decode(),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                env={k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "LANG", "HOME")},
            )
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=MAX_FRAME)
        group.create_task(self._listen(reader))
        group.create_task(self._deliver())
        await self.call("ping", START_SECONDS)  # nothing flows yet: a slow machine may take its time

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        decode = msgspec.msgpack.Decoder(Done | Told).decode
        try:
            while True:
                message = decode(await read_frame(reader))
                if isinstance(message, Told):
                    await self._events.put(message)
                    continue
                future = self._calls.pop(message.id, None)
                if future is not None and not future.done():
                    future.set_result(message)
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError, ValueError):
            pass
        finally:
            self._end()

    async def _deliver(self) -> None:
        """Events go out apart from answers: a client's answer to an event may itself need a call."""
        while not self.ended.is_set():
            told = await self._events.get()
            if told is None:
                return
            try:
                await self._told(self, told)
            except Exception:
                log.exception("media.worker.event")

    def _end(self) -> None:
        self.ended.set()
        with contextlib.suppress(asyncio.QueueFull):
            self._events.put_nowait(None)
        for future in self._calls.values():
            if not future.done():
                future.set_exception(WorkerLostError())
        self._calls.clear()

    async def call(self, call: Call, seconds: float = CALL_SECONDS, **fields: Any) -> Done:
        """One call and its answer. A worker that does not answer is killed, so that nothing it was told to stop goes on."""
        if self.ended.is_set() or self._writer is None:
            raise WorkerLostError
        self._next += 1
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._calls[self._next] = future
        try:
            self._writer.write(frame(Request(id=self._next, call=call, **fields)))
            done = await asyncio.wait_for(future, seconds)
        except (TimeoutError, ConnectionError):
            self.kill()
            raise WorkerLostError from None
        if done.error == "value":
            raise ValueError(call)
        if done.error == "key":
            raise KeyError(call)
        return done

    def kill(self) -> None:
        """End the process now."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
        self._end()

    async def stop(self) -> None:
        """End the process in order, and wait for it."""
        if self._writer is not None:
            self._writer.close()
        if self._process is not None:
            try:
                await asyncio.wait_for(self._process.wait(), 3)
            except TimeoutError:
                self.kill()
                await self._process.wait()


class WorkerEngine:
    """A MediaEngine whose work is done by `count` processes on ports `port`, `port + 1`, ... (0: any)."""

    def __init__(self, options: Options, count: int = 1) -> None:
        self._options = [
            msgspec.structs.replace(options, port=options.port + i if options.port else 0) for i in range(count)
        ]
        self.workers: list[Worker] = []
        self._places: dict[PeerId, _Place] = {}
        self._routes: dict[str, dict[str, tuple[str, ...]]] = {}
        self._stop, self._up = asyncio.Event(), asyncio.Event()
        self._main: asyncio.Task[None] | None = None

    def index(self, mediation: str) -> int:
        """The worker a mediation is pinned to."""
        return zlib.crc32(mediation.encode()) % len(self._options)

    async def start(self) -> None:
        """Start all workers."""
        self._main = asyncio.create_task(self._run(), name="media workers")
        waiting = asyncio.create_task(self._up.wait())
        await asyncio.wait({self._main, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._main.done():
            waiting.cancel()
            await self._main

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for options in self._options:
                worker = Worker(options, self._tell)
                await worker.start(group)
                self.workers.append(worker)
            watchers = [group.create_task(self._watch(i, group)) for i in range(len(self.workers))]
            self._up.set()
            await self._stop.wait()
            for watcher in watchers:
                watcher.cancel()
            for worker in self.workers:
                await worker.stop()

    async def _watch(self, i: int, group: asyncio.TaskGroup) -> None:
        """Ping a worker; replace it when it ends."""
        while True:
            worker = self.workers[i]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(worker.ended.wait(), PING_S)
            if not worker.ended.is_set():
                with contextlib.suppress(WorkerLostError):
                    await worker.call("ping", PING_SECONDS)
                continue
            log.warning("media.worker.lost", worker=i)
            worker.kill()
            await worker.stop()
            fresh = Worker(self._options[i], self._tell)
            try:
                await fresh.start(group)
            except (WorkerLostError, OSError):
                fresh.kill()
                await fresh.stop()
                await asyncio.sleep(RESTART_PAUSE_S)
                self.workers[i] = fresh
                continue
            self.workers[i] = fresh
            await self._restore(i)

    async def _restore(self, i: int) -> None:
        """Give a new worker the routes and the people of the old one."""
        worker = self.workers[i]
        with contextlib.suppress(WorkerLostError):
            for mediation, routes in list(self._routes.items()):
                if self.index(mediation) == i:
                    await worker.call("set_routes", peer=mediation, routes=routes)
            for peer, place in list(self._places.items()):
                if self.index(mediation_of(peer)) == i:
                    await self._put(worker, peer, place)

    async def _put(self, worker: Worker, peer: PeerId, place: _Place) -> None:
        if place.kinds is not None:
            await worker.call("set_publishing", peer=peer, kinds=tuple(place.kinds))
        await worker.call("join", peer=peer)
        if place.wishes:
            await worker.call("prefer", peer=peer, wishes=tuple((p, k, la) for (p, k), la in place.wishes.items()))

    async def _tell(self, worker: Worker, told: Told) -> None:
        place = self._places.get(told.peer)
        if place is None or worker.ended.is_set():
            return
        await place.send(told.event)

    async def close(self) -> None:
        """Stop all workers."""
        self._stop.set()
        if self._main is not None:
            await self._main

    def _worker(self, peer_or_mediation: str) -> Worker:
        return self.workers[self.index(mediation_of(peer_or_mediation))]

    # --- the seam --------------------------------------------------------------------------------------------
    # A lost worker is not an error of the caller: nothing flows meanwhile, and `_restore` repeats what is remembered.

    async def join(self, peer: PeerId, send: Send) -> None:
        """See MediaEngine."""
        before = self._places.get(peer)
        place = self._places[peer] = _Place(send, before.kinds if before is not None else None)
        with contextlib.suppress(WorkerLostError):
            await self._put(self._worker(peer), peer, place)

    async def answer(self, peer: PeerId, generation: int, sdp: str) -> None:
        """See MediaEngine."""
        with contextlib.suppress(WorkerLostError):
            await self._worker(peer).call("answer", peer=peer, generation=generation, sdp=sdp)

    async def restart(self, peer: PeerId) -> None:
        """See MediaEngine."""
        with contextlib.suppress(WorkerLostError):
            await self._worker(peer).call("restart", peer=peer)

    async def leave(self, peer: PeerId) -> None:
        """See MediaEngine."""
        self._places.pop(peer, None)
        with contextlib.suppress(WorkerLostError):
            await self._worker(peer).call("leave", peer=peer)

    async def set_routes(self, mediation: str, routes: Mapping[PeerId, frozenset[PeerId]]) -> None:
        """See MediaEngine. When the worker can't confirm, it is dead, and nothing flows."""
        if any(mediation_of(p) != mediation for s, ps in routes.items() for p in (s, *ps)):
            raise ValueError("routes across mediations")
        plain = {s: tuple(sorted(p)) for s, p in routes.items()}
        if plain:
            self._routes[mediation] = plain
        else:
            self._routes.pop(mediation, None)
        with contextlib.suppress(WorkerLostError):
            await self._worker(mediation).call("set_routes", peer=mediation, routes=plain)

    async def set_publishing(self, peer: PeerId, kinds: frozenset[Kind]) -> None:
        """See MediaEngine."""
        place = self._places.get(peer)
        if place is not None:
            place.kinds = kinds
        with contextlib.suppress(WorkerLostError):
            await self._worker(peer).call("set_publishing", peer=peer, kinds=tuple(kinds))

    async def prefer(self, peer: PeerId, wishes: Mapping[StreamId, Layer]) -> None:
        """See MediaEngine."""
        place = self._places.get(peer)
        if place is not None:
            place.wishes = dict(wishes)
        with contextlib.suppress(WorkerLostError):
            await self._worker(peer).call(
                "prefer", peer=peer, wishes=tuple((p, k, la) for (p, k), la in wishes.items())
            )

    async def stats(self, peer: PeerId) -> PeerStats:
        """See MediaEngine."""
        try:
            done = await self._worker(peer).call("stats", peer=peer)
        except WorkerLostError:
            raise KeyError(peer) from None
        if done.stats is None:
            raise KeyError(peer)
        return done.stats

    async def drain(self, i: int) -> None:
        """Replace one worker in order, for an upgrade: its people are offered anew by its successor, one break of about a second."""
        worker = self.workers[i]
        with contextlib.suppress(WorkerLostError):
            await worker.call("drain")
        worker.kill()
