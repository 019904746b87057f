"""Scenarios: the contract with lawyers. Each is one sentence, what is changed in a case that is in order, and the answer.

A scenario names every rule that stands against it, so a rule that is lost, weakened or too wide shows.
"""

from typing import Any

import msgspec

from policies.cases import AT_THE_TABLE, DAY, HOUR, NOW, PEOPLE, Case, release_in_order, table
from policies.decide import Allow, Decision, Handles
from policies.facts import Fact
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
    Mediation,
    Placing,
    Plain,
    Principal,
    Releasing,
    Request,
    Resource,
    Revoking,
    Room,
)
from policies.words import (
    Action,
    Authority,
    Ground,
    HoldReason,
    ItemClass,
    KeptClass,
    Recipient,
    RoomKind,
    State,
)


class Scenario(Fact, frozen=True, kw_only=True):
    """One line of scenarios.yaml. What is not said stays as in a case that is in order.

    People: med and two mediate, ana and ben are the parties, lea and leo their lawyers, sue supports ben,
    int interprets, exp is an expert, obs observes, cas manages, cus is the custodian.
    """

    say: str
    action: Action = "disclose"
    allow: bool = False
    refuse: tuple[str, ...] = ()
    regime: str = "uma"
    ground: Ground = "waiver"
    by: str = ""
    also: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    state: State | None = None
    accepted: tuple[Ground, ...] | None = None
    # a release
    waivers: tuple[str, ...] | None = None
    makers: tuple[str, ...] | None = None
    objections: tuple[str, ...] = ()
    approvals: tuple[str, ...] | None = None
    accused: tuple[str, ...] | None = None
    items: tuple[ItemClass, ...] | None = None
    authority: Authority | None = None
    other_passages: tuple[str, ...] = msgspec.field(name="other-passages", default=())
    recipient: Recipient | None = None
    goes_to: Recipient | None = msgspec.field(name="goes-to", default=None)
    told: tuple[str, ...] | None = None
    told_days_ago: int | None = msgspec.field(name="told-days-ago", default=None)
    last_yes_hours_ago: int | None = msgspec.field(name="last-yes-hours-ago", default=None)
    shortened: tuple[str, ...] = ()
    withdrawn: bool = False
    releasing: bool = False
    expired: bool = False
    open_days: int | None = msgspec.field(name="open-days", default=None)
    blacked_out: bool = msgspec.field(name="blacked-out", default=True)
    other_profile: bool = msgspec.field(name="other-profile", default=False)
    seat: str = ""
    # a room or an item
    room: RoomKind = "joint"
    members: tuple[str, ...] = ("med", "ana", "ben")
    who: str = "ana"
    locked: bool = False
    agreed_to_record: tuple[str, ...] = msgspec.field(name="agreed-to-record", default=())
    author: str = "ana"
    kind: ItemClass = "message"
    into: RoomKind = "caucus"
    into_members: tuple[str, ...] = msgspec.field(name="into-members", default=("med", "ana"))
    released: bool = False
    # keeping
    kept: KeptClass = "sealed-record"
    on_hold: bool = msgspec.field(name="on-hold", default=False)
    open_request: bool = msgspec.field(name="open-request", default=False)
    days_early: int = msgspec.field(name="days-early", default=0)
    authors: tuple[str, ...] = ("ana",)
    seconds: tuple[str, ...] = ("med", "cus")
    review_days: int = msgspec.field(name="review-days", default=90)
    reason: HoldReason = "demand"


class ScenarioFile(Fact, frozen=True, kw_only=True):
    """`scenarios.yaml`."""

    version: int
    scenarios: tuple[Scenario, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario expects and what the rules said."""

    scenario: Scenario
    decision: Decision

    @property
    def fine(self) -> bool:
        """The answer and all its reasons are as the scenario says."""
        if isinstance(self.decision, Allow):
            return self.scenario.allow
        return not self.scenario.allow and self.decision.rules == frozenset(self.scenario.refuse)


def run_scenarios(
    policy: Policy, scenarios: tuple[Scenario, ...], in_order_for: Policy | None = None
) -> tuple[Outcome, ...]:
    """Every scenario with the rules' answer. Two versions are compared on cases that are in order for one of them."""
    handles = Handles(policy, bound=8)
    out = []
    for scenario in scenarios:
        case = build(in_order_for or policy, scenario)
        answer = handles.decide(case.principal, case.action, case.resource, case.context)
        out.append(Outcome(scenario=scenario, decision=answer))
    return tuple(out)


def build(policy: Policy, scenario: Scenario) -> Case:
    """The case that a scenario describes."""
    if scenario.allow == bool(scenario.refuse):
        raise ValueError("a scenario says either `allow: true` or which rules `refuse`")
    table_ = _table(scenario)
    match scenario.action:
        case "disclose" | "propose" | "consent" | "revoke":
            return _request_case(policy, scenario, table_)
        case "hold" | "lift" | "destroy" | "expire" | "erase":
            return _kept_case(scenario, table_)
        case _:
            return _room_case(scenario, table_)


def _table(scenario: Scenario) -> Mediation:
    usual: State = "closed" if scenario.action in ("disclose", "destroy", "expire", "erase", "hold", "lift") else "open"
    seats = tuple(id_ for id_ in (*AT_THE_TABLE, *scenario.also) if id_ not in scenario.gone)
    plain = table(scenario.regime, seats, scenario.state or usual)
    people = tuple(
        msgspec.structs.replace(
            seat,
            signed=seat.id not in scenario.unsigned,
            removed=seat.id in scenario.removed,
            kept_apart=frozenset(scenario.apart) - {seat.id} if seat.id in scenario.apart else frozenset(),
        )
        for seat in plain.seats
    )
    on = plain.grounds_on if scenario.accepted is None else frozenset(scenario.accepted)
    return msgspec.structs.replace(plain, seats=people, grounds_on=on)


def _person(table_: Mediation, id_: str) -> Principal:
    return next((seat for seat in table_.seats if seat.id == id_), PEOPLE[id_])


def _request_case(policy: Policy, scenario: Scenario, table_: Mediation) -> Case:
    base = release_in_order(policy, scenario.ground, table_)
    assert isinstance(base.resource, Request)
    assert isinstance(base.context, Releasing)
    assert not isinstance(base.principal, Gate)
    request = _changed_request(scenario, base.resource)
    by = scenario.by or (base.principal.id if scenario.action == "disclose" else "ana")
    other = scenario.other_passages
    context: Circumstances
    match scenario.action:
        case "consent":
            context = Consenting(
                mediation=table_,
                seat=scenario.seat or by,
                digest="d2" if "agreed" in other else "d1",
                shown="d2" if "shown" in other else "d1",
                now=NOW,
            )
        case "revoke":
            context = Revoking(mediation=table_, seat=scenario.seat or by)
        case "propose":
            context = Plain(mediation=table_)
        case _:
            context = msgspec.structs.replace(
                base.context,
                recipient=scenario.goes_to or request.recipient,
                bundle_digest="d2" if "bundle" in other else "d1",
                profile="another" if scenario.other_profile else base.context.profile,
                redaction_verified=scenario.blacked_out,
            )
    return Case(principal=_person(table_, by), action=scenario.action, resource=request, context=context)


def _changed_request(scenario: Scenario, base: Request) -> Request:
    changes: dict[str, Any] = {
        "objections": frozenset(scenario.objections),
        "withdrawn": scenario.withdrawn,
        "releasing": scenario.releasing,
        "shortened": frozenset(scenario.shortened),
    }
    for name, value in (
        ("waivers", scenario.waivers),
        ("makers", scenario.makers),
        ("approvals", scenario.approvals),
        ("accused", scenario.accused),
        ("item_classes", scenario.items),
        ("notified", scenario.told),
    ):
        if value is not None:
            changes[name] = frozenset(value)
    if scenario.authority is not None:
        changes["authority"] = scenario.authority
    if "authority" in scenario.other_passages:
        changes["authority_digest"] = "d2"
    if scenario.recipient is not None:
        changes["recipient"] = scenario.recipient
    created = base.created
    if scenario.told_days_ago is not None:
        changes["notified_at"] = NOW - scenario.told_days_ago * DAY
        created = min(created, changes["notified_at"])
    if scenario.last_yes_hours_ago is not None:
        changes["last_waiver_at"] = NOW - scenario.last_yes_hours_ago * HOUR
        created = min(created, changes["last_waiver_at"])
    changes["created"] = created
    if scenario.expired:
        changes["expires"] = NOW
        changes["created"] = min(created, NOW - 1)
    if scenario.open_days is not None:
        changes["expires"] = changes["created"] + scenario.open_days * DAY
    return msgspec.structs.replace(base, **changes)


def _room_case(scenario: Scenario, table_: Mediation) -> Case:
    room = Room(
        id="r1",
        kind=scenario.room,
        members=frozenset(scenario.members),
        locked=scenario.locked,
        recording_consents=frozenset(scenario.agreed_to_record),
    )
    context: Circumstances = Plain(mediation=table_)
    resource: Resource = room
    by = scenario.by or "ana"
    if scenario.action in ("admit", "move"):
        by = scenario.by or "med"
        context = Placing(mediation=table_, who=scenario.who)
    elif scenario.action == "record":
        by = scenario.by or "med"
    elif scenario.action in ("read", "share", "pass-on"):
        resource = Item(
            id="i1",
            room=room,
            author=scenario.author,
            kind=scenario.kind,
            withdrawn=scenario.withdrawn,
            released_into=frozenset({"r2"}) if scenario.released else frozenset(),
        )
        if scenario.action != "read":
            into = Room(id="r2", kind=scenario.into, members=frozenset(scenario.into_members))
            context = Into(mediation=table_, into=into)
    return Case(principal=_person(table_, by), action=scenario.action, resource=resource, context=context)


def _kept_case(scenario: Scenario, table_: Mediation) -> Case:
    kept = Kept(
        id="k1",
        kind=scenario.kept,
        retain_until=NOW + scenario.days_early * DAY,
        on_hold=scenario.on_hold,
        open_requests=scenario.open_request,
        authors=frozenset(scenario.authors),
    )
    seconds = frozenset(scenario.seconds) & {seat.id for seat in table_.seats}
    principal: Principal = _person(table_, scenario.by or "cus")
    context: Circumstances
    match scenario.action:
        case "hold":
            context = Holding(
                mediation=table_,
                now=NOW,
                reason=scenario.reason,
                review_at=NOW + scenario.review_days * DAY,
                approvals=seconds,
            )
        case "lift":
            context = Lifting(mediation=table_, approvals=seconds)
        case "destroy":
            context = Destroying(mediation=table_, now=NOW, approvals=seconds)
        case "expire":
            principal = Gate()
            context = Expiring(mediation=table_, now=NOW)
        case _:
            principal = _person(table_, scenario.by or "ana")
            context = Plain(mediation=table_)
    return Case(principal=principal, action=scenario.action, resource=kept, context=context)
