"""An office that is in no room: whose device speaks for the custodian's place, by the mediator, who saw who it is.

Everybody seals shares to the custodian's paper key, and nobody meets the custodian in a room: this statement is what they check it by.
"""

from client.keys.devices import Signer
from client.keys.encoding import Id, Key, Time
from client.keys.jws import SUITE, Payload, Signed, check, sign
from client.keys.membership import Charter
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import Devices


class Office(Payload, frozen=True, kw_only=True):
    """`office`: this device speaks for this custodian's place."""

    mediation: Id
    seat: Id
    dev: Key
    ts: Time


def make_office(signer: Signer, mediation: str, seat: str, dev: str, ts: int) -> Signed[Office]:
    """State it (mediator's device)."""
    return sign("office", Office(suite=SUITE, mediation=mediation, seat=seat, dev=dev, ts=ts), signer)


def check_office(untrusted: str, devices: Devices, charter: Charter) -> Signed[Office]:
    """The device of a custodian's place in this charter, stated by a certified device. A mediator's own device is no custodian's."""
    office = check("office", untrusted, devices, Office)
    place = charter.seat(office.body.seat)
    if office.body.mediation != charter.mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if place is None or place.role != "custodian":
        raise ObjectRefused(Reason.SEAT)
    if office.body.dev in devices:
        raise ObjectRefused(Reason.DEVICE)
    return office
