"""Looks for the ways a PDF can say one thing and show another. Any hit sends every page of the document to full OCR."""

import io
import re

import pikepdf

from redaction.formats.model import Limits, Reason, Unreadable

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>(?:\s*<([0-9A-Fa-f]+)>)?")


def open_objects(data: bytes, password: str, limits: Limits) -> pikepdf.Pdf:
    """The object tree, or a reason."""
    try:
        pdf = pikepdf.open(io.BytesIO(data), password=password)
    except pikepdf.PasswordError:
        raise Unreadable(Reason.ENCRYPTED) from None
    except Exception:
        raise Unreadable(Reason.DAMAGED) from None
    if len(pdf.objects) > limits.objects:
        raise Unreadable(Reason.TOO_MANY_PARTS)
    return pdf


def suspicious(pdf: pikepdf.Pdf) -> bool:
    """True when the text layer can't be taken for what is seen without reading the pictures."""
    for item in pdf.objects:
        try:
            if isinstance(item, pikepdf.Stream):
                if _stream(item):
                    return True
            elif isinstance(item, pikepdf.Dictionary) and (item.get("/Subtype") == "/Type3" or "/ActualText" in item):
                return True
        except Exception:
            return True
    return False


def _stream(item: pikepdf.Stream) -> bool:
    kind = item.get("/Subtype")
    if kind == "/Image" or item.get("/Type") in ("/XRef", "/ObjStm", "/EmbeddedFile", "/Metadata"):
        return False
    if "/PatternType" in item:
        return True
    if "/Length1" in item or "/Length2" in item or kind in ("/Type1C", "/CIDFontType0C", "/OpenType"):
        return False
    data = item.read_bytes()
    if b"/ActualText" in data:
        return True
    return b"beginbfchar" in data and _many_to_one(data)


def _many_to_one(cmap: bytes) -> bool:
    """Whether two glyphs claim to be the same letter: one of them may be lying."""
    seen: dict[bytes, bytes] = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for source, target, _ in _PAIR.findall(part):
            target = target.lower()
            if (
                len(target) == 4
                and int(target, 16) > 0x20
                and int(target, 16) not in (0xA0, 0xAD, 0x2D)
                and seen.setdefault(target, source) != source
            ):
                return True
    return False
