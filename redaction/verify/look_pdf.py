"""PDF: every object of every revision, every stream, three readings of the text, and OCR of what is seen and of what is covered."""

import ctypes
import io
import re
import shutil
import subprocess
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from redaction import paces
from redaction.verify.look_picture import read_pixels, recognise

if TYPE_CHECKING:
    from redaction.verify.look import Looker

MOST_PAGES = 1000
MOST_OBJECTS = 500_000
MOST_REVISIONS = 8
MOST_SIDE = 5000
_LITERAL = re.compile(rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)", re.S)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]{4,})>")


def look_pdf(looker: "Looker", data: bytes, place: str, depth: int) -> None:
    """Everything in a PDF."""
    ends = [found.end() for found in re.finditer(rb"%%EOF", data)]
    for number, end in enumerate(ends[:-1][:MOST_REVISIONS], 1):
        _objects(looker, data[:end] + b"\n", f"{place} > revision {number}", depth, last=False)
    _carved(looker, data, place)
    _objects(looker, data, place, depth, last=True)
    _texts(looker, data, place)
    _pages(looker, data, place)


def _carved(looker: "Looker", data: bytes, place: str) -> None:
    """Streams found by their words alone, listed or not."""
    for count, found in enumerate(re.finditer(rb"stream\r?\n(.*?)endstream", data, re.S), 1):
        raw = found[1]
        if raw[:1] not in (b"x", b"H", b"h", b"X"):
            continue
        try:
            inner = zlib.decompressobj().decompress(raw, 100_000_000)
        except zlib.error:
            continue
        looker.hunt.raw(inner, f"{place} > stream {count}")
        _strings(looker, inner, f"{place} > stream {count}")


def _strings(looker: "Looker", data: bytes, place: str) -> None:
    """Literal and hexadecimal strings, one by one and run together, as pages are often written letter by letter."""
    parts: list[bytes] = []
    for found in _LITERAL.finditer(data[:8_000_000]):
        parts.append(re.sub(rb"\\(\r\n|\n|\r|[0-7]{1,3}|.)", _escape, found[0][1:-1], flags=re.S))
    for found in _HEX.finditer(data[:8_000_000]):
        digits = re.sub(rb"\s", b"", found[1])
        parts.append(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))
    looker.hunt.raw(b" ".join(parts), place)
    looker.hunt.text(b"".join(parts).decode("cp1252", "ignore"), place, "strings run together")
    for part in parts:
        if part[:2] == b"\xfe\xff" or (len(part) > 6 and part[::2].count(0) > len(part) // 3):
            looker.hunt.text(part.decode("utf-16-be", "ignore"), place, "UTF-16 string", squeezed=False)


def _escape(found: "re.Match[bytes]") -> bytes:
    what = found[1]
    if what[:1] in b"\r\n":
        return b""
    if what[:1] in b"01234567":
        return bytes([int(what, 8) & 255])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(what, what)


def _objects(looker: "Looker", data: bytes, place: str, depth: int, *, last: bool) -> None:
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        looker.hunt.could_not_look(place, "locked with a password")
        return
    except pikepdf.PdfError:
        if last:
            looker.hunt.could_not_look(place, "object tree not readable")
        return
    looker.hunt.engines.add("pikepdf")
    with pdf:
        if len(pdf.objects) > MOST_OBJECTS:
            looker.hunt.could_not_look(place, "too many objects")
            return
        for item in [*pdf.objects, pdf.trailer]:
            looker.hunt.looked["objects"] += 1
            number = item.objgen[0] if isinstance(item, pikepdf.Object) and item.is_indirect else 0
            where = f"{place} > object {number}"
            _values(looker, item, where, 0)
            if isinstance(item, pikepdf.Stream):
                _stream(looker, item, where, depth, last=last)


def _values(looker: "Looker", item: object, place: str, level: int) -> None:
    if level > 60:
        looker.hunt.could_not_look(place, "nested too deeply")
    elif isinstance(item, pikepdf.String):
        looker.hunt.text(str(item), place, "string")
        looker.hunt.raw(bytes(item), place)
    elif isinstance(item, pikepdf.Name):
        looker.hunt.text(str(item), place, "name")
    elif isinstance(item, pikepdf.Array):
        for part in item:
            if not getattr(part, "is_indirect", False):
                _values(looker, part, place, level + 1)
    elif isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for key in item.keys():  # noqa: SIM118 - a stream is not iterable
            looker.hunt.text(key, place, "name")
            inner = item.get(key)
            if not getattr(inner, "is_indirect", False):
                _values(looker, inner, place, level + 1)


def _stream(looker: "Looker", item: "pikepdf.Stream", place: str, depth: int, *, last: bool) -> None:
    picture = item.get("/Subtype") == "/Image" or ("/Width" in item and "/Height" in item)
    raw = item.read_raw_bytes()
    looker.hunt.raw(raw, place, packed=True)
    if picture:
        if last:
            _picture(looker, item, raw, place)
        return
    try:
        data = item.read_bytes()
    except pikepdf.PdfError:
        looker.hunt.could_not_look(place, "stream not decodable")
        return
    looker.hunt.raw(data, place)
    _strings(looker, data, place)
    if (
        item.get("/Type") == "/EmbeddedFile"
        or data[:4] in (b"PK\x03\x04", b"%PDF", b"\x89PNG")
        or data[:3] == b"\xff\xd8\xff"
    ):
        looker.look(data, f"{place} > attached file", depth + 1)
    elif data[:5] == b"<?xml" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = (
            data.decode("utf-16", "ignore")
            if data[:2] in (b"\xff\xfe", b"\xfe\xff")
            else data.decode("utf-8", "ignore")
        )
        looker.hunt.text(re.sub(r"<[^>]*>", "", text), place, "text of markup")


def _picture(looker: "Looker", item: "pikepdf.Stream", raw: bytes, place: str) -> None:
    """A picture by itself, without masks: what the page hides is still in it. Whole-page pictures are read with their page."""
    looker.hunt.looked["pictures in file"] += 1
    if raw[:3] == b"\xff\xd8\xff":
        with Image.open(io.BytesIO(raw)) as picture:
            for name, value in picture.info.items():
                looker.hunt.raw(
                    value if isinstance(value, bytes) else str(value).encode(), f"{place} > {str(name)[:20]}"
                )
    elif raw[:12] == b"\x00\x00\x00\x0cjP  \r\n\x87\n":
        looker.hunt.raw(raw, place)
    if item.get("/Filter") == "/CCITTFaxDecode" and "/SMask" not in item and "/Mask" not in item:
        return  # black and white, nothing under it: the page's own OCR sees every pixel
    try:
        alone = pikepdf.PdfImage(item).as_pil_image()
    except Exception:
        looker.hunt.could_not_look(place, "picture not decodable")
        return
    looker.hunt.looked["pictures read alone"] += 1
    read_pixels(looker, alone, place, ("3",))


def _texts(looker: "Looker", data: bytes, place: str) -> None:
    """The text as two other engines give it out."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        looker.hunt.could_not_look(place, "not readable by pdfium")
        return
    looker.hunt.engines.add("pdfium")
    for index in range(min(len(document), MOST_PAGES)):
        looker.hunt.text(
            document[index].get_textpage().get_text_range(), f"{place} > page {index + 1}", "text (pdfium)"
        )
    document.close()
    if shutil.which("pdftotext") is None:
        return
    looker.hunt.engines.add("poppler")
    for command in (
        ["pdftotext", "-raw"],
        ["pdftotext", "-layout"],
        ["pdfinfo", "-meta"],
        ["pdfinfo", "-struct-text"],
        ["pdfinfo", "-dests"],
        ["pdfinfo", "-url"],
    ):
        if shutil.which(command[0]) is None:
            continue
        try:
            done = subprocess.run(
                [*command, "-", *(["-"] if command[0] == "pdftotext" else [])],
                input=data,
                capture_output=True,
                timeout=120,
                check=False,
            )
        except subprocess.TimeoutExpired:
            looker.hunt.could_not_look(place, "poppler took too long")
            continue
        looker.hunt.text(
            done.stdout.decode("utf-8", "ignore"),
            place,
            f"text (poppler {' '.join(command)})",
            squeezed=command[0] == "pdftotext",
        )


def _pages(looker: "Looker", data: bytes, place: str) -> None:
    """OCR of every page; pages that are more than one picture also with their covers taken off."""
    if not looker.ocr:
        return
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    if len(document) > MOST_PAGES:
        looker.hunt.could_not_look(place, "too many pages to read")
        return
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = []
        for index in range(len(document)):
            where = f"{place} > page {index + 1}"
            paces.page(index, len(document))
            page = document[index]
            for name, picture, dpi in _views(page):
                jobs.append((where + name, pool.submit(recognise, looker, picture, where + name, "3", dpi)))
            page.close()
            while len([job for _, job in jobs if not job.done()]) > 6:
                next(job for _, job in jobs if not job.done()).result()
        for where, job in jobs:
            text = job.result()
            if text is not None:
                looker.hunt.seen(text, where)
    document.close()


def _views(page: "pypdfium2.PdfPage") -> list[tuple[str, Image.Image, int]]:
    wide, high = page.get_size()
    dpi = _resolution(page)
    scale = min(dpi / 72, MOST_SIDE / max(wide, high, 1))
    out = [("", page.render(scale=scale, may_draw_forms=True, grayscale=True).to_pil().convert("L"), dpi)]
    count = pdfium.FPDFPage_CountObjects(page.raw)
    kinds = [pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page.raw, i)) for i in range(min(count, 200_000))]
    plain = kinds.count(pdfium.FPDF_PAGEOBJ_IMAGE) == 1 and all(
        kind == pdfium.FPDF_PAGEOBJ_IMAGE
        or (
            kind == pdfium.FPDF_PAGEOBJ_TEXT
            and pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFPage_GetObject(page.raw, i))
            == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        )
        for i, kind in enumerate(kinds)
    )
    if not plain:
        for i, kind in enumerate(kinds):
            if kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING, pdfium.FPDF_PAGEOBJ_IMAGE):
                pdfium.FPDFPageObj_SetIsActive(pdfium.FPDFPage_GetObject(page.raw, i), False)
            elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
                pdfium.FPDFPageObj_SetFillColor(pdfium.FPDFPage_GetObject(page.raw, i), 0, 0, 0, 255)
        out.append(
            (
                " without covers",
                page.render(scale=scale, may_draw_forms=False, draw_annots=False, grayscale=True).to_pil().convert("L"),
                dpi,
            )
        )
    return [view for view in out if view[1].getextrema()[0] != view[1].getextrema()[1]]


def _resolution(page: "pypdfium2.PdfPage") -> int:
    """Enough pixels for the smallest common print of the page, as its own text tells it; 150 dpi when it tells nothing."""
    text = page.get_textpage()
    raw = text.raw
    count = pdfium.FPDFText_CountChars(raw)
    sizes: list[float] = []
    box = pdfium.FS_RECTF()
    for i in range(0, count, max(1, count // 200)):
        if pdfium.FPDFText_GetLooseCharBox(raw, i, ctypes.byref(box)):
            sizes.append(min(abs(box.top - box.bottom), abs(box.right - box.left) * 2.2))
    text.close()
    sizes = sorted(size for size in sizes if size > 0)
    small = sizes[len(sizes) // 10] if sizes else 8.0
    return 125 if small >= 9.0 else 150 if small >= 7.5 else 200
