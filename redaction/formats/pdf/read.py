"""Reads a PDF as its reader sees it: words with places from the pages, and a list of everything else the file holds."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

import numpy
import pypdfium2
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image

from redaction import paces
from redaction.formats.model import (
    Block,
    Box,
    Hidden,
    Kind,
    Manner,
    PageSize,
    Reading,
    Reason,
    Unread,
    Unreadable,
    Word,
)
from redaction.formats.ocr import SeenWord, have_ocr, read_picture
from redaction.formats.pdf.agree import LEAST_CONFIDENCE, Agreement, agree, key_of
from redaction.formats.pdf.hidden import earlier_revisions, hidden_objects, labels_of, language_of
from redaction.formats.pdf.lines import Run, to_runs
from redaction.formats.pdf.proof import Pair, Samples, pairs_of
from redaction.formats.pdf.see import Char, Sight, look, open_pdf
from redaction.formats.pdf.suspect import open_objects, suspicious
from redaction.formats.pdf.visible import has_drawn_text, sort_characters
from redaction.formats.upright import moved, skew_of, straightened

Grey = NDArray[numpy.uint8]
FEW_PAGES = 2


class _Page(Struct, kw_only=True):
    """One page on its way from pixels to words."""

    index: int
    width: float
    height: float
    scale: float
    runs: list[Run]
    hidden: list[Run]
    outside: str
    flatten: tuple[Box, ...]
    names: tuple[str, ...]
    faces: tuple[str, ...]
    pairs: set[Pair]
    skew: float = 0.0
    crooked: tuple[float, float] = (0.0, 0.0)  # size in points before it was set straight
    ocr: "Future[tuple[list[SeenWord], str]] | None" = None
    agreement: Agreement | None = None


def read_pdf(data: bytes, manner: Manner) -> Reading:
    """Words, places, hidden content and what could not be read."""
    limits = manner.limits
    document = open_pdf(data, manner.password, limits)
    objects = open_objects(data, manner.password, limits)
    doubt = suspicious(objects)
    samples = Samples()
    few = len(document) <= FEW_PAGES
    pages: list[_Page] = []
    unread: list[Unread] = []
    pending: deque[_Page] = deque()
    with ThreadPoolExecutor(max_workers=manner.threads) as pool:
        for index in range(len(document)):
            paces.page(index, len(document))
            sight = look(document, index, limits)
            page, grey, drawn = _first_look(sight, index)
            pages.append(page)
            if drawn or ((few or doubt) and page.runs):
                _to_ocr(pool, page, grey, manner, pending)
            else:
                for run in page.runs:
                    samples.offer(run, page.names, grey)
        _prove(document, pages, samples, pool, manner, pending)
        for page in pages:
            _listen(page, unread)
    labels = labels_of(objects, len(pages))
    reading = _written(pages, labels, unread, language_of(objects))
    more = hidden_objects(objects, data, limits) + earlier_revisions(data, manner.password, reading.text)
    document.close()
    objects.close()
    return Reading(
        kind=Kind.PDF, text=reading.text, blocks=reading.blocks, words=reading.words, pages=reading.pages,
        hidden=(*reading.hidden, *more), unread=reading.unread, language=reading.language, notes=reading.notes,
        engines=("pdfium", "pikepdf", *(("tesseract",) if reading.ocr_pages else ())), ocr_pages=reading.ocr_pages,
    )  # fmt: skip


def _first_look(sight: Sight, index: int) -> tuple[_Page, Grey, bool]:
    """Sorts one page's characters; says whether it has text that only OCR can read."""
    sorted_ = sort_characters(sight)
    names = tuple(font.name for font in sight.fonts)
    runs = to_runs(sorted_.seen, sight.spaces)
    flatten = tuple(
        Box(max(0.0, c.left - 1) / sight.scale, max(0.0, c.top - 1) / sight.scale, (c.right + 1) / sight.scale, (c.bottom + 1) / sight.scale)
        for c in sorted_.hidden
    )  # fmt: skip
    drawn = sorted_.stray_ink or has_drawn_text(sight.bare)
    picture = flattened(sight, flatten)
    grey = to_grey(picture)
    high, wide = grey.shape
    hidden = to_runs(sorted_.hidden, sight.spaces)
    # A page with print of its own lies straight; a scan may lie crooked, and is read and written set straight.
    skew = skew_of(Image.fromarray(grey)) if drawn and not runs else 0.0
    if skew:
        grey = numpy.asarray(straightened(Image.fromarray(grey), skew))
        high, wide = grey.shape
    page = _Page(
        index=index, width=wide / sight.scale, height=high / sight.scale, scale=sight.scale, runs=runs,
        hidden=hidden, outside=sight.outside, flatten=flatten, names=names,
        faces=tuple(font.face for font in sight.fonts), pairs=pairs_of(sorted_.seen, names), skew=skew,
        crooked=(sight.seen.shape[1] / sight.scale, sight.seen.shape[0] / sight.scale),
    )  # fmt: skip
    return page, grey, drawn


def _where(run: Run, page: _Page) -> Box:
    """Where a run lies; on a page that was set straight, the box around it there."""
    box = _points(_of(run.words), page.scale)
    if not page.skew:
        return box
    corners = [moved(x, y, page.crooked, page.skew) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    return Box(
        min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners)
    )


def flattened(sight: Sight, flatten: tuple[Box, ...]) -> NDArray[numpy.uint8]:
    """The page as seen, without the traces of text that can't be read."""
    if not flatten or sight.seen is sight.bare:
        return sight.seen
    out = sight.seen.copy()
    for box in flatten:
        x0, y0 = max(0, int(box.left * sight.scale)), max(0, int(box.top * sight.scale))
        x1, y1 = int(box.right * sight.scale) + 1, int(box.bottom * sight.scale) + 1
        out[y0:y1, x0:x1] = sight.bare[y0:y1, x0:x1]
    return out


def to_grey(picture: NDArray[numpy.uint8]) -> Grey:
    return numpy.asarray(Image.fromarray(picture).convert("L"))


def _to_ocr(pool: ThreadPoolExecutor, page: _Page, grey: Grey, manner: Manner, pending: deque[_Page]) -> None:
    """Hands a page to OCR; waits when too many pictures are in hand."""
    if not have_ocr():
        return
    while len(pending) > 2 * manner.threads:
        waiting = pending.popleft()
        if waiting.ocr is not None:
            waiting.ocr.exception()
    angles = sorted({run.angle for run in page.runs if run.angle})
    page.ocr = pool.submit(
        read_page, grey, page.scale, angles, bool(page.runs), manner.languages, smallest(page.runs, page.scale)
    )
    pending.append(page)


def smallest(runs: list[Run], scale: float) -> float:
    """Smallest common type size of the page in points, 0 when unknown."""
    sizes = sorted(run.words[0][0].size / scale for run in runs)
    return sizes[len(sizes) // 10] if sizes else 0.0


def read_page(
    grey: Grey, scale: float, angles: list[int], typed: bool, languages: str, size: float
) -> tuple[list[SeenWord], str]:
    """OCR of the page, and the text of the page turned for slanted lines. Scans that lie on their side are turned too."""
    picture = Image.fromarray(grey)
    dpi = round(scale * 72)
    shrink = 1.0
    if typed and size >= 9 and dpi >= 180:
        shrink = 135 / dpi
        picture = picture.resize((round(picture.width * shrink), round(picture.height * shrink)), Image.Resampling.BOX)
    dpi = round(dpi * shrink)
    words = read_picture(picture, dpi=dpi, languages=languages)
    turned = [_turned_text(picture, angle, dpi, languages) for angle in angles[:6]]
    words = _with_turned(picture, words, dpi, languages, typed)
    if not typed and _sure(words) < 3:
        # Where tesseract sees no page it may still see words.
        words = [*words, *_scattered(picture, words, dpi, languages)]
    if shrink != 1.0:
        words = [_grown(word, 1 / shrink) for word in words]
    return words, " ".join(turned)


def _sure(words: list[SeenWord]) -> int:
    return sum(1 for w in words if w.confidence > 60 and len(w.text) > 2 and not w.on_its_side)


def _scattered(picture: Image.Image, words: list[SeenWord], dpi: int, languages: str) -> list[SeenWord]:
    more = read_picture(picture, dpi=dpi, languages=languages, sparse=True)
    return [w for w in more if w.confidence >= 40 and not any(_covers(other, w) for other in words)]


def _grown(word: SeenWord, by: float) -> SeenWord:
    return SeenWord(
        word.text, round(word.left * by), round(word.top * by), round(word.right * by), round(word.bottom * by), word.confidence, word.line,
        word.angle,
    )  # fmt: skip


def _turned_text(picture: Image.Image, angle: int, dpi: int, languages: str) -> str:
    upright = picture.rotate(-angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    return " ".join(word.text for word in read_picture(upright, dpi=dpi, languages=languages))


def _with_turned(picture: Image.Image, words: list[SeenWord], dpi: int, languages: str, typed: bool) -> list[SeenWord]:
    """Words that lie on their side or upside down are read again with the page turned; the surest reading of a place counts."""
    sideways = [word for word in words if word.on_its_side]
    poor = not typed and _sure(words) < 3
    if not sideways and not poor:
        return words
    upright = [word for word in words if not word.on_its_side]
    for angle in (90, 270, *((180,) if poor else ())):
        turned = picture.rotate(-angle, expand=True, fillcolor=255)
        tried = [
            w for w in read_picture(turned, dpi=dpi, languages=languages) if w.confidence >= 50 and not w.on_its_side
        ]
        for word in (_unturned(w, angle, picture.width, picture.height) for w in tried):
            rivals = [other for other in upright if _covers(other, word)]
            if all(other.confidence < word.confidence or len(other.text) < 3 for other in rivals):
                upright = [other for other in upright if other not in rivals]
                upright.append(word)
    return upright


def _covers(a: SeenWord, b: SeenWord) -> bool:
    wide, high = min(a.right, b.right) - max(a.left, b.left), min(a.bottom, b.bottom) - max(a.top, b.top)
    return (
        wide > 0
        and high > 0
        and wide * high > 0.3 * min((a.right - a.left) * (a.bottom - a.top), (b.right - b.left) * (b.bottom - b.top))
    )


def _unturned(word: SeenWord, angle: int, wide: int, high: int) -> SeenWord:
    """The word's box in the page's own pixels. Text that runs upwards (90) was turned clockwise to be read."""
    left, top, right, bottom = {
        90: (word.top, high - word.right, word.bottom, high - word.left),
        270: (wide - word.bottom, word.left, wide - word.top, word.right),
        180: (wide - word.right, high - word.bottom, wide - word.left, high - word.top),
    }[angle]
    block, paragraph, line = word.line
    return SeenWord(
        word.text, left, top, right, bottom, word.confidence, (1000 * angle + block, paragraph, line), angle
    )


def _prove(
    document: pypdfium2.PdfDocument, pages: list[_Page], samples: Samples, pool: ThreadPoolExecutor, manner: Manner, pending: deque[_Page]
) -> None:  # fmt: skip
    """Pages whose letters the samples did not confirm get full OCR after all."""
    if not have_ocr():
        return
    proven = samples.settle(manner.limits.dpi, manner.languages)
    for page in pages:
        if page.ocr is None and page.runs and not page.pairs <= proven | {p for p in page.pairs if p[1] in "·ªº"}:
            sight = look(document, page.index, manner.limits)
            _to_ocr(pool, page, to_grey(flattened(sight, page.flatten)), manner, pending)


def _listen(page: _Page, unread: list[Unread]) -> None:
    """Takes in what OCR says about a page."""
    if page.ocr is None:
        if page.runs and not have_ocr():
            unread.append(Unread(Reason.NO_OCR, f"page {page.index + 1}"))
        return
    try:
        words, turned = page.ocr.result()
    except Unreadable as refusal:
        unread.append(Unread(refusal.reason, f"page {page.index + 1}"))
        return
    page.agreement = agree(page.runs, page.names, words, turned)
    page.runs = list(page.agreement.runs)


class _Text:
    """Grows the reading word by word."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.words: list[Word] = []
        self.blocks: list[Block] = []
        self.line = 0

    def put(self, text: str) -> tuple[int, int]:
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start, self.length


def _written(pages: list[_Page], labels: list[tuple[str, int]], unread: list[Unread], language: str) -> Reading:
    text = _Text()
    hidden: list[Hidden] = []
    sizes: list[PageSize] = []
    for page in pages:
        number = page.index + 1
        start = text.length
        flatten = list(page.flatten)
        unproven = page.agreement.unproven if page.agreement else frozenset()
        for run in page.runs:
            _put_run(text, page, run, unproven)
        lines = page.agreement.pixel_lines if page.agreement else ()
        usual = sorted(_high(line, page) for line in lines)[len(lines) // 2] if lines else 0.0
        for line in lines:
            _put_pixels(text, page, line, usual)
        for run in page.hidden:
            hidden.append(Hidden("text that can't be seen", f"page {number}", _said(run.words), _where(run, page)))
        for word in page.agreement.contradicted if page.agreement else ():
            box = _points(_of((word,)), page.scale)
            hidden.append(Hidden("text that differs from what is shown", f"page {number}", _said((word,)), box))
        if page.outside:
            hidden.append(Hidden("text outside the page", f"page {number}", page.outside))
        if text.length > start:
            text.blocks.append(Block(start, text.length, f"page {number}"))
            text.put("\n")
        sizes.append(PageSize(page.width, page.height, tuple(flatten), labels[page.index], page.skew))
    return Reading(
        kind=Kind.PDF, text="".join(text.parts), blocks=tuple(text.blocks), words=tuple(text.words), pages=tuple(sizes),
        hidden=tuple(hidden), unread=tuple(unread), language=language,
        ocr_pages=tuple(page.index + 1 for page in pages if page.ocr is not None),
    )  # fmt: skip


def _said(words: tuple[tuple[Char, ...], ...]) -> str:
    return " ".join("".join(char.text for char in word) for word in words)


def _of(words: tuple[tuple[Char, ...], ...]) -> tuple[float, float, float, float]:
    chars = [char for word in words for char in word]
    return (
        min(c.left for c in chars),
        min(c.top for c in chars),
        max(c.right for c in chars),
        max(c.bottom for c in chars),
    )


def _points(box: tuple[float, float, float, float], scale: float) -> Box:
    return Box(*(round(side / scale, 2) for side in box))


def _put_run(text: _Text, page: _Page, run: Run, unproven: frozenset[tuple[int, ...]]) -> None:
    text.line += 1
    for k, word in enumerate(run.words):
        start, end = text.put("".join(char.text for char in word))
        first = word[0]
        text.words.append(
            Word(
                start, end, page.index + 1, text.line, _points(_of((word,)), page.scale), round(first.size / page.scale, 2), run.angle,
                page.faces[first.font], first.colour, False, round(_base(first, run.angle, page), 2), key_of(word) not in unproven,
            )
        )  # fmt: skip
        text.put("\n" if k == len(run.words) - 1 else " ")


def _high(line: tuple[SeenWord, ...], page: _Page) -> float:
    """Height of a line's ink in points."""
    upright = line[0].angle in (0, 180)
    return max((w.bottom - w.top) if upright else (w.right - w.left) for w in line) / page.scale


def _put_pixels(text: _Text, page: _Page, line: tuple[SeenWord, ...], usual: float) -> None:
    """One line of OCR words. The usual height of the page's lines stands for its own, which would tell of tall letters."""
    text.line += 1
    angle, size = line[0].angle, _high(line, page)
    size = usual if 0.6 * usual <= size <= 1.6 * usual else size
    low = {
        0: max(w.bottom for w in line) / page.scale, 90: max(w.right for w in line) / page.scale,
        180: page.height - min(w.top for w in line) / page.scale, 270: page.width - min(w.left for w in line) / page.scale,
    }[angle]  # fmt: skip
    base = round(low - 0.2 * size, 2)
    for k, word in enumerate(line):
        start, end = text.put(word.text)
        box = _points((word.left, word.top, word.right, word.bottom), page.scale)
        text.words.append(
            Word(
                start,
                end,
                page.index + 1,
                text.line,
                box,
                round(size, 2),
                angle,
                "sans",
                (0, 0, 0),
                True,
                base,
                word.confidence >= LEAST_CONFIDENCE,
            )
        )
        text.put("\n" if k == len(line) - 1 else " ")


def _base(char: Char, angle: int, page: _Page) -> float:
    """Distance of the baseline from the top of the page, the page turned so that the text stands upright."""
    x, y = char.origin_x / page.scale, char.origin_y / page.scale
    return {90: x, 180: page.height - y, 270: page.width - x}.get(angle, y)
