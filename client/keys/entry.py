"""Coming into a room where people may be talking: somebody inside answers the knock, or the entry is announced and counted down.

There is no third way in. Each member checks it for themselves: a sheet that lets somebody in without one of the two is refused.
"""

from collections.abc import Callable, Iterable
from typing import Annotated

from msgspec import Meta, Struct

from client.keys.devices import Signer
from client.keys.encoding import Hash, Id, OptionalHash, Time
from client.keys.jws import Payload, Signed, check, sign, unverified
from client.keys.membership import MEDIATORS, Member, Sheet
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import Devices

UNANSWERED_SECONDS = 20.0
COUNTDOWN_SECONDS = 10.0
COUNTED_SECONDS = 9.0  # what a member's own clock must have seen of the countdown: lines differ by less than a second
MAX_WHO = 16


class Ring(Payload, frozen=True, kw_only=True):
    """`ring`: these people ask to come in; `id` is fresh each time. `announced` is empty, or the hash of the unanswered ring after which they come in announced."""

    mediation: Id
    id: Id
    room: Id
    sheet: Hash
    who: Annotated[tuple[Member, ...], Meta(min_length=1, max_length=MAX_WHO)]
    announced: OptionalHash
    ts: Time


class Answer(Payload, frozen=True, kw_only=True):
    """`answer`: somebody inside says: come in. "Not now" needs no signature."""

    mediation: Id
    room: Id
    sheet: Hash
    ring: Hash
    seat: Id
    ts: Time


class Proof(Struct, frozen=True, kw_only=True):
    """What came with a sheet: a ring, and its answer or None. Not yet checked."""

    ring: str
    answer: str | None = None


def behind_a_door(sheet: Sheet) -> bool:
    """Whether this room is entered by knocking: people are in it, and no mediator."""
    alone = sheet.kind == "waiting" and len(sheet.members) < 2
    mediated = any(member.role in MEDIATORS for member in sheet.members)
    return sheet.kind != "joint" and bool(sheet.members) and not alone and not mediated


def newcomers(held: Sheet, new: Sheet, devices: Devices) -> tuple[Member, ...]:
    """Who comes in with `new`: a place that was not inside, or a mediator's device that was not."""
    seats, devs = {member.seat for member in held.members}, {member.dev for member in held.members}
    return tuple(
        member
        for member in new.members
        if member.seat not in seats or (member.dev not in devs and member.dev in devices)
    )


def make_ring(signer: Signer, ring: Ring) -> Signed[Ring]:
    """Knock (mediator's device)."""
    return sign("ring", ring, signer)


def check_ring(untrusted: str, sheet: Signed[Sheet], devices: Devices) -> Signed[Ring]:
    """A knock by a certified device at the room of this very sheet."""
    ring = check("ring", untrusted, devices, Ring)
    body, room = ring.body, sheet.body
    if body.mediation != room.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.room != room.room:
        raise ObjectRefused(Reason.ROOM)
    if body.sheet != sheet.hash:
        raise ObjectRefused(Reason.CHAIN)
    inside = {member.seat for member in room.members}
    coming = {member.seat for member in body.who}
    if not behind_a_door(room) or inside & coming or len(coming) != len(body.who):
        raise ObjectRefused(Reason.ENTRY)
    if room.kind == "counsel" and (body.announced or any(member.role in MEDIATORS for member in body.who)):
        raise ObjectRefused(Reason.COUNSEL)
    return ring


def make_answer(signer: Signer, ring: Signed[Ring], seat: str, ts: int) -> Signed[Answer]:
    """Let them in (a member's device)."""
    body = ring.body
    answer = Answer(
        suite=body.suite,
        mediation=body.mediation,
        room=body.room,
        sheet=body.sheet,
        ring=ring.hash,
        seat=seat,
        ts=ts,
    )
    return sign("answer", answer, signer)


def check_answer(untrusted: str, ring: Signed[Ring], sheet: Signed[Sheet]) -> Signed[Answer]:
    """An answer to this ring by a member of the room it rang at."""
    member = sheet.body.member(unverified("answer", untrusted, Answer).seat)
    if member is None:
        raise ObjectRefused(Reason.SEAT)
    answer = check("answer", untrusted, member.dev, Answer)
    body = answer.body
    if (body.mediation, body.room) != (ring.body.mediation, ring.body.room):
        raise ObjectRefused(Reason.ROOM)
    if (body.ring, body.sheet) != (ring.hash, sheet.hash):
        raise ObjectRefused(Reason.CHAIN)
    return answer


def check_entry(
    new: Signed[Sheet],
    held: Signed[Sheet],
    devices: Devices,
    proofs: Iterable[Proof],
    counted: Callable[[Signed[Ring]], bool],
) -> None:
    """Refuse `new` unless everybody who comes in was answered, or announced and `counted` down, or is brought by somebody inside."""
    coming = newcomers(held.body, new.body, devices)
    if not coming or not behind_a_door(held.body) or any(new.by == member.dev for member in held.body.members):
        return
    allowed: set[tuple[str, str]] = set()
    for proof in proofs:
        ring = check_ring(proof.ring, held, devices)
        if proof.answer is not None:
            check_answer(proof.answer, ring, held)
        elif not ring.body.announced or not counted(ring):
            raise ObjectRefused(Reason.ENTRY)
        allowed |= {(member.seat, member.dev) for member in ring.body.who}
    if any((member.seat, member.dev) not in allowed for member in coming):
        raise ObjectRefused(Reason.ENTRY)
