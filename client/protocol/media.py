"""What the media engine and a client say to each other about one call: offers, answers and the quality sign.

Values only. Nothing here names a person, an address or a key: a peer is the opaque id that the control plane gave it.
"""

from typing import Literal

import msgspec

Kind = Literal["audio", "video", "screen"]
Layer = Literal["off", "low", "mid", "high"]
Direction = Literal["send", "recv"]
Reason = Literal["fine", "uplink", "downlink", "waiting", "layer"]

KINDS: tuple[Kind, ...] = ("audio", "video", "screen")
# Stream number inside an SFrame key id (client/keys/sframe.py).
STREAM_OF: dict[Kind, int] = {"audio": 0, "video": 1, "screen": 2}


class TrackLine(msgspec.Struct, frozen=True, kw_only=True):
    """One media line of an offer: who is on it, which way it flows as the client sees it, and what it carries.

    A line that is free for reuse is not listed; a client shows nothing for it.
    """

    mid: str
    direction: Direction
    peer: str
    kind: Kind


class Offer(msgspec.Struct, frozen=True, kw_only=True, tag="media.offer"):
    """An SDP offer that the client answers with the same generation.

    `connection` counts PeerConnections: when it is higher than the one the client has, the client closes the old
    PeerConnection and opens a new one (the worker that held the old one is gone). Our own engine has one PeerConnection a
    client; an engine with one each way names it in `role`, and each role has its own.
    """

    connection: int
    generation: int
    sdp: str
    tracks: tuple[TrackLine, ...]
    role: Literal["both", "send", "recv"] = "both"


class StreamQuality(msgspec.Struct, frozen=True, kw_only=True):
    """How one stream from one peer reaches this client just now, and why it is not better."""

    peer: str
    kind: Kind
    layer: Layer
    reason: Reason


class Quality(msgspec.Struct, frozen=True, kw_only=True, tag="media.quality"):
    """The connection sign of the client itself: losses in per mille, round trip in milliseconds (0: not known yet)."""

    uplink_loss: int
    downlink_loss: int
    round_trip_ms: int
    downlink_kbps: int
    transport: Literal["none", "udp", "tcp"]
    streams: tuple[StreamQuality, ...]


class Silent(msgspec.Struct, frozen=True, kw_only=True, tag="media.silent"):
    """The engine has heard nothing from this client for a while; the control plane decides what that means."""

    seconds: int


EngineEvent = Offer | Quality | Silent
