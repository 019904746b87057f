"""Checks the text that a PDF claims against the letters that OCR reads off the picture.

A font can map the picture of one letter to the code of another, so text that is copied out need not be text that is seen.
Each (font, letter) pair has to be read correctly at least once; a document of one typeface needs a few lines of OCR, not all.
"""

import numpy
from numpy.typing import NDArray
from PIL import Image
from rapidfuzz.distance import Levenshtein

from redaction.formats.ocr import SeenWord, read_picture
from redaction.formats.pdf.lines import Run
from redaction.formats.pdf.see import Char

Pair = tuple[str, str]  # font name, character
SAMPLES_WANTED = 3
MOST_RUNS = 160
_ALIKE = ("0oqdc", "1lij|!7tft", "5s", "8b3", "2z", "6bg", "9gqy", "vuy", "mnr", "ce", "ao", "hb", "x*")


def alike(a: str, b: str) -> bool:
    """Whether OCR may take one for the other."""
    a, b = a.casefold(), b.casefold()
    return a == b or any(a in group and b in group for group in _ALIKE)


def pairs_of(chars: tuple[Char, ...], names: tuple[str, ...]) -> set[Pair]:
    return {(names[char.font], char.text) for char in chars if char.text.isalnum()}


def proven_by(chars: list[Char], names: tuple[str, ...], read: str) -> set[Pair]:
    """The pairs of this stretch that OCR confirms."""
    claimed = [char for char in chars if char.text.isalnum()]
    said = "".join(c for c in read if c.isalnum())
    text = "".join(char.text for char in claimed)
    if len(text) != len(claimed):
        return set()
    found: set[Pair] = set()
    for step in Levenshtein.opcodes(text.casefold() if len(text.casefold()) == len(text) else text, said.casefold()):
        size = step.src_end - step.src_start
        if step.tag == "equal":
            found |= {(names[c.font], c.text) for c in claimed[step.src_start : step.src_end]}
        elif step.tag == "replace" and size == step.dest_end - step.dest_start:
            for k in range(size):
                char = claimed[step.src_start + k]
                if alike(char.text, said[step.dest_start + k]):
                    found.add((names[char.font], char.text))
    return found


class Samples:
    """Lines set aside for OCR until every (font, letter) pair of the document has been seen a few times."""

    def __init__(self) -> None:
        self._count: dict[Pair, int] = {}
        self._runs: list[tuple[Run, tuple[str, ...], NDArray[numpy.uint8]]] = []

    def offer(self, run: Run, names: tuple[str, ...], grey: NDArray[numpy.uint8]) -> None:
        """Takes a run of the page if it holds pairs that have too few samples."""
        if run.angle != 0 or len(self._runs) >= MOST_RUNS:
            return
        chars = tuple(char for word in run.words for char in word)
        pairs = pairs_of(chars, names)
        if not any(self._count.get(pair, 0) < SAMPLES_WANTED for pair in pairs):
            return
        for pair in pairs:
            self._count[pair] = self._count.get(pair, 0) + 1
        left, right = int(min(c.left for c in chars)), int(max(c.right for c in chars)) + 1
        top, bottom = int(min(c.top for c in chars)), int(max(c.bottom for c in chars)) + 1
        crop = grey[max(0, top - 3) : bottom + 3, max(0, left - 6) : right + 6]
        self._runs.append((run, names, crop.copy()))

    def settle(self, dpi: int, languages: str) -> set[Pair]:
        """Reads all samples at once and returns the pairs that are what they claim to be."""
        proven: set[Pair] = set()
        for at in range(0, len(self._runs), 60):
            part = self._runs[at : at + 60]
            wide = max(crop.shape[1] for _, _, crop in part) + 60
            high = sum(crop.shape[0] + 24 for _, _, crop in part) + 40
            sheet = numpy.full((high, wide), 255, dtype=numpy.uint8)
            bands: list[tuple[int, int]] = []
            y = 20
            for _, _, crop in part:
                sheet[y : y + crop.shape[0], 30 : 30 + crop.shape[1]] = crop
                bands.append((y, y + crop.shape[0]))
                y += crop.shape[0] + 24
            said: list[list[SeenWord]] = [[] for _ in part]
            for word in read_picture(Image.fromarray(sheet), dpi=dpi, languages=languages):
                middle = (word.top + word.bottom) / 2
                for k, (top, bottom) in enumerate(bands):
                    if top - 6 <= middle <= bottom + 6:
                        said[k].append(word)
                        break
            for (run, names, _), words in zip(part, said, strict=True):
                text = "".join(word.text for word in sorted(words, key=lambda w: w.left))
                proven |= proven_by([char for word in run.words for char in word], names, text)
        return proven
