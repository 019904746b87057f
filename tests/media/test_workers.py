"""Worker processes: a dead one is replaced and its people see each other again; a silent one is killed."""

import asyncio
import os
import signal
import socket
import time

import pytest
from harness import until
from people import people, place

from server.media.workers import Options, WorkerEngine


async def test_a_killed_workers_room_is_back_and_the_others_never_noticed(record_property):
    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 1)
    async with people(engine, "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["a"].sees(made["b"]))
        old = engine.workers[0].pid
        os.kill(old, signal.SIGKILL)
        start = time.monotonic()
        before = made["a"].opened("b")
        await until(lambda: made["a"].sees(made["b"], before + 5), every=0.02)
        took = time.monotonic() - start
        record_property("seconds", took)
        print(f"back after {took:.2f} s")
        assert engine.workers[0].pid != old
        assert took < 20


async def test_a_worker_that_does_not_answer_is_killed_and_replaced():
    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 1)
    async with people(engine, "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["a"].sees(made["b"]))
        old = engine.workers[0].pid
        os.kill(old, signal.SIGSTOP)
        before = made["a"].opened("b")
        await until(lambda: made["a"].sees(made["b"], before + 5))
        assert engine.workers[0].pid != old


async def test_draining_gives_people_to_the_successor():
    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 2)
    async with people(engine, "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["a"].sees(made["b"]))
        i = engine.index("m")
        before = made["a"].opened("b")
        await engine.drain(i)
        await until(lambda: made["a"].sees(made["b"], before + 5))


async def nobody(_event):
    """Takes offers and answers none."""


async def test_a_mediation_stays_with_its_worker_and_a_new_one_goes_where_the_fewest_are():
    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 2)
    await engine.start()
    try:
        for peer in ("m1/a", "m1/b", "m2/a", "m3/a", "m4/a"):
            await engine.join(peer, nobody)
        pins = {m: engine.index(m) for m in ("m1", "m2", "m3", "m4")}
        assert pins["m1"] != pins["m2"] == pins["m3"]
        await engine.join("m1/c", nobody)
        assert engine.index("m1") == pins["m1"]
        for peer in ("m1/a", "m1/b", "m1/c"):
            await engine.leave(peer)
        assert engine.index("m5") == pins["m1"], "it has become the empty one"
    finally:
        await engine.close()


async def test_what_a_person_may_not_send_survives_the_death_of_the_worker():
    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 1)
    async with people(engine, "ab") as made:
        await engine.set_publishing("m/a", frozenset({"audio"}))
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["a"].sees(made["b"]))
        os.kill(engine.workers[0].pid, signal.SIGKILL)
        before = made["a"].opened("b")
        await until(lambda: made["a"].sees(made["b"], before + 10))
        assert made["b"].opened("a") == 0
        assert made["b"].opened("a", "audio") > 0


async def test_routes_that_shrink_while_a_worker_is_replaced_stay_shrunk():
    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 1)
    async with people(engine, "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["a"].sees(made["b"]))
        draining = asyncio.create_task(engine.drain(0))
        await engine.set_routes("m", {})
        await asyncio.sleep(0.05)  # what was on its way
        n, m = made["a"].opened("b"), made["b"].opened("a")
        await draining
        await asyncio.sleep(1)
        assert (made["a"].opened("b"), made["b"].opened("a")) == (n, m)


async def test_a_taken_port_is_an_error_with_a_name():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=taken.getsockname()[1]), 1)
        with pytest.raises(OSError, match="in use"):
            await engine.start()
