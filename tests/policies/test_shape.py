"""The package stays pure, its readers survive anything, and every way of loosening a fact is seen."""

import ast
import contextlib
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.cedar_text import split_rules
from policies.facts import GroundFact
from policies.load import SHIPPED, Policy
from policies.strict import PolicyError
from policies.versions import looser_facts
from policies.words import GROUNDS, RECIPIENTS, ROLES
from tests.policies.asking import POLICY

READS_FILES = {"load.py", "shelf.py", "cli.py"}
OUTSIDE = {
    "os",
    "pathlib",
    "io",
    "time",
    "datetime",
    "socket",
    "secrets",
    "uuid",
    "subprocess",
    "asyncio",
    "threading",
    "logging",
}


@pytest.mark.parametrize("file", sorted(path.name for path in SHIPPED.glob("*.py")))
def test_only_loading_touches_the_world_outside(file: str) -> None:
    tree = ast.parse((SHIPPED / file).read_text())
    modules = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    modules |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert file in READS_FILES or not modules & OUTSIDE
    assert not modules & {"server", "client", "redaction"}
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"print", "eval", "exec"}
    assert file in READS_FILES or "open" not in calls


def test_the_rules_never_import_what_redaction_needs() -> None:
    import subprocess
    import sys

    code = (
        "import sys, policies.decide, policies.access, policies.agreement, policies.shelf; "
        "sys.exit(any(m.split('.')[0] in {'spacy','presidio_analyzer','click','aiohttp'} for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.integers(0, 10_000), st.integers(0, 30))
def test_rule_text_of_any_kind_is_split_or_refused_with_a_line(noise: str, at: int, gone: int) -> None:
    text = (SHIPPED / "rules" / "10-holders.cedar").read_text()
    place = at % len(text)
    with contextlib.suppress(PolicyError):
        for rule in split_rules(text[:place] + noise + text[place + gone :], "x.cedar"):
            assert rule.effect in ("permit", "forbid")
            assert rule.line >= 1


def test_comments_and_strings_do_not_end_a_rule() -> None:
    (rule,) = split_rules(
        '// forbid; nothing\n@id("a.b")\n@says("It says; really.")\n// again ;\n'
        'forbid (principal, action == Action::"join", resource)\nwhen { "a;b" == "//" }; // end\n',
        "x.cedar",
    )
    assert (rule.id, rule.says, rule.line) == ("a.b", "It says; really.", 2)
    assert rule.actions == {"join"}


Loosening = Callable[[GroundFact], GroundFact]
LOOSENINGS: dict[str, Loosening] = {
    "another recipient": lambda g: msgspec.structs.replace(g, recipients=RECIPIENTS),
    "a subpoena": lambda g: msgspec.structs.replace(g, authorities=(*g.authorities, "subpoena")),
    "more who may ask": lambda g: msgspec.structs.replace(g, proposers=ROLES),
    "a longer life": lambda g: msgspec.structs.replace(g, max_validity_days=g.max_validity_days + 1),
    "more first locks": lambda g: msgspec.structs.replace(g, first_lock=ROLES),
    "more second locks": lambda g: msgspec.structs.replace(g, second_lock=ROLES),
    "less notice": lambda g: msgspec.structs.replace(
        g, notice=msgspec.structs.replace(g.notice, days=g.notice.days - 1)
    ),
    "a shorter pause": lambda g: msgspec.structs.replace(g, cooling_off_hours=g.cooling_off_hours - 1),
}


def with_ground(policy: Policy, name: str, fact: GroundFact) -> Policy:
    return msgspec.structs.replace(policy, grounds={**policy.grounds, name: fact})


@pytest.mark.parametrize("what", sorted(LOOSENINGS))
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_way_of_loosening_a_reason_is_seen_and_only_there(ground: str, what: str) -> None:
    loose = with_ground(POLICY, ground, LOOSENINGS[what](POLICY.ground(ground)))
    assert list(looser_facts(POLICY, loose, "uma", frozenset({ground})))
    assert not list(looser_facts(POLICY, loose, "uma", frozenset(GROUNDS) - {ground}))
    assert not list(looser_facts(loose, POLICY, "uma", frozenset({ground})))


@pytest.mark.parametrize("regime", sorted(POLICY.regimes))
def test_every_way_of_loosening_a_regime_is_seen(regime: str) -> None:
    known = POLICY.regime(regime)
    on = frozenset(GROUNDS)
    for loose in (
        msgspec.structs.replace(known, grounds=frozenset(GROUNDS)),
        msgspec.structs.replace(known, needs_order=frozenset()),
        *([msgspec.structs.replace(known, nonparty_consent="own")] if known.nonparty_consent == "always" else []),
    ):
        changed = msgspec.structs.replace(POLICY, regimes={**POLICY.regimes, regime: loose})
        assert list(looser_facts(POLICY, changed, regime, on))


def test_recording_review_and_erasure_are_compared_as_well() -> None:
    retention = POLICY.retention
    for changed in (
        msgspec.structs.replace(POLICY, recording=msgspec.structs.replace(POLICY.recording, allowed=True)),
        msgspec.structs.replace(
            POLICY,
            retention=msgspec.structs.replace(retention, hold=msgspec.structs.replace(retention.hold, review_days=91)),
        ),
        msgspec.structs.replace(POLICY, retention=msgspec.structs.replace(retention, erasable=("ledger",))),
    ):
        assert list(looser_facts(POLICY, changed, "uma", frozenset({"waiver"})))
