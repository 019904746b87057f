"""Twins: two outputs whose sources differ only in what was removed. Whatever still differs between them tells something about it."""

import hashlib
import zipfile
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium

MOST_PAGES = 500
MOST_SAID = 50
SCALE = 100 / 72


def differences(one: bytes, other: bytes) -> list[str]:
    """Where two twins differ, in words; nothing when they are equal byte for byte."""
    if one == other:
        return []
    out: list[str] = []
    if len(one) != len(other):
        out.append(f"size: {len(one)} and {len(other)} bytes")
    if one[:5] == b"%PDF-" and other[:5] == b"%PDF-":
        out += _pdf(one, other)
    elif one[:4] == other[:4] == b"PK\x03\x04":
        out += _zip(one, other)
    return (out or ["bytes"])[:MOST_SAID]


def _pdf(one: bytes, other: bytes) -> list[str]:
    first, second = pypdfium2.PdfDocument(one), pypdfium2.PdfDocument(other)
    if len(first) != len(second):
        return [f"pages: {len(first)} and {len(second)}"]
    out: list[str] = []
    for index in range(min(len(first), MOST_PAGES)):
        if _places(first[index]) != _places(second[index]):
            out.append(f"page {index + 1}: places of the text")
        if _pixels(first[index]) != _pixels(second[index]):
            out.append(f"page {index + 1}: pixels")
    return out or ["file: bytes behind equal pages"]


def _places(page: "pypdfium2.PdfPage") -> list[tuple[int, tuple[float, float, float, float]]]:
    text = page.get_textpage()
    return [(pdfium.FPDFText_GetUnicode(text.raw, i), text.get_charbox(i)) for i in range(text.count_chars())]


def _pixels(page: "pypdfium2.PdfPage") -> bytes:
    return hashlib.sha256(page.render(scale=SCALE, may_draw_forms=True).to_numpy().tobytes()).digest()


def _zip(one: bytes, other: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(one)) as first, zipfile.ZipFile(BytesIO(other)) as second:
        if first.namelist() != second.namelist():
            return ["parts of the file"]
        return [f"part {count}" for count, name in enumerate(first.namelist(), 1) if first.read(name) != second.read(name)] or ["file: bytes behind equal parts"]  # fmt: skip
