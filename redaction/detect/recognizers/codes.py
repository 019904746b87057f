"""Whatever is written like a number that identifies: long digits, letters mixed with digits. The last net under the others."""

from collections.abc import Iterator

import regex

from redaction.detect.rules import LIMIT, Recognizer, taken
from redaction.detect.view import View
from redaction.spans import Span

_LONG = regex.compile(r"(?<![\w.,$£€])\d{6,}(?![\w$£€%]|[.,]\d)")
_GROUPED = regex.compile(r"(?<![\w.,/$£€-])\d{2,6}(?:[ -]\d{2,6}){1,5}(?![\w$£€%]|[.,/-]\d)")
_MIXED = regex.compile(
    r"(?<![\w@./-])(?=[A-Za-z\d/-]*\d)(?=[A-Za-z\d/-]*[A-Za-z])[A-Z\d][A-Za-z\d]*(?:[-/][A-Za-z\d]+){0,5}(?![\w@])"
)
_UUID = regex.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")
_YEARS = regex.compile(r"^(?:19|20)\d\d[ -](?:(?:19|20)\d\d|\d\d)$")
_HARMLESS = regex.compile(r"^(?:\d+(?:st|nd|rd|th|s|k|m|mm|cm|km|kg|g|ml|mb|gb|tb|x|p|am|pm|h|hz|khz|mph|kmh|v|w|kw|kwh|ft|in|lb|lbs|oz|bn|mn|d|e)|[A-Z]\d{1,2}|(?:MP|H|CO|Covid-|COVID-|G|F|B|A|4x|2x|3x)\d+|\d+[a-z]|\d+-[a-z-]+|[A-Z]\d[A-Z]?|\d{1,2}:\d\d.*)$", regex.I)  # fmt: skip


def _find(view: View) -> Iterator[Span]:
    for found in _UUID.finditer(view.text, timeout=LIMIT):
        yield taken(found, "OTHER_UNIQUE", 0.9, "codes")
    for found in _LONG.finditer(view.text, timeout=LIMIT):
        yield taken(found, "OTHER_UNIQUE", 0.5, "codes")
    for found in _GROUPED.finditer(view.text, timeout=LIMIT):
        text = found[0]
        if sum(one.isdigit() for one in text) >= 8 and not _YEARS.match(text):
            yield taken(found, "OTHER_UNIQUE", 0.45, "codes")
    for found in _MIXED.finditer(view.text, timeout=LIMIT):
        text = found[0]
        count = sum(one.isdigit() for one in text)
        letters = sum(one.isalpha() for one in text)
        if count >= 3 and (count + letters >= 5) and not _HARMLESS.match(text) and (letters <= 8 or count >= 5):
            yield taken(found, "OTHER_UNIQUE", 0.5, "codes")


RECOGNIZER = Recognizer("codes", "is written like a number or code that identifies something", _find)
