"""Paints over what goes and builds a new PDF from the pictures: nothing of the source file is copied."""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from redaction import paces
from redaction.formats.cutting import Cutter
from redaction.formats.model import Box, Manner, Mark, PageSize, Reading, Reason, Unreadable, Word, merged
from redaction.formats.pdf.arrange import Group, groups_of, spans_of, upright
from redaction.formats.pdf.read import flattened
from redaction.formats.pdf.reset import Line, Piece, Placed, can_set, draw_label, set_line, set_paragraph
from redaction.formats.pdf.see import look, open_pdf
from redaction.formats.pdf.write import PagePicture, encoded, write_pdf
from redaction.formats.upright import straightened

_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_BACK = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


def apply_pdf(data: bytes, reading: Reading, marks: tuple[Mark, ...], manner: Manner) -> bytes:
    """The redacted document. Refuses a reading that was made of another file."""
    cutter = Cutter(reading.text, merged(marks, len(reading.text)))
    document = open_pdf(data, manner.password, manner.limits)
    if len(document) != len(reading.pages):
        raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
    by_page: dict[int, list[Word]] = {}
    for word in reading.words:
        by_page.setdefault(word.page, []).append(word)
    waiting: list[Future[PagePicture]] = []
    with ThreadPoolExecutor(max_workers=manner.threads) as pool:
        for index, size in enumerate(reading.pages):
            paces.page(index, len(reading.pages))
            sight = look(document, index, manner.limits, words=False)
            page = straightened(Image.fromarray(flattened(sight, size.flatten)), size.skew)
            bare = straightened(Image.fromarray(sight.bare), size.skew)
            if len(waiting) > 2 * manner.threads:
                waiting[-2 * manner.threads].result()
            waiting.append(
                pool.submit(
                    finish_page, page, bare, by_page.get(index + 1, []), cutter, size, sight.scale, manner.facsimile
                )
            )
        pages = [one.result() for one in waiting]
    document.close()
    return write_pdf(pages, reading.language)


def finish_page(
    page: Image.Image, bare: Image.Image, words: list[Word], cutter: Cutter, size: PageSize, scale: float, facsimile: bool
) -> PagePicture:  # fmt: skip
    """One page painted, set anew where needed, and encoded."""
    page, placed = paint_page(page, bare, words, cutter, scale, facsimile)
    mode, threshold = picture_mode(page, words)
    if mode == "1" and threshold != 140:
        page = page.convert("L").point(lambda v: 255 if v > threshold else 0)
    picture, filter_ = encoded(page, mode)
    return PagePicture(
        width=round(size.width, 2), height=round(size.height, 2), picture=picture, filter=filter_, colour=mode == "RGB",
        pixels=page.size, words=tuple(placed), label=size.label,
    )  # fmt: skip


def paint_page(
    page: Image.Image, bare: Image.Image, words: list[Word], cutter: Cutter, scale: float, facsimile: bool
) -> tuple[Image.Image, list[Placed]]:  # fmt: skip
    """The page without what is marked, and the words of its new text layer in reading order."""
    touched = {word.line for word in words if any(cutter.touching(word.start, word.end))}
    reset: dict[int, list[Placed]] = {}
    for angle in sorted({word.angle for word in words if word.line in touched}):
        if facsimile or angle % 90:
            _box_words(
                page,
                bare,
                [w for w in words if w.angle == angle and w.line in touched],
                cutter,
                scale,
                reset,
                facsimile,
            )
        else:
            page, bare = _reset_angle(page, bare, words, touched, angle, cutter, scale, reset)
    placed: list[Placed] = []
    done: set[int] = set()
    for word in words:
        if word.line in reset:
            if word.line not in done:
                done.add(word.line)
                placed += reset[word.line]
        elif word.line not in touched and word.proven:
            placed.append(Placed(cutter.cut(word.start, word.end), False, word.box, word.angle, word.size))
    return page, placed


def _reset_angle(
    page: Image.Image, bare: Image.Image, words: list[Word], touched: set[int], angle: int, cutter: Cutter, scale: float,
    reset: dict[int, list[Placed]],
) -> tuple[Image.Image, Image.Image]:  # fmt: skip
    """Sets the touched lines of one direction anew, on the page turned upright."""
    wide, high = page.width / scale, page.height / scale
    if angle:
        page, bare = page.transpose(_TURNS[angle]), bare.transpose(_TURNS[angle])
    frame_wide, frame_high = page.width / scale, page.height / scale
    fixed = {w.line for w in words if not w.from_pixels and not can_set(cutter.cut(w.start, w.end), w.face)}
    groups = groups_of(spans_of(words, touched, angle, wide, high, fixed), frame_wide)
    lines = [(group, _line(group, page, bare, cutter, scale, angle, wide, high)) for group in groups]
    for group, _ in lines:
        _erase(page, bare, group, scale)
    for group, line in lines:
        placed = set_paragraph(page, line, scale) if line.rows else set_line(page, line, scale)
        back = {90: 270, 270: 90}.get(angle, angle)
        reset[group.spans[0].line] = [
            Placed(p.text, p.label, upright(p.box, back, frame_wide, frame_high), angle, p.size) for p in placed
        ]  # fmt: skip
        for span in group.spans[1:]:
            reset[span.line] = []
    if angle:
        page, bare = page.transpose(_BACK[angle]), bare.transpose(_BACK[angle])
    return page, bare


def _line(
    group: Group, page: Image.Image, bare: Image.Image, cutter: Cutter, scale: float, angle: int, wide: float, high: float
) -> Line:  # fmt: skip
    words = [word for span in group.spans for word in span.words]
    kept = [word for word in words if not any(cutter.touching(word.start, word.end))] or words[:1]
    size = max(round(word.size * 2) / 2 for word in kept)
    top = min(span.top for span in group.spans)
    bottom = max(span.bottom for span in group.spans)
    if all(word.from_pixels for word in words):
        size = round(min(size, 1.3 * (bottom - top)))
    pieces = _pieces(group, page, cutter, scale, angle, wide, high, top, bottom)
    return Line(
        pieces=pieces, size=max(size, 4.0), anchor=group.anchor, align=group.align, room=group.room, baseline=kept[0].base, top=top - 1,
        bottom=bottom + 1, angle=angle, rows=group.rows, indent=group.indent,
    )  # fmt: skip


def _pieces(
    group: Group, page: Image.Image, cutter: Cutter, scale: float, angle: int, wide: float, high: float, top: float, bottom: float
) -> tuple[Piece, ...]:  # fmt: skip
    """Kept words and labels of a line, in order. A mark that began on an earlier line shows its label here again."""
    out: list[Piece] = []
    shown: set[Mark] = set()
    for span in group.spans:
        if not group.rows:
            shown = set()
        for word in span.words:
            marks = list(cutter.touching(word.start, word.end))
            by_picture = word.from_pixels or not can_set(
                "".join(t for t, _ in cutter.pieces(word.start, word.end)), word.face
            )
            if not marks:
                crop = None
                if by_picture:
                    box = upright(word.box, angle, wide, high)
                    crop = page.crop(
                        (
                            round((box.left - 0.4) * scale),
                            round((top - 1) * scale),
                            round((box.right + 0.4) * scale),
                            round((bottom + 1) * scale),
                        )
                    )
                out.append(Piece(cutter.cut(word.start, word.end), False, False, word, crop))
                continue
            at, glued = word.start, False
            for mark in marks:
                if mark.start > at and not by_picture:
                    out.append(Piece(cutter.text(at, mark.start), False, glued, word))
                    glued = True
                if mark not in shown:
                    shown.add(mark)
                    out.append(Piece(mark.label, True, glued, word))
                    glued = True
                at = max(at, mark.end)
            if at < word.end and not by_picture:
                out.append(Piece(cutter.text(at, word.end), False, bool(out), word))
    return tuple(out)


def _erase(page: Image.Image, bare: Image.Image, group: Group, scale: float) -> None:
    """Takes the old line off the page; rules and tints that run on beyond it stay, underlines of the removed words go."""
    for span in group.spans:
        size = max(word.size for word in span.words)
        left, right = max(0, round((span.left - 1.5) * scale)), min(page.width, round((span.right + 1.5) * scale))
        pixels = all(word.from_pixels for word in span.words)
        base = max(word.base for word in span.words)
        top = max(0, round(span.top * scale) - 2)
        bottom = min(page.height, max(round(span.bottom * scale) + 2, round((base + 0.28 * size) * scale)))
        if pixels:
            top, bottom = max(0, round((span.top - 1) * scale)), min(page.height, round((span.bottom + 1) * scale))
        if right <= left or bottom <= top:
            continue
        patch = numpy.asarray((page if pixels else bare).crop((left, top, right, bottom)))
        page.paste(Image.fromarray(_cleaned(patch)), (left, top))


def _cleaned(patch: NDArray[numpy.uint8]) -> NDArray[numpy.uint8]:
    """Paper in place of ink, row by row; a row that is inked from end to end is a rule or a tint and stays."""
    flat = patch.reshape(-1, patch.shape[2])
    paper = numpy.median(flat[flat.sum(axis=1) >= numpy.median(flat.sum(axis=1))], axis=0)
    ink = numpy.abs(patch.astype(numpy.int16) - paper).max(axis=2) > 24
    across = ink.mean(axis=1) > 0.98
    out = patch.copy()
    out[ink & ~across[:, None]] = paper.astype(numpy.uint8)
    return out


def _box_words(
    page: Image.Image, bare: Image.Image, words: list[Word], cutter: Cutter, scale: float, reset: dict[int, list[Placed]], facsimile: bool
) -> None:  # fmt: skip
    """Black boxes where the words stood; lines at odd angles lose all their words, since they can't be set anew."""
    pen = ImageDraw.Draw(page)
    for word in words:
        line = reset.setdefault(word.line, [])
        marks = list(cutter.touching(word.start, word.end))
        if not marks and facsimile:
            line.append(Placed(cutter.cut(word.start, word.end), False, word.box, word.angle, word.size))
            continue
        box = Box(word.box.left - 1, word.box.top - 1, word.box.right + 1, word.box.bottom + 1)
        sides = (round(box.left * scale), round(box.top * scale), round(box.right * scale), round(box.bottom * scale))
        pen.rectangle(sides, fill=(0, 0, 0))
        if marks and (not line or line[-1].text != marks[0].label):
            draw_label(pen, marks[0].label, *sides)
            line.append(Placed(marks[0].label, True, word.box, word.angle, word.size))


def picture_mode(page: Image.Image, words: list[Word]) -> tuple[str, int]:
    """How the page is stored: black and white where it has no tone, else grey or colour; and where black ends."""
    array = numpy.asarray(page).astype(numpy.int16)
    grey = (array[:, :, 0] * 3 + array[:, :, 1] * 6 + array[:, :, 2]) // 10
    flat = numpy.zeros(grey.shape, dtype=bool)
    flat[:-1, :-1] = (numpy.abs(numpy.diff(grey, axis=1))[:-1] < 12) & (
        numpy.abs(numpy.diff(grey, axis=0))[:, :-1] < 12
    )
    chroma = numpy.maximum(numpy.maximum(array[:, :, 0], array[:, :, 1]), array[:, :, 2]) - numpy.minimum(
        numpy.minimum(array[:, :, 0], array[:, :, 1]), array[:, :, 2]
    )
    if (flat & (chroma > 40)).mean() > 0.002:
        return "RGB", 140
    if (flat & (grey > 40) & (grey < 225)).mean() > 0.004:
        return "L", 140
    light = max(
        (round(0.3 * w.colour[0] + 0.6 * w.colour[1] + 0.1 * w.colour[2]) for w in words if not w.from_pixels),
        default=0,
    )
    if light > 235:  # white words on dark paper: the paper is what counts
        return "L", 140
    return "1", 140 if light <= 100 else min(235, (light + 255) // 2)
