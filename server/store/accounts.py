"""Mediators' accounts: root, certified devices, vault, and the one-time tokens by which an account begins."""

from sqlalchemy import Connection, delete, func, insert, select, update

from client.keys.jws import Signed
from client.keys.roots import DevCert
from server.store.database import Database
from server.store.tables import accounts, devices, tokens, vaults


class Accounts:
    """Who may sit at a desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> int:
        """How many mediators are enrolled."""

        def work(db: Connection) -> int:
            return db.execute(select(func.count()).select_from(accounts)).scalar_one()

        return await self._database.run(work)

    async def invite(self, token_hash: str, expires: int, now: int) -> None:
        """Remember a token (its hash) until it is used or expires."""

        def work(db: Connection) -> None:
            db.execute(delete(tokens).where((tokens.c.expires <= now) | tokens.c.used))
            db.execute(insert(tokens).values(hash=token_hash, expires=expires, used=False))

        await self._database.run(work)

    async def enrol(self, token_hash: str, cert: Signed[DevCert], now: int) -> bool:
        """Use up a token and add the account (or a further device of one). False if the token is not good."""

        def work(db: Connection) -> bool:
            used = db.execute(
                update(tokens)
                .where(tokens.c.hash == token_hash, tokens.c.used.is_(False), tokens.c.expires > now)
                .values(used=True)
            )
            if used.rowcount != 1:
                return False
            if db.execute(select(accounts.c.root).where(accounts.c.root == cert.body.root)).first() is None:
                db.execute(insert(accounts).values(root=cert.body.root, created=now))
            _add(db, cert)
            return True

        return await self._database.run(work)

    async def add_device(self, cert: Signed[DevCert]) -> bool:
        """A further device, certified by a known root and not older than the root's newest certificate. False otherwise."""

        def work(db: Connection) -> bool:
            if db.execute(select(accounts.c.root).where(accounts.c.root == cert.body.root)).first() is None:
                return False
            newest = db.execute(select(func.max(devices.c.rev)).where(devices.c.root == cert.body.root)).scalar()
            if newest is not None and cert.body.rev < newest:
                return False
            _add(db, cert)
            return True

        return await self._database.run(work)

    async def devcert(self, sig: str) -> str | None:
        """The certificate of a device."""

        def work(db: Connection) -> str | None:
            return db.execute(select(devices.c.devcert).where(devices.c.sig == sig)).scalar()

        return await self._database.run(work)

    async def devcerts(self, root: str) -> list[str]:
        """The certificates of all devices of one mediator."""

        def work(db: Connection) -> list[str]:
            rows = db.execute(select(devices.c.devcert).where(devices.c.root == root).order_by(devices.c.rev))
            return [r.devcert for r in rows]

        return await self._database.run(work)

    async def vault(self, root: str) -> tuple[int, str]:
        """Revision and ciphertext of a vault; (0, "") before the first."""

        def work(db: Connection) -> tuple[int, str]:
            row = db.execute(select(vaults).where(vaults.c.root == root)).first()
            return (0, "") if row is None else (row.rev, row.blob)

        return await self._database.run(work)

    async def put_vault(self, root: str, rev: int, blob: str) -> bool:
        """Replace the vault of revision `rev`. False if it is another one by now. Saying the same twice does no harm."""

        def work(db: Connection) -> bool:
            if rev == 0:
                if db.execute(select(vaults.c.rev).where(vaults.c.root == root)).first() is not None:
                    return _stored(db, root, 1, blob)
                db.execute(insert(vaults).values(root=root, rev=1, blob=blob))
                return True
            done = db.execute(
                update(vaults).where(vaults.c.root == root, vaults.c.rev == rev).values(rev=rev + 1, blob=blob)
            )
            return done.rowcount == 1 or _stored(db, root, rev + 1, blob)

        return await self._database.run(work)


def _add(db: Connection, cert: Signed[DevCert]) -> None:
    row = {"root": cert.body.root, "devcert": cert.compact, "rev": cert.body.rev}
    have = db.execute(select(devices.c.root).where(devices.c.sig == cert.body.dev.sig)).first()
    if have is None:
        db.execute(insert(devices).values(sig=cert.body.dev.sig, **row))
    elif have.root == cert.body.root:
        db.execute(update(devices).where(devices.c.sig == cert.body.dev.sig).values(row))


def _stored(db: Connection, root: str, rev: int, blob: str) -> bool:
    """Whether this very vault was stored already: its answer was lost and it is sent again."""
    row = db.execute(select(vaults).where(vaults.c.root == root)).first()
    return row is not None and row.rev == rev and row.blob == blob
