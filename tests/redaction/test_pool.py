"""A worker that crashes, hangs, eats or calls out fails its own job only."""

import asyncio

import pytest

from redaction.pool import JobFailed, JobTooLong, Pool, PoolFull, PoolLimits, WorkerCrashed
from redaction.worker import Done, Find, Probe

BARE = ("bare",)


async def test_a_crash_fails_that_job_and_no_other() -> None:
    async with Pool(size=1, arguments=BARE) as pool:
        with pytest.raises(WorkerCrashed):
            await pool.run(Probe("crash"))
        assert await pool.run(Probe("hello")) == Done([])


async def test_a_job_that_takes_too_long_is_ended() -> None:
    async with Pool(size=1, arguments=BARE) as pool:
        with pytest.raises(JobTooLong):
            await pool.run(Probe("hang"), seconds=0.3)
        assert await pool.run(Probe("hello")) == Done([])


async def test_a_job_that_eats_memory_fails() -> None:
    async with Pool(size=1, limits=PoolLimits(memory=700 * 1024**2), arguments=BARE) as pool:
        with pytest.raises((JobFailed, WorkerCrashed)):
            await pool.run(Probe("eat"))
        assert await pool.run(Probe("hello")) == Done([])


async def test_a_worker_cannot_open_a_connection() -> None:
    async with Pool(size=1, arguments=BARE) as pool:
        with pytest.raises(JobFailed, match="PermissionError"):
            await pool.run(Probe("connect"))


async def test_cancelling_ends_the_job_and_the_pool_goes_on() -> None:
    async with Pool(size=1, arguments=BARE) as pool:
        await pool.warm()
        task = asyncio.create_task(pool.run(Probe("hang")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await pool.run(Probe("hello")) == Done([])


async def test_too_many_waiting_jobs_are_refused() -> None:
    async with Pool(size=1, limits=PoolLimits(waiting=0), arguments=BARE) as pool:
        await pool.warm()
        task = asyncio.create_task(pool.run(Probe("hang")))
        await asyncio.sleep(0)
        with pytest.raises(PoolFull):
            await pool.run(Probe("hello"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_real_job_is_answered() -> None:
    async with Pool(size=1) as pool:
        done = await pool.run(Find(["Ask Phoebe Lockyer on 07700 900 871."], [[]]))
        assert {span.kind for span in done.found[0].spans} >= {"PERSON", "PHONE"}
        assert "core_web" in pool.says or "spacy" in pool.says
