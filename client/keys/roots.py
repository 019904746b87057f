"""The mediator's root certifies devices and nothing else; each page load states its own key, signed by its device."""

from collections.abc import Iterable, Mapping

from client.keys.devices import Signer, usable_kem
from client.keys.encoding import Build, Id, Key, OptionalId, Revision, Time, hash_bytes, unb64u
from client.keys.jws import SUITE, Content, Payload, Signed, check, sign, unverified
from client.keys.refusals import ObjectRefused, Reason


class DeviceKeys(Content, frozen=True, kw_only=True):
    """A mediator's device: its name, the key it signs with, and the key that knocks are sealed to."""

    id: Id
    sig: Key
    kem: Key


class DevCert(Payload, frozen=True, kw_only=True):
    """`devcert`: this device acts for the mediator from `nbf` to `exp`. A link names the lowest `rev` that it accepts."""

    root: Key
    dev: DeviceKeys
    nbf: Time
    exp: Time
    rev: Revision


class Page(Payload, frozen=True, kw_only=True):
    """`page`: the answer to the server's challenge, and the statement of this page load's X25519 key. Desk: empty mediation and seat."""

    mediation: OptionalId
    seat: OptionalId
    dev: Key
    kem: Key
    nonce: Key
    ts: Time
    build: Build


Devices = Mapping[str, Signed[DevCert]]
"""Certified devices by their signing key."""


def fingerprint(root: str) -> str:
    """What a link carries of the root: b64u(SHA-256(public key))."""
    return hash_bytes(unb64u(root, 32))


def make_devcert(root: Signer, dev: DeviceKeys, nbf: int, exp: int, rev: int) -> Signed[DevCert]:
    """Certify a device (needs the root key)."""
    return sign("devcert", DevCert(suite=SUITE, root=root.public, dev=dev, nbf=nbf, exp=exp, rev=rev), root)


def check_devcert(untrusted: str, root_fingerprint: str, minrev: int, now: int) -> Signed[DevCert]:
    """A certificate by the root with this fingerprint, in force, and not older than the link allows."""
    cert = check("devcert", untrusted, unverified("devcert", untrusted, DevCert).root, DevCert)
    if fingerprint(cert.body.root) != root_fingerprint:
        raise ObjectRefused(Reason.ROOT)
    if cert.body.rev < minrev:
        raise ObjectRefused(Reason.REVISION)
    if now < cert.body.nbf:
        raise ObjectRefused(Reason.EARLY)
    if now >= cert.body.exp:
        raise ObjectRefused(Reason.EXPIRED)
    return cert


def check_devices(untrusted: Iterable[str], root_fingerprint: str, minrev: int, now: int) -> dict[str, Signed[DevCert]]:
    """All certificates that hold, by signing key. The others are left out; none at all is refused."""
    devices: dict[str, Signed[DevCert]] = {}
    refused = ObjectRefused(Reason.SIGNATURE)
    for compact in untrusted:
        try:
            cert = check_devcert(compact, root_fingerprint, minrev, now)
        except ObjectRefused as error:
            refused = error
        else:
            devices[cert.body.dev.sig] = cert
    if not devices:
        raise refused
    return devices


def make_page(
    signer: Signer, mediation: str, seat: str, kem: str, nonce: str, ts: int, build: str = ""
) -> Signed[Page]:
    """State this page load's key. `build` is the hash of the running program, empty where it is not known."""
    body = Page(
        suite=SUITE, mediation=mediation, seat=seat, dev=signer.public, kem=kem, nonce=nonce, ts=ts, build=build
    )
    return sign("page", body, signer)


def check_page(
    untrusted: str, mediation: str, seat: str, dev: str | None = None, nonce: str | None = None
) -> Signed[Page]:
    """A page statement for this place; `dev` is the device it must come from (None: not known yet), `nonce` the challenge it answers."""
    page = check("page", untrusted, unverified("page", untrusted, Page).dev, Page)
    if page.body.mediation != mediation:
        raise ObjectRefused(Reason.MEDIATION)
    if page.body.seat != seat:
        raise ObjectRefused(Reason.SEAT)
    if dev is not None and page.body.dev != dev:
        raise ObjectRefused(Reason.DEVICE)
    if nonce is not None and page.body.nonce != nonce:
        raise ObjectRefused(Reason.CHAIN)
    if not usable_kem(page.body.kem):
        raise ObjectRefused(Reason.MALFORMED)
    return page
