"""Generated PDFs, one for each place where text hides. Every case names what must go and what must stay; all names are invented."""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from redaction.formats.pdf.reset import typeface

SECRET = "Quillon Abernathy"
NUMBER = "GB77QXZW40221177665544"
STAYS = "The parties met twice in spring"


class Case(Struct, frozen=True, kw_only=True):
    """One file: `targets` are named by the person who redacts, `hidden` must go unnamed."""

    name: str
    build: Callable[[], bytes]
    targets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    stays: tuple[str, ...] = (STAYS,)
    pixels: bool = False  # only OCR can prove it
    password: str = ""

    @property
    def secrets(self) -> list[str]:
        return [*self.targets, *self.hidden]


CASES: list[Case] = []


def case(**kw: Any) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def add(build: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append(Case(name=build.__name__, build=build, **kw))
        return build

    return add


def text(words: str, x: float = 72, y: float = 700, size: float = 12, extra: str = "", font: str = "F1") -> str:
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT {extra} /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET\n"


class Sheet:
    """A one-page PDF in the making."""

    def __init__(self, content: str = "", box: tuple[float, ...] = (0, 0, 595, 842)) -> None:
        self.pdf = pikepdf.new()
        self.page = self.pdf.add_blank_page(page_size=(595, 842))
        self.page.obj.MediaBox = Array(list(box))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        self.resources = Dictionary(Font=Dictionary(F1=self.pdf.make_indirect(font)))
        self.page.obj.Resources = self.resources
        self.content = text(STAYS + ".", y=780) + content

    def add(self, obj: Any) -> Any:
        return self.pdf.make_indirect(obj)

    def stream(self, data: bytes, **entries: Any) -> Any:
        made = self.pdf.make_stream(data)
        for key, value in entries.items():
            made[f"/{key}"] = value
        return made

    def picture(self, image: Image.Image, **entries: Any) -> Any:
        image = image.convert("RGB")
        return self.stream(
            image.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height, ColorSpace=Name.DeviceRGB, BitsPerComponent=8, **entries
        )  # fmt: skip

    def done(self, **save: Any) -> bytes:
        self.page.obj.Contents = self.pdf.make_stream(self.content.encode("latin-1"))
        out = io.BytesIO()
        self.pdf.save(out, **({"object_stream_mode": pikepdf.ObjectStreamMode.disable} | save))
        return out.getvalue()


def drawn(
    lines: list[str], size: tuple[int, int] = (1000, 300), type_size: int = 36, ink: tuple[int, int, int] = (0, 0, 0)
) -> Image.Image:
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for k, line in enumerate(lines):
        pen.text((30, 30 + 60 * k), line, font=typeface("sans", type_size), fill=ink)
    return image


@case(hidden=(SECRET,))
def under_rectangle() -> bytes:
    return Sheet(text(SECRET) + "0 g 60 690 200 24 re f\n").done()


@case(hidden=(SECRET,))
def under_rounded_bar() -> bytes:
    return Sheet(
        text(SECRET) + "0.1 g 70 695 m 200 695 l 206 695 206 714 200 714 c 70 714 l 64 714 64 695 70 695 c f\n"
    ).done()


@case(hidden=(SECRET,))
def under_picture() -> bytes:
    sheet = Sheet(text(SECRET) + "q 180 0 0 24 66 692 cm /Bar Do Q\n")
    sheet.resources.XObject = Dictionary(Bar=sheet.picture(Image.new("RGB", (4, 4), "black")))
    return sheet.done()


@case(hidden=(SECRET,))
def under_highlight_note() -> bytes:
    sheet = Sheet(text(SECRET))
    sheet.page.obj.Annots = Array([sheet.add(Dictionary(
        Type=Name.Annot, Subtype=Name.Square, Rect=Array([66, 692, 250, 716]), C=Array([0, 0, 0]), IC=Array([0, 0, 0]), F=4, Contents=String("covered"),
    ))])  # fmt: skip
    return sheet.done()


@case(hidden=(SECRET,))
def white_on_white() -> bytes:
    return Sheet("1 g " + text(SECRET) + "0 g\n").done()


@case(hidden=(SECRET,))
def smaller_than_print() -> bytes:
    return Sheet(text(SECRET, size=0.6)).done()


@case(hidden=(SECRET,))
def render_mode_three() -> bytes:
    return Sheet(text(SECRET, extra="3 Tr")).done()


@case(hidden=(SECRET,))
def fully_transparent() -> bytes:
    sheet = Sheet("q /G0 gs " + text(SECRET) + "Q\n")
    sheet.resources.ExtGState = Dictionary(G0=Dictionary(ca=0, CA=0))
    return sheet.done()


@case(hidden=(SECRET,))
def almost_transparent() -> bytes:
    sheet = Sheet("q /G0 gs " + text(SECRET) + "Q\n")
    sheet.resources.ExtGState = Dictionary(G0=Dictionary(ca=0.02, CA=0.02))
    return sheet.done()


@case(hidden=(SECRET,))
def under_dark_marker() -> bytes:
    sheet = Sheet(text(SECRET) + "q /G0 gs 0 g 60 690 200 24 re f Q\n")
    sheet.resources.ExtGState = Dictionary(G0=Dictionary(ca=0.95))
    return sheet.done()


@case(hidden=(SECRET,))
def earlier_revision() -> bytes:
    first = Sheet(text(SECRET)).done(qdf=True, static_id=True)
    pdf = pikepdf.open(io.BytesIO(first))
    number = pdf.pages[0].obj.Contents.objgen[0]
    root, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
    start = int(first.rstrip().rsplit(b"startxref", 1)[1].split()[0])
    body = text(STAYS + ".", y=780).encode()
    new = f"{number} 0 obj\n<</Length {len(body)}>>\nstream\n".encode() + body + b"\nendstream\nendobj\n"
    at = len(first)
    table = f"xref\n{number} 1\n{at:010d} 00000 n \ntrailer\n<</Size {size}/Root {root} 0 R/Prev {start}>>\nstartxref\n{at + len(new)}\n%%EOF\n".encode()
    return first + new + table


@case(hidden=(SECRET,))
def unused_object() -> bytes:
    sheet = Sheet()
    sheet.pdf.Root.Unused = sheet.stream(text(SECRET).encode())
    data = sheet.done(qdf=True)
    return data.replace(b"/Unused", b"%Unused")


@case(hidden=(SECRET,))
def comment_in_the_file() -> bytes:
    return Sheet().done().replace(b"%PDF-1.3\n", f"%PDF-1.3\n% {SECRET}\n".encode(), 1)


@case(hidden=(SECRET,))
def bytes_after_the_end() -> bytes:
    return Sheet().done() + f"\n% {SECRET}\n".encode()


@case(hidden=(SECRET,))
def zip_after_the_end() -> bytes:
    return Sheet().done() + zipped({"note.txt": SECRET.encode()})


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@case(hidden=(SECRET, NUMBER))
def attached_files() -> bytes:
    sheet = Sheet()
    inner = zipped({"inner.zip": zipped({"deep.txt": ("\ufeff" + SECRET).encode("utf-16-le")})})
    sheet.pdf.attachments[f"{NUMBER}.zip"] = pikepdf.AttachedFileSpec(sheet.pdf, inner, filename=f"{NUMBER}.zip")
    return sheet.done()


@case(hidden=(SECRET, NUMBER))
def properties() -> bytes:
    sheet = Sheet()
    sheet.pdf.docinfo["/Author"] = SECRET
    sheet.pdf.docinfo["/CaseNo"] = NUMBER
    sheet.pdf.Root.Metadata = sheet.stream(
        f"<?xpacket?><x><creator>{SECRET}</creator></x>".encode(), Type=Name.Metadata, Subtype=Name.XML
    )
    sheet.page.obj.PieceInfo = Dictionary(App=Dictionary(Private=String(SECRET)))
    sheet.pdf.trailer["/Odd"] = String(NUMBER)
    return sheet.done()


@case(hidden=(SECRET, NUMBER))
def notes_on_the_page() -> bytes:
    sheet = Sheet()
    look = sheet.stream(
        text(SECRET).encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 300, 800]),
        Resources=sheet.resources,
    )
    sheet.page.obj.Annots = Array([
        sheet.add(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([500, 20, 520, 40]), Contents=String(NUMBER), T=String(SECRET), F=2)),
        sheet.add(Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 300, 800]), AP=Dictionary(N=look), F=2)),
        sheet.add(Dictionary(Type=Name.Annot, Subtype=Name.Redact, Rect=Array([0, 0, 10, 10]), OverlayText=String(SECRET), F=2)),
        sheet.add(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 10, 10]), A=Dictionary(S=Name.URI, URI=String(f"mailto:x@example.invalid?subject={SECRET}")))),
    ])  # fmt: skip
    return sheet.done()


@case(hidden=(SECRET, NUMBER))
def form_fields() -> bytes:
    sheet = Sheet()
    field = sheet.add(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String(SECRET), DV=String(NUMBER), TU=String(SECRET), F=2, Rect=Array([72, 500, 200, 520]),
    ))  # fmt: skip
    sheet.page.obj.Annots = Array([field])
    xfa = sheet.stream(f"<xdp:xdp><name>{SECRET}</name></xdp:xdp>".encode())
    sheet.pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=Array([String("datasets"), xfa]))
    return sheet.done()


@case(hidden=(SECRET,))
def scripts() -> bytes:
    sheet = Sheet()
    coded = "".join(f"\\u{ord(c):04x}" for c in SECRET)
    script = Dictionary(S=Name.JavaScript, JS=String(f'app.alert("{coded}")'))
    sheet.pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
    sheet.pdf.Root.OpenAction = script
    return sheet.done()


@case(hidden=(SECRET, NUMBER))
def bookmarks_and_names() -> bytes:
    sheet = Sheet()
    with sheet.pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(SECRET, 0))
    sheet.pdf.Root.Dests = Dictionary({f"/{NUMBER}": Array([sheet.page.obj, Name.Fit])})
    sheet.pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, P=String(SECRET))]))
    sheet.pdf.Root.URI = Dictionary(Base=String(f"https://example.invalid/{NUMBER}"))
    return sheet.done()


@case(hidden=(SECRET, NUMBER))
def layer_switched_off() -> bytes:
    sheet = Sheet("/OC /L0 BDC " + text(SECRET) + "EMC\n")
    layer = sheet.add(Dictionary(Type=Name.OCG, Name=String(NUMBER)))
    sheet.resources.Properties = Dictionary(L0=layer)
    sheet.pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), ON=Array([])))
    return sheet.done()


@case(hidden=(SECRET,), pixels=True)
def pictures_not_shown() -> bytes:
    sheet = Sheet()
    picture = sheet.picture(drawn([SECRET]))
    sheet.resources.XObject = Dictionary(Unused=picture)
    sheet.page.obj.Thumb = picture
    return sheet.done()


@case(hidden=(SECRET,), pixels=True)
def masked_pixels() -> bytes:
    sheet = Sheet("q 300 0 0 90 72 600 cm /P Do Q\n")
    mask = sheet.stream(
        bytes(1000 * 300),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1000,
        Height=300,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )
    sheet.resources.XObject = Dictionary(P=sheet.picture(drawn([SECRET]), SMask=mask))
    return sheet.done()


@case(hidden=(SECRET,), pixels=True)
def clipped_pixels() -> bytes:
    sheet = Sheet("q 72 600 300 30 re W n q 300 0 0 90 72 600 cm /P Do Q Q\n")
    sheet.resources.XObject = Dictionary(P=sheet.picture(drawn([SECRET, "", "", "Lower line stays"], (1000, 300))))
    return sheet.done()


@case(hidden=(SECRET,))
def metadata_of_a_picture() -> bytes:
    sheet = Sheet("q 60 0 0 60 72 600 cm /P Do Q\n")
    image = Image.new("RGB", (60, 60), "grey")
    exif = Image.Exif()
    exif[0x13B] = SECRET
    data = io.BytesIO()
    image.save(data, "JPEG", exif=exif)
    sheet.resources.XObject = Dictionary(P=sheet.stream(
        data.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=60, Height=60, ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
    ))  # fmt: skip
    return sheet.done(compress_streams=False)


@case(hidden=(SECRET,))
def names_of_glyphs() -> bytes:
    sheet = Sheet()
    glyph = sheet.stream(b"500 0 0 0 500 700 d1")
    sheet.resources.Font.T3 = sheet.add(Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 700]), FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), FirstChar=65, LastChar=65,
        Widths=Array([500]), CharProcs=Dictionary({f"/{SECRET}": glyph}), Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name(f"/{SECRET}")])),
        Resources=Dictionary(),
    ))  # fmt: skip
    return sheet.done()


@case(hidden=(SECRET,))
def replacement_text() -> bytes:
    return Sheet(f"/Span <</ActualText ({SECRET})>> BDC " + text("A remark of no weight") + "EMC\n").done()


@case(targets=(SECRET,), pixels=True)
def replacement_text_that_covers_a_name() -> bytes:
    return Sheet("/Span <</ActualText (A remark of no weight)>> BDC " + text(SECRET, size=16) + "EMC\n").done()


@case(hidden=(SECRET,))
def structure_texts() -> bytes:
    sheet = Sheet()
    sheet.pdf.Root.StructTreeRoot = Dictionary(
        Type=Name.StructTreeRoot, K=Dictionary(S=Name.Figure, Alt=String(SECRET), E=String(SECRET))
    )
    return sheet.done()


@case(hidden=(SECRET, NUMBER))
def signature_facts() -> bytes:
    sheet = Sheet()
    signature = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        Name=String(SECRET),
        Reason=String(NUMBER),
        Location=String(SECRET),
    )
    sheet.pdf.Root.AcroForm = Dictionary(
        Fields=Array([sheet.add(Dictionary(FT=Name.Sig, T=String("s"), V=sheet.add(signature)))])
    )
    return sheet.done()


@case(hidden=(SECRET, NUMBER))
def outside_the_page() -> bytes:
    sheet = Sheet(text(SECRET, y=-50) + text(NUMBER, x=72, y=40))
    sheet.page.obj.CropBox = Array([0, 100, 595, 842])
    return sheet.done()


@case(hidden=(SECRET,))
def clipped_text() -> bytes:
    return Sheet("q 0 0 10 10 re W n " + text(SECRET) + "Q\n").done()


def scan(lines: list[str], layer: str = "", turned: float = 0) -> bytes:
    sheet = Sheet()
    image = drawn(lines, (1200, 1600), 40)
    if turned:
        image = image.rotate(turned, expand=True, fillcolor="white")
    sheet.resources.XObject = Dictionary(P=sheet.picture(image))
    sheet.content = f"q {image.width * 0.4} 0 0 {image.height * 0.4} 40 100 cm /P Do Q\n" + layer
    return sheet.done()


@case(targets=(SECRET, NUMBER), pixels=True, stays=("Receipt for the deposit",))
def scan_without_text() -> bytes:
    return scan(["Receipt for the deposit", f"Paid by {SECRET}", f"to {NUMBER} in full"])


@case(targets=(SECRET,), pixels=True, stays=("Receipt for the deposit",))
def scan_with_shifted_text() -> bytes:
    return scan(
        ["Receipt for the deposit", f"Paid by {SECRET}", "in full"], text(f"Paid by {SECRET}", 70, 300, extra="3 Tr")
    )


@case(targets=(SECRET,), pixels=True, stays=("Receipt for the deposit",))
def scan_on_its_side() -> bytes:
    return scan(["Receipt for the deposit", f"Paid by {SECRET}", "and nothing else was said that day"], turned=90)


CROOKED = ["Receipt for the deposit", f"I say that {SECRET} paid the money", f"by a transfer to {NUMBER}", "and kept the keys of the barn until March", "Signed at the registry on the same day"]  # fmt: skip


@case(targets=(SECRET, NUMBER), pixels=True, stays=("Receipt for the deposit", "keys of the barn"))
def scan_lying_crooked() -> bytes:
    return scan(CROOKED, turned=-4.5)


@case(targets=(SECRET,), stays=(STAYS, "measured the wall"))
def plain_words() -> bytes:
    return Sheet(text(f"The surveyor, {SECRET}, measured the wall. (Abernathy's view.)")).done()


@case(targets=(SECRET,), stays=(STAYS, "measured the wall"))
def turned_page() -> bytes:
    sheet = Sheet(text(f"The surveyor {SECRET} measured the wall"), box=(-100, -50, 495, 792))
    sheet.page.obj.Rotate = 90
    sheet.page.obj.UserUnit = 1.5
    return sheet.done()


@case(targets=(SECRET,), stays=(STAYS, "measured the wall"))
def text_up_the_side() -> bytes:
    return Sheet(f"BT /F1 12 Tf 0 1 -1 0 560 200 Tm (The surveyor {SECRET} measured the wall) Tj ET\n").done()


@case(targets=(SECRET,))
def slanted_text() -> bytes:
    return Sheet(f"BT /F1 14 Tf 0.9 0.3 -0.3 0.9 100 400 Tm (By {SECRET}) Tj ET\n").done()


@case(targets=(SECRET,), stays=(STAYS, "measured it"))
def kerned_and_spaced() -> bytes:
    kerned = "BT /F1 12 Tf 1 0 0 1 72 700 Tm [(Qui) 20 (ll) -15 (on) -250 (Ab) 30 (ern) 10 (athy) -250 (measured it)] TJ ET\n"
    return Sheet(kerned + "BT /F1 12 Tf 4 Tc 1 0 0 1 72 660 Tm (QUILLON ABERNATHY) Tj ET\n").done()


@case(targets=(SECRET,), stays=(STAYS, "came late"))
def broken_over_lines() -> bytes:
    return Sheet(
        text("It was said that Quillon Aber-", y=700)
        + text("nathy came late", y=684)
        + text("and Quillon", y=640)
        + text("Abernathy left", y=624)
    ).done()


@case(targets=(SECRET,))
def letters_out_of_order() -> bytes:
    word = SECRET
    places = {k: 72 + 8.5 * k for k in range(len(word))}
    return Sheet(
        "".join(
            text(word[k], x=places[k]) for k in (*range(1, len(word), 2), *range(0, len(word), 2)) if word[k] != " "
        )
    ).done()


@case(targets=(SECRET,))
def nested_forms() -> bytes:
    sheet = Sheet("/A Do\n")
    inner = sheet.stream(
        text(SECRET).encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 595, 842]),
        Resources=sheet.resources,
    )
    outer = sheet.stream(
        b"/B Do",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 595, 842]),
        Resources=Dictionary(XObject=Dictionary(B=inner)),
    )
    sheet.resources.XObject = Dictionary(A=outer)
    return sheet.done()


@case(targets=(SECRET,))
def text_in_a_pattern() -> bytes:
    sheet = Sheet("/Pattern cs /P0 scn 60 400 400 60 re f\n")
    cell = sheet.stream(
        text(SECRET, 10, 20, 16).encode(), Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=Array([0, 0, 400, 60]), XStep=400, YStep=60,
        Resources=Dictionary(Font=sheet.resources.Font), Matrix=Array([1, 0, 0, 1, 60, 400]),
    )  # fmt: skip
    sheet.resources.Pattern = Dictionary(P0=cell)
    return sheet.done()


@case(targets=(SECRET,), pixels=True)
def shown_form_value() -> bytes:
    sheet = Sheet()
    look = sheet.stream(
        text(SECRET, 2, 8, 14).encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 300, 30]),
        Resources=Dictionary(Font=sheet.resources.Font),
    )
    field = sheet.add(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String(SECRET), F=4, Rect=Array([72, 500, 372, 530]), AP=Dictionary(N=look),
    ))  # fmt: skip
    sheet.page.obj.Annots = Array([field])
    sheet.pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=Dictionary(Font=sheet.resources.Font))
    return sheet.done()


@case(targets=(SECRET,), pixels=True)
def lying_font() -> bytes:
    sheet = Sheet(text(SECRET, size=18, font="F2"))
    claimed = "harmless sentence"
    rows = "".join(f"<{ord(a):02x}> <{ord(b):04x}>\n" for a, b in dict(zip(SECRET, claimed, strict=False)).items())
    cmap = f"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(set(SECRET))} beginbfchar\n{rows}endbfchar endcmap end".encode()
    sheet.resources.Font.F2 = sheet.add(Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold"), Encoding=Name.WinAnsiEncoding, ToUnicode=sheet.stream(cmap),
    ))  # fmt: skip
    return sheet.done()


@case(targets=(SECRET,))
def locked_without_password() -> bytes:
    return Sheet(text(SECRET)).done(encryption=pikepdf.Encryption(owner="o", user="", R=6))


@case(targets=(SECRET,), password="sesame")
def locked_with_password() -> bytes:
    return Sheet(text(SECRET)).done(encryption=pikepdf.Encryption(owner="o", user="sesame", R=6))


@case(targets=(SECRET,), stays=(STAYS, "Plaintiff", "4,100", "Rent", "850"))
def tight_table() -> bytes:
    rows = [("Plaintiff", SECRET, "4,100"), ("Rent", "of the barn", "850"), ("Seed", "and feed", "77")]
    return Sheet(
        "".join(
            text(a, 72, 700 - 14 * k, 10) + text(b, 124, 700 - 14 * k, 10) + text(c, 222, 700 - 14 * k, 10)
            for k, (a, b, c) in enumerate(rows)
        )
    ).done()


@case(targets=("Ζωή Παπαδοπούλου", "Łucja Żółkiewska"), stays=(STAYS, "signed"), pixels=True)
def other_scripts() -> bytes:
    sheet = Sheet("q 500 0 0 150 40 500 cm /P Do Q\n")
    glyphs = drawn(["Łucja Żółkiewska signed"], (1000, 300))
    sheet.resources.XObject = Dictionary(P=sheet.picture(glyphs))
    font = embedded_font(sheet, "Ζωή Παπαδοπούλου")
    sheet.resources.Font.F3 = font
    sheet.content += (
        "BT /F3 12 Tf 1 0 0 1 72 460 Tm <"
        + "".join(f"{k + 1:04x}" for k in range(len("Ζωή Παπαδοπούλου")))
        + "> Tj ET\n"
    )
    return sheet.done()


def embedded_font(sheet: Sheet, words: str) -> Any:
    """A font of two-byte codes, one code for each letter of the words in order."""
    from importlib.resources import files

    data = (files("redaction.formats") / "fonts" / "sans.ttf").read_bytes()
    face = typeface("sans", 1000)
    glyphs = glyph_numbers(data)
    to_gid = b"\0\0" + b"".join(glyphs[ord(c)].to_bytes(2, "big") for c in words)
    widths = Array([1, Array([round(face.getlength(c)) for c in words])])
    rows = "".join(f"<{k + 1:04x}> <{ord(c):04x}>\n" for k, c in enumerate(words))
    cmap = f"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange {len(words)} beginbfchar\n{rows}endbfchar endcmap".encode()
    descriptor = sheet.add(Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Sans"), Flags=4, FontBBox=Array([-500, -300, 1200, 1000]), ItalicAngle=0, Ascent=900, Descent=-200,
        CapHeight=700, StemV=80, FontFile2=sheet.stream(data, Length1=len(data)),
    ))  # fmt: skip
    inner = sheet.add(Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+Sans"), CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=descriptor, W=widths, CIDToGIDMap=sheet.stream(to_gid),
    ))  # fmt: skip
    return sheet.add(Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ABCDEF+Sans"), Encoding=Name("/Identity-H"), DescendantFonts=Array([inner]), ToUnicode=sheet.stream(cmap),
    ))  # fmt: skip


def glyph_numbers(font: bytes) -> dict[int, int]:
    """Character to glyph, from a format 4 cmap table."""
    import struct

    tables = {
        font[12 + 16 * k : 16 + 16 * k]: struct.unpack(">II", font[20 + 16 * k : 28 + 16 * k])
        for k in range(struct.unpack(">H", font[4:6])[0])
    }
    start = tables[b"cmap"][0]
    out: dict[int, int] = {}
    for k in range(struct.unpack(">H", font[start + 2 : start + 4])[0]):
        at = start + struct.unpack(">I", font[start + 8 + 8 * k : start + 12 + 8 * k])[0]
        if struct.unpack(">H", font[at : at + 2])[0] != 4:
            continue
        count = struct.unpack(">H", font[at + 6 : at + 8])[0] // 2
        ends, starts = at + 14, at + 16 + 2 * count
        for s in range(count):
            end, first = (struct.unpack(">H", font[p + 2 * s : p + 2 * s + 2])[0] for p in (ends, starts))
            delta, offset = (
                struct.unpack(">H", font[p + 2 * s : p + 2 * s + 2])[0]
                for p in (starts + 2 * count, starts + 4 * count)
            )
            for c in range(first, min(end, 0xFFFE) + 1):
                if offset == 0:
                    out[c] = (c + delta) & 0xFFFF
                else:
                    p = starts + 4 * count + 2 * s + offset + 2 * (c - first)
                    out[c] = struct.unpack(">H", font[p : p + 2])[0]
    return out


def twin(name: str, *, align: str = "left") -> bytes:
    """A page that differs from its twin only in the name, set as a word processor would set it."""

    def wide(words: str) -> float:
        return len(words) * (6.0 if align != "nothing" else 5.3)  # Courier: every letter has 0.6 of the type size

    lines = [
        STAYS + " and agreed on little.",
        f"On that day {name} said that the wall was old.",
        "Nobody else was heard on the point at all.",
    ]
    out = ""
    for k, line in enumerate(lines):
        x = {"left": 72.0, "centre": 297.5 - wide(line) / 2}.get(align, 520 - wide(line))
        out += text(line, x, 700 - 16 * k, 10)
    sheet = Sheet(out)
    sheet.resources.Font.F1 = sheet.add(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier, Encoding=Name.WinAnsiEncoding)
    )
    return sheet.done(static_id=True)


def compressed(data: bytes) -> bytes:
    return zlib.compress(data)
