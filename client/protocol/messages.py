"""Every message of the wire, once. A client sends frames up; the server sends frames down; nothing else crosses.

One WebSocket (`/live`, subprotocol `incamera.v1`) carries JSON text frames of at most 256 KiB. The server speaks first
(`challenge`), the client answers (`authenticate`, or `enrol` for a mediator's first visit), the server says `welcome`
or `goodbye`. From then on each command gets exactly one `result` or `failure`, and everything that happens to the viewer
arrives as `event` with the viewer's own running number.

No command names its sender, and none names a room where the connection implies it. No failure carries content.
Boxes, JWS and blobs are opaque to the server: `docs/OBJECTS.md` says what they hold.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

VERSION = 1
SUBPROTOCOL = "incamera.v1"
MAX_FRAME = 256 * 1024

# $(?!\n): Python's $ alone would let a line feed through at the end.
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}$(?!\n)", description="16 random bytes, base64url")]
Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)", description="32 bytes, base64url")]
Hash = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)", description="SHA-256, base64url")]
Jws = Annotated[
    str, Meta(min_length=16, max_length=200_000, pattern=r"^[A-Za-z0-9_.-]+$(?!\n)", description="a JWS compact string")
]
Box = Annotated[
    str, Meta(min_length=16, max_length=65536, pattern=r"^[A-Za-z0-9_-]+$(?!\n)", description="sealed bytes, base64url")
]
Blob64 = Annotated[
    str, Meta(max_length=200_000, pattern=r"^[A-Za-z0-9_-]*$(?!\n)", description="ciphertext, base64url")
]
Sdp = Annotated[str, Meta(max_length=131_072)]
Kind = Literal["audio", "video", "screen"]


class Up(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """A frame from a client."""


class Command(Up, frozen=True, kw_only=True):
    """A request that gets exactly one result or failure. `id` makes a repetition harmless: the same id gets the same answer."""

    id: Id


class Down(Struct, frozen=True, kw_only=True, tag_field="type"):
    """A frame from the server."""


# --- opening -----------------------------------------------------------------------------------------------------


class Challenge(Down, frozen=True, kw_only=True, tag="challenge"):
    """The server's first frame: sign `nonce` in a `page` statement."""

    nonce: Key
    version: int
    time: int


class Authenticate(Up, frozen=True, kw_only=True, tag="authenticate"):
    """Who connects: a page statement signed by the device; with the seat's `access` secret when this device is new to the seat.

    `devcert` introduces a further device of a mediator whose root the server knows. `resume` is the last event number seen
    on this page load (0 at first). `takeover` closes another page of the same device.
    """

    page: Jws
    access: Key | None = None
    devcert: Jws | None = None
    resume: int = 0
    takeover: bool = False


class Enrol(Up, frozen=True, kw_only=True, tag="enrol"):
    """A mediator's first visit: the one-time token of the link that the administrator handed over."""

    token: Key
    devcert: Jws
    page: Jws


class Beat(Up, frozen=True, kw_only=True, tag="beat"):
    """A mediator's device is alive: a signed counter, every two seconds. No answer."""

    beat: Jws


class Pulse(Down, frozen=True, kw_only=True, tag="pulse"):
    """A mediator's beat on its way to everybody; not numbered, since it tells nothing but time."""

    beat: Jws


class Goodbye(Down, frozen=True, kw_only=True, tag="goodbye"):
    """The connection ends and why; `code` is one of `client.protocol.errors.Code`."""

    code: str


# --- what the server shows ---------------------------------------------------------------------------------------


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


class RoomView(Struct, frozen=True, kw_only=True):
    """The viewer's own room: the signed sheet, who is connected, the latest grant and the lines posted since the viewer came in."""

    sheet: Jws
    present: tuple[Present, ...]
    grant: Jws | None = None
    lines: tuple[ChatLine, ...] = ()
    cards: Box | None = None
    silent: bool = False


class FloorRoom(Struct, frozen=True, kw_only=True):
    """A room as the mediator's table shows it."""

    sheet: Jws
    online: tuple[Id, ...]


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
    """A person whose yes is needed, with the public keys of their paper key."""

    seat: Id
    holder: Jws


class KeptItem(Struct, frozen=True, kw_only=True):
    """An item that is kept locked: its signed descriptor and the blob that holds the age file."""

    item: Jws
    blob: Id


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
    holders: tuple[HolderView, ...] = ()
    items: tuple[KeptItem, ...] = ()
    requests: tuple[RequestView, ...] = ()
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


# --- the mediator's desk -----------------------------------------------------------------------------------------


class VaultGet(Command, frozen=True, kw_only=True, tag="vault.get"):
    """Read one's vault: `data` = {rev, blob}."""


class VaultPut(Command, frozen=True, kw_only=True, tag="vault.put"):
    """Replace one's vault if its revision is still `rev`; the stored one then has `rev + 1`."""

    rev: int
    blob: Annotated[str, Meta(max_length=240_000, pattern=r"^[A-Za-z0-9_-]*$(?!\n)")]


class SeatPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place: its id, the hash of its access secret and its sealed envelope (None for the mediator's own place)."""

    seat: Id
    access: Hash | None = None
    envelope: Blob64 | None = None


class MediationCreate(Command, frozen=True, kw_only=True, tag="mediation.create"):
    """Make a mediation from a signed charter and its places."""

    mediation: Id
    charter: Jws
    seats: Annotated[tuple[SeatPlan, ...], Meta(max_length=64)]


class MediationList(Command, frozen=True, kw_only=True, tag="mediation.list"):
    """The ids of one's mediations: `data` = {ids, states}."""


class PolicyRead(Command, frozen=True, kw_only=True, tag="policy.read"):
    """The rules in force, at the desk and at a place: `data` = {sha256, policy, regimes, titles, profiles, profile_titles, profile_sha256},
    and for a `regime` the agreement in `language` for `grounds` and `days`: {text, text_sha256, days, days_min, days_max, nonparty_consent, grounds}.
    """

    regime: Annotated[str, Meta(max_length=40)] = ""
    language: Annotated[str, Meta(max_length=8)] = "en"
    grounds: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=16)] = ()
    days: int = 0


# --- seats and rooms ---------------------------------------------------------------------------------------------


class CharterPublish(Command, frozen=True, kw_only=True, tag="charter.publish"):
    """Replace the charter by its next revision (mediators)."""

    charter: Jws


class SeatPut(Command, frozen=True, kw_only=True, tag="seat.put"):
    """Give a place (of the current charter) a new access hash or envelope (mediators). A new hash forgets its devices, but the one in a room."""

    seats: Annotated[tuple[SeatPlan, ...], Meta(max_length=64)]


class KnockSend(Command, frozen=True, kw_only=True, tag="knock.send"):
    """Ask to be let in (visitors), sealed to the mediator's device."""

    box: Box


class KnockAnswer(Command, frozen=True, kw_only=True, tag="knock.answer"):
    """Take a knock away without admitting (mediators): `reply` reaches the visitor as `door.answered`."""

    seat: Id
    reply: Literal["later", "no"]


class SheetsPublish(Command, frozen=True, kw_only=True, tag="sheets.publish"):
    """Move people: the next sheets of all rooms concerned, as one act (mediators). Either all are committed or none.

    `cards` maps a seat to the name cards it needs, boxed to that seat's page key. `parting` are sheets signed ahead: the server
    may publish them, and only them, when the mediator's device falls silent while the joint room is as these sheets say.
    """

    sheets: Annotated[tuple[Jws, ...], Meta(min_length=1, max_length=32)]
    parting: Annotated[tuple[Jws, ...], Meta(max_length=32)] = ()
    cards: dict[Id, Box] = field(default_factory=dict)


class GrantPublish(Command, frozen=True, kw_only=True, tag="grant.publish"):
    """Hand out a fresh room key (the room's keeper)."""

    grant: Jws


class RoomHold(Command, frozen=True, kw_only=True, tag="room.hold"):
    """State that one holds this sheet and epoch and has shown the roster: media may flow."""

    sheet: Hash
    epoch: Annotated[int, Meta(ge=1, le=65535)]


class NoteSend(Command, frozen=True, kw_only=True, tag="note.send"):
    """A sealed note to another device: members to their mediators, mediators to anyone, members to members of their room."""

    to: Id
    box: Box


class ChatPost(Command, frozen=True, kw_only=True, tag="chat.post"):
    """Post a sealed message in one's room; `blobs` lets its readers fetch those uploads."""

    message: Id
    epoch: Annotated[int, Meta(ge=1, le=65535)]
    box: Box
    blobs: Annotated[tuple[Id, ...], Meta(max_length=4)] = ()


class UploadBegin(Command, frozen=True, kw_only=True, tag="upload.begin"):
    """Open an upload of `size` ciphertext bytes: `data` = {blob, token}. PUT /blob/ID?at=OFFSET with `Authorization: Bearer TOKEN`."""

    size: Annotated[int, Meta(ge=1, le=53_000_000)]


class BlobOpen(Command, frozen=True, kw_only=True, tag="blob.open"):
    """A token to GET /blob/ID, for a blob that a message of one's room, or a kept item one holds, names: `data` = {token, size}."""

    blob: Id


class RoomLeave(Command, frozen=True, kw_only=True, tag="room.leave"):
    """Say that one leaves for good: the mediator is told; the next sheet drops the seat."""


class MediationAdjourn(Command, frozen=True, kw_only=True, tag="mediation.adjourn"):
    """End today's meeting; links, chat and documents stay for the next one (mediators)."""


class MediationClose(Command, frozen=True, kw_only=True, tag="mediation.close"):
    """Close for good: relay buffers and unkept uploads are destroyed (mediators)."""


# --- media -------------------------------------------------------------------------------------------------------


class MediaReady(Command, frozen=True, kw_only=True, tag="media.ready"):
    """The page can take an offer; `kinds` is what it will send."""

    kinds: tuple[Kind, ...] = ()


class MediaAnswer(Command, frozen=True, kw_only=True, tag="media.answer"):
    """The answer to the offer of that generation."""

    generation: int
    sdp: Sdp


class MediaRestart(Command, frozen=True, kw_only=True, tag="media.restart"):
    """Ask for an ICE restart."""


class MediaPrefer(Command, frozen=True, kw_only=True, tag="media.prefer"):
    """Which picture sizes the page shows: seat -> layer."""

    layers: dict[Id, Literal["off", "low", "mid", "high"]]


class TrackPlan(Struct, frozen=True, kw_only=True):
    """What one m-line of an offer carries."""

    mid: str
    direction: Literal["send", "recv", "idle"]
    seat: str
    kind: Kind


# --- keeping and opening -----------------------------------------------------------------------------------------


class HolderRegister(Command, frozen=True, kw_only=True, tag="holder.register"):
    """State the public keys of one's tested paper key."""

    holder: Jws


class ItemKeep(Command, frozen=True, kw_only=True, tag="item.keep"):
    """Keep an item of the joint room locked: descriptor, age file (an upload) and the `keep` statement of everyone present."""

    item: Jws
    blob: Id
    agreed: Annotated[tuple[Jws, ...], Meta(max_length=64)]


class DisclosureRequest(Command, frozen=True, kw_only=True, tag="disclosure.request"):
    """Ask to open kept items; `private` is the sealed recipient, purpose and profile for each holder."""

    request: Jws
    private: dict[Id, Box]


class DisclosureConsent(Command, frozen=True, kw_only=True, tag="disclosure.consent"):
    """A holder's signed answer: unlock, release, refuse or revoke."""

    consent: Jws


class SittingOpen(Command, frozen=True, kw_only=True, tag="sitting.open"):
    """Start the redaction worker for a request whose holders all unlocked: `data` = {sitting, kem, sig, build}."""

    rid: Hash


class SittingFeed(Command, frozen=True, kw_only=True, tag="sitting.feed"):
    """The signed sitting and the shares re-boxed to the worker; the gate adds its own last: `data` = {findings: box}.

    `people`, boxed to the worker: who belongs to the mediation, so that their names are found however they are written.
    """

    sitting: Jws
    shares: dict[str, Box]
    private: Box
    reviewer: Jws
    people: Blob64 | None = None


class SittingDecide(Command, frozen=True, kw_only=True, tag="sitting.decide"):
    """The reviewer's decisions, boxed to the worker: `data` = {preview: box to the reviewer}."""

    decisions: Blob64


class SittingFinish(Command, frozen=True, kw_only=True, tag="sitting.finish"):
    """Accept the draft as previewed: the worker seals it as an item, previews go to the holders, the worker dies."""


class DisclosureCollect(Command, frozen=True, kw_only=True, tag="disclosure.collect"):
    """Ask the gate for its share of the draft, boxed to the request key: `data` = {share, blob, proofs…} or a failure with what is missing."""

    rid: Hash


# --- events ------------------------------------------------------------------------------------------------------


class Happening(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What an event tells."""


class RoomChanged(Happening, frozen=True, kw_only=True, tag="room.changed"):
    """The viewer's room or its sheet changed; None: no room, one's own door."""

    room: RoomView | None


class RoomSilent(Happening, frozen=True, kw_only=True, tag="room.silent"):
    """The mediator's line dropped (or is back): while silent, nobody in the viewer's joint room hears anybody."""

    silent: bool


class PresenceChanged(Happening, frozen=True, kw_only=True, tag="presence.changed"):
    """A member of the viewer's room connected (page) or dropped (None)."""

    seat: Id
    page: Jws | None


class GrantPublished(Happening, frozen=True, kw_only=True, tag="grant.published"):
    """A fresh key for the viewer's room."""

    grant: Jws


class ChatPosted(Happening, frozen=True, kw_only=True, tag="chat.posted"):
    """A message in the viewer's room."""

    line: ChatLine


class NoteArrived(Happening, frozen=True, kw_only=True, tag="note.arrived"):
    """A sealed note from another device; `page` is the sender's page statement."""

    sender: Id
    box: Box
    page: Jws


class DoorAnswered(Happening, frozen=True, kw_only=True, tag="door.answered"):
    """The mediator's answer to one's knock."""

    reply: Literal["later", "no"]


class MediatorSeen(Happening, frozen=True, kw_only=True, tag="mediator.seen"):
    """Visitors and seats without a room: the mediator is here (page) or not (None)."""

    page: Jws | None


class FloorChanged(Happening, frozen=True, kw_only=True, tag="floor.changed"):
    """Mediators only: the whole floor anew."""

    floor: Floor


class MediaOffered(Happening, frozen=True, kw_only=True, tag="media.offered"):
    """The media server's offer; answer it with the same generation."""

    generation: int
    sdp: Sdp
    tracks: tuple[TrackPlan, ...]


class MediaQuality(Happening, frozen=True, kw_only=True, tag="media.quality"):
    """How well each member's media arrives: seat -> {loss in per mille, layer, reason}."""

    peers: dict[str, dict[str, int | str]]


class CharterChanged(Happening, frozen=True, kw_only=True, tag="charter.changed"):
    """A new charter or envelope for the viewer."""

    charter: Jws
    envelope: Blob64 | None


class RecordChanged(Happening, frozen=True, kw_only=True, tag="record.changed"):
    """Holders, kept items or requests changed: the viewer's lists anew."""

    holders: tuple[HolderView, ...]
    items: tuple[KeptItem, ...]
    requests: tuple[RequestView, ...]


class MediationEnded(Happening, frozen=True, kw_only=True, tag="mediation.ended"):
    """The meeting is over: adjourned, closed for good, or the record destroyed."""

    state: Literal["open", "adjourned", "closed", "destroyed"]


class Moved(Happening, frozen=True, kw_only=True, tag="page.replaced"):
    """Another page of the same device took over; this one stops."""


AnyHappening = (
    RoomChanged
    | RoomSilent
    | PresenceChanged
    | GrantPublished
    | ChatPosted
    | NoteArrived
    | DoorAnswered
    | MediatorSeen
    | FloorChanged
    | MediaOffered
    | MediaQuality
    | CharterChanged
    | RecordChanged
    | MediationEnded
    | Moved
)


class Event(Down, frozen=True, kw_only=True, tag="event"):
    """Something happened that this viewer may know; `seq` is the viewer's own number, without gaps."""

    seq: int
    at: int
    event: AnyHappening


AnyCommand = (
    VaultGet
    | VaultPut
    | MediationCreate
    | MediationList
    | PolicyRead
    | CharterPublish
    | SeatPut
    | KnockSend
    | KnockAnswer
    | SheetsPublish
    | GrantPublish
    | RoomHold
    | NoteSend
    | ChatPost
    | UploadBegin
    | BlobOpen
    | RoomLeave
    | MediationAdjourn
    | MediationClose
    | MediaReady
    | MediaAnswer
    | MediaRestart
    | MediaPrefer
    | HolderRegister
    | ItemKeep
    | DisclosureRequest
    | DisclosureConsent
    | SittingOpen
    | SittingFeed
    | SittingDecide
    | SittingFinish
    | DisclosureCollect
)
AnyUp = Authenticate | Enrol | Beat | AnyCommand
AnyDown = Challenge | Goodbye | Pulse | Welcome | Result | Failure | Event
