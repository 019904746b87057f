"""One viewer's numbered events and the socket they go to. Numbers have no gaps and count nothing but what this viewer was told."""

import asyncio
from collections import deque

from client.protocol import messages as m
from client.protocol.codec import encode
from server.mediation.views import Viewer

MAX_FRAMES = 512
MAX_BYTES = 4 * 1024 * 1024
MAX_MISSED = 256
RESUME_SECONDS = 120.0

# What a snapshot can't show, and so must be told again to someone who comes back.
_TOLD_ONCE = (m.NoteArrived, m.DoorAnswered)


class SlowClient(Exception):
    """The reader fell behind; it is closed with 1013 and comes back by number."""


class Outbox:
    """Frames on their way to one socket. `full` means that the client is too slow and the connection ends."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[str | None] = asyncio.Queue(MAX_FRAMES + 1)
        self._size = 0
        self.ended = False
        self.close_code = 1000

    def put(self, message: m.Down) -> None:
        """Queue a frame. Raises SlowClient; then the outbox has ended."""
        if self.ended:
            return
        frame = encode(message)
        self._size += len(frame)
        if self._frames.qsize() >= MAX_FRAMES or self._size > MAX_BYTES:
            self.end(1013)
            raise SlowClient
        self._frames.put_nowait(frame)

    def end(self, close_code: int = 1000) -> None:
        """Nothing more follows; what is queued still goes out, unless the reader is too slow."""
        if self.ended:
            return
        self.ended, self.close_code = True, close_code
        if close_code == 1013:
            while not self._frames.empty():
                self._frames.get_nowait()
        self._frames.put_nowait(None)

    def goodbye(self, code: str) -> None:
        """Say why, then end."""
        try:
            self.put(m.Goodbye(code=code))
        except SlowClient:
            return
        self.end()

    async def next(self) -> str | None:
        """The next frame, or None at the end."""
        frame = await self._frames.get()
        if frame is not None:
            self._size -= len(frame)
        return frame


class Stream:
    """The events of one page load. Survives a lost socket for two minutes."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.seq = 0
        self.outbox: Outbox | None = None
        self.lost_at: float | None = None
        self.calling = False
        self._told_once: deque[tuple[int, int, m.AnyHappening]] = deque(maxlen=MAX_MISSED)

    def attach(self, outbox: Outbox, resume: int) -> tuple[bool, list[tuple[int, m.AnyHappening]]]:
        """Connect a socket. True and the missed happenings if the client can go on from number `resume`; else numbering starts anew."""
        can = 0 < resume <= self.seq
        missed = [(at, event) for seq, at, event in self._told_once if seq > resume] if can else []
        self.seq = resume if can else 0
        self._told_once.clear()
        self.outbox, self.lost_at, self.calling = outbox, None, False
        return can, missed

    def pulse(self, pulse: m.Pulse) -> None:
        """Pass a beat on. A slow client misses it."""
        if self.outbox is not None:
            try:
                self.outbox.put(pulse)
            except SlowClient:
                self.outbox = None

    def tell(self, event: m.AnyHappening, at: int) -> None:
        """Number an event and send it. A slow client's socket ends here; the stream stays for it to resume."""
        self.seq += 1
        if isinstance(event, _TOLD_ONCE):
            self._told_once.append((self.seq, at, event))
        if self.outbox is not None:
            try:
                self.outbox.put(m.Event(seq=self.seq, at=at, event=event))
            except SlowClient:
                self.outbox = None
