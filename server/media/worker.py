"""One media worker process as the control process sees it: started, opened, asked, told to drain, killed when it does not answer.

Silence is the safe state: whatever cannot be confirmed ends the process.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from server.media.wire import MAX_FRAME, Call, Done, Options, Request, Told, frame, read_frame

log = structlog.get_logger("media")

CALL_SECONDS, START_SECONDS, STOP_SECONDS = 10.0, 60.0, 3.0
MAX_EVENTS = 4096
PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "HOME")


class WorkerLostError(Exception):
    """The worker died during the call, or has no ports yet. Nothing flows; its people will be offered anew."""


class Worker:
    """One worker process and the connection to it. `told` takes its events, in order."""

    def __init__(self, told: Callable[["Worker", Told], Awaitable[None]]) -> None:
        self._told = told
        self._calls: dict[int, asyncio.Future[Done]] = {}
        self._next = 0
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._events: asyncio.Queue[Told | None] = asyncio.Queue(MAX_EVENTS)
        self.port = 0
        self.ended = asyncio.Event()

    @property
    def pid(self) -> int:
        """The process id; 0 when there is none."""
        return self._process.pid if self._process is not None else 0

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Start the process and wait until it has loaded what it needs. It has no ports yet."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "server.media.worker_main", str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                env={k: v for k, v in os.environ.items() if k in PASSED_ON},
            )
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=MAX_FRAME)
        group.create_task(self._listen(reader))
        group.create_task(self._deliver())
        await self._ask("ping", START_SECONDS)  # nothing flows yet: a slow machine may take its time

    async def open(self, options: Options) -> None:
        """Open its ports. OSError if they are taken."""
        done = await self._ask("open", START_SECONDS, options=options)
        if done.error == "port":
            raise OSError(done.number, os.strerror(done.number))
        self.port = done.number

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        decode = msgspec.msgpack.Decoder(Done | Told).decode
        try:
            while True:
                message = decode(await read_frame(reader))
                if isinstance(message, Told):
                    await self._events.put(message)
                    continue
                future = self._calls.pop(message.id, None)
                if future is not None and not future.done():
                    future.set_result(message)
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError, ValueError):
            pass
        finally:
            self.kill()

    async def _deliver(self) -> None:
        """Events go out apart from answers: a client's answer to an event may itself need a call."""
        while not self.ended.is_set():
            told = await self._events.get()
            if told is None:
                return
            try:
                await self._told(self, told)
            except Exception:
                log.exception("media.worker.event")

    async def call(self, call: Call, seconds: float = CALL_SECONDS, **fields: Any) -> Done:
        """One call and its answer. A worker that does not answer is killed, so that nothing it was told to stop goes on."""
        if not self.port:
            raise WorkerLostError
        return await self._ask(call, seconds, **fields)

    async def _ask(self, call: Call, seconds: float, **fields: Any) -> Done:
        if self.ended.is_set() or self._writer is None:
            raise WorkerLostError
        self._next += 1
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._calls[self._next] = future
        try:
            self._writer.write(frame(Request(id=self._next, call=call, **fields)))
            done = await asyncio.wait_for(future, seconds)
        except (TimeoutError, ConnectionError):
            self.kill()
            raise WorkerLostError from None
        if done.error == "value":
            raise ValueError(call)
        if done.error == "key":
            raise KeyError(call)
        return done

    def kill(self) -> None:
        """End the process now."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
        self.ended.set()
        with contextlib.suppress(asyncio.QueueFull):
            self._events.put_nowait(None)
        for future in self._calls.values():
            if not future.done():
                future.set_exception(WorkerLostError())
        self._calls.clear()

    async def stop(self) -> None:
        """End the process in order, and wait for it."""
        if self._writer is not None:
            self._writer.close()
        if self._process is not None:
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except TimeoutError:
                self.kill()
                await self._process.wait()
