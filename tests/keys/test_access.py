"""Keys and rules speak of the same people: the access set of a charter is the one that the policies compute."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.keys import access
from client.keys.membership import CharterSeat
from policies.access import access_sets as by_policy
from policies.load import load
from policies.rooms import SeatFact
from tests.keys.world import World

POLICY = load()
WORLD = World("access")
NAMES = {"comediator": "co-mediator", "casemanager": "case-manager"}
ROLES = ("party", "counsel", "support", "interpreter", "expert", "observer", "comediator", "casemanager", "custodian")


@pytest.mark.parametrize("regime", sorted(POLICY.regimes))
@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(ROLES), max_size=6), st.data())
def test_the_set_of_everyone_agrees_with_the_policies(regime: str, roles: list[str], data: st.DataObject) -> None:
    chosen = ["mediator", "party", "party", *roles]
    sides = [WORLD.sides["left"], WORLD.sides["right"]]
    seats = tuple(
        CharterSeat(
            id=WORLD.id(),
            role=role,  # type: ignore[arg-type]
            side="" if role in {"mediator", "comediator", "custodian"} else sides[place % 2],
        )
        for place, role in enumerate(chosen)
    )
    makers = data.draw(
        st.sets(
            st.sampled_from([s.id for s in seats if s.role not in {"casemanager", "custodian"}]), min_size=1, max_size=2
        )
    )
    charter = WORLD.charter_body(seats=seats, regime=regime, nonparty_consent=POLICY.regime(regime).nonparty_consent)
    facts = tuple(SeatFact(id=s.id, role=NAMES.get(s.role, s.role), side=s.side) for s in seats)  # type: ignore[arg-type]
    expected = by_policy(POLICY, regime, frozenset({"waiver"}), facts, frozenset(makers), "joint")["waiver"]
    assert [frozenset(access.access_set(charter, "waiver", makers))] == list(expected)


@pytest.mark.parametrize("settlement", [False, True])
@pytest.mark.parametrize("regime", sorted(POLICY.regimes))
@settings(max_examples=6, deadline=None)
@given(st.lists(st.sampled_from(ROLES), max_size=5), st.data())
def test_the_sets_of_every_reason_agree_with_the_policies(
    regime: str, settlement: bool, roles: list[str], data: st.DataObject
) -> None:
    chosen = ["mediator", "party", "party", *roles]
    sides = [WORLD.sides["left"], WORLD.sides["right"]]
    seats = tuple(
        CharterSeat(
            id=WORLD.id(),
            role=role,  # type: ignore[arg-type]
            side="" if role in {"mediator", "comediator", "custodian"} else sides[place % 2],
        )
        for place, role in enumerate(chosen)
    )
    maker = data.draw(st.sampled_from([s.id for s in seats if s.role not in {"casemanager", "custodian"}]))
    grounds = tuple(sorted(POLICY.regime(regime).grounds))
    charter = WORLD.charter_body(
        seats=seats, regime=regime, grounds=grounds, nonparty_consent=POLICY.regime(regime).nonparty_consent
    )
    facts = tuple(SeatFact(id=s.id, role=NAMES.get(s.role, s.role), side=s.side) for s in seats)  # type: ignore[arg-type]
    kind = "settlement" if settlement else "message"
    expected = by_policy(POLICY, regime, frozenset(grounds), facts, frozenset({maker}), "joint", kind)  # type: ignore[arg-type]
    found = access.access_sets(charter, (maker,), settlement)
    for ground in grounds:
        mine = {frozenset(members) for sid, members in found.items() if sid.partition(":")[0] == ground}
        assert mine == set(expected[ground]), ground
