"""Worker processes: a dead one is replaced and its people see each other again; a silent one is killed."""

import os
import signal
import time

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
        assert took < 10


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


async def test_a_mediation_stays_with_its_worker():
    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 4)
    assert len({engine.index(f"m{i}") for i in range(100)}) == 4
    assert engine.index("m1") == WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 4).index("m1")
