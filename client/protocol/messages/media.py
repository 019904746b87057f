"""Commands and shapes of sound and picture."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from client.protocol.messages.shapes import Command, Id, Kind, Sdp


class MediaReady(Command, frozen=True, kw_only=True, tag="media.ready"):
    """The page can take an offer; `kinds` is what it will send."""

    kinds: tuple[Kind, ...] = ()


class MediaAnswer(Command, frozen=True, kw_only=True, tag="media.answer"):
    """The answer to the offer of that generation."""

    generation: int
    sdp: Sdp


class MediaRestart(Command, frozen=True, kw_only=True, tag="media.restart"):
    """Ask for an ICE restart."""


class MediaPrefer(Command, frozen=True, kw_only=True, tag="media.prefer"):
    """Which picture sizes the page shows: seat -> layer."""

    layers: dict[Id, Literal["off", "low", "mid", "high"]]


class TrackPlan(Struct, frozen=True, kw_only=True):
    """What one m-line of an offer carries."""

    mid: str
    direction: Literal["send", "recv", "idle"]
    seat: str
    kind: Kind


class RelayServer(Struct, frozen=True, kw_only=True):
    """A relay for networks that let nothing else through (TURN), with a password for the next minutes."""

    urls: Annotated[tuple[Annotated[str, Meta(max_length=300)], ...], Meta(max_length=4)]
    username: Annotated[str, Meta(max_length=100)]
    credential: Annotated[str, Meta(max_length=100)]
