"""May these room lists be published? The room rules again in plain Python, for every list the server is handed.

A test holds this and the Cedar rules against each other. Nothing here knows names; ids, roles and sides are enough.
"""

from collections.abc import Iterable

import msgspec

from policies.words import Role, RoomKind

MAX_ROOMS = 64
MAX_MEMBERS = 64


class SeatFact(msgspec.Struct, frozen=True):
    """A place in the charter: its id, its role, and the side it belongs to ("" for nobody's)."""

    id: str
    role: Role
    side: str = ""


class SheetFact(msgspec.Struct, frozen=True):
    """A room list: which room, of which kind, with which members."""

    room: str
    kind: RoomKind
    members: tuple[str, ...]


class MayPublish(msgspec.Struct, frozen=True, tag="may-publish"):
    """Yes."""

    @property
    def allowed(self) -> bool:
        return True


class MayNotPublish(msgspec.Struct, frozen=True, tag="may-not-publish"):
    """No: which rule, in words, and in which of the rooms handed in."""

    rule: str
    says: str
    room: str

    @property
    def allowed(self) -> bool:
        return False


_SAYS = {
    "room.unknown": "A room list names somebody who has no place in this mediation.",
    "room.twice": "Somebody, or a room, is listed twice.",
    "room.too-large": "There are too many rooms, or too many people in one.",
    "place.apart": "Two people who must not meet are never in one room.",
    "room.sides": "The sides are never together without a mediator.",
    "room.waiting": "Each side waits alone, so that they do not see each other arrive.",
    "room.lawyers": (
        "In a lawyer's room there is one side only: no mediator, nobody neutral who could tell, nobody from an office."
    ),
    "room.offices": "A case manager is in no room but a waiting room, and a custodian is in none at all.",
}
_MEDIATORS = frozenset({"mediator", "co-mediator"})
_NOT_WITH_LAWYERS = _MEDIATORS | {"observer"}


def may_publish(
    charter_seats: Iterable[SeatFact],
    sheets: Iterable[SheetFact],
    kept_apart: Iterable[tuple[str, str]] = (),
) -> MayPublish | MayNotPublish:
    """Whether all of these room lists may hold together, and if not the first rule that one of them breaks.

    `kept_apart` lists the pairs who must never meet. A place may be in one room only.
    """
    seats = {seat.id: seat for seat in charter_seats}
    pairs = [frozenset(pair) for pair in kept_apart]
    placed: set[str] = set()
    rooms: set[str] = set()
    for sheet in sheets:
        rule = _broken(seats, pairs, placed, rooms, sheet)
        if rule is not None:
            return MayNotPublish(rule, _SAYS[rule], sheet.room)
        rooms.add(sheet.room)
        placed.update(sheet.members)
    return MayPublish()


def _broken(
    seats: dict[str, SeatFact],
    pairs: list[frozenset[str]],
    placed: set[str],
    rooms: set[str],
    sheet: SheetFact,
) -> str | None:
    members = set(sheet.members)
    if len(rooms) >= MAX_ROOMS or len(sheet.members) > MAX_MEMBERS:
        return "room.too-large"
    if len(members) != len(sheet.members) or members & placed or sheet.room in rooms:
        return "room.twice"
    if not members <= seats.keys():
        return "room.unknown"
    if any(pair <= members for pair in pairs):
        return "place.apart"
    inside = [seats[member] for member in sheet.members]
    roles = {seat.role for seat in inside}
    one_side = len({seat.side for seat in inside if seat.side}) <= 1
    if not one_side and not roles & _MEDIATORS:
        return "room.sides"
    if sheet.kind == "waiting" and not one_side:
        return "room.waiting"
    if sheet.kind == "counsel" and (not one_side or roles & _NOT_WITH_LAWYERS):
        return "room.lawyers"
    if "custodian" in roles or ("case-manager" in roles and sheet.kind != "waiting"):
        return "room.offices"
    return None
