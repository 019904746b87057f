"""Keys and rules speak of the same people: for every regime and reason the smallest groups the rules let through
are the groups whose shares open the item."""

import itertools

import pytest

from policies import oracle
from policies.access import access_sets, in_order
from policies.decide import decide
from policies.load import load
from policies.rooms import SeatFact
from policies.situation import Mediation, Person
from policies.words import GATE

POLICY = load()
TABLES = {
    "one mediator": (
        SeatFact("med", "mediator"),
        SeatFact("ana", "party", "a"),
        SeatFact("ben", "party", "b"),
        SeatFact("exp", "expert"),
        SeatFact("cus", "custodian"),
    ),
    "two mediators and no custodian": (
        SeatFact("med", "mediator"),
        SeatFact("two", "co-mediator"),
        SeatFact("ana", "party", "a"),
        SeatFact("ben", "party", "b"),
        SeatFact("law", "counsel", "a"),
    ),
    "two mediators and a custodian": (
        SeatFact("med", "mediator"),
        SeatFact("two", "co-mediator"),
        SeatFact("ana", "party", "a"),
        SeatFact("ben", "party", "b"),
        SeatFact("cus", "custodian"),
    ),
}


def smallest_groups(regime: str, ground: str, seats: tuple[SeatFact, ...], makers: frozenset[str], kind: str):
    """The groups that the rules let through and that have no smaller such group in them, found by trying all groups."""
    people = tuple(Person(id=s.id, role=s.role, side=s.side) for s in seats)
    table = Mediation(id="m", regime=regime, state="closed", seats=people, grounds_on=frozenset({ground}))
    found: list[frozenset[str]] = []
    for size in range(len(seats) + 1):
        for group in map(frozenset, itertools.combinations([s.id for s in seats], size)):
            if any(smaller <= group for smaller in found):
                continue
            releaser, request, going = in_order(POLICY, table, ground, makers, kind, group)
            allowed = not oracle.missing(POLICY, releaser, "disclose", request, going)
            if allowed or size == len(seats):
                assert decide(POLICY, releaser, "disclose", request, going).allowed == allowed
            if allowed:
                found.append(group)
    for group in found:
        for one in group:
            releaser, request, going = in_order(POLICY, table, ground, makers, kind, group - {one})
            assert not decide(POLICY, releaser, "disclose", request, going).allowed
    return set(found)


@pytest.mark.parametrize("name", sorted(TABLES))
@pytest.mark.parametrize("regime", sorted(POLICY.regimes))
def test_key_groups_are_the_smallest_groups_that_the_rules_let_through(regime: str, name: str) -> None:
    seats = TABLES[name]
    everyone = {s.id for s in seats}
    for makers in (frozenset({"ana"}), frozenset({"med"}), frozenset({"exp", "law"} & everyone | {"ben"})):
        for kind in ("message", "settlement"):
            sets = access_sets(POLICY, regime, frozenset(POLICY.grounds), seats, makers, "joint", kind)
            assert set(sets) == POLICY.regime(regime).grounds
            for ground, groups in sets.items():
                assert all(GATE in group for group in groups)
                wanted = smallest_groups(regime, ground, seats, makers, kind)
                assert {group - {GATE} for group in groups} == wanted, (regime, ground, sorted(makers), kind)


def test_agreement_needs_every_party_every_mediator_and_every_maker() -> None:
    seats = TABLES["one mediator"]
    for regime in POLICY.regimes:
        (group,) = access_sets(POLICY, regime, frozenset({"waiver"}), seats, frozenset({"ana"}), "joint")["waiver"]
        assert group == {"med", "ana", "ben", GATE} | ({"exp"} if regime == "us-ca" else set())
        (group,) = access_sets(POLICY, regime, frozenset({"waiver"}), seats, frozenset({"exp"}), "joint")["waiver"]
        assert group == {"med", "ana", "ben", "exp", GATE}


def test_only_what_is_on_has_groups() -> None:
    sets = access_sets(
        POLICY, "uma", frozenset({"waiver", "order"}), TABLES["one mediator"], frozenset({"ana"}), "joint"
    )
    assert set(sets) == {"waiver", "order"}


@pytest.mark.parametrize("kind", ["waiting", "caucus", "counsel"])
def test_nothing_from_a_private_room_can_be_sealed(kind: str) -> None:
    sets = access_sets(POLICY, "uma", frozenset(POLICY.grounds), TABLES["one mediator"], frozenset({"ana"}), kind)
    assert set(sets.values()) == {()}


def test_the_gate_opens_nothing_alone_and_no_mediator_holds_a_share_against_a_claim() -> None:
    seats = TABLES["two mediators and a custodian"]
    for regime in POLICY.regimes:
        sets = access_sets(POLICY, regime, frozenset(POLICY.grounds), seats, frozenset({"ana"}), "joint")
        assert all(len(group) >= 3 for groups in sets.values() for group in groups)
        assert all(not group & {"med", "two"} for group in sets.get("mediator-misconduct", ()))


def test_without_a_custodian_only_agreement_opens() -> None:
    seats = TABLES["two mediators and no custodian"]
    sets = access_sets(POLICY, "uma", frozenset(POLICY.grounds), seats, frozenset({"ana"}), "joint")
    assert {ground for ground, groups in sets.items() if groups} == {"waiver"}


def test_no_makers_no_parties_or_no_mediator_means_no_groups() -> None:
    seats = TABLES["one mediator"]
    on = frozenset(POLICY.grounds)
    assert set(access_sets(POLICY, "uma", on, seats, frozenset(), "joint").values()) == {()}
    for gone in (("ana", "ben"), ("med",)):
        rest = tuple(s for s in seats if s.id not in gone)
        assert set(access_sets(POLICY, "uma", on, rest, frozenset({"exp"}), "joint").values()) == {()}


def test_places_that_do_not_fit_together_are_refused() -> None:
    seats = TABLES["one mediator"]
    with pytest.raises(ValueError):
        access_sets(
            POLICY, "uma", frozenset({"waiver"}), (*seats, SeatFact("ana", "party")), frozenset({"ana"}), "joint"
        )
    with pytest.raises(ValueError):
        access_sets(
            POLICY, "uma", frozenset({"waiver"}), (*seats, SeatFact(GATE, "party")), frozenset({"ana"}), "joint"
        )
    with pytest.raises(ValueError):
        access_sets(POLICY, "uma", frozenset({"waiver"}), seats, frozenset({"zoe"}), "joint")
