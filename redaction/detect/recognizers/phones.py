"""Telephone numbers in every spelling a chat has: grouped, dotted, bracketed, with a country code, or spoken in words."""

from collections.abc import Iterator

import regex

from redaction.detect.rules import LIMIT, I, Recognizer, taken
from redaction.detect.view import View
from redaction.spans import Span

_GROUPS = regex.compile(r"(?<![\w.,/$£€#-])(?:\+|00)?\(?\d{1,5}\)?(?:(?:[ .\-–/]|\s?\(0?\)\s?|\) ?| - ){1,2}\(?\d{1,5}\)?){1,6}(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?![\w$£€%]|[.,/-]\d)")  # fmt: skip
_SOLID = regex.compile(r"(?<![\w.,/$£€#-])(?:\+\d{8,15}|0\d{8,11}|00\d{9,14})(?![\w$£€%]|[.,/-]\d)")
_LABEL = regex.compile(
    r"\b(?:tel(?:ephone)?|phone|ph|cell|mobile|mob|call|ring|text|txt|whatsapp|fax|number|contact|voicemail|m[óo]vil|tel[ée]fono|tfno|t[ée]l|portable|ll[aá]ma(?:me|r)?|appel(?:er|ez)|joindre|zelle|venmo|bizum|reach|num[ée]ro)\b"
    r"(?:\s*(?:me|is|on|at|no|number|us|her|him|my|new|al|au|the|it['’]?s|em|es|:|#|\.|=))*\s*[:.]?\s*(?P<x>\+?\(?\d[\d ().\-–]{5,18}\d)",
    I,
)
_BETWEEN = regex.compile(r"\D+")
_FAX = regex.compile(r"\bfax\b", I)
_DATE = regex.compile(
    r"^(?:\d{1,2}[-./ ]\d{1,2}[-./ ](?:\d{4}|\d{2})|\d{4}[-./]\d{1,2}[-./]\d{1,2}|(?:19|20)\d{2}\s?[-–/]\s?(?:(?:19|20)\d{2}|\d{2}))$"
)
_SUM = regex.compile(r"^\d{1,3}(?:[ .]\d{3})+$")
_WORDS = r"(?:oh|o|zero|one|two|three|four|five|six|seven|eight|nine|double|triple|treble|hundred)"
_SPOKEN = regex.compile(rf"\b(?:{_WORDS}[\s,.-]+){{6,15}}{_WORDS}\b", I)
_DIGIT_BY_DIGIT = regex.compile(r"(?<![\w.])(?:\d[ .\-]){6,14}\d(?![\w])")
_AT_SEVEN = regex.compile(r"(?<![\w.,/$£€#-])\d{3}[-. ]\d{4}(?![\w$£€%]|[.,/-]\d)")
_INTERNATIONAL = regex.compile(r"(?<![\w+])\+\d[\d ().\-–]{6,20}\d(?!\w)")


def _plausible(text: str) -> bool:
    count = sum(one.isdigit() for one in text)
    if not 7 <= count <= 15 or _DATE.match(text):
        return False
    if text[0] != "+" and _SUM.match(text) and count <= 9:
        # 6 000 000 is a sum, 600 000 000 with a leading 6 may be a Spanish mobile: three groups of three are a number.
        return text.count(" ") == 2 and len(text.split()[0]) == 3 and text[0] in "0679" and "." not in text
    groups = [group for group in _BETWEEN.split(text) if group]
    if count < 9 and text[0] not in "+(0" and not (len(groups) == 2 and min(map(len, groups)) >= 3):
        return len(groups) >= 3 and all(len(group) == 2 for group in groups[1:])
    return True


def _find(view: View) -> Iterator[Span]:
    for pattern, score in ((_GROUPS, 0.75), (_SOLID, 0.7), (_LABEL, 0.85), (_AT_SEVEN, 0.5), (_INTERNATIONAL, 0.9)):
        for found in pattern.finditer(view.text, timeout=LIMIT):
            start, end = found.span("x") if "x" in pattern.groupindex else found.span()
            if _plausible(view.text[start:end]):
                kind = "FAX" if _FAX.search(view.text, max(0, start - 12), start) else "PHONE"
                yield Span(start, end, kind, score, "phones")
    for pattern in (_SPOKEN, _DIGIT_BY_DIGIT):
        for found in pattern.finditer(view.text, timeout=LIMIT):
            yield taken(found, "PHONE", 0.5, "phones")


RECOGNIZER = Recognizer("phones", "is written the way telephone numbers are", _find)
