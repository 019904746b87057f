"""The gate's keys: one per mediation and class of retention, each in a file of its own, outside the database and its backups.

A gate key opens nothing alone. Without it nothing that was kept opens, whoever else agrees: destroying it is the end of the record.
Every file is wrapped by a master key; at each destruction the master is replaced, so that an old copy of a destroyed file
is noise as well. Must never write a key anywhere else, log it, or hand it out: callers get `Opener`s.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from client.keys.derive import open_aes, seal_aes
from client.keys.devices import SoftOpener
from client.keys.encoding import info
from client.keys.refusals import ObjectRefused
from server.runtime.clock import Random, random_bytes

CLASS = "sealed-record"
MASTER_BYTES = 32


class GateGone(Exception):
    """The key was destroyed (or never made): nothing opens any more."""


class Gate:
    """The folder of gate keys. A lock file keeps the server and the retention verb from writing at the same time."""

    def __init__(self, folder: Path, random: Random = random_bytes) -> None:
        self._folder, self._random = folder, random
        folder.mkdir(mode=0o700, exist_ok=True)
        with self._locked():
            self._finish_rotation()

    def make(self, mediation: str) -> str:
        """The public key of a mediation's gate; made at the first call."""
        with self._locked():
            if not self.has(mediation):
                self._write(self._file(mediation), self._wrap(self._number(), mediation, self._random(32)))
            return self._opened(mediation).public

    def opener(self, mediation: str) -> SoftOpener:
        """The gate's key of a mediation. Raises GateGone."""
        with self._locked():
            return self._opened(mediation)

    def _opened(self, mediation: str) -> SoftOpener:
        try:
            text = self._file(mediation).read_text()
        except FileNotFoundError:
            raise GateGone from None
        return SoftOpener(self._unwrap(mediation, text))

    def has(self, mediation: str) -> bool:
        """Whether the key is still there."""
        return self._file(mediation).exists()

    def destroy(self, *mediations: str) -> None:
        """End these records: their keys go first, then the master under which any old copy of them was wrapped."""
        with self._locked():
            for mediation in mediations:
                self._erase(self._file(mediation))
            self._write(self._master(self._number() + 1), self._random(MASTER_BYTES).hex())
            self._finish_rotation()

    # --- files

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _file(self, mediation: str) -> Path:
        return self._folder / f"{mediation}.{CLASS}"

    def _master(self, number: int) -> Path:
        return self._folder / f"master.{number}"

    def _masters(self) -> list[int]:
        return sorted(int(path.suffix[1:]) for path in self._folder.glob("master.*") if path.suffix[1:].isdigit())

    def _number(self) -> int:
        numbers = self._masters()
        if not numbers:
            self._write(self._master(1), self._random(MASTER_BYTES).hex())
            return 1
        return numbers[-1]

    def _finish_rotation(self) -> None:
        """Wrap everything by the newest master, then erase the older ones. Repeatable after a crash at any point."""
        newest = self._number()
        for path in self._folder.glob(f"*.{CLASS}"):
            text = path.read_text()
            if not text.startswith(f"{newest}:"):
                mediation = path.name.removesuffix(f".{CLASS}")
                self._write(path, self._wrap(newest, mediation, self._unwrap(mediation, text)))
        for number in self._masters():
            if number != newest:
                self._erase(self._master(number))
        for leftover in self._folder.glob("*.new"):
            self._erase(leftover)

    def _wrap(self, number: int, mediation: str, secret: bytes) -> str:
        master = bytes.fromhex(self._master(number).read_text())
        return f"{number}:{seal_aes(master, secret, info('gate', mediation, CLASS), self._random)}"

    def _unwrap(self, mediation: str, text: str) -> bytes:
        number, _, sealed = text.partition(":")
        try:
            master = bytes.fromhex(self._master(int(number)).read_text())
            return open_aes(master, sealed, info("gate", mediation, CLASS))
        except (OSError, ValueError, ObjectRefused):
            raise GateGone from None

    def _write(self, path: Path, text: str) -> None:
        """All or nothing, on disk before it counts."""
        fresh = path.with_name(path.name + ".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        self._sync_folder()

    def _erase(self, path: Path) -> None:
        """Overwrite, then unlink. What a flash disk keeps of it is why the master changes too."""
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return
        with path.open("r+b") as file:
            file.write(self._random(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        self._sync_folder()

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
