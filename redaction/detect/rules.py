"""The form of a recognizer: a name, the words for a reviewer, and a pure function from a view to spans.

Most recognizers are tables of rules: a pattern with a kind, a score and sometimes a check (a checksum, a count of digits).
Patterns are written so that they can't run away: no nested unbounded repetition, and a time limit all the same.
"""

import re
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


def table(
    name: str,
    says: str,
    rules: Sequence[Rule],
    languages: tuple[str, ...] = (),
    *,
    lower: bool = False,
    near_digits: bool = False,
) -> Recognizer:
    """A recognizer made of rules; `lower` lets them read the text in lower case, which is faster than ignoring case."""
    groups = [(each, "x" in each.pattern.groupindex) for each in rules]

    def find(view: View) -> Iterator[Span]:
        text = view.lower if lower else view.text
        for each, named in groups:
            if (each.formal_only and not view.formal) or (each.informal_only and view.formal):
                continue
            for found in each.pattern.finditer(text, timeout=LIMIT):
                start, end = found.span("x") if named else found.span()
                if end <= start or (each.check is not None and not each.check(view.text[start:end])):
                    continue
                yield Span(start, end, each.kind, each.score, name, None, each.also)

    return Recognizer(name, says, find, languages)


def around(text: str, anchor: Any, back: int, on: int) -> Iterator[tuple[int, int]]:
    """Stretches around the anchors, joined where they meet, never cutting a word."""
    held: tuple[int, int] | None = None
    size = len(text)
    for found in anchor.finditer(text, timeout=LIMIT):
        if held is not None and found.end() + on <= held[1]:
            continue
        low, high = max(0, found.start() - back), min(size, found.end() + on)
        while low > 0 and text[low - 1].isalnum():
            low -= 1
        while high < size and (text[high].isalnum() or text[high - 1].isalnum()):
            high += 1
        if held is not None and low <= held[1]:
            held = (held[0], max(held[1], high))
        else:
            if held is not None:
                yield held
            held = (low, high)
    if held is not None:
        yield held


def lines_with(text: str, starts: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Lines, cut at sentence ends, with a word that begins with one of these four letters (or is one of these shorter words). `text` is in lower case."""
    reached = 0
    for found in _LETTERS.finditer(text):
        if found.start() < reached or found[0][:4] not in starts:
            continue
        low = max(text.rfind("\n", reached, found.start()) + 1, text.rfind(". ", reached, found.start()) + 1, reached)
        stops = [at for at in (text.find("\n", found.end()), text.find(". ", found.end())) if at >= 0]
        reached = min(stops) + 1 if stops else len(text)
        yield low, reached


def starts_of(*alternations: str) -> tuple[frozenset[str], list[str]]:
    """What the alternatives of these patterns begin with, for `lines_with`, and those alternatives that begin with no plain word."""
    starts: set[str] = set()
    rest: list[str] = []
    for alternation in alternations:
        depth, piece = 0, ""
        for one in [*alternation, "|"]:
            if one != "|" or depth:
                depth += (one in "([") - (one in ")]")
                piece += one
                continue
            found = regex.match(r"\p{L}+", piece)
            word = found[0] if found is not None else ""
            after = piece[len(word) : len(word) + 2]
            if after[:1] in ("?", "*"):
                word = word[:-1]
            if len(word) >= 4 or (len(word) >= 2 and after in ("", "\\s", "\\b")):
                starts.add(word[:4].lower())
            else:
                rest.append(piece)
            piece = ""
    return frozenset(starts), rest


_LETTERS = re.compile(r"[^\W\d_]{2,}")


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
