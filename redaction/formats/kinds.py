"""Tells what a file is by its bytes, never by its name, and sends it to the reader and the writer of its kind.

Readers are imported when a file of their kind comes: a sandboxed child loads no parser that it does not need.
"""

import re
import zipfile
from io import BytesIO

from redaction.formats.model import Kind, Manner, Mark, Reading, Reason, Unreadable

_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[ \t][^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}\r?\n?")
_MAIL_WORDS = re.compile(
    rb"^(?:From|To|Subject|Date|Received|Message-ID|MIME-Version|Content-Type|Return-Path|Delivered-To):", re.I | re.M
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(data: bytes) -> Kind:
    """The kind of a file, or the reason why it has none."""
    if not data:
        raise Unreadable(Reason.EMPTY)
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if data[:3] == b"\xff\xd8\xff":
        return Kind.JPEG
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return Kind.PNG
    if data[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return Kind.TIFF
    if data[:4] == b"PK\x03\x04":
        return _kind_of_zip(data)
    if data[:8] == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable(Reason.ENCRYPTED)
        if "__properties_version1.0".encode("utf-16-le") in data:
            return Kind.MSG
        raise Unreadable(Reason.UNKNOWN_KIND)
    if data[:4] in (b"GIF8", b"RIFF", b"7z\xbc\xaf", b"Rar!", b"{\\rt") or data[:2] in (b"\x1f\x8b", b"BM", b"MZ"):
        raise Unreadable(Reason.UNKNOWN_KIND)
    head = data[:8000].lstrip(b"\xef\xbb\xbf")
    if _HEADER.match(head) and len(_MAIL_WORDS.findall(head)) >= 2:
        return Kind.EML
    return Kind.TEXT


def _kind_of_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        raise Unreadable(Reason.DAMAGED) from None
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "word/document.xml" in names or any(n.startswith("word/document") and n.endswith(".xml") for n in names):
        return Kind.DOCX
    raise Unreadable(Reason.UNKNOWN_KIND)


def read(data: bytes, manner: Manner, depth: int = 0) -> Reading:
    """All that a document says, or the reason why it can't be read."""
    if len(data) > manner.limits.bytes:
        raise Unreadable(Reason.TOO_LARGE)
    if depth > manner.limits.depth:
        raise Unreadable(Reason.TOO_DEEP)
    kind = kind_of(data)
    match kind:
        case Kind.PDF:
            from redaction.formats.pdf.read import read_pdf

            return read_pdf(data, manner)
        case Kind.DOCX:
            from redaction.formats.docx.read import read_docx

            return read_docx(data, manner)
        case Kind.XLSX:
            from redaction.formats.xlsx import read_xlsx

            return read_xlsx(data, manner)
        case Kind.JPEG | Kind.PNG | Kind.TIFF:
            from redaction.formats.image import read_image

            return read_image(data, kind, manner)
        case Kind.TEXT:
            from redaction.formats.text import read_text

            return read_text(data, manner)
        case Kind.EML | Kind.MSG:
            from redaction.formats.mail import read_mail

            return read_mail(data, kind, manner, depth, read)


def apply(data: bytes, reading: Reading, marks: tuple[Mark, ...], manner: Manner) -> bytes:
    """New bytes that hold what the reading holds, less what is marked."""
    match reading.kind:
        case Kind.PDF:
            from redaction.formats.pdf.apply import apply_pdf

            return apply_pdf(data, reading, marks, manner)
        case Kind.DOCX:
            from redaction.formats.docx.write import apply_docx

            return apply_docx(data, reading, marks, manner)
        case Kind.XLSX:
            from redaction.formats.xlsx import apply_xlsx

            return apply_xlsx(data, reading, marks, manner)
        case Kind.JPEG | Kind.PNG | Kind.TIFF:
            from redaction.formats.image import apply_image

            return apply_image(data, reading, marks, manner)
        case Kind.TEXT:
            from redaction.formats.text import apply_text

            return apply_text(data, reading, marks, manner)
        case Kind.EML | Kind.MSG:
            from redaction.formats.mail import apply_mail

            return apply_mail(data, reading, marks, manner, apply)
