"""Pictures: metadata as text, every frame, thumbnail and channel by OCR."""

import io
import os
import shutil
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter, ImageOps

if TYPE_CHECKING:
    from redaction.verify.look import Looker

MOST_PIXELS = 60_000_000
MOST_FRAMES = 200
_STARTS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"II*\x00",
    b"MM\x00*",
    b"GIF8",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51",
)


def is_picture(data: bytes) -> bool:
    return (
        data.startswith(_STARTS)
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[:2] == b"BM" and len(data) > 60)
    )


def look_picture(looker: "Looker", data: bytes, place: str) -> None:
    """All that a picture file can carry."""
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(io.BytesIO(data))
    if picture.width * picture.height > MOST_PIXELS:
        looker.hunt.could_not_look(place, "picture too large")
        return
    for name, value in picture.info.items():
        if isinstance(value, bytes):
            looker.hunt.raw(value, f"{place} > {str(name)[:20]}")
            looker.hunt.text(value.decode("utf-16-le", "ignore"), place, "metadata", squeezed=False)
        looker.hunt.text(f"{name} {value}", place, "metadata", squeezed=False)
    exif = picture.getexif()
    for block in (dict(exif), exif.get_ifd(0x8769), exif.get_ifd(0x8825)):
        for value in block.values():
            looker.hunt.text(
                value.decode("utf-16-le", "ignore") if isinstance(value, bytes) else str(value),
                place,
                "metadata",
                squeezed=False,
            )
            if isinstance(value, bytes):
                looker.hunt.raw(value, place)
    at = data.find(b"\xff\xd8\xff", 2)
    while at > 0:
        try:
            with Image.open(io.BytesIO(data[at:])) as inner:
                if inner.width >= 40 and inner.height >= 12 and inner.width * inner.height <= MOST_PIXELS:
                    read_pixels(looker, inner, f"{place} > picture inside", ("3", "6"))
        except (OSError, SyntaxError, ValueError):
            pass  # bytes that only look like the start of a picture
        at = data.find(b"\xff\xd8\xff", at + 3)
    at = data.find(b"\x89PNG\r\n\x1a\n", 8)
    if at > 0:
        looker.look(data[at:], f"{place} > picture after the end", 1)
    frames = min(getattr(picture, "n_frames", 1), MOST_FRAMES)
    for frame in range(frames):
        picture.seek(frame)
        read_pixels(looker, picture.copy(), place if frames == 1 else f"{place} > frame {frame + 1}", ("3", "6", "11"))


def read_pixels(looker: "Looker", picture: Image.Image, place: str, modes: tuple[str, ...], dpi: int = 200) -> None:
    """OCR of what is seen, and of what see-through parts cover."""
    picture.load()
    views = [("", picture)]
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        colour = picture.convert("RGBA")
        seen = Image.new("RGB", colour.size, "white")
        seen.paste(colour, mask=colour.getchannel("A"))
        views = [
            ("", seen),
            (" > without transparency", colour.convert("RGB")),
            (" > transparency", colour.getchannel("A")),
        ]
    for name, view in views:
        grey = view.convert("L")
        low, high = grey.getextrema()
        if (
            grey.width < 30
            or grey.height < 10
            or not isinstance(low, int)
            or not isinstance(high, int)
            or high - low < 10
        ):
            continue
        if grey.width < 900:
            grey = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
        for mode in modes:
            text = recognise(looker, grey, place + name, mode, dpi)
            if text is not None:
                looker.hunt.seen(text, place + name)


def recognise(looker: "Looker", grey: Image.Image, place: str, mode: str, dpi: int) -> str | None:
    """What tesseract reads, or None with the reason noted. Where text lies on its side, the picture is turned and read again."""
    if not looker.ocr:
        return None
    if shutil.which("tesseract") is None:
        looker.hunt.could_not_look(place, "no OCR program")
        return None
    if max(grey.size) > 6000:
        grey = grey.copy()
        grey.thumbnail((6000, 6000))
    first = _table(looker, grey, place, mode, dpi)
    if first is None:
        return None
    texts = [" ".join(word for word, _, _ in first)]
    sideways = any(tall for word, tall, _ in first if len(word) >= 3)
    sure = sum(1 for word, tall, confidence in first if len(word) >= 3 and confidence > 60 and not tall)
    for angle in (90, 270) if sideways else (90, 270, 180) if sure == 0 and first else ():
        again = _table(looker, grey.rotate(angle, expand=True, fillcolor=255), place, mode, dpi)
        texts.append(" ".join(word for word, _, _ in again or []))
    slope = _slope(grey)
    if slope:
        straight = grey.rotate(slope, expand=True, fillcolor=grey.getpixel((0, 0)), resample=Image.Resampling.BICUBIC)
        texts.append(" ".join(word for word, _, _ in _table(looker, straight, place, mode, dpi) or []))
    if sure < 3 and mode != "11" and grey.getextrema()[0] != grey.getextrema()[1]:
        texts.append(" ".join(word for word, _, _ in _table(looker, grey, place, "11", dpi) or []))
    looker.hunt.engines.add("tesseract")
    return "\n".join(texts)


def _slope(grey: Image.Image) -> int:
    """Whole degrees by which the lines of a picture slope, by the sharpest row profile; 0 when they lie straight enough to be read."""
    small = ImageOps.autocontrast(grey.convert("L"))
    small.thumbnail((360, 360))
    edges = (
        small.filter(ImageFilter.FIND_EDGES)
        .point(lambda v: 255 if v > 70 else 0)
        .crop((2, 2, small.width - 2, small.height - 2))
    )

    def profile(angle: int) -> float:
        column = edges.rotate(angle, resample=Image.Resampling.BILINEAR).resize((1, edges.height), Image.Resampling.BOX)
        rows = list(column.tobytes())
        return float(sum((a - b) ** 2 for a, b in pairwise(rows)))

    scores = {angle: profile(angle) for angle in range(-12, 13)}
    best = max(scores, key=lambda angle: (scores[angle], -abs(angle)))
    return best if abs(best) >= 2 and scores[best] > 1.2 * max(scores[0], 1.0) else 0


def _table(
    looker: "Looker", grey: Image.Image, place: str, mode: str, dpi: int
) -> list[tuple[str, bool, float]] | None:
    """(word, taller than wide, confidence) for every word."""
    data = io.BytesIO()
    grey.save(data, "PPM")
    try:
        done = subprocess.run(
            ["tesseract", "-", "-", "--psm", mode, "--dpi", str(dpi), "-l", looker.languages, "tsv"], input=data.getvalue(),
            capture_output=True, timeout=120, check=False, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        looker.hunt.could_not_look(place, "OCR took too long")
        return None
    if done.returncode != 0:
        looker.hunt.could_not_look(place, "OCR failed")
        return None
    rows = [row.split("\t") for row in done.stdout.decode("utf-8", "replace").splitlines()[1:]]
    return [
        (row[11], int(row[9]) > 1.3 * int(row[8]), float(row[10]))
        for row in rows
        if len(row) > 11 and row[0] == "5" and row[11].strip()
    ]
