"""The contract with lawyers holds, line by line, and every rule in it is needed."""

import pytest

from policies.load import load
from policies.scenarios import Outcome, build, run_scenarios
from policies.words import ACTIONS
from tests.policies.asking import POLICY, shipped_scenarios

OUTCOMES = run_scenarios(POLICY, shipped_scenarios())


@pytest.mark.parametrize("outcome", OUTCOMES, ids=[outcome.scenario.say for outcome in OUTCOMES])
def test_scenario(outcome: Outcome) -> None:
    got = "allow" if outcome.decision.allowed else sorted(outcome.decision.rules)  # type: ignore[union-attr]
    assert outcome.fine, f"the rules say {got}"


def test_no_two_scenarios_say_the_same() -> None:
    said = [scenario.say for scenario in shipped_scenarios()]
    assert len(said) == len(set(said)) > 150


def test_every_rule_that_forbids_is_named_by_a_scenario() -> None:
    named = {rule for scenario in shipped_scenarios() for rule in scenario.refuse}
    assert {rule.id for rule in POLICY.rules if rule.effect == "forbid"} <= named


def test_every_rule_that_permits_has_a_scenario_without_its_people() -> None:
    named = {rule for scenario in shipped_scenarios() for rule in scenario.refuse}
    assert {rule.id for rule in POLICY.rules if rule.effect == "permit"} - named == {"expire.who"}


def test_every_action_is_allowed_in_some_scenario_except_recording() -> None:
    allowed = {scenario.action for scenario in shipped_scenarios() if scenario.allow}
    assert set(ACTIONS) - allowed == {"record"}


def test_a_scenario_must_say_what_it_expects() -> None:
    scenario = shipped_scenarios()[0]
    with pytest.raises(ValueError):
        build(load(), type(scenario)(say="x"))
