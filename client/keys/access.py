"""For whom an item opens: computed from the charter by everybody alike, so that nobody can seal for fewer people."""

from collections.abc import Iterable

from client.keys.membership import MEDIATORS, Charter
from client.keys.refusals import ObjectRefused, Reason

GATE = "gate"
# The case manager's office hears nothing and is asked nothing.
NONPARTIES = frozenset({"counsel", "support", "interpreter", "expert", "observer"})


def access_set(charter: Charter, ground: str, makers: Iterable[str]) -> tuple[str, ...]:
    """The holders whose shares together open an item on this ground: place ids in order, then the gate.

    `waiver`: every party, every mediator, every maker, and non-parties where the charter counts them.
    """
    if ground != "waiver" or ground not in charter.grounds:
        raise ObjectRefused(Reason.ACCESS)
    holders = set(makers)
    if any(charter.seat(seat) is None for seat in holders):
        raise ObjectRefused(Reason.SEAT)
    for seat in charter.seats:
        counts = seat.role in MEDIATORS or seat.role == "party"
        if counts or (seat.role in NONPARTIES and charter.nonparty_consent == "always"):
            holders.add(seat.id)
    return (*sorted(holders), GATE)


def set_name(ground: str, holders: Iterable[str]) -> str:
    """`sid`: the ground and its holders, as bound into every share."""
    return f"{ground}:{'+'.join(holders)}"


def access_sets(charter: Charter, makers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every set that an item has now, by name. In this version the one of `waiver`, where the charter lists it."""
    seats = tuple(makers)
    holders = [("waiver", access_set(charter, "waiver", seats))] if "waiver" in charter.grounds else []
    return {set_name(ground, members): members for ground, members in holders}
