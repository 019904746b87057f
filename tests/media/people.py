"""Headless people in a call through any engine, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness import base_key, until

from client.headless.media import HeadlessMedia
from client.protocol.media import Offer
from server.media.engine import MediaEngine


class Person:
    """One seat with its media."""

    def __init__(self, engine: MediaEngine, seat: str, tcp: bool = False) -> None:
        self.engine, self.seat, self.peer = engine, seat, f"m/{seat}"
        self.media = HeadlessMedia(self._answer, tcp=tcp)
        self.events: list[object] = []

    async def _answer(self, generation: int, sdp: str) -> None:
        await self.engine.answer(self.peer, generation, sdp)

    async def take(self, event: object) -> None:
        self.events.append(event)
        if isinstance(event, Offer):
            await self.media.on_offer(event)

    async def join(self) -> None:
        self.media.publish({"audio", "video"})
        await self.engine.join(self.peer, self.take)

    def keys(self, room: str, epoch: int, members: str) -> None:
        order = sorted(members)
        self.media.set_keys(
            epoch, order.index(self.seat), [(i, s, base_key(room, epoch, s)) for i, s in enumerate(order)]
        )

    def opened(self, seat: str, kind: str = "video") -> int:
        kinds = self.media.counts().get(seat, {})
        return kinds[kind].opened if kind in kinds else 0

    async def sees(self, other: "Person", more_than: int = 10) -> bool:
        return self.opened(other.seat) > more_than and self.opened(other.seat, "audio") > more_than


@asynccontextmanager
async def people(engine: MediaEngine, seats: str, tcp: bool = False) -> AsyncIterator[dict[str, Person]]:
    """Everybody connected, nobody routed."""
    await engine.start()
    made = {s: Person(engine, s, tcp) for s in seats}

    async def connected() -> bool:
        return all(p.media.connected for p in made.values())

    try:
        for p in made.values():
            await p.join()
        await until(connected)
        yield made
    finally:
        for p in made.values():
            await p.media.close()
        await engine.close()


async def place(engine: MediaEngine, made: dict[str, Person], rooms: dict[str, str], epoch: int) -> None:
    """Keys to everybody, then routes."""
    for room, members in rooms.items():
        for s in members:
            made[s].keys(room, epoch, members)
    plan = {f"m/{s}": frozenset(f"m/{o}" for o in ms if o != s) for ms in rooms.values() for s in ms}
    await engine.set_routes("m", plan)
