"""Places in a text and what was found there: every offset counts code points and never cuts a character a reader would see as one.

Nothing here keeps or prints the words themselves. Browsers count UTF-16 units and files count bytes: `Offsets` translates.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
import regex

_GRAPHEME = regex.compile(r"\X")
# Inside these ranges every code point is a grapheme of its own, CR LF excepted: almost all text, at the price of one test.
_PLAIN = regex.compile(r"[\t\n\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*")


class Span(msgspec.Struct, frozen=True):
    """Code points `start` to `end` (end not included) were taken for a `kind` by `recognizer`, with a confidence between 0 and 1.

    `person` is the label-less identity of the human being meant, the same one over the whole bundle. `also` lists other
    kinds that the same words are (a name that is a child's, a number that may be a tax number): the strictest rule wins.
    """

    start: int
    end: int
    kind: str
    score: float = 1.0
    recognizer: str = ""
    person: str | None = None
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a span starts at 0 or later and is never empty")
        if not 0.0 <= self.score <= 1.0:
            raise ValueError("a score lies between 0 and 1")

    @property
    def place(self) -> tuple[int, int, str, str, float, str, tuple[str, ...]]:
        """What spans are sorted by: place first, longer before shorter, then everything else, so that order is total."""
        return self.start, -self.end, self.kind, self.person or "", -self.score, self.recognizer, self.also

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset((self.kind, *self.also))

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def moved(self, by: int) -> "Span":
        return msgspec.structs.replace(self, start=self.start + by, end=self.end + by)


class Offsets:
    """Translates code-point offsets of one text to UTF-16 units (browsers) or UTF-8 bytes (files) and back."""

    def __init__(self, text: str) -> None:
        self._utf16 = [0]
        self._utf8 = [0]
        wide = narrow = 0
        for character in text:
            point = ord(character)
            wide += 2 if point > 0xFFFF else 1
            narrow += 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
            self._utf16.append(wide)
            self._utf8.append(narrow)

    def to_utf16(self, offset: int) -> int:
        return self._utf16[offset]

    def to_utf8(self, offset: int) -> int:
        return self._utf8[offset]

    def from_utf16(self, unit: int) -> int:
        return _exact(self._utf16, unit)

    def from_utf8(self, byte: int) -> int:
        return _exact(self._utf8, byte)


def _exact(table: list[int], value: int) -> int:
    """The index of `value`; an offset in the middle of a character is an error, because guessing would move a redaction."""
    low, high = 0, len(table) - 1
    while low < high:
        middle = (low + high) // 2
        if table[middle] < value:
            low = middle + 1
        else:
            high = middle
    if table[low] != value:
        raise ValueError("this offset lies inside a character or outside the text")
    return low


class Graphemes:
    """Where the characters of a text, as a reader sees them, begin and end (a letter with its accents, an emoji family, CR LF)."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._inner: dict[int, tuple[int, int]] = {}
        plain = _PLAIN.match(text)
        if plain is not None and plain.end() == len(text):
            return
        for found in _GRAPHEME.finditer(text):
            first, last = found.span()
            for inside in range(first + 1, last):
                self._inner[inside] = (first, last)

    def widen(self, start: int, end: int) -> tuple[int, int]:
        """The smallest stretch of whole characters that holds `start` to `end`."""
        start, end = max(0, start), min(end, self._length)
        return self._inner.get(start, (start, start))[0], self._inner.get(end, (end, end))[1]


def snap(spans: Iterable[Span], text: str) -> list[Span]:
    """The spans widened to whole characters and cut to the text; what lies wholly outside is an error of the caller."""
    graphemes = Graphemes(text)
    result = []
    for span in spans:
        if span.start >= len(text):
            raise ValueError("a span lies outside its text")
        start, end = graphemes.widen(span.start, span.end)
        unchanged = start == span.start and end == span.end
        result.append(span if unchanged else msgspec.structs.replace(span, start=start, end=end))
    return result


def merge(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans of one kind and person become one; order is by place; merging twice changes nothing."""
    result: list[Span] = []
    latest: dict[tuple[str, str | None], int] = {}
    for span in sorted(spans, key=lambda one: one.place):
        key = (span.kind, span.person)
        at = latest.get(key)
        if at is not None and result[at].overlaps(span):
            result[at] = _joined(result[at], span)
        else:
            latest[key] = len(result)
            result.append(span)
    return sorted(result, key=lambda one: one.place)


def _joined(left: Span, right: Span) -> Span:
    surer = left if left.score >= right.score else right
    also = tuple(sorted((set(left.also) | set(right.also)) - {left.kind}))
    return msgspec.structs.replace(
        surer,
        start=min(left.start, right.start),
        end=max(left.end, right.end),
        kind=left.kind,
        person=left.person,
        also=also,
    )


def regions(spans: Iterable[Span]) -> list[tuple[int, int, tuple[Span, ...]]]:
    """Stretches of text covered by overlapping spans of any kind, each with the spans that make it up. Touching is not overlapping."""
    result: list[tuple[int, int, tuple[Span, ...]]] = []
    for span in sorted(spans, key=lambda one: one.place):
        if result and span.start < result[-1][1]:
            start, end, members = result[-1]
            result[-1] = (start, max(end, span.end), (*members, span))
        else:
            result.append((span.start, span.end, (span,)))
    return result


def covered(spans: Iterable[Span], length: int) -> bytearray:
    """One byte per code point: 1 where some span lies."""
    mask = bytearray(length)
    for span in spans:
        end = min(span.end, length)
        if span.start < end:
            mask[span.start : end] = b"\x01" * (end - span.start)
    return mask


def splice(text: str, edits: Sequence[tuple[int, int, str]]) -> tuple[str, list[tuple[int, int]]]:
    """`text` with each (start, end, new words) put in, and where each new piece lies in the result. Edits are sorted and don't overlap."""
    for (_, before, _), (after, _, _) in pairwise(edits):
        if after < before:
            raise ValueError("edits must be sorted and must not overlap")
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at = length = 0
    for start, end, new in edits:
        if not at <= start <= end <= len(text):
            raise ValueError("an edit lies outside the text")
        parts += (text[at:start], new)
        length += start - at
        places.append((length, length + len(new)))
        length += len(new)
        at = end
    parts.append(text[at:])
    return "".join(parts), places
