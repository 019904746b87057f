"""Joins the text that the file claims with the words that OCR reads: what both say stands, what only one says is sorted out."""

import unicodedata

from msgspec import Struct
from rapidfuzz import fuzz

from redaction.formats.ocr import SeenWord
from redaction.formats.pdf.lines import Run
from redaction.formats.pdf.proof import Pair, pairs_of, proven_by
from redaction.formats.pdf.see import Char

LEAST_CONFIDENCE = 20.0


def legible(word: SeenWord) -> bool:
    """Words worth keeping: sure ones, and longer guesses, since a badly printed name must still be found."""
    letters = sum(1 for c in word.text if c.isalnum())
    return letters > 0 and (word.confidence >= LEAST_CONFIDENCE or (letters >= 4 and word.confidence > 0))


def squeezed(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith(("LATIN", "FEMININE", "MASCULINE", "MICRO"))


class Agreement(Struct, frozen=True):
    """What is left of a page's text after OCR has spoken."""

    runs: tuple[Run, ...]  # words of the file that the page does show
    unproven: frozenset[tuple[int, ...]]  # words that OCR could not confirm, by the order numbers of their characters
    contradicted: tuple[tuple[Char, ...], ...]  # words of the file where the page shows something else
    pixel_lines: tuple[tuple[SeenWord, ...], ...]  # words that only the picture has


def key_of(word: tuple[Char, ...]) -> tuple[int, ...]:
    return tuple(char.order for char in word)


def _box(word: tuple[Char, ...]) -> tuple[float, float, float, float]:
    return min(c.left for c in word), min(c.top for c in word), max(c.right for c in word), max(c.bottom for c in word)


def _share(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """Shared area as a part of the smaller box."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return wide * high / smaller if smaller > 0 else 0.0


def agree(runs: list[Run], names: tuple[str, ...], read: list[SeenWord], turned_text: str) -> Agreement:
    """`read` are OCR's words of the upright page, `turned_text` what OCR read after turning the page for slanted lines."""
    boxes = [(float(w.left), float(w.top), float(w.right), float(w.bottom)) for w in read]
    rows: dict[int, list[int]] = {}
    for k, box in enumerate(boxes):
        for row in range(int(box[1]) // 32, int(box[3]) // 32 + 1):
            rows.setdefault(row, []).append(k)
    explained: set[int] = set()
    proven: set[Pair] = set()
    doubtful: list[tuple[Char, ...]] = []
    contradicted: list[tuple[Char, ...]] = []
    turned = squeezed(turned_text)
    for run in runs:
        if run.angle != 0:
            text = squeezed("".join(c.text for word in run.words for c in word))
            sure = len(text) < 3 or fuzz.partial_ratio(text, turned) >= 70
            doubtful += [] if sure else list(run.words)
            for word in run.words:
                box = _box(word)
                explained.update(k for k, other in enumerate(boxes) if _share(box, other) > 0.3)
            continue
        for word in run.words:
            box = _box(word)
            near = {k for row in range(int(box[1]) // 32, int(box[3]) // 32 + 1) for k in rows.get(row, ())}
            hits = sorted((k for k in near if _share(box, boxes[k]) > 0.3), key=lambda k: boxes[k][0])
            claimed, said = squeezed("".join(c.text for c in word)), squeezed("".join(read[k].text for k in hits))
            if any(c.isalpha() and not latin(c) for c in claimed):
                # OCR reads the scripts of its languages only; what it says about others is noise and refutes nothing.
                explained.update(hits)
            elif not hits or not said:
                doubtful.append(word)
                explained.update(hits)
            elif len(claimed) <= 2 or claimed in said or fuzz.partial_ratio(claimed, said) >= 60:
                explained.update(hits)
                proven |= proven_by(list(word), names, "".join(read[k].text for k in hits))
            else:
                contradicted.append(word)
    unproven = {key_of(word) for word in doubtful if not pairs_of(word, names) <= proven}
    gone = {key_of(word) for word in contradicted}
    kept = [Run(words, run.angle) for run in runs if (words := tuple(w for w in run.words if key_of(w) not in gone))]
    return Agreement(
        runs=tuple(kept), unproven=frozenset(unproven), contradicted=tuple(contradicted), pixel_lines=_pixel_lines(read, explained),
    )  # fmt: skip


def _pixel_lines(read: list[SeenWord], explained: set[int]) -> tuple[tuple[SeenWord, ...], ...]:
    """Words that only the picture has, line by line, split where columns part."""
    lines: list[list[SeenWord]] = []
    for k, word in enumerate(read):
        if k in explained or not legible(word):
            continue
        last = lines[-1][-1] if lines else None
        size = word.bottom - word.top
        if last is not None and last.line == word.line and -size < word.left - last.right < 2.2 * max(size, 12):
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(tuple(line) for line in lines)
