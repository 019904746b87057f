"""Media in processes of their own: a mediation is pinned to a worker, a dead worker is replaced and its people are offered anew.

A call that tightens returns only when the worker has applied it, or is dead. A worker that does not answer a ping is killed.
"""

import asyncio
import contextlib
import errno
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from client.protocol.media import Kind, Layer
from server.media.engine import PeerId, PeerStats, Send, StreamId, mediation_of
from server.media.wire import Call, Done, Options, Told
from server.media.worker import Worker, WorkerLostError

__all__ = ["Options", "Worker", "WorkerEngine", "WorkerLostError"]

log = structlog.get_logger("media")

PING_S, PING_SECONDS, DRAIN_SECONDS = 1.0, 2.0, 2.0
STEADY_S, PAUSE_FIRST_S, PAUSE_MOST_S = 5.0, 0.2, 5.0


@dataclass
class _Place:
    """What is remembered about a peer, to put it back after a worker's death."""

    send: Send
    wishes: Mapping[StreamId, Layer] = field(default_factory=dict)


class WorkerEngine:
    """A MediaEngine whose work is done by `count` processes on ports `port`, `port + 1`, ... (0: any)."""

    def __init__(self, options: Options, count: int = 1) -> None:
        self._options = [
            msgspec.structs.replace(options, port=options.port + i if options.port else 0) for i in range(count)
        ]
        self.workers: list[Worker] = []
        # Set while the slot's worker is the only one that may forward for it: between a swap and the old one's end it is not.
        self._alone = [asyncio.Event() for _ in range(count)]
        self._busy = [asyncio.Lock() for _ in range(count)]  # one replacement at a time
        self._pins: dict[str, int] = {}
        self._places: dict[PeerId, _Place] = {}
        self._kinds: dict[PeerId, frozenset[Kind]] = {}
        self._routes: dict[str, dict[str, tuple[str, ...]]] = {}
        self._stop, self._up = asyncio.Event(), asyncio.Event()
        self._main: asyncio.Task[None] | None = None
        self._group: asyncio.TaskGroup | None = None

    # --- life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start all workers. OSError if a port is taken."""
        self._main = asyncio.create_task(self._run(), name="media workers")
        waiting = asyncio.create_task(self._up.wait())
        await asyncio.wait({self._main, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._main.done():
            waiting.cancel()
            try:
                await self._main
            except BaseExceptionGroup as failed:
                first = failed.exceptions[0]
                if isinstance(first, WorkerLostError):
                    raise OSError(errno.ECHILD, "a media worker did not start") from None
                raise first from None

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                self.workers = [Worker(self._tell) for _ in self._options]
                await asyncio.gather(*(worker.start(group) for worker in self.workers))
                for worker, options, alone in zip(self.workers, self._options, self._alone, strict=True):
                    await worker.open(options)
                    alone.set()
                watchers = [group.create_task(self._watch(i)) for i in range(len(self.workers))]
                self._up.set()
                await self._stop.wait()
                for watcher in watchers:
                    watcher.cancel()
            finally:
                await asyncio.gather(*(worker.stop() for worker in self.workers))

    async def close(self) -> None:
        """Stop all workers: each says goodbye to its clients."""
        self._stop.set()
        if self._main is not None:
            await self._main

    async def _watch(self, i: int) -> None:
        """Ping a worker; replace it when it has ended, with growing pauses if its successors die young."""
        pause, born = 0.0, time.monotonic()
        while True:
            worker = self.workers[i]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(worker.ended.wait(), PING_S)
            if not worker.ended.is_set():
                with contextlib.suppress(WorkerLostError):
                    await worker.call("ping", PING_SECONDS)
                continue
            if self.workers[i] is not worker:
                born = time.monotonic()
                continue  # drained
            log.warning("media.worker.lost", worker=i)
            if time.monotonic() - born < STEADY_S:
                await asyncio.sleep(pause)
                pause = min(2 * pause or PAUSE_FIRST_S, PAUSE_MOST_S)
            else:
                pause = 0.0
            born = time.monotonic()
            with contextlib.suppress(WorkerLostError, OSError):
                await self._replace(i)

    async def _replace(self, i: int) -> None:
        """A successor for slot `i`: loaded first, so that the break is short; then the old one ends; then the successor opens."""
        if self._group is None:
            return
        async with self._busy[i]:
            old, fresh = self.workers[i], Worker(self._tell)
            try:
                await fresh.start(self._group)
                self._alone[i].clear()
                self.workers[i] = fresh
                with contextlib.suppress(WorkerLostError):
                    await old.call("drain", DRAIN_SECONDS)
            except BaseException:
                fresh.kill()
                raise
            finally:
                old.kill()
                await old.stop()
                self._alone[i].set()
            try:
                await fresh.open(self._options[i])
            except OSError:
                fresh.kill()
                raise
            await self._restore(i)

    async def _restore(self, i: int) -> None:
        """Give a new worker the routes and the people of the old one. What changes meanwhile goes to it by itself, in order."""
        worker = self.workers[i]
        for mediation in [m for m, pin in self._pins.items() if pin == i]:
            if (routes := self._routes.get(mediation)) is not None:
                await worker.call("set_routes", peer=mediation, routes=routes)
        for peer in [p for p in self._places if self._pins.get(mediation_of(p)) == i]:
            if (place := self._places.get(peer)) is not None:
                await self._put(worker, peer, place)

    async def drain(self, i: int) -> None:
        """Replace one worker in order, for an upgrade: its people are offered anew by its successor after a short break."""
        with contextlib.suppress(WorkerLostError, OSError):  # `_watch` tries again
            await self._replace(i)

    async def renew(self) -> None:
        """Drain all workers, one after another."""
        for i in range(len(self.workers)):
            log.info("media.worker.renewed", worker=i)
            await self.drain(i)

    # --- pins ------------------------------------------------------------------------------------------------

    def index(self, mediation: str) -> int:
        """The worker a mediation is pinned to while it has people or routes; a new one goes where the fewest people are."""
        pin = self._pins.get(mediation)
        if pin is None:
            people = Counter(
                self._pins[mediation_of(peer)] for peer in self._places if mediation_of(peer) in self._pins
            )
            rooms = Counter(self._pins.values())
            pin = min(range(len(self._options)), key=lambda i: (people[i], rooms[i], i))
            self._pins[mediation] = pin
        return pin

    def _unpin(self, mediation: str) -> None:
        if mediation not in self._routes and not any(mediation_of(peer) == mediation for peer in self._places):
            self._pins.pop(mediation, None)

    # --- the seam --------------------------------------------------------------------------------------------
    # A lost worker is not an error of the caller: nothing flows meanwhile, and `_restore` repeats what is remembered.

    async def _ask(self, mediation: str, call: Call, **fields: Any) -> Done | None:
        i = self.index(mediation)
        await self._alone[i].wait()
        try:
            return await self.workers[i].call(call, **fields)
        except WorkerLostError:
            return None

    async def _put(self, worker: Worker, peer: PeerId, place: _Place) -> None:
        kinds = self._kinds.get(peer)
        if kinds is not None:
            await worker.call("set_publishing", peer=peer, kinds=tuple(kinds))
        await worker.call("join", peer=peer)
        if place.wishes:
            await worker.call("prefer", peer=peer, wishes=_plain(place.wishes))

    async def _tell(self, worker: Worker, told: Told) -> None:
        place = self._places.get(told.peer)
        if place is None or worker.ended.is_set():
            return
        await place.send(told.event)

    async def join(self, peer: PeerId, send: Send) -> None:
        """See MediaEngine."""
        place = self._places[peer] = _Place(send)
        i = self.index(mediation_of(peer))
        await self._alone[i].wait()
        with contextlib.suppress(WorkerLostError):
            await self._put(self.workers[i], peer, place)

    async def answer(self, peer: PeerId, generation: int, sdp: str) -> None:
        """See MediaEngine."""
        if peer in self._places:
            await self._ask(mediation_of(peer), "answer", peer=peer, generation=generation, sdp=sdp)

    async def restart(self, peer: PeerId) -> None:
        """See MediaEngine."""
        if peer in self._places:
            await self._ask(mediation_of(peer), "restart", peer=peer)

    async def leave(self, peer: PeerId) -> None:
        """See MediaEngine."""
        self._kinds.pop(peer, None)
        if self._places.pop(peer, None) is not None:
            await self._ask(mediation_of(peer), "leave", peer=peer)
            self._unpin(mediation_of(peer))

    async def set_routes(self, mediation: str, routes: Mapping[PeerId, frozenset[PeerId]]) -> None:
        """See MediaEngine. When the worker can't confirm, it is dead, and nothing flows."""
        if any(mediation_of(p) != mediation for s, ps in routes.items() for p in (s, *ps)):
            raise ValueError("routes across mediations")
        plain = {s: tuple(sorted(p)) for s, p in routes.items()}
        if plain:
            self._routes[mediation] = plain
        else:
            self._routes.pop(mediation, None)
        await self._ask(mediation, "set_routes", peer=mediation, routes=plain)
        self._unpin(mediation)

    async def set_publishing(self, peer: PeerId, kinds: frozenset[Kind]) -> None:
        """See MediaEngine."""
        self._kinds[peer] = kinds
        if peer in self._places:
            await self._ask(mediation_of(peer), "set_publishing", peer=peer, kinds=tuple(kinds))

    async def prefer(self, peer: PeerId, wishes: Mapping[StreamId, Layer]) -> None:
        """See MediaEngine."""
        place = self._places.get(peer)
        if place is not None:
            place.wishes = dict(wishes)
            await self._ask(mediation_of(peer), "prefer", peer=peer, wishes=_plain(wishes))

    async def stats(self, peer: PeerId) -> PeerStats:
        """See MediaEngine."""
        done = await self._ask(mediation_of(peer), "stats", peer=peer) if peer in self._places else None
        if done is None or done.stats is None:
            raise KeyError(peer)
        return done.stats


def _plain(wishes: Mapping[StreamId, Layer]) -> tuple[tuple[str, Kind, Layer], ...]:
    return tuple((peer, kind, layer) for (peer, kind), layer in wishes.items())
