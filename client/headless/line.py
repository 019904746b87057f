"""Keeps a participant connected: comes back after a cut, resumes by number, and never lets a command get lost or be done twice.

Knows no keys: whoever uses it says how to open a connection (`opening`) and takes the welcome and the events in order.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp
from msgspec import Struct

from client.headless.wire import Opening, Turned, Wire, opened
from client.protocol.errors import Code, ProtocolError, Refusal, Unavailable
from client.protocol.messages import Authenticate, Challenge, Command, Enrol, Event, Welcome

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
FINAL = frozenset(
    {Code.VERSION, Code.ORIGIN, Code.NOT_KNOWN, Code.TOKEN_USED, Code.ELSEWHERE, Code.REPLACED, Code.GONE}
)
MAX_TRIES = 40
COMMAND_TRIES = 6
BUSY_PAUSE = 1.0

Statement = Callable[[Challenge, int], Authenticate | Enrol]


class Line:
    """A connection that outlives cuts. `run` returns when it is over for good, with the reason."""

    def __init__(self, http: aiohttp.ClientSession, origin: str, opening: Statement) -> None:
        self.seq = 0
        self.cuts = 0
        self._http = http
        self._origin = origin
        self._opening = opening
        self._wire: Wire | None = None
        self._open = asyncio.Event()
        self._gone = asyncio.Event()
        self._stopped = False

    async def run(
        self,
        welcomed: Callable[[Welcome], None],
        happened: Callable[[Event], None],
        lost: Callable[[str], None],
    ) -> str:
        """Stay connected and hand everything on, in order. Returns the final reason.

        What is called here returns at once; whoever must ask the server something does so from a task of its own.
        """
        tries = 0
        while not self._stopped:
            try:
                async with opened(self._http, self._origin, self._statement()) as wire:
                    self.seq = wire.welcome.seq
                    self._wire, self._gone = wire, asyncio.Event()
                    tries = 0
                    welcomed(wire.welcome)
                    self._open.set()
                    async for event in wire.events():
                        if event.seq != self.seq + 1:  # withheld or lost: start from a snapshot, never guess
                            self.seq = 0
                            break
                        happened(event)
                        self.seq = event.seq
                    reason = wire.ended or "line"
            except Turned as turned:
                reason = turned.code
            except (Unavailable, ProtocolError) as broken:
                reason = str(broken)
            finally:
                self._wire = None
                self._open.clear()
                self._gone.set()
            if self._stopped or reason in FINAL:
                return "left" if self._stopped else reason
            self.cuts += 1
            tries += 1
            if tries > MAX_TRIES:
                return "line"
            lost(reason)
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES)) - 1])
        return "left"

    def _statement(self) -> Opening:
        return lambda challenge: self._opening(challenge, self.seq)

    async def call(self, command: Command) -> dict[str, Any]:
        """Have a command done. After a cut it is sent again under its id, so it is done once. Raises Refusal or Unavailable."""
        for _ in range(COMMAND_TRIES):
            async with asyncio.timeout(60):
                await self._open.wait()
            wire, gone = self._wire, self._gone
            if wire is None:
                continue
            try:
                return await wire.call(command)
            except Refusal as refused:
                if refused.code is not Code.BUSY:
                    raise
                await asyncio.sleep(BUSY_PAUSE)
            except Unavailable as lost:
                if lost.part != "line":
                    raise
                await gone.wait()
        raise Unavailable("line")

    async def tell(self, frame: Struct) -> None:
        """Send a frame that has no answer; with the line down it is lost."""
        wire = self._wire
        if wire is not None and wire.ended is None:
            with suppress(Unavailable):
                await wire.tell(frame)

    async def cut(self) -> None:
        """Lose the connection, as a bad network does; it comes back by itself."""
        if self._wire is not None:
            await self._wire.close()

    async def stop(self) -> None:
        """Leave for good."""
        self._stopped = True
        await self.cut()
