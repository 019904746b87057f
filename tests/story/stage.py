"""A stage for whole mediations by headless clients: a real server, a mediator, people with links; time under the test's control."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from client.headless.book import MediationEntry
from client.headless.desk import Desk, Plan, SeatWish, enrolled
from client.headless.record import Record
from client.headless.seat import Device, Seat, joined, new_device
from client.headless.session import Session
from client.headless.state import Knock, SeatState
from client.headless.table import Table, at_table
from server.app import make_app
from server.auth.enrolment import invite, link
from server.config import Config, check
from server.http.keys import HOUSE
from server.http.shell import Shell
from server.runtime.clock import random_bytes


class Time:
    """The world's clock, for server and clients alike; `pass_` lets hours go by."""

    def __init__(self) -> None:
        self.ahead = 0

    def now(self) -> int:
        return int(time.time()) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def __call__(self) -> int:
        return self.now()

    def pass_(self, seconds: int) -> None:
        self.ahead += seconds


@dataclass
class House:
    """A running server."""

    app: web.Application
    origin: str
    data: Path
    time: Time

    async def enrolment(self, origin: str | None = None) -> str:
        """A one-time link, as the administrator hands it over."""
        accounts = self.app[HOUSE].services.accounts
        return link(origin or self.origin, await invite(accounts, self.time, random_bytes))


@asynccontextmanager
async def house(data: Path, time_: Time | None = None) -> AsyncIterator[House]:
    """A real server in this process, on a free port."""
    world = time_ or Time()
    nothing = Shell(document=b"", map_hash="", files={})  # no browser comes to this stage
    app = make_app(check(Config(data=data, port=0)), world, shell=nothing)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield House(app, f"http://127.0.0.1:{runner.addresses[0][1]}", data, world)
    finally:
        await runner.cleanup()


PLAN = Plan(
    title="Orchard wall",
    sides=("Upper farm", "Lower farm"),
    seats=(
        SeatWish(name="Ada Brook", role="party", side="0", phone="+34 600 111 222"),
        SeatWish(name="Ben Stone", role="party", side="1"),
        SeatWish(name="Lea Quill", role="counsel", side="0"),
    ),
    starts=1_800_000_000,
    ends=1_800_010_800,
)


@dataclass
class Stage:
    """A mediation with its mediator at the table; people come by `enter`."""

    http: aiohttp.ClientSession
    time: Time
    desk: Desk
    entry: MediationEntry
    table: Table
    devices: dict[str, Device] = field(default_factory=dict)
    seeds: dict[str, bytes] = field(default_factory=dict)
    visits: dict[str, AsyncExitStack] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """The seat id of a person of the plan."""
        return next(seat.seat for seat in self.entry.seats if seat.name == name)

    def link(self, name: str) -> str:
        """A person's link."""
        return self.desk.invitation(self.entry, self.place(name))

    async def enter(self, name: str) -> Seat:
        """Open a person's link, on their own device; their page before that, if any, is gone."""
        await self.leave(name)
        device = self.devices.setdefault(name, new_device())
        visit = AsyncExitStack()
        seat = await visit.enter_async_context(joined(self.http, self.link(name), device, self.time))
        self.visits[name] = visit
        Record(seat, self.seeds.get(name))
        return seat

    async def leave(self, name: str) -> None:
        """Close a person's page."""
        visit = self.visits.pop(name, None)
        if visit is not None:
            await visit.aclose()

    async def admitted(self, name: str, where: str = "joint") -> Seat:
        """Open the link, sign, knock, and be let in."""
        seat = await self.enter(name)
        await seat.knock()
        await self.knocked(name)
        await self.table.admit(self.place(name), where)
        await inside(seat)
        return seat

    async def knocked(self, name: str) -> Knock:
        """Wait until the mediator sees this person at the door."""
        place = self.place(name)
        state = await self.table.until(lambda s: s.floor is not None and any(d.seat == place for d in s.floor.doors))
        assert state.floor is not None
        return next(d for d in state.floor.doors if d.seat == place)

    async def all_left(self) -> None:
        """Close every page."""
        for name in list(self.visits):
            await self.leave(name)


async def inside(*people: Session, room: str | None = None) -> None:
    """Wait until each is in that room (or any) and holds its key."""
    for who in people:
        await who.until(lambda s: s.room is not None and s.room.granted and room in (None, s.room.id))


async def together(*people: Session) -> None:
    """Wait until these hold one and the same key of one room in which they are shown to each other, and nobody else is."""
    seats = {who.belief.seat for who in people}

    def settled(state: SeatState) -> bool:
        room = state.room
        return room is not None and room.granted and {p.seat for p in room.people if p.online and p.names} == seats

    while True:
        for who in people:
            await who.until(settled)
        codes = {who.state.room.code if who.state.room else "" for who in people}
        if len(codes) == 1 and all(settled(who.state) for who in people):
            return
        await asyncio.sleep(0.01)
        top = max(who.state.room.epoch for who in people if who.state.room)
        for who in people:
            await who.until(lambda s, top=top: s.room is not None and s.room.epoch >= top)  # type: ignore[misc]


@asynccontextmanager
async def stage(enrolment: str, time_: Time, plan: Plan = PLAN, mediator: str = "Mara Vane") -> AsyncIterator[Stage]:
    """Enrol a mediator, make the mediation, sit at its table in the joint room."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        desk = await stack.enter_async_context(enrolled(http, enrolment, mediator, time_))
        entry = await desk.create(plan)
        table = desk.table(entry.id)
        Record(table)
        await stack.enter_async_context(at_table(table))
        await table.until(lambda s: s.floor is not None)
        await table.open_room()
        await table.until(lambda s: s.room is not None and s.room.granted)
        on = Stage(http, time_, desk, entry, table)
        stack.push_async_callback(on.all_left)
        yield on
