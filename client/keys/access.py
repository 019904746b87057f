"""For whom an item opens: computed from the charter by everybody alike, so that nobody can seal for fewer people, or for others.

One set for everyone's agreement. For a reason that rests on a recorded authority one set for each pair of people who hold its two
locks: the custodian, and a mediator; a party instead where a mediator is complained of.
"""

from collections.abc import Iterable

from client.keys.membership import MEDIATORS, Charter
from client.keys.refusals import ObjectRefused, Reason

GATE = "gate"
MAX_SETS = 64
# The case manager's office hears nothing and is asked nothing.
NONPARTIES = frozenset({"counsel", "support", "interpreter", "expert", "observer"})
TWO_LOCKS = frozenset(
    {"report", "mediator-misconduct", "participant-misconduct", "settlement-enforcement", "settlement-dispute", "order"}
)
# For these a mediator's own words open only with every mediator.
NOT_COMPELLED = frozenset({"settlement-dispute", "participant-misconduct"})


def access_set(charter: Charter, ground: str, makers: Iterable[str]) -> tuple[str, ...]:
    """The holders whose shares together open an item on everyone's agreement: place ids in order, then the gate.

    `waiver`: every party, every mediator, every maker, and non-parties where the charter counts them.
    """
    if ground != "waiver" or ground not in charter.grounds:
        raise ObjectRefused(Reason.ACCESS)
    holders = _makers(charter, makers)
    for seat in charter.seats:
        counts = seat.role in MEDIATORS or seat.role == "party"
        if counts or (seat.role in NONPARTIES and charter.nonparty_consent == "always"):
            holders.add(seat.id)
    return (*sorted(holders), GATE)


def locked_sets(charter: Charter, ground: str, makers: Iterable[str], settlement: bool) -> list[tuple[str, ...]]:
    """The alternatives for a reason that rests on a recorded authority; none without a custodian."""
    if ground not in TWO_LOCKS or ground not in charter.grounds:
        raise ObjectRefused(Reason.ACCESS)
    if ground == "settlement-enforcement" and not settlement:
        return []
    mediators = {seat.id for seat in charter.seats if seat.role in MEDIATORS}
    seconds = (
        {seat.id for seat in charter.seats if seat.role == "party"} if ground == "mediator-misconduct" else mediators
    )
    spoken = mediators if ground in NOT_COMPELLED and _makers(charter, makers) & mediators else set()
    custodians = sorted(seat.id for seat in charter.seats if seat.role == "custodian")
    chosen = [(*sorted({one, other} | spoken), GATE) for one in custodians for other in sorted(seconds)]
    return list(dict.fromkeys(chosen))


def set_name(ground: str, holders: Iterable[str]) -> str:
    """`sid`: the ground and its holders, as bound into every share."""
    return f"{ground}:{'+'.join(holders)}"


def access_sets(charter: Charter, makers: Iterable[str], settlement: bool = False) -> dict[str, tuple[str, ...]]:
    """Every set that an item has, by name: for every reason that the charter lists. `settlement`: it is the signed settlement."""
    seats = tuple(makers)
    found: dict[str, tuple[str, ...]] = {}
    for ground in charter.grounds:
        if ground == "waiver":
            members = access_set(charter, ground, seats)
            found[set_name(ground, members)] = members
        elif ground in TWO_LOCKS:
            found |= {set_name(ground, one): one for one in locked_sets(charter, ground, seats, settlement)}
    if len(found) > MAX_SETS:
        raise ObjectRefused(Reason.ACCESS)
    return found


def _makers(charter: Charter, makers: Iterable[str]) -> set[str]:
    holders = set(makers)
    if any(charter.seat(seat) is None for seat in holders):
        raise ObjectRefused(Reason.SEAT)
    return holders
