"""May the gate give its share now? The stage of the request, then the rules and their hand-written second key, which must agree.

What the rules are asked about is read off the log: statements signed by the holders, by those who entered and checked a paper, and by
the worker. The sitting asserts nothing.
"""

from msgspec import Struct

from client.keys.encoding import unb64u
from client.protocol.errors import Code, Refusal
from policies.decide import Decision, Refuse, decide
from policies.load import Policy
from server.mediation import cases
from server.mediation.model import Opening, State
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


def may_release(state: State, opening: Opening, policy: Policy | None, now: int, seat: str) -> None:
    """The gate's answer to collecting, by the person at `seat`. `policy` is the version that the mediation's people accepted; without it
    nothing is released.

    Raises Refusal with what is missing, or until when.
    """
    match stage(state, opening, now):
        case "releasable" | "released":
            pass
        case "cooling":
            notice = opening.notice_until > now
            raise Refusal(Code.TOO_EARLY, rule="notice" if notice else "cooling-off", until=ready_at(opening) or 0)
        case "drafted":
            raise Refusal(Code.INCOMPLETE, rule="release", seats=sorted(opening.holders - set(opening.agreed)))
        case "closed":
            raise Refusal(Code.EXPIRED)
        case _:
            raise Refusal(Code.INCOMPLETE, rule="draft")
    answer = ask_rules(state, opening, policy, now, seat)
    if isinstance(answer, Refuse):
        raise cases.refusal(answer)


def ask_rules(state: State, opening: Opening, policy: Policy | None, now: int, seat: str) -> Decision:
    """The rules' own yes to this release by this person: engine and oracle agree, or nothing is released. Raises Refusal without rules."""
    if policy is None or policy.sha256 != unb64u(state.charter.body.policy).hex():
        raise Refusal(Code.NOT_ALLOWED, rule="rules-unknown")
    table = cases.table(policy, state)
    request = cases.request_case(policy, state, opening, now)
    going = cases.releasing(policy, state, opening, request, now)
    return decide(policy, cases.person(table, seat), "disclose", request, going)


class Standing(Struct, frozen=True, kw_only=True):
    """All that still stands against a release: rules with their sentences, and whose yes is missing for the present step."""

    missing: tuple[str, ...]
    says: tuple[str, ...]
    seats: tuple[str, ...]
    until: int


def standing(state: State, opening: Opening, policy: Policy | None, now: int) -> Standing:
    """What is missing, for whoever carries it out. Never says who refused: a no looks like silence."""
    answer = ask_rules(state, opening, policy, now, opening.request.body.reviewer)
    reasons = answer.reasons if isinstance(answer, Refuse) else ()
    given = opening.unlocked if opening.draft is None else opening.agreed
    return Standing(
        missing=tuple(reason.rule for reason in reasons),
        says=tuple(reason.says for reason in reasons),
        seats=tuple(sorted(opening.holders - set(given))),
        until=ready_at(opening) or opening.notice_until,
    )
