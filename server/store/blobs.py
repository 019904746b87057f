"""Uploads: ciphertext in files with random names. A file can be read by nobody until all its bytes are on disk."""

import asyncio
import os
import secrets
from collections.abc import Collection, Iterable
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, true, update

from server.store.database import Database
from server.store.tables import blobs


class Blob(Struct, frozen=True, kw_only=True):
    """An upload: whose it is, how large it must become, whether all of it is here."""

    id: str
    mediation: str
    seat: str
    file: str
    size: int
    complete: bool


class Blobs:
    """All uploads."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def path(self, blob: Blob) -> Path:
        """Where its bytes lie."""
        return self._folder / blob.file

    async def begin(self, blob: str, mediation: str, seat: str, size: int, now: int) -> Blob:
        """Make room for an upload of `size` bytes."""
        made = Blob(id=blob, mediation=mediation, seat=seat, file=secrets.token_hex(16), size=size, complete=False)

        def work(db: Connection) -> None:
            db.execute(
                insert(blobs).values(
                    id=blob,
                    mediation=mediation,
                    seat=seat,
                    file=made.file,
                    size=size,
                    complete=False,
                    created=now,
                )
            )

        await self._database.run(work)
        await asyncio.to_thread(_touch, self.path(made))
        return made

    async def get(self, blob: str) -> Blob | None:
        """The upload of that id."""

        def work(db: Connection) -> Blob | None:
            row = db.execute(select(blobs).where(blobs.c.id == blob)).first()
            return None if row is None else _read(row)

        return await self._database.run(work)

    async def complete_of(self, mediation: str, seat: str | None, ids: Iterable[str]) -> dict[str, int]:
        """Which of these uploads of this seat (None: of any) are complete, with their sizes."""
        wanted = list(ids)

        def work(db: Connection) -> dict[str, int]:
            rows = db.execute(
                select(blobs.c.id, blobs.c.size).where(
                    blobs.c.mediation == mediation,
                    true() if seat is None else blobs.c.seat == seat,
                    blobs.c.complete.is_(True),
                    blobs.c.id.in_(wanted),
                )
            )
            return {r.id: r.size for r in rows}

        return await self._database.run(work) if wanted else {}

    async def finish(self, blob: str) -> None:
        """All bytes are on disk."""
        await self._database.run(lambda db: db.execute(update(blobs).where(blobs.c.id == blob).values(complete=True)))

    async def used(self, mediation: str, seat: str) -> tuple[int, int]:
        """How many bytes the mediation and the seat have reserved."""

        def work(db: Connection) -> tuple[int, int]:
            total = select(func.coalesce(func.sum(blobs.c.size), 0)).where(blobs.c.mediation == mediation)
            return (
                db.execute(total).scalar_one(),
                db.execute(total.where(blobs.c.seat == seat)).scalar_one(),
            )

        return await self._database.run(work)

    async def destroy(self, mediation: str, spare: Collection[str] = ()) -> int:
        """Delete a mediation's uploads but the spared ones. Says how many."""

        def chosen(db: Connection) -> list[Blob]:
            rows = db.execute(select(blobs).where(blobs.c.mediation == mediation))
            return [blob for blob in map(_read, rows) if blob.id not in spare]

        gone = await self._database.run(chosen)
        for blob in gone:
            await asyncio.to_thread(self.path(blob).unlink, missing_ok=True)
        ids = [blob.id for blob in gone]
        await self._database.run(lambda db: db.execute(delete(blobs).where(blobs.c.id.in_(ids))))
        return len(gone)


def _touch(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _read(row: object) -> Blob:
    values = {name: getattr(row, name) for name in Blob.__struct_fields__}
    return Blob(**values)
