"""Outlook messages (.msg): subject, people, body and attachments out of the property streams, by olefile."""

import io
import struct

import olefile
from msgspec import Struct

from redaction.formats.model import Limits, Reason, Unreadable

_TEXT, _NARROW, _BINARY = "001F", "001E", "0102"
MOST_STREAMS = 20_000


class Letter(Struct, frozen=True, kw_only=True):
    """What a reader of the message sees."""

    headers: tuple[tuple[str, str], ...]
    plain: str
    markup: str
    attachments: "tuple[bytes | Letter, ...]"
    other: tuple[str, ...]  # further property texts, for the reviewer


def read_msg(data: bytes, limits: Limits) -> Letter:
    """The message, or a reason."""
    try:
        ole = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT)
        names = ole.listdir(streams=True, storages=False)
    except Exception:  # olefile raises whatever a broken table leads it to
        raise Unreadable(Reason.DAMAGED) from None
    if len(names) > MOST_STREAMS:
        raise Unreadable(Reason.TOO_MANY_PARTS)
    paths = {"/".join(name): name for name in names}
    if not any(path.startswith("__substg1.0_") or path == "__properties_version1.0" for path in paths):
        raise Unreadable(Reason.UNKNOWN_KIND)
    return _letter(ole, paths, "", limits, 0)


def _letter(ole: "olefile.OleFileIO", paths: dict[str, list[str]], under: str, limits: Limits, depth: int) -> Letter:
    if depth > limits.depth:
        raise Unreadable(Reason.TOO_DEEP)
    sender = _joined(
        _string(ole, paths, under, "0C1A"), _string(ole, paths, under, "5D01") or _string(ole, paths, under, "0C1F")
    )
    headers = [
        ("From", sender),
        ("To", _string(ole, paths, under, "0E04")),
        ("Cc", _string(ole, paths, under, "0E03")),
        ("Subject", _string(ole, paths, under, "0037")),
    ]
    attachments: list[bytes | Letter] = []
    roots = sorted(
        {
            path[len(under) :].split("/")[0]
            for path in paths
            if path.startswith(under) and path[len(under) :].startswith("__attach_version1.0_")
        }
    )
    if len(roots) > limits.attachments:
        raise Unreadable(Reason.TOO_MANY_PARTS)
    for root in roots:
        inner = f"{under}{root}/__substg1.0_3701000D/"
        if any(path.startswith(inner) for path in paths):
            attachments.append(_letter(ole, paths, inner, limits, depth + 1))
        else:
            attachments.append(_bytes(ole, paths, f"{under}{root}/", "3701" + _BINARY))
    plain = _string(ole, paths, under, "1000")
    markup = _bytes(ole, paths, under, "1013" + _BINARY).decode("utf-8", "replace") or _string(
        ole, paths, under, "1013"
    )
    if not plain and not markup:
        packed = _bytes(ole, paths, under, "1009" + _BINARY)
        if packed:
            plain = rtf_text(unpack_rtf(packed, limits))
    shown = {"0C1A", "5D01", "0C1F", "0E04", "0E03", "0037", "1000", "1013"}
    other = []
    for path in paths:
        if (
            path.startswith(under)
            and "__substg1.0_" in path
            and path[-4:] in (_TEXT, _NARROW)
            and path[-8:-4] not in shown
        ):
            text = _decoded(ole.openstream(paths[path]).read(), path[-4:])
            if len(text) > 2:
                other.append(text[:2000])
    return Letter(
        headers=tuple((k, v) for k, v in headers if v),
        plain=plain,
        markup=markup,
        attachments=tuple(attachments),
        other=tuple(other),
    )


def _joined(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and "@" in address and name != address else name or address


def _string(ole: "olefile.OleFileIO", paths: dict[str, list[str]], under: str, tag: str) -> str:
    for kind in (_TEXT, _NARROW):
        raw = _bytes(ole, paths, under, tag + kind)
        if raw:
            return _decoded(raw, kind)
    return ""


def _decoded(raw: bytes, kind: str) -> str:
    text = raw.decode("utf-16-le", "replace") if kind == _TEXT else raw.decode("cp1252", "replace")
    return text.rstrip("\x00")


def _bytes(ole: "olefile.OleFileIO", paths: dict[str, list[str]], under: str, tag: str) -> bytes:
    path = paths.get(f"{under}__substg1.0_{tag}")
    if path is None:
        return b""
    try:
        return bytes(ole.openstream(path).read())
    except Exception:
        raise Unreadable(Reason.DAMAGED) from None


_SEED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    rb"{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpack_rtf(data: bytes, limits: Limits) -> bytes:
    """Compressed RTF ([MS-OXRTFCP]): a 4096-byte ring that starts with a known text, literals and back references."""
    if len(data) < 16:
        raise Unreadable(Reason.DAMAGED)
    _, size, kind, _ = struct.unpack("<IIII", data[:16])
    if kind == 0x414C454D:  # MELA: stored
        return data[16:]
    if kind != 0x75465A4C or size > limits.unpacked:
        raise Unreadable(Reason.DAMAGED)
    ring = bytearray(_SEED) + bytearray(4096 - len(_SEED))
    at, out, i = len(_SEED), bytearray(), 16
    while i < len(data) and len(out) < size:
        flags = data[i]
        i += 1
        for bit in range(8):
            if flags >> bit & 1:
                if i + 1 >= len(data):
                    return bytes(out)
                pair = data[i] << 8 | data[i + 1]
                i += 2
                start, length = pair >> 4, (pair & 15) + 2
                if start == at:
                    return bytes(out)
                for k in range(length):
                    byte = ring[(start + k) % 4096]
                    out.append(byte)
                    ring[at] = byte
                    at = (at + 1) % 4096
            else:
                if i >= len(data):
                    return bytes(out)
                out.append(data[i])
                ring[at] = data[i]
                at = (at + 1) % 4096
                i += 1
    return bytes(out[:size])


_SKIPPED = (
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pict",
    b"object",
    b"header",
    b"footer",
    b"*",
    b"htmltag",
    b"generator",
    b"themedata",
    b"datastore",
)


def rtf_text(data: bytes) -> str:
    """The words of a rich text body. Hidden runs and groups that only describe are passed over."""
    out: list[str] = []
    stack: list[tuple[bool, bool]] = []
    skip = hidden = False
    i = 0
    while i < len(data):
        c = data[i : i + 1]
        if c == b"{":
            stack.append((skip, hidden))
            i += 1
            rest = data[i : i + 24].lstrip()
            if rest.startswith(b"\\") and any(rest[1:].startswith(word) for word in _SKIPPED):
                skip = True
        elif c == b"}":
            skip, hidden = stack.pop() if stack else (False, False)
            i += 1
        elif c == b"\\":
            word, number, i = _control(data, i + 1)
            if word == "'" and number is not None and not skip and not hidden:
                out.append(bytes([number]).decode("cp1252", "replace"))
            elif word == "u" and number is not None:
                if not skip and not hidden:
                    out.append(chr(number % 65536))
                i += 1 if data[i : i + 1] not in (b"\\", b"{", b"}") else 4 if data[i : i + 2] == b"\\'" else 0
            elif word in ("par", "line", "row", "cell", "tab") and not skip:
                out.append("\t" if word in ("tab", "cell") else "\n")
            elif word == "v":
                hidden = number != 0
            elif word in ("\\", "{", "}") and not skip and not hidden:
                out.append(word)
        else:
            if c not in b"\r\n" and not skip and not hidden:
                out.append(c.decode("cp1252", "replace"))
            i += 1
    return "".join(out)


def _control(data: bytes, i: int) -> tuple[str, int | None, int]:
    """(control word or symbol, its number, where it ends)."""
    if data[i : i + 1] == b"'":
        try:
            return "'", int(data[i + 1 : i + 3], 16), i + 3
        except ValueError:
            return "'", None, i + 3
    start = i
    while i < len(data) and chr(data[i]).isascii() and chr(data[i]).isalpha():
        i += 1
    if i == start:
        return data[i : i + 1].decode("latin-1"), None, i + 1
    word, start = data[start:i].decode("ascii"), i
    while i < len(data) and (data[i : i + 1].isdigit() or (i == start and data[i : i + 1] == b"-")) and i - start < 11:
        i += 1
    digits = data[start:i]
    number = int(digits) if digits.strip(b"-") else None
    return word, number, i + 1 if data[i : i + 1] == b" " else i
