"""What was seen and checked: everything that can change what a participant sees, one value a happening."""

from typing import Literal

from msgspec import Struct

from client.headless.shown import Asked, Distrust, Floor, Kept, Life, Line, Note, Ring, Room, Told


class Connected(Struct, frozen=True, kw_only=True):
    """Welcomed by the server."""

    standing: Literal["visitor", "seated", "desk"]
    seat: str
    role: str
    life: Life
    meeting: int = 1
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


class CompanySeen(Struct, frozen=True, kw_only=True):
    """A member signed anew, for everyone who is at that screen now."""

    seat: str
    names: tuple[str, ...]


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


class RingSeen(Struct, frozen=True, kw_only=True):
    """Somebody knocks at one's room, or no more."""

    ring: Ring | None


class Unconfirmed(Struct, frozen=True, kw_only=True):
    """These members' devices don't confirm the list and the key that this one holds; nobody is there when all do."""

    seats: tuple[str, ...]


class LedgerSeen(Struct, frozen=True, kw_only=True):
    """The ledger anew."""

    ledger: tuple[Told, ...]


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
    """Adjourned, closed or destroyed; or it goes on."""

    life: Life
    meeting: int = 1


Seen = (
    Connected
    | Disconnected
    | Invited
    | RoomSeen
    | PresenceSeen
    | NamesSeen
    | CompanySeen
    | Granted
    | LineSeen
    | KeepAsked
    | KeepAgreed
    | NoteSeen
    | SilenceSeen
    | Unconfirmed
    | LedgerSeen
    | RingSeen
    | DoorReplied
    | MediatorSeen
    | FloorSeen
    | RecordSeen
    | Ended
    | Distrust
)
