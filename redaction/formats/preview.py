"""Pictures of one page for the reviewer: as seen, with everything hidden made visible, and as it will go out."""

import io

from PIL import Image, ImageDraw

from redaction.formats.cutting import Cutter
from redaction.formats.image import SCALE, as_seen, frames_of, open_picture
from redaction.formats.model import Kind, Manner, Mark, Reading, Reason, Unreadable, merged
from redaction.formats.pdf.apply import paint_page
from redaction.formats.pdf.read import flattened
from redaction.formats.pdf.reset import can_set, typeface
from redaction.formats.pdf.see import look, open_pdf
from redaction.formats.upright import straightened

RED, PALE = (176, 0, 32), (255, 228, 230)


def preview(
    data: bytes, reading: Reading, marks: tuple[Mark, ...], manner: Manner, page: int, high: int = 0
) -> tuple[bytes, bytes, bytes]:
    """(seen, exposed, redacted) as PNG, at most `high` pixels high when that is given. Formats without pages have no preview; their text is their preview."""
    if not 1 <= page <= len(reading.pages):
        raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
    cutter = Cutter(reading.text, merged(marks, len(reading.text)))
    words = [word for word in reading.words if word.page == page]
    if reading.kind is Kind.PDF:
        document = open_pdf(data, manner.password, manner.limits)
        sight = look(document, page - 1, manner.limits, words=False)
        document.close()
        seen, bare, scale = Image.fromarray(sight.seen), Image.fromarray(sight.bare), sight.scale
        clean = Image.fromarray(flattened(sight, reading.pages[page - 1].flatten))
    elif reading.kind in (Kind.JPEG, Kind.PNG, Kind.TIFF):
        picture = open_picture(data, reading.kind, manner.limits.pixels)
        picture.seek(frames_of(picture, reading.kind, manner)[page - 1])
        seen = as_seen(picture.copy())
        bare, clean, scale = seen, seen.copy(), SCALE
    else:
        raise Unreadable(Reason.UNKNOWN_KIND)
    skew = reading.pages[page - 1].skew
    seen, bare, clean = (straightened(one, skew) for one in (seen, bare, clean))
    redacted, _ = paint_page(clean, bare, words, cutter, scale, manner.facsimile)
    return _png(seen, high), _png(exposed(seen.copy(), reading, page, scale), high), _png(redacted, high)


def exposed(picture: Image.Image, reading: Reading, page: int, scale: float) -> Image.Image:
    """The page with its hidden words written in red where they lie, covers or not."""
    pen = ImageDraw.Draw(picture)
    for hidden in reading.hidden:
        if hidden.box is None or hidden.place != f"page {page}":
            continue
        box = hidden.box
        sides = (
            round(box.left * scale) - 2,
            round(box.top * scale) - 2,
            round(box.right * scale) + 2,
            round(box.bottom * scale) + 2,
        )
        pen.rectangle(sides, fill=PALE, outline=RED, width=2)
        if can_set(hidden.text, "sans"):
            size = max(8, min(60, sides[3] - sides[1] - 4))
            wide = typeface("sans", size).getlength(hidden.text)
            if wide > sides[2] - sides[0]:
                size = max(6, int(size * (sides[2] - sides[0]) / wide))
            pen.text(
                (sides[0] + 2, (sides[1] + sides[3]) // 2),
                hidden.text,
                font=typeface("sans", size),
                fill=RED,
                anchor="lm",
            )
    return picture


def _png(picture: Image.Image, high: int) -> bytes:
    if 0 < high < picture.height:
        size = (max(1, round(picture.width * high / picture.height)), high)
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()
