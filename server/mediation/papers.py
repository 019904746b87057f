"""Offices, authorities and demands: entered by one person, checked by another. A demand starts a clock and a hold, and opens nothing."""

from client.keys.authority import Authority, Second, check_authority, check_second
from client.keys.disclosure import Request as SignedRequest
from client.keys.items import header_of
from client.keys.jws import Signed, unverified
from client.keys.offices import check_office
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.demand import plan_demand
from policies.derive import DAY
from policies.facts import GroundFact
from policies.load import Policy
from policies.words import HoldReason
from server.mediation import cases
from server.mediation import events as e
from server.mediation.model import Paper, State

MAX_PAPERS = 200
MISCONDUCT = frozenset({"mediator-misconduct", "participant-misconduct"})


def admit_office(state: State, command: m.OfficeAdmit) -> tuple[e.AnyEvent, ...]:
    """The custodian's device. Another one replaces the key check of the first: what was sealed to the paper key stays sealed to it."""
    office = check_office(command.office, state.certified, state.charter.body)
    held = state.offices.get(office.body.seat)
    if held is not None and held.body.dev == office.body.dev:
        return ()
    if any(office.body.dev in place.devices for place in state.places.values() if place.seat != office.body.seat):
        raise Refusal(Code.BAD_OBJECT, rule="device")
    return (e.OfficeAdmitted(office=command.office),)


def enter(state: State, seat: str, command: m.PaperEnter, policy: Policy | None, now: int) -> tuple[e.AnyEvent, ...]:
    """A paper by somebody whom the reason lets ask, of a kind that suits it, about items that are kept."""
    policy = need_policy(policy)
    paper = check_authority(command.paper, state.id, seat, paper_key(state, seat))
    body = paper.body
    if paper.hash in state.papers or any(held.paper.body.id == body.id for held in state.papers.values()):
        raise Refusal(Code.STALE, rule="paper")
    if len(state.papers) >= MAX_PAPERS:
        raise Refusal(Code.TOO_MANY)
    if body.until <= now:
        raise Refusal(Code.EXPIRED, rule="paper")
    missing = [item for item in body.items if item not in state.items or state.items[item].erased]
    if missing:
        raise Refusal(Code.BAD_OBJECT, rule="items", items=missing)
    table = cases.table(policy, state)
    for named in body.accused:
        cases.person(table, named)
    makers = frozenset(header_of(state.items[item].item).seat for item in body.items)
    if body.kind == "subpoena":
        if body.ground or body.accused:
            raise Refusal(Code.BAD_OBJECT, rule="demand")
        plan = plan_demand(policy, table, makers, now, body.until)
        _readers(state, command, plan.tell)
        return (
            e.PaperEntered(
                paper=command.paper,
                details=command.details,
                at=now,
                hold="demand",
                review_at=plan.hold_review_by,
                defend_by=plan.defend_by,
                object_by=plan.object_by,
            ),
        )
    ground = cases.known_ground(policy, body.ground)
    fact = policy.ground(ground)
    broken = _broken(policy, state, paper, fact)
    if broken:
        raise Refusal(Code.NOT_ALLOWED, rule=broken[0], missing=broken)
    _readers(state, command, _checkers(policy, state, paper))
    hold = _hold(body)
    review = now + policy.retention.hold.review_days * DAY if hold else 0
    return (e.PaperEntered(paper=command.paper, details=command.details, at=now, hold=hold or "", review_at=review),)


def check_paper(
    state: State, seat: str, command: m.SecondGive, policy: Policy | None, now: int
) -> tuple[e.AnyEvent, ...]:
    """Another person has looked at the paper: one who holds a lock for this reason, and not one complained of."""
    policy = need_policy(policy)
    second = check_second(command.second, state.id, seat, paper_key(state, seat))
    held = state.papers.get(second.body.of)
    if held is None:
        raise Refusal(Code.STALE, rule="paper")
    body = held.paper.body
    if body.seat == seat:
        raise Refusal(Code.NOT_ALLOWED, rule="second-person")
    if now >= body.until:
        raise Refusal(Code.EXPIRED, rule="paper")
    if body.kind == "subpoena" or seat not in _checkers(policy, state, held.paper):
        raise Refusal(Code.NOT_ALLOWED, rule="checker")
    if held.second is not None:
        return ()
    return (e.PaperChecked(second=command.second, at=now),)


def standing_paper(state: State, body: SignedRequest, now: int) -> Paper:
    """The paper that a request rests on, refused with what is wrong with it."""
    paper = state.papers.get(body.authority)
    if paper is None:
        raise Refusal(Code.NOT_ALLOWED, rule="authority-missing", missing=["ground.basis"])
    said = paper.paper.body
    if said.kind == "subpoena":
        raise Refusal(Code.NOT_ALLOWED, rule="never.demand-alone", missing=["never.demand-alone"])
    if said.ground != body.ground:
        raise Refusal(Code.NOT_ALLOWED, rule="ground.fits", missing=["ground.fits"])
    if paper.second is None:
        raise Refusal(Code.INCOMPLETE, rule="authority-unchecked", missing=["authority-unchecked"])
    if now >= said.until:
        raise Refusal(Code.EXPIRED, rule="paper")
    if body.expires > said.until:
        raise Refusal(Code.EXPIRED, rule="expires")
    if not {one.item for one in body.items} <= set(said.items):
        raise Refusal(Code.NOT_ALLOWED, rule="ground.scope", missing=["ground.scope"])
    if said.recipient not in ("", body.recipient):
        raise Refusal(Code.NOT_ALLOWED, rule="release.recipient", missing=["release.recipient"])
    return paper


def paper_key(state: State, seat: str) -> str:
    """The public half with which a place signs what lasts. Refused without a tested paper key."""
    holder = state.holders.get(seat)
    if holder is None:
        raise Refusal(Code.INCOMPLETE, rule="paper-keys", seats=[seat])
    return holder.body.sig


def need_policy(policy: Policy | None) -> Policy:
    """The rules that this mediation's people accepted. Refused when they were never in force here."""
    if policy is None:
        raise Refusal(Code.NOT_ALLOWED, rule="rules-unknown")
    return policy


def seat_of_second(compact: str) -> Second:
    """What a second signature says of itself, before it is checked."""
    return unverified("second", compact, Second)


def _broken(policy: Policy, state: State, paper: Signed[Authority], fact: GroundFact) -> list[str]:
    body, charter = paper.body, state.charter.body
    regime = policy.regime(charter.regime)
    table = cases.table(policy, state)
    out = []
    if body.ground not in regime.grounds:
        out.append("ground.recognised")
    if body.ground not in charter.grounds:
        out.append("ground.agreed")
    if cases.person(table, body.seat).role not in fact.proposers:
        out.append("propose.who")
    court = body.ground in regime.needs_order
    if body.kind not in fact.authorities:
        out.append("ground.fits")
    if court and body.kind not in ("order", "leave"):
        out.append("ground.order")
    if body.recipient and body.recipient not in fact.recipients:
        out.append("release.recipient")
    if (body.ground in MISCONDUCT) != bool(body.accused):
        out.append("ground.claim-names-somebody")
    if body.ground == "mediator-misconduct" and not set(body.accused) <= table.in_capacity("mediator"):
        out.append("ground.claim-names-somebody")
    return list(dict.fromkeys(out))


def _checkers(policy: Policy, state: State, paper: Signed[Authority]) -> frozenset[str]:
    """Who may check a paper: those who hold a lock for its reason, except the one who entered it and those complained of."""
    fact = policy.ground(cases.known_ground(policy, paper.body.ground))
    table = cases.table(policy, state)
    locks = table.with_role(*fact.first_lock, *fact.second_lock)
    return locks - {paper.body.seat} - frozenset(paper.body.accused)


def _readers(state: State, command: m.PaperEnter, must: frozenset[str]) -> None:
    """The words are boxed to everybody who must know, as far as they have a key; and to nobody without a place."""
    wanted = {seat for seat in must if seat in state.holders}
    if not wanted <= set(command.details):
        raise Refusal(Code.INCOMPLETE, rule="details", seats=sorted(wanted - set(command.details)))
    if any(state.charter.body.seat(seat) is None for seat in command.details):
        raise Refusal(Code.BAD_OBJECT, rule="seat")


def _hold(body: Authority) -> HoldReason | None:
    """For which papers nothing is destroyed any more: a dispute of any kind is on its way to somebody who may want the record."""
    if body.ground == "settlement-dispute":
        return "settlement-dispute"
    match body.kind:
        case "order" | "leave":
            return "order"
        case "claim":
            return "claim"
        case _:
            return None
