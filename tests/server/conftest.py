"""A small world: a real server on a port, and people with real keys who speak the wire by hand."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import b64u, new_id, random_bytes, sha256
from client.keys.grants import make_grant, new_room_key
from client.keys.jws import SUITE, Signed
from client.keys.membership import Charter, CharterSeat, Member, Sheet, make_charter, make_sheet
from client.keys.roots import DeviceKeys, make_devcert, make_page
from client.protocol import messages as m
from client.protocol.codec import decode_down, encode
from server import log
from server.app import make_app
from server.auth.enrolment import invite
from server.config import Config
from server.http.keys import HOUSE, POLICY
from server.http.shell import Shell, read_shell

ROLES = {"med": ("mediator", ""), "ana": ("party", "a"), "ben": ("party", "b"), "law": ("counsel", "b")}


class HeldClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.wall, self.span = 1_800_000_000, 0.0

    def now(self) -> int:
        return self.wall

    def monotonic(self) -> float:
        return self.span

    def pass_(self, seconds: int) -> None:
        self.wall += seconds
        self.span += seconds


class Line:
    """One connection, by hand: frames in the order they came."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, challenge: m.Challenge) -> None:
        self.socket, self.challenge = socket, challenge
        self.events: list[m.Event] = []
        self.frames: list[m.AnyDown] = []
        self.sizes: list[int] = []

    async def read(self) -> m.AnyDown:
        message = await asyncio.wait_for(self.socket.receive(), 150)
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionResetError(self.socket.close_code)
        frame = decode_down(message.data)
        self.frames.append(frame)
        self.sizes.append(len(message.data))
        if isinstance(frame, m.Event):
            self.events.append(frame)
        return frame

    async def say(self, frame: m.Up) -> None:
        await self.socket.send_str(encode(frame))

    async def call(self, command: m.Command) -> m.Result | m.Failure:
        await self.say(command)
        while True:
            frame = await self.read()
            if isinstance(frame, m.Result | m.Failure) and frame.re == command.id:
                return frame

    async def done(self, command: m.Command) -> dict[str, Any]:
        answer = await self.call(command)
        assert isinstance(answer, m.Result), answer
        return answer.data

    async def refused(self, command: m.Command) -> m.Failure:
        answer = await self.call(command)
        assert isinstance(answer, m.Failure), answer
        return answer

    async def until(self, kind: type, count: int = 1) -> Any:
        """The last of `count` events of this kind, counted from now."""
        while True:
            frame = await self.read()
            if isinstance(frame, m.Event) and isinstance(frame.event, kind):
                count -= 1
                if count == 0:
                    return frame.event

    def told(self, kind: type) -> list[Any]:
        return [event.event for event in self.events if isinstance(event.event, kind)]


class Person:
    """A device and its page."""

    def __init__(self, world: "World", name: str) -> None:
        self.world, self.name = world, name
        self.seat = new_id()
        self.access = random_bytes(32)
        self.signer, self.page = SoftSigner.fresh(), SoftOpener.fresh()
        self.role, self.side = ROLES.get(name, ("party", "a"))

    def statement(self, line: Line, mediation: str | None = None, seat: str | None = None) -> str:
        return make_page(
            self.signer,
            self.world.mediation if mediation is None else mediation,
            self.seat if seat is None else seat,
            self.page.public,
            line.challenge.nonce,
            self.world.clock.now(),
        ).compact

    async def open(
        self, resume: int = 0, takeover: bool = False, access: bool | bytes = True
    ) -> tuple[Line, m.AnyDown]:
        line = await self.world.dial()
        shown = self.access if access is True else access
        await line.say(
            m.Authenticate(
                page=self.statement(line), access=b64u(shown) if shown else None, resume=resume, takeover=takeover
            )
        )
        return line, await line.read()

    async def enter(self, **kwargs: Any) -> tuple[Line, m.Welcome]:
        line, welcome = await self.open(**kwargs)
        assert isinstance(welcome, m.Welcome), welcome
        return line, welcome

    def member(self) -> Member:
        return Member(seat=self.seat, dev=self.signer.public, role=self.role)  # type: ignore[arg-type]

    def reload(self) -> None:
        self.page = SoftOpener.fresh()


class World:
    """The server and everyone."""

    def __init__(self, server: TestServer, http: aiohttp.ClientSession, clock: HeldClock, logged: io.StringIO) -> None:
        self.server, self.http, self.clock, self.logged = server, http, clock, logged
        self.mediation = new_id()
        self.root = SoftSigner.fresh()
        self.kem = SoftOpener.fresh()
        self.people = {name: Person(self, name) for name in ROLES}
        self.sides = {"": "", "a": new_id(), "b": new_id()}
        self.rooms: dict[str, Signed[Sheet]] = {}
        self.charter: Signed[Charter] | None = None

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def origin(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    @property
    def house(self) -> Any:
        return self.server.app[HOUSE]

    async def dial(self, **kwargs: Any) -> Line:
        socket = await self.http.ws_connect(f"{self.origin}/live", protocols=(m.SUBPROTOCOL,), **kwargs)
        line = Line(socket, m.Challenge(nonce="", version=0, time=0))
        challenge = await line.read()
        assert isinstance(challenge, m.Challenge)
        line.challenge = challenge
        return line

    def devcert(self, signer: SoftSigner | None = None, rev: int = 1) -> str:
        keys = DeviceKeys(id=new_id(), sig=(signer or self.med.signer).public, kem=self.kem.public)
        return make_devcert(self.root, keys, self.clock.now() - 10, self.clock.now() + 10**8, rev).compact

    async def enrol(self) -> Line:
        token = await invite(self.house.services.accounts, self.clock, random_bytes)
        line = await self.dial()
        page = self.med.statement(line, "", "")
        await line.say(m.Enrol(token=token, devcert=self.devcert(), page=page))
        welcome = await line.read()
        assert isinstance(welcome, m.Welcome), welcome
        assert welcome.standing == "desk"
        return line

    def make_charter(self, **changes: Any) -> Signed[Charter]:
        values: dict[str, Any] = {
            "suite": SUITE,
            "mediation": self.mediation,
            "rev": 1,
            "prev": "",
            "root": self.root.public,
            "sides": (self.sides["a"], self.sides["b"]),
            "seats": tuple(
                CharterSeat(id=p.seat, side=self.sides[p.side], role=p.role)  # type: ignore[arg-type]
                for p in self.people.values()
            ),
            "no_contact": (),
            "regime": "uma",
            "policy": b64u(bytes.fromhex(self.server.app[POLICY].sha256)),
            "grounds": ("waiver",),
            "nonparty_consent": "own",
            "retention_days": 365,
            "keep": True,
            "disclosure": True,
        }
        return make_charter(self.med.signer, Charter(**(values | changes)))

    def plans(self) -> tuple[m.SeatPlan, ...]:
        return tuple(
            m.SeatPlan(seat=p.seat, access=b64u(sha256(p.access)), envelope=f"envelope{p.name}")
            for p in self.people.values()
        )

    async def mediate(self, **charter: Any) -> Line:
        """Enrol and make a mediation; the desk's line."""
        desk = await self.enrol()
        self.charter = self.make_charter(**charter)
        command = m.MediationCreate(
            id=new_id(), mediation=self.mediation, charter=self.charter.compact, seats=self.plans()
        )
        await desk.done(command)
        return desk

    def sheet(self, room: str, kind: str, *people: Person, **changes: Any) -> Signed[Sheet]:
        """The next sheet of a room, by name."""
        assert self.charter is not None
        last = self.rooms.get(room)
        keepers = sorted(people, key=lambda p: p.role != "mediator")
        values: dict[str, Any] = {
            "suite": SUITE,
            "mediation": self.mediation,
            "charter": self.charter.hash,
            "room": last.body.room if last else new_id(),
            "kind": kind,
            "rev": last.body.rev + 1 if last else 1,
            "prev": last.hash if last else "",
            "members": tuple(p.member() for p in people),
            "keepers": tuple(p.seat for p in keepers),
            "parting": "",
            "ts": self.clock.now(),
        }
        signer = changes.pop("signer", self.med.signer)
        return make_sheet(signer, Sheet(**(values | changes)))

    async def move(self, table: Line, **rooms: tuple[str, tuple[Person, ...]]) -> None:
        """Publish the next sheets of these rooms."""
        sheets = {room: self.sheet(room, kind, *people) for room, (kind, people) in rooms.items()}
        await table.done(m.SheetsPublish(id=new_id(), sheets=tuple(s.compact for s in sheets.values())))
        self.rooms |= sheets

    async def grant(self, keeper: Person, line: Line, room: str, epoch: int, *present: Person) -> Any:
        """Hand out a key in a room, by name; everyone's answer is the caller's to read."""
        sheet = self.rooms[room]
        key = new_room_key(self.mediation, sheet.body.room, epoch)
        signed = make_grant(keeper.signer, sheet, keeper.seat, key, {p.seat: p.page.public for p in present})
        return await line.call(m.GrantPublish(id=new_id(), grant=signed.compact))


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>t</title><!-- importmap -->")
    (folder / "main.js").write_text("export {};")
    (folder / "secret.py").write_text("no = 1")
    return read_shell(folder)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Any:
    """The module's own recording engine where it has one, else the built-in one."""
    return getattr(request.module, "Recorder", lambda: None)()


@asynccontextmanager
async def running(folder: Path, clock: HeldClock, shell: Shell, engine: Any = None) -> AsyncIterator[World]:
    """A world with its server, whose data lie in `folder`."""
    logged = io.StringIO()
    log.configure(logged)
    app = make_app(Config(data=folder / "data", port=0), clock=clock, shell=shell, media=engine)
    async with AsyncExitStack() as stack:
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        stack.push_async_callback(server.close)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield World(server, http, clock, logged)


@pytest.fixture
async def world(tmp_path: Path, clock: HeldClock, shell: Shell, engine: Any) -> AsyncIterator[World]:
    async with running(tmp_path, clock, shell, engine) as made:
        yield made
