"""Lists what a PDF holds besides its pages: properties, notes, scripts, attachments, earlier revisions, unused objects.

For the reviewer's eyes. Nothing found here goes into the output, and what this list misses does not either.
"""

import re

import pikepdf
import pypdfium2

from redaction.formats.model import Hidden, Limits

MOST_ITEMS = 3000
MOST_TEXT = 4000
_SHOWN = re.compile(r"[^\W_]{2}")
_NAMES: dict[str, str] = {
    "/Contents": "note", "/RC": "note", "/Subj": "note", "/T": "name of a field or author of a note", "/TU": "form help text",
    "/V": "form value", "/DV": "form value", "/Opt": "form choice", "/OverlayText": "redaction mark that was never applied",
    "/JS": "script", "/URI": "link target", "/F": "file name", "/UF": "file name", "/Desc": "attachment description",
    "/Title": "document property or bookmark", "/Author": "document property", "/Subject": "document property",
    "/Keywords": "document property", "/Creator": "document property", "/Producer": "document property",
    "/ActualText": "replacement text", "/Alt": "description of a picture", "/E": "expansion of an abbreviation",
    "/Name": "signature or layer name", "/Reason": "signature reason", "/Location": "signature place", "/ContactInfo": "signature contact",
    "/P": "page label", "/Base": "base address of links", "/ID": "file identifier", "/NM": "note identifier", "/M": "date of change",
    "/CreationDate": "document property", "/ModDate": "document property", "/DA": "form style",
}  # fmt: skip
_QUIET = {"/DA", "/ID", "/Lang", "/Ordering", "/Registry", "/CharSet", "/IDS", "/Panose", "/Style"}
_LITERAL = re.compile(rb"\((?:[^()\\]|\\.){3,}\)")


class Finds:
    """Collects hidden content up to a bound, each thing once."""

    def __init__(self) -> None:
        self.items: list[Hidden] = []
        self._known: set[tuple[str, str]] = set()

    def add(self, what: str, place: str, text: str) -> None:
        text = text.replace("\x00", "").strip()[:MOST_TEXT]
        if len(self.items) < MOST_ITEMS and (what, text) not in self._known and _SHOWN.search(text):
            self._known.add((what, text))
            self.items.append(Hidden(what, place, text))


def hidden_objects(pdf: pikepdf.Pdf, data: bytes, limits: Limits) -> list[Hidden]:
    """What the object tree holds beyond the drawing of the pages."""
    finds = Finds()
    drawn = _drawn_streams(pdf)
    for item in [*pdf.objects, pdf.trailer]:
        try:
            _walk(item, "", finds, 0)
            if isinstance(item, pikepdf.Stream):
                _stream(item, finds, drawn)
        except Exception:
            finds.add("unreadable object", "object", "damaged object")
    for entry in pdf.attachments.items():
        finds.add("attached file", "attachment", entry[0])
    tail = data[data.rfind(b"%%EOF") + 5 :].strip() if b"%%EOF" in data else b""
    if len(tail) > 8:
        finds.add("data after the end of the file", "file", tail[:MOST_TEXT].decode("latin-1"))
    return finds.items


def _drawn_streams(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Content streams that some page uses."""
    used: set[tuple[int, int]] = set()
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        for part in contents if isinstance(contents, pikepdf.Array) else [contents]:
            if isinstance(part, pikepdf.Stream):
                used.add(part.objgen)
    return used


def _walk(item: object, key: str, finds: Finds, depth: int) -> None:
    if depth > 30:
        return
    if isinstance(item, pikepdf.String):
        if key not in _QUIET:
            finds.add(_NAMES.get(key, "text in the file's structure"), "document", str(item))
    elif isinstance(item, pikepdf.Array):
        for part in list(item)[:20_000]:
            if not getattr(part, "is_indirect", False):
                _walk(part, key, finds, depth + 1)
    elif isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for name in item.keys():  # noqa: SIM118 - a stream is not iterable
            inner = item.get(name)
            if not getattr(inner, "is_indirect", False) or isinstance(inner, pikepdf.String):
                _walk(inner, name, finds, depth + 1)


def _stream(item: pikepdf.Stream, finds: Finds, drawn: set[tuple[int, int]]) -> None:
    kind = str(item.get("/Subtype", "")) + str(item.get("/Type", ""))
    if "/EmbeddedFile" in kind:
        finds.add("attached file", "attachment", item.read_bytes()[:MOST_TEXT].decode("utf-8", "replace"))
    elif "/XML" in kind or "/Metadata" in kind:
        finds.add("metadata (XMP)", "document", re.sub(r"<[^>]*>", " ", item.read_bytes().decode("utf-8", "replace")))
    elif "/Image" in kind:
        raw = item.read_raw_bytes()
        if b"Exif\x00" in raw[:4096] or b"http://ns.adobe.com/xap" in raw[:8192]:
            finds.add("metadata of a picture", "picture", "Exif or XMP data")
    elif "/JS" in item or b"JavaScript" in kind.encode():
        finds.add("script", "document", item.read_bytes()[:MOST_TEXT].decode("utf-8", "replace"))
    elif not kind and item.objgen not in drawn and item.objgen != (0, 0):
        data = item.read_bytes()
        printable = sum(1 for byte in data[:2000] if 32 <= byte < 127 or byte in b"\r\n\t")
        if b"begincmap" in data or printable < 0.85 * len(data[:2000]):
            return  # a font or other binary part
        if data[:5] == b"<?xml" or data[:5] == b"<xdp:":
            finds.add("form data (XFA)", "document", re.sub(r"<[^>]*>", " ", data.decode("utf-8", "replace")))
        elif b"Tj" in data or b"TJ" in data:
            text = b" ".join(m[0][1:-1] for m in _LITERAL.finditer(data[:200_000]))
            finds.add("drawing that no page uses", "document", text.decode("latin-1"))


def earlier_revisions(data: bytes, password: str, shown: str) -> list[Hidden]:
    """Words that an earlier saved state of the file had and the last one has not."""
    ends = [m.end() for m in re.finditer(rb"%%EOF", data)]
    known = set(shown.split())
    finds = Finds()
    for number, end in enumerate(ends[:-1][:6], 1):
        try:
            document = pypdfium2.PdfDocument(data[:end] + b"\n", password=password or None)
        except pypdfium2.PdfiumError:
            continue
        for index in range(min(len(document), 50)):
            try:
                text = document[index].get_textpage().get_text_range()
            except pypdfium2.PdfiumError:
                continue
            gone = [line for line in text.splitlines() if any(word not in known for word in line.split())]
            finds.add(f"earlier revision {number}", f"page {index + 1}", "\n".join(gone))
        document.close()
    return finds.items


def language_of(pdf: pikepdf.Pdf) -> str:
    """The document's language tag when it is one and nothing else."""
    tag = str(pdf.Root.get("/Lang", ""))
    return tag if re.fullmatch(r"[a-z]{2,3}(?:-[A-Z]{2})?", tag) else ""


def labels_of(pdf: pikepdf.Pdf, pages: int) -> list[tuple[str, int]]:
    """Numbering style and number of each page; prefixes are words, so they stay behind."""
    out = [("D", n) for n in range(1, pages + 1)]
    try:
        numbers = list(pdf.Root.PageLabels.Nums)
        for at in range(0, len(numbers) - 1, 2):
            style, start = str(numbers[at + 1].get("/S", "/D"))[1:], int(numbers[at + 1].get("/St", 1))
            if style in {"D", "R", "r", "A", "a"} and 0 <= int(numbers[at]) < pages and 0 < start < 100_000:
                for page in range(int(numbers[at]), pages):
                    out[page] = (style, start + page - int(numbers[at]))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return [("D", n) for n in range(1, pages + 1)]
    return out
