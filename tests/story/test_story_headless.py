"""The whole story by headless clients only, against a real server."""

import asyncio
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from client.bundle.cli import NOT_ESTABLISHED, NOT_VALID, VALID
from client.keys.encoding import new_id
from client.keys.membership import make_charter
from client.protocol import messages as wire
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


@pytest.mark.slow
async def test_what_was_locked_under_an_earlier_charter_opens_and_verifies_with_the_rest(tmp_path: Path) -> None:
    """The charter changes between two kept items, pages are opened anew, and there are two reviews before everyone agrees."""
    words = story.Words()
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time, story.plan(words)) as on:
        tell = story.Telling(on, words)

        async def revised() -> None:
            held = on.table.belief.held_charter()
            body = msgspec.structs.replace(held.body, rev=held.body.rev + 1, prev=held.hash)
            await on.table.call(
                wire.CharterPublish(id=new_id(), charter=make_charter(on.desk.device.signer, body).compact)
            )
            for who in tell.everybody():
                await who.until(lambda _, who=who: who.belief.held_charter().body.rev == held.body.rev + 1)  # type: ignore[misc]

        await story.meet(tell)
        await story.keep(tell, revised)
        for key in ("a", "b"):
            tell.people[key] = await on.enter(on.entry.seat(tell[key].belief.seat).name)
            await tell[key].until(lambda s: len(s.kept) == 2)
        await story.ask(tell)
        await story.review(tell)
        first = tell.draft
        await story.review(tell, black="pay")
        assert tell.draft != first
        await story.release(tell)
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
