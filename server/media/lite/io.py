"""Datagrams in batches: one system call takes what has come, one sends what is due, all on buffers that are never reallocated.

Linux only (recvmmsg, sendmmsg); `PlainPort` does the same one datagram at a time elsewhere.
"""

import contextlib
import errno
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

import cffi

SLOTS = 64
ROOM = 2048  # bytes a slot holds: more than a datagram on any path that WebRTC uses
HEADROOM = ROOM - 64  # what may be put in before SRTP adds its tag
_NAME = 28
_DONTWAIT = 0x40
_SO_RCVBUFFORCE, _SO_SNDBUFFORCE = 33, 32
WANTED_BUFFER = 4 << 20
# A control message that asks for segmentation (udp(7)): its length and the space it takes. A message's packets stay below 64 KiB.
_MESSAGE, _SIZE = struct.Struct("@6Q"), struct.Struct("@H")  # struct msghdr without its flags, on 64-bit machines
_SOL_UDP, _UDP_SEGMENT, _CONTROL, _CONTROL_SPACE = 17, 103, 18, 24
MOST_SEGMENTS = 32
_SO_TIMESTAMPNS, _STAMP_SPACE = 35, 32  # a control header and a struct timespec

_ffi = cffi.FFI()
_ffi.cdef(
    """
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr { void *msg_name; unsigned int msg_namelen; struct iovec *msg_iov; size_t msg_iovlen;
                    void *msg_control; size_t msg_controllen; int msg_flags; };
    struct segment { size_t length; int level; int type; unsigned short size; };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
    int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, void *timeout);
    """
)
_libc: Any = _ffi.dlopen(None) if sys.platform.startswith("linux") and sys.maxsize > 1 << 32 else None


def new_buffers() -> tuple[list[Any], list[memoryview]]:
    """SLOTS buffers as C pointers and as writable views of the same memory."""
    raw = [_ffi.new("char[]", ROOM) for _ in range(SLOTS)]
    return raw, [memoryview(_ffi.buffer(b)) for b in raw]


def pack_name(address: tuple[Any, ...]) -> bytes:
    """A socket address as the kernel writes it."""
    if ":" in address[0]:
        scope = address[3] if len(address) > 3 else 0
        return struct.pack(
            "=HHL16sL",
            socket.AF_INET6,
            socket.htons(address[1]),
            0,
            socket.inet_pton(socket.AF_INET6, address[0]),
            scope,
        )
    return struct.pack("=HH4s8x", socket.AF_INET, socket.htons(address[1]), socket.inet_aton(address[0]))


def unpack_name(name: bytes) -> tuple[bytes, int]:
    """(packed IP address, port) of a kernel socket address."""
    port = name[2] << 8 | name[3]
    return (name[8:24], port) if len(name) >= _NAME else (name[4:8], port)


def to_memory(name: bytes) -> Any:
    """A socket address in memory of its own, for as long as what this returns lives; `place_of` says where."""
    return _ffi.new("char[]", name)


def place_of(memory: Any) -> int:
    """Where a socket address lies, as `Outbox.address` takes it."""
    return int(_ffi.cast("uintptr_t", memory))


def open_socket(host: str, port: int) -> socket.socket:
    """A non-blocking UDP socket with the largest buffers the kernel grants."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    for forced, polite in ((_SO_RCVBUFFORCE, socket.SO_RCVBUF), (_SO_SNDBUFFORCE, socket.SO_SNDBUF)):
        try:
            sock.setsockopt(socket.SOL_SOCKET, forced, WANTED_BUFFER)
        except OSError:
            sock.setsockopt(socket.SOL_SOCKET, polite, WANTED_BUFFER)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


class Outbox:
    """A queue of packets that are about to leave, each in a buffer of its own. What can't be sent is lost, as on any line.

    Slots `first` to `n` are filled and protected in place; `address` then makes them leave for one destination. Slots that lie
    together and have one size (the last may be shorter) leave as one message where the kernel can cut it up again (UDP
    segmentation offload).
    """

    segments = 1  # packets that may share a message

    def __init__(self) -> None:
        self.buffers, self.views = new_buffers()
        self.n = 0
        self.lost = 0
        # view, buffer, pointer to length
        self.slots: list[tuple[memoryview, Any, Any]] = []

    def address(self, first: int, n: int, name: Any) -> None:
        """Slots `first` to `n` belong to one destination and have one size; only the last may be shorter."""
        raise NotImplementedError

    def flush(self) -> None:
        """Send everything that waits."""
        raise NotImplementedError

    def put(self, data: bytes, name: Any) -> None:
        """Queue bytes that need no protection."""
        if len(data) > ROOM:
            return
        if self.n == SLOTS:
            self.flush()
        view, _, length = self.slots[self.n]
        view[0 : len(data)] = data
        length[0] = len(data)
        self.address(self.n, self.n + 1, name)


class Port(Outbox):
    """One UDP socket: received datagrams lie in `rx_views[k]`, their lengths in `rx_lengths[k]`, their senders in `rx_names`."""

    segments = MOST_SEGMENTS

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self.sock = open_socket(host, port)
        self.host = host
        self.number: int = self.sock.getsockname()[1]
        self.fd = self.sock.fileno()
        self.name_size = _NAME if self.sock.family == socket.AF_INET6 else 16
        self.peers: dict[bytes, Any] = {}
        self._out, self._out_vectors = self._headers(self.buffers)
        self._raw = memoryview(_ffi.buffer(self._out)).cast("B")  # the same message headers, to be written in one go
        self._iov = int(_ffi.cast("uintptr_t", self._out_vectors))
        lengths = [_ffi.cast("int *", _ffi.addressof(self._out_vectors[k], "iov_len")) for k in range(SLOTS)]
        self.slots = list(zip(self.views, self.buffers, lengths, strict=True))
        self._controls = _ffi.new("struct segment[]", [(_CONTROL, _SOL_UDP, _UDP_SEGMENT, 0)] * SLOTS)
        self._segments = memoryview(_ffi.buffer(self._controls)).cast("B")
        self._control = int(_ffi.cast("uintptr_t", self._controls))
        self._m = 0  # messages that are addressed
        try:
            self.sock.setsockopt(_SOL_UDP, _UDP_SEGMENT, 0)
        except OSError:
            self.segments = 1
        self.rx_buffers, self.rx_views = new_buffers()
        self._in, self._in_vectors = self._headers(self.rx_buffers)
        self._names = _ffi.new("char[]", SLOTS * _NAME)
        self.rx_names = _ffi.buffer(self._names)
        self.rx_lengths = []
        for k in range(SLOTS):
            self._in_vectors[k].iov_len = ROOM
            self._in[k].msg_hdr.msg_name = self._names + _NAME * k
            self._in[k].msg_hdr.msg_namelen = self.name_size
            self.rx_lengths.append(_ffi.cast("int *", _ffi.addressof(self._in[k], "msg_len")))
        self.name_slices = [slice(_NAME * k, _NAME * k + self.name_size) for k in range(SLOTS)]
        self._rx_controls = controls = _ffi.new("char[]", SLOTS * _STAMP_SPACE)
        self._stamps = _ffi.buffer(controls)
        for k in range(SLOTS):
            self._in[k].msg_hdr.msg_control = controls + _STAMP_SPACE * k
            self._in[k].msg_hdr.msg_controllen = _STAMP_SPACE
        self._unpack_stamps = [struct.Struct("=" + "16xqq" * count).unpack_from for count in range(SLOTS + 1)]
        self._stamped = self._ask_for_stamps()
        one = f"{self.name_size}s{_NAME - self.name_size}x"
        self._unpack_names = [struct.Struct(one * count).unpack_from for count in range(SLOTS + 1)]

    def _ask_for_stamps(self) -> bool:
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        except OSError:
            return False
        return True

    def _headers(self, buffers: list[Any]) -> tuple[Any, Any]:
        vectors = _ffi.new("struct iovec[]", SLOTS)
        headers = _ffi.new("struct mmsghdr[]", SLOTS)
        for k in range(SLOTS):
            vectors[k].iov_base = buffers[k]
            headers[k].msg_hdr.msg_iov = _ffi.addressof(vectors, k)
            headers[k].msg_hdr.msg_iovlen = 1
            headers[k].msg_hdr.msg_namelen = self.name_size
        return headers, vectors

    def receive(self) -> int:
        """Take what has come, at most SLOTS datagrams; 0 when there is nothing."""
        count: int = _libc.recvmmsg(self.fd, self._in, SLOTS, _DONTWAIT, _ffi.NULL)
        return max(0, count)

    def senders(self, count: int) -> tuple[bytes, ...]:
        """Who sent the first `count` datagrams that lie here."""
        return self._unpack_names[count](self.rx_names)

    def arrivals(self, count: int, now: int) -> list[int]:
        """When each of them reached this machine, by the clock of `now` (nanoseconds): they may have waited here for a while."""
        if not self._stamped:
            return [now] * count
        stamps = self._unpack_stamps[count](self._stamps)
        offset = now - time.time_ns()
        return [stamps[k] * 1_000_000_000 + stamps[k + 1] + offset for k in range(0, 2 * count, 2)]

    def address(self, first: int, n: int, name: Any) -> None:
        """One message, or one a slot where the kernel or the driver can't cut."""
        m, count = self._m, n - first
        if count == 1:
            _MESSAGE.pack_into(self._raw, m << 6, name, self.name_size, self._iov + (first << 4), 1, 0, 0)
        elif self.segments == 1:
            for k in range(first, n):
                self.address(k, k + 1, name)
            return
        else:
            control = self._control + m * _CONTROL_SPACE
            iov = self._iov + (first << 4)
            _MESSAGE.pack_into(self._raw, m << 6, name, self.name_size, iov, count, control, _CONTROL_SPACE)
            _SIZE.pack_into(self._segments, m * _CONTROL_SPACE + 16, self.slots[first][2][0])
        self._m, self.n = m + 1, n

    def flush(self) -> None:
        """Send the queue in one call; a destination that refuses costs its own packets only."""
        start, m = 0, self._m
        self.n = self._m = 0
        while start < m:
            sent = _libc.sendmmsg(self.fd, self._out + start, m - start, _DONTWAIT)
            if sent > 0:
                start += sent
                continue
            problem, refused = _ffi.errno, self._out[start].msg_hdr
            if problem in (errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS):
                self.lost += sum(self._out[k].msg_hdr.msg_iovlen for k in range(start, m))
                return
            if refused.msg_iovlen > 1 and problem in (errno.EIO, errno.EINVAL, errno.EMSGSIZE):
                self._cut(refused, problem)
            else:
                self.lost += refused.msg_iovlen
            start += 1

    def _cut(self, message: Any, problem: int) -> None:
        """Send a message's packets one by one. A driver that can't cut is never asked again; a narrow path is its own affair."""
        if problem == errno.EIO:
            self.segments = 1
        single = _ffi.new("struct mmsghdr *")
        for k in range(message.msg_iovlen):
            single.msg_hdr = message
            single.msg_hdr.msg_iov = message.msg_iov + k
            single.msg_hdr.msg_iovlen = 1
            single.msg_hdr.msg_controllen = 0
            if _libc.sendmmsg(self.fd, single, 1, _DONTWAIT) < 1:
                self.lost += 1

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()


class PlainPort(Port):
    """The same without Linux's batch calls."""

    segments = 1

    def _ask_for_stamps(self) -> bool:
        return False

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._whither: list[Any] = [None] * SLOTS

    def receive(self) -> int:
        """Take datagrams one at a time."""
        for k in range(SLOTS):
            try:
                size, address = self.sock.recvfrom_into(self.rx_views[k])
            except OSError:
                return k
            self.rx_lengths[k][0] = size
            self.rx_names[self.name_slices[k]] = pack_name(address)
        return SLOTS

    def address(self, first: int, n: int, name: Any) -> None:
        """Remember where they go."""
        self._whither[first:n] = [name] * (n - first)
        self.n = n

    def flush(self) -> None:
        """Send datagrams one at a time."""
        for (view, _, length), name in zip(self.slots[: self.n], self._whither, strict=False):
            ip, number = unpack_name(bytes(_ffi.buffer(_ffi.cast("char *", name), self.name_size)))
            try:
                self.sock.sendto(view[: length[0]], (socket.inet_ntop(self.sock.family, ip), number))
            except OSError:
                self.lost += 1
        self.n = 0


MAX_UNSENT = 256 * 1024


class StreamOutbox(Outbox):
    """Packets for a TCP connection, framed as RFC 4571 asks. A peer that does not read loses packets, not our memory."""

    def __init__(self, write: Callable[[bytes], None], waiting: Callable[[], int]) -> None:
        super().__init__()
        self._write, self._waiting = write, waiting
        self.slots = [(self.views[k], self.buffers[k], _ffi.new("int *")) for k in range(SLOTS)]

    def address(self, first: int, n: int, name: Any) -> None:
        """There is one destination only."""
        self.n = n

    def flush(self) -> None:
        """Write the queue as one piece."""
        n, self.n = self.n, 0
        if not n:
            return
        if self._waiting() > MAX_UNSENT:
            self.lost += n
            return
        frames: list[bytes] = []
        for view, _, length in self.slots[:n]:
            frames.append(struct.pack("!H", length[0]))
            frames.append(bytes(view[: length[0]]))
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._write(b"".join(frames))


def open_port(host: str, port: int) -> Port:
    """The fastest port this system has."""
    return Port(host, port) if _libc is not None else PlainPort(host, port)
