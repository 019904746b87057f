"""One run over one package: its files, what was found wrong, and in which file."""

import re
from collections.abc import Mapping
from types import TracebackType

import msgspec

from client.keys.refusals import ObjectRefused, Reason


class Problem(msgspec.Struct, frozen=True):
    """Something that is not as it must be, with the file it was found in ("" for the package as a whole)."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}" if self.file else self.text


class BrokenError(Exception):
    """Checking can't go on; the problem is recorded."""


WHY: dict[Reason, str] = {
    Reason.MALFORMED: "is not in the form it must have",
    Reason.SIGNATURE: "is not signed by whom it must be",
    Reason.ROOT: "is certified by another root key",
    Reason.EXPIRED: "is signed with a certificate that was not in force then",
    Reason.MEDIATION: "belongs to another mediation",
    Reason.SEAT: "belongs to another place",
    Reason.DEVICE: "is by another device than the one of its place",
    Reason.KIND: "is another kind of object",
    Reason.ACCESS: "does not open for exactly the people whom the rules name",
    Reason.SHARE: "does not carry exactly the shares asked for",
    Reason.COMMITMENT: "does not fit the bytes it speaks of",
    Reason.REQUEST: "belongs to another request",
    Reason.CHARTER: "does not fit the charter",
    Reason.LOG: "is not in the log",
}


class _Blame:
    """A refusal inside is recorded under this file and ends the run."""

    def __init__(self, run: "Run", file: str) -> None:
        self._run, self._file = run, file

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, ObjectRefused):
            self._run.wrong(self._file, WHY.get(error.reason, f"is refused ({error.reason.value})"))
            raise BrokenError from None


class Run:
    """The files of a package while they are checked."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def wrong(self, file: str, text: str) -> None:
        """Record a problem."""
        self.problems.append(Problem(file, text))

    def stop(self, file: str, text: str) -> BrokenError:
        """Record a problem that makes it pointless to go on: `raise run.stop(…)`."""
        self.wrong(file, text)
        return BrokenError()

    def blame(self, file: str) -> _Blame:
        """`with run.blame(file): …`"""
        return _Blame(self, file)

    def text(self, file: str) -> str:
        """A file that must be there and be text."""
        content = self.files.get(file)
        if content is None:
            raise self.stop(file, "is missing")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise self.stop(file, "is not text") from None

    def folder(self, folder: str, ending: str, before: str = "") -> dict[str, str]:
        """The texts of `FOLDER/BEFORE…ENDING`, by the part in between."""
        pattern = re.compile(re.escape(f"{folder}/{before}") + "([A-Za-z0-9_-]+)" + re.escape(ending) + r"\Z")
        return {match[1]: self.text(name) for name in sorted(self.files) if (match := pattern.match(name))}
