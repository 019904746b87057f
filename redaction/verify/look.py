"""Opens a file, and every file in it, by what its bytes are."""

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
import zlib

import olefile

from redaction.verify.hunt import Hunt, Verdict
from redaction.verify.look_mail import look_mail, looks_like_mail
from redaction.verify.look_pdf import look_pdf
from redaction.verify.look_picture import is_picture, look_picture

MOST_DEPTH = 8
MOST_BYTES = 400_000_000
MOST_MEMBERS = 20_000


def verify(data: bytes, secrets: list[str], *, languages: str = "eng", ocr: bool = True) -> Verdict:
    """Looks everywhere in `data` for each of `secrets`."""
    hunt = Hunt(secrets)
    Looker(hunt, languages, ocr).look(data, "file", 0)
    return hunt.verdict()


class Looker:
    """Walks through files in files with one budget."""

    def __init__(self, hunt: Hunt, languages: str, ocr: bool) -> None:
        self.hunt, self.languages, self.ocr = hunt, languages, ocr
        self.left = MOST_BYTES

    def look(self, data: bytes, place: str, depth: int, name: str = "") -> None:
        """One file: its name, its bytes, and what its kind allows to be seen."""
        self.left -= len(data)
        if depth > MOST_DEPTH or self.left < 0:
            self.hunt.could_not_look(place, "too deep or too large")
            return
        self.hunt.looked["files"] += 1
        if name:
            self.hunt.text(name, place, "name")
        self.hunt.raw(data, place, packed=is_picture(data))
        try:
            self._by_kind(data, place, depth, name)
        except RecursionError:
            self.hunt.could_not_look(place, "too deep")
        except (
            Exception
        ) as error:  # any parser may fail on any file: that blocks the release, by name of the error only
            self.hunt.could_not_look(place, f"not readable ({type(error).__name__})")

    def _by_kind(self, data: bytes, place: str, depth: int, name: str) -> None:
        if b"%PDF-" in data[:1024]:
            look_pdf(self, data, place, depth)
        elif data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            self._zip(data, place, depth)
        elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            self._ole(data, place, depth)
        elif data[:2] == b"\x1f\x8b":
            self.look(self._bounded(gzip.GzipFile(fileobj=io.BytesIO(data))), f"{place} > gzip", depth + 1)
        elif data[:3] == b"BZh":
            self.look(self._bounded(bz2.BZ2File(io.BytesIO(data))), f"{place} > bzip2", depth + 1)
        elif data[:6] == b"\xfd7zXZ\x00":
            self.look(self._bounded(lzma.LZMAFile(io.BytesIO(data))), f"{place} > xz", depth + 1)  # noqa: SIM115 - closed in _bounded
        elif data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                for count, member in enumerate(archive, 1):
                    file = archive.extractfile(member) if member.isfile() else None
                    self.look(
                        file.read(self.left) if file else b"", f"{place} > member {count}", depth + 1, member.name
                    )
        elif is_picture(data):
            look_picture(self, data, place)
        elif looks_like_mail(data, name):
            look_mail(self, data, place, depth)
        else:
            self._plain(data, place, name)
        if data[:4] != b"PK\x03\x04":
            at = data.find(b"PK\x03\x04", 1)
            if at > 0 and zipfile.is_zipfile(io.BytesIO(data[at:])):
                self._zip(data[at:], f"{place} > appended zip", depth + 1)

    def _bounded(self, file: "gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile") -> bytes:
        with file:
            data = file.read(self.left + 1)
        if len(data) > self.left:
            raise MemoryError
        return data

    def _plain(self, data: bytes, place: str, name: str) -> None:
        """Text in any coding; marked-up text also without its tags."""
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = data.decode("utf-16", "replace") if wide else data.decode("utf-8", "replace")
        if b"\x00" in data[:200] and not wide:
            self.hunt.text(data.decode("utf-16-le", "ignore"), place, "UTF-16", squeezed=False)
            self.hunt.text(data.decode("utf-16-be", "ignore"), place, "UTF-16", squeezed=False)
        if text.lstrip()[:1] == "<":
            self._markup(text, place)
        else:
            self.hunt.text(text, place, "text")
            if not wide:
                self.hunt.text(data.decode("cp1252", "replace"), place, "text")

    def _markup(self, text: str, place: str) -> None:
        import html

        for paragraph in re.split(r"</(?:\w+:)?(?:p|row|tr|si|div|li|br)\s*/?>", text):
            self.hunt.text(html.unescape(re.sub(r"<[^>]*>", "", paragraph)), place, "text of markup")
        self.hunt.text(html.unescape(re.sub(r"<[^>]*>", " ", text)), place, "text of markup", squeezed=False)
        self.hunt.text(
            html.unescape(" ".join(re.findall(r"""=\s*["']([^"']*)["']""", text))), place, "attributes", squeezed=False
        )

    def _zip(self, data: bytes, place: str, depth: int) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > self.left:
                self.hunt.could_not_look(place, "unpacks to too much")
                return
            self.hunt.raw(archive.comment, f"{place} > zip comment")
            for count, member in enumerate(members, 1):
                where = f"{place} > member {count}"
                self.hunt.raw(member.comment + member.extra, where)
                try:
                    with archive.open(member) as file:
                        inner = file.read(min(member.file_size, self.left) + 1)
                except (RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, OSError, EOFError):
                    self.hunt.could_not_look(where, "not readable")
                    continue
                self.look(inner, where, depth + 1, member.filename)
        self._lost_members(data, place, {m.header_offset for m in members})

    def _lost_members(self, data: bytes, place: str, known: set[int]) -> None:
        """Entries that the zip's own list does not name."""
        for found in list(re.finditer(b"PK\x03\x04", data))[:MOST_MEMBERS]:
            at = found.start()
            if at in known or at + 30 > len(data):
                continue
            method, names, extra = (
                struct.unpack("<H", data[at + 8 : at + 10])[0],
                *struct.unpack("<HH", data[at + 26 : at + 30]),
            )
            start = at + 30 + names + extra
            if method != 8:
                continue
            try:
                inner = zlib.decompressobj(-15).decompress(data[start:], 50_000_000)
            except zlib.error:
                continue
            self.hunt.raw(inner, f"{place} > unlisted member")

    def _ole(self, data: bytes, place: str, depth: int) -> None:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for count, path in enumerate(ole.listdir(streams=True, storages=False), 1):
                inner = ole.openstream(path).read()
                where = f"{place} > stream {count}"
                self.hunt.text(inner.decode("utf-16-le", "ignore"), where, "UTF-16", squeezed=False)
                self.hunt.text(inner.decode("cp1252", "ignore"), where, "text", squeezed=False)
                self.look(inner, where, depth + 1, "/".join(path))
