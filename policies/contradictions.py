"""Facts that cannot all be true are noticed before any rule looks at them. The answer says what kind of fact, never which."""

from typing import assert_never

from policies.load import Policy
from policies.situation import (
    Circumstances,
    Consenting,
    Destroying,
    Expiring,
    Gate,
    Holding,
    Into,
    Item,
    Kept,
    Lifting,
    Person,
    Placing,
    Plain,
    Principal,
    Releasing,
    Request,
    Resource,
    Revoking,
    Room,
)

MAX_SEATS = 64

_SHAPES: dict[str, tuple[type[Principal], type[Resource], type[Circumstances]]] = {
    "join": (Person, Room, Plain),
    "see": (Person, Room, Plain),
    "admit": (Person, Room, Placing),
    "move": (Person, Room, Placing),
    "record": (Person, Room, Plain),
    "read": (Person, Item, Plain),
    "share": (Person, Item, Into),
    "pass-on": (Person, Item, Into),
    "propose": (Person, Request, Plain),
    "consent": (Person, Request, Consenting),
    "revoke": (Person, Request, Revoking),
    "disclose": (Person, Request, Releasing),
    "hold": (Person, Kept, Holding),
    "lift": (Person, Kept, Lifting),
    "destroy": (Person, Kept, Destroying),
    "expire": (Gate, Kept, Expiring),
    "erase": (Person, Kept, Plain),
}


def contradiction(
    policy: Policy, principal: Principal, action: str, resource: Resource, context: Circumstances
) -> str | None:
    """One sentence about the first contradiction, or None."""
    shape = _SHAPES.get(action)
    if shape is None:
        return "There is no such action."
    if (type(principal), type(resource), type(context)) != shape:
        return "The facts given do not belong to this action."
    table = context.mediation
    if table.regime not in policy.regimes:
        return "The confidentiality rules named are not among those loaded."
    ids = frozenset(seat.id for seat in table.seats)
    if len(ids) != len(table.seats) or len(ids) > MAX_SEATS:
        return "A place is listed twice, or there are too many places."
    if isinstance(principal, Person) and principal.id in ids and principal not in table.seats:
        return "What is said about the acting person differs from what is said about their place."
    if not _mentioned(resource, context) <= ids or any(not seat.kept_apart <= ids for seat in table.seats):
        return "Somebody is named who has no place in this mediation."
    if any(seat.id not in _apart(table.seats, other) for seat in table.seats for other in seat.kept_apart):
        return "Two people are kept apart in one direction only."
    if isinstance(resource, Request):
        return _request(resource)
    return None


def _apart(seats: tuple[Person, ...], id_: str) -> frozenset[str]:
    return next((seat.kept_apart for seat in seats if seat.id == id_), frozenset())


def _mentioned(resource: Resource, context: Circumstances) -> frozenset[str]:
    ids: frozenset[str]
    match resource:
        case Room():
            ids = resource.members | resource.recording_consents
        case Item():
            ids = resource.room.members | {resource.author}
        case Kept():
            ids = resource.authors
        case Request():
            ids = (
                resource.makers
                | resource.waivers
                | resource.shortened
                | resource.objections
                | resource.approvals
                | resource.accused
                | resource.notified
            )
        case _:
            assert_never(resource)
    match context:
        case Placing():
            return ids | {context.who}
        case Into():
            return ids | context.into.members
        case Consenting() | Revoking():
            return ids | {context.seat}
        case Holding() | Lifting() | Destroying():
            return ids | context.approvals
        case _:
            return ids


def _request(request: Request) -> str | None:
    if not request.digest or not request.profile:
        return "A request without passages or without a way of blacking out is none."
    if request.expires <= request.created:
        return "A request ends before it begins."
    if request.waivers and request.last_waiver_at < request.created:
        return "A yes is older than the request it is for."
    if request.notified and request.notified_at < request.created:
        return "A notice is older than the request it is about."
    if request.shortened - request.waivers:
        return "Somebody shortened the pause who has not said yes."
    return None
