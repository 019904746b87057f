"""A mediation's recorded facts, in the words of the rules: what the engine is asked about is read off the log, never asserted.

Every statement in here was signed by the person it speaks for, or by the worker, or it is the time at which the log took it in.
"""

from collections.abc import Mapping

from client.keys.items import header_of
from client.protocol.errors import Code, Refusal
from policies.decide import Refuse
from policies.load import Policy
from policies.situation import Kept, Mediation, Person, Releasing, Request
from policies.words import Authority, Ground, ItemClass, Recipient
from server.mediation.model import Opening, Paper, State
from server.mediation.moves import ROLES

KINDS: Mapping[str, ItemClass] = {"chat": "message", "file": "document", "settlement": "settlement"}
NEVER = 2**53


def table(policy: Policy, state: State) -> Mediation:
    """The mediation as the rules see it. Nobody is admitted before signing, so every place counts as signed."""
    body = state.charter.body
    return Mediation(
        id=state.id,
        regime=body.regime,
        state="closed" if state.life == "closed" else "destroyed" if state.life == "destroyed" else "open",
        seats=tuple(Person(id=seat.id, role=ROLES[seat.role], side=seat.side) for seat in body.seats),
        grounds_on=frozenset(ground for ground in policy.grounds if ground in body.grounds),
    )


def person(table: Mediation, seat: str) -> Person:
    """A place of this mediation. Refused if there is none."""
    found = next((one for one in table.seats if one.id == seat), None)
    if found is None:
        raise Refusal(Code.BAD_OBJECT, rule="seat")
    return found


def known_ground(policy: Policy, ground: str) -> Ground:
    """A reason that the rules know. Refused otherwise."""
    found = next((one for one in policy.grounds if one == ground), None)
    if found is None:
        raise Refusal(Code.NOT_ALLOWED, rule="ground-off")
    return found


def known_recipient(policy: Policy, ground: Ground, recipient: str) -> Recipient:
    """A kind of recipient that the reason allows. Refused otherwise."""
    found = next((one for one in policy.grounds[ground].recipients if one == recipient), None)
    if found is None:
        raise Refusal(Code.NOT_ALLOWED, rule="release.recipient", missing=["release.recipient"])
    return found


def makers_of(state: State, opening: Opening) -> frozenset[str]:
    """Whose words are inside."""
    return frozenset(header_of(state.items[one.item].item).seat for one in opening.request.body.items)


def standing_paper(state: State, opening: Opening, now: int) -> tuple[Authority, Paper | None]:
    """The authority that counts now: entered by one, checked by another, for this reason, not run out. Otherwise none."""
    body = opening.request.body
    paper = state.papers.get(body.authority)
    if paper is None or paper.paper.body.ground != body.ground or now >= paper.paper.body.until:
        return "none", None
    if paper.paper.body.kind != "subpoena" and paper.second is None:
        return "none", None
    return paper.paper.body.kind, paper


def covers(paper: Paper, opening: Opening) -> bool:
    """Whether the paper was recorded for these passages and this kind of recipient."""
    body, asked = paper.paper.body, opening.request.body
    return {one.item for one in asked.items} <= set(body.items) and body.recipient in ("", asked.recipient)


def request_case(policy: Policy, state: State, opening: Opening, now: int) -> Request:
    """The request as the rules see it."""
    body = opening.request.body
    ground = known_ground(policy, body.ground)
    authority, paper = standing_paper(state, opening, now)
    digest = opening.draft_digest or opening.request.hash
    seats = {seat.id for seat in state.charter.body.seats}
    yes = frozenset(opening.agreed)
    return Request(
        id=body.request,
        ground=ground,
        digest=digest,
        recipient=known_recipient(policy, ground, body.recipient),
        profile=body.profile.id,
        item_classes=frozenset(KINDS[header_of(state.items[one.item].item).kind] for one in body.items),
        makers=makers_of(state, opening),
        created=opening.asked_at,
        expires=body.expires,
        waivers=yes,
        last_waiver_at=opening.agreed_at,
        shortened=frozenset(seat for seat, consent in opening.agreed.items() if consent.body.shorten),
        approvals=yes,
        accused=frozenset(paper.paper.body.accused) & seats if paper is not None else frozenset(),
        authority=authority,
        authority_digest=digest if paper is not None and covers(paper, opening) else "",
        notified=frozenset(opening.private) & (opening.told | opening.holders) & seats,
        notified_at=opening.asked_at,
        releasing=True,
    )


def releasing(policy: Policy, state: State, opening: Opening, request: Request, now: int) -> Releasing:
    """What is ready to go, by the worker's own signed word; without one nothing is exact and nothing is verified."""
    verdict = None if opening.verdict is None else opening.verdict.body
    return Releasing(
        mediation=table(policy, state),
        now=now,
        recipient=request.recipient if verdict is None else known_recipient(policy, request.ground, verdict.recipient),
        bundle_digest="" if verdict is None else verdict.draft,
        profile="" if verdict is None else verdict.profile.id,
        redaction_verified=verdict is not None and verdict.verified,
    )


def kept_case(state: State, now: int, authors: frozenset[str] = frozenset()) -> Kept:
    """The sealed record, or some of it, as the rules see it."""
    return Kept(
        id=state.id,
        kind="sealed-record",
        retain_until=NEVER if state.retain_until is None else state.retain_until,
        on_hold=bool(state.holds),
        open_requests=open_requests(state, now),
        authors=authors,
    )


def open_requests(state: State, now: int) -> bool:
    """Whether anybody's request for a release is still open."""
    return any(one.released_at is None and now < one.request.body.expires for one in state.openings.values())


def refusal(answer: Refuse) -> Refusal:
    """All that stands against it, by the rules' names: the first for programs, all for people."""
    names = [reason.rule for reason in answer.reasons]
    return Refusal(Code.NOT_ALLOWED, rule=min(names), missing=names)
