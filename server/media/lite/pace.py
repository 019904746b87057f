"""When the media ports are read: every few milliseconds while packets come, at once when one comes after a pause.

`Pacer` is the selector of a media worker's event loop. It reads the ports between two looks at asyncio's own business, without
the work that a timer or a reader of asyncio costs each time. Linux only; elsewhere `Mux` paces itself by timers.
"""

import select
import selectors
import time
from collections.abc import Callable, Iterable

# A small room waits a little longer: one waking then serves several packets. Many packets are worth a waking of their own.
CALM_S, BUSY_S, MANY = 0.008, 0.005, 8


def pause(count: int) -> float:
    """Seconds until the next look after one that brought `count` packets; 0: rest until a packet comes."""
    return 0.0 if not count else BUSY_S if count >= MANY else CALM_S


class Pacer(selectors.EpollSelector):
    """An event loop's selector that also reads media ports."""

    def __init__(self) -> None:
        super().__init__()
        self._read: Callable[[], int] | None = None
        self._due = 0.0
        self._resting = True
        self._stirred = False

    def watch(self, ports: Iterable[int], read: Callable[[], int]) -> None:
        """Call `read` whenever the ports should be read; it says how many packets there were."""
        # The loop's own epoll object as a file in another one: what is ready there is asyncio's business.
        self._asyncio = select.epoll()
        self._asyncio.register(self.fileno(), select.EPOLLIN)
        self._all = select.epoll()
        self._all.register(self.fileno(), select.EPOLLIN)
        for port in ports:
            self._all.register(port, select.EPOLLIN)
        self._read, self._resting = read, True

    def unwatch(self) -> None:
        """Read no more."""
        if self._read is not None:
            self._read = None
            self._asyncio.close()
            self._all.close()

    def stir(self) -> None:
        """`read` gave asyncio something to do: let it."""
        self._stirred = True

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """See `selectors`; the ports are read meanwhile."""
        clock, ours = time.monotonic, self.fileno()
        now = clock()
        end = now + timeout if timeout is not None else now + 3600.0
        while self._read is not None:
            if self._resting:
                ready = self._all.poll(max(0.0, end - now))
                asked = any(fd == ours for fd, _ in ready)
                look = len(ready) > asked
                now = clock()
            else:
                asked = bool(self._asyncio.poll(max(0.0, min(self._due, end) - now)))
                now = clock()
                look = now >= self._due
            if look:
                wait = pause(self._read())
                self._resting, self._due = not wait, now + wait
            if asked or self._stirred or now >= end:
                self._stirred = False
                return super().select(0) if asked else []
        return super().select(timeout)
