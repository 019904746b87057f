"""What a participant sees, as a pure fold over what was checked; never holds a key, and never shows a thing that was not verified.

`session` opens and verifies what the server sends and turns it into the `Seen` values below; `fold(state, seen)` is the
only place where state changes. The same words as client/web/session/types.js, so that both clients tell one story.
"""

from collections.abc import Callable
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from client.headless.seen import CompanySeen as CompanySeen
from client.headless.seen import Connected as Connected
from client.headless.seen import Disconnected as Disconnected
from client.headless.seen import DoorReplied as DoorReplied
from client.headless.seen import Ended as Ended
from client.headless.seen import FloorSeen as FloorSeen
from client.headless.seen import Granted as Granted
from client.headless.seen import Invited as Invited
from client.headless.seen import KeepAgreed as KeepAgreed
from client.headless.seen import KeepAsked as KeepAsked
from client.headless.seen import LedgerSeen as LedgerSeen
from client.headless.seen import LineSeen as LineSeen
from client.headless.seen import MediatorSeen as MediatorSeen
from client.headless.seen import NamesSeen as NamesSeen
from client.headless.seen import NoteSeen as NoteSeen
from client.headless.seen import PresenceSeen as PresenceSeen
from client.headless.seen import RecordSeen as RecordSeen
from client.headless.seen import RingSeen as RingSeen
from client.headless.seen import RoomSeen as RoomSeen
from client.headless.seen import Seen as Seen
from client.headless.seen import SilenceSeen as SilenceSeen
from client.headless.seen import Unconfirmed as Unconfirmed
from client.headless.shown import Asked as Asked
from client.headless.shown import Distrust as Distrust
from client.headless.shown import Document as Document
from client.headless.shown import Floor as Floor
from client.headless.shown import FloorRoom as FloorRoom
from client.headless.shown import Kept as Kept
from client.headless.shown import Knock as Knock
from client.headless.shown import Life as Life
from client.headless.shown import Line as Line
from client.headless.shown import Note as Note
from client.headless.shown import Person as Person
from client.headless.shown import Ring as Ring
from client.headless.shown import Room as Room
from client.headless.shown import RoomKind as RoomKind
from client.headless.shown import Told as Told

MAX_LINES = 5000
MAX_NOTICES = 500


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
    ring: Ring | None = None
    unconfirmed: tuple[str, ...] = ()
    ledger: tuple[Told, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()
    floor: Floor | None = None
    holders: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    asked: tuple[Asked, ...] = ()
    life: Life = "open"
    meeting: int = 1
    retain_until: int | None = None
    distrust: tuple[Distrust, ...] = ()

    def distrusts(self, kind: str) -> bool:
        """Whether something of that kind was noticed and shown."""
        return any(d.kind == kind or d.kind.startswith(kind + ".") for d in self.distrust)

    def line(self, message: str) -> Line | None:
        """The message of that id."""
        return next((line for line in self.lines if line.id == message), None)


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
                meeting=seen.meeting,
                retain_until=seen.retain_until,
            )
        case Disconnected():
            return replace(state, connection="ended" if seen.final else "retrying", problem=seen.reason)
        case Invited():
            return replace(state, title=seen.title, name=seen.name)
        case RoomSeen():
            return replace(
                state, room=_enter(state.room, seen.room), silent=seen.silent, door_reply="", ring=None, unconfirmed=()
            )
        case PresenceSeen():
            return _people(state, lambda p: replace(p, online=seen.online) if p.seat == seen.seat else p)
        case NamesSeen():
            return _named(state, seen.names)
        case CompanySeen():
            return _people(state, lambda p: replace(p, names=seen.names) if p.seat == seen.seat else p)
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
        case RingSeen():
            return replace(state, ring=seen.ring)
        case LedgerSeen():
            return replace(state, ledger=seen.ledger)
        case Unconfirmed():
            return replace(state, unconfirmed=seen.seats)
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
            return replace(state, life=seen.life, meeting=seen.meeting, room=None if closed else state.room)
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
