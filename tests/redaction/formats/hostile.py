"""Files made to hurt a reader: bombs, loops, lies and absurd sizes."""

import io
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.redaction.formats.hiding_other import S, W, cell, docx, p, package, r, xlsx
from tests.redaction.formats.hiding_pdf import SECRET, Sheet, text


def bomb_docx() -> bytes:
    return docx("", {"word/styles.xml": b"<x>" + b" " * 500_000_000 + b"</x>"})


def nested_docx() -> bytes:
    return docx("<w:sdt><w:sdtContent>" * 5000 + p(r("deep")) + "</w:sdtContent></w:sdt>" * 5000)


def entities_docx() -> bytes:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    return package(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": "<Relationships/>",
            "word/document.xml": f"{laughs}<w:document {W}><w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>",
        }
    )


def outside_entity_docx() -> bytes:
    return package(
        {
            "word/document.xml": f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {W}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'
        }
    )


def two_parts_of_one_name() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for words in ("one", "two"):
            archive.writestr("word/document.xml", f"<w:document {W}><w:body>{p(r(words))}</w:body></w:document>")
    return out.getvalue()


def many_members() -> bytes:
    return docx("", {f"x/{k}.xml": "" for k in range(6000)})


def huge_range_xlsx() -> bytes:
    return xlsx(
        f'<row r="1048576">{cell("XFD1048576", "x")}</row>',
        tail='<mergeCells count="1"><mergeCell ref="A2:XFD1048575"/></mergeCells>',
    )


def many_cells_xlsx() -> bytes:
    return xlsx("".join(f'<row r="{k}"><c r="A{k}"><v>1</v></c></row>' for k in range(2, 600_000)))


def entities_xlsx() -> bytes:
    return xlsx(
        "", extra={"xl/sharedStrings.xml": f'<!DOCTYPE x [<!ENTITY a "{SECRET}">]><sst {S}><si><t>&a;</t></si></sst>'}
    )


def million_pages() -> bytes:
    """A page tree that claims 10^6 pages by pointing to itself again and again."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    node = pdf.Root.Pages
    for _ in range(6):
        node = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node] * 10), Count=10**6))
    pdf.Root.Pages = node
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def loop_of_pages() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    out = io.BytesIO()
    pdf.save(out, qdf=True)
    return out.getvalue().replace(b"/Kids [\n    3 0 R", b"/Kids [\n    2 0 R")


def loop_of_forms() -> bytes:
    sheet = Sheet("/A Do\n")
    form = sheet.stream(b"/A Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(A=form))
    sheet.resources.XObject = Dictionary(A=form)
    return sheet.done()


def huge_page() -> bytes:
    sheet = Sheet(text(SECRET))
    sheet.page.obj.MediaBox = Array([0, 0, 10**7, 10**7])
    return sheet.done()


def deep_arrays() -> bytes:
    return Sheet().done().replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 100_000 + b"]" * 100_000)


def bomb_in_a_stream() -> bytes:
    sheet = Sheet()
    sheet.page.obj.Contents = sheet.stream(b"")
    data = sheet.done()
    packed = zlib.compress(b"q Q\n" * 40_000_000, 9)
    return data + b"9 0 obj\n<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"endstream\nendobj\n"


def huge_picture() -> bytes:
    out = io.BytesIO()
    Image.new("1", (60_000, 60_000)).save(out, "PNG")
    return out.getvalue()


def claims_a_huge_picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (10, 10)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = (70_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)


def mail_in_mail() -> bytes:
    body = b"Subject: x\nFrom: a@example.invalid\nTo: b@example.invalid\n\nlast"
    for k in range(60):
        body = (
            b"Subject: x\nFrom: a@example.invalid\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\nContent-Type: message/rfc822\n\n"
            % (k, k)
            + body
            + b"\n--b%d--\n" % k
        )
    return body


def deep_parts() -> bytes:
    inner = b"Content-Type: text/plain\n\nx\n"
    for k in range(200):
        inner = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (k, k) + inner + b"\n--b%d--\n" % k
    return b"Subject: x\nFrom: a@example.invalid\nMIME-Version: 1.0\n" + inner


def zip_of_nothing() -> bytes:
    return package({"a.txt": "x"})


def program() -> bytes:
    return b"MZ" + bytes(1000)


REFUSED = [
    bomb_docx, nested_docx, entities_docx, outside_entity_docx, two_parts_of_one_name, many_members, many_cells_xlsx, entities_xlsx, million_pages,
    huge_page, huge_picture, claims_a_huge_picture, zip_of_nothing, program, deep_parts,
]  # fmt: skip
CONTAINED = [huge_range_xlsx, loop_of_pages, loop_of_forms, deep_arrays, bomb_in_a_stream, mail_in_mail]
