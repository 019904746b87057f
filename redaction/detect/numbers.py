"""The part of a text in which numbers stand: the sentences that hold a digit, and short ones before them.

Most rules are for something with digits in it. They read this part, which is a third of a chat and a half of a letter.
"""

import re
from bisect import bisect_right

# Stands between two parts; no pattern reaches over it.
GAP = "\n\ufffc\n"
_DIGIT = re.compile(r"\d")
_END = re.compile(r"(?<=\w\w\w[.!?])\s+(?=[^\W\d_a-z])|\n")
_SHORT = 60


class Part:
    """Pieces of a text, joined, with the way back."""

    def __init__(self, text: str, lower: str) -> None:
        pieces = _pieces(text)
        if not pieces or sum(end - start for start, end in pieces) * 5 > len(text) * 4:
            pieces = [(0, len(text))] if pieces else []
        self.text = GAP.join(text[start:end] for start, end in pieces)
        self.lower = GAP.join(lower[start:end] for start, end in pieces)
        self._at: list[int] = []
        self._shift: list[int] = []
        at = 0
        for start, end in pieces:
            self._at.append(at)
            self._shift.append(start - at)
            at += end - start + len(GAP)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The place in the whole text."""
        shift = self._shift[bisect_right(self._at, start) - 1]
        return start + shift, end + shift


def _pieces(text: str) -> list[tuple[int, int]]:
    """Sentences with a digit, each with a short one before it: "Account number. 12345678"."""
    result: list[tuple[int, int]] = []
    before = start = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        if end <= start:
            continue
        if _DIGIT.search(text, start, end) is not None:
            low = before if start - before <= _SHORT else start
            if result and result[-1][1] >= low:
                result[-1] = (result[-1][0], end)
            else:
                result.append((low, end))
        before, start = start, end
    return result
