"""What a participant holds for true about one mediation: the only way in for anything the server sends.

Each `take_…` checks one object against what is held already and either returns it checked, or raises `Doubted` and changes
nothing. What is doubted is dropped and shown; nothing falls back to an older or weaker belief.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from client.headless.doors import Bell
from client.headless.ledger import Ledger
from client.headless.state import Distrust, RingSeen
from client.keys.agreement import check_agreement
from client.keys.cards import open_cards
from client.keys.chat import AskReleaseBody, Chat, PassedBody, ReleaseBody, check_chat, open_chat
from client.keys.devices import Opener, Signer
from client.keys.entry import Proof, check_entry
from client.keys.envelope import Envelope, open_envelope
from client.keys.grants import Grant, RoomKey, check_grant, open_grant
from client.keys.jws import Signed, object_hash, unverified
from client.keys.membership import Card, Charter, Own, Sheet, check_card, check_charter, check_sheet
from client.keys.notes import Note, open_note
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import DevCert, Page, check_devices, check_page
from client.protocol.messages import RingView

Clock = Callable[[], int]
MAX_KEYS = 2000
MAX_IDS = 50_000


class Doubted(Exception):
    """The object does not verify."""

    def __init__(self, kind: str, **facts: str | int) -> None:
        super().__init__(kind)
        self.distrust = Distrust(kind=kind, facts=facts)


@contextmanager
def believing(what: str, **facts: str | int) -> Iterator[None]:
    """Name what was being checked when an object was refused."""
    try:
        yield
    except ObjectRefused as refused:
        raise Doubted(f"{what}.{refused.reason}", **facts) from None


class Belief:
    """One participant's verified view. `fingerprint` and `minrev` come from the link (or are one's own root) and never change."""

    def __init__(
        self, *, mediation: str, seat: str, signer: Signer, page: Opener, fingerprint: str, minrev: int, clock: Clock
    ) -> None:
        self.mediation = mediation
        self.seat = seat
        self.signer = signer
        self.page = page
        self.fingerprint = fingerprint
        self.minrev = minrev
        self.clock = clock
        self.bell = Bell()
        self.ledger = Ledger()
        self.devices: dict[str, Signed[DevCert]] = {}
        self.charter: Signed[Charter] | None = None
        self.charters: dict[str, Signed[Charter]] = {}
        self.envelope: Signed[Envelope] | None = None
        self.sheets: dict[str, Signed[Sheet]] = {}
        self.room: str | None = None
        self.present: dict[str, Signed[Page]] = {}
        self.epochs: dict[str, int] = {}
        self.keys: dict[tuple[str, int], RoomKey] = {}
        self.granted: Signed[Grant] | None = None
        self.cards: dict[str, Signed[Card]] = {}
        self.met: dict[str, tuple[str, ...]] = {}
        self._announced: dict[str, set[str]] = {}
        self._members: dict[tuple[str, int], dict[str, str]] = {}
        self._messages: set[str] = set()
        self._notes: set[str] = set()

    # --- who speaks for the mediator ---------------------------------------------------------------------------

    def take_devices(self, untrusted: tuple[str, ...]) -> None:
        """Certificates by the pinned root; what was held stays held."""
        with believing("devcert"):
            self.devices |= check_devices(untrusted, self.fingerprint, self.minrev, self.clock())

    def take_charter(self, untrusted: str) -> Signed[Charter]:
        """The charter in force."""
        with believing("charter"):
            self.charter = check_charter(untrusted, self.devices, self.mediation, self.charter)
        self.charters[self.charter.hash] = self.charter
        return self.charter

    def take_former_charter(self, untrusted: str) -> None:
        """An earlier charter of this mediation, for what was locked under it; it is in force for nothing."""
        with believing("charter"):
            former = check_charter(untrusted, self.devices, self.mediation)
        self.charters.setdefault(former.hash, former)

    def take_envelope(self, sealed: str, key: bytes) -> Signed[Envelope]:
        """One's own invitation; it was written for a charter that this one follows."""
        with believing("envelope"):
            held = self.envelope.body.rev if self.envelope else 0
            envelope = open_envelope(key, self.mediation, self.seat, self.devices, sealed, held)
            charter = self.held_charter()
            if envelope.body.charter not in {charter.hash, charter.body.prev, *self.charters}:
                raise ObjectRefused(Reason.CHARTER)
        self.envelope = envelope
        return envelope

    def take_mediator_page(self, untrusted: str) -> Signed[Page]:
        """A page of a mediator of this mediation, by a certified device."""
        with believing("page"):
            page = check_page(untrusted, self.mediation, unverified("page", untrusted, Page).seat)
            place = self.held_charter().body.seat(page.body.seat)
            if page.body.dev not in self.devices or place is None or place.role not in ("mediator", "comediator"):
                raise ObjectRefused(Reason.DEVICE)
        return page

    # --- the room ----------------------------------------------------------------------------------------------

    def take_sheet(self, untrusted: str, continuous: bool, entries: tuple[Proof, ...] = ()) -> Signed[Sheet]:
        """The sheet of the room one is in now. `continuous`: no snapshot or other room lay in between. `entries`: how others came in."""
        with believing("sheet"):
            claimed = unverified("sheet", untrusted, Sheet)
            held = self.sheets.get(claimed.room)
            if held is not None and object_hash(untrusted) == held.hash:
                sheet = held
            else:
                sheet = check_sheet(
                    untrusted,
                    self.held_charter(),
                    self.devices,
                    held=held,
                    own=Own(self.seat, self.signer.public),
                    continuous=continuous and self.room == claimed.room,
                )
                if held is not None and continuous and self.room == claimed.room:
                    check_entry(sheet, held, self.devices, entries, lambda r: self.bell.counted(r, self.clock()))
            if (
                continuous  # who comes anew finds what happened meanwhile; it leaves them hearing less
                and sheet is not held
                and sheet.body.parting
                and (self.room is None or sheet.body.parting != self.sheets[self.room].hash)
            ):
                raise ObjectRefused(Reason.CHAIN)  # sheets signed ahead part the room one is in, and nothing else
            if sheet.body.member(self.seat) is None:
                raise ObjectRefused(Reason.SEAT)
        if self.room != sheet.body.room:
            self.leave_room()
        if sheet is not held:
            self.bell.ring = None
        self.sheets[sheet.body.room] = sheet
        self.room = sheet.body.room
        members = {member.seat for member in sheet.body.members}
        for member in sheet.body.members:
            self.meet(member.seat, member.dev)
        self.present = {seat: page for seat, page in self.present.items() if seat in members}
        if self.granted is not None and self.granted.body.sheet != sheet.hash:
            self.granted = None
        return sheet

    def leave_room(self) -> None:
        """No room any more; its keys are forgotten."""
        self.room = None
        self.bell.ring = None
        self.present = {}
        self.granted = None
        self._announced = {}
        self.keys = {}
        self._members = {}

    def take_ring(self, view: RingView | None) -> RingSeen:
        """A knock at one's room by a mediator's device."""
        with believing("ring"):
            return self.bell.take(view, self, self.clock)

    def take_present(self, seat: str, untrusted: str | None) -> Signed[Page] | None:
        """A member connected with this page, or dropped."""
        sheet = self.sheet()
        member = sheet.body.member(seat)
        if untrusted is None:
            self.present.pop(seat, None)
            return None
        with believing("page"):
            if member is None:
                raise ObjectRefused(Reason.SEAT)
            page = check_page(untrusted, self.mediation, seat, member.dev)
        self.present[seat] = page
        self._announced.setdefault(seat, set()).add(page.body.kem)
        return page

    def take_grant(self, untrusted: str) -> RoomKey | None:
        """The room key of a grant that is for this sheet and for those present; None if it is an honest one that came too late to fit.

        A box for a place or a key that was never announced here is a ghost; one for somebody who dropped a moment ago, or
        none yet for somebody who came a moment ago, is the ordinary course of things and just not used.
        """
        sheet = self.sheet()
        if self.granted is not None and self.granted.compact == untrusted:
            return None
        with believing("grant"):
            pages = {seat: page.body.kem for seat, page in self.present.items()}
            try:
                grant = check_grant(untrusted, sheet, pages, self.epochs.get(sheet.body.room, 0))
            except ObjectRefused as refused:
                if refused.reason is Reason.GHOST and not self._has_ghost(untrusted):
                    return None
                raise
            key = open_grant(grant, self.seat, self.page)
        self.granted = grant
        self.ledger.fresh()
        self.epochs[sheet.body.room] = key.epoch
        if len(self.keys) >= MAX_KEYS:
            self.keys.pop(next(iter(self.keys)))
        self.keys[(key.room, key.epoch)] = key
        self._members[(key.room, key.epoch)] = {m.seat: m.dev for m in sheet.body.members}
        return key

    def _has_ghost(self, untrusted: str) -> bool:
        boxes = unverified("grant", untrusted, Grant).boxes
        return any(box.to not in self._announced.get(seat, ()) for seat, box in boxes.items())

    def take_cards(self, untrusted: tuple[str, ...]) -> dict[str, Signed[Card]]:
        """Name cards by the mediator; the newest of a place holds."""
        taken: dict[str, Signed[Card]] = {}
        with believing("card"):
            for compact in untrusted:
                card = check_card(compact, self.devices, self.mediation)
                held = self.cards.get(card.body.seat)
                if held is None or card.body.rev >= held.body.rev:
                    taken[card.body.seat] = card
        self.cards |= taken
        return taken

    def open_cards(self, box: str) -> tuple[str, ...]:
        """The name cards that came with a move, boxed to this page."""
        with believing("card"):
            return open_cards(self.page, self.mediation, self.seat, box)

    # --- what is said -------------------------------------------------------------------------------------------

    def take_line(self, seat: str, message: str, epoch: int, box: str, live: bool) -> Signed[Chat] | None:
        """A message of a member; None if it is from before one held the key, or (not `live`) known already."""
        room = self.sheet().body.room
        key, members = self.keys.get((room, epoch)), self._members.get((room, epoch), {})
        if message in self._messages:
            if live:
                raise Doubted("chat.replay")
            return None
        if key is None:
            if live and self.granted is not None and epoch >= self.granted.body.epoch:
                raise Doubted("chat.epoch", epoch=epoch)
            return None
        with believing("chat"):
            if seat not in members:
                raise ObjectRefused(Reason.SEAT)
            chat = open_chat(key, seat, members[seat], message, box)
        if len(self._messages) < MAX_IDS:
            self._messages.add(message)
        return chat

    def take_company(self, seat: str, untrusted: str) -> tuple[str, ...]:
        """Who is at a member's screen, as the member's device signed for them."""
        member = self.sheet().body.member(seat)
        if member is None:
            raise Doubted("company.seat", seat=seat)
        with believing("company", seat=seat):
            return check_agreement(untrusted, self.mediation, seat, member.dev).body.names

    def take_statement(
        self, seat: str, chat: Signed[Chat], body: AskReleaseBody | ReleaseBody | PassedBody
    ) -> Signed[Chat] | None:
        """A question, answer or passing-on of the ledger; for the last, the words as they were signed elsewhere."""
        sheet = self.sheet().body
        member = sheet.member(seat)
        with believing("release"):
            match body:
                case AskReleaseBody():
                    self.ledger.asked(member.role if member else "", chat, body)
                case ReleaseBody():
                    self.ledger.released(self.mediation, seat, chat, body)
                case PassedBody():
                    known = self.known_devices(body.seat)
                    charter = self.held_charter().body
                    return self.ledger.told(member.role if member else "", known, chat, body, charter, sheet)[0]
        return None

    def take_note(self, sender: str, box: str, page: str) -> Signed[Note]:
        """A note to this page by a mediator's certified device, or by the device that a sheet listed for its place."""
        with believing("note"):
            checked = check_page(page, self.mediation, sender)
            dev = checked.body.dev
            if dev not in self.devices and dev not in self.known_devices(sender):
                raise ObjectRefused(Reason.DEVICE)
            note = open_note(self.page, self.mediation, sender, self.seat, dev, box)
        if note.body.id in self._notes:
            raise Doubted("note.replay")
        if len(self._notes) < MAX_IDS:
            self._notes.add(note.body.id)
        return note

    def take_said(self, untrusted: str, dev: str) -> Signed[Chat]:
        """A signed message outside its box."""
        with believing("chat"):
            return check_chat(untrusted, self.mediation, dev)

    # --- what is held -------------------------------------------------------------------------------------------

    def sheet(self) -> Signed[Sheet]:
        """The sheet of one's room."""
        if self.room is None:
            raise Doubted("room.none")
        return self.sheets[self.room]

    def key(self) -> RoomKey | None:
        """The current room key; None until granted."""
        if self.room is None or self.granted is None:
            return None
        return self.keys.get((self.room, self.granted.body.epoch))

    def pages(self) -> Mapping[str, str]:
        """Place -> page key of the members present."""
        return {seat: page.body.kem for seat, page in self.present.items()}

    def known_devices(self, seat: str) -> tuple[str, ...]:
        """The devices that the mediator's sheets (or the mediator's vault) listed for a place, newest last."""
        return self.met.get(seat, ())

    def meet(self, seat: str, dev: str) -> None:
        """A device was listed for a place."""
        self.met[seat] = (*(old for old in self.known_devices(seat) if old != dev), dev)

    def held_charter(self) -> Signed[Charter]:
        """The charter in force. Doubted before there is one."""
        if self.charter is None:
            raise Doubted("charter.missing")
        return self.charter
