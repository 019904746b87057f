"""Writes a new Word document from the model: every part, style and name in it is ours."""

import io
from xml.sax.saxutils import escape

from PIL import Image

from redaction.formats.cutting import Cutter
from redaction.formats.docx.model import Document, Level, Look, Paragraph, Picture, Table, Text
from redaction.formats.docx.read import parse_docx
from redaction.formats.image import painted
from redaction.formats.model import Manner, Mark, Reading, Reason, Unreadable, merged
from redaction.formats.package import write_package
from redaction.formats.upright import straightened

_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="Picture {number}"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="p{number}"/>'
    '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
)


def apply_docx(data: bytes, reading: Reading, marks: tuple[Mark, ...], manner: Manner) -> bytes:
    """The redacted document."""
    cutter = Cutter(reading.text, merged(marks, len(reading.text)))
    document, reader = parse_docx(data, manner, reading)
    if "".join(reader.parts) != reading.text:
        raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
    return _Writer(document, reading, cutter, manner).package()


class _Writer:
    def __init__(self, document: Document, reading: Reading, cutter: Cutter, manner: Manner) -> None:
        self.document, self.reading, self.cutter, self.manner = document, reading, cutter, manner
        self.media: dict[int, bytes] = {}
        self.by_part: dict[str, set[int]] = {}
        self.current: set[int] = set()

    def package(self) -> bytes:
        """All parts of the file."""
        document = self.document
        body = self._blocks(document.body)
        if document.notes:
            body += '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="4" w:space="1" w:color="808080"/></w:pBdr></w:pPr></w:p>'
            for count, note in enumerate(document.notes, 1):
                body += f'<w:p><w:r><w:t xml:space="preserve">[{count}]</w:t></w:r></w:p>' + self._blocks(note)
        pictures = {"document": self.current}
        headers: dict[str, str] = {}
        for key, blocks in document.headers.items():
            self.current = set()
            tag = "hdr" if key.startswith("header") else "ftr"
            headers[key] = f"{_HEAD}<w:{tag} {_NS}>{self._blocks(blocks)}</w:{tag}>"
            pictures[key] = self.current
        section = "".join(
            f'<w:{k.split("-")[0]}Reference w:type="{k.split("-")[1]}" r:id="h{i}"/>' for i, k in enumerate(headers, 1)
        )
        wide, high = document.size
        section += f'<w:pgSz w:w="{wide}" w:h="{high}"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
        section += "<w:titlePg/>" if document.title_page else ""
        parts: dict[str, bytes] = {}
        parts["[Content_Types].xml"] = self._types(headers).encode()
        parts["_rels/.rels"] = (
            f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="d" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
        ).encode()
        parts["word/document.xml"] = (
            f"{_HEAD}<w:document {_NS}><w:body>{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>".encode()
        )
        links = [("s", "styles", "styles.xml"), ("n", "numbering", "numbering.xml"), ("t", "settings", "settings.xml")]
        links += [(f"h{i}", key.split("-")[0], f"{key}.xml") for i, key in enumerate(headers, 1)]
        parts["word/_rels/document.xml.rels"] = self._links(links, pictures["document"])
        parts["word/styles.xml"] = _styles().encode()
        parts["word/numbering.xml"] = _numbering(document.lists).encode()
        even = "<w:evenAndOddHeaders/>" if document.even_odd else ""
        parts["word/settings.xml"] = f"{_HEAD}<w:settings {_NS}>{even}</w:settings>".encode()
        for key, text in headers.items():
            parts[f"word/{key}.xml"] = text.encode()
            if pictures[key]:
                parts[f"word/_rels/{key}.xml.rels"] = self._links([], pictures[key])
        for number, data in sorted(self.media.items()):
            parts[f"word/media/p{number}.png"] = data
        return write_package(parts)

    def _types(self, headers: dict[str, str]) -> str:
        overrides = [
            ("document", "document.main"),
            ("styles", "styles"),
            ("numbering", "numbering"),
            ("settings", "settings"),
        ]
        overrides += [(key, key.split("-")[0]) for key in headers]
        return (
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
            + "".join(
                f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}+xml"/>' for name, kind in overrides
            )
            + "</Types>"
        )

    def _links(self, links: list[tuple[str, str, str]], pictures: set[int]) -> bytes:
        links = links + [(f"p{number}", "image", f"media/p{number}.png") for number in sorted(pictures)]
        body = "".join(
            f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in links
        )
        return f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{body}</Relationships>'.encode()

    def _blocks(self, blocks: list[Paragraph | Table]) -> str:
        return "".join(self._paragraph(b) if isinstance(b, Paragraph) else self._table(b) for b in blocks)

    def _table(self, table: Table) -> str:
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        rows = []
        for row in table.rows:
            cells = []
            for cell in row:
                about = '<w:tcW w:w="0" w:type="auto"/>' + (
                    f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
                )
                about += f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else ""
                inner = self._blocks(cell.blocks)
                if not cell.blocks or isinstance(cell.blocks[-1], Table):
                    inner += "<w:p/>"
                cells.append(f"<w:tc><w:tcPr>{about}</w:tcPr>{inner}</w:tc>")
            if cells:
                rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid/>{"".join(rows)}</w:tbl>'
            if rows
            else ""
        )

    def _paragraph(self, paragraph: Paragraph) -> str:
        about = f'<w:pStyle w:val="Heading{paragraph.heading}"/>' if paragraph.heading else ""
        if paragraph.numbering is not None and paragraph.numbering[0] in self.document.lists:
            about += f'<w:numPr><w:ilvl w:val="{paragraph.numbering[1]}"/><w:numId w:val="{paragraph.numbering[0]}"/></w:numPr>'
        about += f'<w:ind w:left="{paragraph.indent}"/>' if paragraph.indent else ""
        about += f'<w:jc w:val="{paragraph.align}"/>' if paragraph.align else ""
        runs = "".join(
            self._picture(item) if isinstance(item, Picture) else self._text(item) for item in paragraph.items
        )
        return f"<w:p>{f'<w:pPr>{about}</w:pPr>' if about else ''}{runs}</w:p>"

    def _text(self, item: Text) -> str:
        out = []
        for text, label in self.cutter.pieces(item.start, item.start + len(item.text)):
            about = _look(item.look)
            if label:
                about += '<w:shd w:val="clear" w:color="auto" w:fill="D9D9D9"/>'
            out.append(f"<w:r>{f'<w:rPr>{about}</w:rPr>' if about else ''}{_characters(text)}</w:r>")
        return "".join(out)

    def _picture(self, picture: Picture) -> str:
        if picture.number not in self.media:
            with Image.open(io.BytesIO(picture.data)) as shown:
                words = [word for word in self.reading.words if word.page == picture.number]
                straight = straightened(shown.convert("RGB"), self.reading.pages[picture.number - 1].skew)
                clean = painted(straight, words, self.cutter, self.manner.facsimile)
            out = io.BytesIO()
            Image.frombytes("RGB", clean.size, clean.tobytes()).save(out, "PNG")
            self.media[picture.number] = out.getvalue()
        self.current.add(picture.number)
        return _PICTURE.format(number=picture.number, wide=picture.wide, high=picture.high)


def _characters(text: str) -> str:
    out, plain = [], ""
    for c in text:
        if c in "\t\n":
            out += [plain, "\x00tab" if c == "\t" else "\x00br"]
            plain = ""
        else:
            plain += c
    out.append(plain)
    return "".join(
        "<w:tab/>" if p == "\x00tab" else "<w:br/>" if p == "\x00br" else f'<w:t xml:space="preserve">{escape(p)}</w:t>' for p in out if p
    )  # fmt: skip


def _look(look: Look) -> str:
    out = "<w:b/>" if look.bold else ""
    out += "<w:i/>" if look.italic else ""
    out += f"<w:{look.caps}/>" if look.caps else ""
    out += "<w:strike/>" if look.strike else ""
    out += f'<w:color w:val="{look.colour}"/>' if look.colour else ""
    out += f'<w:sz w:val="{look.half_points}"/>' if look.half_points else ""
    out += '<w:u w:val="single"/>' if look.underline else ""
    return out + (f'<w:vertAlign w:val="{look.raised}"/>' if look.raised else "")


def _styles() -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/>'
        f'<w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{n - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{36 - 3 * n}"/></w:rPr></w:style>'
        for n in range(1, 7)
    )
    return (
        f'{_HEAD}<w:styles {_NS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'
        '<w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        + headings
        + "</w:styles>"
    )


def _numbering(lists: dict[int, tuple[Level, ...]]) -> str:
    abstracts, numbers = "", ""
    for number, levels in lists.items():
        inner = "".join(
            f'<w:lvl w:ilvl="{k}"><w:start w:val="{level.start}"/><w:numFmt w:val="{level.format}"/><w:lvlText w:val="{escape(level.text)}"/>'
            f'<w:pPr><w:ind w:left="{720 * (k + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
            for k, level in enumerate(levels)
        )
        abstracts += f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'
        numbers += f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
    return f"{_HEAD}<w:numbering {_NS}>{abstracts}{numbers}</w:numbering>"
