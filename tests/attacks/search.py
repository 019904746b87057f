"""Looks for secrets in bytes, in every spelling that a program might have given them: UTF-8, UTF-16, base64 at any offset, hex."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy

CHUNK = 16 * 1024 * 1024
PREFIX = 8


def spellings(secret: bytes) -> set[bytes]:
    """Every spelling of a secret that is looked for."""
    forms = {secret}
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        pass
    else:
        if text.isprintable():
            forms |= {text.encode("utf-16-le"), text.encode("utf-16-be")}
    out = set(forms)
    for form in forms:
        out |= {form.hex().encode(), form.hex().upper().encode()}
        for offset in range(3):
            standard = _core(form, offset)
            out |= {standard, standard.replace(b"+", b"-").replace(b"/", b"_")}
    return out


def _core(form: bytes, offset: int) -> bytes:
    """The characters of base64 that depend on `form` alone, when `offset` bytes come before it."""
    encoded = base64.b64encode(bytes(offset) + form + bytes(-(offset + len(form)) % 3))
    first = (offset * 8 + 5) // 6
    last = (offset + len(form)) * 8 // 6
    return encoded[first:last]


class Search:
    """Many secrets at once."""

    def __init__(self, planted: Mapping[str, bytes]) -> None:
        self._by_prefix: dict[bytes, list[tuple[bytes, str]]] = {}
        self.longest = 0
        for name, secret in planted.items():
            for spelling in spellings(secret):
                self._by_prefix.setdefault(spelling[:PREFIX], []).append((spelling, name))
                self.longest = max(self.longest, len(spelling))
        self._first = numpy.zeros(1 << 16, dtype=bool)
        for prefix in self._by_prefix:
            self._first[prefix[0] | prefix[1] << 8] = True

    def found(self, data: bytes) -> set[str]:
        """The names of the secrets that `data` holds."""
        hits: set[str] = set()
        octets = numpy.frombuffer(data, dtype=numpy.uint8).astype(numpy.uint16)
        if len(octets) < PREFIX:
            return hits
        for at in numpy.flatnonzero(self._first[octets[:-1] | octets[1:] << 8]):
            for spelling, name in self._by_prefix.get(data[at : at + PREFIX], ()):
                if data[at : at + len(spelling)] == spelling:
                    hits.add(name)
        return hits


def in_folder(search: Search, folder: Path) -> dict[str, set[str]]:
    """File -> the secrets in it, its name included."""
    hits: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        held = search.found(str(path.relative_to(folder)).encode()) | (
            search.found(path.read_bytes()) if path.is_file() else set()
        )
        if held:
            hits[str(path)] = held
    return hits


def in_memory(search: Search, pid: int) -> tuple[set[str], int]:
    """The secrets in a process's memory, and how many bytes were read. Needs the right to read it (root, or its parent)."""
    hits: set[str] = set()
    size = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in _regions(pid):
            carried = b""
            for at in range(start, end, CHUNK):
                try:
                    memory.seek(at)
                    data = memory.read(min(CHUNK, end - at))
                except OSError:
                    break
                size += len(data)
                hits |= search.found(carried + data)
                carried = data[-search.longest :]
    return hits, size


def _regions(pid: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights, *_ = line.split()
        if rights.startswith("rw"):
            start, _, end = span.partition("-")
            yield int(start, 16), int(end, 16)
