"""Reads text in pictures with tesseract, a separate program, one thread a picture.

Tesseract's own threads burn fifteen times the CPU for nothing, so OMP_THREAD_LIMIT is 1 and pictures run side by side.
"""

import io
import os
import shutil
import subprocess
from functools import cache

from msgspec import Struct
from PIL import Image

from redaction.formats.model import Reason, Unreadable

SECONDS_A_PICTURE = 90
MAX_SIDE = 6000


class SeenWord(Struct, frozen=True, array_like=True):
    """A word that OCR read: box in pixels of the picture given, confidence 0 to 100."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    line: tuple[int, int, int]
    angle: int = 0  # direction of the text on the picture given, degrees anticlockwise

    @property
    def on_its_side(self) -> bool:
        """Upright reading of sideways text gives words that are taller than wide, and nonsense."""
        return len(self.text) >= 3 and (self.bottom - self.top) > 1.3 * (self.right - self.left)


def have_ocr() -> bool:
    return shutil.which("tesseract") is not None


_TRAINED = {"en": "eng", "es": "spa", "fr": "fra", "de": "deu", "it": "ita", "pt": "por", "nl": "nld", "pl": "pol"}


@cache
def trained() -> frozenset[str]:
    """The languages that this machine's tesseract can read."""
    if not have_ocr():
        return frozenset()
    try:
        done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(line.strip() for line in done.stdout.decode("utf-8", "replace").splitlines()[1:])


def languages_for(tag: str) -> str:
    """What to tell tesseract for a language tag: English, and that language where it is installed."""
    name = _TRAINED.get(tag[:2].lower(), "eng")
    return f"{name}+eng" if name != "eng" and name in trained() else "eng"


def read_picture(picture: Image.Image, *, dpi: int, languages: str = "eng", sparse: bool = False) -> list[SeenWord]:
    """Words of a picture in reading order. `dpi` tells tesseract the scale; boxes are in the picture's own pixels."""
    if picture.width < 12 or picture.height < 8:
        return []
    if not have_ocr():
        raise Unreadable(Reason.NO_OCR)
    grey = picture if picture.mode in ("L", "1") else picture.convert("L")
    scale = 1.0
    if max(grey.size) > MAX_SIDE:
        scale = max(grey.size) / MAX_SIDE
        grey = grey.convert("L").resize((max(1, round(grey.width / scale)), max(1, round(grey.height / scale))))
    data = io.BytesIO()
    grey.save(data, "PNG", compress_level=1)
    command = [
        "tesseract",
        "-",
        "-",
        "-l",
        languages,
        "--dpi",
        str(max(70, round(dpi / scale))),
        "--psm",
        "11" if sparse else "3",
        "tsv",
    ]
    try:
        done = subprocess.run(
            command, input=data.getvalue(), capture_output=True, timeout=SECONDS_A_PICTURE, check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unreadable(Reason.TOO_SLOW) from None
    if done.returncode != 0:
        raise Unreadable(Reason.NOT_READ)
    return _words(done.stdout.decode("utf-8", "replace"), scale)


def _words(table: str, scale: float) -> list[SeenWord]:
    out: list[SeenWord] = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, wide, high = (int(cells[i]) for i in (6, 7, 8, 9))
        out.append(
            SeenWord(
                text=cells[11].strip(), left=round(left * scale), top=round(top * scale),
                right=round((left + wide) * scale), bottom=round((top + high) * scale),
                confidence=float(cells[10]), line=(int(cells[2]), int(cells[3]), int(cells[4])),
            )
        )  # fmt: skip
    return out
