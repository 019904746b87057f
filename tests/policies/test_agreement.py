"""The text that people sign says what the rules say, in both languages, and is the same bytes every time."""

import json

import pytest

from policies.agreement import LANGUAGES, agreement, agreement_sha256, agreement_text, statement
from policies.load import load

POLICY = load()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("regime", sorted(POLICY.regimes))
def test_every_regime_has_a_text_of_about_a_page(regime: str, language: str) -> None:
    text = agreement_text(POLICY, regime, frozenset({"waiver"}), 365, language)
    assert 350 < len(text.split()) < 680
    assert "{" not in text
    lay = POLICY.regime(regime).lay_en if language == "en" else POLICY.regime(regime).lay_es
    assert lay in text


def test_it_never_uses_the_words_of_the_trade() -> None:
    everything = agreement_text(POLICY, "uma", POLICY.regime("uma").grounds, 365, "en").lower()
    for word in ("caucus", "waiver", "regime", "seal", "bundle", "claimant", "encrypt", "privilege", "counsel"):
        assert word not in everything


def test_it_names_exactly_the_reasons_that_are_on() -> None:
    regime = POLICY.regime("uma")
    for on in (frozenset({"waiver"}), frozenset({"waiver", "order"}), regime.grounds):
        text = agreement_text(POLICY, "uma", on, 365, "en")
        for ground in regime.grounds - {"waiver"}:
            assert (POLICY.ground(ground).lay_en[1:] in text) == (ground in on)


def test_the_same_choices_give_the_same_digest_and_any_other_choice_another() -> None:
    first = agreement(POLICY, "uma", frozenset({"waiver"}), 365, "en")
    assert first == agreement(POLICY, "uma", frozenset({"waiver"}), 365, "en")
    assert first.sha256 == agreement_sha256(first.text)
    others = {
        agreement(POLICY, "us-ca", frozenset({"waiver"}), 365, "en").sha256,
        agreement(POLICY, "uma", frozenset({"waiver", "order"}), 365, "en").sha256,
        agreement(POLICY, "uma", frozenset({"waiver"}), 90, "en").sha256,
        agreement(POLICY, "uma", frozenset({"waiver"}), 365, "es").sha256,
    }
    assert len(others | {first.sha256}) == 5


def test_a_place_signs_one_text_under_one_version_of_the_rules() -> None:
    signed = agreement(POLICY, "uma", frozenset({"waiver"}), 365, "en")
    one, other = statement(signed, "s1"), statement(signed, "s2")
    assert one != other
    assert json.loads(one)["policy"] == POLICY.sha256
    assert json.loads(one)["text"] == signed.sha256
    assert "mediator" not in one.decode().replace("mediator-misconduct", "")


@pytest.mark.parametrize(
    ("regime", "on", "days", "language"),
    [
        ("uma", frozenset({"waiver"}), 5, "en"),
        ("uma", frozenset({"waiver"}), 99999, "en"),
        ("uma", frozenset({"order"}), 365, "en"),
        ("us-ca", frozenset({"waiver", "report"}), 365, "en"),
        ("uma", frozenset({"waiver"}), 365, "xx"),
    ],
)
def test_choices_that_the_rules_do_not_allow_have_no_text(
    regime: str, on: frozenset[str], days: int, language: str
) -> None:
    with pytest.raises(ValueError):
        agreement_text(POLICY, regime, on, days, language)
