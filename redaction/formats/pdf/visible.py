"""Tells the characters that a reader sees from those that are only in the file.

Ink is what changes when the text is taken away. A character counts as seen when enough ink lies in its box and reaches
all four sides of it: a half-covered letter is not seen, and what is left of it is taken off the page.
"""

import numpy
from msgspec import Struct
from numpy.typing import NDArray

from redaction.formats.pdf.see import MIN_POINTS, VISIBLE, Char, Pixels, Sight

INK_SHARE = 0.02


class Sorted(Struct, frozen=True):
    """The characters of a page, sorted by what the pictures prove."""

    seen: tuple[Char, ...]
    hidden: tuple[Char, ...]
    stray_ink: bool  # ink of text objects that no character accounts for


def change(sight: Sight) -> NDArray[numpy.uint8]:
    """How much each pixel changes when the text is taken away (0 to 255)."""
    if sight.seen is sight.bare:
        return numpy.zeros(sight.seen.shape[:2], dtype=numpy.uint8)
    difference = numpy.maximum(sight.seen, sight.bare) - numpy.minimum(sight.seen, sight.bare)
    most: Pixels = numpy.maximum(numpy.maximum(difference[:, :, 0], difference[:, :, 1]), difference[:, :, 2])
    return most


def sort_characters(sight: Sight) -> Sorted:
    """Which characters are seen. Compares the two pictures once for all characters."""
    if not sight.chars:
        return Sorted((), (), sight.unnamed)
    ink = change(sight) > VISIBLE
    high, wide = ink.shape
    total = numpy.zeros((high + 1, wide + 1), dtype=numpy.int32)
    numpy.cumsum(numpy.cumsum(ink, axis=0, dtype=numpy.int32), axis=1, out=total[1:, 1:])
    boxes = numpy.array([(c.left, c.top, c.right, c.bottom) for c in sight.chars])
    left = numpy.clip(numpy.floor(boxes[:, 0] + 0.2), 0, wide).astype(int)
    top = numpy.clip(numpy.floor(boxes[:, 1] + 0.2), 0, high).astype(int)
    right = numpy.clip(numpy.maximum(numpy.ceil(boxes[:, 2] - 0.2), left + 1), 0, wide).astype(int)
    bottom = numpy.clip(numpy.maximum(numpy.ceil(boxes[:, 3] - 0.2), top + 1), 0, high).astype(int)

    def count(
        x0: NDArray[numpy.int_], y0: NDArray[numpy.int_], x1: NDArray[numpy.int_], y1: NDArray[numpy.int_]
    ) -> NDArray[numpy.int32]:
        found: NDArray[numpy.int32] = total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0]
        return found

    area = numpy.maximum((right - left) * (bottom - top), 1)
    amount = count(left, top, right, bottom)
    band_x = numpy.maximum(2, ((right - left) * 0.34).astype(int))
    band_y = numpy.maximum(2, ((bottom - top) * 0.34).astype(int))
    near_left = count(left, top, numpy.minimum(left + band_x, right), bottom) > 0
    near_right = count(numpy.maximum(right - band_x, left), top, right, bottom) > 0
    near_top = count(left, top, right, numpy.minimum(top + band_y, bottom)) > 0
    near_bottom = count(left, numpy.maximum(bottom - band_y, top), right, bottom) > 0
    inside = (boxes[:, 0] >= -2) & (boxes[:, 1] >= -2) & (boxes[:, 2] <= wide + 2) & (boxes[:, 3] <= high + 2)
    upright = numpy.array([c.angle % 90 == 0 for c in sight.chars])
    large = numpy.array([c.size >= MIN_POINTS * sight.scale for c in sight.chars])
    whole = near_left & near_right & near_top & near_bottom & inside
    good = (amount >= numpy.maximum(1, area * INK_SHARE)) & large & (whole | ~upright)
    seen = tuple(c for c, yes in zip(sight.chars, good, strict=True) if yes)
    hidden = tuple(c for c, yes in zip(sight.chars, good, strict=True) if not yes)
    return Sorted(seen, hidden, sight.unnamed or _stray(ink, left, top, right, bottom))


def _stray(
    ink: NDArray[numpy.bool_],
    left: NDArray[numpy.int_],
    top: NDArray[numpy.int_],
    right: NDArray[numpy.int_],
    bottom: NDArray[numpy.int_],
) -> bool:
    """Whether text is drawn where the file names no character: it has to be read from the picture."""
    covered = numpy.zeros(ink.shape, dtype=bool)
    for x0, y0, x1, y1 in zip(left, top, right, bottom, strict=True):
        covered[max(0, y0 - 4) : y1 + 4, max(0, x0 - 4) : x1 + 4] = True
    return int((ink & ~covered).sum()) > 40


def has_drawn_text(bare: NDArray[numpy.uint8]) -> bool:
    """Whether the page without its text still has marks that could be letters: anything but paper and long straight lines."""
    grey = numpy.minimum(numpy.minimum(bare[:, :, 0], bare[:, :, 1]), bare[:, :, 2]) if bare.ndim == 3 else bare
    light, dark = int(grey.max()), int(grey.min())
    if light - dark < VISIBLE:
        return False
    edge = numpy.zeros(grey.shape, dtype=bool)
    wide = grey.astype(numpy.int16)
    edge[:, 1:] |= numpy.abs(numpy.diff(wide, axis=1)) > VISIBLE
    edge[1:, :] |= numpy.abs(numpy.diff(wide, axis=0)) > VISIBLE
    return int(_without_runs(edge).sum()) > 60


def _without_runs(edge: NDArray[numpy.bool_], run: int = 90) -> NDArray[numpy.bool_]:
    """The edges that are not part of a straight run: lines and frames go, letters stay."""
    out = edge.copy()
    for axis in (0, 1):
        along = edge if axis == 1 else edge.T
        total = numpy.cumsum(along, axis=1, dtype=numpy.int32)
        total = numpy.pad(total, ((0, 0), (1, 0)))
        if along.shape[1] <= run:
            continue
        full = (total[:, run:] - total[:, :-run]) == run  # a window of `run` edge pixels starts here
        steps = numpy.zeros((along.shape[0], along.shape[1] + 1), dtype=numpy.int32)
        steps[:, : full.shape[1]] += full
        steps[:, run : run + full.shape[1]] -= full
        part = numpy.cumsum(steps, axis=1)[:, : along.shape[1]] > 0
        grown = part.copy()
        grown[1:] |= part[:-1]
        grown[:-1] |= part[1:]
        out &= ~(grown if axis == 1 else grown.T)
    return out
