"""Notes from device to device: signed inside, sealed outside, padded. The server sees that one was sent."""

from typing import Annotated

import msgspec
from msgspec import Meta

from client.keys.devices import Opener, Signer
from client.keys.encoding import Id, Label, Time, Word, info
from client.keys.hpke_box import open_box, seal_box
from client.keys.jws import Payload, Signed, check, sign
from client.keys.refusals import ObjectRefused, Reason

STEP = 4096  # one size for every note: an agreed signal looks like any word to the mediator
Value = str | int | bool | None | list[str]


class Note(Payload, frozen=True, kw_only=True):
    """`note`: `kind` says what `body` holds; `id` lets the receiver notice a repetition."""

    mediation: Id
    sender: Id = msgspec.field(name="from")
    to: Id
    id: Id
    kind: Word
    body: Annotated[dict[Label, Value], Meta(max_length=32)]
    ts: Time


def seal_note(signer: Signer, page_kem: str, note: Note) -> str:
    """Sign, and seal to the receiver's page key."""
    signed = sign("note", note, signer)
    return seal_box(page_kem, info("note", note.mediation, note.sender, note.to), signed.compact.encode(), STEP)


def open_note(opener: Opener, mediation: str, sender: str, to: str, dev: str, box: str) -> Signed[Note]:
    """A note from this sender's device to us. Whether its `id` was seen before is for the caller to know."""
    plain = open_box(opener, info("note", mediation, sender, to), box, STEP)
    try:
        note = check("note", plain.decode("ascii"), dev, Note)
    except UnicodeDecodeError:
        raise ObjectRefused(Reason.MALFORMED) from None
    if note.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if note.body.sender != sender or note.body.to != to:
        raise ObjectRefused(Reason.SEAT)
    return note
