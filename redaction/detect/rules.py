"""The form of a recognizer: a name, the words for a reviewer, and a pure function from a view to spans.

Most recognizers are tables of rules: a pattern with a kind, a score and sometimes a check (a checksum, a count of digits).
Patterns are written so that they can't run away: no nested unbounded repetition, and a time limit all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import regex

from redaction.detect.view import View
from redaction.spans import Span

# Seconds one pattern may spend on one text before the job fails; a normal one takes milliseconds.
LIMIT = 20.0
I = regex.IGNORECASE  # noqa: E741 - the name the standard library gives it
M = regex.MULTILINE


class Recognizer(msgspec.Struct, frozen=True):
    """One way of finding something. `says` is what a reviewer reads as the reason."""

    name: str
    says: str
    find: Callable[[View], Iterable[Span]]
    # Languages it knows; empty means that the form is the same in every language.
    languages: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True):
    """One pattern. The span is group `x` where the pattern names one, otherwise the whole match."""

    kind: str
    score: float
    pattern: Any
    check: Callable[[str], bool] | None = None
    also: tuple[str, ...] = ()
    formal_only: bool = False
    informal_only: bool = False


def rule(
    kind: str, score: float, pattern: str, flags: int = 0, *, check: Callable[[str], bool] | None = None,
    also: tuple[str, ...] = (), formal_only: bool = False, informal_only: bool = False,
) -> Rule:  # fmt: skip
    return Rule(kind, score, regex.compile(pattern, flags), check, also, formal_only, informal_only)


def table(name: str, says: str, rules: Sequence[Rule], languages: tuple[str, ...] = ()) -> Recognizer:
    """A recognizer made of rules."""
    groups = [(each, "x" in each.pattern.groupindex) for each in rules]

    def find(view: View) -> Iterator[Span]:
        for each, named in groups:
            if (each.formal_only and not view.formal) or (each.informal_only and view.formal):
                continue
            for found in each.pattern.finditer(view.text, timeout=LIMIT):
                start, end = found.span("x") if named else found.span()
                if end <= start or (each.check is not None and not each.check(view.text[start:end])):
                    continue
                yield Span(start, end, each.kind, each.score, name, None, each.also)

    return Recognizer(name, says, find, languages)


def taken(found: Any, kind: str, score: float, recognizer: str, group: str | int = 0) -> Span:
    """The span of a match, or of one group of it."""
    start, end = found.span(group)
    return Span(start, end, kind, score, recognizer)


def digits(text: str) -> str:
    """The digits alone."""
    return "".join(one for one in text if one.isdigit())


def has_digits(low: int, high: int) -> Callable[[str], bool]:
    """A check: between `low` and `high` digits."""
    return lambda text: low <= sum(one.isdigit() for one in text) <= high
