"""Starts, feeds and ends redaction workers: at most two at a time, each for one request, each behind a wall without network."""

import asyncio
import contextlib
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from client.protocol.errors import Code, Refusal, Unavailable
from server import log
from server.disclosure import frames

MAX_WORKERS = 2
START_SECONDS = 120.0
OPEN_SECONDS = 1800.0
DRAFT_SECONDS = 1800.0
ANSWER_SECONDS = 180.0
PART = 600_000  # characters of a long box in one answer; two of them stay below what a slow reader may have waiting
IDLE_SECONDS = 7200.0
ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def bubblewrap() -> tuple[str, ...]:
    """The command that puts a child behind bubblewrap's wall; empty where it can't run (then the kernel's filter stands alone)."""
    program = shutil.which("bwrap")
    if program is None:
        return ()
    command = (
        program,
        *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "worker"),
        *("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108  a memory file system inside the wall
    )
    try:
        done = subprocess.run([*command, "true"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if done.returncode == 0 else ()


class Process:
    """One worker."""

    def __init__(self, child: asyncio.subprocess.Process, hello: frames.Hello) -> None:
        self._child, self.hello = child, hello
        self._turn = asyncio.Lock()
        self.used = asyncio.get_running_loop().time()
        self.progress: frames.Progress | None = None
        self._long = ""

    async def ask(self, frame: frames.Up, seconds: float) -> frames.Down:
        """One question, one answer. A worker that takes too long or breaks is ended. Raises Refusal or Unavailable."""
        async with self._turn:
            try:
                async with asyncio.timeout(seconds):
                    reply = await _exchange(self._child, frame)
                    while isinstance(reply, frames.Progress):
                        self.progress = reply
                        reply = await _exchange(self._child, None)
            except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError) as error:
                log.fault("worker lost", error)
                await self.end()
                raise Unavailable("worker") from None
            finally:
                self.progress = None
            self.used = asyncio.get_running_loop().time()
        if isinstance(reply, frames.Refused):
            facts = {"item": reply.item} if reply.item else {}
            raise Refusal(Code.BAD_OBJECT, rule=reply.rule, **facts)
        return reply

    def split(self, box: str) -> dict[str, str | int]:
        """A box as an answer: whole, or its first part and how many there are; the others are asked for one by one."""
        self._long = box if len(box) > PART else ""
        return {"box": box[:PART], "parts": max(1, -(-len(box) // PART))}

    def part(self, number: int) -> str:
        """A further part of the last long box (from 1). Raises Refusal when there is none."""
        found = self._long[number * PART : (number + 1) * PART]
        if not found:
            raise Refusal(Code.INCOMPLETE, rule="part")
        return found

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._child.returncode is None

    async def end(self) -> None:
        """End it; its memory goes with it."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
        await self._child.wait()


async def _exchange(child: asyncio.subprocess.Process, frame: frames.Up | None) -> frames.Down:
    assert child.stdin is not None
    assert child.stdout is not None
    if frame is not None:
        child.stdin.write(frames.pack(frame))
        await child.stdin.drain()
    size = frames.length(await child.stdout.readexactly(frames.HEAD))
    try:
        return frames.DOWN.decode(await child.stdout.readexactly(size))
    except Exception:
        raise ValueError("worker frame") from None


async def start(hide: Path, command: tuple[str, ...] | None = None) -> Process:
    """Start a worker that can't see the folder `hide` (our data). Raises Unavailable."""
    wall = await asyncio.to_thread(bubblewrap)
    front = (*wall, "--tmpfs", str(hide)) if wall else ()
    program = command or (sys.executable, "-B", "-m", "server.disclosure.worker_main")
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "HOME": "/nonexistent",
        "OMP_NUM_THREADS": "1",
        "INCAMERA_WALL": "bubblewrap" if wall else "",
        "INCAMERA_SANDBOX": os.environ.get("INCAMERA_SANDBOX", ""),
    }
    try:
        child = await asyncio.create_subprocess_exec(
            *front,
            *program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            limit=2**20,
        )
        async with asyncio.timeout(START_SECONDS):
            hello = await _exchange(child, None)
    except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError) as error:
        log.fault("worker failed to start", error)
        raise Unavailable("worker") from None
    if not isinstance(hello, frames.Hello):
        child.kill()
        await child.wait()
        raise Unavailable("worker-wall")
    return Process(child, hello)


class Workers:
    """The workers of this server, by request."""

    def __init__(self, hide: Path) -> None:
        self._hide = hide
        self._by_request: dict[str, Process] = {}
        self._starting = 0

    def get(self, rid: str) -> Process:
        """The worker of a request. Raises Refusal when there is none."""
        found = self._by_request.get(rid)
        if found is None or not found.alive:
            raise Refusal(Code.INCOMPLETE, rule="sitting")
        return found

    async def open(self, rid: str) -> Process:
        """A fresh worker for a request; an older one of the same request ends."""
        await self.end(rid)
        await self._sweep()
        if len(self._by_request) + self._starting >= MAX_WORKERS:
            raise Refusal(Code.BUSY)
        self._starting += 1
        try:
            self._by_request[rid] = await start(self._hide)
        finally:
            self._starting -= 1
        return self._by_request[rid]

    async def end(self, rid: str) -> None:
        """End a request's worker."""
        found = self._by_request.pop(rid, None)
        if found is not None:
            await found.end()

    async def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        for rid, found in list(self._by_request.items()):
            if not found.alive or now - found.used > IDLE_SECONDS:
                await self.end(rid)

    async def close(self) -> None:
        """End all."""
        for rid in list(self._by_request):
            await self.end(rid)
