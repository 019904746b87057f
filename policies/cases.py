"""Made-up cases: one in which everything is in order, and any number of random ones near it.

Scenarios start from the first; the comparison of two versions and the tests of engine against oracle run on the second.
The source of randomness is passed in, so that a run can be repeated.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

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
from policies.words import (
    ACTIONS,
    AUTHORITIES,
    GROUNDS,
    HOLD_REASONS,
    ITEM_CLASSES,
    KEPT_CLASSES,
    RECIPIENTS,
    ROOM_KINDS,
    STATES,
    Action,
    Authority,
    Ground,
)

T = TypeVar("T")

NOW = 1_790_000_000
HOUR = 3600
DAY = 24 * HOUR

PEOPLE: dict[str, Person] = {
    person.id: person
    for person in (
        Person(id="med", role="mediator"),
        Person(id="two", role="co-mediator"),
        Person(id="ana", role="party", side="a"),
        Person(id="lea", role="counsel", side="a"),
        Person(id="ben", role="party", side="b"),
        Person(id="leo", role="counsel", side="b"),
        Person(id="sue", role="support", side="b"),
        Person(id="int", role="interpreter"),
        Person(id="exp", role="expert"),
        Person(id="obs", role="observer"),
        Person(id="cas", role="case-manager"),
        Person(id="cus", role="custodian"),
        Person(id="kit", role="custodian"),
    )
}
AT_THE_TABLE = ("med", "ana", "ben", "cus")

_RECORD: dict[Ground, Authority] = {
    "waiver": "none",
    "report": "duty",
    "mediator-misconduct": "claim",
    "participant-misconduct": "claim",
    "settlement-enforcement": "agreement",
    "settlement-dispute": "order",
    "order": "order",
    "legal-advice": "none",
}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One question for the rules."""

    principal: Principal
    action: Action
    resource: Resource
    context: Circumstances


def table(regime: str, seats: tuple[str, ...] = AT_THE_TABLE, state: str = "closed") -> Mediation:
    """A made-up mediation with these places, all reasons on."""
    people = tuple(PEOPLE[id_] for id_ in seats)
    return Mediation(id="m1", regime=regime, state=state, seats=people, grounds_on=frozenset(GROUNDS))  # type: ignore[arg-type]


def release_in_order(policy: Policy, ground: Ground, mediation: Mediation) -> Case:
    """A release on this ground in which nothing is missing, as far as this regime knows the ground."""
    fact = policy.ground(ground)
    created = NOW - max(fact.notice.days * 24, fact.cooling_off_hours) * HOUR
    everyone = frozenset(seat.id for seat in mediation.seats)
    needs_order = ground in policy.regime(mediation.regime).needs_order
    against = {"mediator-misconduct": "med", "participant-misconduct": "ana"}.get(ground)
    by = "cus" if against == "med" else "med"
    request = Request(
        id="q1",
        ground=ground,
        digest="d1",
        recipient=fact.recipients[0] if fact.recipients else "court",
        profile=fact.default_profile,
        item_classes=frozenset({"settlement" if ground == "settlement-enforcement" else "message"}),
        makers=frozenset({"ana"}),
        created=created,
        expires=created + max(1, fact.max_validity_days) * DAY,
        waivers=everyone - {"cus", "cas"},
        last_waiver_at=created,
        approvals=(everyone & {"ben", "cus", "med"}) - {by, against or ""},
        accused=frozenset({against}) if against else frozenset(),
        authority="order" if needs_order and _RECORD[ground] not in ("order", "leave") else _RECORD[ground],
        authority_digest="d1",
        notified=everyone,
        notified_at=created,
    )
    going = Releasing(
        mediation=mediation,
        now=NOW,
        recipient=request.recipient,
        bundle_digest="d1",
        profile=request.profile,
        redaction_verified=True,
    )
    return Case(principal=PEOPLE[by], action="disclose", resource=request, context=going)


def random_cases(policy: Policy, rng: random.Random, regimes: tuple[str, ...], releases: float = 0.7) -> Iterator[Case]:
    """Random cases without end: mostly releases, each a few steps away from one that is in order."""
    while True:
        yield _release(policy, rng, regimes) if rng.random() < releases else _other(policy, rng, regimes)


def _release(policy: Policy, rng: random.Random, regimes: tuple[str, ...]) -> Case:
    ground = rng.choice(GROUNDS + GROUNDS[:1] * 4)
    extra = tuple(id_ for id_ in PEOPLE if id_ not in AT_THE_TABLE and rng.random() < 0.25)
    mediation = table(rng.choice(regimes), AT_THE_TABLE + extra, rng.choice(("open", "closed", "closed", "closed")))
    case = release_in_order(policy, ground, mediation)
    request, going, principal = case.resource, case.context, case.principal
    assert isinstance(request, Request)
    assert isinstance(going, Releasing)
    assert isinstance(principal, Person)
    ids = tuple(seat.id for seat in mediation.seats)
    changes: dict[str, Any] = {}
    around: dict[str, Any] = {}
    for name, chance, draw in _release_draws(rng, ids):
        if rng.random() < chance:
            (around if name in Releasing.__struct_fields__ else changes)[name] = draw()
    if rng.random() < 0.05:
        mediation = _shaken(rng, mediation)
        around["mediation"] = mediation
    if rng.random() < 0.15:
        principal = rng.choice(tuple(PEOPLE.values()))
    principal = next((seat for seat in mediation.seats if seat.id == principal.id), principal)
    request = msgspec.structs.replace(request, **changes)
    request = msgspec.structs.replace(request, **_within(request, frozenset(seat.id for seat in mediation.seats)))
    return Case(
        principal=principal, action="disclose", resource=request, context=msgspec.structs.replace(going, **around)
    )


def _release_draws(rng: random.Random, ids: tuple[str, ...]) -> list[tuple[str, float, Callable[[], object]]]:
    def some(of: tuple[T, ...], chance: float) -> Callable[[], frozenset[T]]:
        return lambda: frozenset(one for one in of if rng.random() < chance)

    return [
        ("ground", 0.03, lambda: rng.choice(GROUNDS)),
        ("digest", 0.02, lambda: "d3"),
        ("recipient", 0.08, lambda: rng.choice(RECIPIENTS)),
        ("item_classes", 0.12, lambda: frozenset({rng.choice(ITEM_CLASSES)})),
        ("item_classes", 0.06, some(ITEM_CLASSES, 0.3)),
        ("item_classes", 0.1, lambda: frozenset({"settlement"})),
        ("makers", 0.4, some(ids, 0.35)),
        ("waivers", 0.3, some(ids, 0.85)),
        ("objections", 0.05, some(ids, 0.3)),
        ("approvals", 0.15, some(ids, 0.5)),
        ("accused", 0.1, some(ids, 0.2)),
        ("authority", 0.12, lambda: rng.choice(AUTHORITIES)),
        ("authority_digest", 0.04, lambda: "d2"),
        ("notified", 0.08, some(ids, 0.85)),
        ("notified_at", 0.06, lambda: NOW - rng.choice((0, 14, 15, 16)) * DAY),
        ("last_waiver_at", 0.08, lambda: NOW - rng.choice((0, 23, 24, 25)) * HOUR),
        ("shortened", 0.08, some(ids, 0.9)),
        ("withdrawn", 0.03, lambda: True),
        ("releasing", 0.1, lambda: True),
        ("expires", 0.06, lambda: NOW + rng.choice((-1, 0, 1, 70 * DAY))),
        ("recipient", 0.02, lambda: "insurer"),
        ("bundle_digest", 0.03, lambda: "d2"),
        ("profile", 0.03, lambda: "frcp-5.2"),
        ("redaction_verified", 0.03, lambda: False),
        ("now", 0.05, lambda: NOW + rng.choice((-1, 1, DAY, 40 * DAY))),
    ]


def _within(request: Request, ids: frozenset[str]) -> dict[str, Any]:
    """Random requests stay free of contradictions, so that the rules and not the fact check answer."""
    created = min(request.created, request.expires - 1)
    waivers = request.waivers & ids
    return {
        "created": created,
        "waivers": waivers,
        "makers": request.makers & ids,
        "objections": request.objections & ids,
        "approvals": request.approvals & ids,
        "accused": request.accused & ids,
        "notified": request.notified & ids,
        "shortened": request.shortened & waivers,
        "last_waiver_at": max(request.last_waiver_at, created),
        "notified_at": max(request.notified_at, created),
    }


def _shaken(rng: random.Random, mediation: Mediation) -> Mediation:
    """The same mediation with something unusual about it: no party, no mediator, destroyed, or fewer reasons on."""
    match rng.randrange(5):
        case 0:
            return msgspec.structs.replace(mediation, state=rng.choice(STATES))
        case 1:
            fewer = tuple(seat for seat in mediation.seats if seat.role != rng.choice(("party", "mediator")))
            return msgspec.structs.replace(mediation, seats=fewer)
        case 2:
            on = frozenset(ground for ground in GROUNDS if rng.random() < 0.5)
            return msgspec.structs.replace(mediation, grounds_on=on)
        case _:
            return msgspec.structs.replace(mediation, seats=_changed_seats(rng, mediation.seats))


def _changed_seats(rng: random.Random, seats: tuple[Person, ...]) -> tuple[Person, ...]:
    """Some unsigned, some removed, and sometimes a pair kept apart."""
    out = {
        seat.id: msgspec.structs.replace(seat, signed=rng.random() < 0.85, removed=rng.random() < 0.08)
        for seat in seats
    }
    if rng.random() < 0.4 and len(seats) > 1:
        one, other = rng.sample(sorted(out), 2)
        out[one] = msgspec.structs.replace(out[one], kept_apart=frozenset({other}))
        out[other] = msgspec.structs.replace(out[other], kept_apart=frozenset({one}))
    return tuple(out.values())


def _other(policy: Policy, rng: random.Random, regimes: tuple[str, ...]) -> Case:
    action: Action = rng.choice([action for action in ACTIONS if action != "disclose"])
    extra = tuple(id_ for id_ in PEOPLE if id_ not in AT_THE_TABLE and rng.random() < 0.5)
    # Most actions belong to a mediation that goes on, erasure to one that is over.
    usual = "closed" if action == "erase" else "open"
    state = usual if rng.random() < 0.9 else rng.choice(STATES)
    mediation = table(rng.choice(regimes), AT_THE_TABLE + extra, state)
    if rng.random() < 0.6:
        mediation = msgspec.structs.replace(mediation, seats=_changed_seats(rng, mediation.seats))
    seats = mediation.seats
    ids = tuple(seat.id for seat in seats)
    who: Person = rng.choice(seats) if rng.random() < 0.95 else PEOPLE[rng.choice(tuple(PEOPLE))]
    who = next((seat for seat in seats if seat.id == who.id), who)
    some = frozenset(id_ for id_ in ids if rng.random() < 0.4)
    room = _room(rng, ids)
    plain = Plain(mediation=mediation)
    match action:
        case "join" | "see" | "record":
            return Case(principal=who, action=action, resource=room, context=plain)
        case "admit" | "move":
            whom = rng.choice(ids)
            after = msgspec.structs.replace(room, members=room.members | {whom})
            return Case(principal=who, action=action, resource=after, context=Placing(mediation=mediation, who=whom))
        case "read" | "share" | "pass-on":
            into = msgspec.structs.replace(_room(rng, ids), id="r2")
            item = Item(
                id="i1",
                room=room,
                author=who.id if rng.random() < 0.5 and who.id in ids else rng.choice(ids),
                kind=rng.choice(ITEM_CLASSES),
                withdrawn=rng.random() < 0.2,
                released_into=frozenset({"r2"}) if rng.random() < 0.6 else frozenset(),
            )
            around = plain if action == "read" else Into(mediation=mediation, into=into)
            return Case(principal=who, action=action, resource=item, context=around)
        case "propose" | "consent" | "revoke":
            return _about_request(policy, rng, mediation, who, action)
        case _:
            return _about_keeping(rng, mediation, who, action, some)


def _room(rng: random.Random, ids: tuple[str, ...]) -> Room:
    members = frozenset(id_ for id_ in ids if rng.random() < rng.choice((0.2, 0.6)))
    agreed = members if rng.random() < 0.5 else frozenset(id_ for id_ in ids if rng.random() < 0.7)
    kind = rng.choice(ROOM_KINDS)
    return Room(id="r1", kind=kind, members=members, locked=rng.random() < 0.15, recording_consents=agreed)


def _about_request(policy: Policy, rng: random.Random, mediation: Mediation, who: Person, action: Action) -> Case:
    ground = rng.choice([ground for ground in GROUNDS if policy.ground(ground).offered])
    base = release_in_order(policy, ground, mediation).resource
    assert isinstance(base, Request)
    ids = tuple(seat.id for seat in mediation.seats)
    request = msgspec.structs.replace(
        base,
        authority="subpoena" if rng.random() < 0.1 else base.authority,
        withdrawn=rng.random() < 0.1,
        releasing=rng.random() < 0.3,
        expires=base.expires + (rng.choice((1, DAY)) if rng.random() < 0.1 else 0),
        **{name: value for name, value in _within(base, frozenset(ids)).items() if name != "created"},
    )
    seat = who.id if rng.random() < 0.8 and who.id in ids else rng.choice(ids)
    match action:
        case "consent":
            context: Circumstances = Consenting(
                mediation=mediation,
                seat=seat,
                digest="d1" if rng.random() < 0.8 else "d2",
                shown="d1" if rng.random() < 0.8 else "d2",
                now=NOW if rng.random() < 0.8 else request.expires + rng.choice((-1, 0, 1)),
            )
        case "revoke":
            context = Revoking(mediation=mediation, seat=seat)
        case _:
            context = Plain(mediation=mediation)
    return Case(principal=who, action=action, resource=request, context=context)


def _about_keeping(rng: random.Random, mediation: Mediation, who: Person, action: Action, some: frozenset[str]) -> Case:
    kept = Kept(
        id="k1",
        kind=rng.choice(("sealed-record", "chat-and-documents", *KEPT_CLASSES)),
        retain_until=NOW + rng.choice((-DAY, -1, 0, 1)),
        on_hold=rng.random() < 0.2,
        open_requests=rng.random() < 0.2,
        authors=frozenset({who.id} if rng.random() < 0.6 else some) & {seat.id for seat in mediation.seats},
    )
    now = NOW if rng.random() < 0.8 else NOW + rng.choice((-1, 1))
    principal: Principal = who
    match action:
        case "hold":
            review = now + rng.choice((-1, 0, 1, 30 * DAY, 90 * DAY, 90 * DAY + 1))
            context: Circumstances = Holding(
                mediation=mediation, now=now, reason=rng.choice(HOLD_REASONS), review_at=review, approvals=some
            )
        case "lift":
            context = Lifting(mediation=mediation, approvals=some)
        case "destroy":
            context = Destroying(mediation=mediation, now=now, approvals=some)
        case "expire":
            principal = Gate()
            context = Expiring(mediation=mediation, now=now)
        case _:
            context = Plain(mediation=mediation)
    return Case(principal=principal, action=action, resource=kept, context=context)
