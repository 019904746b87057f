"""Who must put key shares together before one sealed item opens, for each reason that everybody accepted.

The sets come from the same facts as the rules. Before they are handed out, the oracle is asked about each of them:
all of a set are enough, and all but one are not. So keys and rules cannot part ways.
"""

from policies import oracle
from policies.derive import HOUR, holders
from policies.load import Policy
from policies.rooms import SeatFact
from policies.situation import Mediation, Person, Releasing, Request
from policies.words import GATE, Authority, Ground, ItemClass, RoomKind

Sets = tuple[frozenset[str], ...]


class KeysAndRulesDiffer(Exception):
    """The sets and the rules do not agree: nothing may be sealed with them. Never expected; carries no ids."""


def access_sets(
    policy: Policy,
    regime: str,
    grounds_on: frozenset[str],
    seats: tuple[SeatFact, ...],
    makers: frozenset[str],
    room_kind: RoomKind,
    item_class: ItemClass = "message",
) -> dict[str, Sets]:
    """For each reason that is on, the alternatives: the ids of places whose shares open the item, with `"gate"` in each.

    No alternative means that the item can never be opened for that reason. Only what was said in a joint meeting can be
    kept at all. `makers` are the places whose words the item holds.
    """
    known = policy.regime(regime)
    ids = {seat.id for seat in seats}
    if len(ids) != len(seats) or GATE in ids or not makers <= ids:
        raise ValueError("places and makers do not fit together")
    people = tuple(Person(id=seat.id, role=seat.role, side=seat.side) for seat in seats)
    on = tuple(ground for ground in policy.grounds if ground in grounds_on and ground in known.grounds)
    table = Mediation(id="m", regime=regime, state="closed", seats=people, grounds_on=frozenset(on))
    out: dict[str, Sets] = {}
    for ground in on:
        found = _sets(policy, table, ground, makers) if _can_be_kept(room_kind, ground, item_class) and makers else ()
        _agree(policy, table, ground, makers, item_class, found)
        out[ground] = tuple(chosen | {GATE} for chosen in found)
    return out


def _can_be_kept(room_kind: RoomKind, ground: Ground, item_class: ItemClass) -> bool:
    if room_kind != "joint" or item_class in ("notes", "caucus", "counsel", "recording"):
        return False
    return ground != "settlement-enforcement" or item_class == "settlement"


def _sets(policy: Policy, table: Mediation, ground: Ground, makers: frozenset[str]) -> Sets:
    if not table.in_capacity("party") or not table.in_capacity("mediator"):
        return ()
    if ground == "waiver":
        return (holders(policy.regime(table.regime), table, makers),)
    fact = policy.ground(ground)
    first = sorted(table.with_role(*fact.first_lock))
    second = sorted(table.with_role(*fact.second_lock))
    spoken = (
        table.in_capacity("mediator") if ground in NOT_COMPELLED and makers & table.in_capacity("mediator") else set()
    )
    return tuple(dict.fromkeys(frozenset({one, other}) | spoken for one in first for other in second))


NOT_COMPELLED: frozenset[Ground] = frozenset({"settlement-dispute", "participant-misconduct"})


def in_order(
    policy: Policy,
    table: Mediation,
    ground: Ground,
    makers: frozenset[str],
    item_class: ItemClass,
    involved: frozenset[str],
) -> tuple[Person, Request, Releasing]:
    """A release in which everything is in order and exactly `involved` take part: the question that sets are held against."""
    fact = policy.ground(ground)
    start = 1_000_000
    ready = start + max(fact.notice.days * 24, fact.cooling_off_hours) * HOUR
    everyone = frozenset(seat.id for seat in table.seats)
    needs_order = ground in policy.regime(table.regime).needs_order
    suitable: tuple[Authority, ...] = tuple(a for a in fact.authorities if not needs_order or a in ("order", "leave"))
    authority: Authority = suitable[0] if suitable else "none"
    accused = _accused(table, ground, involved)
    releaser = _releaser(table, involved - accused)
    request = Request(
        id="r",
        ground=ground,
        digest="d",
        recipient=fact.recipients[0],
        profile=fact.default_profile,
        item_classes=frozenset({item_class}),
        makers=makers,
        created=start,
        expires=start + fact.max_validity_days * 24 * HOUR,
        waivers=involved,
        last_waiver_at=start,
        approvals=involved,
        accused=accused,
        authority=authority,
        authority_digest="d",
        notified=everyone,
        notified_at=start,
    )
    going = Releasing(
        mediation=table,
        now=ready,
        recipient=request.recipient,
        bundle_digest="d",
        profile=request.profile,
        redaction_verified=True,
    )
    return releaser, request, going


def _accused(table: Mediation, ground: Ground, involved: frozenset[str]) -> frozenset[str]:
    """Somebody who fits the complaint; where it can be somebody who takes no part, it is."""
    if ground == "mediator-misconduct":
        mediators = sorted(table.in_capacity("mediator"))
        return frozenset(next(([id_] for id_ in mediators if id_ not in involved), mediators[:1]))
    if ground == "participant-misconduct":
        others = [s.id for s in table.seats if s.role not in ("mediator", "co-mediator", "custodian")]
        return frozenset(next(([id_] for id_ in others if id_ not in involved), others[:1]))
    return frozenset()


def _releaser(table: Mediation, involved: frozenset[str]) -> Person:
    """Who carries it out: somebody of those involved who may, or the first of all who may, or anybody."""
    office = [seat for seat in table.seats if seat.role in ("mediator", "co-mediator", "custodian")]
    return next((seat for seat in office if seat.id in involved), (office or list(table.seats))[0])


def _agree(
    policy: Policy, table: Mediation, ground: Ground, makers: frozenset[str], item_class: ItemClass, sets: Sets
) -> None:
    for chosen in sets:
        if not chosen or not _opens(policy, table, ground, makers, item_class, chosen):
            raise KeysAndRulesDiffer(ground)
        for one in chosen:
            if _opens(policy, table, ground, makers, item_class, chosen - {one}):
                raise KeysAndRulesDiffer(ground)


def _opens(
    policy: Policy, table: Mediation, ground: Ground, makers: frozenset[str], item_class: ItemClass, who: frozenset[str]
) -> bool:
    releaser, request, going = in_order(policy, table, ground, makers, item_class, who)
    return not oracle.missing(policy, releaser, "disclose", request, going)
