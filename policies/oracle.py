"""The second key: the same rules once more, by hand in plain Python, written from the sentences and not from the Cedar text.

Before anything is released or destroyed both must say yes. It also tells tests what the engine should have answered.
"""

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

_MEDIATORS = ("mediator", "co-mediator")
_COURT = ("order", "leave")
_DAY = 86400
_OPEN_ROOM_ACTIONS = ("join", "admit", "move", "read", "share", "pass-on", "record")
_NOT_AFTER_DESTRUCTION = ("disclose", "propose", "consent", "erase", "hold")


class _Missing:
    """Collects what is missing."""

    def __init__(self) -> None:
        self.rules: set[str] = set()

    def unless(self, rule: str, fine: bool) -> None:
        if not fine:
            self.rules.add(rule)


def missing(
    policy: Policy, principal: Principal, action: str, resource: Resource, circumstances: Circumstances
) -> frozenset[str]:
    """The names of all shipped rules that stand against this; empty means yes."""
    table = circumstances.mediation
    out = _Missing()
    if isinstance(principal, Person):
        out.unless("never.outsiders", any(seat.id == principal.id for seat in table.seats))
        out.unless("never.removed", action == "revoke" or not principal.removed)
    if action in _NOT_AFTER_DESTRUCTION:
        out.unless("never.after-destruction", table.state != "destroyed")
    if action in _OPEN_ROOM_ACTIONS:
        out.unless("room.closed", table.state == "open")
    role = principal.role if isinstance(principal, Person) else "gate"
    match resource:
        case Request():
            _request(policy, table, principal, role, action, resource, circumstances, out)
        case Room():
            _room(policy, table, principal, role, action, resource, circumstances, out)
        case Item():
            _item(table, principal, action, resource, circumstances, out)
        case Kept():
            _kept(policy, table, principal, role, action, resource, circumstances, out)
    return frozenset(out.rules)


def _request(
    policy: Policy,
    table: Mediation,
    principal: Principal,
    role: str,
    action: str,
    request: Request,
    circumstances: Circumstances,
    out: _Missing,
) -> None:
    me = principal.id if isinstance(principal, Person) else ""
    if action in ("disclose", "propose"):
        regime = policy.regimes[table.regime]
        out.unless("never.demand-alone", request.authority != "subpoena")
        out.unless("ground.recognised", request.ground in regime.grounds)
        out.unless("ground.agreed", request.ground in table.grounds_on)
        longest = policy.grounds[request.ground].max_validity_days * _DAY
        out.unless("release.validity", request.expires - request.created <= longest)
    match action, circumstances:
        case "propose", _:
            out.unless("propose.who", role in policy.grounds[request.ground].proposers)
        case "consent", Consenting():
            out.unless("consent.who", circumstances.seat == me)
            out.unless("consent.signed", isinstance(principal, Person) and principal.signed)
            out.unless("consent.exact", circumstances.digest == request.digest)
            out.unless("consent.seen", circumstances.shown == request.digest)
            out.unless("consent.current", not request.withdrawn and circumstances.now < request.expires)
        case "revoke", Revoking():
            out.unless("revoke.who", circumstances.seat == me)
            out.unless("revoke.in-time", not request.releasing)
        case "disclose", Releasing():
            out.unless("disclose.who", role in (*_MEDIATORS, "custodian"))
            _disclose_holders(policy, table, request, out)
            _disclose_ground(policy, table, me, request, out)
            _disclose_form(policy, table, me, request, circumstances, out)
        case _:
            raise ValueError(action)


def _disclose_holders(policy: Policy, table: Mediation, request: Request, out: _Missing) -> None:
    regime = policy.regimes[table.regime]
    parties, mediators, others = _capacities(table)
    yes, words, kinds = request.waivers, request.makers, request.item_classes
    for kind, rule in (
        ("notes", "never.notes"),
        ("counsel", "never.lawyer-talk"),
        ("recording", "never.recording"),
    ):
        out.unless(rule, kind not in kinds)
    out.unless("never.nobody-on-record", bool(parties and mediators and words))
    if request.ground == "waiver":
        out.unless("holders.parties", parties <= yes)
        out.unless("holders.mediators", mediators <= yes)
        out.unless("holders.makers", words <= yes)
        out.unless("holders.everyone", regime.nonparty_consent == "own" or others <= yes)
        out.unless("holders.objection", not request.objections)
    if "caucus" in kinds:
        court = request.authority in _COURT
        out.unless("holders.private-meeting", words <= yes or court or request.ground == "report")
    if request.ground in ("settlement-dispute", "participant-misconduct") and words & mediators:
        out.unless("holders.mediator-not-compelled", mediators <= yes)


def _disclose_ground(policy: Policy, table: Mediation, me: str, request: Request, out: _Missing) -> None:
    regime = policy.regimes[table.regime]
    ground, on_record = request.ground, request.authority
    misconduct = ground in ("mediator-misconduct", "participant-misconduct")
    out.unless("ground.basis", ground == "waiver" or on_record != "none")
    out.unless("ground.fits", on_record in policy.grounds[ground].authorities)
    out.unless("ground.order", ground not in regime.needs_order or on_record in _COURT)
    out.unless("ground.report-duty", ground != "report" or on_record == "duty")
    out.unless("ground.claim", not misconduct or on_record in ("claim", *_COURT))
    out.unless("ground.claim-names-somebody", not misconduct or bool(request.accused))
    out.unless("ground.accused", me not in request.accused)
    out.unless(
        "ground.settlement-only", ground != "settlement-enforcement" or set(request.item_classes) == {"settlement"}
    )
    out.unless("ground.scope", on_record == "none" or request.authority_digest == request.digest)
    if ground != "waiver":
        involved = (request.approvals | {me}) - request.accused
        first, second = policy.grounds[ground].first_lock, policy.grounds[ground].second_lock
        turned = [{seat.id for seat in table.seats if seat.role in lock} & involved for lock in (first, second)]
        out.unless("release.two-locks", all(turned))


def _disclose_form(policy: Policy, table: Mediation, me: str, request: Request, now: Releasing, out: _Missing) -> None:
    ground = policy.grounds[request.ground]
    parties, mediators, others = _capacities(table)
    allowed = request.recipient in ground.recipients
    out.unless("release.recipient", allowed and now.recipient == request.recipient)
    out.unless("release.exact", (now.bundle_digest, now.profile) == (request.digest, request.profile))
    out.unless("release.redacted", now.redaction_verified)
    out.unless("release.current", not request.withdrawn and now.now < request.expires)
    out.unless("release.four-eyes", bool(request.approvals - {me}))
    told: set[str] = set()
    if ground.notice.who == "every-party":
        told = set(parties)
    elif ground.notice.who == "every-holder":
        counted = others if policy.regimes[table.regime].nonparty_consent == "always" else frozenset()
        told = set(parties | mediators | request.makers | counted)
    out.unless("release.notice", told <= request.notified)
    out.unless("release.notice-period", not told or now.now >= request.notified_at + ground.notice.days * _DAY)
    early = ground.cooling_off_hours > 0 and now.now - request.last_waiver_at < ground.cooling_off_hours * 3600
    together = bool(request.shortened) and request.waivers <= request.shortened
    out.unless("release.pause", not early or together)


def _room(
    policy: Policy,
    table: Mediation,
    principal: Principal,
    role: str,
    action: str,
    room: Room,
    circumstances: Circumstances,
    out: _Missing,
) -> None:
    inside = [seat for seat in table.seats if seat.id in room.members]
    mediator = role in _MEDIATORS
    me = principal.id if isinstance(principal, Person) else ""
    signed = isinstance(principal, Person) and principal.signed
    if action in ("join", "admit", "move"):
        one_side = len({seat.side for seat in inside if seat.side}) <= 1
        roles = {seat.role for seat in inside}
        out.unless("room.sides", one_side or any(seat.role in _MEDIATORS for seat in inside))
        out.unless("room.waiting", room.kind != "waiting" or one_side)
        quiet = one_side and not roles & {"mediator", "co-mediator", "observer"}
        out.unless("room.lawyers", room.kind != "counsel" or quiet)
        manager = "case-manager" in roles and room.kind != "waiting"
        out.unless("room.offices", "custodian" not in roles and not manager)
    match action, circumstances:
        case "join", _:
            out.unless("join.who", me in room.members)
            out.unless("join.unsigned", room.kind == "waiting" or signed)
            out.unless("join.locked", not room.locked or mediator)
            out.unless("join.apart", not (isinstance(principal, Person) and principal.kept_apart & room.members))
        case "admit" | "move", Placing():
            whom = next(seat for seat in table.seats if seat.id == circumstances.who)
            manager = action == "admit" and role == "case-manager" and room.kind == "waiting"
            out.unless(f"{action}.who", mediator or manager)
            out.unless("place.removed", not whom.removed)
            out.unless("place.unsigned", room.kind == "waiting" or whom.signed)
            out.unless("place.apart", not whom.kept_apart & room.members)
        case "see", _:
            waiting = room.kind == "waiting" and role == "case-manager"
            out.unless("see.who", me in room.members or mediator or waiting or (room.kind == "joint" and signed))
            out.unless("see.custodian", role != "custodian")
        case "record", _:
            out.unless("record.who", mediator)
            out.unless("record.off", policy.recording.allowed)
            out.unless("record.everyone", room.members <= room.recording_consents)
            out.unless("record.joint-only", room.kind == "joint" and bool(room.members))
        case _:
            raise ValueError(action)


def _item(
    table: Mediation, principal: Principal, action: str, item: Item, circumstances: Circumstances, out: _Missing
) -> None:
    me = principal.id if isinstance(principal, Person) else ""
    mine = item.author == me
    match action, circumstances:
        case "read", _:
            out.unless("read.who", me in item.room.members)
            out.unless("read.withdrawn", mine or not item.withdrawn)
            out.unless("read.notes", mine or item.kind != "notes")
        case "share" | "pass-on", Into():
            there = me in circumstances.into.members
            if action == "share":
                out.unless("share.who", mine and there)
            else:
                out.unless("pass-on.who", me in item.room.members and there)
                out.unless("pass-on.released", circumstances.into.id in item.released_into)
                out.unless("pass-on.lawyer-talk", item.room.kind != "counsel" and item.kind != "counsel")
            out.unless("share.signed", isinstance(principal, Person) and principal.signed)
            out.unless("pass-on.withdrawn", not item.withdrawn)
            out.unless("share.notes", item.kind != "notes")
        case _:
            raise ValueError(action)


def _kept(
    policy: Policy,
    table: Mediation,
    principal: Principal,
    role: str,
    action: str,
    kept: Kept,
    circumstances: Circumstances,
    out: _Missing,
) -> None:
    me = principal.id if isinstance(principal, Person) else ""
    keepers = {seat.id for seat in table.seats if seat.role in (*_MEDIATORS, "custodian")}
    office = role in (*_MEDIATORS, "custodian")
    if action in ("destroy", "expire", "erase"):
        out.unless("destroy.hold", not kept.on_hold)
    if action in ("destroy", "expire", "erase", "lift"):
        out.unless("destroy.pending", not kept.open_requests)
    match action, circumstances:
        case "hold", Holding():
            out.unless("hold.who", office)
            out.unless("hold.second", bool((circumstances.approvals - {me}) & keepers))
            wait = circumstances.review_at - circumstances.now
            out.unless("hold.review", 0 < wait <= policy.retention.hold.review_days * _DAY)
        case "lift", Lifting():
            out.unless("lift.who", office)
            out.unless("hold.second", bool((circumstances.approvals - {me}) & keepers))
        case "destroy", Destroying():
            out.unless("destroy.who", office)
            out.unless("destroy.second", bool((circumstances.approvals - {me}) & keepers))
            out.unless("destroy.early", circumstances.now >= kept.retain_until)
        case "expire", Expiring():
            out.unless("expire.who", isinstance(principal, Gate))
            out.unless("destroy.early", circumstances.now >= kept.retain_until)
        case "erase", _:
            out.unless("erase.who", bool(me) and kept.authors == {me})
            out.unless("erase.closed", table.state == "closed")
            out.unless("erase.kinds", kept.kind in ("sealed-record", "chat-and-documents"))
        case _:
            raise ValueError(action)


def _capacities(table: Mediation) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Parties, mediators, and the others who took part (offices did not)."""
    parties = frozenset(seat.id for seat in table.seats if seat.role == "party")
    mediators = frozenset(seat.id for seat in table.seats if seat.role in _MEDIATORS)
    offices = frozenset(seat.id for seat in table.seats if seat.role in ("case-manager", "custodian"))
    return parties, mediators, frozenset(seat.id for seat in table.seats) - parties - mediators - offices
