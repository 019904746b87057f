"""What must hold whatever the rules say: a missing yes never opens, one more yes never closes, one more person never widens."""

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.cases import PEOPLE, Case, random_cases, release_in_order, table
from policies.decide import Handles, decide
from policies.derive import holders
from policies.situation import Item, Mediation, Plain, Releasing, Request, Room
from policies.words import GROUNDS, ROOM_KINDS
from tests.policies.asking import POLICY

REGIMES = tuple(POLICY.regimes)
seeds = st.integers(0, 2**32)


def a_release(seed: int) -> Case:
    return next(random_cases(POLICY, random.Random(seed), REGIMES, releases=1))


def ask(case: Case, **changes: object) -> bool:
    assert isinstance(case.resource, Request)
    request = msgspec.structs.replace(case.resource, **changes)
    request = msgspec.structs.replace(request, shortened=request.shortened & request.waivers)
    return decide(POLICY, case.principal, case.action, request, case.context).allowed


@settings(max_examples=300, deadline=None)
@given(seeds, st.data())
def test_taking_a_yes_away_never_opens_and_adding_one_never_closes(seed: int, data: st.DataObject) -> None:
    case = a_release(seed)
    assert isinstance(case.resource, Request)
    everyone = frozenset(seat.id for seat in case.context.mediation.seats)
    fewer = frozenset(data.draw(st.sets(st.sampled_from(sorted(everyone))))) & case.resource.waivers
    more = case.resource.waivers | frozenset(data.draw(st.sets(st.sampled_from(sorted(everyone)))))
    # Whoever shortened the pause keeps it shortened only for those who said yes, so the pause is left aside here.
    context = msgspec.structs.replace(case.context, now=case.context.now + 40 * 86400)
    case = msgspec.structs.replace(case, context=context)
    before = ask(case, expires=2**31, created=2**31 - 86400)
    assert ask(case, waivers=fewer, expires=2**31, created=2**31 - 86400) <= before
    assert ask(case, waivers=more, expires=2**31, created=2**31 - 86400) >= before


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(REGIMES), st.data())
def test_on_agreement_every_single_missing_yes_refuses(regime: str, data: st.DataObject) -> None:
    also = data.draw(st.sets(st.sampled_from(["two", "lea", "exp", "int", "sue"])))
    seats = table(regime, ("med", "ana", "ben", "cus", *sorted(also)))
    case = release_in_order(POLICY, "waiver", seats)
    assert isinstance(case.resource, Request)
    makers = frozenset(
        data.draw(st.sets(st.sampled_from([s.id for s in seats.seats if s.role != "custodian"]), min_size=1))
    )
    needed = holders(POLICY.regime(regime), seats, makers)
    assert ask(case, makers=makers, waivers=needed)
    for one in needed:
        assert not ask(case, makers=makers, waivers=needed - {one})


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_whatever_is_allowed_keeps_the_floor(seed: int) -> None:
    case = a_release(seed)
    if not decide(POLICY, case.principal, case.action, case.resource, case.context).allowed:
        return
    request, seats = case.resource, case.context.mediation
    assert isinstance(request, Request)
    assert isinstance(case.context, Releasing)
    assert not request.item_classes & {"notes", "counsel", "recording"}
    assert request.authority != "subpoena"
    assert case.context.bundle_digest == request.digest
    assert case.principal.id not in request.accused  # type: ignore[union-attr]
    if request.ground == "waiver":
        assert seats.in_capacity("party") | seats.in_capacity("mediator") | request.makers <= request.waivers
    else:
        assert request.authority_digest == request.digest
        assert request.authority in POLICY.ground(request.ground).authorities


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ROOM_KINDS), st.sets(st.sampled_from(sorted(PEOPLE))), st.sampled_from(sorted(PEOPLE)), st.data()
)
def test_one_more_person_never_lets_anybody_else_read(
    kind: str, inside: set[str], one_more: str, data: st.DataObject
) -> None:
    seats = table("uma", tuple(PEOPLE), "open")
    author = data.draw(st.sampled_from(sorted(PEOPLE)))
    handles = Handles(POLICY)

    def readers(members: set[str]) -> set[str]:
        item = Item(id="i", room=Room(id="r", kind=kind, members=frozenset(members)), author=author)
        return {who.id for who in seats.seats if handles.decide(who, "read", item, Plain(mediation=seats)).allowed}

    assert readers(inside | {one_more}) - {one_more} == readers(inside) - {one_more}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(REGIMES), st.sampled_from(GROUNDS), st.sampled_from(["parties", "mediators", "makers"]))
def test_nobody_on_record_means_no(regime: str, ground: str, missing: str) -> None:
    case = release_in_order(POLICY, ground, table(regime))
    seats = case.context.mediation
    gone = {"parties": ("ana", "ben"), "mediators": ("med",), "makers": ()}[missing]
    left = tuple(seat for seat in seats.seats if seat.id not in gone)
    fewer = msgspec.structs.replace(seats, seats=left)
    context = msgspec.structs.replace(case.context, mediation=fewer)
    assert isinstance(case.resource, Request)
    request = _only(case.resource, fewer, () if missing == "makers" else tuple(seat.id for seat in left))
    said = decide(POLICY, case.principal, "disclose", request, context)
    assert "never.nobody-on-record" in said.rules  # type: ignore[union-attr]


def _only(request: Request, seats: Mediation, makers: tuple[str, ...]) -> Request:
    ids = frozenset(seat.id for seat in seats.seats)
    names = ("waivers", "approvals", "notified", "accused")
    kept = {name: getattr(request, name) & ids for name in names}
    return msgspec.structs.replace(request, makers=frozenset(makers), **kept)


def test_every_ground_that_a_regime_knows_can_be_used_by_somebody() -> None:
    for regime in REGIMES:
        for ground in POLICY.regime(regime).grounds:
            case = release_in_order(POLICY, ground, table(regime))
            said = decide(POLICY, case.principal, case.action, case.resource, case.context)
            assert said.allowed, (regime, ground, said)
