"""The paper key: what a person keeps for years so that their yes can be asked for; and the statements made with and about it."""

import re
from typing import Literal

import msgspec

from client.keys.derive import hkdf
from client.keys.devices import Signer, SoftOpener, SoftSigner, usable_kem
from client.keys.encoding import Hash, Id, Key, Random, Time, b64u, info, random_bytes, unb64u
from client.keys.jws import SUITE, Payload, Signed, check, sign
from client.keys.refusals import ObjectRefused, Reason
from client.keys.words import WordsRefused, from_words, to_words

SEED_BYTES = 32
_QR = re.compile(r"incamera:hold:1:([A-Za-z0-9_-]{43})\Z")


class Holder(Payload, frozen=True, kw_only=True):
    """`holder`: the public keys of a place's paper key, by the place's device; `tested`: the person typed or scanned it once."""

    mediation: Id
    seat: Id
    kem: Key
    sig: Key
    tested: bool
    ts: Time


class Keep(Payload, frozen=True, kw_only=True):
    """`keep`: a place agrees that the message with this digest is kept locked; `settlement`: and that it is the signed settlement."""

    mediation: Id
    ref: Id
    digest: Hash
    decision: Literal["yes", "settlement"]
    ts: Time


class HoldKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The two keys of a paper key for one place: `kem` opens shares, `sig` signs consents."""

    kem: SoftOpener
    sig: SoftSigner


def new_seed(random: Random = random_bytes) -> bytes:
    """A paper key: 256 random bits."""
    return random(SEED_BYTES)


def seed_words(seed: bytes) -> list[str]:
    """Sixteen words and a check word."""
    return to_words(seed)


def seed_qr(seed: bytes) -> str:
    """The text of the QR code."""
    return f"incamera:hold:1:{b64u(seed)}"


def parse_seed(untrusted: str) -> bytes:
    """The paper key from its words or from its QR text; WordsRefused otherwise."""
    match = _QR.match(untrusted.strip())
    if match is None:
        return from_words(untrusted, SEED_BYTES)
    try:
        return unb64u(match[1], SEED_BYTES)
    except ObjectRefused:
        raise WordsRefused from None


def hold_keys(seed: bytes, mediation: str, seat: str) -> HoldKeys:
    """The keys of this place; another mediation has others."""
    return HoldKeys(
        kem=SoftOpener(hkdf(seed, info("hold-kem", mediation, seat))),
        sig=SoftSigner(hkdf(seed, info("hold-sig", mediation, seat))),
    )


def make_holder(signer: Signer, mediation: str, seat: str, keys: HoldKeys, tested: bool, ts: int) -> Signed[Holder]:
    """State the public keys (place's device)."""
    body = Holder(
        suite=SUITE, mediation=mediation, seat=seat, kem=keys.kem.public, sig=keys.sig.public, tested=tested, ts=ts
    )
    return sign("holder", body, signer)


def check_holder(untrusted: str, mediation: str, seat: str, dev: str) -> Signed[Holder]:
    """The paper key of this place, stated by its device."""
    holder = check("holder", untrusted, dev, Holder)
    if holder.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if holder.body.seat != seat:
        raise ObjectRefused(Reason.SEAT)
    if not usable_kem(holder.body.kem):
        raise ObjectRefused(Reason.MALFORMED)
    return holder


def make_keep(signer: Signer, mediation: str, ref: str, digest: str, ts: int, settlement: bool = False) -> Signed[Keep]:
    """Agree to keep one message (place's device)."""
    said: Literal["yes", "settlement"] = "settlement" if settlement else "yes"
    return sign("keep", Keep(suite=SUITE, mediation=mediation, ref=ref, digest=digest, decision=said, ts=ts), signer)


def check_keep(
    untrusted: str, mediation: str, ref: str, digest: str, dev: str, settlement: bool = False
) -> Signed[Keep]:
    """The agreement of this device to keep exactly this message, and (`settlement`) that it is the signed settlement."""
    keep = check("keep", untrusted, dev, Keep)
    if keep.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if keep.body.ref != ref or keep.body.digest != digest:
        raise ObjectRefused(Reason.COMMITMENT)
    if (keep.body.decision == "settlement") != settlement:
        raise ObjectRefused(Reason.KIND)
    return keep
