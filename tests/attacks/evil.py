"""A server under the attacker's control: everything passes through here and may be changed, cut, repeated or made up.

It stands between honest clients and an honest server and holds all that an operator holds: every frame in both directions.
It has none of the clients' private keys. A test gives it `down` and `up` hooks; each returns the frames that go on instead.
Event numbers are kept gapless for each viewer, so that nothing is noticed merely because of a clumsy number.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from client.protocol.messages import MAX_FRAME, SUBPROTOCOL

Frame = dict[str, Any]


@dataclass
class Leg:
    """One client's connection through the attacker."""

    socket: web.WebSocketResponse
    upstream: aiohttp.ClientWebSocketResponse
    you: str = ""
    role: str = ""
    added: int = 0
    last: int = 0
    down: list[Frame] = field(default_factory=list)  # as the client got them
    up: list[Frame] = field(default_factory=list)  # as the client sent them

    async def send(self, frame: Frame) -> None:
        """Send a frame to the client, events numbered on."""
        if frame["type"] == "event":
            self.last += 1
            frame = {**frame, "seq": self.last}
        self.down.append(frame)
        await self.socket.send_str(msgspec.json.encode(frame).decode())

    async def inject(self, event: Frame) -> None:
        """Send the client an event that the honest server never sent."""
        await self.send({"type": "event", "seq": 0, "at": 0, "event": event})


Hook = Callable[[Leg, Frame], Iterable[Frame]]


def honest(leg: Leg, frame: Frame) -> Iterable[Frame]:
    """Pass on as it is."""
    return (frame,)


class Evil:
    """The attacker: its address, its hooks and everything it saw."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.origin = ""
        self.down: Hook = honest
        self.up: Hook = honest
        self.legs: list[Leg] = []
        self._http: aiohttp.ClientSession | None = None

    def leg(self, seat: str) -> Leg:
        """The latest connection of a place."""
        return next(leg for leg in reversed(self.legs) if leg.you == seat)

    def events(self, kind: str, seat: str | None = None) -> list[Frame]:
        """Every event of a kind that passed, oldest first."""
        return [
            f["event"]
            for leg in self.legs
            if seat is None or leg.you == seat
            for f in leg.down
            if f["type"] == "event" and f["event"]["kind"] == kind
        ]

    def commands(self, kind: str) -> list[Frame]:
        """Every command of a kind that clients sent, oldest first."""
        return [f for leg in self.legs for f in leg.up if f["type"] == kind]

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,), max_msg_size=MAX_FRAME * 4)
        await socket.prepare(request)
        assert self._http is not None
        async with self._http.ws_connect(
            f"{self.upstream}/live", protocols=(SUBPROTOCOL,), origin=self.upstream, max_msg_size=MAX_FRAME * 4
        ) as upstream:
            leg = Leg(socket, upstream)
            self.legs.append(leg)
            up = asyncio.create_task(self._up(leg))
            try:
                async for message in upstream:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        break
                    frame = msgspec.json.decode(message.data)
                    if frame["type"] == "welcome":
                        leg.you, leg.role, leg.last = frame["you"], frame["role"], frame["seq"]
                        if frame["resumed"]:
                            resumed = next((f for f in leg.up if f["type"] == "authenticate"), None)
                            leg.last = resumed["resume"] if resumed else frame["seq"]
                    for out in self.down(leg, frame):
                        await leg.send(out)
            finally:
                up.cancel()
                await socket.close()
        return socket

    async def _up(self, leg: Leg) -> None:
        async for message in leg.socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            frame = msgspec.json.decode(message.data)
            leg.up.append(frame)
            for out in self.up(leg, frame):
                await leg.upstream.send_str(msgspec.json.encode(out).decode())
        await leg.upstream.close()

    async def other(self, request: web.Request) -> web.Response:
        """Uploads and downloads pass through."""
        assert self._http is not None
        headers = {k: v for k, v in request.headers.items() if k.lower() in ("authorization", "range", "content-type")}
        async with self._http.request(
            request.method,
            f"{self.upstream}{request.path_qs}",
            headers=headers | {"Origin": self.upstream},
            data=await request.read(),
        ) as answer:
            return web.Response(
                status=answer.status,
                body=await answer.read(),
                headers={"Content-Type": answer.headers.get("Content-Type", "")},
            )


@asynccontextmanager
async def evil_server(upstream: str) -> AsyncIterator[Evil]:
    """Stand between the clients and an honest server at `upstream`."""
    evil = Evil(upstream)
    app = web.Application(client_max_size=60_000_000)
    app.router.add_get("/live", evil.live)
    app.router.add_route("*", "/{rest:.*}", evil.other)
    runner = web.AppRunner(app, access_log=None)
    async with aiohttp.ClientSession() as http:
        evil._http = http
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            assert runner.addresses
            evil.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield evil
        finally:
            await runner.cleanup()
