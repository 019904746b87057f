"""Puts characters together to words and words to runs, by where they stand on the page, not by their order in the file."""

from itertools import pairwise

import numpy
from msgspec import Struct

from redaction.formats.pdf.see import Char

WORD_GAP = 0.15  # of the type size; a quarter is a usual space
RUN_GAP = 1.5  # a wider gap separates columns and cells


class Run(Struct, frozen=True):
    """Words that stand side by side on one line of one column; positions in pixels along the baseline."""

    words: tuple[tuple[Char, ...], ...]
    angle: int

    @property
    def order(self) -> int:
        return min(char.order for word in self.words for char in word)


def to_runs(chars: tuple[Char, ...], spaces: tuple[Char, ...] = ()) -> list[Run]:
    """Runs in reading order. Letters drawn twice to look bold count once."""
    runs: list[Run] = []
    for angle in sorted({char.angle for char in chars}):
        turn = numpy.radians(angle)
        along = (float(numpy.cos(turn)), -float(numpy.sin(turn)))
        down = (float(numpy.sin(turn)), float(numpy.cos(turn)))

        def place(
            char: Char, along: tuple[float, float] = along, down: tuple[float, float] = down
        ) -> tuple[float, float]:
            return (
                char.origin_x * along[0] + char.origin_y * along[1],
                char.origin_x * down[0] + char.origin_y * down[1],
            )

        items = [(place(char), char, False) for char in chars if char.angle == angle]
        items += [(place(char), char, True) for char in spaces if char.angle == angle]
        for line in _lines(items):
            runs += _split(line, angle)
    return in_reading_order(runs)


_Item = tuple[tuple[float, float], Char, bool]


def _lines(items: list[_Item]) -> list[list[_Item]]:
    """Groups by baseline: characters whose baselines differ by less than a third of the type size."""
    lines: list[list[_Item]] = []
    bases: list[float] = []
    for item in sorted(items, key=lambda one: one[0][1]):
        base = item[0][1]
        if lines and base - bases[-1] <= 0.3 * max(item[1].size, 1.0):
            lines[-1].append(item)
            bases[-1] = bases[-1] if item[2] else (bases[-1] * 3 + base) / 4
        else:
            lines.append([item])
            bases.append(base)
    return lines


def _extent(item: _Item) -> tuple[float, float]:
    """Where a character begins and ends along its baseline."""
    (start, _), char, _ = item
    return start, start + max(char.advance, 0.1 * char.size)


def _split(line: list[_Item], angle: int) -> list[Run]:
    """Words and runs of one line."""
    line = sorted(line, key=lambda one: (one[0][0], one[1].order))
    runs: list[Run] = []
    words: list[tuple[Char, ...]] = []
    word: list[Char] = []
    end = 0.0
    spaced = False

    def close_word() -> None:
        if word:
            words.append(tuple(word))
            word.clear()

    def close_run() -> None:
        close_word()
        if words:
            runs.append(Run(tuple(words), angle))
            words.clear()

    last: _Item | None = None
    for item in line:
        if item[2]:
            spaced = True
            continue
        start, stop = _extent(item)
        if last is not None:
            gap, size = start - end, max(item[1].size, 1.0)
            twice = item[1].text == last[1].text and abs(start - last[0][0]) < 0.12 * size
            if twice:
                continue
            if gap > RUN_GAP * size:
                close_run()
            elif gap > WORD_GAP * size or (spaced and gap > 0.04 * size):
                close_word()
        word.append(item[1])
        end = max(end, stop) if last is not None and word[:-1] else stop
        last, spaced = item, False
    close_run()
    return runs


def in_reading_order(runs: list[Run]) -> list[Run]:
    """Down each column, column after column: the file's own order where it agrees with the page, else the page's."""
    ordered = sorted(runs, key=lambda run: run.order)
    steps = [_top(b) - _top(a) for a, b in pairwise(ordered)]
    backwards = sum(1 for step in steps if step < -2)
    if backwards <= max(3, len(steps) // 8):
        return ordered
    return sorted(runs, key=lambda run: (run.angle, round(_top(run) / 6), _left(run)))


def _top(run: Run) -> float:
    return run.words[0][0].origin_y


def _left(run: Run) -> float:
    return run.words[0][0].origin_x
