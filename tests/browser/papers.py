"""Documents for the browser tests, made on the spot: a picture, and a PDF whose pages need what pdf.js fetches (tables, fonts, decoders)."""

import io

import pikepdf
from PIL import Image

RED, BLACK = (200, 30, 30), 0
SIZE = (120, 80)


def png() -> bytes:
    """A red picture."""
    out = io.BytesIO()
    Image.new("RGB", SIZE, RED).save(out, "PNG")
    return out.getvalue()


def jpeg_2000() -> bytes:
    """The same picture as JPEG 2000."""
    out = io.BytesIO()
    Image.new("RGB", SIZE, RED).save(out, "JPEG2000")
    return out.getvalue()


def fax() -> bytes:
    """A black page as CCITT group 4, the bytes of the strip alone."""
    out = io.BytesIO()
    Image.new("1", SIZE, BLACK).save(out, "TIFF", compression="group4")
    with Image.open(io.BytesIO(out.getvalue())) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    return out.getvalue()[start : start + length]


def pdf() -> bytes:
    """Four pages: plain text in a font that is not in the file, Japanese by a predefined table, JPEG 2000, fax. With a script that must not run."""
    made = pikepdf.new()
    name, array, dictionary = pikepdf.Name, pikepdf.Array, pikepdf.Dictionary
    plain = dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica)
    described = dictionary(
        Type=name.FontDescriptor, FontName=name("/Ryumin-Light"), Flags=4, FontBBox=array([0, -200, 1000, 900]),
        ItalicAngle=0, Ascent=900, Descent=-200, CapHeight=700, StemV=80,
    )  # fmt: skip
    inner = dictionary(
        Type=name.Font, Subtype=name.CIDFontType0, BaseFont=name("/Ryumin-Light"), FontDescriptor=described, DW=1000,
        CIDSystemInfo=dictionary(Registry=b"Adobe", Ordering=b"Japan1", Supplement=4),
    )  # fmt: skip
    japanese = dictionary(
        Type=name.Font, Subtype=name.Type0, BaseFont=name("/Ryumin-Light"), Encoding=name("/90ms-RKSJ-H"),
        DescendantFonts=array([made.make_indirect(inner)]),
    )  # fmt: skip
    words = "秘密".encode("shift_jis").hex().encode()
    pages: list[tuple[bytes, pikepdf.Dictionary]] = [
        (b"BT /F 24 Tf 20 40 Td (The shed stays) Tj ET", dictionary(Font=dictionary(F=plain))),
        (b"BT /F 24 Tf 20 40 Td <" + words + b"> Tj ET", dictionary(Font=dictionary(F=japanese))),
    ]
    for data, filters, parameters in (
        (jpeg_2000(), name.JPXDecode, None),
        (fax(), name.CCITTFaxDecode, dictionary(K=-1, BlackIs1=True, Columns=SIZE[0], Rows=SIZE[1])),
    ):
        image = pikepdf.Stream(made, data)
        image.Type, image.Subtype, image.Width, image.Height = name.XObject, name.Image, *SIZE
        image.Filter = filters
        if parameters is not None:
            image.ColorSpace, image.BitsPerComponent, image.DecodeParms = name.DeviceGray, 1, parameters
        pages.append((b"q 200 0 0 100 0 0 cm /I Do Q", dictionary(XObject=dictionary(I=image))))
    for content, resources in pages:
        page = made.add_blank_page(page_size=(200, 100))
        page.Contents = pikepdf.Stream(made, content)
        page.Resources = resources
    made.Root.OpenAction = dictionary(S=name.JavaScript, JS=b"app.alert('no'); globalThis.ran = true;")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
