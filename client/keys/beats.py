"""Signs of life: a counter signed by the mediator's device every two seconds. Withholding one can silence a room and do nothing more."""

from typing import Annotated

from msgspec import Meta

from client.keys.devices import Signer
from client.keys.encoding import Id, Time
from client.keys.jws import SUITE, Payload, Signed, check, sign
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import Devices

EVERY_SECONDS = 2.0
SILENT_AFTER = 5.0


class Beat(Payload, frozen=True, kw_only=True):
    """`beat`: this device is alive; `n` rises with each."""

    mediation: Id
    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    ts: Time


def make_beat(signer: Signer, mediation: str, n: int, ts: int) -> Signed[Beat]:
    """Sign the next beat (mediator's device)."""
    return sign("beat", Beat(suite=SUITE, mediation=mediation, n=n, ts=ts), signer)


def check_beat(untrusted: str, devices: Devices, mediation: str, last: int) -> Signed[Beat]:
    """A beat of a certified device of this mediation, newer than number `last`."""
    beat = check("beat", untrusted, devices, Beat)
    if beat.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if beat.body.n <= last:
        raise ObjectRefused(Reason.EPOCH)
    return beat
