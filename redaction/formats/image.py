"""Pictures: words by OCR, output encoded anew from pixels. Metadata, thumbnails, further frames and trailing data stay behind."""

import io
from typing import Any

import numpy
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import TAGS

from redaction.formats.cutting import Cutter
from redaction.formats.model import (
    Block,
    Box,
    Hidden,
    Kind,
    Manner,
    Mark,
    PageSize,
    Reading,
    Reason,
    Unread,
    Unreadable,
    Word,
    merged,
)  # fmt: skip
from redaction.formats.ocr import SeenWord, have_ocr, read_picture
from redaction.formats.pdf.agree import legible
from redaction.formats.pdf.apply import paint_page
from redaction.formats.upright import skew_of, straightened

SCALE = 200 / 72  # pixels a point: a picture is treated as a page at 200 dpi
SMALL = 1100
# How the pixels lie in a TIFF file: sizes, strips, tiles, compression, resolution. Nobody's words; the new file has its own.
_LAYOUT = {254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 292, 293, 296, 297, 317, 318, 319, 320, 322, 323, 324, 325, 338, 339, 340, 341, 347, 512, 513, 514, 519, 520, 521, 529, 530, 531, 532}  # fmt: skip
_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.TIFF: "TIFF"}


def open_picture(data: bytes, kind: Kind, limits_pixels: int) -> Image.Image:
    """The picture, or a reason. Only the named format's decoder is tried, and the size is checked before any pixel is decoded."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit below is stricter and has a sentence
    try:
        picture = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Unreadable(Reason.DAMAGED) from None
    if picture.width * picture.height > limits_pixels:
        raise Unreadable(Reason.TOO_MANY_PIXELS)
    return picture


def as_seen(picture: Image.Image) -> Image.Image:
    """What a viewer shows: turned as its orientation says, see-through parts on white paper, eight bits a channel."""
    try:
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            colour = picture.convert("RGBA")
            flat = Image.new("RGB", colour.size, "white")
            flat.paste(colour, mask=colour.getchannel("A"))
            return flat
        if picture.mode.startswith("I") or picture.mode == "F":
            values = numpy.asarray(picture).astype(numpy.float64)
            span = float(values.max() - values.min()) or 1.0
            return Image.fromarray(((values - values.min()) * (255 / span)).astype(numpy.uint8)).convert("RGB")
        return picture.convert("RGB")
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, TypeError, KeyError):
        raise Unreadable(Reason.DAMAGED) from None


def read_words(picture: Image.Image, languages: str) -> list[SeenWord]:
    """All words of a picture: a reading as a page first, then single words scattered over it."""
    grey = picture.convert("L")
    times = 2 if max(grey.size) < SMALL else 1
    if times > 1:
        grey = grey.resize((grey.width * times, grey.height * times), Image.Resampling.BICUBIC)
    words = read_picture(grey, dpi=200, languages=languages)
    for more in read_picture(grey, dpi=200, languages=languages, sparse=True):
        if more.confidence >= 40 and not any(_overlap(more, word) for word in words):
            words.append(more)
    return [
        SeenWord(w.text, w.left // times, w.top // times, -(-w.right // times), -(-w.bottom // times), w.confidence, w.line) for w in words
    ]  # fmt: skip


def read_straight(picture: Image.Image, languages: str) -> tuple[Image.Image, float, list[SeenWord]]:
    """(the picture set straight if that lets more of it be read, by how much it was turned, its words)."""
    words, skew = read_words(picture, languages), skew_of(picture)
    if skew:
        turned = straightened(picture, skew)
        more = read_words(turned, languages)
        if _sure(more) > _sure(words):
            return turned, skew, more
    return picture, 0.0, words


def _sure(words: list[SeenWord]) -> int:
    return sum(len(word.text) for word in words if word.confidence > 60)


def _overlap(a: SeenWord, b: SeenWord) -> bool:
    return min(a.right, b.right) > max(a.left, b.left) and min(a.bottom, b.bottom) > max(a.top, b.top)


def words_at(seen: list[SeenWord], *, page: int, start: int, line: int) -> tuple[str, list[Word], int]:
    """The text of a picture and its words with offsets from `start`; also the next free line number."""
    parts: list[str] = []
    words: list[Word] = []
    at = start
    lines: list[list[SeenWord]] = []
    for word in seen:
        if not legible(word):
            continue
        last = lines[-1][-1] if lines else None
        if last is not None and last.line == word.line and abs(last.top - word.top) < 2 * (last.bottom - last.top):
            lines[-1].append(word)
        else:
            lines.append([word])
    heights = sorted(max(w.bottom - w.top for w in row) for row in lines)
    usual = heights[len(heights) // 2] if heights else 0
    for row in lines:
        line += 1
        high = max(w.bottom - w.top for w in row)
        size = (usual if 0.6 * usual <= high <= 1.6 * usual else high) / SCALE
        base = max(w.bottom for w in row) / SCALE - 0.2 * size
        for k, word in enumerate(row):
            box = Box(word.left / SCALE, word.top / SCALE, word.right / SCALE, word.bottom / SCALE)
            words.append(
                Word(
                    at, at + len(word.text), page, line, box, round(size, 2), 0, "sans", (0, 0, 0), True, round(base, 2)
                )
            )
            parts.append(word.text + ("\n" if k == len(row) - 1 else " "))
            at += len(parts[-1])
    return "".join(parts), words, line


def frames_of(picture: Image.Image, kind: Kind, manner: Manner) -> list[int]:
    """Which pictures of the file are pages. Others are hidden content: most viewers never show them."""
    count = getattr(picture, "n_frames", 1) if kind is Kind.TIFF else 1
    pages = [0]
    for frame in range(1, count):
        picture.seek(frame)
        tags: Any = picture.tag_v2  # type: ignore[attr-defined]
        declared = tags.get(254, 0) == 2 or 297 in tags or tags.get(259) in (2, 3, 4)
        if declared or manner.all_frames:
            pages.append(frame)
    picture.seek(0)
    if count > manner.limits.pages:
        raise Unreadable(Reason.TOO_MANY_PAGES)
    return pages


def read_image(data: bytes, kind: Kind, manner: Manner) -> Reading:
    """Words with places, and what else the file holds."""
    picture = open_picture(data, kind, manner.limits.pixels)
    hidden = hidden_in(data, picture, kind)
    try:
        pages = frames_of(picture, kind, manner)
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError):
        raise Unreadable(Reason.DAMAGED) from None
    count = getattr(picture, "n_frames", 1)
    for frame in range(count):
        if frame not in pages:
            hidden.append(
                Hidden("further picture", f"picture {frame + 1}", "a further picture that most viewers do not show")
            )
    text, words, blocks, sizes, line = "", [], [], [], 0
    unread: list[Unread] = []
    for number, frame in enumerate(pages, 1):
        picture.seek(frame)
        if picture.width * picture.height > manner.limits.pixels:
            raise Unreadable(Reason.TOO_MANY_PIXELS)
        shown = as_seen(picture.copy())
        place = f"picture {number}" if len(pages) > 1 else "picture"
        if not have_ocr():
            unread.append(Unread(Reason.NO_OCR, place))
            sizes.append(PageSize(shown.width / SCALE, shown.height / SCALE))
            continue
        shown, skew, seen = read_straight(shown, manner.languages)
        sizes.append(PageSize(shown.width / SCALE, shown.height / SCALE, skew=skew))
        more, found, line = words_at(seen, page=number, start=len(text), line=line)
        if more:
            blocks.append(Block(len(text), len(text) + len(more), place))
        text += more
        words += found
    return Reading(
        kind=kind, text=text, blocks=tuple(blocks), words=tuple(words), pages=tuple(sizes), hidden=tuple(hidden), unread=tuple(unread),
        engines=("pillow", "tesseract"), ocr_pages=tuple(range(1, len(pages) + 1)),
    )  # fmt: skip


def hidden_in(data: bytes, picture: Image.Image, kind: Kind) -> list[Hidden]:
    """Metadata and appendages, in words for the reviewer."""
    out: list[Hidden] = []
    try:
        exif = picture.getexif()
        for tag, value in list(exif.items())[:200]:
            if tag in _LAYOUT and not isinstance(value, str):
                continue
            out.append(Hidden(f"picture metadata: {TAGS.get(tag, 'further tag')}", "picture", _said(value)))
        for block in (0x8769, 0x8825, 0xA005):
            for tag, value in list(exif.get_ifd(block).items())[:200]:
                out.append(Hidden(f"picture metadata: {TAGS.get(tag, 'further tag')}", "picture", _said(value)))
    except (OSError, SyntaxError, ValueError, KeyError, TypeError):
        out.append(Hidden("picture metadata", "picture", "metadata that can't be read"))
    for name, value in list(picture.info.items())[:100]:
        # Numbers say how the pixels are stored; words and bytes may say anything.
        if not isinstance(value, str | bytes) and not _worded(value):
            continue
        if name in ("compression", "jfif", "srgb", "progressive", "progression"):
            continue
        known = (
            str(name)
            if name in ("exif", "xmp", "icc_profile", "comment", "photoshop", "Software", "Author", "Description")
            else "text"
        )
        out.append(Hidden(f"picture metadata: {known}", "picture", f"{name} {_said(value)}".strip()))
    if kind is Kind.PNG and b"IEND" in data and len(data) - data.rfind(b"IEND") > 16:
        out.append(Hidden("data after the end of the picture", "file", "unknown data"))
    if kind is Kind.PNG and data.count(b"IEND") > 1:
        out.append(Hidden("second picture after the end", "file", "a second picture"))
    if kind is Kind.JPEG and len(data) - data.rfind(b"\xff\xd9") > 8:
        out.append(
            Hidden(
                "data after the end of the picture",
                "file",
                data[data.rfind(b"\xff\xd9") + 2 :][:2000].decode("utf-8", "replace"),
            )
        )
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        out.append(Hidden("see-through parts", "picture", "pixels under see-through parts are dropped"))
    return [one for one in out if one.text]


def _worded(value: object) -> bool:
    """Whether a value holds more than numbers."""
    if isinstance(value, dict):
        return True
    if isinstance(value, tuple | list):
        return any(_worded(one) for one in value)
    return isinstance(value, str | bytes)


def _said(value: object) -> str:
    if isinstance(value, bytes):
        wide = value.count(0) > len(value) // 3
        return value[:2000].decode("utf-16-le" if wide else "utf-8", "ignore").replace("\x00", "").strip()
    return str(value)[:2000].replace("\x00", "").strip()


def painted(picture: Image.Image, words: list[Word], cutter: Cutter, facsimile: bool) -> Image.Image:
    """The picture without what is marked."""
    page, _ = paint_page(picture, picture, words, cutter, SCALE, facsimile)
    return page


def apply_image(data: bytes, reading: Reading, marks: tuple[Mark, ...], manner: Manner) -> bytes:
    """The redacted picture in the same format, from pixels."""
    cutter = Cutter(reading.text, merged(marks, len(reading.text)))
    picture = open_picture(data, reading.kind, manner.limits.pixels)
    pages = frames_of(picture, reading.kind, manner)
    if len(pages) != len(reading.pages):
        raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
    shown: list[Image.Image] = []
    for number, frame in enumerate(pages, 1):
        picture.seek(frame)
        straight = straightened(as_seen(picture.copy()), reading.pages[number - 1].skew)
        shown.append(painted(straight, [w for w in reading.words if w.page == number], cutter, manner.facsimile))
    return encode(shown, reading.kind)


def encode(pictures: list[Image.Image], kind: Kind) -> bytes:
    """Pixels to a file without any metadata."""
    clean = [Image.frombytes("RGB", p.size, p.convert("RGB").tobytes()) for p in pictures]
    if all(_is_grey(p) for p in clean):
        clean = [p.convert("L") for p in clean]
    out = io.BytesIO()
    match kind:
        case Kind.JPEG:
            clean[0].save(out, "JPEG", quality=88)
        case Kind.TIFF:
            clean[0].save(out, "TIFF", compression="tiff_deflate", save_all=True, append_images=clean[1:])
        case _:
            clean[0].save(out, "PNG")
    return out.getvalue()


def _is_grey(picture: Image.Image) -> bool:
    array = numpy.asarray(picture)
    return bool((array[:, :, 0] == array[:, :, 1]).all() and (array[:, :, 1] == array[:, :, 2]).all())
