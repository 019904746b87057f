"""The link of a place. Everything secret is in the fragment, which browsers never send; a slip of the mouse is found and named."""

import re
from enum import StrEnum

import msgspec

from client.keys.derive import hkdf
from client.keys.encoding import Random, b64u, hash_bytes, hash_text, info, random_bytes, unb64u
from client.keys.refusals import ObjectRefused

VERSION = "1"
_PARTS = re.compile(r"[A-Za-z0-9._-]+\Z")
_ID = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]\Z")
_KEY = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")
_REV = re.compile(r"[1-9][0-9]{0,8}\Z")
MAX_LINK = 2000
_AROUND = ".,;:!?)>]}\"'"  # what a sentence or a mail program may put behind a link


class LinkFault(StrEnum):
    """How a link is broken, for the sentence that the person reads."""

    EMPTY = "empty"  # nothing after the #
    CUT = "cut"  # parts are missing: copy all of it
    MISTYPED = "mistyped"  # a character is wrong
    VERSION = "version"  # made by another version of In Camera


class LinkRefused(Exception):
    """The link can't be used; `fault` says why."""

    def __init__(self, fault: LinkFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What the fragment of a link says. `secret` is 32 bytes that only the mediator and this place know."""

    mediation: str
    seat: str
    fingerprint: str
    secret: bytes
    minrev: int


class LinkKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The three keys of a link: `access` is shown to the server, `envelope` opens the invitation, `join` proves it to the mediator."""

    access: bytes
    envelope: bytes
    join: bytes

    @property
    def access_text(self) -> str:
        """What `authenticate` carries."""
        return b64u(self.access)

    @property
    def access_hash(self) -> str:
        """What the server stores: b64u(SHA-256(access))."""
        return hash_bytes(self.access)


def _checksum(before: str) -> str:
    return hash_text("incamera/1 link " + before)[:6]


def new_link(mediation: str, seat: str, root_fingerprint: str, minrev: int = 1, random: Random = random_bytes) -> Link:
    """A link with a fresh secret."""
    return Link(mediation=mediation, seat=seat, fingerprint=root_fingerprint, secret=random(32), minrev=minrev)


def make_link(origin: str, link: Link) -> str:
    """The text to send. `origin` is the page's address without a path, e.g. as the browser shows it."""
    parts = [VERSION, link.mediation, link.seat, link.fingerprint, b64u(link.secret), str(link.minrev)]
    before = ".".join(parts)
    return f"{origin}/j#{before}.{_checksum(before)}"


def parse_link(untrusted: str) -> Link:
    """The link in an address or in a bare fragment; LinkRefused says in which of four ways it is broken."""
    if len(untrusted) > MAX_LINK:
        raise LinkRefused(LinkFault.MISTYPED)
    fragment = untrusted.strip().rstrip(_AROUND).rpartition("#")[2]
    if not fragment or ("#" not in untrusted and "/" in untrusted):
        raise LinkRefused(LinkFault.EMPTY)
    parts = fragment.split(".")
    if parts[0] != VERSION and re.fullmatch(r"[0-9]{1,3}", parts[0]):
        raise LinkRefused(LinkFault.VERSION)
    if len(parts) < 7:
        raise LinkRefused(LinkFault.CUT)
    if not _PARTS.match(fragment) or len(parts) > 7 or parts[0] != VERSION:
        raise LinkRefused(LinkFault.MISTYPED)
    _, mediation, seat, mark, secret, minrev, checksum = parts
    before = fragment.rpartition(".")[0]
    if len(checksum) < 6:
        raise LinkRefused(LinkFault.CUT)
    if checksum != _checksum(before):
        raise LinkRefused(LinkFault.MISTYPED)
    if not (_ID.match(mediation) and _ID.match(seat) and _KEY.match(mark) and _REV.match(minrev)):
        raise LinkRefused(LinkFault.MISTYPED)
    try:
        return Link(mediation=mediation, seat=seat, fingerprint=mark, secret=unb64u(secret, 32), minrev=int(minrev))
    except ObjectRefused:
        raise LinkRefused(LinkFault.MISTYPED) from None


def link_keys(link: Link) -> LinkKeys:
    """The three keys, bound to the mediation and the place."""
    access, envelope, join = (
        hkdf(link.secret, info(label, link.mediation, link.seat)) for label in ("access", "envelope", "join")
    )
    return LinkKeys(access=access, envelope=envelope, join=join)
