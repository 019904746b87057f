"""A text as it reads, not as it is spelled: invisible characters dropped, look-alike letters and odd spaces made plain, with the way back.

Detection works on the view. Every offset goes back to the original text, so that what is masked is what was written.
"""

import unicodedata
from bisect import bisect_right
from functools import cached_property

import regex

from redaction.detect.numbers import Part

# Zero-width characters, soft hyphen, direction marks, variation selectors: they show nothing and split words.
_INVISIBLE = regex.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_NEWLINE = regex.compile(r"\n")
_ODD = regex.compile(r"[^\x00-\x7f]")
_SPACES = frozenset("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
_LOOKALIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУаеіјорсухѕԁԛԝһӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν",
        "ABESIJKMHOPCTXYaeijopcyxsdqwhlABEZHIKMNOPTYXoav",
        strict=True,
    )
)
_MIXED_WORD = regex.compile(r"(?=[^\s@.]*[a-zA-Z])(?=[^\s@.]*[\u0370-\u03ff\u0400-\u052f])[\p{L}\p{M}\d'’-]+")
_CHAT_LINE = regex.compile(
    r"^(?:\[?\d{1,2}[:.]\d\d(?::\d\d)?(?:\s?[ap]m)?\]?\s*[-–]?\s*)?[\p{L}][\p{L}\p{M}.'’ -]{0,30}:\s", regex.MULTILINE
)
_FORMAL = regex.compile(
    r"\b(?:applicant|plaintiff|defendant|respondent|claimant|petitioner|appellant|hereinafter|pursuant|judgment|"
    r"Court|Tribunal|Article \d|§|whereas|undersigned|counsel)\b"
)


class View:
    """One text ready for detection. `text` is what recognizers read; `back` gives the place in the original."""

    def __init__(self, original: str, *, language: str = "en") -> None:
        self.language = language
        self.length = len(original)
        self._kept: list[int] | None = None
        if original.isascii():
            self.text = original
            return
        text, self._kept = _plain(original)
        self.text = text

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind view offsets `start` to `end`, invisible characters inside included."""
        if self._kept is None or start >= end:
            return start, end
        return self._kept[start], self._kept[end - 1] + 1

    def forth(self, start: int, end: int) -> tuple[int, int]:
        """View offsets of a stretch of the original."""
        if self._kept is None:
            return start, end
        first = bisect_right(self._kept, start - 1)
        return first, max(first, bisect_right(self._kept, end - 1))

    @cached_property
    def lower(self) -> str:
        """Lower case, code point by code point, so that offsets hold."""
        low = self.text.lower()
        if len(low) == len(self.text):
            return low
        return "".join(small if len(small := one.lower()) == 1 else one for one in self.text)

    @cached_property
    def numbers(self) -> Part:
        """The part with digits in it."""
        return Part(self.text, self.lower)

    @cached_property
    def chat(self) -> bool:
        """Whether most lines look like `Name: words`."""
        lines = self.text.count("\n") + 1
        return lines >= 3 and len(_CHAT_LINE.findall(self.text)) * 2 >= lines

    @cached_property
    def shouts(self) -> bool:
        """Whether so much is in capitals that a capital proves nothing."""
        piece = self.text[:5_000]
        letters = sum(map(str.isalpha, piece))
        return letters > 20 and sum(map(str.isupper, piece)) * 2 > letters

    @cached_property
    def formal(self) -> bool:
        """Whether this is a court or lawyer's text, in which durations and plain years count as facts about somebody."""
        return (
            not self.chat
            and len(_FORMAL.findall(self.text, 0, 20_000)) * 600 >= min(len(self.text), 20_000)
            and len(self.text) > 600
        )

    @cached_property
    def line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _NEWLINE.finditer(self.text))]

    def line_of(self, offset: int) -> tuple[int, int]:
        """Start and end of the line that holds `offset`."""
        index = bisect_right(self.line_starts, offset) - 1
        start = self.line_starts[index]
        end = self.line_starts[index + 1] - 1 if index + 1 < len(self.line_starts) else len(self.text)
        return start, end


def _plain(original: str) -> tuple[str, list[int] | None]:
    characters = list(original)
    for found in _ODD.finditer(original):
        at, one = found.start(), found[0]
        if one in _SPACES:
            characters[at] = " "
        elif "\uff01" <= one <= "\uff5e" or one.isdigit():
            folded = unicodedata.normalize("NFKC", one)
            if len(folded) == 1:
                characters[at] = folded
    for found in _MIXED_WORD.finditer(original):
        for at in range(*found.span()):
            characters[at] = _LOOKALIKE.get(characters[at], characters[at])
    if _INVISIBLE.search(original) is None:
        return "".join(characters), None
    kept = [at for at, one in enumerate(original) if _INVISIBLE.match(one) is None]
    return "".join(characters[at] for at in kept), kept
