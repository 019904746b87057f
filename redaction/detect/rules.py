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
    # Whether it can match something without a digit in it, in a table whose other rules can't.
    words: bool = False


def rule(
    kind: str, score: float, pattern: str, flags: int = 0, *, check: Callable[[str], bool] | None = None,
    also: tuple[str, ...] = (), formal_only: bool = False, informal_only: bool = False, words: bool = False,
) -> Rule:  # fmt: skip
    return Rule(kind, score, regex.compile(pattern, flags), check, also, formal_only, informal_only, words)


def table(
    name: str,
    says: str,
    rules: Sequence[Rule],
    languages: tuple[str, ...] = (),
    *,
    lower: bool = False,
    near_digits: bool = False,
) -> Recognizer:
    """A recognizer made of rules. `lower`: they read the text in lower case, which is faster than ignoring case. `near_digits`: only what holds digits."""
    groups = [(each, "x" in each.pattern.groupindex) for each in rules]

    def find(view: View) -> Iterator[Span]:
        for each, named in groups:
            if (each.formal_only and not view.formal) or (each.informal_only and view.formal):
                continue
            part = view.numbers if near_digits and not each.words else None
            source = view if part is None else part
            for found in each.pattern.finditer(source.lower if lower else source.text, timeout=LIMIT):
                start, end = found.span("x") if named else found.span()
                if end <= start or (each.check is not None and not each.check(source.text[start:end])):
                    continue
                if part is not None:
                    start, end = part.back(start, end)
                yield Span(start, end, each.kind, each.score, name, None, each.also)

    return Recognizer(name, says, find, languages)


def around(text: str, anchors: Iterable[tuple[int, int]], back: int, on: int) -> Iterator[tuple[int, int]]:
    """Stretches around these places, joined where they meet, never cutting a word."""
    held_low, held_high = -1, -1
    size = len(text)
    for start, end in anchors:
        if end + on <= held_high:
            continue
        low, high = max(0, start - back), min(size, end + on)
        if low > held_high:
            while low > 0 and text[low - 1].isalnum():
                low -= 1
        while high < size and (text[high].isalnum() or text[high - 1].isalnum()):
            high += 1
        if low <= held_high:
            held_high = max(held_high, high)
            continue
        if held_high >= 0:
            yield held_low, held_high
        held_low, held_high = low, high
    if held_high >= 0:
        yield held_low, held_high


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


def starts_of(*alternations: str, lenient: bool = False) -> frozenset[str]:
    """The first four letters (or the whole of a shorter first word) of everything these alternatives can begin with."""
    starts: set[str] = set()
    for alternation in alternations:
        for one in _alternatives(alternation):
            try:
                starts.update(_fronts(one, ""))
            except ValueError:
                if not lenient:
                    raise
    return frozenset(starts)


def _alternatives(alternation: str) -> list[str]:
    """The pieces between bars outside brackets."""
    pieces, depth, piece, at = [], 0, "", 0
    while at < len(alternation):
        one = alternation[at]
        if one == "\\":
            piece += alternation[at : at + 2]
            at += 2
            continue
        depth += (one in "([") - (one in ")]")
        if one == "|" and depth == 0:
            pieces.append(piece)
            piece = ""
        else:
            piece += one
        at += 1
    return [*pieces, piece]


def _fronts(rest: str, front: str) -> Iterator[str]:
    """The starts of one alternative. Raises when it can begin with something that is no letter."""
    if len(front) >= 4 or not rest:
        yield front[:4]
        return
    one = rest[0]
    if one == "(":
        end = _closing(rest)
        inside, after = rest[rest.index(":") + 1 : end], rest[end + 1 :]
        for choice in _alternatives(inside):
            yield from _fronts(choice + after.removeprefix("?"), front)
        if after.startswith("?"):
            yield from _fronts(after[1:], front)
        return
    if one == "[":
        end = rest.index("]")
        letters, after = rest[1:end], rest[end + 1 :]
    else:
        letters, after = one, rest[1:]
    if not letters.replace("-", "").replace(" ", "").isalpha() or (one != "[" and not letters.isalpha()):
        if len(front) < 2:
            raise ValueError(f"no start: {rest[:20]}")
        yield front
        return
    if after.startswith("?"):
        after = after[1:]
        yield from _fronts(after, front)
    for letter in letters:
        if letter.isalpha():
            yield from _fronts(after, front + letter.lower())
        else:
            yield front


def _closing(text: str) -> int:
    depth = 0
    for at, one in enumerate(text):
        depth += (one == "(") - (one == ")")
        if depth == 0:
            return at
    raise ValueError("a bracket is open")


def words_with(text: str, starts: frozenset[str], endings: tuple[str, ...] = ()) -> Iterator[tuple[int, int]]:
    """Words of `text` (in lower case) that begin with one of these starts, or end with one of these endings."""
    for found in _LETTERS.finditer(text):
        word = found[0]
        if word[:4] in starts or (endings and word.endswith(endings)):
            yield found.start(), found.end()


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
