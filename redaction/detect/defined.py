"""Names that a document defines: the words in brackets after a body's name, and every later use of the short form it gives itself."""

from collections.abc import Iterator, Sequence

import msgspec
import regex

from redaction.detect.rules import LIMIT
from redaction.detect.view import View
from redaction.spans import Span

_BODIES = frozenset({"ORGANIZATION", "SCHOOL", "EMPLOYER", "JOB", "GEO_SMALL"})
_BRACKET = regex.compile(r"['’]?s?\s?\((?:[\p{L}\p{M}'’ .,/“”\"-]{2,80})\)")
_SHORT = regex.compile(
    r"\(\s?(?:[^()“\"]{0,60}?)[“\"](?:the\s+)?(?P<x>\p{Lu}[\p{L}\p{M}.&/-]*(?:\s\p{Lu}[\p{L}\p{M}]*){0,3})[”“\"]\s?\)"
)
_ORDINAL = regex.compile(r"\b\d{1,3}(?:st|nd|rd|th)\s$")
# Short forms that every judgment or contract uses and that identify nobody.
_GENERIC = frozenset("convention government court commission applicant applicants act law code agreement contract parties party company complaint respondent claimant plaintiff defendant".split())  # fmt: skip


def widen_bodies(view: View, spans: Sequence[Span]) -> list[Span]:
    """In a court's text: a body with its name in another language, and "6th" before it, are one."""
    if not view.formal:
        return list(spans)
    result = []
    for span in spans:
        if span.kind in _BODIES:
            found = _BRACKET.match(view.text, span.end, span.end + 90)
            end = found.end() if found is not None else span.end
            before = _ORDINAL.search(view.text, max(0, span.start - 6), span.start)
            span = msgspec.structs.replace(span, start=before.start() if before is not None else span.start, end=end)
        result.append(span)
    return result


def short_forms_used(view: View, spans: Sequence[Span]) -> Iterator[Span]:
    """Every use of a short form that was defined beside a body's or a person's name."""
    if "(“" not in view.text and '("' not in view.text and "”)" not in view.text:
        return
    ends = {span.end: span for span in spans} | {span.end + 1: span for span in spans}
    for defined in _SHORT.finditer(view.text, timeout=LIMIT):
        owner = ends.get(defined.start()) or next(
            (one for one in spans if one.start < defined.start() < one.end and one.kind in _BODIES), None
        )
        short = defined["x"]
        if owner is None or owner.kind not in _BODIES | {"PERSON"} or short.lower() in _GENERIC:
            continue
        for use in regex.finditer(rf"(?<![\p{{L}}\d]){regex.escape(short)}(?![\p{{L}}\d])", view.text, timeout=LIMIT):
            yield Span(use.start(), use.end(), owner.kind, 0.6, "defined", owner.person)
