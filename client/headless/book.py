"""What the mediator's vault holds: their memory, readable by their device or their recovery kit only. The same document as the page's.

Pure: every change gives a new book. Saving it is `desk`'s work.
"""

import hashlib

from msgspec import Struct, field
from msgspec.structs import replace


class KnownDevice(Struct, frozen=True, kw_only=True):
    """A device that was admitted to a place."""

    dev: str
    names: tuple[str, ...] = ()
    at: int = 0


class SeatEntry(Struct, frozen=True, kw_only=True):
    """A place: who it is for, the link's secret ('' for the mediator's own), the devices admitted, newest last."""

    seat: str
    name: str
    role: str
    side: str
    phone: str = ""
    secret: str = ""
    devices: tuple[KnownDevice, ...] = ()
    agreement: str = ""
    goesWith: str = ""


class SideEntry(Struct, frozen=True, kw_only=True):
    """A side with the mediator's own label."""

    id: str
    label: str


class AgreementEntry(Struct, frozen=True, kw_only=True):
    """The agreement in one language."""

    text: str


class RequestEntry(Struct, frozen=True, kw_only=True):
    """What a request needs later: its key's secret half and its private part."""

    key: str
    private: str


class TimerEntry(Struct, frozen=True, kw_only=True):
    """A timer of the mediator's."""

    id: str
    label: str
    ends: int


class PlanEntry(Struct, frozen=True, kw_only=True):
    """A private meeting prepared before the day."""

    id: str
    label: str
    kind: str
    seats: tuple[str, ...]


class OutcomeEntry(Struct, frozen=True, kw_only=True):
    """How a mediation ended, for a programme's figures: no name, no title."""

    outcome: str
    month: str
    people: int
    minutes: int
    language: str
    interpreter: bool


class JournalEntry(Struct, frozen=True, kw_only=True):
    """What the last meeting left to read: an upload, and the key that opens it."""

    blob: str
    identity: str
    sha256: str


class MediationEntry(Struct, frozen=True, kw_only=True):
    """One mediation."""

    id: str
    title: str
    starts: int
    ends: int
    zone: str
    sides: tuple[SideEntry, ...]
    seats: tuple[SeatEntry, ...]
    own: str
    charter: str
    agreement: dict[str, AgreementEntry]
    roomLabels: dict[str, str] = field(default_factory=dict)
    requests: dict[str, RequestEntry] = field(default_factory=dict)
    itemLabels: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    keepNotes: bool = False
    timers: tuple[TimerEntry, ...] = ()
    plans: tuple[PlanEntry, ...] = ()
    began: int = 0
    outcome: OutcomeEntry | None = None
    journal: JournalEntry | None = None

    def seat(self, seat: str) -> SeatEntry:
        """The place of that id. Raises KeyError."""
        found = next((entry for entry in self.seats if entry.seat == seat), None)
        if found is None:
            raise KeyError(seat)
        return found


class Book(Struct, frozen=True, kw_only=True):
    """The whole vault. `root` and `hold` are seeds, b64u."""

    v: int = 1
    name: str
    root: str
    kit: str = ""
    hold: str = ""
    devcerts: tuple[str, ...] = ()
    mediations: tuple[MediationEntry, ...] = ()

    def mediation(self, mediation: str) -> MediationEntry:
        """The mediation of that id. Raises KeyError."""
        found = next((entry for entry in self.mediations if entry.id == mediation), None)
        if found is None:
            raise KeyError(mediation)
        return found


def with_mediation(book: Book, entry: MediationEntry) -> Book:
    """The book with this mediation added, or in place of its former self."""
    others = tuple(old for old in book.mediations if old.id != entry.id)
    return replace(book, mediations=(*others, entry))


def with_seat(entry: MediationEntry, seat: SeatEntry) -> MediationEntry:
    """The mediation with this place in place of its former self."""
    return replace(entry, seats=tuple(seat if old.seat == seat.seat else old for old in entry.seats))


def agreement_sha256(entry: MediationEntry) -> dict[str, str]:
    """SHA-256 (hex) of the agreement in each language: what a signature on it names."""
    return {language: hashlib.sha256(one.text.encode()).hexdigest() for language, one in entry.agreement.items()}
