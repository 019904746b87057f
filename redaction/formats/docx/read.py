"""Reads a Word document as its reader sees it: deleted, hidden, white and tiny text is listed, not read."""

import io
from collections.abc import Iterator

from msgspec.structs import replace
from PIL import Image

from redaction.formats.docx.lists import lists_of
from redaction.formats.docx.model import Cell, Document, Look, Paragraph, Picture, Table, Text
from redaction.formats.docx.picture import cropped_picture, placed_picture, shown_picture
from redaction.formats.docx.style import Element, local, look_of, number, switched, val
from redaction.formats.image import read_words, words_at
from redaction.formats.model import Block, Hidden, Kind, Manner, PageSize, Reading, Reason, Unread, Unreadable, Word
from redaction.formats.ocr import have_ocr
from redaction.formats.package import Package, hidden_parts
from redaction.formats.text import tidied

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
R_EMBED = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}embed",
)
GONE = {"del", "moveFrom", "delText", "instrText", "delInstrText", "comment", "permStart", "annotationRef"}


class Reader:
    """Walks one document once; the same bytes always give the same text and offsets."""

    def __init__(self, package: Package, manner: Manner, known: Reading | None) -> None:
        self.package, self.manner, self.known = package, manner, known
        self.parts: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.hidden: list[Hidden] = []
        self.unread: list[Unread] = []
        self.notes: list[str] = []
        self.words: list[Word] = []
        self.pages: list[PageSize] = []
        self.pictures = 0
        self.line = 0
        self.place = "text"
        self.note_ids: list[tuple[str, str]] = []
        self.used: set[str] = set()
        self.relations: dict[str, tuple[str, str, bool]] = {}
        self.part = ""
        self.styles: dict[str, Element] = {}
        self.waiting: list[Picture] = []
        self.fields: list[str] = []  # complex fields that are open: "code" or "result"

    def document(self) -> Document:
        main = next(
            (t for k, t, _ in self.package.relations("").values() if k == "officeDocument"), "word/document.xml"
        )
        relations = self.package.relations(main)
        for kind, target, _ in relations.values():
            if kind == "styles" and target in self.package:
                self.styles = {
                    s.get(f"{W}styleId", "") or "": s for s in self.package.xml(target) if local(s) == "style"
                }
        root = self.enter(main)
        body = next((e for e in root if local(e) == "body"), None)
        if body is None:
            raise Unreadable(Reason.DAMAGED)
        out = Document(body=[], headers={}, notes=[], lists={})
        out.lists, names = lists_of(self.package, relations)
        self.hidden += names
        out.body = self.blocks_of(body)
        for section in body.iter(f"{W}sectPr"):
            out.size = (
                number(val(section, "pgSz", "w"), 1000, 60_000, 11906),
                number(val(section, "pgSz", "h"), 1000, 60_000, 16838),
            )
            out.title_page = out.title_page or bool(switched(section, "titlePg"))
            self._headers(section, relations, out)
        settings = next((t for k, t, _ in relations.values() if k == "settings" and t in self.package), None)
        out.even_odd = settings is not None and bool(switched(self.package.xml(settings), "evenAndOddHeaders"))
        for key in [
            key
            for key in out.headers
            if (key.endswith("-even") and not out.even_odd) or (key.endswith("-first") and not out.title_page)
        ]:
            del out.headers[key]
        self._notes(relations, out)
        return out

    def enter(self, part: str) -> Element:
        self.part, self.relations = part, self.package.relations(part)
        self.used.add(part)
        self.fields.clear()
        return self.package.xml(part)

    def _headers(self, section: Element, relations: dict[str, tuple[str, str, bool]], out: Document) -> None:
        for reference in section:
            kind = local(reference)
            if kind not in ("headerReference", "footerReference"):
                continue
            attributes = {k.rpartition("}")[2]: v for k, v in reference.attrib.items()}
            target = relations.get(attributes.get("id", ""), ("", "", True))
            key = f"{kind[:6]}-{attributes.get('type', 'default')}"
            if target[2] or target[1] not in self.package or target[1] in self.used:
                continue
            if (key.endswith("-first") and not switched(section, "titlePg")) or (
                key.endswith("-even") and not self._even_odd(relations)
            ):
                continue
            self.place = "header" if kind.startswith("header") else "footer"
            blocks = self.blocks_of(self.enter(target[1]))
            out.headers[key] = [*out.headers.get(key, []), *blocks]

    def _even_odd(self, relations: dict[str, tuple[str, str, bool]]) -> bool:
        part = next((t for k, t, _ in relations.values() if k == "settings" and t in self.package), None)
        return part is not None and bool(switched(self.package.xml(part), "evenAndOddHeaders"))

    def _notes(self, relations: dict[str, tuple[str, str, bool]], out: Document) -> None:
        for count, (kind, identifier) in enumerate(self.note_ids, 1):
            part = next((t for k, t, x in relations.values() if k == kind + "s" and not x and t in self.package), None)
            if part is None:
                continue
            self.place = f"note {count}"
            note = next((n for n in self.enter(part) if local(n) == kind and n.get(f"{W}id") == identifier), None)
            if note is not None:
                out.notes.append(self.blocks_of(note))

    def blocks_of(self, parent: Element) -> list[Paragraph | Table]:
        out: list[Paragraph | Table] = []
        for child in self._children(parent):
            match local(child):
                case "p":
                    out.append(self.paragraph(child))
                case "tbl":
                    out.append(self.table(child))
                case "altChunk":
                    self.hidden.append(Hidden("embedded file", self.place, "a file inserted whole"))
                    self.notes.append("A file that was inserted whole is left out.")
                case _:
                    pass
        return out

    def _children(self, parent: Element) -> Iterator[Element]:
        """Children, with wrappers that a reader does not see opened."""
        for child in parent:
            match local(child):
                case "sdt":
                    yield from (e for c in child if local(c) == "sdtContent" for e in self._children(c))
                case "customXml" | "smartTag" | "ins" | "moveTo" | "sdtContent" | "bdo" | "dir" | "fldSimple":
                    yield from self._children(child)
                case "AlternateContent":
                    branches = [c for c in child if local(c) in ("Choice", "Fallback")]
                    if branches:
                        yield from self._children(branches[0])
                case "hyperlink":
                    tip = next((v for k, v in child.attrib.items() if k.endswith("tooltip")), "")
                    if tip:
                        self.hidden.append(Hidden("hint of a link", self.place, tip))
                    yield from self._children(child)
                case name if name in GONE:
                    self._gone(child)
                case _:
                    yield child

    def _gone(self, element: Element) -> None:
        text = "".join(e.text or "" for e in element.iter() if local(e) in ("t", "delText", "instrText"))
        author = next((v for k, v in element.attrib.items() if k.endswith("author")), "")
        what = "field instruction" if "instr" in local(element) else "deleted or moved text"
        if text or author:
            self.hidden.append(Hidden(what, self.place, f"{text} {author}".strip()))

    def table(self, element: Element) -> Table:
        rows: list[list[Cell]] = []
        for row in self._children(element):
            if local(row) != "tr":
                continue
            properties = next((e for e in row if local(e) == "trPr"), None)
            if properties is not None and (switched(properties, "hidden") or val(properties, "del") is not None):
                self._gone(row)
                continue
            cells: list[Cell] = []
            for cell in self._children(row):
                if local(cell) == "tc":
                    about = next((e for e in cell if local(e) == "tcPr"), None)
                    span = number(val(about, "gridSpan"), 1, 100, 1) if about is not None else 1
                    merge = val(about, "vMerge") if about is not None else None
                    cells.append(
                        Cell(
                            self.blocks_of(cell),
                            span,
                            "" if merge is None else "restart" if merge == "restart" else "continue",
                        )
                    )
            rows.append(cells)
        return Table(rows)

    def paragraph(self, element: Element) -> Paragraph:
        about = next((e for e in element if local(e) == "pPr"), None)
        style = val(about, "pStyle") if about is not None else None
        out = Paragraph(items=[])
        if about is not None:
            align = val(about, "jc") or ""
            out.align = align if align in ("left", "right", "center", "both") else ""
            out.indent = number(val(about, "ind", "left"), 0, 10_000)
            listed, level = val(about, "numPr/numId"), val(about, "numPr/ilvl")
            if listed:
                out.numbering = (number(listed, 0, 10**6), number(level, 0, 8))
        out.heading = self._heading(style, about)
        start = self.length
        self._inline(element, out, style, self.fields)
        self._put("\n")
        if self.length - start > 1:
            self.blocks.append(
                Block(start, self.length, self.place if self.place != "text" else f"paragraph {len(self.blocks) + 1}")
            )
        self._after_pictures()
        return out

    def _heading(self, style: str | None, about: Element | None) -> int:
        level = val(about, "outlineLvl") if about is not None else None
        for _ in range(8):
            found = self.styles.get(style or "")
            if level is not None or found is None:
                break
            name = (val(found, "name") or "").lower()
            if name == "title":
                return 1
            level = val(found, "pPr/outlineLvl")
            style = val(found, "basedOn")
        return number(level, 0, 5, -1) + 1 if level is not None and number(level, 0, 9, 9) < 6 else 0

    def _inline(self, parent: Element, out: Paragraph, style: str | None, fields: list[str]) -> None:
        for child in self._children(parent):
            match local(child):
                case "r":
                    self._run(child, out, style, fields)
                case "oMath" | "oMathPara":
                    self._add(out, "".join(e.text or "" for e in child.iter() if local(e) == "t"), Look(italic=True))
                case "p" | "txbxContent":
                    self._inline(child, out, style, fields)
                case "pPr" | "bookmarkStart" | "bookmarkEnd" | "proofErr" | "commentRangeStart" | "commentRangeEnd":
                    name = next((v for k, v in child.attrib.items() if k.endswith("}name")), "")
                    if name and not name.startswith("_"):
                        self.hidden.append(Hidden("bookmark name", self.place, name))
                case _:
                    pass

    def _run(self, run: Element, out: Paragraph, style: str | None, fields: list[str]) -> None:
        about = next((e for e in run if local(e) == "rPr"), None)
        look, seen = look_of(about, style, self.styles)
        for child in self._children(run):
            kind = local(child)
            if kind == "fldChar":
                step = next((v for k, v in child.attrib.items() if k.endswith("fldCharType")), "")
                if step == "begin":
                    fields.append("code")
                elif step == "separate" and fields:
                    fields[-1] = "result"
                elif step == "end" and fields:
                    fields.pop()
                continue
            if "code" in fields:
                self._gone(child)
                continue
            match kind:
                case "t":
                    if seen:
                        self._add(out, child.text or "", look)
                    elif child.text:
                        self.hidden.append(Hidden("text that can't be seen", self.place, child.text))
                case "tab" | "ptab":
                    self._add(out, "\t", look)
                case "br" | "cr":
                    self._add(out, "\n", look)
                case "noBreakHyphen":
                    self._add(out, "-", look)
                case "sym":
                    self._add(out, "\u25a1", look)
                case "footnoteReference" | "endnoteReference":
                    self.note_ids.append((kind[:-9], child.get(f"{W}id", "")))
                    self._add(out, f"[{len(self.note_ids)}]", replace(look, raised="superscript"))
                case "drawing" | "pict" | "object":
                    self._drawn(child, out, style)
                case _:
                    pass

    def _add(self, out: Paragraph, raw: str, look: Look) -> None:
        text, gone = tidied(raw)
        if gone > 0:
            self.hidden.append(Hidden("invisible characters", self.place, f"{gone} characters that can't be seen"))
        if text:
            out.items.append(Text(text, self.length, look))
            self._put(text)
        if self.length > 20_000_000:
            raise Unreadable(Reason.TOO_LARGE)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _drawn(self, element: Element, out: Paragraph, style: str | None) -> None:
        """A picture, a text box, or something that is named and left out."""
        for alt in element.iter():
            for name in ("descr", "title", "alt"):
                if local(alt) in ("docPr", "cNvPr", "shape") and alt.get(name):
                    self.hidden.append(Hidden("description of a picture", self.place, alt.get(name)))
        boxes = [
            e
            for e in element.iter()
            if local(e) == "txbxContent" and not any(local(a) == "Fallback" for a in e.iterancestors())
        ]
        for box in boxes:
            for paragraph in (e for e in self._children(box) if local(e) == "p"):
                self._inline(paragraph, out, style, self.fields)
                self._add(out, "\n", Look())
        blips = [
            e
            for e in element.iter()
            if local(e) in ("blip", "imagedata") and not any(local(a) == "Fallback" for a in e.iterancestors())
        ]
        for blip in blips:
            self._picture(element, blip, out)
        if not boxes and not blips:
            self.notes.append("A chart, diagram or embedded object is left out.")
            self.hidden.append(Hidden("chart, diagram or object", self.place, "left out"))

    def _picture(self, element: Element, blip: Element, out: Paragraph) -> None:
        identifier = next((v for k, v in blip.attrib.items() if k in R_EMBED or k.endswith("}id")), "")
        _, target, external = self.relations.get(identifier, ("", "", True))
        if external or target not in self.package:
            self.notes.append("A picture that is not part of the file is left out.")
            return
        self.used.add(target)
        try:
            shown = shown_picture(self.package.read(target), self.manner.limits)
        except Unreadable:
            self.notes.append("A picture in a format that can't be read safely is left out.")
            self.hidden.append(Hidden("picture that can't be read", self.place, "left out"))
            return
        self.hidden.append(Hidden("data of a picture beside its pixels", self.place, "left out"))
        cropped = cropped_picture(shown, element)
        if cropped is not shown:
            self.hidden.append(Hidden("cropped part of a picture", self.place, "pixels outside the crop are dropped"))
        self.pictures += 1
        picture = placed_picture(self.pictures, cropped, element)
        out.items.append(picture)
        self.waiting.append(picture)

    def _after_pictures(self) -> None:
        """Reads the pictures of the paragraph just ended; their words follow it in the text."""
        for picture in self.waiting:
            place = f"picture {picture.number}"
            with Image.open(io.BytesIO(picture.data)) as shown:
                self.pages.append(PageSize(shown.width, shown.height))
                if self.known is not None:
                    block = next((b for b in self.known.blocks if b.place == place), None)
                    text = self.known.text[block.start : block.end] if block is not None else ""
                elif not have_ocr():
                    self.unread.append(Unread(Reason.NO_OCR, place))
                    text = ""
                else:
                    seen = read_words(shown, self.manner.languages)
                    text, words, self.line = words_at(seen, page=picture.number, start=self.length, line=self.line)
                    self.words += words
            if text:
                self.blocks.append(Block(self.length, self.length + len(text), place))
                self._put(text)
        self.waiting.clear()


def parse_docx(data: bytes, manner: Manner, known: Reading | None = None) -> tuple[Document, Reader]:
    """The model of a document and the walk that made it. With `known`, pictures are not read again."""
    reader = Reader(Package(data, manner.limits), manner, known)
    return reader.document(), reader


def read_docx(data: bytes, manner: Manner) -> Reading:
    """Words as seen, and what else the file holds."""
    _, reader = parse_docx(data, manner)
    hidden = [*reader.hidden, *_attributes(reader), *_unread_text(reader), *hidden_parts(reader.package, reader.used)]
    notes = [*reader.notes, "Fonts and page breaks may differ: the document was set anew."]
    return Reading(
        kind=Kind.DOCX, text="".join(reader.parts), blocks=tuple(reader.blocks), words=tuple(reader.words), pages=tuple(reader.pages),
        hidden=tuple(hidden), unread=tuple(reader.unread), notes=tuple(dict.fromkeys(notes)), engines=("lxml",),
    )  # fmt: skip


def _attributes(reader: Reader) -> list[Hidden]:
    """Names of people and tags that stand in attributes."""
    out: list[Hidden] = []
    for part in sorted(reader.used):
        if not part.endswith(".xml"):
            continue
        for element in reader.package.xml(part).iter():
            for key, value in ((str(k), str(v)) for k, v in element.attrib.items()):
                if key.rpartition("}")[2] in ("author", "initials") and value:
                    out.append(Hidden("name of an author", "file", value))
                elif local(element) in ("alias", "tag", "docVar") and key.endswith("}val"):
                    out.append(Hidden("tag of a field", "file", value))
    return list(dict.fromkeys(out))[:500]


def _unread_text(reader: Reader) -> list[Hidden]:
    """Text of the parts in use that neither the reading nor the list of hidden things has: other versions, unused notes."""
    shown = "".join(reader.parts)
    listed = "\n".join(hidden.text for hidden in reader.hidden)
    out: list[Hidden] = []
    for part in sorted(reader.used):
        if part.endswith(".xml"):
            for element in reader.package.xml(part).iter():
                words = element.text or ""
                if local(element) in ("t", "delText") and words.strip() and words not in shown and words not in listed:
                    out.append(Hidden("text that is not shown", "file", words))
    return list(dict.fromkeys(out))[:500]
