"""Runs the document readers where a hostile file can do no harm: no network, no files, no rights, bounded time and memory.

Bubblewrap where it runs; else the kernel's seccomp and Landlock; else a refusal, which an administrator may lift
knowingly with INCAMERA_SANDBOX=none. Which wall stood is written into every report.
"""

import os
import resource
import shutil
import struct
import subprocess
import sys
import threading
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from redaction import paces
from redaction.formats.model import Reason
from redaction.paces import Pace
from redaction.sandbox_child import PACE, REPLY, Probe, Refused, Reply, Request, Walls, answer
from redaction.sandbox_kernel import landlock_version, seccomp_program

MOST_REPLY = 1_500_000_000
MOST_PACES = 100_000


class Wall(StrEnum):
    """What stands between a document and the machine."""

    BUBBLEWRAP = "bubblewrap"
    KERNEL = "seccomp and Landlock"
    NONE = "none (lifted by the administrator)"


class Bounds(Struct, frozen=True):
    """What one job may use."""

    seconds: int = 600
    cpu_seconds: int = 900  # of one process
    memory: int = 6_000_000_000  # address space of one process
    file: int = 300_000_000
    handles: int = 512


class NoSandbox(Exception):
    """There is no wall on this machine and nobody has lifted the rule."""


_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from redaction.sandbox_child import main; main(sys.argv[2])"
_ROOT = str(Path(__file__).resolve().parent.parent)


@cache
def wall() -> Wall:
    """The strongest wall that works here. Tried once, with a job that must fail to get out."""
    if shutil.which("bwrap") and _holds(Wall.BUBBLEWRAP):
        return Wall.BUBBLEWRAP
    if landlock_version() >= 1 and seccomp_program() is not None and _holds(Wall.KERNEL):
        return Wall.KERNEL
    if os.environ.get("INCAMERA_SANDBOX") == "none":
        return Wall.NONE
    raise NoSandbox


def _holds(candidate: Wall) -> bool:
    reply = run(Probe(), Bounds(seconds=60, memory=2_000_000_000), candidate)
    return isinstance(reply, Walls) and not (reply.sockets or reply.files or reply.writes or reply.namespaces)


def run(
    request: Request, bounds: Bounds | None = None, candidate: Wall | None = None, pace: Pace | None = None
) -> Reply:  # fmt: skip
    """One job behind the wall; `pace` hears how far it is. A job that breaks its bounds is ended and becomes a refusal with a reason."""
    bounds = bounds or Bounds()
    chosen = candidate or wall()
    if chosen is Wall.NONE:
        token = paces.hearer.set(pace or paces.hearer.get())
        try:
            return answer(request)
        finally:
            paces.hearer.reset(token)
    command = _bubblewrap() if chosen is Wall.BUBBLEWRAP else []
    command += [
        sys.executable,
        "-I",
        "-B",
        "-c",
        _PROGRAM,
        _ROOT,
        "bubblewrap" if chosen is Wall.BUBBLEWRAP else "kernel",
    ]
    try:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, env=_environment(),
            preexec_fn=lambda: _limit(bounds), cwd="/", close_fds=True,
        )  # fmt: skip
    except OSError:
        return Refused(Reason.NO_SANDBOX)
    return _conversation(child, msgspec.msgpack.encode(request), bounds, pace)


def _conversation(child: "subprocess.Popen[bytes]", request: bytes, bounds: Bounds, pace: Pace | None) -> Reply:
    """Sends the request, waits for a bounded reply, ends the child in every case."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(child)

    timer = threading.Timer(bounds.seconds, end)
    timer.daemon = True
    timer.start()
    writer = threading.Thread(target=_write, args=(child, request), daemon=True)
    writer.start()
    try:
        reply = _heard(child.stdout, pace) if child.stdout else b""
        code = child.wait() if len(reply) <= MOST_REPLY else -9
    finally:
        timer.cancel()
        _kill(child)
        writer.join(5)
        child.wait()
        for pipe in (child.stdout, child.stdin):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
    if late.is_set() or code in (-24, 152, 128 + 24):
        return Refused(Reason.TOO_SLOW)
    if len(reply) > MOST_REPLY:
        return Refused(Reason.TOO_LARGE)
    try:
        decoded: Reply = msgspec.msgpack.decode(reply, type=Reply)
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError):
        # A CPU limit (SIGKILL after SIGXCPU) can't be told from other ends inside a namespace: both are the file's doing.
        return Refused(Reason.CRASHED)
    return decoded


def _heard(stream: IO[bytes], pace: Pace | None) -> bytes:
    """The reply; on the way to it, how far the job is. What the child says is believed in nothing but two numbers."""
    for _ in range(MOST_PACES):
        kind = stream.read(1)
        if kind != PACE:
            return stream.read(MOST_REPLY + 1) if kind == REPLY else b""
        numbers = stream.read(8)
        if len(numbers) == 8 and pace is not None:
            done, of = struct.unpack(">II", numbers)
            pace(min(done, of), of)
    return b""


def _write(child: "subprocess.Popen[bytes]", request: bytes) -> None:
    try:
        if child.stdin is not None:
            child.stdin.write(request)
            child.stdin.close()
    except (BrokenPipeError, OSError, ValueError):
        return


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Ends the child and, since it leads its own process group, all it started."""
    try:
        os.killpg(child.pid, 9)
    except (ProcessLookupError, PermissionError):
        return


def _limit(bounds: Bounds) -> None:
    """Runs in the child before it becomes the sandboxed program."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.file, bounds.file))
    resource.setrlimit(resource.RLIMIT_NOFILE, (bounds.handles, bounds.handles))


def _environment() -> dict[str, str]:
    """Nothing of ours goes in."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "HOME": "/nonexistent",
    }


def _bubblewrap() -> list[str]:
    """An empty world with the programs to read only, no network, no capability, nobody's user."""
    command = [
        "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--uid",
        "65534",
        "--gid",
        "65534",
        "--cap-drop",
        "ALL",
        "--hostname",
        "sandbox",
    ]
    command += ["--ro-bind", "/usr", "/usr"]
    for path in ("/lib", "/lib64", "/bin", "/sbin", "/lib32"):
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
    if os.path.exists("/etc/ld.so.cache"):
        command += ["--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    command += ["--proc", "/proc", "--dev", "/dev", "--size", "268435456", "--tmpfs", "/tmp"]  # noqa: S108 - a memory file system of the sandbox
    for path in sorted(
        {os.path.realpath(sys.base_prefix), sys.prefix, os.path.dirname(os.path.realpath(sys.executable))}
    ):
        if not path.startswith(("/usr/", "/lib", "/bin")) and path != "/usr":
            command += ["--ro-bind", path, path]
    command += ["--ro-bind", os.path.join(_ROOT, "redaction"), os.path.join(_ROOT, "redaction"), "--chdir", "/"]
    for name, value in _environment().items():
        command += ["--setenv", name, value]
    return [*command, "--"]
