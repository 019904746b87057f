"""What the redaction worker may find, what the page calls it and what a reviewer may mark by hand are one list."""

import json
import re
from pathlib import Path

import pytest

from redaction.detect.patterns import KINDS as PRESIDIO
from redaction.detect.recognizers import ALL
from redaction.detect.settle import LABELS
from redaction.plan import Add, make_plan
from redaction.profiles import load_profiles

WEB = Path(__file__).resolve().parents[2] / "client" / "web"
KINDS = load_profiles().kinds


def by_hand() -> list[str]:
    source = (WEB / "views" / "sheet.js").read_text(encoding="utf-8")
    listed = re.search(r"export const KINDS = \[([^\]]*)\]", source)
    assert listed is not None
    return re.findall(r"'(\w+)'", listed[1])


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_kind_has_words_and_every_word_is_of_a_kind(language: str) -> None:
    catalogue = json.loads((WEB / "i18n" / f"{language}.json").read_text(encoding="utf-8"))
    named = {key.removeprefix("kind.") for key in catalogue if key.startswith("kind.")}
    assert named == set(KINDS) | {"other"}


def test_whatever_the_recognizers_and_models_emit_is_a_known_kind() -> None:
    sources = [Path(one.find.__code__.co_filename) for one in ALL]
    written = {
        kind
        for path in {*sources, *(WEB.parents[1] / "redaction" / "detect").rglob("*.py")}
        for kind in re.findall(
            r'(?:rule\(|Span\([^)\n]*?|kind = )"([A-Z][A-Z_]{2,})"', path.read_text(encoding="utf-8")
        )
    }
    assert {"PERSON", "AMOUNT"} <= written
    assert written | set(PRESIDIO.values()) | set(LABELS.values()) <= set(KINDS)


@pytest.mark.parametrize("kind", by_hand())
def test_what_is_marked_by_hand_is_masked(kind: str) -> None:
    plan = make_plan([], load_profiles().stack("frcp-5.2"), [Add("i", 0, 4, kind)])
    assert [one.kind for one in plan.redactions] == [kind]
