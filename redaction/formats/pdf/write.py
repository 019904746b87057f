"""Writes a PDF of page pictures with an invisible text layer, byte by byte: no identifier, date, tool or font of anyone.

The same pages always give the same bytes.
"""

import io
import math
import zlib
from collections.abc import Iterator

from msgspec import Struct
from PIL import Image

from redaction.formats.pdf.reset import Placed


class PagePicture(Struct, frozen=True, kw_only=True):
    """One finished page: encoded picture and the words that may be searched and copied."""

    width: float
    height: float
    picture: bytes
    filter: str  # CCITTFaxDecode or DCTDecode
    colour: bool
    pixels: tuple[int, int]
    words: tuple[Placed, ...]
    label: tuple[str, int] = ("D", 0)


def encoded(picture: Image.Image, mode: str) -> tuple[bytes, str]:
    """The page picture as fax group 4 (black and white) or JPEG (grey, colour)."""
    out = io.BytesIO()
    if mode == "1":
        picture.convert("L").point(lambda v: 255 if v > 140 else 0).convert("1", dither=Image.Dither.NONE).save(
            out, "TIFF", compression="group4", tiffinfo={278: picture.height}
        )
        with Image.open(io.BytesIO(out.getvalue())) as tiff:
            tags = tiff.tag_v2  # type: ignore[attr-defined]
            offsets, counts = tags[273], tags[279]
        data = out.getvalue()
        if len(offsets) != 1:
            raise ValueError("one strip expected")
        return data[offsets[0] : offsets[0] + counts[0]], "CCITTFaxDecode"
    picture.convert("L" if mode == "L" else "RGB").save(out, "JPEG", quality=72 if mode == "L" else 78, optimize=True)
    return out.getvalue(), "DCTDecode"


class _Fonts:
    """Fonts without letters: every character of the text layer gets a code of its own, 200 to a font."""

    SIZE = 200

    def __init__(self, pages: list[PagePicture]) -> None:
        letters = sorted({c for page in pages for word in page.words for c in word.text} | {" "})
        self._code = {letter: (k // self.SIZE, k % self.SIZE + 33) for k, letter in enumerate(letters)}
        self.count = (len(letters) + self.SIZE - 1) // self.SIZE
        self.letters = letters

    def coded(self, text: str) -> Iterator[tuple[int, bytes]]:
        """(font, codes) for stretches of text in one font."""
        current, codes = -1, bytearray()
        for letter in text:
            font, code = self._code[letter]
            if font != current and codes:
                yield current, bytes(codes)
                codes = bytearray()
            current = font
            codes.append(code)
        if codes:
            yield current, bytes(codes)

    def to_unicode(self, font: int) -> bytes:
        rows = [
            f"<{k + 33:02x}> <{letter.encode('utf-16-be').hex()}>"
            for k, letter in enumerate(self.letters[font * self.SIZE : (font + 1) * self.SIZE])
        ]
        parts = [rows[at : at + 100] for at in range(0, len(rows), 100)]
        body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /T def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<00> <ff>\nendcodespacerange\n{body}\nendcmap\nend\nend"
        ).encode()

    def dictionary(self, font: int, unicode_object: int, glyph_object: int) -> str:
        amount = len(self.letters[font * self.SIZE : (font + 1) * self.SIZE])
        names = " ".join(f"/g{k}" for k in range(amount))
        procs = " ".join(f"/g{k} {glyph_object} 0 R" for k in range(amount))
        return (
            "<</Type/Font/Subtype/Type3/FontBBox[0 -200 500 800]/FontMatrix[.001 0 0 .001 0 0]/Resources<<>>"
            f"/FirstChar 33/LastChar {32 + amount}/Widths[{' '.join(['500'] * amount)}]"
            f"/Encoding<</Type/Encoding/Differences[33 {names}]>>/CharProcs<<{procs}>>/ToUnicode {unicode_object} 0 R>>"
        )


def write_pdf(pages: list[PagePicture], language: str) -> bytes:
    """The finished file."""
    fonts = _Fonts(pages)
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets: list[int] = []

    def put(body: bytes | str) -> int:
        offsets.append(len(out))
        out.extend(
            f"{len(offsets)} 0 obj\n".encode() + (body.encode() if isinstance(body, str) else body) + b"\nendobj\n"
        )
        return len(offsets)

    def stream(entries: str, data: bytes) -> bytes:
        return f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"

    def packed(data: bytes) -> bytes:
        return stream("/Filter/FlateDecode", zlib.compress(data, 9))

    glyph = put(stream("", b"500 0 0 -200 500 800 d1"))
    font_numbers = []
    for k in range(fonts.count):
        unicode_object = put(packed(fonts.to_unicode(k)))
        font_numbers.append(put(fonts.dictionary(k, unicode_object, glyph)))
    font_entries = "".join(f"/F{k} {number} 0 R" for k, number in enumerate(font_numbers))
    tree = len(offsets) + 3 * len(pages) + 1
    kids = []
    for page in pages:
        wide, high = page.pixels
        space = "/DeviceRGB" if page.colour else "/DeviceGray"
        depth, extra = (
            (1, f"/DecodeParms<</K -1/BlackIs1 true/Columns {wide}/Rows {high}>>")
            if page.filter == "CCITTFaxDecode"
            else (8, "")
        )
        picture = put(
            stream(
                f"/Type/XObject/Subtype/Image/Width {wide}/Height {high}/ColorSpace{space}/BitsPerComponent {depth}/Filter/{page.filter}{extra}",
                page.picture,
            )
        )
        content = put(packed(_content(page, fonts)))
        kids.append(
            put(
                f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {page.width:.2f} {page.height:.2f}]/Contents {content} 0 R"
                f"/Resources<</XObject<</I {picture} 0 R>>/Font<<{font_entries}>>>>>>"
            )
        )
    put(f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>")
    labels = (
        "".join(f"{k}<</S/{page.label[0]}/St {page.label[1]}>>" for k, page in enumerate(pages))
        if any(p.label[1] != k or p.label[0] != "D" for k, p in enumerate(pages, 1))
        else ""
    )
    root = put(
        f"<</Type/Catalog/Pages {tree} 0 R"
        + (f"/Lang({language})" if language else "")
        + (f"/PageLabels<</Nums[{labels}]>>" if labels else "")
        + ">>"
    )
    start = len(out)
    out += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<</Size {len(offsets) + 1}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _content(page: PagePicture, fonts: _Fonts) -> bytes:
    """The picture over the whole page, then the words, drawn without ink, at whole points."""
    parts = [f"q {page.width:.2f} 0 0 {page.height:.2f} 0 0 cm /I Do Q\nBT 3 Tr"]
    for word in page.words:
        turn = math.radians(word.angle)
        cos, sin = round(math.cos(turn), 4), round(math.sin(turn), 4)
        box = word.box
        size = max(1, round(word.size))
        wide = {0: box.width, 180: box.width, 90: box.height, 270: box.height}.get(
            word.angle, math.hypot(box.width, box.height)
        )
        stretch = max(10, min(400, round(100 * wide / max(1.0, 0.5 * size * len(word.text)))))
        x, y = _start(word, page.height)
        parts.append(f"{cos:g} {sin:g} {-sin:g} {cos:g} {round(x)} {round(y)} Tm {stretch} Tz")
        parts += [f"/F{font} {size} Tf <{codes.hex()}> Tj" for font, codes in fonts.coded(word.text + " ")]
    parts.append("ET")
    return "\n".join(parts).encode()


def _start(word: Placed, height: float) -> tuple[float, float]:
    """Where the word's baseline begins, in PDF coordinates."""
    box, drop = word.box, 0.2 * word.size
    if word.angle < 90:
        return box.left, height - box.bottom + (drop if word.angle == 0 else 0)
    if word.angle < 180:
        return box.right - (drop if word.angle == 90 else 0), height - box.bottom
    if word.angle < 270:
        return box.right, height - box.top - (drop if word.angle == 180 else 0)
    return box.left + (drop if word.angle == 270 else 0), height - box.top
