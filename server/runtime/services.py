"""What an actor works with, handed in at the start: stores, clock, chance, media."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from client.protocol import messages as m
from server.mediation import events as e
from server.mediation.decide import Facts
from server.mediation.model import State
from server.mediation.views import Viewer
from server.runtime.clock import Clock, Random
from server.store.accounts import Accounts
from server.store.blobs import Blobs
from server.store.log import Log

if TYPE_CHECKING:
    from server.runtime.actor import Actor

Effect = Callable[["Actor", Viewer, Any, str], Awaitable[dict[str, Any]]]


class MediaPort(Protocol):
    """What an actor asks of the media server: less before a commit, more after it."""

    async def tighten(self, before: State, after: State) -> None:
        """Take away every route that `after` does not have."""

    async def loosen(self, before: State, after: State) -> None:
        """Give every route that `after` has."""

    async def leave(self, mediation: str, seat: str) -> None:
        """Forget a seat's association."""


class Services(Struct, kw_only=True):
    """The surroundings of every actor."""

    log: Log
    accounts: Accounts
    blobs: Blobs
    clock: Clock
    random: Random
    facts: Callable[[State, Viewer, m.AnyCommand], Awaitable[Facts]]
    make_gate: Callable[[str], str]
    effects: Mapping[type, Effect]
    slow: Mapping[type, Effect] = {}
    media: MediaPort | None = None
    after: Callable[["Actor", Sequence[e.AnyEvent]], Awaitable[None]] | None = None
    loaded: Callable[["Actor"], Awaitable[None]] | None = None
