"""What looks identifying and was not classified: capitalised words inside a sentence, rare words, odd numbers. For a person to look at."""

from collections.abc import Iterator, Sequence

import regex

from redaction.detect.lexicon import is_everyday
from redaction.detect.rules import LIMIT
from redaction.detect.settle import opens_sentence
from redaction.detect.view import View
from redaction.spans import Span, covered

MAX_PER_TEXT = 500
_CAPITAL = regex.compile(r"(?<![\p{L}\d'’])\p{Lu}[\p{L}\p{M}]+(?:[-'’]\p{L}+)*(?:\s\p{Lu}[\p{L}\p{M}]+)*")
_NUMBER = regex.compile(r"(?<![\w.,])#?\d[\d.,/-]*[\d](?![\w])|(?<![\w])(?=\w*\d)(?=\w*\p{L})\w{3,}")
_QUOTED = regex.compile(r"[\"“«](?P<x>\p{Lu}[^\"”»\n]{2,40})[\"”»]")
_RARE = regex.compile(r"(?<![\p{L}\d'’@#./-])\p{Ll}{5,}(?![\p{L}\d@])")
_TIME = regex.compile(r"^\d{1,2}[:.]\d\d$")


def leftovers(view: View, found: Sequence[Span]) -> list[Span]:
    """Places for the reviewer's queue, none of which overlaps a finding. Bounded: the rest of a strange text is one entry."""
    taken = covered(found, len(view.text))
    result: list[Span] = []
    for span in sorted(_candidates(view), key=lambda one: one.place):
        if any(taken[span.start : span.end]):
            continue
        if len(result) == MAX_PER_TEXT:
            result.append(Span(span.start, len(view.text), "LEFTOVER", 0.1, "leftovers"))
            break
        taken[span.start : span.end] = b"\x01" * (span.end - span.start)
        result.append(span)
    return result


def _candidates(view: View) -> Iterator[Span]:
    text = view.text
    for match in _CAPITAL.finditer(text, timeout=LIMIT):
        words = match[0].split()
        start = match.start()
        while words and is_everyday(words[0], view.language) and (len(words) == 1 or opens_sentence(text, start)):
            start += len(words[0]) + 1
            words = words[1:]
        if words and (not all(is_everyday(word, view.language) for word in words)):
            yield Span(start, match.end(), "LEFTOVER", 0.3, "leftovers")
    for match in _NUMBER.finditer(text, timeout=LIMIT):
        if sum(one.isdigit() for one in match[0]) >= 3 and not _TIME.match(match[0]):
            yield Span(match.start(), match.end(), "LEFTOVER", 0.2, "leftovers")
    for match in _QUOTED.finditer(text, timeout=LIMIT):
        yield Span(match.start("x"), match.end("x"), "LEFTOVER", 0.2, "leftovers")
    for match in _RARE.finditer(text, timeout=LIMIT):
        if not is_everyday(match[0], view.language) and not is_everyday(match[0]):
            yield Span(match.start(), match.end(), "LEFTOVER", 0.1, "leftovers")
