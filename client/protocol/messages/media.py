"""Commands and shapes of sound and picture."""

from typing import Literal

from msgspec import Struct

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
