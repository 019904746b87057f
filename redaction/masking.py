"""What masked words turn into: each operator is a pure function of the words, and answers "remove" when it can't be sure.

An operator that keeps a part (a year, a state, four digits) never keeps more than that part, and never guesses. Replacing and masking are
presidio-anonymizer's; its engine is not used, because it joins neighbours and knows neither labels over a bundle nor "remove when unsure".
"""

from collections.abc import Callable
from functools import cache

import regex

from redaction.places import US_STATES

_PARTICLES = frozenset(
    "de del la las los el van von der den da do dos das du di y e bin ibn al le of the and zu zur ten ter".split()
)
_TITLES = frozenset(
    "mr mrs ms miss mx dr prof sir lady lord sr sra srta don doña rev fr hon judge mme mlle maître me adv".split()
)
_WORD = regex.compile(r"[\p{L}][\p{L}\p{M}'’]*")
_YEAR = regex.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_ZIP = regex.compile(r"(?<!\d)(\d{3})\d{2}(?:-\d{4})?(?!\d)")
_STATE_WORDS = "|".join(
    sorted((regex.escape(name) for name in (*US_STATES, *US_STATES.values())), key=len, reverse=True)
)
_CITY_STATE = regex.compile(
    rf"(?:[,\n]\s*)(?P<city>\p{{Lu}}[\p{{L}}.'’ -]{{1,40}}?)\s*,?\s+(?P<state>{_STATE_WORDS})\b\.?\s*(?:\d{{5}}(?:-\d{{4}})?)?\s*$"
)
_STATE = regex.compile(
    rf"\b(?P<state>{_STATE_WORDS})\b\.?\s*(?:\d{{5}}(?:-\d{{4}})?)?\s*(?:,?\s*(?:USA|U\.S\.A\.|US|United States))?\s*$"
)
_AGE = regex.compile(r"(?<!\d)\d{1,3}(?!\d)")


def removed(words_for_kind: str) -> str:
    """The fixed placeholder for something taken out: its length says nothing about what stood there."""
    return f"[removed: {words_for_kind}]"


def initials(words: str) -> str | None:
    """`M.C.R.` for Maria del Carmen Ruiz; titles and particles don't count."""
    names = [word for word in _WORD.findall(words) if word.lower() not in _PARTICLES and word.lower() not in _TITLES]
    return "".join(f"{name[0].upper()}." for name in names) or None


def year_only(words: str) -> str | None:
    """The year when exactly one four-digit year is written."""
    years = _YEAR.findall(words)
    return years[0] if len(years) == 1 else None


def last4(words: str) -> str | None:
    """`xxx-xx-1234`: all letters and digits but the last four are hidden, by Presidio's mask, and what stands between them stays. Fewer than eight are not shown in part."""
    kept = [character for character in words if character.isalnum()]
    if len(kept) < 8:
        return None
    hidden = iter(
        _presidio("mask")("".join(kept), {"masking_char": "x", "chars_to_mask": len(kept) - 4, "from_end": False})
    )
    return "".join(next(hidden) if character.isalnum() else character for character in words)


@cache
def _presidio(name: str) -> Callable[[str, dict[str, object]], str]:
    """One operator of presidio-anonymizer, called on the words of one place. Loaded at first use: only the worker masks anything."""
    from presidio_anonymizer.operators import Mask, Replace

    operator = {"mask": Mask, "replace": Replace}[name]()

    def apply(words: str, settings: dict[str, object]) -> str:
        operator.validate(settings)
        return str(operator.operate(words, settings))

    return apply


def city_state(words: str) -> str | None:
    """`Reno, NV` when a comma or a line sets the city off; otherwise the state alone."""
    found = _CITY_STATE.search(words)
    if found is None or any(character.isdigit() for character in found["city"]):
        return state_only(words)
    return f"{found['city'].strip()}, {found['state']}"


def state_only(words: str) -> str | None:
    found = _STATE.search(words)
    return found["state"] if found is not None else None


def zip3(words: str, small: tuple[str, ...]) -> str | None:
    """Three digits and two stars; `000` for an area with few inhabitants."""
    found = _ZIP.search(words)
    if found is None:
        return None
    return "000" if found[1] in small else f"{found[1]}**"


def age_cap(words: str) -> str | None:
    """Ninety and more become one group; a younger age stays as it is written."""
    ages = [int(found) for found in _AGE.findall(words)]
    if not ages:
        return None
    return "90 or older" if max(ages) >= 90 else words


_SIMPLE: dict[str, Callable[[str], str | None]] = {
    "initials": initials,
    "year-only": year_only,
    "last4": last4,
    "city-state": city_state,
    "state-only": state_only,
    "age-cap": age_cap,
}


def masked(
    words: str, operator: str, *, placeholder: str, label: str | None, role: str | None, small_zip3: tuple[str, ...]
) -> tuple[str, str]:
    """The new words and the operator that was really used: `remove` stands in where the asked one doesn't fit."""
    new: str | None
    match operator:
        case "pseudonym":
            new = f"[{label}]" if label else None
        case "role":
            new = f"[the {role}]" if role else (f"[{label}]" if label else None)
        case "zip3":
            new = zip3(words, small_zip3)
        case "remove":
            new = None
        case _ if operator in _SIMPLE:
            new = _SIMPLE[operator](words)
        case _:
            raise ValueError(f"no such operator: {operator}")
    if new is None:
        new, operator = placeholder, "remove"
    return _presidio("replace")(words, {"new_value": new}), operator
