"""One ZIP per content: stored, dated 1980-01-01, names sorted, no extras. A reader that finds any other byte names the file it belongs to.

Whoever has the files has the archive, bit by bit; so the archive can be a thing that people sign and compare.
"""

import re
import struct
import zlib
from bisect import bisect_right
from collections.abc import Mapping

import msgspec

_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _FLAGS, _STORED, _TIME, _DATE = 10, 0x0800, 0, 0, 0x0021  # UTF-8 names; 1980-01-01 00:00
_NAME = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*\Z")
MAX_FILES = 4096
_ENOUGH = 64
MAX_BYTES = 256 * 1024 * 1024


class ZipRefused(Exception):
    """The archive is not canonical. `file` is the file concerned ("" for the archive itself), `part` which bytes of it."""

    def __init__(self, file: str, part: str) -> None:
        super().__init__(f"{file or 'the archive'}: {part}")
        self.file, self.part = file, part


class _Listed(msgspec.Struct, frozen=True):
    """A file as some list in the archive describes it."""

    name: str
    crc: int
    content: bytes


def sound_name(name: str) -> bool:
    """Whether a name is a plain relative path: no way out, nothing hidden, nothing that two systems read differently."""
    return bool(_NAME.match(name)) and len(name) <= 200 and all(part.strip(".") for part in name.split("/"))


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """The canonical archive of these files."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES or not all(map(sound_name, files)):
        raise ValueError("too many files, too large, or a name that is not plain")
    return _compose([_Listed(name, zlib.crc32(files[name]), files[name]) for name in sorted(files)])[0]


def read_zip(untrusted: bytes) -> dict[str, bytes]:
    """The files of a canonical archive. ZipRefused says which file, and which part of it, is not as it must be."""
    if len(untrusted) > 2 * MAX_BYTES:
        raise ZipRefused("", "too large")
    candidates = [listed for listed in (_by_table(untrusted), _by_headers(untrusted)) if listed is not None]
    if not candidates:
        raise ZipRefused("", "this is not a package, or it is cut off")
    if len(candidates) == 2:
        _same_names(*candidates)
    # A changed byte spoils at most one of the two lists; the other tells where it is.
    problems = [_problems(untrusted, listed) for listed in candidates]
    best = min(range(len(candidates)), key=lambda i: len(problems[i]))
    if problems[best]:
        raise problems[best][0]
    return {listed.name: listed.content for listed in candidates[best]}


def _same_names(table: list[_Listed], headers: list[_Listed]) -> None:
    for one, other in zip(table, headers, strict=False):
        if one.name != other.name and len(table) == len(headers):
            raise ZipRefused(one.name, f"its name: the ZIP also calls it {other.name!r}")


def _compose(files: list[_Listed]) -> tuple[bytes, list[tuple[int, str, str]]]:
    """The archive, and where each part of it begins: (offset, file, part)."""
    out, table = bytearray(), bytearray()
    places: list[tuple[int, str, str]] = []
    table_places: list[tuple[int, str, str]] = []
    for file in files:
        name, size, start = file.name.encode(), len(file.content), len(out)
        common = (_VERSION, _FLAGS, _STORED, _TIME, _DATE, file.crc, size, size, len(name), 0)
        places.append((start, file.name, "its header in the ZIP"))
        out += _LOCAL.pack(b"PK\3\4", *common) + name
        places.append((len(out), file.name, "its content"))
        out += file.content
        table_places.append((len(table), file.name, "its entry in the ZIP's table of contents"))
        table += _ENTRY.pack(b"PK\1\2", _VERSION, *common, 0, 0, 0, 0, start) + name
    places += [(len(out) + offset, name, part) for offset, name, part in table_places]
    start = len(out)
    out += table
    places.append((len(out), "", "the end record of the ZIP"))
    out += _END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(table), start, 0)
    return bytes(out), places


def _problems(untrusted: bytes, files: list[_Listed]) -> list[ZipRefused]:
    """Everything in which the archive differs from the canonical one of these files, one entry per place."""
    found = [ZipRefused(file.name, "its content") for file in files if zlib.crc32(file.content) != file.crc]
    names = [file.name for file in files]
    if names != sorted(set(names)):
        at = next((i for i in range(1, len(names)) if names[i] <= names[i - 1]), 0)
        found.append(ZipRefused(names[at], "its place in the ZIP"))
    found += [ZipRefused(name, "its name") for name in names if not sound_name(name)]
    expected, places = _compose(files)
    starts = [start for start, _, _ in places]
    seen: set[int] = set()
    for at in _differences(untrusted, expected):
        index = bisect_right(starts, at) - 1
        if index not in seen:
            seen.add(index)
            found.append(ZipRefused(*places[index][1:]))
    if len(untrusted) != len(expected) and not seen:
        found.append(ZipRefused("", "there are bytes behind the end of the ZIP, or some are missing"))
    return found


def _differences(one: bytes, other: bytes) -> list[int]:
    """Offsets at which two byte strings differ: one per 64-byte block, and no more than it takes to tell which list is right."""
    shorter, out = min(len(one), len(other)), []
    for start in range(0, shorter, 65536):
        stop = min(start + 65536, shorter)
        if one[start:stop] == other[start:stop]:
            continue
        for block in range(start, stop, 64):
            end = min(block + 64, stop)
            if one[block:end] != other[block:end]:
                out.append(next(i for i in range(block, end) if one[i] != other[i]))
                if len(out) == _ENOUGH:
                    return out
    return out


def _by_table(data: bytes) -> list[_Listed] | None:
    """The files as the table of contents lists them."""
    if len(data) < _END.size:
        return None
    mark, _, _, _, count, length, start, _ = _END.unpack_from(data, len(data) - _END.size)
    if mark != b"PK\5\6" or count > MAX_FILES or start + length + _END.size != len(data):
        # The end record itself may be what was changed: the table is found by its own marks as well.
        return None
    files, at = [], start
    for _ in range(count):
        if at + _ENTRY.size > len(data):
            return None
        mark, *_, crc, _, size, name_length, _, _, _, _, _, offset = _ENTRY.unpack_from(data, at)
        name, begin = data[at + _ENTRY.size : at + _ENTRY.size + name_length], offset + _LOCAL.size + name_length
        if mark != b"PK\1\2" or begin + size > start:
            return None
        files.append(_Listed(_text(name), crc, data[begin : begin + size]))
        at += _ENTRY.size + name_length
    return files if at == start + length else None


def _by_headers(data: bytes) -> list[_Listed] | None:
    """The files as their own headers list them, one behind the other."""
    files: list[_Listed] = []
    at = 0
    while data[at : at + 4] == b"PK\3\4":
        if len(files) >= MAX_FILES or at + _LOCAL.size > len(data):
            return None
        *_, crc, _, size, name_length, _ = _LOCAL.unpack_from(data, at)
        begin = at + _LOCAL.size + name_length
        if begin + size > len(data):
            return None
        files.append(_Listed(_text(data[at + _LOCAL.size : begin]), crc, data[begin : begin + size]))
        at = begin + size
    return files or None


def _text(name: bytes) -> str:
    return name.decode("ascii", "replace")
