"""Generated Word, Excel, picture, mail and text files with secrets in every place that is not the page. All names are invented."""

import base64
import io
import struct
import zipfile
import zlib
from itertools import pairwise
from typing import Any

from msgspec import Struct
from PIL import Image, PngImagePlugin

from tests.redaction.formats.hiding_pdf import NUMBER, SECRET, STAYS, drawn, zipped

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


class Other(Struct, frozen=True, kw_only=True):
    name: str
    data: bytes
    targets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = (SECRET,)
    stays: tuple[str, ...] = (STAYS,)
    pixels: bool = False

    @property
    def secrets(self) -> list[str]:
        return [*self.targets, *self.hidden]


def package(parts: dict[str, str | bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.comment = comment
    return out.getvalue()


def rels(*links: tuple[str, str, str], external: tuple[str, ...] = ()) -> str:
    inner = "".join(
        f'<Relationship Id="{i}" Type="{REL}/{kind}" Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if i in external else ""}/>'
        for i, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def p(inner: str, about: str = "") -> str:
    return f"<w:p>{about}{inner}</w:p>"


def r(words: str, about: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{about}</w:rPr>" if about else ""}<w:t xml:space="preserve">{words}</w:t></w:r>'


def docx(
    body: str,
    extra: dict[str, str | bytes] | None = None,
    links: tuple[tuple[str, str, str], ...] = (),
    external: tuple[str, ...] = (),
    comment: bytes = b"",
    section: str = "",
) -> bytes:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": rels(("d", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {W}><w:body>{p(r(STAYS))}{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>",
        "word/_rels/document.xml.rels": rels(*links, external=external),
    }
    return package(parts | (extra or {}), comment)


def picture_data(words: list[str], **save: Any) -> bytes:
    out = io.BytesIO()
    drawn(words, (900, 260)).save(out, **({"format": "PNG"} | save))
    return out.getvalue()


def drawing(crop: str = "") -> str:
    return f'<w:r><w:drawing><wp:inline><wp:extent cx="4000000" cy="1200000"/><wp:docPr id="1" name="p" descr="{NUMBER}"/><a:graphic><a:graphicData><a:blip r:embed="i1"/>{crop}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'


def word_cases() -> list[Other]:
    two = (SECRET, NUMBER)
    deleted = f'<w:del w:author="{NUMBER}"><w:r><w:delText>{SECRET}</w:delText></w:r></w:del><w:ins w:author="{NUMBER}">{r("put in instead")}</w:ins><w:moveFrom w:author="x">{r(SECRET)}</w:moveFrom>'
    field = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT "{SECRET}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("result")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    alternate = f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent>{p(r("In a box"))}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{p(r(SECRET))}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    header = f"<w:hdr {W}>{p(r('Letterhead of ' + SECRET))}</w:hdr>"
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{p(r("See " + SECRET))}</w:footnote><w:footnote w:id="3">{p(r(NUMBER))}</w:footnote></w:footnotes>'
    return [
        Other(name="tracked_changes", data=docx(p(deleted)), hidden=two, stays=(STAYS, "put in instead")),
        Other(name="format_changes", data=docx(p(r("x", f'<w:rPrChange w:author="{SECRET}"/>'), f'<w:pPr><w:pPrChange w:author="{SECRET}"/></w:pPr>'))),
        Other(name="vanished", data=docx(p(r(SECRET, "<w:vanish/>") + r(NUMBER, '<w:color w:val="FFFFFF"/>') + r(SECRET, '<w:sz w:val="2"/>'))), hidden=two),
        Other(name="vanished_by_style", data=docx(p(r(SECRET, '<w:rStyle w:val="Gone"/>')), {"word/styles.xml": f'<w:styles {W}><w:style w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Gone"><w:basedOn w:val="Base"/></w:style></w:styles>'}, (("s", "styles", "styles.xml"),))),
        Other(name="black_on_black", data=docx(p(r(SECRET, '<w:highlight w:val="black"/>')))),
        Other(name="comments_and_people", data=docx("", {"word/comments.xml": f'<w:comments {W}><w:comment w:author="{NUMBER}">{p(r(SECRET))}</w:comment></w:comments>', "word/people.xml": f"<x>{SECRET}</x>"}), hidden=two),
        Other(name="properties_and_settings", data=docx("", {"docProps/core.xml": f"<x><creator>{SECRET}</creator></x>", "word/settings.xml": f'<w:settings {W}><w:docVars><w:docVar w:name="n" w:val="{NUMBER}"/></w:docVars></w:settings>', "customXml/item1.xml": f"<x>{SECRET}</x>", "docProps/thumbnail.jpeg": picture_data([SECRET], format="JPEG")}), hidden=two),
        Other(name="names_in_the_markup", data=docx(p(f'<w:bookmarkStart w:id="1" w:name="{NUMBER}"/>' + r("x")) + f'<w:sdt><w:sdtPr><w:alias w:val="{SECRET}"/><w:tag w:val="{SECRET}"/></w:sdtPr><w:sdtContent>{p(r("shown"))}</w:sdtContent></w:sdt>'), hidden=two, stays=(STAYS, "shown")),
        Other(name="field_instruction", data=docx(p(field)), stays=(STAYS, "result")),
        Other(name="link_target", data=docx(p(f'<w:hyperlink r:id="l1" w:tooltip="{NUMBER}">{r("here")}</w:hyperlink>'), links=(("l1", "hyperlink", f"https://example.invalid/{SECRET.replace(' ', '_')}"),), external=("l1",)), hidden=two, stays=(STAYS, "here")),
        Other(name="fallback_twin", data=docx(p(alternate)), stays=(STAYS, "In a box")),
        Other(name="embedded_files", data=docx("", {"word/embeddings/a.xlsx": zipped({"x.xml": SECRET.encode()}), "word/afchunk.txt": SECRET, "word/vbaProject.bin": SECRET.encode("utf-16-le"), "word/charts/chart1.xml": f"<c>{NUMBER}</c>"}), hidden=two),
        Other(name="zip_comment_and_orphan", data=docx("", {"word/orphan.xml": f"<x>{NUMBER}</x>", "word/glossary/document.xml": f"<x>{SECRET}</x>"}, comment=SECRET.encode()), hidden=two),
        Other(name="unused_notes", data=docx(p(r("See") + '<w:r><w:footnoteReference w:id="2"/></w:r>'), {"word/footnotes.xml": notes}, (("f", "footnotes", "footnotes.xml"),)), targets=(SECRET,), hidden=(NUMBER,)),
        Other(name="header_of_unused_kind", data=docx("", {"word/header1.xml": header}, (("h", "header", "header1.xml"),)), hidden=(SECRET,)),
        Other(name="header", data=docx("", {"word/header1.xml": header}, (("h", "header", "header1.xml"),), section='<w:headerReference w:type="default" r:id="h"/>'), targets=(SECRET,), hidden=(), stays=(STAYS, "Letterhead of")),
        Other(name="split_runs", data=docx(p(r("Qui") + r("llon ", "<w:b/>") + r("Aber") + r("nathy") + r(" said so")) + f'<w:tbl><w:tr><w:tc>{p(r(SECRET.upper()))}</w:tc></w:tr></w:tbl>'), targets=(SECRET,), hidden=(), stays=(STAYS, "said so")),
        Other(name="picture_with_words", data=docx(p(drawing()), {"word/media/i.png": picture_data([f"Photo of {SECRET}", "taken in the yard"])}, (("i1", "image", "media/i.png"),)), targets=(SECRET,), hidden=(NUMBER,), pixels=True),
        Other(name="cropped_picture", data=docx(p(drawing('<a:srcRect b="60000"/>')), {"word/media/i.png": picture_data(["Upper line is shown", "", SECRET])}, (("i1", "image", "media/i.png"),)), hidden=(SECRET, NUMBER), pixels=True),
        Other(name="list_text", data=docx(p(r("point"), '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'), {"word/numbering.xml": f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl><w:numFmt w:val="decimal"/><w:lvlText w:val="{SECRET} %1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'}, (("n", "numbering", "numbering.xml"),))),
    ]  # fmt: skip


def cell(place: str, words: str, extra: str = "") -> str:
    return f'<c r="{place}" t="inlineStr"{extra}><is><t>{words}</t></is></c>'


def xlsx(
    rows: str,
    *,
    cols: str = "",
    extra: dict[str, str | bytes] | None = None,
    sheets: str = "",
    tail: str = "",
    book: str = "",
    styles: str = "",
) -> bytes:
    style = styles or '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellXfs>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": rels(("d", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {S}><sheets><sheet name="Costs" sheetId="1" r:id="s1"/>{sheets}</sheets>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": rels(
            ("s1", "worksheet", "worksheets/sheet1.xml"),
            ("s2", "worksheet", "worksheets/sheet2.xml"),
            ("st", "styles", "styles.xml"),
        ),
        "xl/styles.xml": f'<styleSheet {S}><numFmts count="1"><numFmt numFmtId="200" formatCode=";;;"/></numFmts><fonts count="2"><font><sz val="11"/></font><font><sz val="11"/><color rgb="FFFFFFFF"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>{style}</styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet {S}>{cols}<sheetData><row r="1">{cell("A1", STAYS)}</row>{rows}</sheetData>{tail}</worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet {S}><sheetData><row r="1">{cell("A1", SECRET)}</row></sheetData></worksheet>',
    }
    if not sheets:
        del parts["xl/worksheets/sheet2.xml"]
        parts["xl/_rels/workbook.xml.rels"] = rels(
            ("s1", "worksheet", "worksheets/sheet1.xml"), ("st", "styles", "styles.xml")
        )
    return package(parts | (extra or {}))


def sheet_cases() -> list[Other]:
    styles = '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/><xf numFmtId="200" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" applyFont="1"/></cellXfs>'
    return [
        Other(name="hidden_sheets", data=xlsx("", sheets=f'<sheet name="{NUMBER}" sheetId="2" state="veryHidden" r:id="s2"/>'), hidden=(SECRET, NUMBER)),
        Other(name="hidden_row", data=xlsx(f'<row r="2" hidden="1">{cell("A2", SECRET)}</row>')),
        Other(name="hidden_column", data=xlsx(f'<row r="2">{cell("C2", SECRET)}</row>', cols='<cols><col min="3" max="3" width="9" hidden="1"/></cols>')),
        Other(name="number_format_that_shows_nothing", data=xlsx(f'<row r="2">{cell("B2", SECRET, " s=" + chr(34) + "1" + chr(34))}</row>', styles=styles)),
        Other(name="white_cell", data=xlsx(f'<row r="2">{cell("B2", SECRET, " s=" + chr(34) + "2" + chr(34))}</row>', styles=styles)),
        Other(name="far_cell", data=xlsx(f'<row r="1048576">{cell("XFD1048576", SECRET)}</row>')),
        Other(name="formula", data=xlsx(f'<row r="2"><c r="A2"><f>IF(1,7,"{SECRET}")</f><v>7</v></c></row>')),
        Other(name="defined_name", data=xlsx("", book=f'<definedNames><definedName name="x" hidden="1">"{SECRET}"</definedName></definedNames>')),
        Other(name="input_rule", data=xlsx("", tail=f'<dataValidations count="1"><dataValidation type="list" sqref="B1" prompt="{SECRET}"><formula1>"a,{NUMBER}"</formula1></dataValidation></dataValidations>'), hidden=(SECRET, NUMBER)),
        Other(name="print_header", data=xlsx("", tail=f"<headerFooter><oddHeader>&amp;C{SECRET}</oddHeader></headerFooter>")),
        Other(name="caches", data=xlsx("", extra={"xl/pivotCache/pivotCacheDefinition1.xml": f'<x refreshedBy="{SECRET}"/>', "xl/externalLinks/externalLink1.xml": f"<x>{NUMBER}</x>", "xl/sharedStrings.xml": f"<sst {S}><si><t>{SECRET}</t></si></sst>", "xl/persons/person.xml": f'<x displayName="{SECRET}"/>', "docProps/app.xml": f"<x>{SECRET}</x>", "xl/vbaProject.bin": SECRET.encode()}), hidden=(SECRET, NUMBER)),
        Other(name="named_cell_and_sheet", data=xlsx(f'<row r="2">{cell("A2", "Paid to " + SECRET)}<c r="B2"><v>40221177</v></c><c r="C2"><v>12</v></c></row>'), targets=(SECRET, "40221177"), hidden=(), stays=(STAYS, "Paid to", "12")),
    ]  # fmt: skip


def picture_cases() -> list[Other]:
    shown = drawn([STAYS], (900, 200))
    exif = Image.Exif()
    exif[0x13B], exif[0x9C9D], exif[0x8825] = SECRET, SECRET.encode("utf-16-le"), {1: "N", 2: (51.0, 30.0, 0.0)}
    jpeg = io.BytesIO()
    shown.save(jpeg, "JPEG", exif=exif, comment=NUMBER.encode())
    small = io.BytesIO()
    drawn([SECRET], (900, 200)).save(small, "JPEG")
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET)
    text.add_text("Note", NUMBER, zip=True)
    png = io.BytesIO()
    shown.save(png, "PNG", pnginfo=text)
    clear = drawn([STAYS, SECRET], (900, 200)).convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 80, 900, 200))
    pixels = clear.load()
    other = drawn([STAYS, SECRET], (900, 200)).load()
    for y in range(80, 200):
        for x in range(900):
            pixels[x, y] = (*other[x, y], 0)
    alpha = io.BytesIO()
    clear.save(alpha, "PNG")
    tiff = io.BytesIO()
    shown.save(tiff, "TIFF", save_all=True, append_images=[drawn([SECRET], (900, 200))], tiffinfo={315: NUMBER})
    return [
        Other(name="exif_and_comment", data=jpeg.getvalue() + b"\n" + SECRET.encode(), hidden=(SECRET, NUMBER), pixels=True),
        Other(name="picture_after_the_end", data=jpeg.getvalue() + small.getvalue(), pixels=True),
        Other(name="png_texts", data=png.getvalue() + zlib.compress(b"x"), hidden=(SECRET, NUMBER), pixels=True),
        Other(name="second_png", data=png.getvalue() + picture_data([SECRET]), pixels=True),
        Other(name="transparent_pixels", data=alpha.getvalue(), pixels=True),
        Other(name="second_tiff_picture", data=tiff.getvalue(), hidden=(SECRET, NUMBER), pixels=True),
        Other(name="words_in_a_picture", data=picture_data([STAYS, f"Paid by {SECRET}", "in the yard"]), targets=(SECRET,), hidden=(), pixels=True),
    ]  # fmt: skip


def mail(headers: str, body: bytes, kind: str = "text/plain; charset=utf-8", coding: str = "8bit") -> bytes:
    return (
        f"From: A <a@example.invalid>\nTo: b@example.invalid\nSubject: A meeting\n{headers}MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: {coding}\n\n".encode()
        + body
    )


def mail_cases() -> list[Other]:
    html = f'<html><head><title>{SECRET}</title><style>.x{{display:none}}</style></head><body><p>{STAYS}</p><!-- {SECRET} --><p class="x">{NUMBER}</p><span style="font-size:0">{SECRET}</span><img src="https://example.invalid/?q={NUMBER}"></body></html>'
    inner = f"From: {SECRET} <q@example.invalid>\nTo: c@example.invalid\nSubject: {NUMBER}\n\nforwarded"
    mixed = f'--b\nContent-Type: text/plain\n\n{STAYS}\n--b\nContent-Type: application/zip; name="{NUMBER}.zip"\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(zipped({"a.txt": SECRET.encode()})).decode()}\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n'
    sheet = base64.encodebytes(
        xlsx(f'<row r="2">{cell("A2", SECRET)}</row><row r="3" hidden="1">{cell("A3", NUMBER)}</row>')
    ).decode()
    attached = f"--b\nContent-Type: text/plain\n\nSee the list.\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=list.xlsx\nContent-Transfer-Encoding: base64\n\n{sheet}\n--b--\n"
    named = f"Dear all,\n\n{STAYS}. The offer of Quillon Aber=\nnathy stands.\n> quoted: {SECRET}\n"
    return [
        Other(name="headers", data=mail(f"Received: from {NUMBER} (203.0.113.9)\nX-Sender: {SECRET}\nBcc: {SECRET} <x@example.invalid>\nMessage-ID: <{NUMBER}@x>\n", STAYS.encode()), hidden=(SECRET, NUMBER)),
        Other(name="html_only", data=mail("", html.encode(), "text/html; charset=utf-8"), hidden=(SECRET, NUMBER)),
        Other(name="parts", data=mail("", mixed.encode(), 'multipart/mixed; boundary="b"'), hidden=(SECRET, NUMBER)),
        Other(name="attached_sheet", data=mail("", attached.encode(), 'multipart/mixed; boundary="b"'), targets=(SECRET,), hidden=(NUMBER,)),
        Other(name="quoted_printable", data=mail("", named.encode(), coding="quoted-printable"), targets=(SECRET,), hidden=(), stays=(STAYS, "stands")),
        Other(name="coded_subject", data=mail("", STAYS.encode()).replace(b"A meeting", b"=?utf-8?b?" + base64.b64encode(SECRET.encode()) + b"?="), targets=(SECRET,), hidden=()),
        Other(name="outlook", data=msg({"0037001F": f"Offer of {SECRET}", "1000001F": STAYS, "0C1A001F": "A", "0070001F": NUMBER, "007D001F": f"Received: {NUMBER}"}), targets=(SECRET,), hidden=(NUMBER,)),
    ]  # fmt: skip


def text_cases() -> list[Other]:
    spread = "\u200b".join("Quillon") + " A\u00adbernathy"
    return [
        Other(name="utf16", data=("\ufeff" + f"{STAYS}\n{SECRET} left").encode("utf-16-le"), targets=(SECRET,), hidden=(), stays=(STAYS, "left")),
        Other(name="zero_width", data=f"{STAYS}\n{spread} left".encode(), targets=(SECRET,), hidden=(), stays=(STAYS, "left")),
        Other(name="accents_and_case", data=f"{STAYS}\nQUILLO\u0301N  ABERNATHY\nand Mr Abernathy, quillon_abernathy".encode(), targets=(SECRET,), hidden=()),
        Other(name="broken_lines", data=f"{STAYS}\nQuillon Aber-\nnathy and Quillon\nAbernathy".encode(), targets=(SECRET,), hidden=()),
    ]  # fmt: skip


def msg(streams: dict[str, str]) -> bytes:
    """A small compound file with an Outlook message's property streams, all in regular sectors."""
    entries = [("__properties_version1.0", b"\0" * 4096)] + [
        (f"__substg1.0_{tag}", words.encode("utf-16-le")) for tag, words in streams.items()
    ]
    sectors: list[bytes] = []
    chains: list[tuple[int, int]] = []
    for _, data in entries:
        padded = data + b"\0" * (-len(data) % 4096 or 0)
        padded = padded or b"\0" * 4096
        first = len(sectors)
        sectors += [padded[k : k + 512] for k in range(0, len(padded), 512)]
        chains.append((first, len(sectors) - first))
    names = [
        ("Root Entry", 5, -2, 0, 1),
        *((n, 2, c[0], max(len(d), 4096), -1) for (n, d), c in zip(entries, chains, strict=True)),
    ]
    # Siblings hang in a right-leaning chain; readers that walk the tree find them all.
    order = sorted(range(1, len(names)), key=lambda k: (len(names[k][0]), names[k][0].upper()))
    after = dict(pairwise(order))
    folder = b""
    for k, (name, kind, start, size, _) in enumerate(names):
        wide = name.encode("utf-16-le") + b"\0\0"
        child = order[0] if k == 0 else 0xFFFFFFFF
        folder += wide.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(wide), kind, 1, 0xFFFFFFFF, after.get(k, 0xFFFFFFFF), child
        )
        folder += b"\0" * 36 + struct.pack("<IQ", start & 0xFFFFFFFF, size if k else 0)
    folder += b"\0" * (-len(folder) % 512)
    first_folder = len(sectors)
    sectors += [folder[k : k + 512] for k in range(0, len(folder), 512)]
    count = len(sectors)
    tables = -(-(count + 8) // 128)
    table = [0xFFFFFFFF] * (tables * 128)
    for first, length in [*chains, (first_folder, count - first_folder)]:
        for k in range(first, first + length):
            table[k] = k + 1 if k + 1 < first + length else 0xFFFFFFFE
    for k in range(tables):
        table[count + k] = 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, tables, first_folder, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *(count + k if k < tables else 0xFFFFFFFF for k in range(109)))
    return head + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def all_cases() -> list[Other]:
    return [*word_cases(), *sheet_cases(), *picture_cases(), *mail_cases(), *text_cases()]
