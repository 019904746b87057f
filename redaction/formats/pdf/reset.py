"""Sets a line anew around what was removed, so that neither the gap nor its neighbours tell how wide the words were.

Every length used here comes from words that stay, from other lines, or is constant. Two documents that differ only in
what is removed get the same lines. Kept words of typed text are set in a typeface of ours; words that only a picture
holds are moved as pieces of that picture.
"""

import io
from functools import cache
from importlib.resources import files

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from redaction.formats.model import Box, Word

PLACEHOLDER_EMS = 6.0
SPACE_EMS = 0.30
GRID = 36.0  # points; where a line can't be aligned with others it starts on this grid
ALIGNED = 1.2  # points
SMALLEST = 4.0


class Piece(Struct, frozen=True):
    """Something to set on a line: a kept word (or part of one) or a label."""

    text: str
    label: bool
    glued: bool  # no space before it
    word: Word | None
    crop: Image.Image | None = None  # the word's own pixels, where its text may not be trusted or set


class Placed(Struct, frozen=True):
    """A piece with its place in points, for the text layer."""

    text: str
    label: bool
    box: Box
    angle: int
    size: float


@cache
def typeface(face: str, size: int) -> ImageFont.FreeTypeFont:
    data = (files("redaction.formats") / "fonts" / f"{face}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _missing(face: str) -> bytes:
    return bytes(typeface(face, 40).getmask("\U0010fffe"))


@cache
def can_set(text: str, face: str) -> bool:
    """Whether our typeface has every letter of the text."""
    return all(c == " " or bytes(typeface(face, 40).getmask(c)) != _missing(face) for c in text)


class Line(Struct, frozen=True, kw_only=True):
    """A line to set: its pieces in order, its anchor, and the room it may take; all in points along the baseline."""

    pieces: tuple[Piece, ...]
    size: float
    anchor: float
    align: str  # left, right or centre
    room: float
    baseline: float
    top: float
    bottom: float
    angle: int
    rows: tuple[float, ...] = ()  # baselines of a paragraph; empty for a single line
    indent: float = 0.0


def set_paragraph(canvas: Image.Image, line: Line, scale: float) -> list[Placed]:
    """Wraps a paragraph anew on the rows that it had, a little smaller if it needs more. Nothing but kept words decides where lines break."""
    words: list[list[Piece]] = []
    for piece in line.pieces:
        if piece.glued and words:
            words[-1].append(piece)
        else:
            words.append([piece])
    size = line.size
    rows = _wrapped(words, size, line, scale)
    while len(rows) > len(line.rows) and size > SMALLEST:
        size *= 0.97
        rows = _wrapped(words, size, line, scale)
    placed: list[Placed] = []
    for k, row in enumerate(rows):
        indent = line.indent if k == 0 else 0.0
        base = line.rows[min(k, len(line.rows) - 1)]
        one = Line(
            pieces=tuple(piece for word in row for piece in word), size=size, anchor=line.anchor + indent, align="left", room=line.room - indent,
            baseline=base, top=base - 0.8 * size, bottom=base + 0.25 * size, angle=line.angle,
        )  # fmt: skip
        placed += set_line(canvas, one, scale)
    return placed


def _wrapped(words: list[list[Piece]], size: float, line: Line, scale: float) -> list[list[list[Piece]]]:
    rows: list[list[list[Piece]]] = [[]]
    used = line.indent
    for word in words:
        wide = sum(_wide(piece, size, scale) for piece in word)
        if rows[-1] and used + SPACE_EMS * size + wide > line.room:
            rows.append([])
            used = 0.0
        used += wide + (SPACE_EMS * size if rows[-1] else 0.0)
        rows[-1].append(word)
    return rows


def set_line(canvas: Image.Image, line: Line, scale: float) -> list[Placed]:
    """Draws the line on the page picture and returns where its pieces stand. The page is upright or turned by 90 degrees."""
    size = line.size
    length = _length(line.pieces, size, scale)
    if length > line.room:
        size = max(SMALLEST, size * line.room / length)
        length = _length(line.pieces, size, scale)
    start = {"left": line.anchor, "right": line.anchor - length, "centre": line.anchor - length / 2}[line.align]
    ink: list[tuple[Piece, float, float]] = []
    at = start
    for k, piece in enumerate(line.pieces):
        if k and not piece.glued:
            at += SPACE_EMS * size
        wide = _wide(piece, size, scale)
        ink.append((piece, at, at + wide))
        at += wide
    placed: list[Placed] = []
    pen = ImageDraw.Draw(canvas)
    for piece, left, right in ink:
        _draw(canvas, pen, piece, left, right, line, size, scale)
        placed.append(
            Placed(
                piece.text,
                piece.label,
                Box(left, line.baseline - 0.8 * size, right, line.baseline + 0.2 * size),
                line.angle,
                size,
            )
        )
    return placed


def _length(pieces: tuple[Piece, ...], size: float, scale: float) -> float:
    spaces = sum(1 for piece in pieces[1:] if not piece.glued)
    return sum(_wide(piece, size, scale) for piece in pieces) + spaces * SPACE_EMS * size


def _face(piece: Piece) -> str:
    return piece.word.face if piece.word is not None else "sans"


def _pixels(piece: Piece, size: float, scale: float) -> int:
    """Type size in whole pixels; our faces are larger in the eye than most, so a little less."""
    return max(6, round(size * scale * 0.92))


def _wide(piece: Piece, size: float, scale: float) -> float:
    if piece.label:
        return PLACEHOLDER_EMS * size
    if piece.crop is not None:
        return piece.crop.width / scale
    return float(round(typeface(_face(piece), _pixels(piece, size, scale)).getlength(piece.text))) / scale


def _draw(
    canvas: Image.Image, pen: ImageDraw.ImageDraw, piece: Piece, left: float, right: float, line: Line, size: float, scale: float
) -> None:  # fmt: skip
    x0, x1 = round(left * scale), round(right * scale)
    base = round(line.baseline * scale)
    if piece.label:
        top, bottom = base - round(0.82 * size * scale), base + round(0.22 * size * scale)
        pen.rectangle((x0, top, x1, bottom), fill=(0, 0, 0))
        draw_label(pen, piece.text, x0, top, x1, bottom)
    elif piece.crop is not None:
        canvas.paste(piece.crop, (x0, round(line.top * scale)))
    else:
        colour = piece.word.colour if piece.word is not None else (0, 0, 0)
        pen.text(
            (x0, base), piece.text, font=typeface(_face(piece), _pixels(piece, size, scale)), fill=colour, anchor="ls"
        )


def draw_label(pen: ImageDraw.ImageDraw, text: str, x0: int, top: int, x1: int, bottom: int) -> None:
    """White letters on the black box, as large as fit; a label that can't be read at all is left out."""
    size = max(1, round((bottom - top) * 0.62))
    wide = typeface("sans", max(6, size)).getlength(text)
    if wide > 0.94 * (x1 - x0):
        size = int(size * 0.94 * (x1 - x0) / wide)
    if size >= 7 and can_set(text, "sans"):
        pen.text(
            ((x0 + x1) // 2, (top + bottom) // 2), text, font=typeface("sans", size), fill=(255, 255, 255), anchor="mm"
        )
