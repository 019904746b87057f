"""Trouble of any kind is a no, and a no never tells who or what it was about."""

import cedarpy
import msgspec
import pytest

from policies import decide as decide_module
from policies.cases import NOW, PEOPLE, release_in_order, table
from policies.decide import Allow, Handles, Refuse, decide
from policies.situation import Destroying, Item, Kept, Mediation, Person, Placing, Plain, Releasing, Request, Room
from tests.policies.asking import POLICY

TABLE = table("uma")
CASE = release_in_order(POLICY, "waiver", TABLE)
SECRET = "zz-secret-zz"


def ask(**changes: object) -> Allow | Refuse:
    request = msgspec.structs.replace(CASE.resource, **changes)
    return decide(POLICY, CASE.principal, "disclose", request, CASE.context)


def test_a_release_in_order_is_allowed() -> None:
    assert ask() == Allow()


def test_a_refusal_lists_everything_that_is_missing_in_the_order_of_the_rules() -> None:
    said = ask(waivers=frozenset({"ana"}), approvals=frozenset(), withdrawn=True, item_classes=frozenset({"notes"}))
    assert isinstance(said, Refuse)
    assert [reason.rule for reason in said.reasons] == [
        "never.notes",
        "holders.parties",
        "holders.mediators",
        "release.current",
        "release.four-eyes",
    ]
    assert all(reason.says.endswith(".") for reason in said.reasons)


def test_who_may_is_listed_beside_what_is_missing() -> None:
    said = decide(
        POLICY, PEOPLE["ana"], "disclose", msgspec.structs.replace(CASE.resource, withdrawn=True), CASE.context
    )
    assert said.rules == {"disclose.who", "release.current"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changes",
    [
        {"ground": "wavier"},
        {"recipient": SECRET},
        {"item_classes": frozenset({SECRET})},
        {"authority": SECRET},
        {"expires": "soon"},
        {"expires": 2**70},
        {"digest": 5},
        {"withdrawn": None},
        {"id": 'q"1'},
        {"id": ""},
        {"makers": frozenset({SECRET})},
        {"waivers": None},
    ],
)
def test_facts_that_do_not_fit_are_refused_without_a_word_about_them(changes: dict[str, object]) -> None:
    try:
        said = ask(**changes)
    except TypeError:
        return  # not even a fact
    assert isinstance(said, Refuse)
    assert said.rules <= {"engine.failed", "facts.contradict"}
    assert SECRET not in repr(said)


def test_an_engine_that_breaks_or_skips_a_rule_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    class Skipped:
        decision = cedarpy.Decision.Allow
        allowed = True

        class diagnostics:
            errors = [f"policy3: {SECRET}"]
            reasons: list[str] = []
            id_annotations_by_reason: dict[str, str] = {}

    monkeypatch.setattr(decide_module.cedarpy, "is_authorized", lambda *a, **k: Skipped())
    said = ask()
    assert isinstance(said, Refuse)
    assert said.rules == {"engine.failed"}
    assert SECRET not in repr(said)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(decide_module.cedarpy, "is_authorized", broken)
    said = ask()
    assert said.rules == {"engine.failed"}  # type: ignore[union-attr]
    assert SECRET not in repr(said)


@pytest.mark.parametrize("action", ["disclose", "destroy"])
def test_the_oracle_stops_what_the_engine_alone_would_allow(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    kept = Kept(id="k", kind="sealed-record", retain_until=NOW)
    questions = {
        "disclose": (CASE.principal, CASE.resource, CASE.context),
        "destroy": (PEOPLE["cus"], kept, Destroying(mediation=TABLE, now=NOW, approvals=frozenset({"med"}))),
    }
    principal, resource, context = questions[action]
    assert decide(POLICY, principal, action, resource, context).allowed
    monkeypatch.setattr(decide_module.oracle, "missing", lambda *a: frozenset({"release.current"}))
    said = decide(POLICY, principal, action, resource, context)
    assert said.rules == {"engine.disagrees", "release.current"}  # type: ignore[union-attr]


def test_a_broken_set_of_rules_is_stopped_by_the_oracle() -> None:
    """Even if every rule that forbids were lost, nothing would be released without the people's yes."""
    loose = tuple(rule for rule in POLICY.rules if rule.effect == "permit")
    from policies.load import compile_rules

    policy = msgspec.structs.replace(POLICY, compiled=compile_rules(loose, POLICY.schema_text))
    request = msgspec.structs.replace(CASE.resource, waivers=frozenset())
    said = decide(policy, CASE.principal, "disclose", request, CASE.context)
    assert not said.allowed


@pytest.mark.parametrize(
    ("principal", "action", "resource", "context"),
    [
        (PEOPLE["med"], "open-everything", CASE.resource, CASE.context),
        (PEOPLE["med"], "join", CASE.resource, CASE.context),
        (PEOPLE["med"], "disclose", CASE.resource, Plain(mediation=TABLE)),
        (msgspec.structs.replace(PEOPLE["ana"], role="mediator"), "disclose", CASE.resource, CASE.context),
        (
            PEOPLE["med"],
            "disclose",
            CASE.resource,
            msgspec.structs.replace(CASE.context, mediation=msgspec.structs.replace(TABLE, regime="none")),
        ),
        (
            PEOPLE["med"],
            "move",
            Room(id="r", kind="joint", members=frozenset({"med", "zoe"})),
            Placing(mediation=TABLE, who="zoe"),
        ),
        (
            PEOPLE["med"],
            "join",
            Room(id="r", kind="joint", members=frozenset({"med"})),
            Plain(mediation=msgspec.structs.replace(TABLE, seats=(*TABLE.seats, PEOPLE["ana"]))),
        ),
    ],
)
def test_facts_that_contradict_each_other_are_refused(principal, action, resource, context) -> None:
    said = decide(POLICY, principal, action, resource, context)
    assert said.rules == {"facts.contradict"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changes",
    [
        {"digest": ""},
        {"profile": ""},
        {"expires": 0},
        {"last_waiver_at": 1},
        {"notified_at": 1},
        {"shortened": frozenset({"cus"})},
    ],
)
def test_requests_that_cannot_be_are_refused(changes: dict[str, object]) -> None:
    assert ask(**changes).rules == {"facts.contradict"}  # type: ignore[union-attr]


def test_people_kept_apart_in_one_direction_only_are_a_contradiction() -> None:
    ana = msgspec.structs.replace(PEOPLE["ana"], kept_apart=frozenset({"ben"}))
    seats = tuple(ana if seat.id == "ana" else seat for seat in TABLE.seats)
    lopsided = Mediation(id="m", regime="uma", seats=seats)
    room = Room(id="r", kind="joint", members=frozenset({"med", "ben"}))
    assert not decide(POLICY, PEOPLE["ben"], "join", room, Plain(mediation=lopsided)).allowed


def test_a_decision_is_the_same_with_and_without_prepared_handles() -> None:
    handles = Handles(POLICY, bound=2)
    for id_ in ("med", "ana", "ben", "cus", "ana"):
        for members in (frozenset({"med", "ana"}), frozenset({"ana", "ben"})):
            room = Room(id="r", kind="caucus", members=members)
            seats = table("uma", state="open")
            plain = Plain(mediation=seats)
            assert handles.decide(PEOPLE[id_], "join", room, plain) == decide(POLICY, PEOPLE[id_], "join", room, plain)


def test_handles_keep_no_more_than_their_bound() -> None:
    handles = Handles(POLICY, bound=3)
    for number in range(20):
        room = Room(id=f"r{number}", kind="joint", members=frozenset({"med"}))
        handles.decide(PEOPLE["med"], "join", room, Plain(mediation=TABLE))
    assert len(handles._kept) <= 3


def test_two_tables_that_differ_in_one_fact_are_never_confused() -> None:
    handles = Handles(POLICY)
    room = Room(id="r", kind="joint", members=frozenset({"med", "ana"}))
    table_open = table("uma", state="open")
    assert handles.decide(PEOPLE["ana"], "join", room, Plain(mediation=table_open)).allowed
    removed = msgspec.structs.replace(PEOPLE["ana"], removed=True)
    seats = tuple(removed if seat.id == "ana" else seat for seat in table_open.seats)
    later = msgspec.structs.replace(table_open, seats=seats)
    assert not handles.decide(removed, "join", room, Plain(mediation=later)).allowed


def test_someone_from_another_mediation_is_refused_even_with_the_right_role() -> None:
    stranger = Person(id="x9", role="mediator")
    assert decide(POLICY, stranger, "disclose", CASE.resource, CASE.context).rules == {"never.outsiders"}  # type: ignore[union-attr]
    item = Item(id="i", room=Room(id="r", kind="joint", members=frozenset({"med"})), author="med")
    assert not decide(POLICY, stranger, "read", item, Plain(mediation=table("uma", state="open"))).allowed


def test_types_are_what_they_say() -> None:
    assert isinstance(CASE.resource, Request)
    assert isinstance(CASE.context, Releasing)
