"""The agreement and the pledge, signed by a place's own device before it is let in."""

from typing import Annotated

from msgspec import Meta

from client.keys.devices import Signer
from client.keys.encoding import Hash, Hex256, Id, Key, Name, Time
from client.keys.jws import Payload, Signed, check, sign, unverified
from client.keys.refusals import ObjectRefused, Reason

Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?\Z")]


class Agreement(Payload, frozen=True, kw_only=True):
    """`agreement`: `text` is the SHA-256 (hex) of what was read, in `language`; the two pledges are said one by one.

    It holds for one meeting (`meeting` counts from 1) and for the people in `names`: who comes in later is signed for anew.
    """

    mediation: Id
    seat: Id
    dev: Key
    meeting: Annotated[int, Meta(ge=1, le=9999)]
    text: Hex256
    policy: Hash
    language: Language
    names: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=8)]
    alone: bool
    no_recording: bool
    ts: Time


def make_agreement(signer: Signer, agreement: Agreement) -> Signed[Agreement]:
    """Sign as a place."""
    return sign("agreement", agreement, signer)


def check_agreement(untrusted: str, mediation: str, seat: str, dev: str) -> Signed[Agreement]:
    """The agreement of this place by this device."""
    if unverified("agreement", untrusted, Agreement).dev != dev:
        raise ObjectRefused(Reason.DEVICE)
    agreement = check("agreement", untrusted, dev, Agreement)
    if agreement.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if agreement.body.seat != seat:
        raise ObjectRefused(Reason.SEAT)
    return agreement
