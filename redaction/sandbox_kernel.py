"""Locks the running process in with the kernel's own means: no sockets, no new privileges, no files but those needed to run.

Two locks, both one-way: a seccomp filter (which system calls) and a Landlock rule set (which files). Used inside
bubblewrap as a second wall, and alone where bubblewrap can't run.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable

_ERRNO, _KILL, _ALLOW = 0x00050000, 0x80000000, 0x7FFF0000
_EPERM, _ENOSYS = 1, 38
# Call numbers by machine: sockets, namespaces, mounts, tracing, keys, modules, foreign memory, io_uring.
_ARCHITECTURES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {
        "socket": 41, "connect": 42, "bind": 49, "listen": 50, "accept": 43, "accept4": 288, "sendto": 44, "sendmsg": 46, "sendmmsg": 307,
        "ptrace": 101, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "keyctl": 250,
        "add_key": 248, "request_key": 249, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "kexec_load": 246, "kexec_file_load": 320,
        "init_module": 175, "finit_module": 313, "delete_module": 176, "process_vm_readv": 310, "process_vm_writev": 311,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_by_handle_at": 304, "reboot": 169, "swapon": 167,
        "personality": 135, "fsopen": 430, "fsmount": 432, "move_mount": 429, "open_tree": 428, "mount_setattr": 442, "quotactl": 179, "acct": 163,
        "settimeofday": 164, "clock_settime": 227, "syslog": 103, "clone3": 435, "clone": 56,
    }),
    "aarch64": (0xC00000B7, {
        "socket": 198, "connect": 203, "bind": 200, "listen": 201, "accept": 202, "accept4": 242, "sendto": 206, "sendmsg": 211, "sendmmsg": 269,
        "ptrace": 117, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "keyctl": 219,
        "add_key": 217, "request_key": 218, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "kexec_load": 104, "kexec_file_load": 294,
        "init_module": 105, "finit_module": 273, "delete_module": 106, "process_vm_readv": 270, "process_vm_writev": 271,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_by_handle_at": 265, "reboot": 142, "swapon": 224,
        "personality": 92, "fsopen": 430, "fsmount": 432, "move_mount": 429, "open_tree": 428, "mount_setattr": 442, "quotactl": 60, "acct": 89,
        "settimeofday": 170, "clock_settime": 112, "syslog": 116, "clone3": 435, "clone": 220,
    }),
}  # fmt: skip
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEW*


def seccomp_program() -> bytes | None:
    """The filter as BPF instructions, or None on a machine whose call numbers we don't list."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return None
    arch, calls = known
    load, equal, bits, above, give = 0x20, 0x15, 0x45, 0x35, 0x06
    out = [_op(load, 0, 0, 4), _op(equal, 1, 0, arch), _op(give, 0, 0, _KILL), _op(load, 0, 0, 0)]
    if platform.machine() == "x86_64":
        out += [_op(above, 0, 1, 0x40000000), _op(give, 0, 0, _ERRNO | _EPERM)]
    for name, number in calls.items():
        if name == "clone":
            # A thread or a process may be made, a namespace may not.
            out += [
                _op(equal, 0, 4, number),
                _op(load, 0, 0, 16),
                _op(bits, 0, 1, _NEW_NAMESPACES),
                _op(give, 0, 0, _ERRNO | _EPERM),
                _op(give, 0, 0, _ALLOW),
            ]
        else:
            # clone3 hides its flags in memory, so it is "not there" and the library falls back to clone.
            out += [_op(equal, 0, 1, number), _op(give, 0, 0, _ERRNO | (_ENOSYS if name == "clone3" else _EPERM))]
    out.append(_op(give, 0, 0, _ALLOW))
    return b"".join(out)


def _op(code: int, yes: int, no: int, value: int) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def no_new_privileges() -> bool:
    return bool(_libc().prctl(38, 1, 0, 0, 0) == 0)


def lock_calls() -> bool:
    """Installs the filter for this process and all it starts. True when it holds."""
    program = seccomp_program()
    if program is None or not no_new_privileges():
        return False
    buffer = ctypes.create_string_buffer(program, len(program))
    holder = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    return bool(_libc().prctl(22, 2, ctypes.byref(holder), 0, 0) == 0)


# Landlock: same call numbers on all machines.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, read a folder
_WRITE_FILE = 1 << 1


def landlock_version() -> int:
    """0 where the kernel has no Landlock."""
    return max(0, int(_libc().syscall(_CREATE, None, 0, 1)))


def lock_files(readable: Iterable[str]) -> bool:
    """From now on this process can read below these paths and write nowhere. True when it holds."""
    version = landlock_version()
    if version < 1 or not no_new_privileges():
        return False
    libc = _libc()
    everything = (
        (1 << 13) - 1
        | (1 << 13 if version >= 2 else 0)
        | (1 << 14 if version >= 3 else 0)
        | (1 << 15 if version >= 5 else 0)
    )
    ruleset = libc.syscall(_CREATE, struct.pack("<Q", everything), 8, 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(libc, ruleset, path, _READ)
        for device in ("/dev/null", "/dev/urandom", "/dev/zero"):
            _allow(libc, ruleset, device, 1 << 2 | _WRITE_FILE)
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= 1 << 0 | 1 << 1 | 1 << 2
        libc.syscall(_ADD, ruleset, 1, struct.pack("<Qi", rights, handle), 0)
    finally:
        os.close(handle)
