"""What events tell."""

from typing import Literal

from msgspec import Struct

from client.protocol.messages.media import RelayServer, TrackPlan
from client.protocol.messages.shapes import Blob64, Box, Id, Jws, Sdp
from client.protocol.messages.shown import (
    ActView,
    ChatLine,
    Floor,
    HolderView,
    HoldView,
    KeptItem,
    PaperView,
    RequestView,
    RingView,
    RoomView,
)


class Happening(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What an event tells."""


class RoomChanged(Happening, frozen=True, kw_only=True, tag="room.changed"):
    """The viewer's room or its sheet changed; None: no room, one's own door."""

    room: RoomView | None


class RoomSilent(Happening, frozen=True, kw_only=True, tag="room.silent"):
    """The mediator's line dropped (or is back): while silent, nobody in the viewer's joint room hears anybody."""

    silent: bool


class RingChanged(Happening, frozen=True, kw_only=True, tag="ring.changed"):
    """Somebody knocks at the viewer's room; None: no more."""

    ring: RingView | None


class PresenceChanged(Happening, frozen=True, kw_only=True, tag="presence.changed"):
    """A member of the viewer's room connected (page) or dropped (None)."""

    seat: Id
    page: Jws | None


class GrantPublished(Happening, frozen=True, kw_only=True, tag="grant.published"):
    """A fresh key for the viewer's room."""

    grant: Jws


class ChatPosted(Happening, frozen=True, kw_only=True, tag="chat.posted"):
    """A message in the viewer's room."""

    line: ChatLine


class HoldingTold(Happening, frozen=True, kw_only=True, tag="holding.told"):
    """What a member of the viewer's room holds, sealed under the room's key."""

    seat: Id
    epoch: int
    box: Box


class NoteArrived(Happening, frozen=True, kw_only=True, tag="note.arrived"):
    """A sealed note from another device; `page` is the sender's page statement."""

    sender: Id
    box: Box
    page: Jws


class DoorAnswered(Happening, frozen=True, kw_only=True, tag="door.answered"):
    """The mediator's answer to one's knock."""

    reply: Literal["later", "no"]


class MediatorSeen(Happening, frozen=True, kw_only=True, tag="mediator.seen"):
    """Visitors and seats without a room: the mediator is here (page) or not (None)."""

    page: Jws | None


class FloorChanged(Happening, frozen=True, kw_only=True, tag="floor.changed"):
    """Mediators only: the whole floor anew."""

    floor: Floor


class MediaOffered(Happening, frozen=True, kw_only=True, tag="media.offered"):
    """The media server's offer; answer it with the same generation. Relays are there if the house has one."""

    generation: int
    sdp: Sdp
    tracks: tuple[TrackPlan, ...]
    relays: tuple[RelayServer, ...] = ()


class MediaQuality(Happening, frozen=True, kw_only=True, tag="media.quality"):
    """How well each member's media arrives: seat -> {loss in per mille, layer, reason}."""

    peers: dict[str, dict[str, int | str]]


class DevicesChanged(Happening, frozen=True, kw_only=True, tag="devices.changed"):
    """The mediator has a further device: the certificates anew. What it signs is believed from here on."""

    devcerts: tuple[Jws, ...]


class CharterChanged(Happening, frozen=True, kw_only=True, tag="charter.changed"):
    """A new charter or envelope for the viewer."""

    charter: Jws
    envelope: Blob64 | None


class RecordChanged(Happening, frozen=True, kw_only=True, tag="record.changed"):
    """Holders, kept items, requests, papers or holds changed: the viewer's lists anew. `charters`: earlier ones under which items were locked."""

    holders: tuple[HolderView, ...]
    items: tuple[KeptItem, ...]
    requests: tuple[RequestView, ...]
    charters: tuple[Jws, ...] = ()
    papers: tuple[PaperView, ...] = ()
    acts: tuple[ActView, ...] = ()
    holds: tuple[HoldView, ...] = ()
    attestation: str | None = None


class MediationEnded(Happening, frozen=True, kw_only=True, tag="mediation.ended"):
    """The meeting is over (adjourned, closed for good, or the record destroyed), or goes on; `meeting` is the one that counts now."""

    state: Literal["open", "adjourned", "closed", "destroyed"]
    meeting: int = 1


class Moved(Happening, frozen=True, kw_only=True, tag="page.replaced"):
    """Another page of the same device took over; this one stops."""
