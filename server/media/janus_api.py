"""A client of Janus's WebSocket interface, as much of it as the VideoRoom adapter needs."""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

import aiohttp

REPLY_SECONDS = 20.0
KEEPALIVE_S = 20.0


class JanusError(Exception):
    """Janus refused or did not answer; holds its error number, never content."""


class Reply(NamedTuple):
    """The plugin's data and, if there is one, its session description."""

    data: dict[str, Any]
    kind: str
    sdp: str


class JanusSession:
    """One session; requests are answered in any order, each once."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._id = 0

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str) -> "JanusSession":
        """Connect and create a session."""
        session = cls(await http.ws_connect(url, protocols=("janus-protocol",), max_msg_size=1 << 22))
        session._tasks = [asyncio.create_task(session._listen()), asyncio.create_task(session._keep_alive())]
        created = await session._request({"janus": "create"})
        session._id = created["data"]["id"]
        return session

    async def attach(self) -> int:
        """A new VideoRoom handle."""
        reply = await self._request({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        return int(reply["data"]["id"])

    async def detach(self, handle: int) -> None:
        """Give a handle back."""
        with contextlib.suppress(JanusError):
            await self._request({"janus": "detach", "handle_id": handle})

    async def message(self, handle: int, body: Mapping[str, Any], jsep: tuple[str, str] | None = None) -> Reply:
        """Send a plugin request, with (type, sdp) if it carries a description."""
        request: dict[str, Any] = {"janus": "message", "body": dict(body), "handle_id": handle}
        if jsep is not None:
            request["jsep"] = {"type": jsep[0], "sdp": jsep[1], "e2ee": True}
        reply = await self._request(request)
        data = reply.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise JanusError(f"plugin error {data.get('error_code')}")
        found = reply.get("jsep", {})
        return Reply(data, found.get("type", ""), found.get("sdp", ""))

    async def _request(self, message: dict[str, Any]) -> dict[str, Any]:
        transaction = secrets.token_hex(8)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[transaction] = future
        message["transaction"] = transaction
        if self._id:
            message["session_id"] = self._id
        try:
            await self._socket.send_json(message)
            reply = await asyncio.wait_for(future, REPLY_SECONDS)
        except (TimeoutError, ConnectionError):
            raise JanusError("no answer") from None
        finally:
            self._waiting.pop(transaction, None)
        if reply.get("janus") == "error":
            raise JanusError(f"error {reply.get('error', {}).get('code')}")
        return reply

    async def _listen(self) -> None:
        async for frame in self._socket:
            if frame.type != aiohttp.WSMsgType.TEXT:
                continue
            message = frame.json()
            future = self._waiting.get(message.get("transaction", ""))
            if message.get("janus") != "ack" and future is not None and not future.done():
                future.set_result(message)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEPALIVE_S)
            with contextlib.suppress(JanusError, ConnectionError):
                await self._request({"janus": "keepalive"})

    async def close(self) -> None:
        """End the session and the connection."""
        with contextlib.suppress(JanusError, ConnectionError):
            await self._request({"janus": "destroy"})
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()
