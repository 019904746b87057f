"""The server as people run it: a process of its own, its log in a file, its data in a folder."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Served:
    """A running server process."""

    pid: int
    origin: str
    enrolment: str
    data: Path
    log: Path


@asynccontextmanager
async def served(folder: Path, *command: str, more: tuple[str, ...] = ()) -> AsyncIterator[Served]:
    """Start `incamera serve` (or `command` in its place) on a free port, with `more` settings."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    data, log = folder / "data", folder / "log"
    program = command or (str(Path(sys.executable).with_name("incamera")),)
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *program,
            *("serve", "--data", str(data), "--port", "0", *more),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        while True:
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
            assert line, log.read_text()
            if "/desk#enrol." in line:
                break
        yield Served(process.pid, line.partition("/desk#")[0], line, data, log)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)
