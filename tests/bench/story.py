"""How long the whole story takes by headless clients: `python -m tests.bench.story [--times N]`. Clients and server share the machine."""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from tests.story import story
from tests.story.stage import house, stage


async def once(folder: Path) -> dict[str, float]:
    """Seconds by step, and the whole."""
    words = story.Words()
    started = time.perf_counter()
    async with (
        house(folder) as server,
        stage(await server.enrolment(), server.time, story.plan(words)) as on,
    ):
        tell = story.Telling(on, words)
        tell.took["set up"] = time.perf_counter() - started
        for part in story.PARTS:
            await part(tell)
    return tell.took | {"whole": time.perf_counter() - started}


def main() -> None:
    """Tell the story several times and print medians."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=3)
    times = arguments.parse_args().times
    runs: list[dict[str, float]] = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(asyncio.run(once(Path(folder))))
    for step in runs[0]:
        values = [run[step] for run in runs]
        print(f"{step:20} {statistics.median(values):7.2f} s   ({min(values):.2f} to {max(values):.2f}, {times} runs)")


if __name__ == "__main__":
    main()
