"""The whole story by headless clients only, against a real server."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from client.bundle.cli import NOT_ESTABLISHED, NOT_VALID, VALID
from tests.story import story
from tests.story.stage import house, stage


@pytest.mark.slow
async def test_the_whole_story(tmp_path: Path) -> None:
    words = story.Words()
    mediator = words.text("name of m", "Mara Vane")
    async with (
        house(tmp_path) as server,
        stage(await server.enrolment(), server.time, story.plan(words), mediator) as on,
    ):
        tell = story.Telling(on, words)
        for part in story.PARTS:
            await part(tell)
        for who in tell.everybody():
            assert who.state.distrust == ()
        await asyncio.to_thread(_verified, tmp_path / "package.zip", tell)


def _verified(file: Path, tell: story.Telling) -> None:
    """The court's command says that it holds, and of one flipped byte that it does not."""
    file.write_bytes(tell.package)
    whole = verify(str(file), "--root", tell.root)
    assert whole.returncode == VALID, whole.stdout
    assert tell.words.planted["recipient"].decode() in whole.stdout
    unknown = verify(str(file))
    assert unknown.returncode == NOT_ESTABLISHED
    broken = bytearray(tell.package)
    broken[len(broken) // 2] ^= 1
    file.write_bytes(broken)
    assert verify(str(file), "--root", tell.root).returncode == NOT_VALID


def verify(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`incamera verify`, as the court runs it."""
    program = str(Path(sys.executable).with_name("incamera"))
    return subprocess.run([program, "verify", *arguments], capture_output=True, text=True, check=False)
