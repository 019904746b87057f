"""What runs inside the sandbox: one request on standard input; on standard output how far it is, then one reply, then the end."""

import struct
import sys
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from redaction import paces
from redaction.formats.model import Inner, Manner, Mark, Reading, Reason, Unreadable

PACE, REPLY = b"P", b"R"  # first byte of what comes out: two numbers follow, or the reply


class Read(Struct, frozen=True, tag="read"):
    """Say what the document says."""

    data: bytes
    manner: Manner


class Apply(Struct, frozen=True, tag="apply"):
    """Write the document without what is marked."""

    data: bytes
    manner: Manner
    reading: Reading
    marks: tuple[Mark, ...]


class Preview(Struct, frozen=True, tag="preview"):
    """Draw one page for the reviewer."""

    data: bytes
    manner: Manner
    reading: Reading
    marks: tuple[Mark, ...]
    page: Annotated[int, Meta(ge=1)]
    high: Annotated[int, Meta(ge=0, le=8000)] = 0  # pixels at most, 0: as drawn


class Verify(Struct, frozen=True, tag="verify"):
    """Look for these strings everywhere in the file."""

    data: bytes
    secrets: tuple[str, ...]
    languages: str = "eng"
    ocr: bool = True
    twin: bytes = b""  # the redaction of a source that differs only in what was removed


class Probe(Struct, frozen=True, tag="probe"):
    """Say which walls hold: used by tests and by the check at start."""


Request = Read | Apply | Preview | Verify | Probe


class Refused(Struct, frozen=True, tag="refused"):
    """The file was refused for this reason."""

    reason: Reason
    place: str = ""


class Drawn(Struct, frozen=True, tag="drawn"):
    """Three pictures of a page as PNG: as seen, with what is hidden shown, and as it will be."""

    seen: bytes
    exposed: bytes
    redacted: bytes


class Found(Struct, frozen=True, tag="found"):
    """What the verifier found. Secrets by their number."""

    hits: tuple[tuple[int, str, str], ...]
    unlooked: tuple[str, ...]
    looked: dict[str, int]
    engines: tuple[str, ...]
    apart: tuple[str, ...] = ()  # where the twin differs


class Heard(Struct, frozen=True, tag="heard"):
    """A reading."""

    reading: Reading


class Made(Struct, frozen=True, tag="made"):
    """A finished file."""

    data: bytes


class Walls(Struct, frozen=True, tag="walls"):
    """What the process can still do."""

    sockets: bool
    files: bool
    writes: bool
    namespaces: bool


Reply = Refused | Drawn | Found | Heard | Made | Walls


def answer(request: Request) -> Reply:
    """Does one job. Every failure of a parser becomes a refusal with its reason."""
    try:
        return _done(request)
    except Unreadable as refusal:
        return Refused(refusal.reason, refusal.place)
    except MemoryError:
        return Refused(Reason.TOO_MUCH_MEMORY)
    except RecursionError:
        return Refused(Reason.TOO_DEEP)
    except Exception as error:  # whatever a parser does to a hostile file ends here, with the error's class only
        return Refused(Reason.CRASHED, type(error).__name__)


def _done(request: Request) -> Reply:
    match request:
        case Read():
            from redaction.formats.kinds import read

            return Heard(read(request.data, request.manner))
        case Apply():
            from redaction.formats.kinds import apply

            return Made(apply(request.data, request.reading, request.marks, request.manner))
        case Preview():
            from redaction.formats.preview import preview

            pictures = preview(request.data, request.reading, request.marks, request.manner, request.page, request.high)
            return Drawn(*pictures)
        case Verify():
            from redaction.verify import verify

            verdict = verify(request.data, list(request.secrets), languages=request.languages, ocr=request.ocr)
            hits = tuple((hit.secret, hit.place, hit.how) for hit in verdict.hits)
            apart: tuple[str, ...] = ()
            if request.twin:
                from redaction.verify.twins import differences

                apart = tuple(differences(request.data, request.twin))
            return Found(hits, verdict.unlooked, verdict.looked, verdict.engines, apart)
        case Probe():
            return _probe()


def _probe() -> Walls:
    """Tries what must fail."""
    import os
    import socket

    def works(act: object) -> bool:
        try:
            act()  # type: ignore[operator]
        except (OSError, AttributeError):
            return False
        return True

    def write() -> None:
        for folder in ("/var/tmp", "/usr", os.path.dirname(__file__)):  # noqa: S108 - a place that must not be writable
            try:
                with open(os.path.join(folder, "incamera-probe"), "w"):
                    pass
                os.unlink(os.path.join(folder, "incamera-probe"))
            except OSError:
                continue
            return
        raise OSError

    import ctypes

    return Walls(
        sockets=works(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()), files=works(lambda: open("/etc/passwd").close()),
        writes=works(write), namespaces=ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0,
    )  # fmt: skip


def main(lock: str) -> None:
    """Locks itself in as far as the walls outside leave it to, reads the request, answers."""
    import mimetypes

    from redaction.sandbox_kernel import lock_calls, lock_files

    mimetypes.knownfiles = []  # a library asks for the system's list, which can't be read in here
    if lock == "kernel":
        roots = [
            *{sys.prefix, sys.base_prefix},
            *sys.path,
            "/usr",
            "/lib",
            "/lib64",
            "/bin",
            "/etc/ld.so.cache",
            "/proc",
        ]
        if not (lock_files(path for path in roots if path) and lock_calls()):
            _send(Refused(Reason.NO_SANDBOX))
            return
    elif lock == "bubblewrap":
        lock_calls()
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    paces.hearer.set(_pace)
    _send(answer(request))


def _pace(done: int, of: int) -> None:
    sys.stdout.buffer.write(PACE + struct.pack(">II", done, of))
    sys.stdout.buffer.flush()


def _send(reply: Reply) -> None:
    sys.stdout.buffer.write(REPLY + msgspec.msgpack.encode(reply))
    sys.stdout.buffer.flush()


__all__ = [
    "Apply",
    "Drawn",
    "Found",
    "Heard",
    "Inner",
    "Made",
    "Preview",
    "Probe",
    "Read",
    "Refused",
    "Reply",
    "Request",
    "Verify",
    "Walls",
    "answer",
    "main",
]
