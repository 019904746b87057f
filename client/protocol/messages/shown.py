"""What the server shows: a viewer's own room, the mediator's floor, the record as the viewer may see it."""

from typing import Literal

from msgspec import Struct, field

from client.protocol.messages.shapes import Blob64, Box, Down, Id, Jws, Key


class Present(Struct, frozen=True, kw_only=True):
    """A member who is connected, with the page statement that their key grants go to."""

    seat: Id
    page: Jws


class ChatLine(Struct, frozen=True, kw_only=True):
    """One sealed message as the relay holds it."""

    message: Id
    seat: Id
    epoch: int
    box: Box
    blobs: tuple[Id, ...] = ()
    at: int


class Entry(Struct, frozen=True, kw_only=True):
    """How somebody came into a room where people may have been talking: the ring, and the answer from inside (None: announced and counted down)."""

    ring: Jws
    answer: Jws | None = None


class RingView(Struct, frozen=True, kw_only=True):
    """Somebody knocks at the viewer's room. `left` are the seconds of an announced entry's countdown; `cards` the names, boxed to the viewer's page."""

    ring: Jws
    left: float | None = None
    cards: Box | None = None


class RoomView(Struct, frozen=True, kw_only=True):
    """The viewer's own room: the signed sheet, who is connected, the latest grant and the lines posted since the viewer came in."""

    sheet: Jws
    present: tuple[Present, ...]
    grant: Jws | None = None
    lines: tuple[ChatLine, ...] = ()
    cards: Box | None = None
    silent: bool = False
    entries: tuple[Entry, ...] = ()
    ring: RingView | None = None


class FloorRing(Struct, frozen=True, kw_only=True):
    """A knock of the mediator's at a room: the answer from inside, or that it is not a good moment."""

    ring: Jws
    answer: Jws | None = None
    not_now: bool = False


class FloorRoom(Struct, frozen=True, kw_only=True):
    """A room as the mediator's table shows it."""

    sheet: Jws
    online: tuple[Id, ...]
    ring: FloorRing | None = None


class Door(Struct, frozen=True, kw_only=True):
    """A knock that waits for the mediator."""

    seat: Id
    box: Box
    page: Jws
    at: int


class Floor(Struct, frozen=True, kw_only=True):
    """Mediators only: every room, everyone at the door, all pages that are connected (for notes and grants), and who said that they leave for good."""

    rooms: tuple[FloorRoom, ...] = ()
    doors: tuple[Door, ...] = ()
    online: tuple[Present, ...] = ()
    left: tuple[Id, ...] = ()


class HolderView(Struct, frozen=True, kw_only=True):
    """A person whose yes is needed, with the public keys of their paper key; of a custodian also the mediator's word on the device."""

    seat: Id
    holder: Jws
    office: Jws | None = None


class KeptItem(Struct, frozen=True, kw_only=True):
    """An item that is kept locked: its signed descriptor and the blob that holds the age file."""

    item: Jws
    blob: Id


class PaperView(Struct, frozen=True, kw_only=True):
    """An authority or demand: as it was entered, its words boxed to this viewer, and who checked it. Dates say when what was told has run out."""

    paper: Jws
    details: Box | None = None
    second: Jws | None = None
    at: int
    defend_by: int | None = None
    object_by: int | None = None


class ActView(Struct, frozen=True, kw_only=True):
    """Something that waits for a second person: a hold, its end, its review, or destruction."""

    act: Jws
    at: int


class HoldView(Struct, frozen=True, kw_only=True):
    """Destruction is stopped: by which paper or act, why, and when it is looked at again."""

    by: str
    reason: str
    placed_at: int
    review_at: int


class RequestView(Struct, frozen=True, kw_only=True):
    """A request to open kept items, as this viewer may see it. Who refused is never part of it.

    `stage` is what the gate would answer now. `unlocked` and `released` name seats only to a mediator (who collects the
    shares); other holders see whether their own answer is in and, after completion, that it is complete. `sitting` names
    the worker that made `draft`, whose age file is `draft_blob`.
    """

    request: Jws
    private: Box | None = None
    stage: Literal["open", "unlocked", "reviewing", "drafted", "cooling", "releasable", "released", "closed"]
    answered: bool = False
    consents: tuple[Jws, ...] = ()
    sitting: Jws | None = None
    draft: Jws | None = None
    draft_blob: Id | None = None
    preview: Box | None = None
    ready_at: int | None = None
    notice_until: int = 0


class Welcome(Down, frozen=True, kw_only=True, tag="welcome"):
    """The state a viewer starts from. For the mediator's desk `mediation` is empty and only `time` and `account` matter."""

    you: str
    role: str
    standing: Literal["visitor", "seated", "desk"]
    seq: int
    resumed: bool
    time: int
    mediation: str = ""
    charter: Jws | None = None
    devcerts: tuple[Jws, ...] = ()
    envelope: Blob64 | None = None
    mediator_page: Jws | None = None
    room: RoomView | None = None
    floor: Floor | None = None
    state: Literal["open", "adjourned", "closed", "destroyed"] = "open"
    meeting: int = 1
    holders: tuple[HolderView, ...] = ()
    items: tuple[KeptItem, ...] = ()
    requests: tuple[RequestView, ...] = ()
    charters: tuple[Jws, ...] = ()
    papers: tuple[PaperView, ...] = ()
    acts: tuple[ActView, ...] = ()
    holds: tuple[HoldView, ...] = ()
    attestation: str | None = None
    gate: Key | None = None
    retain_until: int | None = None


class Result(Down, frozen=True, kw_only=True, tag="result"):
    """A command was done. `data` holds the few values a command answers with."""

    re: Id
    data: dict[str, str | int | bool | list[str] | None] = field(default_factory=dict)


class Failure(Down, frozen=True, kw_only=True, tag="failure"):
    """A command was understood and not done. `code` for programs, `facts` (ids, rules, numbers; never content) for the sentence."""

    re: Id
    code: str
    facts: dict[str, str | int | list[str]] = field(default_factory=dict)
