"""The seam between the control plane and whatever forwards media; never lets media flow outside the routes it was given.

Two engines stand behind it: `server.media.lite` (ours, the default) and `server.media.janus` (Janus VideoRoom).
Both pass the same contract tests (tests/media/test_contract.py).
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import msgspec

from client.protocol.media import EngineEvent, Kind, Layer, Offer, Quality, Silent, StreamQuality, TrackLine

__all__ = [
    "EngineEvent",
    "Kind",
    "Layer",
    "MediaEngine",
    "Offer",
    "PeerId",
    "PeerStats",
    "Quality",
    "Send",
    "Silent",
    "StreamId",
    "StreamQuality",
    "TrackLine",
    "mediation_of",
]

# Opaque to the engine except for the part before the first slash: "mediation/seat".
PeerId = str
StreamId = tuple[PeerId, Kind]
Send = Callable[[EngineEvent], Awaitable[None]]


def mediation_of(peer: PeerId) -> str:
    """The mediation a peer id belongs to: everything before the first slash."""
    return peer.partition("/")[0]


class PeerStats(msgspec.Struct, frozen=True, kw_only=True):
    """What support may read aloud about one peer: counts, losses and times, without content and without addresses."""

    connected: bool
    transport: str
    packets_in: int
    packets_out: int
    bytes_in: int
    bytes_out: int
    uplink_loss: int
    downlink_loss: int
    round_trip_ms: int
    media_lines: int
    key_frame_requests: int
    retransmitted: int


class MediaEngine(Protocol):
    """Forwards sealed media between the peers of a mediation; knows no keys, no names and no reasons."""

    async def start(self) -> None:
        """Open the ports; after this the engine takes calls."""

    async def close(self) -> None:
        """Close every association and the ports."""

    async def join(self, peer: PeerId, send: Send) -> None:
        """Make an association for a peer and send it a first offer. Nothing is forwarded before `set_routes` says so.

        A second join of the same peer replaces the first.
        """

    async def answer(self, peer: PeerId, generation: int, sdp: str) -> None:
        """Apply a client's answer. An answer to an older generation is ignored; a malformed one raises ValueError."""

    async def restart(self, peer: PeerId) -> None:
        """Send an offer with fresh ICE credentials: the client's network changed. Keys and streams survive."""

    async def leave(self, peer: PeerId) -> None:
        """Forget the peer; nobody receives from it from now on. Unknown peers are ignored."""

    async def set_routes(self, mediation: str, routes: Mapping[PeerId, frozenset[PeerId]]) -> None:
        """Replace the routes of a mediation: subscriber -> the publishers it receives.

        When this returns, nothing flows that is not in `routes`. New flows start as clients have answered.
        Peers of another mediation in `routes` raise ValueError and change nothing.
        """

    async def set_publishing(self, peer: PeerId, kinds: frozenset[Kind]) -> None:
        """Say what this peer may send. Anything else it sends is dropped from now on."""

    async def prefer(self, peer: PeerId, wishes: Mapping[StreamId, Layer]) -> None:
        """Replace the layers this peer wants to see: what its screen shows. Missing streams count as `mid`."""

    async def stats(self, peer: PeerId) -> PeerStats:
        """Figures about one peer. Unknown peers raise KeyError."""
