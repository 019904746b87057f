"""Everything that happens in a mediation. `Durable` events are the log; `Passing` ones live in memory only and are never written.

A name, once used in a log, keeps its meaning for ever.
"""

from msgspec import Struct

from client.protocol.messages import ChatLine, Entry, SeatPlan


class Durable(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Written to the log before anybody is told."""


class Passing(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Kept in memory only."""


class Created(Durable, frozen=True, kw_only=True, tag="created"):
    """A mediation was made."""

    mediation: str
    root: str
    devcerts: tuple[str, ...]
    charter: str
    seats: tuple[SeatPlan, ...]
    gate: str | None = None


class DeviceCertified(Durable, frozen=True, kw_only=True, tag="device.certified"):
    """A further device of the mediator."""

    devcert: str


class CharterPublished(Durable, frozen=True, kw_only=True, tag="charter.published"):
    """The next revision of the charter."""

    charter: str


class SeatsPut(Durable, frozen=True, kw_only=True, tag="seats.put"):
    """New access hashes or envelopes."""

    seats: tuple[SeatPlan, ...]


class SheetsPublished(Durable, frozen=True, kw_only=True, tag="sheets.published"):
    """People were moved: the next sheets of the rooms concerned."""

    sheets: tuple[str, ...]
    by: str
    parting: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


class Adjourned(Durable, frozen=True, kw_only=True, tag="adjourned"):
    """Today's meeting is over: every room was emptied. `readers` says who may fetch which upload until it goes on."""

    sheets: tuple[str, ...] = ()
    readers: dict[str, tuple[str, ...]] = {}


class Closed(Durable, frozen=True, kw_only=True, tag="closed"):
    """Closed for good."""

    at: int


class HolderRegistered(Durable, frozen=True, kw_only=True, tag="holder.registered"):
    """A tested paper key."""

    holder: str


class ItemKept(Durable, frozen=True, kw_only=True, tag="item.kept"):
    """An item is kept locked, with everyone's yes."""

    item: str
    blob: str
    agreed: tuple[str, ...]
    at: int


class Requested(Durable, frozen=True, kw_only=True, tag="requested"):
    """Somebody asks to open kept items."""

    request: str
    private: dict[str, str]
    at: int
    told: tuple[str, ...] = ()
    notice_until: int = 0


class Consented(Durable, frozen=True, kw_only=True, tag="consented"):
    """A holder answered."""

    rid: str
    consent: str
    at: int


class Withdrawn(Durable, frozen=True, kw_only=True, tag="withdrawn"):
    """A holder took a yes back."""

    rid: str
    seat: str
    at: int


class OfficeAdmitted(Durable, frozen=True, kw_only=True, tag="office.admitted"):
    """The custodian's device, by a mediator who saw who it is."""

    office: str


class PaperEntered(Durable, frozen=True, kw_only=True, tag="paper.entered"):
    """An authority or a demand was entered. `hold` is the reason for which destruction stops from now on (empty: it does not)."""

    paper: str
    details: dict[str, str]
    at: int
    hold: str = ""
    review_at: int = 0
    defend_by: int | None = None
    object_by: int | None = None


class PaperChecked(Durable, frozen=True, kw_only=True, tag="paper.checked"):
    """Another person checked it."""

    second: str
    at: int


class ActAsked(Durable, frozen=True, kw_only=True, tag="act.asked"):
    """Somebody wants a hold, its end or its review, or destruction."""

    act: str
    at: int


class ActDone(Durable, frozen=True, kw_only=True, tag="act.done"):
    """It was done, another person agreeing (`second` is empty where somebody erased their own words)."""

    act: str
    second: str
    at: int
    review_at: int = 0


class SittingHeld(Durable, frozen=True, kw_only=True, tag="sitting.held"):
    """The redaction worker was started and the gate added its share."""

    rid: str
    sitting: str
    at: int


class Drafted(Durable, frozen=True, kw_only=True, tag="drafted"):
    """The worker sealed the redacted draft as an item; previews are boxed to the holders."""

    rid: str
    item: str
    blob: str
    digest: str
    previews: dict[str, str]
    at: int
    verdict: str = ""


class Released(Durable, frozen=True, kw_only=True, tag="released"):
    """The gate gave its share of the draft to the request's key."""

    rid: str
    at: int


class Destroyed(Durable, frozen=True, kw_only=True, tag="destroyed"):
    """The gate key is gone: kept items can't be opened by anyone. `attestation` says what was destroyed, by whom and with whom."""

    at: int
    attestation: str = ""


class Answered(Passing, frozen=True, kw_only=True, tag="answered"):
    """A holder who had not said yes answered otherwise. Not written down: it must look like silence."""

    rid: str
    seat: str


class SittingOpened(Passing, frozen=True, kw_only=True, tag="sitting.opened"):
    """A worker runs for this request."""

    rid: str


class SittingEnded(Passing, frozen=True, kw_only=True, tag="sitting.ended"):
    """The worker is gone."""

    rid: str


class PageOpened(Passing, frozen=True, kw_only=True, tag="page.opened"):
    """A page connected."""

    seat: str
    dev: str
    kem: str
    statement: str


class PageClosed(Passing, frozen=True, kw_only=True, tag="page.closed"):
    """A page's connection ended."""

    seat: str
    dev: str


class Knocked(Passing, frozen=True, kw_only=True, tag="knocked"):
    """Somebody asks to be let in."""

    seat: str
    dev: str
    box: str
    page: str
    at: int


class KnockAnswered(Passing, frozen=True, kw_only=True, tag="knock.answered"):
    """The mediator answered a knock without admitting."""

    seat: str
    reply: str


class Rung(Passing, frozen=True, kw_only=True, tag="rung"):
    """Somebody knocks at a room; `at` in seconds of the steady clock."""

    room: str
    ring: str
    cards: dict[str, str]
    at: float


class RingAnswered(Passing, frozen=True, kw_only=True, tag="ring.answered"):
    """Those inside answered a knock; None: not now."""

    room: str
    answer: str | None


class RingEnded(Passing, frozen=True, kw_only=True, tag="ring.ended"):
    """The knock was taken back."""

    room: str


class CardsDealt(Passing, frozen=True, kw_only=True, tag="cards.dealt"):
    """Name cards boxed to members, shown to each with the next view of the room."""

    cards: dict[str, str]


class Granted(Passing, frozen=True, kw_only=True, tag="granted"):
    """A fresh room key was handed out."""

    room: str
    grant: str


class Held(Passing, frozen=True, kw_only=True, tag="held"):
    """A member states which sheet and epoch it holds."""

    seat: str
    sheet: str
    epoch: int


class Silenced(Passing, frozen=True, kw_only=True, tag="silenced"):
    """Nothing is forwarded in this room until the mediator's device is heard again."""

    room: str


class Unsilenced(Passing, frozen=True, kw_only=True, tag="unsilenced"):
    """The mediator's device is heard again."""

    room: str


class Noted(Passing, frozen=True, kw_only=True, tag="noted"):
    """A sealed note on its way."""

    sender: str
    page: str
    to: str
    box: str


class Said(Passing, frozen=True, kw_only=True, tag="said"):
    """A sealed line in a room."""

    room: str
    line: ChatLine


class Told(Passing, frozen=True, kw_only=True, tag="told"):
    """A member's sealed word to the room on what they hold."""

    room: str
    seat: str
    epoch: int
    box: str


class SeatLeft(Passing, frozen=True, kw_only=True, tag="seat.left"):
    """Somebody said that they leave for good."""

    seat: str
    dev: str


AnyDurable = (
    Created
    | DeviceCertified
    | CharterPublished
    | SeatsPut
    | SheetsPublished
    | Adjourned
    | Closed
    | HolderRegistered
    | ItemKept
    | Requested
    | Consented
    | Withdrawn
    | OfficeAdmitted
    | PaperEntered
    | PaperChecked
    | ActAsked
    | ActDone
    | SittingHeld
    | Drafted
    | Released
    | Destroyed
)
AnyPassing = (
    PageOpened
    | PageClosed
    | Knocked
    | KnockAnswered
    | CardsDealt
    | Rung
    | RingAnswered
    | RingEnded
    | Granted
    | Held
    | Silenced
    | Unsilenced
    | Noted
    | Said
    | Told
    | SeatLeft
    | Answered
    | SittingOpened
    | SittingEnded
)
AnyEvent = AnyDurable | AnyPassing
