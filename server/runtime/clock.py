"""Time and chance, handed in so that tests can hold them."""

import os
import time
from collections.abc import Callable
from typing import Protocol

Random = Callable[[int], bytes]
random_bytes: Random = os.urandom


class Clock(Protocol):
    """Seconds since 1970, and seconds that never go back."""

    def now(self) -> int:
        """Wall time in whole seconds, UTC."""

    def monotonic(self) -> float:
        """Seconds for measuring spans."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Wall time in whole seconds, UTC."""
        return int(time.time())

    def monotonic(self) -> float:
        """Seconds for measuring spans."""
        return time.monotonic()
