"""Commands about seats, rooms and what is said in them."""

from typing import Annotated, Literal

from msgspec import Meta, field

from client.protocol.messages.desk import SeatPlan
from client.protocol.messages.shapes import Box, Command, Hash, Id, Jws
from client.protocol.messages.shown import Entry


class CharterPublish(Command, frozen=True, kw_only=True, tag="charter.publish"):
    """Replace the charter by its next revision (mediators)."""

    charter: Jws


class SeatPut(Command, frozen=True, kw_only=True, tag="seat.put"):
    """Give a place (of the current charter) a new access hash or envelope (mediators). A new hash forgets its devices, but the one in a room."""

    seats: Annotated[tuple[SeatPlan, ...], Meta(max_length=64)]


class KnockSend(Command, frozen=True, kw_only=True, tag="knock.send"):
    """Ask to be let in (visitors), sealed to the mediator's device."""

    box: Box


class KnockAnswer(Command, frozen=True, kw_only=True, tag="knock.answer"):
    """Take a knock away without admitting (mediators): `reply` reaches the visitor as `door.answered`."""

    seat: Id
    reply: Literal["later", "no"]


class SheetsPublish(Command, frozen=True, kw_only=True, tag="sheets.publish"):
    """Move people: the next sheets of all rooms concerned, as one act (mediators). Either all are committed or none.

    `cards` maps a seat to the name cards it needs, boxed to that seat's page key. `parting` are sheets signed ahead: the server
    may publish them, and only them, when the mediator's device falls silent while the joint room is as these sheets say.
    `entries` prove that those inside a room answered a knock, or were told and could count down.
    """

    sheets: Annotated[tuple[Jws, ...], Meta(min_length=1, max_length=32)]
    parting: Annotated[tuple[Jws, ...], Meta(max_length=32)] = ()
    cards: dict[Id, Box] = field(default_factory=dict)
    entries: Annotated[tuple[Entry, ...], Meta(max_length=32)] = ()


class RoomRing(Command, frozen=True, kw_only=True, tag="room.ring"):
    """Knock at a room where people may be talking (mediators); or, after an unanswered knock, announce that one comes in."""

    ring: Jws
    cards: dict[Id, Box] = field(default_factory=dict)


class RingAnswer(Command, frozen=True, kw_only=True, tag="ring.answer"):
    """Answer a knock at one's room: a signed yes, or None for "not now"."""

    ring: Hash
    answer: Jws | None = None


class RingEnd(Command, frozen=True, kw_only=True, tag="ring.end"):
    """Take one's knock at a room back (mediators)."""

    room: Id


class GrantPublish(Command, frozen=True, kw_only=True, tag="grant.publish"):
    """Hand out a fresh room key (the room's keeper)."""

    grant: Jws


class RoomHold(Command, frozen=True, kw_only=True, tag="room.hold"):
    """State that one holds this sheet and epoch and has shown the roster: media may flow."""

    sheet: Hash
    epoch: Annotated[int, Meta(ge=1, le=65535)]


class NoteSend(Command, frozen=True, kw_only=True, tag="note.send"):
    """A sealed note to another device: members to their mediators, mediators to anyone, members to members of their room."""

    to: Id
    box: Box


class ChatPost(Command, frozen=True, kw_only=True, tag="chat.post"):
    """Post a sealed message in one's room; `blobs` lets its readers fetch those uploads."""

    message: Id
    epoch: Annotated[int, Meta(ge=1, le=65535)]
    box: Box
    blobs: Annotated[tuple[Id, ...], Meta(max_length=4)] = ()


class HoldingTell(Command, frozen=True, kw_only=True, tag="holding.tell"):
    """Say to one's room, sealed, which sheet and epoch one holds: every ten seconds. Not stored."""

    epoch: Annotated[int, Meta(ge=1, le=65535)]
    box: Box


class UploadBegin(Command, frozen=True, kw_only=True, tag="upload.begin"):
    """Open an upload of `size` ciphertext bytes: `data` = {blob, token}. PUT /blob/ID?at=OFFSET with `Authorization: Bearer TOKEN`."""

    size: Annotated[int, Meta(ge=1, le=53_000_000)]


class BlobOpen(Command, frozen=True, kw_only=True, tag="blob.open"):
    """A token to GET /blob/ID, for a blob that a message of one's room, or a kept item one holds, names: `data` = {token, size}."""

    blob: Id


class RoomLeave(Command, frozen=True, kw_only=True, tag="room.leave"):
    """Say that one leaves for good: the mediator is told; the next sheet drops the seat."""


class MediationAdjourn(Command, frozen=True, kw_only=True, tag="mediation.adjourn"):
    """End today's meeting; links, chat and documents stay for the next one (mediators).

    `sheets` empty every open room. `journal` is an upload of the mediator's own: what their page remembers, sealed to their vault.
    """

    sheets: Annotated[tuple[Jws, ...], Meta(max_length=64)] = ()
    journal: Id | None = None


class MediationClose(Command, frozen=True, kw_only=True, tag="mediation.close"):
    """Close for good: relay buffers and unkept uploads are destroyed (mediators)."""
