"""Holds come first, then open requests, then the day; two people destroy; what went is attested; a demand opens nothing."""

import json

import pytest

from policies.cases import DAY, NOW, table
from policies.demand import plan_demand
from policies.retention import (
    Due,
    Held,
    Pending,
    Until,
    answer_erasure,
    attest,
    attestation_bytes,
    attestation_sha256,
    place_hold,
    retain_until,
    reviewed,
    standing,
)
from policies.situation import Kept
from policies.words import KEPT_CLASSES
from tests.policies.asking import POLICY


def kept(**changes: object) -> Kept:
    return Kept(**{"id": "k", "kind": "sealed-record", "retain_until": NOW, **changes})  # type: ignore[arg-type]


def test_every_class_is_due_after_its_own_days() -> None:
    for kind in KEPT_CLASSES:
        assert retain_until(POLICY, kind, NOW) == NOW + POLICY.kept(kind).days * DAY
    assert retain_until(POLICY, "sealed-record", NOW, 30) == NOW + 30 * DAY
    for days in (29, 2556):
        with pytest.raises(ValueError):
            retain_until(POLICY, "sealed-record", NOW, days)


def test_the_first_that_applies_wins() -> None:
    hold = place_hold(POLICY, "claim", "med", "cus", NOW)
    assert standing(kept(open_requests=True), hold, NOW) == Held(review_due=False)
    assert standing(kept(open_requests=True), None, NOW) == Pending()
    assert standing(kept(), None, NOW - 1) == Until(at=NOW)
    assert standing(kept(), None, NOW) == Due()


def test_a_hold_is_looked_at_again_within_ninety_days_and_stands_until_somebody_ends_it() -> None:
    hold = place_hold(POLICY, "demand", "med", "cus", NOW)
    assert hold.review_at == NOW + 90 * DAY
    assert standing(kept(), hold, NOW + 90 * DAY - 1) == Held(review_due=False)
    assert standing(kept(), hold, NOW + 90 * DAY) == Held(review_due=True)
    assert standing(kept(), hold, NOW + 900 * DAY) == Held(review_due=True)
    again = reviewed(POLICY, hold, "cus", "med", NOW + 80 * DAY)
    assert (again.placed_at, again.review_at) == (NOW, NOW + 170 * DAY)


def test_a_hold_that_is_known_only_by_its_mark_asks_for_a_review() -> None:
    assert standing(kept(on_hold=True), None, NOW) == Held(review_due=True)


def test_a_hold_takes_two_people() -> None:
    with pytest.raises(ValueError):
        place_hold(POLICY, "claim", "med", "med", NOW)


@pytest.mark.parametrize(
    ("changes", "closed", "answer"),
    [
        ({"authors": frozenset({"ana"})}, True, "erased"),
        ({"authors": frozenset({"ana"}), "on_hold": True}, True, "restricted"),
        ({"authors": frozenset({"ana"}), "open_requests": True}, True, "restricted"),
        ({"authors": frozenset({"ana", "ben"})}, True, "not-yours"),
        ({"authors": frozenset()}, True, "not-yours"),
        ({"authors": frozenset({"ana"})}, False, "not-yet"),
        ({"authors": frozenset({"ana"}), "kind": "ledger"}, True, "stays"),
        ({"authors": frozenset({"ana"}), "kind": "consent-records"}, True, "stays"),
    ],
)
def test_people_are_told_what_becomes_of_their_wish_for_erasure(
    changes: dict[str, object], closed: bool, answer: str
) -> None:
    assert answer_erasure(POLICY, kept(**changes), "ana", closed) == answer


def attested(**changes: object) -> object:
    facts: dict[str, object] = {
        "classes": ("sealed-record",),
        "items": 3,
        "key_fingerprints": ("bb", "aa"),
        "at": NOW,
        "by": "cus",
        "second": "med",
        "ledger_head": "h",
    }
    return attest(POLICY, **{**facts, **changes})  # type: ignore[arg-type]


def test_an_attestation_says_what_went_by_whom_and_under_which_rules() -> None:
    one = attested()
    read = json.loads(attestation_bytes(one))  # type: ignore[arg-type]
    assert read["key_fingerprints"] == ["aa", "bb"]
    assert read["policy_sha256"] == POLICY.sha256
    assert attestation_sha256(one) == attestation_sha256(attested(key_fingerprints=("aa", "bb")))  # type: ignore[arg-type]
    assert attestation_sha256(one) != attestation_sha256(attested(items=4))  # type: ignore[arg-type]
    assert attested(by="gate", second=None)


@pytest.mark.parametrize(
    "changes",
    [
        {"second": None},
        {"second": "cus"},
        {"classes": ()},
        {"items": -1},
        {"ledger_head": ""},
        {"key_fingerprints": ()},
    ],
)
def test_an_attestation_with_a_gap_is_none(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        attested(**changes)


def test_a_demand_tells_every_holder_starts_the_clocks_and_releases_nothing() -> None:
    plan = plan_demand(
        POLICY, table("uma", ("med", "ana", "ben", "exp", "cus")), frozenset({"exp"}), NOW, NOW + 30 * DAY
    )
    assert plan.tell == {"med", "ana", "ben", "exp", "cus"}
    assert plan.defend_by == NOW + 15 * DAY
    assert plan.object_by == NOW + 14 * DAY
    assert plan.hold_review_by == NOW + 90 * DAY
    assert not plan.releases
    assert not plan.silence_is_a_yes
    soon = plan_demand(POLICY, table("uma"), frozenset(), NOW, NOW + 3 * DAY)
    assert soon.object_by == NOW + 3 * DAY
    with pytest.raises(ValueError):
        plan_demand(POLICY, table("uma"), frozenset(), NOW, NOW - 1)


def test_a_demand_in_california_tells_the_silent_as_well() -> None:
    plan = plan_demand(POLICY, table("us-ca", ("med", "ana", "ben", "exp")), frozenset(), NOW, NOW)
    assert "exp" in plan.tell
