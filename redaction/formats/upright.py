"""Pages that lie crooked in the scanner: how crooked, and the page set straight. OCR gives up on lines that slope by more than a little."""

import numpy
from numpy.typing import NDArray
from PIL import Image

LEAST, MOST = 0.8, 12.0  # degrees
CLEARLY = 1.15
_SMALL = 640


def skew_of(picture: Image.Image) -> float:
    """Degrees (anticlockwise) by which the picture has to be turned to lie straight; 0 when it does or when nobody can tell."""
    grey = picture.convert("L")
    share = _SMALL / max(grey.size)
    if share < 1:
        grey = grey.resize(
            (max(8, round(grey.width * share)), max(8, round(grey.height * share))), Image.Resampling.BOX
        )
    ink = _ink(numpy.asarray(grey))
    filled = float((ink > 0).mean())
    if not 0.002 < filled < 0.5:
        return 0.0
    small = Image.fromarray(ink)
    straight = _sharpness(small, 0.0)
    best = max((_sharpness(small, angle), angle) for angle in numpy.arange(-MOST, MOST + 0.1, 0.5).tolist())[1]
    score, fine = max(
        (_sharpness(small, angle), angle) for angle in numpy.arange(best - 0.4, best + 0.41, 0.1).tolist()
    )
    return round(float(fine), 2) if abs(fine) >= LEAST and score > CLEARLY * straight else 0.0


def _ink(grey: NDArray[numpy.uint8]) -> NDArray[numpy.uint8]:
    """What differs from its surroundings, light print on dark paper included."""
    wide = grey.astype(numpy.float32)
    around = numpy.asarray(Image.fromarray(grey).resize((max(1, grey.shape[1] // 16), max(1, grey.shape[0] // 16)), Image.Resampling.BOX).resize((grey.shape[1], grey.shape[0]), Image.Resampling.BILINEAR)).astype(numpy.float32)  # fmt: skip
    ink: NDArray[numpy.uint8] = ((numpy.abs(wide - around) > 28) * 255).astype(numpy.uint8)
    return ink


def _sharpness(ink: Image.Image, angle: float) -> float:
    """How sharply rows of ink part from rows without: greatest when lines lie straight."""
    turned = ink.rotate(angle, resample=Image.Resampling.BILINEAR) if angle else ink
    rows = numpy.asarray(turned).sum(axis=1, dtype=numpy.float64)
    return float((numpy.diff(rows) ** 2).sum())


def straightened(picture: Image.Image, angle: float) -> Image.Image:
    """The picture turned, nothing of it cut off; new corners get the colour of its edge."""
    if not angle:
        return picture
    array = numpy.asarray(picture)
    edge = numpy.concatenate([array[0], array[-1], array[:, 0], array[:, -1]])
    fill = numpy.median(edge.reshape(-1, array.shape[2] if array.ndim == 3 else 1), axis=0)
    colour = tuple(int(part) for part in fill) if array.ndim == 3 else int(fill[0])
    return picture.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=colour)


def moved(x: float, y: float, size: tuple[float, float], angle: float) -> tuple[float, float]:
    """Where a point of a picture of this size lies once the picture is straightened."""
    if not angle:
        return x, y
    turn = numpy.radians(angle)
    cos, sin = float(numpy.cos(turn)), float(numpy.sin(turn))
    wide, high = size
    new_wide, new_high = abs(wide * cos) + abs(high * sin), abs(wide * sin) + abs(high * cos)
    dx, dy = x - wide / 2, y - high / 2
    return dx * cos + dy * sin + new_wide / 2, -dx * sin + dy * cos + new_high / 2
