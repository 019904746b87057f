"""A small signalling server around a media engine, for tests that need real browsers: seats, rooms, keys, and the page."""

import asyncio
import base64
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from client.protocol.media import Kind, Offer
from server.media.engine import EngineEvent, MediaEngine
from server.media.lite.engine import LiteEngine

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
# What the product's page will have: nothing inline, workers only from ourselves, script URLs only through the policy.
CSP = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; media-src 'self' blob:; style-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types incamera"
)
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
]


def base_key(room: str, epoch: int, seat: str) -> bytes:
    """Stands in for the keys module: some 16 bytes that differ by room, epoch and seat."""
    return hashlib.sha256(f"{room} {epoch} {seat}".encode()).digest()[:16]


class Meeting:
    """One mediation in a test: who is in which room, which epoch the room has, and who was given false keys."""

    def __init__(self, engine: MediaEngine) -> None:
        self.engine = engine
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.rooms: dict[str, list[str]] = {}
        self.epochs: dict[str, int] = {}
        self.false_keys: set[str] = set()
        self.kinds: dict[str, frozenset[Kind]] = {}
        self.offers: list[tuple[str, Any]] = []
        self.indices: dict[str, int] = {}
        self.events: list[tuple[str, EngineEvent]] = []
        self.relays: Callable[[], Any] = tuple
        self.joined = asyncio.Condition()

    def index(self, seat: str) -> int:
        """A small number per seat, as a sheet's order gives it."""
        return self.indices.setdefault(seat, len(self.indices))

    async def place(self, rooms: Mapping[str, list[str]], *, new_epoch: bool = True) -> None:
        """Put seats into rooms: tighten, hand out keys, loosen."""
        self.rooms = {room: list(seats) for room, seats in rooms.items()}
        plan = {f"m/{s}": frozenset(f"m/{o}" for o in seats if o != s) for seats in self.rooms.values() for s in seats}
        for room, seats in self.rooms.items():
            if new_epoch:
                self.epochs[room] = self.epochs.get(room, 0) + 1
            for seat in seats:
                await self.give_keys(room, seat)
        await self.engine.set_routes("m", plan)

    async def give_keys(self, room: str, seat: str) -> None:
        """Send a seat the keys of a room."""
        socket = self.sockets.get(seat)
        if socket is None or socket.closed:
            return
        epoch = self.epochs[room]
        salt = "wrong" if seat in self.false_keys else room
        senders = [
            {"index": self.index(s), "seat": s, "baseKey": base64.b64encode(base_key(salt, epoch, s)).decode()}
            for s in self.rooms[room]
        ]
        await socket.send_json({"type": "keys", "ring": {"epoch": epoch, "me": self.index(seat), "senders": senders}})

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """The socket of one seat."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        seat = request.query["seat"]
        peer = f"m/{seat}"

        async def send(event: EngineEvent) -> None:
            self.events.append((seat, event))
            if not socket.closed:
                with suppress(ConnectionError):
                    told = msgspec.to_builtins(event)
                    if isinstance(event, Offer):
                        told["relays"] = msgspec.to_builtins(self.relays())
                    await socket.send_str(json.dumps(told))

        self.sockets[seat] = socket
        if seat in self.kinds:
            await self.engine.set_publishing(peer, self.kinds[seat])
        for room, seats in self.rooms.items():
            if seat in seats:
                await self.give_keys(room, seat)
        await self.engine.join(peer, send)
        async with self.joined:
            self.joined.notify_all()
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                continue
            data = json.loads(message.data)
            if data["type"] == "answer":
                await self.engine.answer(peer, data["generation"], data["sdp"])
            elif data["type"] == "restart":
                await self.engine.restart(peer)
            elif data["type"] == "prefer":
                await self.engine.prefer(
                    peer, {(f"m/{s}", kind): layer for s, layer in data["layers"].items() for kind in ("video",)}
                )
        await self.engine.leave(peer)
        return socket

    async def wait_for(self, *seats: str) -> None:
        """Until these seats have joined."""
        async with self.joined:
            await asyncio.wait_for(self.joined.wait_for(lambda: all(s in self.sockets for s in seats)), 30)


async def _file(request: web.Request) -> web.FileResponse:
    name = request.path.lstrip("/")
    path = HERE / (name or "page.html") if "/" not in name else ROOT / "client/web" / name
    if ".." in name or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Content-Security-Policy": CSP, "Cache-Control": "no-store"})


@asynccontextmanager
async def meeting(
    engine: MediaEngine | None = None, host: str = "127.0.0.1", http_port: int = 0
) -> AsyncIterator[tuple[Meeting, str]]:
    """A running engine and page server: (meeting, base URL)."""
    engine = engine or LiteEngine(hosts=(host,))
    await engine.start()
    held = Meeting(engine)
    app = web.Application()
    app.router.add_get("/ws", held.live)
    app.router.add_get("/{name:.*}", _file)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", http_port)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield held, f"http://127.0.0.1:{port}/"
    finally:
        for socket in held.sockets.values():
            await socket.close()
        await engine.close()
        await runner.cleanup()


@asynccontextmanager
async def browser(extra: tuple[str, ...] = ()) -> AsyncIterator[Any]:
    """A Chromium with a fake camera and microphone; `new_page` on what it yields gives pages."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        with tempfile.TemporaryDirectory(prefix="incamera-chromium-", ignore_cleanup_errors=True) as profile:
            context = await playwright.chromium.launch_persistent_context(
                profile, executable_path="/usr/bin/chromium", headless=True, args=[*FLAGS, *extra]
            )
            try:
                yield context
            finally:
                await context.close()


STATS = """async () => {
  const d = await window.media.diagnostics(), c = await window.media.counts();
  return {...d, lines: c, S: {...window.S, tracks: Object.keys(window.S.tracks)}};
}"""


async def figures(page: Any) -> dict[str, Any]:
    """What a page knows about its call."""
    result: dict[str, Any] = await page.evaluate(STATS)
    return result


async def until(check: Any, seconds: float = 30.0, every: float = 0.1) -> Any:
    """Wait until an async check is true; its value."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        value = await check()
        if value:
            return value
        if loop.time() > end:
            raise AssertionError(f"not within {seconds} s: {check}")
        await asyncio.sleep(every)


async def frames(page: Any) -> int:
    """Video frames that the page has decoded so far, over all people."""
    return sum(r["frames"] for r in (await figures(page))["received"] if r["kind"] == "video")
