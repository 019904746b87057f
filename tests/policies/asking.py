"""Asks the engine alone, with everything read beforehand, so that many versions of the rules can be tried on many cases."""

import random
from itertools import islice

import cedarpy
import msgspec

from policies import oracle
from policies.cases import Case, random_cases
from policies.cedar_text import Rule
from policies.decide import Handles
from policies.entities import request_line
from policies.load import SHIPPED, Policy, compile_rules, load
from policies.scenarios import Scenario, ScenarioFile, build
from policies.strict import PolicyError, read_struct

POLICY = load()


def shipped_scenarios() -> tuple[Scenario, ...]:
    return read_struct((SHIPPED / "scenarios.yaml").read_text(), "scenarios.yaml", ScenarioFile).scenarios


def some_cases(policy: Policy, seed: int, count: int, releases: float = 0.7) -> list[Case]:
    return list(islice(random_cases(policy, random.Random(seed), tuple(policy.regimes), releases), count))


def recording_allowed(policy: Policy) -> Policy:
    """The same rules where a deployer has turned recording on."""
    return msgspec.structs.replace(policy, recording=msgspec.structs.replace(policy.recording, allowed=True))


class Asked:
    """One case with its entities read by the engine, and what the oracle says to it."""

    def __init__(self, policy: Policy, case: Case) -> None:
        self.case = case
        self.line = request_line(case.principal, case.action, case.resource, case.context, policy)
        self.entities = Handles(policy, bound=1)._entities(case.principal, case.resource, case.context)
        self.expected = oracle.missing(policy, case.principal, case.action, case.resource, case.context)
        self.schema = policy.compiled.schema

    def answer(self, rules: cedarpy.PolicySet) -> tuple[bool, frozenset[str]] | str:
        """Whether it is allowed and the rules that forbid it; or that the engine had trouble."""
        given = cedarpy.is_authorized(self.line, rules, self.entities, schema=self.schema)
        if given.diagnostics.errors:
            return "trouble"
        names = given.diagnostics.id_annotations_by_reason
        return given.allowed, frozenset() if given.allowed else frozenset(names[r] for r in given.diagnostics.reasons)


def scenario_cases(policy: Policy) -> list[Asked]:
    return [Asked(policy, build(policy, scenario)) for scenario in shipped_scenarios()]


def compiled_or_none(rules: tuple[Rule, ...]) -> cedarpy.PolicySet | None:
    """The rules as the engine takes them, or None if they do not load at all."""
    try:
        return compile_rules(rules, POLICY.schema_text).policies
    except PolicyError:
        return None
