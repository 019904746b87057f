"""Tasks that live exactly as long as a block; one failure surfaces as itself and not wrapped in a group."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def alongside(*work: Coroutine[Any, Any, Any], leave: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run `work` while the block runs; `leave` is called before the tasks are cancelled."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
            try:
                yield
            finally:
                await leave()
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as failed:
        if len(failed.exceptions) == 1:
            raise failed.exceptions[0] from None
        raise
