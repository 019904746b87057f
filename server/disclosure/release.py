"""May the gate give its share now? The stage of the request, then the rules and their hand-written second key, which must agree."""

from client.keys.encoding import unb64u
from client.keys.items import header_of
from client.protocol.errors import Code, Refusal
from policies.decide import Refuse, decide
from policies.load import Policy
from policies.situation import Mediation, Person, Releasing, Request
from server.mediation.model import Opening, State
from server.mediation.moves import ROLES
from server.mediation.stages import ready_at, stage


def may_look(state: State, opening: Opening, now: int) -> None:
    """The gate's answer to a sitting: everyone whose yes is needed has unlocked, nothing expired, and pages made before are not due yet. Raises Refusal."""
    match stage(state, opening, now):
        case "unlocked" | "reviewing" | "drafted" | "cooling":
            missing = sorted(opening.holders - set(opening.unlocked))
            if missing:
                raise Refusal(Code.INCOMPLETE, rule="unlock", seats=missing)
        case "open":
            raise Refusal(Code.INCOMPLETE, rule="unlock", seats=sorted(opening.holders - set(opening.unlocked)))
        case "closed":
            raise Refusal(Code.EXPIRED)
        case _:
            raise Refusal(Code.STALE, rule="drafted")


def may_release(state: State, opening: Opening, policy: Policy | None, now: int) -> None:
    """The gate's answer to collecting. `policy` is the version that the mediation's people accepted; without it nothing is released.

    Raises Refusal with what is missing, or until when.
    """
    match stage(state, opening, now):
        case "releasable" | "released":
            pass
        case "cooling":
            raise Refusal(Code.TOO_EARLY, rule="cooling-off", until=ready_at(opening) or 0)
        case "drafted":
            raise Refusal(Code.INCOMPLETE, rule="release", seats=sorted(opening.holders - set(opening.agreed)))
        case "closed":
            raise Refusal(Code.EXPIRED)
        case _:
            raise Refusal(Code.INCOMPLETE, rule="draft")
    if policy is None or policy.sha256 != unb64u(state.charter.body.policy).hex():
        raise Refusal(Code.NOT_ALLOWED, rule="rules-unknown")
    _ask_rules(state, opening, policy, now)


def _ask_rules(state: State, opening: Opening, policy: Policy, now: int) -> None:
    """The rules' own yes: engine and oracle agree, or nothing is released.

    Recipient and profile are sealed to the holders; the worker, which sees them, has refused what the ground does not allow.
    """
    body, charter = opening.request.body, state.charter.body
    people = tuple(Person(id=seat.id, role=ROLES[seat.role], side=seat.side) for seat in charter.seats)
    mediator = next(person for person in people if person.role == "mediator")
    ground = next((known for known in policy.grounds if known == body.ground), None)
    if ground is None:
        raise Refusal(Code.NOT_ALLOWED, rule="ground-off")
    recipient, profile = policy.grounds[ground].recipients[0], policy.grounds[ground].default_profile
    grounds = frozenset(known for known in policy.grounds if known in charter.grounds)
    makers = frozenset(header_of(state.items[one.item].item).seat for one in body.items)
    yes = frozenset(opening.agreed)
    request = Request(
        id=body.request,
        ground=ground,
        digest=opening.draft_digest,
        recipient=recipient,
        profile=profile,
        item_classes=frozenset({"message", "document"}),
        makers=makers,
        created=body.ts,
        expires=body.expires,
        waivers=yes,
        last_waiver_at=opening.agreed_at,
        shortened=frozenset(seat for seat, consent in opening.agreed.items() if consent.body.shorten),
        approvals=yes,
        notified=frozenset(opening.private) & {person.id for person in people},
        notified_at=body.ts,
        releasing=True,
    )
    table = Mediation(
        id=state.id,
        regime=charter.regime,
        state="closed" if state.life == "closed" else "open",
        seats=people,
        grounds_on=grounds,
    )
    releasing = Releasing(
        mediation=table,
        now=now,
        recipient=recipient,
        bundle_digest=opening.draft_digest,
        profile=profile,
        redaction_verified=True,
    )
    answer = decide(policy, mediator, "disclose", request, releasing)
    if isinstance(answer, Refuse):
        raise Refusal(Code.NOT_ALLOWED, rule=min(answer.rules))
