"""The parts of what a participant sees: people, rooms, lines, the mediator's table, requests. Values, no behaviour."""

from typing import Literal

from msgspec import Struct

RoomKind = Literal["waiting", "joint", "caucus", "counsel"]
Life = Literal["open", "adjourned", "closed", "destroyed"]


class Distrust(Struct, frozen=True, kw_only=True):
    """Something the server sent does not verify. `kind` names the object and what is wrong with it; facts are ids and numbers."""

    kind: str
    facts: dict[str, str | int] = {}


class Person(Struct, frozen=True, kw_only=True):
    """A place on the signed sheet, as a participant sees it. `names` is empty until a card signed by the mediator is here."""

    seat: str
    role: str
    names: tuple[str, ...] = ()
    side: str = ""
    online: bool = False
    me: bool = False


class Room(Struct, frozen=True, kw_only=True):
    """One's own room. `epoch` is 0 until a verified grant was opened: nothing is heard or said before."""

    id: str
    kind: RoomKind
    rev: int
    sheet: str
    people: tuple[Person, ...]
    epoch: int = 0
    code: str = ""

    @property
    def granted(self) -> bool:
        """The current key is held."""
        return self.epoch > 0

    def person(self, seat: str) -> Person | None:
        """The person of that place, if on the sheet."""
        return next((p for p in self.people if p.seat == seat), None)


class Ring(Struct, frozen=True, kw_only=True):
    """Somebody knocks at one's room; `announced`: they come in when the countdown is over."""

    hash: str
    who: tuple[str, ...]
    announced: bool


class Document(Struct, frozen=True, kw_only=True):
    """Where a shared document lies and what opens it (the identity never leaves the members' devices)."""

    blob: str
    name: str
    mime: str
    size: int
    sha256: str
    identity: str


class Line(Struct, frozen=True, kw_only=True):
    """A verified message. `digest` is the hash of its signed form: what keeping refers to."""

    id: str
    room: str
    seat: str
    names: tuple[str, ...]
    kind: Literal["text", "document"]
    text: str = ""
    document: Document | None = None
    digest: str = ""
    at: int = 0
    asked_by: str = ""
    agreed: frozenset[str] = frozenset()
    kept: bool = False
    passed_by: str = ""


class Told(Struct, frozen=True, kw_only=True):
    """A message on the ledger: to whom the mediator would tell it, whether its author lets them, in how many rooms it was told."""

    ref: str
    seat: str
    asked: tuple[str, ...]
    given: bool
    passed: int


class Note(Struct, frozen=True, kw_only=True):
    """A sealed note from another device, opened and verified."""

    id: str
    sender: str
    kind: str
    body: dict[str, object]


class Knock(Struct, frozen=True, kw_only=True):
    """Somebody at the door, as the mediator sees them. `proven` = they hold the link's secret; `known` compares with the device admitted before."""

    seat: str
    names: tuple[str, ...]
    known: Literal["first", "same", "other"]
    signed: bool
    cannot_sign: bool
    words: str
    dev: str
    kem: str
    at: int


class FloorRoom(Struct, frozen=True, kw_only=True):
    """A room on the mediator's table."""

    id: str
    kind: RoomKind
    rev: int
    sheet: str
    members: tuple[str, ...]
    online: tuple[str, ...]
    ring: str = ""
    answer: str = ""
    not_now: bool = False


class Floor(Struct, frozen=True, kw_only=True):
    """The mediator's table."""

    rooms: tuple[FloorRoom, ...] = ()
    doors: tuple[Knock, ...] = ()
    online: tuple[str, ...] = ()

    def room_of(self, seat: str) -> FloorRoom | None:
        """Where a place is, if in a room."""
        return next((r for r in self.rooms if seat in r.members), None)


class Kept(Struct, frozen=True, kw_only=True):
    """A kept item."""

    item: str
    blob: str
    seat: str
    kind: str
    digest: str


class Asked(Struct, frozen=True, kw_only=True):
    """A request to open kept items, as this person may see it. `names_recipient` etc. come from the sealed part, checked against the request."""

    rid: str
    ground: str
    stage: str
    items: tuple[str, ...]
    answered: bool
    recipient: str = ""
    purpose: str = ""
    profile: str = ""
    expires: int = 0
    ready_at: int | None = None
    missing: tuple[str, ...] = ()
    draft: tuple[tuple[str, str], ...] = ()  # (item, redacted text), once previewed and checked
