"""What happens in one's own room: the sheet, who is here, its key, what is said. All of it is checked before it is shown."""

from typing import TYPE_CHECKING, Any, assert_never

import msgspec
from msgspec.structs import replace

from client.headless import state as seen
from client.headless.belief import Doubted
from client.keys.chat import (
    AskReleaseBody,
    Chat,
    CompanyBody,
    DocumentBody,
    HelloBody,
    KeepBody,
    KeepYesBody,
    PassedBody,
    ReleaseBody,
    TextBody,
    body_of,
)
from client.keys.entry import Proof
from client.keys.grants import room_code
from client.keys.jws import Signed
from client.protocol import messages as wire

if TYPE_CHECKING:
    from client.headless.session import Session


class Following:
    """The room of one session, as it changes."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def enter(self, view: wire.RoomView | None, continuous: bool) -> None:
        """The room as the server shows it now; `continuous` when nothing can have been missed since the last one."""
        if view is None:
            self._session.belief.leave_room()
            self._silence()
            self._session.see(seen.RoomSeen(room=None))
            return
        before = self._session.belief.room

        def sheet() -> None:
            proofs = tuple(Proof(ring=one.ring, answer=one.answer) for one in view.entries)
            checked = self._session.belief.take_sheet(view.sheet, continuous, proofs)
            if not continuous or before != checked.body.room:
                self._session.belief.present = {}
            here = {present.seat for present in view.present}
            for gone in set(self._session.belief.present) - here:
                self._session.belief.take_present(gone, None)

        if not self._session.check(sheet):
            return
        if self._session.belief.granted is None:
            self._silence()
        for present in view.present:
            self._session.check(lambda present=present: self._announced(present))  # type: ignore[misc]
        self._show_room()
        if view.silent:
            self._session.see(seen.SilenceSeen(silent=True))
        if view.ring is not None:
            self._session.check(lambda: self.rung(view.ring))
        cards, grant = view.cards, view.grant
        if cards is not None:
            self._session.check(lambda: self._cards(cards))
        if grant is not None:
            self._session.check(lambda: self.granted(grant))
        for line in view.lines:
            self._session.check(lambda line=line: self.said(line, live=False))  # type: ignore[misc]

    def _silence(self) -> None:
        """Nothing is sent or opened until a key for what is now is held."""
        if self._session.call_media is not None:
            self._session.call_media.keyed(None)

    def _announced(self, present: wire.Present) -> None:
        self._session.belief.take_present(present.seat, present.page)

    def _show_room(self) -> None:
        sheet, present = self._session.belief.sheet(), self._session.belief.present
        people = tuple(
            seen.Person(
                seat=m.seat,
                role=m.role,
                online=m.seat in present,
                me=m.seat == self._session.belief.seat,
                **self._named(m.seat),
            )
            for m in sheet.body.members
        )
        body = sheet.body
        self._session.see(
            seen.RoomSeen(room=seen.Room(id=body.room, kind=body.kind, rev=body.rev, sheet=sheet.hash, people=people))
        )

    def _named(self, seat: str) -> dict[str, Any]:
        card = self._session.belief.cards.get(seat)
        return {} if card is None else {"names": card.body.names, "side": card.body.side}

    def presence(self, seat: str, page: str | None) -> None:
        """A member connected, or dropped."""
        self._session.belief.take_present(seat, page)
        self._session.see(seen.PresenceSeen(seat=seat, online=page is not None))

    def rung(self, view: wire.RingView | None) -> None:
        """Somebody knocks at the room, or no more."""
        self._session.see(self._session.belief.take_ring(view))
        if view is not None and view.cards is not None:
            self._cards(view.cards)

    def granted(self, untrusted: str) -> None:
        """A key for the room."""
        key = self._session.belief.take_grant(untrusted)
        if key is None:
            return
        self._session.duties.settled()
        self._take_cards(key.cards)
        self._session.see(seen.Granted(room=key.room, epoch=key.epoch, code=room_code(key)))
        if self._session.call_media is not None:
            self._session.call_media.keyed(key)

    def _cards(self, box: str) -> None:
        """Name cards boxed to this page. A box for a former page load is no alarm: the names come with the grant as well."""
        try:
            cards = self._session.belief.open_cards(box)
        except Doubted as doubted:
            if doubted.distrust.kind == "card.sealed":
                return
            raise
        self._take_cards(cards)

    def _take_cards(self, untrusted: tuple[str, ...]) -> None:
        cards = self._session.belief.take_cards(untrusted)
        self._session.see(
            seen.NamesSeen(names={seat: (card.body.names, card.body.side) for seat, card in cards.items()})
        )

    def said(self, line: wire.ChatLine, live: bool) -> None:
        """A line in the room; `live` when it arrives now and is no earlier one shown again."""
        chat = self._session.belief.take_line(line.seat, line.message, line.epoch, line.box, live)
        if chat is None:
            return
        body = body_of(chat.body)
        match body:
            case TextBody() | DocumentBody():
                if self._session.record is not None:
                    self._session.record.heard(line.seat, chat)
                self._session.belief.ledger.said(line.seat, chat)
                self._session.see(seen.LineSeen(line=self._shown(line.seat, chat, body)))
            case AskReleaseBody() | ReleaseBody() | PassedBody():
                passed = self._session.belief.take_statement(line.seat, chat, body)
                self._session.see(seen.LedgerSeen(ledger=self._session.belief.ledger.shown))
                if isinstance(body, PassedBody) and passed is not None:
                    told = body_of(passed.body)
                    if isinstance(told, TextBody | DocumentBody):
                        here = replace(self._shown(body.seat, passed, told), id=line.message, room=chat.body.room)
                        self._session.see(seen.LineSeen(line=replace(here, passed_by=line.seat)))
            case KeepBody() | KeepYesBody():
                self._keep(line.seat, body)
            case CompanyBody():
                self._company(line.seat, body)
            case HelloBody():
                pass
            case _:
                assert_never(body)

    def _shown(self, seat: str, chat: Signed[Chat], body: TextBody | DocumentBody) -> seen.Line:
        person = self._session.state.room.person(seat) if self._session.state.room else None
        document = None
        if isinstance(body, DocumentBody):
            document = msgspec.convert(msgspec.structs.asdict(body), seen.Document)
        return seen.Line(
            id=chat.body.id,
            room=chat.body.room,
            seat=seat,
            names=person.names if person else (),
            kind="document" if document else "text",
            text=body.text if isinstance(body, TextBody) else body.name,
            document=document,
            digest=chat.hash,
            at=chat.body.ts,
        )

    def _company(self, seat: str, body: CompanyBody) -> None:
        """Who is at a member's screen now, signed by that member's device for this meeting."""
        self._session.see(seen.CompanySeen(seat=seat, names=self._session.belief.take_company(seat, body.agreement)))

    def _keep(self, seat: str, body: KeepBody | KeepYesBody) -> None:
        """Somebody asks or agrees to keep a message."""
        line = self._session.state.line(body.ref)
        if line is None:
            return  # said before we came
        if line.digest != body.digest:
            raise Doubted("keep.commitment")
        if isinstance(body, KeepBody):
            self._session.see(seen.KeepAsked(ref=body.ref, seat=seat))
            return
        if self._session.record is not None:
            self._session.record.yes(seat, body)
        self._session.see(seen.KeepAgreed(ref=body.ref, seat=seat))
