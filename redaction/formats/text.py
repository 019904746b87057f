"""Plain text: decoded strictly, invisible characters listed and dropped, written as UTF-8."""

import re

from redaction.formats.cutting import Cutter
from redaction.formats.model import Block, Hidden, Kind, Manner, Mark, Reading, Reason, Unreadable, merged

# Zero-width and direction marks, variation selectors, tags, soft hyphens and control characters: nobody sees them.
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # fmt: skip


def decode(data: bytes) -> str:
    """Text of a file by its byte order mark, else UTF-8, else Windows-1252. Binary data is refused."""
    try:
        if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
            return data.decode("utf-32")
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(Reason.UNKNOWN_KIND) from None
    if text.count("\x00") > len(text) // 4 and len(data) % 2 == 0:
        text = data.decode("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", "replace")
    controls = sum(1 for c in text[:100_000] if c < " " and c not in "\t\n\r\f\x1b")
    if controls > len(text[:100_000]) // 50:
        raise Unreadable(Reason.UNKNOWN_KIND)
    return text


def tidied(text: str) -> tuple[str, int]:
    """The text as a reader sees it, and how many invisible characters went."""
    clean = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n"))
    return clean, len(text) - len(clean) - text.count("\r\n")


def read_text(data: bytes, manner: Manner) -> Reading:
    """The whole file as one text."""
    if len(data) > manner.limits.bytes:
        raise Unreadable(Reason.TOO_LARGE)
    text, gone = tidied(decode(data))
    if not text.strip():
        raise Unreadable(Reason.EMPTY)
    blocks, at = [], 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        blocks.append(Block(at, at + len(line), f"line {number}"))
        at += len(line)
    hidden = (Hidden("invisible characters", "text", f"{gone} characters that can't be seen"),) if gone > 0 else ()
    return Reading(kind=Kind.TEXT, text=text, blocks=tuple(blocks), hidden=hidden, engines=("text",))


def apply_text(data: bytes, reading: Reading, marks: tuple[Mark, ...], manner: Manner) -> bytes:
    """The redacted text as UTF-8."""
    return Cutter(reading.text, merged(marks, len(reading.text))).cut(0, len(reading.text)).encode()
