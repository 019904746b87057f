"""Weaken any rule in any of the usual ways, and some case notices."""

import re
from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from policies.cedar_text import Rule
from tests.policies.asking import POLICY, Asked, compiled_or_none, recording_allowed, scenario_cases, some_cases

SWAPS = (
    ("containsAll", "containsAny"),
    ("containsAny", "containsAll"),
    ("&&", "||"),
    ("||", "&&"),
    ("==", "!="),
    ("!=", "=="),
    (">=", ">"),
    ("> ", ">= "),
    ("< ", "<= "),
    ("!resource", "resource"),
)


def mutants(rule: Rule) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Every version of the rules in which this rule is dropped or changed in one place."""
    others = POLICY.rules
    yield "dropped", tuple(one for one in others if one.id != rule.id)
    start = rule.text.index(rule.effect + " ")
    body = rule.text[start:]
    for old, new in SWAPS:
        for place, found in enumerate(re.finditer(re.escape(old), body)):
            if old == "> " and body[found.start() - 1] == "=":
                continue
            if old in ("==", "!=") and body[: found.start()].rstrip().endswith("action"):
                continue
            changed = rule.text[:start] + body[: found.start()] + new + body[found.end() :]
            yield f"{old} to {new} at {place}", _with(rule, changed)
    for word in re.finditer(r'(,\s*)?[A-Z]\w+::"[a-z-]+"', body):
        inside_list = body[: word.start()].count("[") > body[: word.start()].count("]")
        if inside_list and word.group(1):
            changed = rule.text[:start] + body[: word.start()] + body[word.end() :]
            yield f"without {word.group(0).strip(', ')}", _with(rule, changed)
    if "unless" in body and "when" in body:
        yield (
            "without its when",
            _with(rule, rule.text[:start] + re.sub(r"when \{.*?\}\s*(?=unless)", "", body, flags=re.S)),
        )
        yield "without its unless", _with(rule, rule.text[:start] + re.sub(r"\s*unless \{.*\}", "", body, flags=re.S))


def _with(rule: Rule, text: str) -> tuple[Rule, ...]:
    return tuple(msgspec.structs.replace(one, text=text) if one.id == rule.id else one for one in POLICY.rules)


@cache
def asked() -> dict[str, list[tuple[Asked, object]]]:
    """Scenarios first, then random cases, by action, each with the right answer."""
    out: dict[str, list[tuple[Asked, object]]] = {}
    rules = POLICY.compiled.policies
    recording = recording_allowed(POLICY)
    for one in (
        *scenario_cases(POLICY),
        *(Asked(POLICY, case) for case in some_cases(POLICY, 77, 1500, releases=1)),
        *(Asked(recording, case) for case in some_cases(POLICY, 78, 6000, releases=0)),
    ):
        out.setdefault(one.case.action, []).append((one, one.answer(rules)))
    return out


def noticed(rule: Rule, rules: tuple[Rule, ...]) -> bool:
    changed = compiled_or_none(rules)
    if changed is None:
        return True
    for action in sorted(rule.actions) or sorted(asked()):
        for one, right in asked().get(action, ()):
            if one.answer(changed) != right:
                return True
    return False


@pytest.mark.parametrize("rule", POLICY.rules, ids=[rule.id for rule in POLICY.rules])
def test_every_way_of_weakening_a_rule_is_noticed(rule: Rule) -> None:
    lived = [name for name, rules in mutants(rule) if not noticed(rule, rules)]
    assert lived == []
