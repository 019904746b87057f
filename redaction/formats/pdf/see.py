"""Looks at one page twice, with and without its text, and says which characters change what a reader sees.

A character that changes no pixel is not there for a reader, whatever the file claims: white, clipped, covered, switched
off or outside the page. The difference of the two pictures is the proof.
"""

import ctypes
from collections.abc import Iterator

import numpy
import pypdfium2
import pypdfium2.raw as pdfium
from msgspec import Struct
from numpy.typing import NDArray

from redaction.formats.model import Limits, Reason, Unreadable

Pixels = NDArray[numpy.uint8]

VISIBLE = 32  # of 255: a smaller change of a pixel is not ink that one can read
MIN_POINTS = 2.6  # smaller print is not readable on paper
MAX_FORM_DEPTH = 12
MAX_CHARACTERS = 60_000


class Char(Struct, frozen=True, array_like=True):
    """One character of the file's text with its place in pixels of the rendered page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    origin_x: float
    origin_y: float
    advance: float  # pixels along the baseline
    size: float  # pixels
    angle: int  # degrees, anticlockwise
    font: int  # index into Sight.fonts
    colour: tuple[int, int, int]
    order: int


class Font(Struct, frozen=True):
    name: str
    face: str


class Sight(Struct, frozen=True, kw_only=True):
    """A page as seen, the same page without its text, and what the file says is written on it."""

    seen: Pixels
    bare: Pixels
    scale: float  # pixels a point
    chars: tuple[Char, ...]
    fonts: tuple[Font, ...]
    spaces: tuple[Char, ...]
    outside: str  # text of the file that lies outside the page
    unnamed: bool  # glyphs without a character: their text is unknown


def open_pdf(data: bytes, password: str, limits: Limits) -> pypdfium2.PdfDocument:
    """The document, or a reason. Page trees that lie about their length are counted, not believed."""
    if len(data) > limits.bytes:
        raise Unreadable(Reason.TOO_LARGE)
    try:
        document = pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError as error:
        locked = "assword" in str(error)
        raise Unreadable(Reason.ENCRYPTED if locked else Reason.DAMAGED) from None
    if len(document) > limits.pages:
        raise Unreadable(Reason.TOO_MANY_PAGES)
    if len(document) == 0:
        raise Unreadable(Reason.DAMAGED)
    document.init_forms()
    return document


def scale_of(width: float, height: float, limits: Limits) -> float:
    """Pixels a point: 200 dpi, less where the page is larger than the pixel limit allows, none where it is absurd."""
    if not (1 <= width <= 14_400 and 1 <= height <= 14_400):
        raise Unreadable(Reason.TOO_MANY_PIXELS)
    scale = limits.dpi / 72
    pixels = width * height * scale * scale
    if pixels > limits.pixels:
        scale *= (limits.pixels / pixels) ** 0.5
    if scale < 100 / 72:
        raise Unreadable(Reason.TOO_MANY_PIXELS)
    return scale


def look(document: pypdfium2.PdfDocument, index: int, limits: Limits, *, words: bool = True) -> Sight:
    """Everything to know about one page (index from 0); without `words` the two pictures only."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        raise Unreadable(Reason.DAMAGED, f"page {index + 1}") from None
    try:
        width, height = page.get_size()
        scale = scale_of(width, height, limits)
        chars, spaces, fonts, outside, unnamed = (
            _characters(page, scale, width, height) if words else ([], [], [], "", False)
        )
        seen = bare = _render(page, scale)
        if chars or unnamed or not words:
            objects = list(_text_objects(page))
            for text_object in objects:
                pdfium.FPDFPageObj_SetIsActive(text_object, False)
            bare = _render(page, scale) if objects else seen
    finally:
        page.close()
    return Sight(
        seen=seen, bare=bare, scale=scale, chars=tuple(chars), fonts=tuple(fonts), spaces=tuple(spaces), outside=outside, unnamed=unnamed
    )  # fmt: skip


def _render(page: pypdfium2.PdfPage, scale: float) -> Pixels:
    bitmap = page.render(
        scale=scale,
        may_draw_forms=True,
        draw_annots=True,
        rev_byteorder=True,
        bitmap_maker=pypdfium2.PdfBitmap.new_native,
    )
    array: Pixels = numpy.array(bitmap.to_numpy()[:, :, :3], dtype=numpy.uint8)
    bitmap.close()
    return array


def _text_objects(page: pypdfium2.PdfPage) -> Iterator[object]:
    """Every text object of the page, those in nested forms included."""
    raw = page.raw
    stack = [(pdfium.FPDFPage_GetObject(raw, i), 0) for i in range(pdfium.FPDFPage_CountObjects(raw))]
    looked = 0
    while stack:
        item, depth = stack.pop()
        looked += 1
        if looked > 2_000_000:
            raise Unreadable(Reason.TOO_MANY_PARTS)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH:
            stack += [
                (pdfium.FPDFFormObj_GetObject(item, i), depth + 1) for i in range(pdfium.FPDFFormObj_CountObjects(item))
            ]


def _device(
    page: pypdfium2.PdfPage, scale: float, width: float, height: float
) -> tuple[float, float, float, float, float, float]:
    """The map from page coordinates to pixels: pdfium knows about rotation, user units and odd origins; three points pin it down."""
    fine = 64
    wide, high = int(width * fine), int(height * fine)
    found: list[tuple[float, float]] = []
    x, y = ctypes.c_int(), ctypes.c_int()
    for px, py in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)):
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, wide, high, 0, px, py, x, y)
        found.append((x.value * scale * width / wide, y.value * scale * height / high))
    (ox, oy), (ax, ay), (bx, by) = found
    return (ax - ox) / 1000, (bx - ox) / 1000, ox, (ay - oy) / 1000, (by - oy) / 1000, oy


def _characters(
    page: pypdfium2.PdfPage, scale: float, width: float, height: float
) -> tuple[list[Char], list[Char], list[Font], str, bool]:
    text_page = page.get_textpage()
    raw = text_page.raw
    count = pdfium.FPDFText_CountChars(raw)
    if count > MAX_CHARACTERS:
        raise Unreadable(Reason.TOO_MANY_PARTS)
    a, b, c, d, e, f = _device(page, scale, width, height)
    wide, high = width * scale, height * scale
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    loose = pdfium.FS_RECTF()
    fonts: list[Font] = []
    known: dict[tuple[str, int], int] = {}
    by_object: dict[int, int] = {}
    chars: list[Char] = []
    spaces: list[Char] = []
    outside: list[str] = []
    unnamed = False
    for i in range(count):
        if pdfium.FPDFText_IsGenerated(raw, i) == 1:
            if outside and outside[-1] != " ":
                outside.append(" ")
            continue
        code = pdfium.FPDFText_GetUnicode(raw, i)
        if (
            code in (0, 0xFFFD, 0xFFFE, 0xFFFF)
            or 0xE000 <= code <= 0xF8FF
            or code > 0x10FFFF
            or 0xD800 <= code <= 0xDFFF
        ):
            unnamed = True
            continue
        text = "-" if code == 2 else chr(code)
        pdfium.FPDFText_GetCharBox(raw, i, left, right, bottom, top)
        xs = (
            a * left.value + b * bottom.value + c,
            a * right.value + b * top.value + c,
            a * left.value + b * top.value + c,
        )
        ys = (
            d * left.value + e * bottom.value + f,
            d * right.value + e * top.value + f,
            d * left.value + e * top.value + f,
        )
        pdfium.FPDFText_GetCharOrigin(raw, i, origin_x, origin_y)
        at_x = a * origin_x.value + b * origin_y.value + c
        at_y = d * origin_x.value + e * origin_y.value + f
        owner = pdfium.FPDFText_GetTextObject(raw, i)
        key = ctypes.cast(owner, ctypes.c_void_p).value or 0
        if key not in by_object:
            name, face = _font(raw, i)
            if (name, 0) not in known:
                known[(name, 0)] = len(fonts)
                fonts.append(Font(name=name, face=face))
            by_object[key] = known[(name, 0)]
        size, angle = _size_and_angle(raw, i, a, b, d, e)
        pdfium.FPDFText_GetLooseCharBox(raw, i, loose)
        advance = _advance(loose, angle, a, b, d, e) if angle % 90 == 0 else 0.55 * size
        pdfium.FPDFText_GetFillColor(raw, i, red, green, blue, alpha)
        char = Char(
            text=text, left=min(xs), top=min(ys), right=max(xs), bottom=max(ys), origin_x=at_x, origin_y=at_y, advance=advance, size=size, angle=angle,
            font=by_object[key], colour=(red.value, green.value, blue.value), order=i,
        )  # fmt: skip
        if not text.strip() or code == 0xAD:
            spaces.append(char)
            if outside and outside[-1] != " ":
                outside.append(" ")
        elif char.right <= 0 or char.bottom <= 0 or char.left >= wide or char.top >= high:
            outside.append(text)
        else:
            chars.append(char)
    text_page.close()
    return chars, spaces, fonts, "".join(outside).strip(), unnamed


def _size_and_angle(raw: object, i: int, a: float, b: float, d: float, e: float) -> tuple[float, int]:
    """Type size in pixels and direction of the baseline on the rendered page."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(raw, i, matrix)
    points = pdfium.FPDFText_GetFontSize(raw, i)
    along_x, along_y = a * matrix.a + b * matrix.b, d * matrix.a + e * matrix.b
    up_x, up_y = a * matrix.c + b * matrix.d, d * matrix.c + e * matrix.d
    angle = round(numpy.degrees(numpy.arctan2(-along_y, along_x))) % 360
    high = float(numpy.hypot(up_x, up_y)) * points
    return (high if high > 0 else abs(points)), int(angle)


def _advance(loose: object, angle: int, a: float, b: float, d: float, e: float) -> float:
    """How far the pen moves for this character, in pixels."""
    wide, high = float(loose.right - loose.left), float(loose.top - loose.bottom)  # type: ignore[attr-defined]
    return abs(a * wide) + abs(b * high) if angle in (0, 180) else abs(d * wide) + abs(e * high)


def _font(raw: object, i: int) -> tuple[str, str]:
    buffer = ctypes.create_string_buffer(256)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, i, buffer, 256, flags)
    name = buffer.value.decode("utf-8", "replace")
    weight = pdfium.FPDFText_GetFontWeight(raw, i)
    low = name.lower()
    if flags.value & 1 or any(word in low for word in ("mono", "courier", "consol", "typewriter")):
        return name, "mono"
    serif = bool(flags.value & 2) or any(
        word in low for word in ("times", "serif", "roman", "georgia", "garamond", "cambria", "cmr", "book")
    )
    if "sans" in low or "arial" in low or "helvetica" in low:
        serif = False
    bold = weight >= 600 or "bold" in low or "black" in low
    return name, ("serif" if serif else "sans") + ("-bold" if bold else "")
