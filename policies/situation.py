"""What a decision is about: people, rooms, items, requests, as facts with ids only. No name, title or text ever enters here."""

import msgspec

from policies.words import (
    Authority,
    Ground,
    HoldReason,
    ItemClass,
    KeptClass,
    Recipient,
    Role,
    RoomKind,
    State,
    capacity,
)

NOBODY: frozenset[str] = frozenset()


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """Facts for one decision."""


class Person(Situation, frozen=True, kw_only=True):
    """One place in a mediation, in one capacity. `kept_apart` names the places this person must never meet."""

    id: str
    role: Role
    side: str = ""
    signed: bool = True
    removed: bool = False
    kept_apart: frozenset[str] = NOBODY


class Gate(Situation, frozen=True, kw_only=True):
    """The service acting by itself on the agreed day."""


class Mediation(Situation, frozen=True, kw_only=True):
    """One mediation: its regime, its places, and the reasons that everybody accepted on joining."""

    id: str
    regime: str
    state: State = "open"
    seats: tuple[Person, ...]
    grounds_on: frozenset[Ground] = frozenset({"waiver"})

    def in_capacity(self, kind: str) -> frozenset[str]:
        """The ids of the places in one capacity: party, mediator, nonparty or office."""
        return frozenset(seat.id for seat in self.seats if capacity(seat.role) == kind)

    def with_role(self, *roles: Role) -> frozenset[str]:
        """The ids of the places with one of these roles."""
        return frozenset(seat.id for seat in self.seats if seat.role in roles)


class Room(Situation, frozen=True, kw_only=True):
    """A room; for join, admit and move as it would be afterwards."""

    id: str
    kind: RoomKind
    members: frozenset[str]
    locked: bool = False
    recording_consents: frozenset[str] = NOBODY


class Item(Situation, frozen=True, kw_only=True):
    """A message or document in a room. `released_into` names the rooms for which its discloser has released it."""

    id: str
    room: Room
    author: str
    kind: ItemClass = "message"
    withdrawn: bool = False
    released_into: frozenset[str] = NOBODY


class Kept(Situation, frozen=True, kw_only=True):
    """One class of what is kept of a mediation, or one sealed item with its authors. Times are seconds since 1970."""

    id: str
    kind: KeptClass
    retain_until: int
    on_hold: bool = False
    open_requests: bool = False
    authors: frozenset[str] = NOBODY


class Request(Situation, frozen=True, kw_only=True):
    """A request to let something out. The caller has checked signatures, expiry and revocation of every waiver.

    `digest` covers the exact passages in order, profile, recipient, purpose, ground and expiry.
    """

    id: str
    ground: Ground
    digest: str
    recipient: Recipient
    profile: str
    item_classes: frozenset[ItemClass]
    makers: frozenset[str]
    created: int
    expires: int
    waivers: frozenset[str] = NOBODY
    last_waiver_at: int = 0
    shortened: frozenset[str] = NOBODY
    objections: frozenset[str] = NOBODY
    approvals: frozenset[str] = NOBODY
    accused: frozenset[str] = NOBODY
    authority: Authority = "none"
    authority_digest: str = ""
    notified: frozenset[str] = NOBODY
    notified_at: int = 0
    withdrawn: bool = False
    releasing: bool = False


class Circumstances(Situation, frozen=True, kw_only=True):
    """In which mediation it happens; each action adds what it needs."""

    mediation: Mediation


class Plain(Circumstances, frozen=True, kw_only=True):
    """Nothing more: join, see, read, record, propose, erase."""


class Placing(Circumstances, frozen=True, kw_only=True):
    """Admit or move: whom."""

    who: str


class Into(Circumstances, frozen=True, kw_only=True):
    """Share or pass on: into which room."""

    into: Room


class Consenting(Circumstances, frozen=True, kw_only=True):
    """Consent: for which place, to which digest, with which digest on the screen, when."""

    seat: str
    digest: str
    shown: str
    now: int


class Revoking(Circumstances, frozen=True, kw_only=True):
    """Revoke: for which place."""

    seat: str


class Releasing(Circumstances, frozen=True, kw_only=True):
    """Disclose: the bytes that are ready to go, and to whom."""

    now: int
    recipient: Recipient
    bundle_digest: str
    profile: str
    redaction_verified: bool


class Holding(Circumstances, frozen=True, kw_only=True):
    """Hold: why, when it is looked at again, who else agreed."""

    now: int
    reason: HoldReason
    review_at: int
    approvals: frozenset[str] = NOBODY


class Lifting(Circumstances, frozen=True, kw_only=True):
    """Lift a hold: who else agreed."""

    approvals: frozenset[str] = NOBODY


class Destroying(Circumstances, frozen=True, kw_only=True):
    """Destroy: when, who else agreed."""

    now: int
    approvals: frozenset[str] = NOBODY


class Expiring(Circumstances, frozen=True, kw_only=True):
    """Expire: when."""

    now: int


Principal = Person | Gate
Resource = Room | Item | Kept | Request
