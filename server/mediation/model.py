"""What a mediation is to the server: signed statements, who is connected, and boxes that it cannot open.

`State` is the fold of all events. Its durable part follows from the log alone; `Live` lives in memory and dies with the process.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from client.keys.authority import Act, Authority, Second
from client.keys.disclosure import Consent, Request, Sitting, Verdict
from client.keys.entry import Ring as RingBody
from client.keys.grants import Grant, keeper_of
from client.keys.hold import Holder
from client.keys.items import Item
from client.keys.jws import Signed
from client.keys.membership import MEDIATORS, Charter, Sheet
from client.keys.offices import Office
from client.keys.roots import DevCert
from client.protocol.messages import ChatLine, Entry

Life = Literal["open", "adjourned", "closed", "destroyed"]
SeatId = str
RoomId = str
Device = str
PageKey = tuple[SeatId, Device]


class Place(Struct, frozen=True, kw_only=True):
    """A seat: the hash of its access secret, its sealed envelope, and the devices that committed sheets have listed for it."""

    seat: SeatId
    access: str | None = None
    envelope: str | None = None
    devices: frozenset[Device] = frozenset()


class Page(Struct, frozen=True, kw_only=True):
    """A connected page: its statement and the key that grants and notes go to."""

    seat: SeatId
    dev: Device
    kem: str
    statement: str


class Knock(Struct, frozen=True, kw_only=True):
    """Somebody waits at the door."""

    seat: SeatId
    dev: Device
    box: str
    page: str
    at: int


class Ring(Struct, frozen=True, kw_only=True):
    """A knock at a room where people may be talking. `at`: seconds of the steady clock; `answer`: the signed yes from inside."""

    ring: Signed[RingBody]
    cards: Mapping[SeatId, str]
    at: float
    answer: str | None = None
    not_now: bool = False


class Talk(Struct, frozen=True, kw_only=True):
    """The relay's memory of one room: the lines since `first`, and from which line on each member may read."""

    first: int = 0
    lines: tuple[ChatLine, ...] = ()
    size: int = 0
    since: Mapping[PageKey, int] = field(default_factory=dict)


class Live(Struct, frozen=True, kw_only=True):
    """What only memory knows: pages, knocks, grants, what each member holds, chat in transit."""

    pages: Mapping[PageKey, Page] = field(default_factory=dict)
    left: frozenset[SeatId] = frozenset()
    doors: Mapping[PageKey, Knock] = field(default_factory=dict)
    grants: Mapping[RoomId, Signed[Grant]] = field(default_factory=dict)
    epochs: Mapping[RoomId, int] = field(default_factory=dict)
    sittings: frozenset[str] = frozenset()  # requests whose worker is running
    held: Mapping[SeatId, tuple[str, int]] = field(default_factory=dict)
    talks: Mapping[RoomId, Talk] = field(default_factory=dict)
    cards: Mapping[SeatId, str] = field(default_factory=dict)
    rings: Mapping[RoomId, Ring] = field(default_factory=dict)
    silent: frozenset[RoomId] = frozenset()  # rooms whose mediator fell silent
    before: frozenset[RoomId] = (
        frozenset()
    )  # rooms older than this memory: what was said in them before is not known here
    shown: Mapping[str, frozenset[SeatId]] = field(
        default_factory=dict
    )  # upload -> who was in the room it was shown in


class Kept(Struct, frozen=True, kw_only=True):
    """An item that is kept locked: its descriptor, the upload that holds it, whose yes opens it, the charter it was locked under."""

    item: Signed[Item]
    blob: str
    author: SeatId
    holders: frozenset[SeatId]
    charter: str
    erased: bool = False


class Opening(Struct, frozen=True, kw_only=True):
    """A request to open kept items, and how far it has come. Who refused is not kept: only who has said yes."""

    request: Signed[Request]
    private: Mapping[SeatId, str]
    holders: frozenset[SeatId]
    told: frozenset[SeatId] = frozenset()  # besides the holders: who has time to object
    asked_at: int = 0
    notice_until: int = 0
    unlocked: Mapping[SeatId, Signed[Consent]] = field(default_factory=dict)
    agreed: Mapping[SeatId, Signed[Consent]] = field(default_factory=dict)
    answered: frozenset[SeatId] = (
        frozenset()
    )  # to the present step, whatever the answer: shown to each about themselves only
    agreed_at: int = 0
    sitting: Signed[Sitting] | None = None
    draft: Signed[Item] | None = None
    draft_blob: str | None = None
    draft_digest: str = ""
    previews: Mapping[SeatId, str] = field(default_factory=dict)
    verdict: Signed[Verdict] | None = None
    released_at: int | None = None


class Paper(Struct, frozen=True, kw_only=True):
    """An authority or a demand on record, and who checked it."""

    paper: Signed[Authority]
    details: Mapping[SeatId, str]
    at: int
    second: Signed[Second] | None = None
    defend_by: int | None = None
    object_by: int | None = None


class Hold(Struct, frozen=True, kw_only=True):
    """Destruction is stopped."""

    reason: str
    placed_at: int
    review_at: int


class Asked(Struct, frozen=True, kw_only=True):
    """An act that waits for a second person."""

    act: Signed[Act]
    at: int


class State(Struct, frozen=True, kw_only=True):
    """One mediation as the server knows it."""

    id: str
    root: str
    charter: Signed[Charter]
    seq: int = 0
    life: Life = "open"
    meeting: int = 1
    readers: Mapping[str, frozenset[SeatId]] = field(default_factory=dict)  # uploads of earlier meetings
    certified: Mapping[Device, Signed[DevCert]] = field(default_factory=dict)
    places: Mapping[SeatId, Place] = field(default_factory=dict)
    rooms: Mapping[RoomId, Signed[Sheet]] = field(default_factory=dict)  # open rooms
    entries: Mapping[RoomId, tuple[Entry, ...]] = field(default_factory=dict)  # what came with the present sheets
    past: Mapping[RoomId, Signed[Sheet]] = field(default_factory=dict)  # the last sheet of every room that ever was
    holders: Mapping[SeatId, Signed[Holder]] = field(default_factory=dict)
    items: Mapping[str, Kept] = field(default_factory=dict)
    openings: Mapping[str, Opening] = field(default_factory=dict)
    offices: Mapping[SeatId, Signed[Office]] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    acts: Mapping[str, Asked] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    attestation: str | None = None
    closed_at: int | None = None
    partings: Mapping[RoomId, tuple[str, ...]] = field(
        default_factory=dict
    )  # sheets signed ahead, for the present sheet only
    gate: str | None = None
    live: Live = Live()

    def role(self, seat: SeatId) -> str:
        """The seat's role in the charter; empty when the charter does not know it."""
        place = self.charter.body.seat(seat)
        return "" if place is None else place.role

    def is_mediator(self, seat: SeatId) -> bool:
        """Whether the charter makes this seat a mediator's."""
        return self.role(seat) in MEDIATORS

    def knows(self, seat: SeatId, dev: Device) -> bool:
        """Whether this device speaks for this seat: listed by a sheet, or certified for a mediator's seat."""
        if self.is_mediator(seat):
            return dev in self.certified
        place = self.places.get(seat)
        return place is not None and dev in place.devices

    def carries(self, seat: SeatId, dev: Device, opening: Opening) -> bool:
        """Whether this device carries this request out: the reviewer whom it names, on a known device."""
        return seat == opening.request.body.reviewer and self.knows(seat, dev)

    def room_of(self, seat: SeatId, dev: Device) -> RoomId | None:
        """The room whose sheet lists this seat on this device."""
        for room, sheet in self.rooms.items():
            if any(m.seat == seat and m.dev == dev for m in sheet.body.members):
                return room
        return None

    def present(self, room: RoomId) -> tuple[Page, ...]:
        """The members of a room who are connected on the listed device, in the sheet's order."""
        pages = self.live.pages
        return tuple(pages[(m.seat, m.dev)] for m in self.rooms[room].body.members if (m.seat, m.dev) in pages)

    def keeper(self, room: RoomId) -> SeatId | None:
        """The first keeper of the sheet who is connected."""
        return keeper_of(self.rooms[room].body, (page.seat for page in self.present(room)))

    @property
    def retain_until(self) -> int | None:
        """When the gate key of the kept items is due to be destroyed."""
        return None if self.closed_at is None else self.closed_at + self.charter.body.retention_days * 86400
