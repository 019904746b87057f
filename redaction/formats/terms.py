"""Finds named terms in what a document says, however they are spelt, broken, spaced or misread there.

A term that looks like a person's name is also found by its last part alone. What OCR read is searched with one error
in five letters allowed; what is only similar goes to the reviewer instead.
"""

import re
import unicodedata
from collections.abc import Iterable

from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from redaction.formats.model import Reading

LEAST_ANYWHERE = 6  # shorter terms count only as whole words
MOST_TERMS = 2000
_NAME = re.compile(r"(?:[^\W\d_][\w'’.\-]*\s+){1,4}[^\W\d_][\w'’\-]*")
_PARTICLES = {"ltd", "llc", "inc", "plc", "gmbh", "sa", "co", "company", "limited", "trust", "bank", "house", "road", "street", "lane", "avenue", "court", "school", "and", "jr", "sr", "ii", "iii"}  # fmt: skip


class Found(Struct, frozen=True, order=True):
    """One place where a term stands; `near` when only similar."""

    start: int
    end: int
    term: int
    near: bool = False


def fold(character: str) -> str:
    """Letters and digits of a character without case, accents, ligatures and width; else nothing."""
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    parts = unicodedata.normalize("NFKD", character.casefold())
    return "".join(_LOOKS.get(c, c) for c in parts if c.isalnum())


_LOOKS = {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "þ": "th", "ð": "d"}


def squeeze(text: str) -> tuple[str, list[int]]:
    """Letters and digits only, and where in the text each one stood."""
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in fold(character):
            out.append(letter)
            places.append(place)
    return "".join(out), places


def terms_of(lines: str) -> list[str]:
    """One term a line; blank lines and lines that begin with # don't count."""
    terms = [line.strip() for line in lines.splitlines()]
    return list(dict.fromkeys(term for term in terms if term and not term.startswith("#")))[:MOST_TERMS]


def surname(term: str) -> str | None:
    """The part of a person's name by which the person is known, when the term looks like one."""
    if not _NAME.fullmatch(term):
        return None
    parts = term.split()
    last = parts[-1]
    if any(p.casefold().strip(".") in _PARTICLES for p in parts) or not all(
        p[:1].isupper() for p in parts if len(p) > 3
    ):
        return None
    return last if len(last) >= 4 and last[:1].isupper() else None


def find_terms(reading: Reading, terms: Iterable[str]) -> list[Found]:
    """Every place of every term, in order; the bool of `near` marks those for the reviewer."""
    text = reading.text
    flat, places = squeeze(text)
    found: set[Found] = set()
    pixels = _pixel_stretches(reading)
    wanted = list(terms)
    for number, term in enumerate(wanted):
        found |= {Found(a, b, number) for a, b in _exact(text, flat, places, term)}
        last = surname(term)
        if last is not None:
            found |= {Found(a, b, number) for a, b in _exact(text, flat, places, last) if text[a : a + 1].isupper()}
        for start, end in pixels:
            found |= {Found(a, b, number, near) for a, b, near in _misread(text, start, end, term)}
            if last is not None and len(last) >= 6:
                found |= {Found(a, b, number, near) for a, b, near in _misread(text, start, end, last)}
    found |= _by_hidden_layer(reading, wanted)
    sure = [one for one in found if not one.near]
    return sorted({*sure, *(n for n in found if n.near and not any(s.start < n.end and n.start < s.end for s in sure))})


def _exact(text: str, flat: str, places: list[int], term: str) -> list[tuple[int, int]]:
    """Places of a term, whatever stands between its letters: spaces, hyphens, line ends, accents, invisible characters."""
    key, _ = squeeze(term)
    if not key:
        return _plain(text, term)
    out = []
    at = flat.find(key)
    while at >= 0:
        start, end = places[at], places[at + len(key) - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if _acceptable(text, start, end, term, key):
            out.append((start, end))
        at = flat.find(key, at + 1)
    return out


def _plain(text: str, term: str) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer(re.escape(term), text)]


def _acceptable(text: str, start: int, end: int, term: str, key: str) -> bool:
    """Whole words always count; a stretch inside a longer word counts when it is long and unbroken."""
    before = start == 0 or not text[start - 1].isalnum()
    after = end >= len(text) or not text[end].isalnum()
    if len(key) >= 4 or not any(c.isalpha() for c in term):
        # Letters of the term may be spread over words only if the words begin and end with it.
        gaps = re.findall(r"[\W_]+", text[start:end])
        if any(len(gap) > 6 or gap.count("\n") > 2 for gap in gaps):
            return False
    if before and after:
        return True
    return len(key) >= LEAST_ANYWHERE and (not re.search(r"\s", text[start:end]) or len(key) >= 8)


def _pixel_stretches(reading: Reading) -> list[tuple[int, int]]:
    """Stretches of text that OCR read."""
    out: list[tuple[int, int]] = []
    words = list(reading.words)
    offset = 0
    for inner in reading.inner:
        if inner.reading is not None:
            offset = inner.start
            out += [(a + offset, b + offset) for a, b in _pixel_stretches(inner.reading)]
    for word in words:
        if not word.from_pixels:
            continue
        if out and word.start - out[-1][1] <= 2:
            out[-1] = (out[-1][0], word.end)
        else:
            out.append((word.start, word.end))
    return out


def _misread(text: str, start: int, end: int, term: str) -> list[tuple[int, int, bool]]:
    """Windows of words that differ from the term as OCR's mistakes do. (start, end, only similar)."""
    key, _ = squeeze(term)
    if len(key) < 5:
        return []
    words = [m.span() for m in re.finditer(r"\S+", text[start:end])]
    flats = [squeeze(text[start + a : start + b])[0] for a, b in words]
    allowed, similar = max(1, len(key) // 5), max(2, len(key) // 3)
    windows: list[tuple[int, int, int]] = []
    for i in range(len(words)):
        joined = ""
        for j in range(i, min(len(words), i + 8)):
            joined += flats[j]
            if len(joined) > len(key) + similar:
                break
            if len(joined) < len(key) - similar:
                continue
            distance = Levenshtein.distance(key, joined, score_cutoff=similar)
            if distance <= similar:
                windows.append((distance, i, j))
    # The closest window of a place counts: a short neighbour of the name would pass as a misreading with it.
    out: list[tuple[int, int, bool]] = []
    taken: set[int] = set()
    for distance, i, j in sorted(windows, key=lambda one: (one[0], one[2] - one[1], one[1])):
        if not taken & set(range(i, j + 1)):
            taken |= set(range(i, j + 1))
            out.append((start + words[i][0], start + words[j][1], distance > allowed))
    return out


def _by_hidden_layer(reading: Reading, terms: list[str]) -> set[Found]:
    """A scan's invisible text says where a term stands that OCR may have misread: whatever is read in that place goes."""
    out: set[Found] = set()
    for hidden in reading.hidden:
        if hidden.box is None:
            continue
        flat, places = squeeze(hidden.text)
        for number, term in enumerate(terms):
            for start, end in _exact(hidden.text, flat, places, term):
                share = hidden.box.width / max(1, len(hidden.text))
                left, right = hidden.box.left + start * share - 6, hidden.box.left + end * share + 6
                key = squeeze(hidden.text[start:end])[0]
                for word in reading.words:
                    middle = (word.box.top + word.box.bottom) / 2
                    same = f"page {word.page}" == hidden.place and hidden.box.top - 3 <= middle <= hidden.box.bottom + 3
                    inside = min(word.box.right, right) - max(word.box.left, left) > 0.6 * word.box.width
                    if same and inside and word.from_pixels:
                        flat_word = squeeze(reading.text[word.start : word.end])[0]
                        alike = hidden.what == "text that differs from what is shown" or _alike(flat_word, key)
                        out.add(Found(word.start, word.end, number, not alike))
    return out


def _alike(word: str, key: str) -> bool:
    """Whether a word read in the place of the term could be a misreading of a part of it."""
    if len(word) < 3:
        return word in key
    best = min(Levenshtein.distance(word, key[i : i + len(word)]) for i in range(max(1, len(key) - len(word) + 1)))
    return best <= max(1, len(word) // 2)
