"""The SQLite file: one connection in one thread, write-ahead log, a full sync at every commit. What it confirmed survives a power cut.

A database of a newer version is refused; an older one is copied aside and then brought forward.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

MIGRATIONS = Path(__file__).parent / "migrations"
T = TypeVar("T")


class DatabaseTooNew(Exception):
    """A newer version of the program has written this database."""


class Database:
    """Runs functions over the one connection, in order, each in a transaction of its own."""

    def __init__(self, connection: Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The value of `work`, after its transaction is on disk. What it raises rolls back. Not torn by cancellation."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._thread, self._transaction, work))

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self._connection.begin():
            return work(self._connection)


def _connect(file: Path) -> Connection:
    engine = create_engine(
        f"sqlite:///{file}", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 5}
    )

    @event.listens_for(engine, "connect")
    def settings(raw: sqlite3.Connection, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves: sqlite3 would begin late
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "busy_timeout=5000",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine.connect()


def _forward(connection: Connection, file: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    with connection.begin():
        now = MigrationContext.configure(connection).get_current_revision()
    head = script.get_current_head()
    if now == head:
        return
    if now is not None:
        if now not in {revision.revision for revision in script.walk_revisions()}:
            raise DatabaseTooNew
        _copy_aside(connection, file.with_suffix(f".before-{head}"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.in_transaction():
        connection.commit()


def _copy_aside(connection: Connection, copy: Path) -> None:
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
        with sqlite3.connect(copy) as target:
            raw.backup(target)


@asynccontextmanager
async def open_database(file: Path) -> AsyncIterator[Database]:
    """Open (and make, and bring forward) the database file, readable by its owner only."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="database") as thread:

        def opened() -> Connection:
            if not file.exists():
                os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
            connection = _connect(file)
            try:
                _forward(connection, file)
            except BaseException:
                connection.close()
                raise
            return connection

        connection = await loop.run_in_executor(thread, opened)
        try:
            yield Database(connection, thread)
        finally:
            await loop.run_in_executor(thread, connection.close)
