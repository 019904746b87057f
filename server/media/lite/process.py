"""What a process that forwards media does to itself at start."""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from server.media.lite.pace import Pacer


def calm_collector() -> None:
    """Look for cycles rarely: the forward path makes none, and a collection is a pause for everybody in the room."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def run_paced(main: Callable[[Pacer | None], Coroutine[Any, Any, None]]) -> None:
    """Run `main` in an event loop that reads media ports by itself, where the system can; it is given the pacer."""
    pacer = Pacer() if sys.platform.startswith("linux") else None
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(pacer)) as runner:
        runner.run(main(pacer))
