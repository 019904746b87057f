"""Pictures in Word documents: their shown pixels only, cropped as the document crops them."""

import io

from PIL import Image, UnidentifiedImageError

from redaction.formats.docx.model import Picture
from redaction.formats.docx.style import Element, local, number
from redaction.formats.image import as_seen
from redaction.formats.model import Limits, Reason, Unreadable


def shown_picture(data: bytes, limits: Limits) -> Image.Image:
    """The picture as a viewer shows it, or a reason."""
    try:
        source = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "TIFF", "GIF", "BMP"])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Unreadable(Reason.NOT_READ) from None
    if source.width * source.height > limits.pixels:
        raise Unreadable(Reason.TOO_MANY_PIXELS)
    return as_seen(source)


def cropped_picture(shown: Image.Image, element: Element) -> Image.Image:
    """Only what the document shows of it."""
    crop = next((e for e in element.iter() if local(e) == "srcRect"), None)
    if crop is None:
        return shown
    left, top, right, bottom = (number(crop.get(side), 0, 99_000) / 100_000 for side in "ltrb")
    box = (
        round(left * shown.width), round(top * shown.height), round((1 - right) * shown.width), round((1 - bottom) * shown.height)
    )  # fmt: skip
    if (left, top, right, bottom) == (0, 0, 0, 0) or box[2] <= box[0] or box[3] <= box[1]:
        return shown
    return shown.crop(box)


def placed_picture(count: int, shown: Image.Image, element: Element) -> Picture:
    """The picture with the size at which the document shows it."""
    extent = next((e for e in element.iter() if local(e) in ("extent", "ext") and e.get("cx")), None)
    wide = number(extent.get("cx") if extent is not None else None, 1, 30_000_000, shown.width * 9525)
    high = number(extent.get("cy") if extent is not None else None, 1, 30_000_000, shown.height * 9525)
    data = io.BytesIO()
    shown.save(data, "PNG", compress_level=1)
    return Picture(count, data.getvalue(), wide, high)
