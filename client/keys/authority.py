"""What stands in for people's yes: an authority entered by one person and checked by another, both with their paper keys.

The same two statements, `act` and `second`, place and lift a hold on destruction, and destroy. What a paper says in words is
sealed to those who may know; the operator sees its kind, the items and people it is about, and its dates.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from client.keys.devices import Opener, Signer
from client.keys.encoding import (
    Hash,
    Id,
    Key,
    OptionalHash,
    OptionalWord,
    Time,
    hash_bytes,
    info,
    unb64u,
)
from client.keys.hpke_box import open_box, seal_box
from client.keys.jws import Content, Payload, Signed, check, decode_json, sign
from client.keys.refusals import ObjectRefused, Reason

DETAILS_STEP = 1024
MAX_ITEMS = 100


class Authority(Payload, frozen=True, kw_only=True):
    """`authority`: a paper that somebody enters. `items` are the passages that it is for, `accused` the places complained of.

    `until` is the day after which it counts no more (of a demand: its return date). `details` is the hash of its words.
    """

    mediation: Id
    id: Id
    kind: Literal["subpoena", "order", "leave", "duty", "claim", "agreement"]
    ground: OptionalWord
    items: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_ITEMS)]
    accused: Annotated[tuple[Id, ...], Meta(max_length=16)]
    recipient: OptionalWord
    seat: Id
    until: Time
    details: Hash
    ts: Time


class Details(Content, frozen=True, kw_only=True):
    """What the paper says: who made it, its number, its words or the clause relied on, the hash of the file (or empty)."""

    by: Annotated[str, Meta(max_length=300)]
    reference: Annotated[str, Meta(max_length=300)]
    words: Annotated[str, Meta(max_length=4000)]
    file_sha256: OptionalHash
    salt: Key


class Act(Payload, frozen=True, kw_only=True):
    """`act`: somebody wants a hold placed, lifted or looked at again, or the record destroyed, or (`erase`) their own words."""

    mediation: Id
    id: Id
    act: Literal["hold", "lift", "review", "destroy", "erase"]
    reason: OptionalWord
    items: Annotated[tuple[Id, ...], Meta(max_length=MAX_ITEMS)]
    seat: Id
    ts: Time


class Second(Payload, frozen=True, kw_only=True):
    """`second`: another person has looked at the statement with this hash and agrees."""

    mediation: Id
    of: Hash
    kind: Literal["authority", "act"]
    seat: Id
    ts: Time


def make_authority(signer: Signer, authority: Authority) -> Signed[Authority]:
    """Enter a paper (paper key)."""
    return sign("authority", authority, signer)


def check_authority(untrusted: str, mediation: str, seat: str, hold_sig: str) -> Signed[Authority]:
    """A paper entered by the person at this place."""
    made = check("authority", untrusted, hold_sig, Authority)
    _same(made.body.mediation, made.body.seat, mediation, seat)
    if len(set(made.body.items)) != len(made.body.items) or len(set(made.body.accused)) != len(made.body.accused):
        raise ObjectRefused(Reason.MALFORMED)
    return made


def make_act(signer: Signer, act: Act) -> Signed[Act]:
    """Ask for it (paper key)."""
    return sign("act", act, signer)


def check_act(untrusted: str, mediation: str, seat: str, hold_sig: str) -> Signed[Act]:
    """What the person at this place wants done."""
    made = check("act", untrusted, hold_sig, Act)
    _same(made.body.mediation, made.body.seat, mediation, seat)
    return made


def make_second(signer: Signer, second: Second) -> Signed[Second]:
    """Agree to another's statement (paper key)."""
    return sign("second", second, signer)


def check_second(untrusted: str, mediation: str, seat: str, hold_sig: str) -> Signed[Second]:
    """The agreement of the person at this place; whether it is somebody else's statement is for the caller to see."""
    made = check("second", untrusted, hold_sig, Second)
    _same(made.body.mediation, made.body.seat, mediation, seat)
    return made


def details_hash(details: Details) -> str:
    """What an authority carries of its words."""
    return hash_bytes(unb64u(details.salt, 32) + msgspec.json.encode(details))


def seal_details(kem: str, mediation: str, authority: str, seat: str, details: Details) -> str:
    """The words for one person's paper key. `authority` is the paper's id."""
    return seal_box(kem, info("details", mediation, authority, seat), msgspec.json.encode(details), DETAILS_STEP)


def open_details(opener: Opener, authority: Signed[Authority], seat: str, box: str) -> Details:
    """The words, if they are the ones that the paper was entered with."""
    body = authority.body
    plain = open_box(opener, info("details", body.mediation, body.id, seat), box, DETAILS_STEP)
    details = decode_json(plain, Details)
    if details_hash(details) != body.details:
        raise ObjectRefused(Reason.COMMITMENT)
    return details


def _same(mediation: str, seat: str, wanted: str, at: str) -> None:
    if mediation != wanted:
        raise ObjectRefused(Reason.MEDIATION)
    if seat != at:
        raise ObjectRefused(Reason.SEAT)
