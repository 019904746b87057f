"""How often one address may try. Counters in memory, bounded in number; addresses are never written anywhere."""

import ipaddress
from collections import OrderedDict

from aiohttp import web
from msgspec import Struct

from server.runtime.clock import Clock

MAX_ADDRESSES = 20_000


class Bucket:
    """Lets `rate` acts a second pass, and `burst` at once."""

    def __init__(self, clock: Clock, rate: float, burst: int) -> None:
        self._clock, self._rate, self._burst = clock, rate, float(burst)
        self._left, self._at = float(burst), clock.monotonic()

    def take(self, cost: float = 1.0) -> bool:
        """Whether the act may pass now."""
        now = self._clock.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < cost:
            return False
        self._left -= cost
        return True


class Allowance(Struct, frozen=True, kw_only=True):
    """Acts a second and acts at once, for one kind of act."""

    rate: float
    burst: int


class Limits:
    """A bucket for every address and kind of act; the address longest unseen is forgotten first."""

    def __init__(self, clock: Clock, allowances: dict[str, Allowance] | None = None) -> None:
        self._clock = clock
        self._allowances = allowances or DEFAULT
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def pass_(self, kind: str, address: str) -> bool:
        """Whether this address may do one more act of this kind now."""
        key = (kind, address)
        bucket = self._buckets.get(key)
        if bucket is None:
            allowance = self._allowances[kind]
            bucket = self._buckets[key] = Bucket(self._clock, allowance.rate, allowance.burst)
        self._buckets.move_to_end(key)
        while len(self._buckets) > MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket.take()


# A court building may share one address; a guessing machine needs 2^255 tries anyway.
DEFAULT = {
    "open": Allowance(rate=5, burst=120),
    "blob": Allowance(rate=20, burst=400),
    "refused": Allowance(rate=0.5, burst=30),
}


def address_of(request: web.BaseRequest, trusted_proxy: str | None) -> str:
    """The client's address: what the trusted proxy says, else the socket's. IPv6 counts by its /64."""
    seen = request.remote or "unknown"
    try:
        remote = ipaddress.ip_address(seen)
        if trusted_proxy is not None and remote in ipaddress.ip_network(trusted_proxy):
            said = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
            remote = ipaddress.ip_address(said) if said else remote
    except ValueError:
        return seen
    if isinstance(remote, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((remote, 64), strict=False))
    return str(remote)
