"""The event log of every mediation. A writer that is behind is told so (`Stale`) and writes nothing."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.mediation.events import AnyDurable
from server.store.database import Database
from server.store.tables import events, mediations

_DECODER: msgspec.json.Decoder[AnyDurable] = msgspec.json.Decoder(AnyDurable)
_ENCODER = msgspec.json.Encoder(order="deterministic")


class Stale(Exception):
    """Somebody else wrote in between: load again."""


class Exists(Exception):
    """There is a mediation of that id."""


class Entry(Struct, frozen=True, kw_only=True):
    """One event as it lies on disk: `body` is what the audit log commits to, under `salt`."""

    seq: int
    at: int
    cause: str | None
    salt: bytes
    body: bytes

    @property
    def event(self) -> AnyDurable:
        """The event itself."""
        return _DECODER.decode(self.body)


class Standing(Struct, frozen=True, kw_only=True):
    """What lists show of a mediation."""

    id: str
    life: str
    retain_until: int | None


class Log:
    """All logs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, mediation: str, root: str, entry: Entry) -> None:
        """The first event. Raises Exists."""

        def work(db: Connection) -> None:
            row = {"id": mediation, "root": root, "seq": 1, "life": "open", "retain_until": None, "created": entry.at}
            try:
                db.execute(insert(mediations).values(row))
            except IntegrityError:
                raise Exists from None
            db.execute(insert(events).values(_row(mediation, entry)))

        await self._database.run(work)

    async def append(
        self, mediation: str, after: int, entries: Sequence[Entry], life: str, retain_until: int | None
    ) -> None:
        """Write the entries that follow number `after`. Raises Stale if the log has gone on."""

        def work(db: Connection) -> None:
            done = db.execute(
                update(mediations)
                .where(mediations.c.id == mediation, mediations.c.seq == after)
                .values(seq=after + len(entries), life=life, retain_until=retain_until)
            )
            if done.rowcount != 1:
                raise Stale
            for entry in entries:
                db.execute(insert(events).values(_row(mediation, entry)))

        await self._database.run(work)

    async def read(self, mediation: str) -> list[Entry]:
        """All entries in order; none if there is no such mediation."""

        def work(db: Connection) -> list[Entry]:
            rows = db.execute(select(events).where(events.c.mediation == mediation).order_by(events.c.seq))
            return [Entry(seq=r.seq, at=r.at, cause=r.cause, salt=r.salt, body=r.body) for r in rows]

        return await self._database.run(work)

    async def of_root(self, root: str) -> list[Standing]:
        """The mediations of one mediator, oldest first."""

        def work(db: Connection) -> list[Standing]:
            rows = db.execute(
                select(mediations).where(mediations.c.root == root).order_by(mediations.c.created, mediations.c.id)
            )
            return [Standing(id=r.id, life=r.life, retain_until=r.retain_until) for r in rows]

        return await self._database.run(work)

    async def due(self, now: int) -> list[str]:
        """Mediations whose kept items are past their date."""

        def work(db: Connection) -> list[str]:
            rows = db.execute(
                select(mediations.c.id).where(mediations.c.life == "closed", mediations.c.retain_until <= now)
            )
            return [r.id for r in rows]

        return await self._database.run(work)

    async def count(self) -> int:
        """How many mediations there are."""

        def work(db: Connection) -> int:
            return db.execute(select(func.count()).select_from(mediations)).scalar_one()

        return await self._database.run(work)


def encode(event: AnyDurable) -> bytes:
    """An event as it is written."""
    return _ENCODER.encode(event)


def _row(mediation: str, entry: Entry) -> dict[str, object]:
    return {
        "mediation": mediation,
        "seq": entry.seq,
        "at": entry.at,
        "cause": entry.cause,
        "salt": entry.salt,
        "body": entry.body,
    }
