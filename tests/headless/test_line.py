"""The connection of a headless participant: nothing is lost and nothing is done twice, whatever the network does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from client.headless.line import Line
from client.headless.wire import new_id
from client.protocol.errors import Code, Refusal
from client.protocol.messages import Authenticate, Challenge, Enrol, Event, RoomLeave, Welcome

KEY = "A" * 43
WELCOME = {"type": "welcome", "you": "s", "role": "party", "standing": "visitor", "seq": 0, "resumed": False, "time": 0}
Script = Callable[["Peer"], Awaitable[None]]


class Peer:
    """The server's end of one connection."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket

    async def send(self, frame: dict[str, Any]) -> None:
        await self.socket.send_str(msgspec.json.encode(frame).decode())

    async def read(self) -> dict[str, Any]:
        return msgspec.json.decode(await self.socket.receive_str())

    async def welcome(self, seq: int = 0) -> dict[str, Any]:
        await self.send({"type": "challenge", "nonce": KEY, "version": 1, "time": 0})
        opening = await self.read()
        await self.send(WELCOME | {"seq": seq})
        return opening

    async def event(self, seq: int) -> None:
        await self.send({"type": "event", "seq": seq, "at": 0, "event": {"kind": "mediator.seen", "page": None}})


@asynccontextmanager
async def server(*scripts: Script) -> AsyncIterator[str]:
    """Plays one script per connection, in order."""
    left = list(scripts)

    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("incamera.v1",))
        await socket.prepare(request)
        await left.pop(0)(Peer(socket))
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/live", live)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def statement(challenge: Challenge, resume: int) -> Authenticate | Enrol:
    return Authenticate(page="x" * 20, resume=resume)


class Taken:
    """What a line handed on."""

    def __init__(self) -> None:
        self.welcomes: list[Welcome] = []
        self.events: list[int] = []
        self.cuts: list[str] = []

    async def run(self, line: Line) -> str:
        return await line.run(self.welcomes.append, lambda e: self.events.append(e.seq), self.cuts.append)


async def test_a_command_cut_off_is_sent_again_under_the_same_id() -> None:
    seen: list[str] = []

    async def cut(peer: Peer) -> None:
        await peer.welcome()
        seen.append((await peer.read())["id"])

    async def answer(peer: Peer) -> None:
        await peer.welcome()
        seen.append((await peer.read())["id"])
        await peer.send({"type": "result", "re": seen[-1], "data": {"n": 7}})
        await peer.send({"type": "goodbye", "code": "gone"})

    async with server(cut, answer) as origin, aiohttp.ClientSession() as http:
        line, taken = Line(http, origin, statement), Taken()
        ran = asyncio.create_task(taken.run(line))
        assert await line.call(RoomLeave(id=new_id())) == {"n": 7}
        assert await ran == Code.GONE
        assert seen[0] == seen[1]


async def test_events_are_resumed_by_the_last_number_taken() -> None:
    openings: list[dict[str, Any]] = []

    async def first(peer: Peer) -> None:
        openings.append(await peer.welcome())
        await peer.event(1)
        await peer.event(2)

    async def second(peer: Peer) -> None:
        openings.append(await peer.welcome(seq=2))
        await peer.event(3)
        await peer.send({"type": "goodbye", "code": "gone"})

    async with server(first, second) as origin, aiohttp.ClientSession() as http:
        taken = Taken()
        await taken.run(Line(http, origin, statement))
        assert [o["resume"] for o in openings] == [0, 2]
        assert taken.events == [1, 2, 3]


async def test_a_gap_in_the_numbers_is_answered_by_a_fresh_start_not_by_a_guess() -> None:
    openings: list[dict[str, Any]] = []

    async def gap(peer: Peer) -> None:
        openings.append(await peer.welcome())
        await peer.event(1)
        await peer.event(3)
        await peer.socket.receive()

    async def again(peer: Peer) -> None:
        openings.append(await peer.welcome(seq=3))
        await peer.send({"type": "goodbye", "code": "gone"})

    async with server(gap, again) as origin, aiohttp.ClientSession() as http:
        taken = Taken()
        await taken.run(Line(http, origin, statement))
        assert [o["resume"] for o in openings] == [0, 0]
        assert taken.events == [1]


async def test_a_refusal_keeps_the_line() -> None:
    async def refuse(peer: Peer) -> None:
        await peer.welcome()
        for _ in range(2):
            command = await peer.read()
            await peer.send({"type": "failure", "re": command["id"], "code": "not-here", "facts": {"rule": "r"}})
        await peer.send({"type": "goodbye", "code": "replaced"})

    async with server(refuse) as origin, aiohttp.ClientSession() as http:
        line, taken = Line(http, origin, statement), Taken()
        ran = asyncio.create_task(taken.run(line))
        for _ in range(2):
            with pytest.raises(Refusal) as refused:
                await line.call(RoomLeave(id=new_id()))
            assert refused.value.code is Code.NOT_HERE
        assert await ran == Code.REPLACED
        assert taken.cuts == []


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        '{"type":"nonsense"}',
        '{"type":"event","seq":"one"}',
        '{"type":"welcome"}',
        "[]",
        '{"type":"event","seq":1,"at":0}',
    ],
)
async def test_a_malformed_frame_ends_that_connection_and_nothing_else(frame: str) -> None:
    async def bad(peer: Peer) -> None:
        await peer.welcome()
        await peer.socket.send_str(frame)
        await peer.socket.receive()

    async def good(peer: Peer) -> None:
        await peer.welcome()
        await peer.event(1)
        await peer.send({"type": "goodbye", "code": "gone"})

    async with server(bad, good) as origin, aiohttp.ClientSession() as http:
        taken = Taken()
        assert await taken.run(Line(http, origin, statement)) == Code.GONE
        assert taken.cuts == [Code.BAD_FRAME]
        assert taken.events == [1]


def test_events_decode_into_frozen_values() -> None:
    event = msgspec.convert(
        {"type": "event", "seq": 1, "at": 0, "event": {"kind": "mediator.seen", "page": None}}, Event
    )
    with pytest.raises(AttributeError):
        event.seq = 2  # type: ignore[misc]
