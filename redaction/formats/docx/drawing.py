"""Drawings in Word documents: pictures as shown, words of text boxes in their place, everything else named and left out."""

import io
import re
from typing import TYPE_CHECKING

from PIL import Image

from redaction.formats.docx.model import Look, Paragraph, Picture
from redaction.formats.docx.picture import cropped_picture, placed_picture, shown_picture
from redaction.formats.docx.style import ANY, WHITE, Element, local, number
from redaction.formats.image import read_straight, words_at
from redaction.formats.model import Block, Hidden, PageSize, Reason, Unread, Unreadable
from redaction.formats.ocr import have_ocr

if TYPE_CHECKING:
    from redaction.formats.docx.read import Reader

R_EMBED = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}embed",
)
FAR = 15_000_000  # EMU, 42 cm: a drawing set off by more lies beside every usual page
_OFF = re.compile(r"visibility\s*:\s*hidden|display\s*:\s*none|margin-(?:left|top)\s*:\s*-?\d{4,}(?:\.\d+)?pt", re.I)


def drawn(reader: "Reader", element: Element, out: Paragraph, style: str | None) -> None:
    """A picture, a text box, or something that is named and left out."""
    for alt in element.iter():
        for name in ("descr", "title", "alt"):
            if local(alt) in ("docPr", "cNvPr", "shape") and alt.get(name):
                reader.hidden.append(Hidden("description of a picture", reader.place, alt.get(name)))
    live = [e for e in element.iter() if not any(local(a) == "Fallback" for a in e.iterancestors())]
    if any(_unseen(e) for e in live):
        text = " ".join(e.text or "" for e in live if local(e) == "t")
        reader.hidden.append(Hidden("drawing that can't be seen", reader.place, text or "left out"))
        return
    boxes = [e for e in live if local(e) == "txbxContent"]
    ground = reader.ground
    for box in boxes:
        reader.ground = _ground(box)
        for block in reader.blocks_in(box):
            reader.inline(block, out, style, reader.fields)
            reader.add(out, "\n", Look())
    reader.ground = ground
    blips = [e for e in live if local(e) in ("blip", "imagedata")]
    for blip in blips:
        _picture(reader, element, blip, out)
    if not boxes and not blips:
        reader.notes.append("A chart, diagram or embedded object is left out.")
        reader.hidden.append(Hidden("chart, diagram or object", reader.place, "left out"))


def _unseen(element: Element) -> bool:
    """Drawings that are switched off or lie far off the page."""
    kind = local(element)
    if kind in ("docPr", "cNvPr") and element.get("hidden") in ("1", "true"):
        return True
    if kind == "posOffset":
        return abs(number(element.text, -(10**9), 10**9)) > FAR
    return kind in ("shape", "rect", "textbox", "group") and _OFF.search(element.get("style") or "") is not None


def _ground(box: Element) -> str:
    """White, unless the box has a fill of its own: then print of any colour may show."""
    for around in box.iterancestors():
        if local(around) in ("wsp", "shape", "rect", "roundrect"):
            filled = any(
                local(e) in ("solidFill", "gradFill", "blipFill", "fill") for e in around.iter()
            ) or around.get("fillcolor")
            return ANY if filled else WHITE
    return WHITE


def _picture(reader: "Reader", element: Element, blip: Element, out: Paragraph) -> None:
    identifier = next((v for k, v in blip.attrib.items() if k in R_EMBED or k.endswith("}id")), "")
    _, target, external = reader.relations.get(identifier, ("", "", True))
    if external or target not in reader.package:
        reader.notes.append("A picture that is not part of the file is left out.")
        return
    reader.used.add(target)
    try:
        shown = shown_picture(reader.package.read(target), reader.manner.limits)
    except Unreadable:
        reader.notes.append("A picture in a format that can't be read safely is left out.")
        reader.hidden.append(Hidden("picture that can't be read", reader.place, "left out"))
        return
    reader.hidden.append(Hidden("data of a picture beside its pixels", reader.place, "left out"))
    cropped = cropped_picture(shown, element)
    if cropped is not shown:
        reader.hidden.append(Hidden("cropped part of a picture", reader.place, "pixels outside the crop are dropped"))
    reader.pictures += 1
    picture = placed_picture(reader.pictures, cropped, element)
    out.items.append(picture)
    reader.waiting.append(picture)


def read_shown(reader: "Reader", picture: Picture) -> None:
    """The words of one picture, after the paragraph that it stands in."""
    place = f"picture {picture.number}"
    with Image.open(io.BytesIO(picture.data)) as shown:
        size = PageSize(shown.width, shown.height)
        if reader.known is not None:
            block = next((b for b in reader.known.blocks if b.place == place), None)
            text = reader.known.text[block.start : block.end] if block is not None else ""
        elif not have_ocr():
            reader.unread.append(Unread(Reason.NO_OCR, place))
            text = ""
        else:
            straight, skew, seen = read_straight(shown.convert("RGB"), reader.manner.languages)
            size = PageSize(straight.width, straight.height, skew=skew)
            text, words, reader.line = words_at(seen, page=picture.number, start=reader.length, line=reader.line)
            reader.words += words
    reader.pages.append(size)
    if text:
        reader.blocks.append(Block(reader.length, reader.length + len(text), place))
        reader.put(text)
