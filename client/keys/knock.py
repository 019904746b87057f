"""Knocking: who stands at the door, sealed to the mediator's device and proven with the link's secret. The server learns a size."""

import hmac
from typing import Annotated

import msgspec
from msgspec import Meta

from client.keys.agreement import Agreement, check_agreement
from client.keys.devices import Opener
from client.keys.encoding import Compact, Key, Name, b64u, info
from client.keys.hpke_box import open_box, seal_box
from client.keys.jws import Content, Signed, decode_json
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import DevCert, Page, check_page

STEP = 2048


class _Inside(Content, frozen=True, kw_only=True):
    page: Compact
    agreement: Compact | None
    cannot_sign: bool
    names: Annotated[tuple[Name, ...], Meta(max_length=8)]
    words: Annotated[str, Meta(max_length=1000)]
    mac: Key


class Knock(msgspec.Struct, frozen=True, kw_only=True):
    """A checked knock: the device, what it signed, who is there, and a word to the mediator."""

    page: Signed[Page]
    agreement: Signed[Agreement] | None
    cannot_sign: bool
    names: tuple[str, ...]
    words: str


def _mac(join: bytes, page: str) -> str:
    return b64u(hmac.digest(join, page.encode("ascii"), "sha256"))


def seal_knock(devcert: Signed[DevCert], join: bytes, knock: Knock) -> str:
    """Seal to the mediator's device; `join` is the link's third key. The place is the one that the page statement names."""
    place = knock.page.body
    inside = _Inside(
        page=knock.page.compact,
        agreement=knock.agreement.compact if knock.agreement else None,
        cannot_sign=knock.cannot_sign,
        names=knock.names,
        words=knock.words,
        mac=_mac(join, knock.page.compact),
    )
    label = info("knock", place.mediation, place.seat, devcert.hash)
    return seal_box(devcert.body.dev.kem, label, msgspec.json.encode(inside), STEP)


def open_knock(opener: Opener, devcert_hash: str, mediation: str, seat: str, join: bytes, box: str) -> Knock:
    """A knock for this place by somebody who holds its link; its page and agreement are by one and the same device."""
    label = info("knock", mediation, seat, devcert_hash)
    inside = decode_json(open_box(opener, label, box, STEP), _Inside)
    if not hmac.compare_digest(_mac(join, inside.page), inside.mac):
        raise ObjectRefused(Reason.SIGNATURE)
    page = check_page(inside.page, mediation, seat)
    agreement = check_agreement(inside.agreement, mediation, seat, page.body.dev) if inside.agreement else None
    return Knock(page=page, agreement=agreement, cannot_sign=inside.cannot_sign, names=inside.names, words=inside.words)
