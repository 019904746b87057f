"""Holds, their review and their end, and destruction: asked by one, agreed to by another; the rules decide. One's own words go alone."""

from typing import assert_never, get_args

from client.keys.authority import Act, check_act, check_second
from client.keys.items import header_of
from client.keys.jws import Signed, unverified
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.decide import Refuse, decide
from policies.derive import DAY
from policies.load import Policy
from policies.situation import Destroying, Holding, Lifting, Plain
from policies.words import HoldReason
from server.mediation import cases
from server.mediation import events as e
from server.mediation.model import State
from server.mediation.papers import need_policy, paper_key

MAX_ACTS = 20
TWO = frozenset({"mediator", "co-mediator", "custodian"})


def ask(state: State, seat: str, command: m.ActAsk, policy: Policy | None, now: int) -> tuple[e.AnyEvent, ...]:
    """What somebody wants. Their own words are erased at once; anything else waits for a second person."""
    policy = need_policy(policy)
    act = check_act(command.act, state.id, seat, paper_key(state, seat))
    if act.hash in state.acts or any(held.act.body.id == act.body.id for held in state.acts.values()):
        raise Refusal(Code.STALE, rule="act")
    if act.body.act == "erase":
        _erase(policy, state, act, now)
        return (e.ActDone(act=command.act, second="", at=now),)
    if len(state.acts) >= MAX_ACTS:
        raise Refusal(Code.TOO_MANY)
    if cases.person(cases.table(policy, state), seat).role not in TWO:
        raise Refusal(Code.NOT_ALLOWED, rule=f"{_rule(act)}.who", missing=[f"{_rule(act)}.who"])
    if act.body.act == "hold" and act.body.reason not in get_args(HoldReason):
        raise Refusal(Code.BAD_OBJECT, rule="reason")
    if act.body.act in ("lift", "review") and not state.holds:
        raise Refusal(Code.STALE, rule="hold")
    return (e.ActAsked(act=command.act, at=now),)


def second(state: State, seat: str, command: m.SecondGive, policy: Policy | None, now: int) -> tuple[e.AnyEvent, ...]:
    """Another person agrees: then the rules are asked, and it is done. Destruction itself is the runtime's part."""
    policy = need_policy(policy)
    given = check_second(command.second, state.id, seat, paper_key(state, seat))
    asked = state.acts.get(given.body.of)
    if asked is None:
        raise Refusal(Code.STALE, rule="act")
    if asked.act.body.seat == seat:
        raise Refusal(Code.NOT_ALLOWED, rule="second-person")
    review = now + policy.retention.hold.review_days * DAY
    _ask_rules(policy, state, asked.act, seat, now, review)
    holds = asked.act.body.act in ("hold", "review")
    return (e.ActDone(act=asked.act.compact, second=command.second, at=now, review_at=review if holds else 0),)


def act_of(compact: str) -> Act:
    """An act out of the log."""
    return unverified("act", compact, Act)


def _ask_rules(policy: Policy, state: State, act: Signed[Act], other: str, now: int, review: int) -> None:
    table = cases.table(policy, state)
    who, kept = cases.person(table, act.body.seat), cases.kept_case(state, now)
    seconds = frozenset({other})
    match act.body.act:
        case "hold" | "review":
            reason = _reason(state, act)
            circumstances = Holding(mediation=table, now=now, reason=reason, review_at=review, approvals=seconds)
            answer = decide(policy, who, "hold", kept, circumstances)
        case "lift":
            answer = decide(policy, who, "lift", kept, Lifting(mediation=table, approvals=seconds))
        case "destroy":
            answer = decide(policy, who, "destroy", kept, Destroying(mediation=table, now=now, approvals=seconds))
        case "erase":
            raise Refusal(Code.BAD_OBJECT, rule="act")
        case _:
            assert_never(act.body.act)
    if isinstance(answer, Refuse):
        raise cases.refusal(answer)


def _reason(state: State, act: Signed[Act]) -> HoldReason:
    wanted = (
        act.body.reason if act.body.act == "hold" else next(iter(state.holds.values())).reason if state.holds else ""
    )
    found = next((reason for reason in get_args(HoldReason) if reason == wanted), None)
    if found is None:
        raise Refusal(Code.BAD_OBJECT, rule="reason")
    return found  # type: ignore[no-any-return]


def _erase(policy: Policy, state: State, act: Signed[Act], now: int) -> None:
    """Only one's own words, only after the close, never while anything needs them."""
    items = act.body.items
    if not items or any(item not in state.items or state.items[item].erased for item in items):
        raise Refusal(Code.BAD_OBJECT, rule="items")
    table = cases.table(policy, state)
    authors = frozenset(header_of(state.items[item].item).seat for item in items)
    answer = decide(
        policy,
        cases.person(table, act.body.seat),
        "erase",
        cases.kept_case(state, now, authors),
        Plain(mediation=table),
    )
    if isinstance(answer, Refuse):
        raise cases.refusal(answer)


def _rule(act: Signed[Act]) -> str:
    return {"review": "hold"}.get(act.body.act, act.body.act)
