"""How much a client's downlink carries, and which picture sizes fit into it. Pure: figures in, decisions out.

Sound comes first and is never counted against pictures; then screens, then cameras from small to large. Three things say that
a line is full: packets get lost, the round trip grows (packets wait somewhere), or the receiver's own estimate (REMB) falls. That
estimate climbs slowly and never far above what arrives, so its level says little and its fall much; the climb is our own affair.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from client.protocol.media import Kind, Layer

FLOOR, START, CEILING = 60_000, 3_000_000, 20_000_000
AUDIO = 45_000
LOSS_HIGH, LOSS_LOW = 26, 5  # of 256: ten and two per cent
FALL = 0.95  # of the estimate before: below that, the receiver has seen its line fill up
QUEUE_MS = 300  # a round trip longer than the shortest by so much: what we send waits in a queue
BACKOFF_FIRST, BACKOFF_MOST = 4.0, 60.0
NOMINAL: dict[Layer, int] = {"off": 0, "low": 150_000, "mid": 500_000, "high": 1_500_000}
ORDER: tuple[Layer, ...] = ("off", "low", "mid", "high")


@dataclass(frozen=True)
class Downlink:
    """What is believed about one downlink at one time (seconds on a monotonic clock)."""

    budget: float = START
    congested_at: float = -1e9
    backoff: float = BACKOFF_FIRST
    estimate: int = 0  # the receiver's, last time

    def observe(self, now: float, sent: int, estimate: int, loss: int, queue: int = 0) -> "Downlink":
        """One second later: `sent` bits went out, the receiver estimates `estimate` (0: nothing said) and lost `loss`/256; what
        we send waits `queue` milliseconds on its way."""
        fallen = 0 < estimate < min(sent, FALL * self.estimate)
        starving = fallen or (0 < estimate < 0.8 * sent and loss > LOSS_LOW)
        if loss > LOSS_HIGH or starving or queue > QUEUE_MS:
            base = min(self.budget, sent if sent > 2 * AUDIO else self.budget)
            target = 0.85 * base if not starving else min(0.95 * estimate, 0.9 * base)
            again = now - self.congested_at < 2 * self.backoff
            backoff = min(BACKOFF_MOST, self.backoff * 2) if again and now - self.congested_at > 2 else self.backoff
            return Downlink(max(FLOOR, target), now, backoff, estimate)
        if now - self.congested_at < self.backoff or loss > LOSS_LOW:
            return replace(self, estimate=estimate)
        backoff = BACKOFF_FIRST if now - self.congested_at > 2 * BACKOFF_MOST else self.backoff
        return Downlink(min(CEILING, self.budget * 1.15 + 20_000), self.congested_at, backoff, estimate)


@dataclass(frozen=True)
class Want:
    """One picture stream that a client wants: its wish, and what each size costs now (bits per second)."""

    kind: Kind
    wish: Layer
    costs: dict[Layer, int]


def allot(budget: float, sounds: int, wants: Sequence[Want]) -> list[Layer]:
    """The size for each want, in order. Nobody gets a larger one before everybody has the next smaller."""
    left = budget - AUDIO * sounds
    given: list[Layer] = ["off"] * len(wants)
    spent = [0] * len(wants)
    order = sorted(range(len(wants)), key=lambda i: wants[i].kind != "screen")
    for layer in ORDER[1:]:
        for i in order:
            want = wants[i]
            if ORDER.index(layer) > ORDER.index(want.wish):
                continue
            cost = want.costs.get(layer)
            if cost is None:
                continue
            # A size that has no cheaper one below it is taken even if it is nominally large: there is nothing else to give.
            if spent[i] <= cost and cost - spent[i] <= left:
                left -= cost - spent[i]
                spent[i], given[i] = cost, layer
    return given
