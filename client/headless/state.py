"""What a participant sees, as a pure fold over what was checked; never holds a key, and never shows a thing that was not verified.

`session` opens and verifies what the server sends and turns it into the `Seen` values below; `fold(state, seen)` is the
only place where state changes. The same words as client/web/session/types.js, so that both clients tell one story.
"""

from collections.abc import Callable
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

RoomKind = Literal["waiting", "joint", "caucus", "counsel"]
Life = Literal["open", "adjourned", "closed", "destroyed"]
MAX_LINES = 5000
MAX_NOTICES = 500


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


class SeatState(Struct, frozen=True, kw_only=True):
    """Everything a page would show."""

    connection: Literal["connecting", "open", "retrying", "ended"] = "connecting"
    standing: Literal["", "visitor", "seated", "desk"] = ""
    problem: str = ""
    seat: str = ""
    role: str = ""
    title: str = ""
    name: str = ""
    mediator_here: bool = False
    door_reply: Literal["", "later", "no"] = ""
    room: Room | None = None
    silent: bool = False
    lines: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()
    floor: Floor | None = None
    holders: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    asked: tuple[Asked, ...] = ()
    life: Life = "open"
    retain_until: int | None = None
    distrust: tuple[Distrust, ...] = ()

    def distrusts(self, kind: str) -> bool:
        """Whether something of that kind was noticed and shown."""
        return any(d.kind == kind or d.kind.startswith(kind + ".") for d in self.distrust)

    def line(self, message: str) -> Line | None:
        """The message of that id."""
        return next((line for line in self.lines if line.id == message), None)


# --- what was seen and checked -----------------------------------------------------------------------------------


class Connected(Struct, frozen=True, kw_only=True):
    """Welcomed by the server."""

    standing: Literal["visitor", "seated", "desk"]
    seat: str
    role: str
    life: Life
    retain_until: int | None = None


class Disconnected(Struct, frozen=True, kw_only=True):
    """The line is lost (and tried again) or ended for good with a reason."""

    final: bool
    reason: str


class Invited(Struct, frozen=True, kw_only=True):
    """The envelope was opened and verified."""

    title: str
    name: str


class RoomSeen(Struct, frozen=True, kw_only=True):
    """The sheet of one's room, verified; None: no room."""

    room: Room | None
    silent: bool = False


class PresenceSeen(Struct, frozen=True, kw_only=True):
    """A member came or dropped."""

    seat: str
    online: bool


class NamesSeen(Struct, frozen=True, kw_only=True):
    """Cards signed by the mediator: seat -> names and side."""

    names: dict[str, tuple[tuple[str, ...], str]]


class Granted(Struct, frozen=True, kw_only=True):
    """A verified grant was opened."""

    room: str
    epoch: int
    code: str


class LineSeen(Struct, frozen=True, kw_only=True):
    """A verified message."""

    line: Line


class KeepAsked(Struct, frozen=True, kw_only=True):
    """Someone asks everyone present to keep a message."""

    ref: str
    seat: str


class KeepAgreed(Struct, frozen=True, kw_only=True):
    """Someone present agreed."""

    ref: str
    seat: str


class NoteSeen(Struct, frozen=True, kw_only=True):
    """A verified note."""

    note: Note


class SilenceSeen(Struct, frozen=True, kw_only=True):
    """The mediator's line dropped, or is back."""

    silent: bool


class DoorReplied(Struct, frozen=True, kw_only=True):
    """The mediator said later, or no."""

    reply: Literal["later", "no"]


class MediatorSeen(Struct, frozen=True, kw_only=True):
    """The mediator is here, or not."""

    here: bool


class FloorSeen(Struct, frozen=True, kw_only=True):
    """The whole table anew."""

    floor: Floor


class RecordSeen(Struct, frozen=True, kw_only=True):
    """Holders, kept items and requests anew."""

    holders: tuple[str, ...]
    kept: tuple[Kept, ...]
    asked: tuple[Asked, ...]


class Ended(Struct, frozen=True, kw_only=True):
    """Adjourned, closed or destroyed."""

    life: Life


Seen = (
    Connected
    | Disconnected
    | Invited
    | RoomSeen
    | PresenceSeen
    | NamesSeen
    | Granted
    | LineSeen
    | KeepAsked
    | KeepAgreed
    | NoteSeen
    | SilenceSeen
    | DoorReplied
    | MediatorSeen
    | FloorSeen
    | RecordSeen
    | Ended
    | Distrust
)


def fold(state: SeatState, seen: Seen) -> SeatState:
    """The state after something was seen."""
    match seen:
        case Connected():
            return replace(
                state,
                connection="open",
                standing=seen.standing,
                seat=seen.seat,
                role=seen.role,
                life=seen.life,
                retain_until=seen.retain_until,
            )
        case Disconnected():
            return replace(state, connection="ended" if seen.final else "retrying", problem=seen.reason)
        case Invited():
            return replace(state, title=seen.title, name=seen.name)
        case RoomSeen():
            return replace(state, room=_enter(state.room, seen.room), silent=seen.silent, door_reply="")
        case PresenceSeen():
            return _people(state, lambda p: replace(p, online=seen.online) if p.seat == seen.seat else p)
        case NamesSeen():
            return _named(state, seen.names)
        case Granted():
            if state.room is None or state.room.id != seen.room:
                return state
            return replace(state, room=replace(state.room, epoch=seen.epoch, code=seen.code))
        case LineSeen():
            if state.line(seen.line.id) is not None:
                return state
            return replace(state, lines=(*state.lines, seen.line)[-MAX_LINES:])
        case KeepAsked():
            return _line(state, seen.ref, lambda line: replace(line, asked_by=line.asked_by or seen.seat))
        case KeepAgreed():
            return _line(state, seen.ref, lambda line: replace(line, agreed=line.agreed | {seen.seat}))
        case NoteSeen():
            return replace(state, notes=(*state.notes, seen.note)[-MAX_NOTICES:])
        case SilenceSeen():
            return replace(state, silent=seen.silent)
        case DoorReplied():
            return replace(state, door_reply=seen.reply)
        case MediatorSeen():
            return replace(state, mediator_here=seen.here)
        case FloorSeen():
            return replace(state, floor=seen.floor)
        case RecordSeen():
            state = replace(state, holders=seen.holders, kept=seen.kept, asked=seen.asked)
            kept = {k.digest for k in seen.kept}
            return replace(state, lines=tuple(replace(x, kept=x.digest in kept) for x in state.lines))
        case Ended():
            closed = seen.life in ("closed", "destroyed")
            return replace(state, life=seen.life, room=None if closed else state.room)
        case Distrust():
            return replace(state, distrust=(*state.distrust, seen)[-MAX_NOTICES:])
    assert_never(seen)


def _enter(old: Room | None, new: Room | None) -> Room | None:
    """The same room keeps the names it knew; the epoch is gone with the old sheet, so nobody is shown as heard too long."""
    if old is None or new is None or old.id != new.id:
        return new
    known = {p.seat: p for p in old.people}
    people = tuple(
        replace(p, names=p.names or known[p.seat].names, side=p.side or known[p.seat].side) if p.seat in known else p
        for p in new.people
    )
    same = old.sheet == new.sheet
    return replace(new, people=people, epoch=old.epoch if same else 0, code=old.code if same else "")


def _people(state: SeatState, change: Callable[[Person], Person]) -> SeatState:
    if state.room is None:
        return state
    return replace(state, room=replace(state.room, people=tuple(change(p) for p in state.room.people)))


def _named(state: SeatState, names: dict[str, tuple[tuple[str, ...], str]]) -> SeatState:
    def name(p: Person) -> Person:
        return replace(p, names=names[p.seat][0], side=names[p.seat][1]) if p.seat in names else p

    return _people(state, name)


def _line(state: SeatState, ref: str, change: Callable[[Line], Line]) -> SeatState:
    return replace(state, lines=tuple(change(x) if x.id == ref else x for x in state.lines))
