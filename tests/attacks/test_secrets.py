"""After the whole story (keeping, opening, releasing and collecting included), nothing of the server holds a word of it: not its database, its data, its log, nor its memory.

Names, titles, labels, chat, documents, file names, notes, link secrets, room keys, paper keys, device keys: planted and looked for
in the usual spellings. A server built to leak three of them is caught at each.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks.search import Search, in_folder, in_memory
from tests.story import story
from tests.story.served import Served, served
from tests.story.stage import Time, stage

MEMORY_MB = 250  # of `./run`, everything it started included, until documents are first opened
LEAKY = (sys.executable, str(Path(__file__).with_name("leaky_server.py")))


@asynccontextmanager
async def told(
    folder: Path, *command: str, disclosed: bool = False
) -> AsyncIterator[tuple[Served, Mapping[str, bytes]]]:
    """The story told to a server process; what was planted. The server still runs, and people are still connected."""
    words = story.Words()
    mediator = words.text("name of m", "Mara Vane")
    async with (
        served(folder, *command) as server,
        stage(server.enrolment, Time(), story.plan(words), mediator) as on,
    ):
        tell = story.Telling(on, words)
        await story.meet(tell)
        await story.apart(tell)
        assert in_memory(Search(words.planted), server.pid)[0] == set()  # in the middle of it, too
        await story.keep(tell)
        await story.ask(tell)
        family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
        megabytes = sum(process.memory_info().rss for process in family) / 1e6
        print(f"memory of {len(family)} processes after the story until the first review: {megabytes:.0f} MB")
        assert megabytes < MEMORY_MB
        if disclosed:
            await story.review(tell)
            assert in_memory(Search(words.planted), server.pid)[0] == set()
            await story.release(tell, shorten=True)
            assert len(tell.package) > 10_000
        yield server, words.planted


@pytest.mark.slow
async def test_the_server_holds_no_word_of_it(tmp_path: Path) -> None:
    async with told(tmp_path, disclosed=True) as (server, planted):
        assert len(planted) >= 40
        search = Search(planted)
        hits, size = in_memory(search, server.pid)
        assert size > 20_000_000
        assert hits == set()
        assert in_folder(search, tmp_path) == {}
    assert in_folder(search, tmp_path) == {}  # and after it has shut down


@pytest.mark.slow
async def test_a_build_that_leaks_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leak = tmp_path / "leak"
    monkeypatch.setenv("LEAK", str(leak))
    monkeypatch.setenv("LEAK_DATA", str(tmp_path / "run" / "data"))
    async with told(tmp_path / "run", *LEAKY) as (server, planted):
        memory, file, log = ("title", "kept document", "chat b1")
        await asyncio.to_thread(leak.write_text, " ".join(planted[name].hex() for name in (memory, file, log)))
        await asyncio.to_thread(_appears, leak.with_suffix(".done"))
        leak.unlink()
        search = Search(planted)
        assert memory in in_memory(search, server.pid)[0]
        hits = in_folder(search, tmp_path / "run")
        assert hits == {str(tmp_path / "run" / "data" / "blobs" / "debug"): {file}, str(server.log): {log}}


def _appears(file: Path) -> None:
    while not file.exists():
        time.sleep(0.05)


@given(st.binary(min_size=12, max_size=40), st.binary(max_size=20), st.binary(max_size=20))
def test_the_search_finds_every_spelling(secret: bytes, before: bytes, after: bytes) -> None:
    import base64

    search = Search({"it": secret})
    for around in (
        before + secret + after,
        base64.b64encode(before + secret + after),
        base64.urlsafe_b64encode(before + secret + after),
        (before + secret + after).hex().encode(),
    ):
        assert search.found(around) == {"it"}
    assert search.found(os.urandom(64)) == set()
