"""Who may be where: the charter (places and sides, no names), room sheets (who is in a room), cards (names).

Nothing else moves people. The server runs the same checks as every client, over the same bytes.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from client.keys.devices import Signer
from client.keys.encoding import Hash, Id, Key, Name, OptionalHash, OptionalId, Revision, Time, Word
from client.keys.jws import Content, Payload, Signed, check, sign
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import Devices

Role = Literal[
    "mediator",
    "comediator",
    "party",
    "counsel",
    "support",
    "interpreter",
    "expert",
    "casemanager",
    "observer",
    "custodian",
]
RoomKind = Literal["waiting", "joint", "caucus", "counsel"]
MEDIATORS = frozenset({"mediator", "comediator"})
MAX_SEATS = 64


class CharterSeat(Content, frozen=True, kw_only=True):
    """A place. A mediator's side is empty."""

    id: Id
    side: OptionalId
    role: Role


class Charter(Payload, frozen=True, kw_only=True):
    """`charter`: the frame that every sheet must fit. `grounds`, `regime` and `policy` name the rules that all accepted."""

    mediation: Id
    rev: Revision
    prev: OptionalHash
    root: Key
    sides: Annotated[tuple[Id, ...], Meta(max_length=16)]
    seats: Annotated[tuple[CharterSeat, ...], Meta(min_length=1, max_length=MAX_SEATS)]
    no_contact: Annotated[tuple[tuple[Id, Id], ...], Meta(max_length=256)]
    regime: Word
    policy: Hash
    grounds: Annotated[tuple[Word, ...], Meta(max_length=16)]
    nonparty_consent: Literal["never", "own", "always"]
    retention_days: Annotated[int, Meta(ge=0, le=36500)]
    keep: bool
    disclosure: bool

    def seat(self, seat: str) -> CharterSeat | None:
        """The place with this id."""
        return next((place for place in self.seats if place.id == seat), None)


class Member(Content, frozen=True, kw_only=True):
    """Somebody in a room: place, the device they sign with, role."""

    seat: Id
    dev: Key
    role: Role


class Sheet(Payload, frozen=True, kw_only=True):
    """`sheet`: who is in a room. The order of `members` gives the sender index; no members closes the room.

    `parting` is empty, or (on a sheet signed ahead for the case that the mediator falls silent) the hash of the sheet it parts.
    """

    mediation: Id
    charter: Hash
    room: Id
    kind: RoomKind
    rev: Revision
    prev: OptionalHash
    members: Annotated[tuple[Member, ...], Meta(max_length=MAX_SEATS)]
    keepers: Annotated[tuple[Id, ...], Meta(max_length=MAX_SEATS)]
    parting: OptionalHash
    ts: Time

    def member(self, seat: str) -> Member | None:
        """The member at this place."""
        return next((member for member in self.members if member.seat == seat), None)


class Card(Payload, frozen=True, kw_only=True):
    """`card`: the names of everyone at a place, by the mediator."""

    mediation: Id
    seat: Id
    names: Annotated[tuple[Name, ...], Meta(max_length=8)]
    side: OptionalId
    role: Role
    rev: Revision


class Own(msgspec.Struct, frozen=True):
    """One's own place and device."""

    seat: str
    dev: str


def make_charter(signer: Signer, charter: Charter) -> Signed[Charter]:
    """Sign a charter (mediator's device)."""
    _fit_charter(charter)
    return sign("charter", charter, signer)


def check_charter(
    untrusted: str, devices: Devices, mediation: str, held: Signed[Charter] | None = None
) -> Signed[Charter]:
    """A charter of this mediation by a certified device whose root it names; it follows the one `held`, if any."""
    charter = check("charter", untrusted, devices, Charter)
    if held is not None and charter.hash == held.hash:
        return held
    body = charter.body
    if body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.root != devices[charter.by].body.root:
        raise ObjectRefused(Reason.ROOT)
    _fit_charter(body)
    if held is not None and body.rev <= held.body.rev:
        raise ObjectRefused(Reason.REVISION)
    if held is not None and body.rev == held.body.rev + 1 and body.prev != held.hash:
        raise ObjectRefused(Reason.CHAIN)
    return charter


def _fit_charter(charter: Charter) -> None:
    seats = {seat.id for seat in charter.seats}
    sides = set(charter.sides)
    sound = (
        len(seats) == len(charter.seats)
        and len(sides) == len(charter.sides)
        and (charter.rev == 1) == (charter.prev == "")
        and sum(seat.role == "mediator" for seat in charter.seats) == 1
        and all(
            seat.side in sides or (seat.side == "" and seat.role not in {"party", "counsel"}) for seat in charter.seats
        )
        and all(seat.side == "" for seat in charter.seats if seat.role in MEDIATORS or seat.role == "custodian")
        and all(one != other and {one, other} <= seats for one, other in charter.no_contact)
    )
    if not sound:
        raise ObjectRefused(Reason.CHARTER)


def make_sheet(signer: Signer, sheet: Sheet) -> Signed[Sheet]:
    """Sign a sheet (mediator's device)."""
    return sign("sheet", sheet, signer)


def check_sheet(
    untrusted: str,
    charter: Signed[Charter],
    devices: Devices,
    held: Signed[Sheet] | None = None,
    own: Own | None = None,
    continuous: bool = True,
) -> Signed[Sheet]:
    """A sheet by a certified device that the charter allows and that follows the one `held` for its room.

    `continuous` False: one was out of the room in between, so only the revision must be higher. `own` makes it refuse a sheet
    that puts another device in one's own place. The server passes no `own`.
    """
    sheet = check("sheet", untrusted, devices, Sheet)
    body = sheet.body
    if body.mediation != charter.body.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.charter != charter.hash:
        raise ObjectRefused(Reason.CHARTER)
    if (body.rev == 1) != (body.prev == ""):
        raise ObjectRefused(Reason.CHAIN)
    if held is not None:
        _follow(sheet, held, continuous)
    _fit_sheet(body, charter.body, devices)
    if own is not None:
        me = body.member(own.seat)
        if me is not None and me.dev != own.dev:
            raise ObjectRefused(Reason.DEVICE)
        if any(member.dev == own.dev and member.seat != own.seat for member in body.members):
            raise ObjectRefused(Reason.DEVICE)
    return sheet


def _follow(sheet: Signed[Sheet], held: Signed[Sheet], continuous: bool) -> None:
    body = sheet.body
    if body.room != held.body.room or body.kind != held.body.kind:
        raise ObjectRefused(Reason.ROOM)
    if body.rev <= held.body.rev:
        raise ObjectRefused(Reason.REVISION)
    if continuous and (body.rev != held.body.rev + 1 or body.prev != held.hash):
        raise ObjectRefused(Reason.CHAIN)


def _fit_sheet(sheet: Sheet, charter: Charter, devices: Devices) -> None:
    seats = {member.seat for member in sheet.members}
    if len(seats) != len(sheet.members) or len({member.dev for member in sheet.members}) != len(sheet.members):
        raise ObjectRefused(Reason.SEAT)
    for member in sheet.members:
        place = charter.seat(member.seat)
        if place is None or place.role != member.role or member.role == "custodian":
            raise ObjectRefused(Reason.SEAT)
        if member.role == "mediator" and member.dev not in devices:
            raise ObjectRefused(Reason.DEVICE)
    if any(one in seats and other in seats for one, other in charter.no_contact):
        raise ObjectRefused(Reason.NO_CONTACT)
    mediated = any(member.role in MEDIATORS for member in sheet.members)
    if sheet.kind == "counsel" and mediated:
        raise ObjectRefused(Reason.COUNSEL)
    if not mediated and len(sides_present(charter, seats)) > 1:
        raise ObjectRefused(Reason.OPPOSING)
    if (
        not set(sheet.keepers) <= seats
        or len(set(sheet.keepers)) != len(sheet.keepers)
        or (seats and not sheet.keepers)
    ):
        raise ObjectRefused(Reason.KEEPER)


def sides_present(charter: Charter, seats: Iterable[str]) -> set[str]:
    """The sides to which these places belong."""
    places = (charter.seat(seat) for seat in seats)
    return {place.side for place in places if place is not None and place.side}


def make_card(signer: Signer, card: Card) -> Signed[Card]:
    """Sign a name card (mediator's device)."""
    return sign("card", card, signer)


def check_card(untrusted: str, devices: Devices, mediation: str) -> Signed[Card]:
    """A name card of this mediation by a certified device."""
    card = check("card", untrusted, devices, Card)
    if card.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    return card
