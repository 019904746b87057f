"""Room keys: the keeper hands a fresh key to exactly those who are on the sheet and here; a box too many is a ghost and refused."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from client.keys.derive import hkdf
from client.keys.devices import Opener, Signer
from client.keys.encoding import (
    Box,
    Compact,
    Epoch,
    Hash,
    Id,
    Key,
    Random,
    b64u,
    compact_json,
    hash_bytes,
    info,
    random_bytes,
    unb64u,
)
from client.keys.hpke_box import open_box, seal_box
from client.keys.jws import SUITE, Content, Payload, Signed, check, decode_json, sign, unverified
from client.keys.membership import MAX_SEATS, Sheet
from client.keys.refusals import ObjectRefused, Reason

STEP = 1024


class GrantBox(Content, frozen=True, kw_only=True):
    """The room key sealed to one member's page key."""

    to: Key
    box: Box


class Grant(Payload, frozen=True, kw_only=True):
    """`grant`: a fresh room key for the members present, by a keeper's device."""

    mediation: Id
    room: Id
    sheet: Hash
    epoch: Epoch
    by: Id
    boxes: Annotated[dict[Id, GrantBox], Meta(min_length=1, max_length=MAX_SEATS)]


class _Inside(Content, frozen=True, kw_only=True):
    key: Key
    cards: Annotated[tuple[Compact, ...], Meta(max_length=MAX_SEATS)]


class RoomKey(msgspec.Struct, frozen=True, kw_only=True):
    """A room key of one epoch, and the name cards that came with it (not yet checked: `check_card`)."""

    mediation: str
    room: str
    epoch: int
    key: bytes
    cards: tuple[str, ...] = ()


def new_room_key(mediation: str, room: str, epoch: int, random: Random = random_bytes) -> RoomKey:
    """32 fresh bytes."""
    return RoomKey(mediation=mediation, room=room, epoch=epoch, key=random(32))


def keeper_of(sheet: Sheet, present: Iterable[str]) -> str | None:
    """Whose turn it is to hand out keys: the first keeper who is connected."""
    here = set(present)
    return next((seat for seat in sheet.keepers if seat in here), None)


def make_grant(
    signer: Signer,
    sheet: Signed[Sheet],
    by: str,
    room_key: RoomKey,
    present: Mapping[str, str],
    cards: Iterable[str] = (),
) -> Signed[Grant]:
    """Seal `room_key` to every member present (place -> page key, the keeper's own included)."""
    held = sheet.body
    if any(held.member(seat) is None for seat in present):
        raise ObjectRefused(Reason.GHOST)
    inside = compact_json({"key": b64u(room_key.key), "cards": list(cards)})
    boxes = {
        member.seat: GrantBox(
            to=present[member.seat],
            box=seal_box(present[member.seat], _info(held, sheet.hash, room_key.epoch, member.seat), inside, STEP),
        )
        for member in held.members
        if member.seat in present
    }
    body = Grant(
        suite=SUITE,
        mediation=held.mediation,
        room=held.room,
        sheet=sheet.hash,
        epoch=room_key.epoch,
        by=by,
        boxes=boxes,
    )
    return sign("grant", body, signer)


def check_grant(untrusted: str, sheet: Signed[Sheet], present: Mapping[str, str], seen: int) -> Signed[Grant]:
    """A grant for this very sheet by one of its keepers, newer than epoch `seen`, boxed to exactly the members present.

    `present` maps the place of every member announced present (oneself included) to the page key whose statement was checked.
    """
    claimed = unverified("grant", untrusted, Grant)
    keeper = sheet.body.member(claimed.by)
    if keeper is None or claimed.by not in sheet.body.keepers:
        raise ObjectRefused(Reason.KEEPER)
    grant = check("grant", untrusted, keeper.dev, Grant)
    body = grant.body
    if body.mediation != sheet.body.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.room != sheet.body.room:
        raise ObjectRefused(Reason.ROOM)
    if body.sheet != sheet.hash:
        raise ObjectRefused(Reason.CHAIN)
    if body.epoch <= seen:
        raise ObjectRefused(Reason.EPOCH)
    expected = {seat: kem for seat, kem in present.items() if sheet.body.member(seat) is not None}
    if {seat: box.to for seat, box in body.boxes.items()} != expected:
        raise ObjectRefused(Reason.GHOST)
    return grant


def open_grant(grant: Signed[Grant], seat: str, page: Opener) -> RoomKey:
    """The room key, from one's own box."""
    body = grant.body
    mine = body.boxes.get(seat)
    if mine is None or mine.to != page.public:
        raise ObjectRefused(Reason.GHOST)
    label = info("roomkey", body.mediation, body.room, body.sheet, body.epoch, seat)
    inside = decode_json(open_box(page, label, mine.box, STEP), _Inside)
    return RoomKey(
        mediation=body.mediation, room=body.room, epoch=body.epoch, key=unb64u(inside.key, 32), cards=inside.cards
    )


def room_code(room_key: RoomKey) -> str:
    """Six digits to read aloud: equal for those who hold the same key."""
    derived = hkdf(room_key.key, info("code", room_key.mediation, room_key.room, room_key.epoch), length=8)
    return f"{int.from_bytes(derived, 'big') % 1_000_000:06d}"


def frame_key(room_key: RoomKey, dev: str, page_kem: str) -> bytes:
    """A sender's SFrame base key (16 bytes), bound to the device and to the page load that sends."""
    label = info("sframe", room_key.mediation, room_key.room, room_key.epoch, dev, hash_bytes(unb64u(page_kem, 32)))
    return hkdf(room_key.key, label, length=16)


def _info(sheet: Sheet, sheet_hash: str, epoch: int, seat: str) -> bytes:
    return info("roomkey", sheet.mediation, sheet.room, sheet_hash, epoch, seat)
