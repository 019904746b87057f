"""All mediations of this process: each is loaded when somebody comes and put away when nobody is left."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from client.protocol.errors import Code, Refusal, Unavailable
from server import log
from server.mediation import events as e
from server.mediation.evolve import fold
from server.runtime.actor import Actor
from server.runtime.services import Services
from server.store.log import Entry, encode

MAX_OPEN = 512
SWEEP_SECONDS = 30.0
WATCH_SECONDS = 0.5


class House:
    """The mediations in memory."""

    def __init__(self, services: Services, tasks: asyncio.TaskGroup) -> None:
        self.services = services
        self._tasks = tasks
        self._open: dict[str, tuple[Actor, asyncio.Task[None]]] = {}
        self._loading: dict[str, asyncio.Lock] = {}
        self._chores: list[asyncio.Task[None]] = []

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work that belongs to the house until it closes."""
        self._chores.append(self._tasks.create_task(work))

    @property
    def size(self) -> int:
        """How many mediations are in memory."""
        return len(self._open)

    async def get(self, mediation: str) -> Actor | None:
        """The mediation's writer, or None if there is no such mediation."""
        async with self._loading.setdefault(mediation, asyncio.Lock()):
            found = self._open.get(mediation)
            if found is not None and not found[0].lost:
                return found[0]
            entries = await self.services.log.read(mediation)
            if not entries:
                self._loading.pop(mediation, None)
                return None
            if len(self._open) >= MAX_OPEN:
                raise Refusal(Code.BUSY)
            actor = self._load(entries)
            if self.services.loaded is not None:
                await self.services.loaded(actor)
            self._open[mediation] = (actor, self._tasks.create_task(actor.run()))
            return actor

    def _load(self, entries: Sequence[Entry]) -> Actor:
        first, *rest = (entry.event for entry in entries)
        if not isinstance(first, e.Created):
            raise Unavailable("store")
        causes = [entry.cause for entry in entries if entry.cause is not None]
        state = fold(first, rest)
        return Actor(replace(state, live=replace(state.live, before=frozenset(state.rooms))), self.services, causes)

    async def create(self, created: e.Created, cause: str) -> None:
        """Write the first event of a new mediation. Raises `server.store.log.Exists`."""
        services = self.services
        entry = Entry(seq=1, at=services.clock.now(), cause=cause, salt=services.random(16), body=encode(created))
        await services.log.create(created.mediation, created.root, entry)

    async def sweep(self) -> None:
        """Put away what nobody uses; for ever, every half minute."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for mediation, (actor, task) in list(self._open.items()):
                if actor.lost or actor.idle:
                    del self._open[mediation]
                    self._loading.pop(mediation, None)
                    actor.lost = True
                    task.cancel()

    async def watch(self) -> None:
        """Look after mediators who fell silent; for ever, twice a second."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for actor, _ in list(self._open.values()):
                try:
                    await actor.watch()
                except (Unavailable, Refusal):
                    continue  # it was put away, or is busy: half a second later is soon enough

    async def actors(self) -> list[Actor]:
        """Those in memory now."""
        return [actor for actor, _ in self._open.values()]


@asynccontextmanager
async def open_house(services: Services) -> AsyncIterator[House]:
    """Run the house in a task of its own, so that opening and closing may happen in different tasks (test servers do that)."""
    ready: asyncio.Future[House] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def live() -> None:
        async with asyncio.TaskGroup() as tasks:
            house = House(services, tasks)
            sweeper = tasks.create_task(house.sweep())
            watcher = tasks.create_task(house.watch())
            ready.set_result(house)
            await leave.wait()
            sweeper.cancel()
            watcher.cancel()
            for task in (*house._chores, *(task for _, task in house._open.values())):
                task.cancel()

    task = asyncio.create_task(live(), name="house")
    try:
        yield await ready
    finally:
        leave.set()
        try:
            await task
        except BaseExceptionGroup as errors:
            for error in errors.exceptions:
                log.fault("house fault", error)
