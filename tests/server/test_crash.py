"""Whatever fails when: nothing is told before it is on disk, nothing is done twice, and people hear less, never more."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from client.keys.encoding import new_id
from client.protocol import messages as m
from client.protocol.errors import Code
from server.store.database import DatabaseTooNew, open_database
from server.store.log import Entry, Exists, Log, Stale, encode
from tests.server.conftest import running
from tests.server.pure import Core
from tests.server.test_calls import Recorder, held


class Broken(Exception):
    """The disk is full."""


async def test_a_move_that_cannot_be_written_is_told_to_nobody_and_leaves_less_media(
    tmp_path: Path, clock: Any, shell: Any
) -> None:
    engine = Recorder()
    async with running(tmp_path, clock, shell, engine) as world:
        await world.mediate()
        med, _ = await world.med.enter()
        ana, _ = await world.ana.enter()
        await world.move(med, joint=("joint", (world.med, world.ana)))
        await world.grant(world.med, med, "joint", 1, world.med, world.ana)
        await held(world, "joint", 1, med=med, ana=ana)
        assert engine.routes[world.mediation]
        append = world.house.services.log.append

        async def full(*args: Any) -> None:
            raise OperationalError("insert", {}, Exception("disk is full"))

        world.house.services.log.append = full
        sheet = world.sheet("joint", "joint", world.med)
        await med.say(m.SheetsPublish(id=new_id(), sheets=(sheet.compact,)))
        assert await med.read() == m.Goodbye(code=Code.UNAVAILABLE)
        assert engine.routes[world.mediation] == {}, "taken away before the commit, and not given back"
        assert await ana.read() == m.Goodbye(code=Code.UNAVAILABLE)
        world.house.services.log.append = append
        _, welcome = await world.ana.enter(access=False)
        assert welcome.room.sheet == world.rooms["joint"].compact, "loaded anew, as it was on disk"


async def test_a_writer_that_was_overtaken_lets_go(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await world.med.enter(takeover=True)
    actor = await world.house.get(world.mediation)
    log: Log = world.house.services.log
    from server.mediation.events import Adjourned

    entry = Entry(seq=actor.state.seq + 1, at=0, cause=None, salt=bytes(16), body=encode(Adjourned()))
    await log.append(world.mediation, actor.state.seq, [entry], "adjourned", None)
    line, _ = await world.med.enter(takeover=True)
    await line.say(m.SheetsPublish(id=new_id(), sheets=(world.sheet("joint", "joint", world.med).compact,)))
    assert await line.read() == m.Goodbye(code=Code.UNAVAILABLE)
    _, welcome = await world.med.enter(takeover=True)
    assert welcome.state == "adjourned"
    assert med


async def test_a_command_that_was_done_before_a_crash_is_not_done_again(tmp_path: Path, clock: Any, shell: Any) -> None:
    async with running(tmp_path, clock, shell) as world:
        await world.mediate()
        med, _ = await world.med.enter()
        sheet = world.sheet("joint", "joint", world.med)
        publish = m.SheetsPublish(id=new_id(), sheets=(sheet.compact,))
        await med.done(publish)
        people, mediation, charter = world.people, world.mediation, world.charter
    async with running(tmp_path, clock, shell) as again:
        again.people, again.mediation, again.charter = people, mediation, charter
        for person in people.values():
            person.world = again
        med, _ = await again.med.enter(access=False)
        assert await med.done(publish) == {}
        actor = await again.house.get(mediation)
        assert actor.state.seq == 2


async def test_a_mediation_is_made_once_even_if_asked_twice(world: Any) -> None:
    desk = await world.enrol()
    world.charter = world.make_charter()
    command = m.MediationCreate(
        id=new_id(), mediation=world.mediation, charter=world.charter.compact, seats=world.plans()
    )
    await desk.done(command)
    assert await desk.done(command) == {}
    other = m.MediationCreate(
        id=new_id(), mediation=world.mediation, charter=world.charter.compact, seats=world.plans()
    )
    assert (await desk.refused(other)).code == Code.STALE
    listed = await desk.done(m.MediationList(id=new_id()))
    assert listed == {"ids": [world.mediation], "states": ["open"]}


async def test_the_log_takes_each_number_once(tmp_path: Path) -> None:
    core = Core()
    async with open_database(tmp_path / "db") as database:
        log = Log(database)
        from sqlalchemy import insert

        from server.mediation.events import Adjourned
        from server.store.tables import accounts

        await database.run(lambda db: db.execute(insert(accounts).values(root=core.root.public, created=0)))
        first = Entry(seq=1, at=0, cause="x:1", salt=bytes(16), body=b'{"kind":"adjourned"}')
        await log.create(core.mediation, core.root.public, first)
        with pytest.raises(Exists):
            await log.create(core.mediation, core.root.public, first)
        second = Entry(seq=2, at=0, cause="x:2", salt=bytes(16), body=encode(Adjourned()))
        await log.append(core.mediation, 1, [second], "adjourned", None)
        with pytest.raises(Stale):
            await log.append(core.mediation, 1, [second], "adjourned", None)
        assert [entry.seq for entry in await log.read(core.mediation)] == [1, 2]


async def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path / "db") as database:
        from sqlalchemy import func, insert, select

        from server.store.tables import accounts

        def work(db: Any) -> None:
            db.execute(insert(accounts).values(root="r" * 43, created=0))
            raise Broken

        with pytest.raises(Broken):
            await database.run(work)
        count = await database.run(lambda db: db.execute(select(func.count()).select_from(accounts)).scalar_one())
        assert count == 0
        mode = await database.run(lambda db: db.exec_driver_sql("PRAGMA journal_mode").scalar_one())
        sync = await database.run(lambda db: db.exec_driver_sql("PRAGMA synchronous").scalar_one())
        assert (mode, sync) == ("wal", 2)


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    async with open_database(tmp_path / "db") as database:
        await database.run(lambda db: db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew):
        async with open_database(tmp_path / "db"):
            raise AssertionError


async def test_the_migrations_make_the_tables_that_the_code_names(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from server.store.tables import metadata

    async with open_database(tmp_path / "db") as database:
        found = await database.run(lambda db: compare_metadata(MigrationContext.configure(db), metadata))
    assert found == []
