"""Examines a deployer's own rules: do they load, do their scenarios hold, what changed, and did anything become looser?

A loosening must be declared in own.yaml with its reason; what lies below the floor cannot be declared.
"""

import random
from itertools import islice

import msgspec

from policies.cases import random_cases, release_in_order, table
from policies.decide import Handles
from policies.load import Policy
from policies.scenarios import Outcome, Scenario, run_scenarios
from policies.situation import Request
from policies.versions import Comparison, Kind, compare

ROLES_THAT_HOLD = ("party", "mediator")


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `problems` is empty if the rules can be used."""

    sha256: str
    based_on: str
    own_scenarios: tuple[Outcome, ...]
    newly_refused: tuple[str, ...]
    newly_allowed: tuple[str, ...]
    comparison: Comparison
    new_regimes: tuple[str, ...]
    openings: dict[str, str]
    problems: tuple[str, ...]

    @property
    def fine(self) -> bool:
        """The rules can be used."""
        return not self.problems


def examine(
    shipped: Policy,
    mine: Policy,
    shipped_scenarios: tuple[Scenario, ...],
    own_scenarios: tuple[Scenario, ...],
    rng: random.Random,
    cases: int = 2000,
) -> Examination:
    """Everything that can be said about own rules without a person. Repeatable with the same `rng`."""
    problems: list[str] = []
    before = run_scenarios(shipped, shipped_scenarios)
    after = run_scenarios(mine, _known(mine, shipped_scenarios), in_order_for=shipped)
    now = {outcome.scenario.say: outcome for outcome in after}
    flipped = [one for one in before if one.scenario.say in now and _differs(one, now[one.scenario.say])]
    declared = _declared(mine)
    newly_allowed = [one.scenario for one in flipped if not one.decision.allowed]
    for scenario in newly_allowed:
        if not _is_declared(scenario.action, scenario.regime, scenario.ground, declared):
            problems.append(f"a shipped scenario was refused and is now allowed, undeclared: {scenario.say}")
    own = run_scenarios(mine, own_scenarios)
    problems.extend(f"an own scenario fails: {one.scenario.say}" for one in own if not one.fine)
    regimes = tuple(name for name in shipped.regimes if name in mine.regimes)
    found = compare(shipped, mine, islice(random_cases(shipped, rng, regimes), cases))
    for kind, count in found.loosened.items():
        if not _is_declared(kind.action, kind.regime, kind.ground, declared):
            problems.append(f"{count} of {found.cases} random cases became looser, undeclared: {in_words(kind)}")
    new = tuple(name for name in mine.regimes if name not in shipped.regimes)
    problems.extend(f"regime `{name}`: {problem}" for name in mine.regimes for problem in _regime_problems(mine, name))
    return Examination(
        sha256=mine.sha256,
        based_on=mine.own.based_on if mine.own else "",
        own_scenarios=own,
        newly_refused=tuple(one.scenario.say for one in flipped if one.decision.allowed),
        newly_allowed=tuple(scenario.say for scenario in newly_allowed),
        comparison=found,
        new_regimes=new,
        openings={what: because for what, (_, because) in declared.items()},
        problems=tuple(problems),
    )


def in_words(kind: Kind) -> str:
    """A kind of case as a person reads it."""
    return _line(kind, f"under `{kind.regime}`")


def summed_up(kinds: dict[Kind, int]) -> tuple[tuple[int, str], ...]:
    """Kinds of cases with their counts, the same under several regimes taken together, most frequent first."""
    groups: dict[Kind, list[tuple[str, int]]] = {}
    for kind, count in kinds.items():
        groups.setdefault(msgspec.structs.replace(kind, regime=""), []).append((kind.regime, count))
    out = []
    for kind, members in groups.items():
        names = [name for name, _ in members]
        where = (
            f"under {', '.join(f'`{name}`' for name in names)}" if len(names) <= 3 else f"under {len(names)} regimes"
        )
        out.append((sum(count for _, count in members), _line(kind, where)))
    return tuple(sorted(out, key=lambda one: (-one[0], one[1])))


def _line(kind: Kind, where: str) -> str:
    reason = f" for `{kind.ground}`" if kind.ground else ""
    return f"{kind.action}{reason} {where} ({', '.join(kind.rules)})"


def _known(mine: Policy, scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
    return tuple(scenario for scenario in scenarios if scenario.regime in mine.regimes)


def _differs(before: Outcome, after: Outcome) -> bool:
    return before.decision.allowed != after.decision.allowed


def _declared(mine: Policy) -> dict[str, tuple[frozenset[str], str]]:
    """Openings by regime (or `recording`), with their reasons."""
    if mine.own is None:
        return {}
    out: dict[str, tuple[frozenset[str], str]] = {
        name: (frozenset(opening.turn_on), f"{', '.join(opening.turn_on)}: {opening.because}")
        for name, opening in mine.own.file.open.items()
    }
    if mine.own.file.recording is not None:
        out["recording"] = (frozenset(), mine.own.file.recording.because)
    return out


def _is_declared(action: str, regime: str, ground: str, declared: dict[str, tuple[frozenset[str], str]]) -> bool:
    if action == "record":
        return "recording" in declared
    return action in ("disclose", "propose") and ground in declared.get(regime, (frozenset(), ""))[0]


def _regime_problems(mine: Policy, regime: str) -> list[str]:
    """Grounds that nobody could ever use, and holders whose missing yes would not be noticed."""
    handles = Handles(mine, bound=4)
    out: list[str] = []
    for ground in sorted(mine.regime(regime).grounds):
        case = release_in_order(mine, ground, table(regime))
        against = handles.engine_alone(case.principal, case.action, case.resource, case.context)
        own_rules = {rule for rule in against if rule.startswith("own.")}
        if against - own_rules:
            out.append(f"`{ground}` could never be used ({', '.join(sorted(against - own_rules))})")
        if ground != "waiver":
            continue
        assert isinstance(case.resource, Request)
        for seat in case.context.mediation.seats:
            if seat.role in ROLES_THAT_HOLD:
                one_less = msgspec.structs.replace(case.resource, waivers=case.resource.waivers - {seat.id})
                if not handles.engine_alone(case.principal, case.action, one_less, case.context):
                    out.append(f"the yes of a {seat.role} would not be needed")
    return out
