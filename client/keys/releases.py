"""What was said in one room enters another only with the release of the one who said it: signed, for named sides, revocable until passed on."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from client.keys.chat import Chat, PassedBody, body_of, check_chat
from client.keys.devices import Signer
from client.keys.encoding import Hash, Id, Revision, Time, hash_text
from client.keys.jws import Payload, Signed, check, sign
from client.keys.membership import Charter, Sheet, sides_present
from client.keys.refusals import ObjectRefused, Reason

PASSABLE = ("text", "document")
NO_LEDGER = hash_text("")


class Release(Payload, frozen=True, kw_only=True):
    """`release`: the message `ref` (`digest` = hash of its signed form) may be told to these sides; `given` False takes it back."""

    mediation: Id
    ref: Id
    digest: Hash
    seat: Id
    to: Annotated[tuple[Id, ...], Meta(max_length=16)]
    rev: Revision
    given: bool
    ts: Time


def make_release(signer: Signer, release: Release) -> Signed[Release]:
    """Say that it may be told, or take that back (the device of the one who said it)."""
    return sign("release", release, signer)


def check_release(
    untrusted: str, mediation: str, seat: str, dev: str, said: Signed[Chat], held: Signed[Release] | None = None
) -> Signed[Release]:
    """A release by the device that signed the message itself, newer than the one held."""
    release = check("release", untrusted, dev, Release)
    body = release.body
    if body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if body.seat != seat:
        raise ObjectRefused(Reason.SEAT)
    if (body.ref, body.digest) != (said.body.id, said.hash) or said.by != dev:
        raise ObjectRefused(Reason.COMMITMENT)
    if held is not None and body.rev <= held.body.rev:
        raise ObjectRefused(Reason.REVISION)
    return release


def check_passed(
    passed: PassedBody, charter: Charter, sheet: Sheet, held: Signed[Release] | None = None
) -> tuple[Signed[Chat], Signed[Release]]:
    """What a mediator passes on into the room of `sheet`: the words as they were signed, and the release that covers everybody here.

    `held` is the newest release of it that this device itself knows (of those who were in the room where it was said).
    """
    said = check_chat(passed.chat, charter.mediation, passed.dev)
    if said.body.kind not in PASSABLE:
        raise ObjectRefused(Reason.KIND)
    body_of(said.body)
    release = check_release(passed.release, charter.mediation, passed.seat, passed.dev, said)
    if held is not None and held.body.rev > release.body.rev:
        raise ObjectRefused(Reason.REVISION)
    may_tell(release, charter, sheet)
    return said, release


def may_tell(release: Signed[Release], charter: Charter, sheet: Sheet) -> None:
    """Refuse to tell where somebody would hear it whom the release does not name. Lawyers' rooms are never told, and never told of."""
    place = charter.seat(release.body.seat)
    if place is None:
        raise ObjectRefused(Reason.SEAT)
    here = sides_present(charter, (member.seat for member in sheet.members))
    if not release.body.given or sheet.kind == "counsel" or not here <= {*release.body.to, place.side}:
        raise ObjectRefused(Reason.RELEASE)


def ledger_head(statements: Iterable[str]) -> str:
    """One hash for all that was asked, released, taken back and passed on under one room key, in whatever order it was heard."""
    return hash_text("\n".join(sorted(statements)))
