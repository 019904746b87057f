"""The process that reads plaintext: waits for jobs on its standard input, answers on its standard output, opens no connection.

    python -m redaction.worker MEMORY_BYTES

Frames are a length (4 bytes, big-endian) and MessagePack. Nothing goes to standard error, no core is dumped, and an error
names its kind only. The text lives in this process for the time of one job.
"""

import gc
import os
import resource
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from redaction.detect.languages import Language
from redaction.detect.people import Person
from redaction.spans import Span

MAX_FRAME = 512 * 1024 * 1024
FORBIDDEN = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen", "os.exec", "os.system", "os.posix_spawn"})  # fmt: skip


class Find(msgspec.Struct, frozen=True, tag="find"):
    """Find what is in these texts. As one bundle, or each text a mediation of its own with its own people."""

    texts: list[str]
    people: list[list[Person]]
    bundle: bool = True
    languages: list[str | None] | None = None


class Probe(msgspec.Struct, frozen=True, tag="probe"):
    """For tests of the pool: behave badly in a known way (`crash`, `hang`, `eat`, `connect`) or answer (`hello`)."""

    how: str


class FoundText(msgspec.Struct, frozen=True):
    """The answer for one text."""

    spans: tuple[Span, ...]
    leftovers: tuple[Span, ...]
    language: Language


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker is loaded; `says` tells which models it has."""

    says: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    found: list[FoundText]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The job failed; `kind` is the kind of error, without any of its words."""

    kind: str


Job = Find | Probe
Answer = Ready | Done | Failed
_decode = msgspec.msgpack.Decoder(Job)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def decode_answer(data: bytes) -> Answer:
    return _answers.decode(data)


def encode(message: Job | Answer) -> bytes:
    data = msgspec.msgpack.encode(message)
    if len(data) > MAX_FRAME:
        raise ValueError("a frame is too large")
    return struct.pack(">I", len(data)) + data


def forbid_network() -> None:
    """From here on this process opens no connection and starts no program: an audit hook that can't be taken off."""

    def hook(event: str, _: Any) -> None:
        if event in FORBIDDEN:
            raise PermissionError(event)

    sys.addaudithook(hook)


def _read(stream: BinaryIO) -> Job | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = struct.unpack(">I", head)[0]
    return _decode.decode(stream.read(size)) if size <= MAX_FRAME else None


def _answer(job: Find, detector: Any) -> Done:
    if job.bundle:
        found = detector.find(job.texts, job.people[0] if job.people else (), languages=job.languages)
    else:
        found = detector.find_each(list(zip(job.texts, job.people, strict=True)))
    return Done([FoundText(one.spans, one.leftovers, one.language) for one in found])


def _misbehave(how: str) -> Done:
    match how:
        case "crash":
            os._exit(11)
        case "hang":
            while True:
                gc.collect()
        case "eat":
            kept: list[bytearray] = []
            while True:
                kept.append(bytearray(64 * 1024 * 1024))
        case "connect":
            import socket

            socket.create_connection(("192.0.2.1", 9), timeout=1)
        case _:
            pass
    return Done([])


def serve(source: BinaryIO, sink: BinaryIO, load: Callable[[], Any]) -> None:
    """Answers jobs until the other side hangs up."""
    detector = load()
    sink.write(encode(Ready(detector.says() if detector is not None else "")))
    sink.flush()
    while (job := _read(source)) is not None:
        answer: Answer
        try:
            answer = _answer(job, detector) if isinstance(job, Find) else _misbehave(job.how)
        except MemoryError:
            answer = Failed("MemoryError")
        except Exception as error:
            # The kind alone: messages of libraries quote the text.
            answer = Failed(type(error).__name__)
        sink.write(encode(answer))
        sink.flush()
        del job, answer


def _load() -> Any:
    from redaction.detect.engine import Detector

    detector = Detector()
    forbid_network()
    return detector


def main() -> None:
    limit = int(sys.argv[1])
    # Before numpy is imported: one job has one core.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    bare = len(sys.argv) > 2 and sys.argv[2] == "bare"
    serve(source, sink, (lambda: forbid_network()) if bare else _load)


if __name__ == "__main__":
    main()
