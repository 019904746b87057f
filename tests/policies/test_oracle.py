"""Engine and oracle agree, in the answer and in every reason, on many random cases of every action."""

import collections

import pytest

from policies import oracle
from policies.decide import Handles
from tests.policies.asking import POLICY, Asked, some_cases


def differences(seed: int, count: int, bound: int) -> tuple[list[str], collections.Counter[bool]]:
    handles = Handles(POLICY, bound)
    wrong: list[str] = []
    answers: collections.Counter[bool] = collections.Counter()
    for case in some_cases(POLICY, seed, count):
        said = handles.decide(case.principal, case.action, case.resource, case.context)
        wanted = oracle.missing(POLICY, case.principal, case.action, case.resource, case.context)
        got = frozenset() if said.allowed else said.rules  # type: ignore[union-attr]
        answers[said.allowed] += 1
        if got != wanted:
            wrong.append(f"{case.action}: engine {sorted(got)} oracle {sorted(wanted)}")
    return wrong, answers


@pytest.mark.parametrize("part", range(8))
def test_twenty_thousand_random_cases_have_one_answer(part: int) -> None:
    wrong, answers = differences(seed=1000 + part, count=2500, bound=2 * (part % 2))
    assert wrong == []
    assert answers[True] > 300
    assert answers[False] > 300


def test_the_rules_sorted_by_action_answer_as_all_rules_together() -> None:
    for case in some_cases(POLICY, 2000, 1200, releases=0.3):
        asked = Asked(POLICY, case)
        assert asked.answer(POLICY.compiled.policies) == asked.answer(POLICY.compiled.for_action[case.action])


def test_those_cases_meet_every_rule() -> None:
    met: collections.Counter[str] = collections.Counter()
    for part in range(8):
        for case in some_cases(POLICY, 1000 + part, 2500):
            met.update(oracle.missing(POLICY, case.principal, case.action, case.resource, case.context))
    # `expire.who` cannot be broken: only the service itself can ask for it.
    assert {rule.id for rule in POLICY.rules} - set(met) == {"expire.who"}
