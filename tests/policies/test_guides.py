"""The guides say what the rules say, and their examples run."""

import random
import re
from pathlib import Path

from policies.examine import examine
from policies.explain import explain, regimes_in_markdown, to_check_in_markdown, to_verify
from policies.load import load
from policies.scenarios import ScenarioFile
from policies.strict import read_struct
from tests.policies.asking import POLICY, shipped_scenarios

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


def test_the_guide_lists_every_regime_and_everything_that_counsel_must_check() -> None:
    guide = (GUIDES / "policies.md").read_text()
    assert regimes_in_markdown(POLICY) in guide
    assert to_check_in_markdown(POLICY) in guide


def test_the_example_of_own_rules_can_be_used(tmp_path: Path) -> None:
    guide = (GUIDES / "policies-own-rules.md").read_text()
    for name, text in re.findall(r"```\w+ (\S+)\n(.*?)```", guide, flags=re.S):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    mine = load(tmp_path)
    own = read_struct((tmp_path / "scenarios.yaml").read_text(), "scenarios.yaml", ScenarioFile).scenarios
    found = examine(POLICY, mine, shipped_scenarios(), own, random.Random(1), 200)
    assert found.fine, found.problems
    assert len(found.own_scenarios) == 2


def test_every_page_says_that_it_is_no_legal_advice() -> None:
    for name in ("policies.md", "policies-own-rules.md"):
        assert "not legal advice" in (GUIDES / name).read_text().lower()
    for regime in POLICY.regimes:
        said = explain(POLICY, regime, POLICY.regime(regime).grounds, 365)
        assert "Not legal advice" in said
        assert all(line in said for line in to_verify(POLICY, regime))
        assert all(ground.cite in said for ground in POLICY.regime(regime).law.grounds)
