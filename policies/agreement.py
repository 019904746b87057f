"""The agreement to mediate that people sign on joining: made from the policy, in plain words, the same bytes every time.

It says what this product does and nothing more, and that it is no legal advice. A changed word is another version.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from policies import wording_en, wording_es
from policies.facts import Regime
from policies.load import Policy
from policies.wording import Wording
from policies.words import Ground

VERSION = "agreement/1"
Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_WORDING: dict[str, Wording] = {"en": wording_en.WORDING, "es": wording_es.WORDING}


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """One text that people sign: its bytes are fixed by version, language, policy, regime, reasons and days."""

    version: str
    language: str
    policy_sha256: str
    regime: str
    grounds_on: tuple[Ground, ...]
    retention_days: int
    text: str
    sha256: str


def agreement(
    policy: Policy, regime: str, grounds_on: frozenset[str], retention_days: int, language: str = "en"
) -> Agreement:
    """The agreement with its digest. `ValueError` for days outside retention.yaml, a reason the regime does not know,
    or a language without a text."""
    known = policy.regime(regime)
    kept = policy.kept("sealed-record")
    if language not in _WORDING:
        raise ValueError("there is no text in that language")
    if not kept.min <= retention_days <= kept.max:
        raise ValueError(f"the record is kept between {kept.min} and {kept.max} days")
    if "waiver" not in grounds_on or not grounds_on <= known.grounds:
        raise ValueError("a reason is on that these confidentiality rules do not know, or agreement itself is off")
    on = tuple(ground for ground in policy.grounds if ground in grounds_on)
    text = _text(policy, known, on, retention_days, language)
    return Agreement(
        version=VERSION,
        language=language,
        policy_sha256=policy.sha256,
        regime=regime,
        grounds_on=on,
        retention_days=retention_days,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def agreement_text(
    policy: Policy, regime: str, grounds_on: frozenset[str], retention_days: int, language: str = "en"
) -> str:
    """Just the words of the agreement."""
    return agreement(policy, regime, grounds_on, retention_days, language).text


def agreement_sha256(text: str) -> str:
    """The digest that is signed: SHA-256 over the UTF-8 bytes of the text as shown."""
    return hashlib.sha256(text.encode()).hexdigest()


def statement(signed: Agreement, seat: str) -> bytes:
    """The bytes that a place's device signs: which text, under which rules, for which place. Canonical JSON, ids only."""
    return msgspec.json.encode(
        {
            "grounds": list(signed.grounds_on),
            "language": signed.language,
            "policy": signed.policy_sha256,
            "regime": signed.regime,
            "retention_days": signed.retention_days,
            "seat": seat,
            "text": signed.sha256,
            "type": signed.version,
        },
        order="deterministic",
    )


def _text(policy: Policy, regime: Regime, on: tuple[Ground, ...], days: int, language: str) -> str:
    words = _WORDING[language]
    others = [ground for ground in on if ground != "waiver"]
    lay_rules = regime.lay_es if language == "es" else regime.lay_en
    blocks = [words.title, words.opening, words.private.format(rules=lay_rules), words.meeting]
    blocks.append(words.recording_on if policy.recording.allowed else words.recording_off)
    blocks.append(
        words.keeping.format(
            days=_days(days, words), who=words.everyone if regime.nonparty_consent == "always" else words.holders
        )
    )
    blocks.append(_other_reasons(policy, others, words, language))
    blocks.append(words.paper_key)
    blocks.append(words.limits)
    blocks.append(words.rights)
    blocks.append(words.pledge)
    blocks.append(words.footer.format(version=VERSION, policy=policy.sha256[:16]))
    return "\n\n".join(blocks) + "\n"


def _other_reasons(policy: Policy, others: Sequence[Ground], words: Wording, language: str) -> str:
    if not others:
        return f"{words.reasons_title}\n{words.no_other_reason}"
    lines = [policy.ground(ground).lay_es if language == "es" else policy.ground(ground).lay_en for ground in others]
    listed = "\n".join(f"- {line[0].upper()}{line[1:]}." for line in lines)
    return f"{words.reasons_title}\n{words.reasons_lead}\n{listed}\n{words.reasons_end}"


def _days(days: int, words: Wording) -> str:
    if days % 365 == 0:
        years = days // 365
        return words.one_year if years == 1 else words.years.format(n=years)
    return words.days.format(n=days)
