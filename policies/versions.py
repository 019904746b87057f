"""Compares two versions of the rules: what was allowed and is now refused, and whether anything became looser.

A mediation stays with the version that its people accepted. It moves on only to one that refuses at least as much.
"""

import random
from collections import Counter
from collections.abc import Iterable
from itertools import islice

import msgspec

from policies.cases import Case, random_cases
from policies.decide import Handles
from policies.facts import GroundFact, Regime
from policies.load import Policy
from policies.situation import Request
from policies.words import Ground


class Kind(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A kind of case, in words: what is done, under which regime, for which reason, and the rules that differ."""

    action: str
    regime: str
    ground: str
    rules: tuple[str, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the same cases two versions answer differently, by kind."""

    cases: int
    tightened: dict[Kind, int]
    loosened: dict[Kind, int]


def compare(old: Policy, new: Policy, cases: Iterable[Case]) -> Comparison:
    """The engine's answers of both versions to the same cases."""
    before, after = Handles(old, bound=4), Handles(new, bound=4)
    tightened: Counter[Kind] = Counter()
    loosened: Counter[Kind] = Counter()
    count = 0
    for case in cases:
        count += 1
        was = before.engine_alone(case.principal, case.action, case.resource, case.context)
        now = after.engine_alone(case.principal, case.action, case.resource, case.context)
        if bool(was) == bool(now):
            continue
        kind = Kind(
            action=case.action,
            regime=case.context.mediation.regime,
            ground=case.resource.ground if isinstance(case.resource, Request) else "",
            rules=tuple(sorted(was or now)),
        )
        (loosened if was else tightened)[kind] += 1
    return Comparison(cases=count, tightened=dict(sorted(tightened.items())), loosened=dict(sorted(loosened.items())))


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a mediation may move to another version, and if not, why."""

    allowed: bool
    against: tuple[str, ...]
    cases: int


def may_move(
    old: Policy, new: Policy, regime: str, grounds_on: frozenset[Ground], rng: random.Random, cases: int = 2000
) -> Move:
    """A mediation pinned to `old` may move to `new` if for its regime and reasons nothing becomes looser.

    The facts are compared one by one, and both versions answer the same random cases. `rng` makes a run repeatable.
    """
    if regime not in new.regimes:
        return Move(allowed=False, against=(f"the new rules do not have the regime `{regime}`",), cases=0)
    against = list(looser_facts(old, new, regime, grounds_on))
    found = compare(old, new, islice(random_cases(old, rng, (regime,)), cases))
    for kind, count in found.loosened.items():
        if not kind.ground or kind.ground in grounds_on:
            what = f"{kind.action} for `{kind.ground}`" if kind.ground else kind.action
            against.append(
                f"{what}: {count} of {found.cases} cases were refused by {', '.join(kind.rules)} and are now allowed"
            )
    return Move(allowed=not against, against=tuple(against), cases=found.cases)


def looser_facts(old: Policy, new: Policy, regime: str, grounds_on: frozenset[Ground]) -> Iterable[str]:
    """Every fact that became looser for one regime and these reasons, each as a sentence."""
    yield from _looser_regime(old.regime(regime), new.regime(regime), grounds_on)
    for ground in sorted(grounds_on):
        yield from _looser_ground(ground, old.ground(ground), new.ground(ground))
    if new.recording.allowed and not old.recording.allowed:
        yield "recording could be turned on"
    if new.retention.hold.review_days > old.retention.hold.review_days:
        yield "a hold would be looked at less often"
    if set(new.retention.erasable) - set(old.retention.erasable):
        yield "more could be erased early"


def _looser_regime(old: Regime, new: Regime, grounds_on: frozenset[Ground]) -> Iterable[str]:
    for ground in sorted((new.grounds - old.grounds) & grounds_on):
        yield f"the reason `{ground}` would be recognised"
    for ground in sorted((old.needs_order - new.needs_order) & new.grounds & grounds_on):
        yield f"`{ground}` would no longer need a court's order"
    if (old.nonparty_consent, new.nonparty_consent) == ("always", "own"):
        yield "those who took part in silence would no longer be asked"


def _looser_ground(name: Ground, old: GroundFact, new: GroundFact) -> Iterable[str]:
    for what, was, now in (
        ("authorities", old.authorities, new.authorities),
        ("recipients", old.recipients, new.recipients),
        ("people who may ask", old.proposers, new.proposers),
        ("holders of the first lock", old.first_lock, new.first_lock),
        ("holders of the second lock", old.second_lock, new.second_lock),
    ):
        if set(now) - set(was):
            yield f"`{name}` would have more {what}"
    rank = {"nobody": 0, "every-party": 1, "every-holder": 2}
    if rank[new.notice.who] < rank[old.notice.who] or new.notice.days < old.notice.days:
        yield f"`{name}` would give less notice"
    if new.cooling_off_hours < old.cooling_off_hours:
        yield f"`{name}` would have a shorter pause"
    if new.max_validity_days > old.max_validity_days:
        yield f"`{name}` would stay open longer"
