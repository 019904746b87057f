"""What every engine behind the seam must do: ours in this process, ours in worker processes, and Janus."""

import asyncio

import pytest
from harness import until
from janus_server import JanusServer, available
from people import people, place

from server.media.lite.engine import LiteEngine
from server.media.workers import Options, WorkerEngine


@pytest.fixture(params=["lite", "workers", "janus"])
async def engine(request):
    if request.param == "lite":
        yield LiteEngine()
    elif request.param == "workers":
        yield WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 2)
    else:
        assert available(), "Janus is not installed (Debian: janus): the check installs it"
        from server.media.janus import JanusEngine

        server = JanusServer(event_loops=1)
        await server.start()
        yield JanusEngine(server.url)
        await server.stop()


async def test_people_in_a_room_open_each_others_frames_and_nobody_elses(engine):
    async with people(engine, "abcd") as made:
        await place(engine, made, {"one": "ab", "two": "cd"}, 1)
        for x, y in ("ab", "ba", "cd", "dc"):
            await until(lambda x=x, y=y: made[x].sees(made[y]))
        for mine, others in (("ab", "cd"), ("cd", "ab")):
            for x in mine:
                assert not set(others) & set(made[x].media.counts())


async def test_tightening_is_done_when_it_returns(engine):
    async with people(engine, "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["b"].sees(made["a"]))
        await engine.set_routes("m", {})
        await asyncio.sleep(0.05)  # what was on its way when it returned
        before = _all(made)
        await asyncio.sleep(0.4)
        assert _all(made) == before


def _all(made):
    return {x: p.media.counts() for x, p in made.items()}


async def test_moving_changes_who_is_opened(engine):
    async with people(engine, "abc") as made:
        await place(engine, made, {"joint": "abc"}, 1)
        await until(lambda: made["a"].sees(made["c"]))
        await place(engine, made, {"one": "ab", "two": "c"}, 2)
        await until(lambda: made["a"].sees(made["b"], 30))
        c = made["a"].opened("c")
        await until(lambda: made["a"].sees(made["b"], 60))
        assert made["a"].opened("c") == c
        await place(engine, made, {"one": "ac", "two": "b"}, 3)
        await until(lambda: made["a"].sees(made["c"], c + 10))


async def test_leaving_ends_what_others_receive(engine):
    async with people(engine, "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["a"].sees(made["b"]))
        await engine.leave("m/b")
        await asyncio.sleep(0.05)
        n = made["a"].opened("b")
        await asyncio.sleep(0.3)
        assert made["a"].opened("b") == n
        with pytest.raises(KeyError):
            await engine.stats("m/b")


async def test_strange_calls_are_refused_or_ignored(engine):
    async with people(engine, "a"):
        with pytest.raises(ValueError, match=r".*"):
            await engine.set_routes("m", {"m/a": frozenset({"other/b"})})
        await engine.answer("m/nobody", 1, "v=0")
        await engine.answer("m/a", 10**9, "v=0")
        await engine.leave("m/nobody")
        await engine.restart("m/nobody")
        await engine.prefer("m/nobody", {})
