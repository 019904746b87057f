"""Cuts text: what is marked goes, its label stands there once, whatever pieces the text was in."""

from collections.abc import Iterable

from redaction.formats.model import Mark


class Cutter:
    """Gives back pieces of a document's text with the marks applied.

    Pieces may be asked for in any order and need not be whole marks: the label is written with the piece that
    holds the first character of the mark; later pieces only lose their share.
    """

    def __init__(self, text: str, marks: tuple[Mark, ...]) -> None:
        self._text = text
        self._marks = marks

    def text(self, start: int, end: int) -> str:
        """The source's own words. The caller knows that no mark touches them."""
        return self._text[start:end]

    def touching(self, start: int, end: int) -> Iterable[Mark]:
        """Marks that share a character with [start, end)."""
        low, high = 0, len(self._marks)
        while low < high:
            middle = (low + high) // 2
            if self._marks[middle].end <= start:
                low = middle + 1
            else:
                high = middle
        while low < len(self._marks) and self._marks[low].start < end:
            yield self._marks[low]
            low += 1

    def pieces(self, start: int, end: int) -> list[tuple[str, bool]]:
        """(text, is a label) for [start, end), in order."""
        out: list[tuple[str, bool]] = []
        at = start
        for mark in self.touching(start, end):
            if mark.start > at:
                out.append((self._text[at : mark.start], False))
            if mark.start >= start:
                out.append((mark.label, True))
            at = max(at, min(mark.end, end))
        if at < end:
            out.append((self._text[at:end], False))
        return out

    def cut(self, start: int, end: int) -> str:
        """The text of [start, end) with labels in place of what is removed."""
        return "".join(piece for piece, _ in self.pieces(start, end))
