"""Word lists: given names, family names, short forms and everyday words. Read once per worker, never changed."""

from functools import cache
from importlib.resources import files


def _lines(name: str) -> list[str]:
    text = files("redaction.detect").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def given_names() -> frozenset[str]:
    """Given names, lower case, that are rarely anything else."""
    return frozenset(line.lower() for line in _lines("given-names.txt"))


@cache
def wordy_names() -> frozenset[str]:
    """Given names, lower case, that are also everyday words, months or places."""
    return frozenset(line.lower() for line in _lines("given-names-also-words.txt"))


@cache
def surnames() -> frozenset[str]:
    """Family names, lower case, that are not everyday words."""
    return frozenset(line.lower() for line in _lines("surnames.txt"))


@cache
def everyday(language: str) -> frozenset[str]:
    """Everyday words of a language; English ones for a language without a list."""
    return frozenset(_lines(f"everyday-{language if language in ('en', 'es', 'fr') else 'en'}.txt"))


@cache
def short_forms() -> dict[str, frozenset[str]]:
    """Full form -> short forms, and each short form -> full forms; lower case."""
    table: dict[str, set[str]] = {}
    for line in _lines("nicknames.txt"):
        full, _, shorts = line.partition(": ")
        for short in shorts.split():
            table.setdefault(full, set()).add(short)
            table.setdefault(short, set()).add(full)
    return {name: frozenset(forms) for name, forms in table.items()}


def is_everyday(word: str, language: str = "en") -> bool:
    """Whether a capital letter on this word proves nothing."""
    low = word.lower()
    return low in everyday(language) or low in wordy_names()
