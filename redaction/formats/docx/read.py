"""Reads a Word document as its reader sees it: deleted, hidden, white and tiny text is listed, not read."""

from collections.abc import Iterator

from msgspec.structs import replace

from redaction.formats.docx.drawing import drawn, read_shown
from redaction.formats.docx.leftover import attributes, unread_text
from redaction.formats.docx.lists import lists_of
from redaction.formats.docx.model import Cell, Document, Look, Paragraph, Picture, Table, Text
from redaction.formats.docx.style import ANY, WHITE, Element, ground_of, local, look_of, number, switched, val
from redaction.formats.model import Block, Hidden, Kind, Manner, PageSize, Reading, Reason, Unread, Unreadable, Word
from redaction.formats.package import Package, hidden_parts
from redaction.formats.text import tidied

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF_PAGE = 20_000  # twips, 35 cm: what is set off by more lies beside every usual page
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
        self.ground = WHITE  # what the text being read is printed on
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

    def blocks_in(self, parent: Element) -> Iterator[Element]:
        """Every paragraph below, those in tables included, in order."""
        for child in self.children(parent):
            if local(child) == "p":
                yield child
            elif local(child) in ("tbl", "tr", "tc"):
                yield from self.blocks_in(child)

    def blocks_of(self, parent: Element) -> list[Paragraph | Table]:
        out: list[Paragraph | Table] = []
        for child in self.children(parent):
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

    def children(self, parent: Element) -> Iterator[Element]:
        """Children, with wrappers that a reader does not see opened."""
        for child in parent:
            match local(child):
                case "sdt":
                    yield from (e for c in child if local(c) == "sdtContent" for e in self.children(c))
                case "customXml" | "smartTag" | "ins" | "moveTo" | "sdtContent" | "bdo" | "dir" | "fldSimple":
                    yield from self.children(child)
                case "AlternateContent":
                    branches = [c for c in child if local(c) in ("Choice", "Fallback")]
                    if branches:
                        yield from self.children(branches[0])
                case "hyperlink":
                    tip = next((v for k, v in child.attrib.items() if k.endswith("tooltip")), "")
                    if tip:
                        self.hidden.append(Hidden("hint of a link", self.place, tip))
                    yield from self.children(child)
                case name if name in GONE:
                    self._gone(child)
                case _:
                    yield child

    def _gone(self, element: Element, what: str = "") -> None:
        text = "".join(e.text or "" for e in element.iter() if local(e) in ("t", "delText", "instrText"))
        author = next((v for k, v in element.attrib.items() if k.endswith("author")), "")
        what = what or ("field instruction" if "instr" in local(element) else "deleted or moved text")
        if text or author:
            self.hidden.append(Hidden(what, self.place, f"{text} {author}".strip()))

    def table(self, element: Element) -> Table:
        rows: list[list[Cell]] = []
        outer = self.ground
        about_table = next((e for e in element if local(e) == "tblPr"), None)
        style = self.styles.get(val(about_table, "tblStyle") or "") if about_table is not None else None
        below = ground_of(about_table, outer)
        # A table style may print white on dark; which cells, only a layout knows. Then no colour counts as unseen.
        if style is not None and any(local(e) == "shd" for e in style.iter()):
            below = ANY
        for row in self.children(element):
            if local(row) != "tr":
                continue
            properties = next((e for e in row if local(e) == "trPr"), None)
            flat = properties is not None and val(properties, "trHeight", "hRule") == "exact"
            flat = flat and number(val(properties, "trHeight"), 0, 10_000, 10_000) < 40
            if flat or (
                properties is not None and (switched(properties, "hidden") or val(properties, "del") is not None)
            ):
                self._gone(row)
                continue
            cells: list[Cell] = []
            for cell in self.children(row):
                if local(cell) == "tc":
                    about = next((e for e in cell if local(e) == "tcPr"), None)
                    span = number(val(about, "gridSpan"), 1, 100, 1) if about is not None else 1
                    merge = val(about, "vMerge") if about is not None else None
                    self.ground = ground_of(about, below)
                    cells.append(
                        Cell(
                            self.blocks_of(cell),
                            span,
                            "" if merge is None else "restart" if merge == "restart" else "continue",
                        )
                    )
            rows.append(cells)
        self.ground = outer
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
        start, below = self.length, self.ground
        self.ground = self._paper(about, style, below)
        if about is not None and self._off_page(about):
            self._gone(element, "text beside the page")
        else:
            self.inline(element, out, style, self.fields)
        self.ground = below
        self.put("\n")
        if self.length - start > 1:
            self.blocks.append(
                Block(start, self.length, self.place if self.place != "text" else f"paragraph {len(self.blocks) + 1}")
            )
        self.after_pictures()
        return out

    def _paper(self, about: Element | None, style: str | None, below: str) -> str:
        """What a paragraph is printed on: its own shade, else its style's, else what lies below."""
        own = ground_of(about, "")
        for _ in range(8):
            found = self.styles.get(style or "")
            if own or found is None:
                break
            own = ground_of(next((e for e in found if local(e) == "pPr"), None), "")
            style = val(found, "basedOn")
        return own or below

    def _off_page(self, about: Element) -> bool:
        """Frames and indents that put a paragraph beside the page."""
        places = [
            val(about, "framePr", "x"),
            val(about, "framePr", "y"),
            val(about, "ind", "left"),
            val(about, "ind", "start"),
        ]
        return any(abs(number(place, -(10**7), 10**7)) > OFF_PAGE for place in places)

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

    def inline(self, parent: Element, out: Paragraph, style: str | None, fields: list[str]) -> None:
        for child in self.children(parent):
            match local(child):
                case "r":
                    self._run(child, out, style, fields)
                case "oMath" | "oMathPara":
                    self.add(out, "".join(e.text or "" for e in child.iter() if local(e) == "t"), Look(italic=True))
                case "p" | "txbxContent":
                    self.inline(child, out, style, fields)
                case "pPr" | "bookmarkStart" | "bookmarkEnd" | "proofErr" | "commentRangeStart" | "commentRangeEnd":
                    name = next((v for k, v in child.attrib.items() if k.endswith("}name")), "")
                    if name and not name.startswith("_"):
                        self.hidden.append(Hidden("bookmark name", self.place, name))
                case _:
                    pass

    def _run(self, run: Element, out: Paragraph, style: str | None, fields: list[str]) -> None:
        about = next((e for e in run if local(e) == "rPr"), None)
        look, seen = look_of(about, style, self.styles, self.ground)
        for child in self.children(run):
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
                        self.add(out, child.text or "", look)
                    elif child.text:
                        self.hidden.append(Hidden("text that can't be seen", self.place, child.text))
                case "tab" | "ptab":
                    self.add(out, "\t", look)
                case "br" | "cr":
                    self.add(out, "\n", look)
                case "noBreakHyphen":
                    self.add(out, "-", look)
                case "sym":
                    self.add(out, "\u25a1", look)
                case "footnoteReference" | "endnoteReference":
                    self.note_ids.append((kind[:-9], child.get(f"{W}id", "")))
                    self.add(out, f"[{len(self.note_ids)}]", replace(look, raised="superscript"))
                case "ruby":
                    for part in (e for e in child if local(e) == "rubyBase"):
                        self.inline(part, out, style, fields)
                case "drawing" | "pict" | "object":
                    drawn(self, child, out, style)
                case _:
                    pass

    def add(self, out: Paragraph, raw: str, look: Look) -> None:
        text, gone = tidied(raw)
        if gone > 0:
            self.hidden.append(Hidden("invisible characters", self.place, f"{gone} characters that can't be seen"))
        if text:
            out.items.append(Text(text, self.length, look))
            self.put(text)
        if self.length > 20_000_000:
            raise Unreadable(Reason.TOO_LARGE)

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def after_pictures(self) -> None:
        """Reads the pictures of the paragraph just ended; their words follow it in the text."""
        for picture in self.waiting:
            read_shown(self, picture)
        self.waiting.clear()


def parse_docx(data: bytes, manner: Manner, known: Reading | None = None) -> tuple[Document, Reader]:
    """The model of a document and the walk that made it. With `known`, pictures are not read again."""
    reader = Reader(Package(data, manner.limits), manner, known)
    return reader.document(), reader


def read_docx(data: bytes, manner: Manner) -> Reading:
    """Words as seen, and what else the file holds."""
    _, reader = parse_docx(data, manner)
    hidden = [*reader.hidden, *attributes(reader), *unread_text(reader), *hidden_parts(reader.package, reader.used)]
    notes = [*reader.notes, "Fonts and page breaks may differ: the document was set anew."]
    return Reading(
        kind=Kind.DOCX, text="".join(reader.parts), blocks=tuple(reader.blocks), words=tuple(reader.words), pages=tuple(reader.pages),
        hidden=tuple(hidden), unread=tuple(reader.unread), notes=tuple(dict.fromkeys(notes)), engines=("lxml",),
    )  # fmt: skip
