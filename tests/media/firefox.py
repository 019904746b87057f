"""Drives Debian's Firefox ESR by WebDriver BiDi, as much of it as the media tests need: a page that can be asked for values."""

import asyncio
import contextlib
import itertools
import json
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.peerconnection.ice.loopback": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "media.gmp-manager.updateEnabled": False,
}


class FirefoxPage:
    """One tab; `evaluate` takes a function's source and gives back its JSON value, as Playwright's pages do."""

    def __init__(self, ask: Any, context: str) -> None:
        self._ask, self._context = ask, context

    async def goto(self, url: str) -> None:
        await self._ask("browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"})

    async def evaluate(self, function: str, argument: Any = None) -> Any:
        declaration = f"async (argument) => JSON.stringify(await ({function})(JSON.parse(argument)) ?? null)"
        result = await self._ask(
            "script.callFunction",
            {
                "functionDeclaration": declaration,
                "awaitPromise": True,
                "target": {"context": self._context},
                "arguments": [{"type": "string", "value": json.dumps(argument)}],
            },
        )
        if result["type"] != "success":
            raise AssertionError(json.dumps(result.get("exceptionDetails", {}).get("text")))
        return json.loads(result["result"]["value"])


class Firefox:
    """A running Firefox."""

    def __init__(self, socket_: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket_
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def listen(self) -> None:
        async for frame in self._socket:
            message = json.loads(frame.data)
            future = self._waiting.pop(message.get("id") or 0, None)
            if future is not None and not future.done():
                if message["type"] == "success":
                    future.set_result(message["result"])
                else:
                    future.set_exception(AssertionError(message.get("message")))

    async def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        number = next(self._numbers)
        self._waiting[number] = future = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        return await asyncio.wait_for(future, 60)

    async def new_page(self) -> FirefoxPage:
        made = await self.ask("browsingContext.create", {"type": "window"})
        return FirefoxPage(self.ask, made["context"])


@asynccontextmanager
async def firefox() -> AsyncIterator[Firefox]:
    """Start Firefox with a fresh profile and connect to it."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="incamera-firefox-", ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (Path(profile) / "user.js").write_text("\n".join(lines))
        process = await asyncio.create_subprocess_exec(
            "firefox-esr",
            "--headless",
            "--no-remote",
            "--profile",
            profile,
            f"--remote-debugging-port={port}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={"HOME": profile, "PATH": "/usr/bin:/bin", "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        )
        try:
            async with aiohttp.ClientSession() as http:
                connection = await _connect(http, f"ws://127.0.0.1:{port}/session")
                browser = Firefox(connection)
                listener = asyncio.create_task(browser.listen())
                await browser.ask("session.new", {"capabilities": {}})
                try:
                    yield browser
                finally:
                    listener.cancel()
                    await connection.close()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _connect(http: aiohttp.ClientSession, url: str) -> aiohttp.ClientWebSocketResponse:
    for _ in range(300):
        try:
            return await http.ws_connect(url, max_msg_size=0)
        except (aiohttp.ClientError, OSError):
            await asyncio.sleep(0.1)
    raise AssertionError("Firefox did not start")
