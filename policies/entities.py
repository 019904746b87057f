"""Writes a case in the engine's own form: ids, words, numbers; never a name or a text."""

from typing import Any, Literal

from policies.derive import sides, terms
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
    Principal,
    Releasing,
    Request,
    Resource,
    Revoking,
    Room,
)

Entity = dict[str, Any]
DAY = 86400


def mediation_entities(policy: Policy, mediation: Mediation, people: frozenset[str] | None = None) -> list[Entity]:
    """What stays the same for a while: the regime, the mediation and its places, or only those places that the question
    is about (the rules look inside nobody else)."""
    regime = policy.regime(mediation.regime)
    return [
        _entity(
            "Regime",
            regime.id,
            grounds=_refs("Ground", regime.grounds),
            needs_order=_refs("Ground", regime.needs_order),
            nonparty_consent=_ref("Counting", regime.nonparty_consent),
        ),
        _entity(
            "Mediation",
            mediation.id,
            regime=_ref("Regime", regime.id),
            state=_ref("State", mediation.state),
            seats=_refs("Person", frozenset(seat.id for seat in mediation.seats)),
            parties=_refs("Person", mediation.in_capacity("party")),
            mediators=_refs("Person", mediation.in_capacity("mediator")),
            nonparties=_refs("Person", mediation.in_capacity("nonparty")),
            custodians=_refs("Person", mediation.with_role("custodian")),
            grounds_on=_refs("Ground", mediation.grounds_on),
            recording_allowed=policy.recording.allowed,
        ),
        *(person_entity(seat) for seat in mediation.seats if people is None or seat.id in people),
    ]


def person_entity(person: Person) -> Entity:
    """One place."""
    return _entity(
        "Person",
        person.id,
        role=_ref("Role", person.role),
        side=person.side,
        signed=person.signed,
        removed=person.removed,
        kept_apart=_refs("Person", person.kept_apart),
    )


def resource_entities(policy: Policy, mediation: Mediation, resource: Resource) -> list[Entity]:
    """What the decision is about, with what the policy says about it."""
    match resource:
        case Room():
            return [_room(mediation, resource)]
        case Item():
            return [
                _room(mediation, resource.room),
                _entity(
                    "Item",
                    resource.id,
                    mediation=_ref("Mediation", mediation.id),
                    room=_ref("Room", resource.room.id),
                    author=_ref("Person", resource.author),
                    withdrawn=resource.withdrawn,
                    released_into=_refs("Room", resource.released_into),
                    kind=_ref("ItemClass", resource.kind),
                ),
            ]
        case Kept():
            return [
                _entity(
                    "Kept",
                    resource.id,
                    mediation=_ref("Mediation", mediation.id),
                    authors=_refs("Person", resource.authors),
                    on_hold=resource.on_hold,
                    open_requests=resource.open_requests,
                    retain_until=resource.retain_until,
                    kind=_ref("KeptClass", resource.kind),
                )
            ]
        case Request():
            return [_request(policy, mediation, resource)]


def request_line(
    principal: Principal, action: str, resource: Resource, circumstances: Circumstances, policy: Policy
) -> Entity:
    """Who wants to do what, to what, in which circumstances."""
    who = f'Gate::"{_safe("gate")}"' if isinstance(principal, Gate) else f'Person::"{_safe(principal.id)}"'
    return {
        "principal": who,
        "action": f'Action::"{_safe(action)}"',
        "resource": f'{type(resource).__name__}::"{_safe(resource.id)}"',
        "context": _context(principal, circumstances, policy),
    }


def _context(principal: Principal, circumstances: Circumstances, policy: Policy) -> Entity:
    match circumstances:
        case Placing():
            return {"who": _said("Person", circumstances.who)}
        case Into():
            return {"into": _said("Room", circumstances.into.id)}
        case Consenting():
            return {
                "seat": _said("Person", circumstances.seat),
                "digest": circumstances.digest,
                "shown": circumstances.shown,
                "now": circumstances.now,
            }
        case Revoking():
            return {"seat": _said("Person", circumstances.seat)}
        case Releasing():
            return {
                "now": circumstances.now,
                "recipient": _said("Recipient", circumstances.recipient),
                "bundle_digest": circumstances.bundle_digest,
                "profile": circumstances.profile,
                "redaction_verified": circumstances.redaction_verified,
            }
        case Holding():
            return {
                "now": circumstances.now,
                "reason": _said("HoldReason", circumstances.reason),
                "review_at": circumstances.review_at,
                "latest_review": circumstances.now + policy.retention.hold.review_days * DAY,
                "seconds": _seconds(principal, circumstances.approvals),
            }
        case Lifting():
            return {"seconds": _seconds(principal, circumstances.approvals)}
        case Destroying():
            return {"now": circumstances.now, "seconds": _seconds(principal, circumstances.approvals)}
        case Expiring():
            return {"now": circumstances.now}
        case _:
            return {}


def _seconds(principal: Principal, approvals: frozenset[str]) -> list[Entity]:
    """Those who agreed besides the one who acts: nobody is their own second person."""
    others = approvals - ({principal.id} if isinstance(principal, Person) else set())
    return [_said("Person", id_) for id_ in sorted(others)]


def _room(mediation: Mediation, room: Room) -> Entity:
    present = sides(mediation, room)
    return _entity(
        "Room",
        room.id,
        mediation=_ref("Mediation", mediation.id),
        kind=_ref("RoomKind", room.kind),
        members=_refs("Person", room.members),
        locked=room.locked,
        roles=_refs("Role", frozenset(seat.role for seat in mediation.seats if seat.id in room.members)),
        sides=list(present),
        a_side=present[0] if present else "",
        recording_consents=_refs("Person", room.recording_consents),
    )


def _request(policy: Policy, mediation: Mediation, request: Request) -> Entity:
    ground = policy.ground(request.ground)
    set_by_policy = terms(policy, mediation, request)
    return _entity(
        "Request",
        request.id,
        mediation=_ref("Mediation", mediation.id),
        ground=_ref("Ground", request.ground),
        digest=request.digest,
        recipient=_ref("Recipient", request.recipient),
        profile=request.profile,
        item_classes=_refs("ItemClass", request.item_classes),
        makers=_refs("Person", request.makers),
        waivers=_refs("Person", request.waivers),
        objections=_refs("Person", request.objections),
        approvals=_refs("Person", request.approvals),
        accused=_refs("Person", request.accused),
        authority=_ref("Authority", request.authority),
        authority_digest=request.authority_digest,
        notified=_refs("Person", request.notified),
        shortened=_refs("Person", request.shortened),
        withdrawn=request.withdrawn,
        releasing=request.releasing,
        expires=request.expires,
        accepted=_refs("Authority", frozenset(ground.authorities)),
        recipients=_refs("Recipient", frozenset(ground.recipients)),
        proposers=_refs("Role", frozenset(ground.proposers)),
        must_be_told=_refs("Person", set_by_policy.must_be_told),
        notice_ends=set_by_policy.notice_ends,
        pause_ends=set_by_policy.pause_ends,
        latest_expiry=set_by_policy.latest_expiry,
        first_lock=_refs("Person", set_by_policy.first_lock),
        second_lock=_refs("Person", set_by_policy.second_lock),
    )


_Kind = Literal[
    "Authority",
    "Counting",
    "Ground",
    "HoldReason",
    "Item",
    "ItemClass",
    "Kept",
    "KeptClass",
    "Mediation",
    "Person",
    "Recipient",
    "Regime",
    "Request",
    "Role",
    "Room",
    "RoomKind",
    "State",
]


def _entity(kind: _Kind, id_: str, /, **attributes: Any) -> Entity:
    return {"uid": {"type": kind, "id": id_}, "attrs": attributes, "parents": []}


def _ref(kind: _Kind, id_: str) -> Entity:
    """A reference as an attribute's value; the schema says that it is one."""
    return {"type": kind, "id": id_}


def _refs(kind: _Kind, ids: frozenset[str]) -> list[Entity]:
    return [{"type": kind, "id": id_} for id_ in sorted(ids)]


def _said(kind: _Kind, id_: str) -> Entity:
    """A reference in the circumstances, where the engine wants it spelt out."""
    return {"__entity": {"type": kind, "id": id_}}


def _safe(id_: str) -> str:
    """An id that goes into the engine's text form; anything that could end a string early is refused."""
    if not id_ or not id_.isascii() or not all(char.isalnum() or char in "-_.:/" for char in id_):
        raise ValueError("an id has characters that ids do not have")
    return id_
