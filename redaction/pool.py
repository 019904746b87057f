"""A few long-lived workers that share out jobs: each job is bounded in time and memory and can be cancelled.

A worker that crashes, hangs or eats too much is ended and fails its own job only; the next job gets a fresh one.
"""

import asyncio
import struct
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import msgspec

from redaction.worker import MAX_FRAME, Done, Failed, Job, Ready, decode_answer, encode


class PoolError(Exception):
    """A job did not end well. Says what happened to the job, never what was in it."""


class JobTooLong(PoolError):
    """The job took longer than it may."""


class WorkerCrashed(PoolError):
    """The worker ended in the middle of the job; this job fails and no other."""


class JobFailed(PoolError):
    """The worker could not do the job; the message is the kind of error."""


class PoolFull(PoolError):
    """More jobs wait than may wait: try again later."""


class PoolLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds for one job and for getting ready, bytes of address space for one worker, jobs that may wait."""

    seconds: float = 300.0
    start_seconds: float = 120.0
    memory: int = 4 * 1024**3
    waiting: int = 64


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process, says: str) -> None:
        self.process = process
        self.says = says

    async def ask(self, job: Job) -> Done | Failed | Ready:
        if self.process.stdin is None or self.process.stdout is None:
            raise WorkerCrashed("the worker is gone")
        try:
            self.process.stdin.write(encode(job))
            await self.process.stdin.drain()
            return await _frame(self.process.stdout)
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            raise WorkerCrashed("the worker ended in the middle of the job") from None

    async def end(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def _frame(stream: asyncio.StreamReader) -> Done | Failed | Ready:
    size = struct.unpack(">I", await stream.readexactly(4))[0]
    if size > MAX_FRAME:
        raise WorkerCrashed("the worker answered with nonsense")
    try:
        return decode_answer(await stream.readexactly(size))
    except msgspec.DecodeError:
        raise WorkerCrashed("the worker answered with nonsense") from None


class Pool:
    """`async with Pool(size=2) as pool: done = await pool.run(job)`. Cancelling the task ends the job at once."""

    def __init__(self, *, size: int = 1, limits: PoolLimits | None = None, arguments: Sequence[str] = ()) -> None:
        if size < 1:
            raise ValueError("a pool has at least one worker")
        self._limits = limits or PoolLimits()
        self._arguments = tuple(arguments)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._slots = asyncio.Semaphore(size)
        self._size = size
        self._jobs = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in list(self._all):
            await self._discard(worker)

    @property
    def says(self) -> str:
        """Which models the workers have; empty before the first is ready."""
        return next((worker.says for worker in self._all), "")

    async def warm(self) -> str:
        """Starts one worker if none runs, and tells which models it has."""
        async with self._worker() as worker:
            return worker.says

    async def run(self, job: Job, *, seconds: float | None = None) -> Done:
        """The answer to one job, or a PoolError that says what became of it."""
        if self._jobs >= self._size + self._limits.waiting:
            raise PoolFull("too many jobs are waiting")
        self._jobs += 1
        try:
            async with self._worker() as worker:
                try:
                    async with asyncio.timeout(seconds or self._limits.seconds):
                        answer = await worker.ask(job)
                except BaseException as error:
                    # Whatever is half done in there is worth nothing now.
                    await self._discard(worker)
                    if isinstance(error, TimeoutError):
                        raise JobTooLong("the job took longer than it may") from None
                    raise
                if isinstance(answer, Failed):
                    if answer.kind == "MemoryError":
                        await self._discard(worker)
                    raise JobFailed(answer.kind)
                if isinstance(answer, Ready):
                    await self._discard(worker)
                    raise WorkerCrashed("the worker answered with nonsense")
                return answer
        finally:
            self._jobs -= 1

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        async with self._slots:
            worker = self._idle.pop() if self._idle else await self._start()
            try:
                yield worker
            finally:
                if worker in self._all and worker.process.returncode is None:
                    self._idle.append(worker)
                elif worker in self._all:
                    await self._discard(worker)

    async def _start(self) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "redaction.worker", str(self._limits.memory), *self._arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, limit=2**20,
        )  # fmt: skip
        worker = _Worker(process, "")
        self._all.add(worker)
        try:
            if process.stdout is None:
                raise WorkerCrashed("the worker can't be reached")
            async with asyncio.timeout(self._limits.start_seconds):
                answer = await _frame(process.stdout)
        except BaseException as error:
            await self._discard(worker)
            if isinstance(error, TimeoutError | asyncio.IncompleteReadError):
                raise WorkerCrashed("the worker could not start") from None
            raise
        worker.says = answer.says if isinstance(answer, Ready) else ""
        return worker

    async def _discard(self, worker: _Worker) -> None:
        self._all.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        await worker.end()
