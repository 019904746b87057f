"""The invitation of a place: readable with its link while the mediator is away, and by nobody else."""

from typing import Annotated

from msgspec import Meta

from client.keys.agreement import Language
from client.keys.derive import open_aes, seal_aes
from client.keys.devices import Signer
from client.keys.encoding import (
    Hash,
    Hex256,
    Id,
    Label,
    OptionalId,
    Random,
    Revision,
    Text,
    Time,
    info,
    pad,
    random_bytes,
    unpad,
)
from client.keys.jws import Content, Payload, Signed, check, sign
from client.keys.membership import Role
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import Devices

STEP = 4096
Line = Annotated[str, Meta(max_length=300)]


class AgreementText(Content, frozen=True, kw_only=True):
    """The agreement in one language, whole."""

    text: Annotated[str, Meta(max_length=60_000)]


class Envelope(Payload, frozen=True, kw_only=True):
    """`envelope`: what a person reads before anything else. `texts` holds further labels by name (the side's label, say)."""

    mediation: Id
    seat: Id
    rev: Revision
    title: Line
    name: Line
    role: Role
    side: OptionalId
    mediator: Line
    starts: Time
    ends: Time
    zone: Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]*\Z")]
    agreement: Annotated[dict[Language, AgreementText], Meta(max_length=8)]
    agreement_sha256: Annotated[dict[Language, Hex256], Meta(max_length=8)]
    texts: Annotated[dict[Label, Text], Meta(max_length=32)]
    charter: Hash


def seal_envelope(signer: Signer, key: bytes, envelope: Envelope, random: Random = random_bytes) -> str:
    """Sign as a mediator's device and seal under the link's envelope key."""
    signed = sign("envelope", envelope, signer)
    return seal_aes(key, pad(signed.compact.encode(), STEP), _aad(envelope.mediation, envelope.seat), random)


def open_envelope(
    key: bytes, mediation: str, seat: str, devices: Devices, sealed: str, held_rev: int = 0
) -> Signed[Envelope]:
    """The invitation of this place by a certified device; not older than revision `held_rev`."""
    plain = unpad(open_aes(key, sealed, _aad(mediation, seat)), STEP)
    try:
        envelope = check("envelope", plain.decode("ascii"), devices, Envelope)
    except UnicodeDecodeError:
        raise ObjectRefused(Reason.MALFORMED) from None
    if envelope.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if envelope.body.seat != seat:
        raise ObjectRefused(Reason.SEAT)
    if envelope.body.rev < held_rev:
        raise ObjectRefused(Reason.REVISION)
    return envelope


def _aad(mediation: str, seat: str) -> bytes:
    return info("envelope-aad", mediation, seat)
