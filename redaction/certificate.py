"""The certificate of a redacted file: what was done to it, by whom it was checked, bound to its bytes. Never what was removed.

The source is named by a commitment, not by its plain hash: with the plain hash anybody who guesses the removed words
could test the guess. Whoever holds the salt can prove which source it was.
"""

import hashlib
import importlib.metadata
from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from redaction.formats.model import SENTENCES, Kind, Reading, Reason

VERSION = 1


class Place(Struct, frozen=True, order=True):
    """Removals of one kind in one place (a page, a cell, a header line)."""

    place: str
    kind: str
    operator: str
    rule: str
    count: int


class Dropped(Struct, frozen=True, order=True):
    """Hidden content of one sort in one place that is not in the output."""

    place: str
    what: str
    count: int


class Blocked(Struct, frozen=True, order=True):
    """Why a file may not go out."""

    reason: str
    place: str
    says: str


class Certificate(Struct, frozen=True, kw_only=True):
    """All that may be told about a redaction."""

    version: int = VERSION
    tool: str
    source_commitment: str  # SHA-256 of salt followed by the source
    source_kind: str
    output_sha256: str | None  # None: blocked, nothing was written
    output_kind: str
    pages: int
    profiles: tuple[str, ...]
    plan_digest: str
    removed: tuple[Place, ...]
    hidden_dropped: tuple[Dropped, ...]
    similar: tuple[str, ...]  # places with words that are only similar to a term: for a person to look at
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    blocked: tuple[Blocked, ...]
    engines: dict[str, str]
    verifier: dict[str, int]
    verified_by: tuple[str, ...]
    sandbox: str

    def canonical(self) -> bytes:
        """The bytes that a signature is made over."""
        return msgspec.json.encode(msgspec.to_builtins(self), order="sorted")

    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()


def commitment(salt: bytes, source: bytes) -> str:
    """Binds to the source without letting anybody test guesses about it."""
    if len(salt) < 16:
        raise ValueError("a salt has at least 16 bytes")
    return hashlib.sha256(salt + source).hexdigest()


def dropped(reading: Reading) -> tuple[Dropped, ...]:
    """What was hidden where, without saying what it says."""
    counts = Counter((hidden.place, hidden.what) for hidden in reading.hidden)
    return tuple(sorted(Dropped(place, what, count) for (place, what), count in counts.items()))


def blocked(reason: Reason, place: str = "") -> Blocked:
    return Blocked(reason.value, place, SENTENCES[reason])


def places(marked: Iterable[tuple[str, str, str, str]]) -> tuple[Place, ...]:
    """Counts of (place, kind, operator, rule)."""
    return tuple(sorted(Place(*key, count) for key, count in Counter(marked).items()))


def versions(engines: Iterable[str]) -> dict[str, str]:
    """Versions of the libraries that did the work."""
    packages = {
        "pdfium": "pypdfium2",
        "pikepdf": "pikepdf",
        "pillow": "pillow",
        "lxml": "lxml",
        "openpyxl": "openpyxl",
        "email": "",
        "text": "",
    }
    out: dict[str, str] = {}
    for engine in sorted(set(engines)):
        package = packages.get(engine, "")
        try:
            out[engine] = importlib.metadata.version(package) if package else "system"
        except importlib.metadata.PackageNotFoundError:
            out[engine] = "unknown"
    return out


def tool_name() -> str:
    try:
        return f"In Camera {importlib.metadata.version('incamera')}"
    except importlib.metadata.PackageNotFoundError:
        return "In Camera"


def written_kind(kind: Kind) -> str:
    from redaction.formats.model import WRITTEN_AS

    return WRITTEN_AS[kind].value
