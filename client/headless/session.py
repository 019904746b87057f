"""A participant without a screen: connects, checks everything a page checks, and keeps its duties in the room.

Events are verified and folded at once, in order. What must be asked of the server because of them (handing out keys as keeper,
saying which key one holds) is done by one task of its own that looks at what is held and acts until nothing is left to do.
Nothing unverified reaches `state`; what was noticed stands in `state.distrust` and was not used.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, assert_never

import aiohttp

from client.headless import doors
from client.headless import state as seen
from client.headless.alongside import alongside
from client.headless.belief import Belief, Clock, Doubted
from client.headless.duties import Duties
from client.headless.following import Following
from client.headless.holdings import Holdings
from client.headless.ledger import Telling
from client.headless.line import Line
from client.headless.state import SeatState, fold
from client.keys.chat import Body, Chat, TextBody, seal_chat
from client.keys.encoding import new_id
from client.keys.jws import SUITE, Signed
from client.keys.notes import Note, seal_note
from client.keys.roots import Page, make_page
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal, Unavailable

if TYPE_CHECKING:
    from client.headless.call import Call
    from client.headless.record import Record

MAX_WATCHERS = 64
Happening = wire.AnyHappening


class Session:
    """One page load of one place. Use it inside `running`; ask `until` for what should come true."""

    def __init__(self, http: aiohttp.ClientSession, origin: str, belief: Belief, access: str | None) -> None:
        self.http = http
        self.origin = origin
        self.belief = belief
        self.state = SeatState(seat=belief.seat)
        self.log: list[str] = []  # kinds of what arrived, for tests and probes
        self.lets_in = True  # whoever knocks at the room; else the one who uses this session answers
        self.record: Record | None = None
        self.call_media: Call | None = None
        self.line = Line(http, origin, self._opening)
        self._access = access
        self._statement: Signed[Page] | None = None
        self._takeover = False
        self._watchers: list[tuple[Callable[[SeatState], bool], asyncio.Future[None]]] = []
        self.duties = Duties(self)
        self.holdings = Holdings(self)
        self.telling = Telling(self)
        self.room = Following(self)

    # --- for whoever uses it ------------------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """Seconds since 1970."""
        return self.belief.clock

    @property
    def statement(self) -> Signed[Page]:
        """This page load's statement, as the last connection showed it."""
        if self._statement is None:
            raise Doubted("page.missing")
        return self._statement

    async def until(self, true: Callable[[SeatState], bool], seconds: float = 30) -> SeatState:
        """Wait until the state is so. TimeoutError if it does not come true."""
        if true(self.state):
            return self.state
        if len(self._watchers) >= MAX_WATCHERS:
            raise Unavailable("watchers")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (true, future)
        self._watchers.append(entry)
        try:
            async with asyncio.timeout(seconds):
                await future
        finally:
            self._watchers.remove(entry)
        return self.state

    async def call(self, command: wire.Command) -> dict[str, Any]:
        """Have the server do something."""
        return await self.line.call(command)

    async def post(self, kind: str, body: Body, blobs: tuple[str, ...] = ()) -> Signed[Chat]:
        """Say something in the room, sealed under its current key; sealed anew if the key changed under way."""
        if self.state.unconfirmed:
            raise Refusal(Code.UNAVAILABLE, rule="unconfirmed")
        for _ in range(8):
            await self.until(lambda s: s.room is not None and s.room.granted)
            key = self.belief.key()
            if key is None:
                continue
            message = new_id()
            box, chat = seal_chat(self.belief.signer, key, self.belief.seat, message, kind, body, self.clock())
            try:
                await self.call(wire.ChatPost(id=new_id(), message=message, epoch=key.epoch, box=box, blobs=blobs))
            except Refusal as refused:
                if refused.code is not Code.STALE:
                    raise
                await asyncio.sleep(0.05)
                continue
            return chat
        raise Unavailable("room")

    async def say(self, text: str) -> str:
        """Post a message; its id."""
        return (await self.post("text", TextBody(text=text))).body.id

    async def note(self, to: str, kind: str, body: dict[str, Any], page: str) -> None:
        """Send a sealed note to the device behind this page key."""
        note = Note(
            suite=SUITE,
            mediation=self.belief.mediation,
            sender=self.belief.seat,
            to=to,
            id=new_id(),
            kind=kind,
            body=body,
            ts=self.clock(),
        )
        await self.call(wire.NoteSend(id=new_id(), to=to, box=seal_note(self.belief.signer, page, note)))

    async def answer_ring(self, yes: bool) -> None:
        """Let those who knock at the room in, or ask them to wait."""
        await doors.answer(self, yes)

    async def leave(self) -> None:
        """Say that one leaves, and go."""
        with suppress(Refusal, Unavailable):
            await self.call(wire.RoomLeave(id=new_id()))
        await self.line.stop()

    async def run(self) -> None:
        """Stay connected until it is over."""
        reason = await self.line.run(self._welcomed, self._happened, lambda why: self.see(self._lost(why)))
        self.see(seen.Disconnected(final=True, reason=reason))
        for _, future in self._watchers:
            if not future.done():
                future.set_exception(Unavailable(reason))

    # --- what comes in ------------------------------------------------------------------------------------------

    def _opening(self, challenge: wire.Challenge, resume: int) -> wire.Authenticate | wire.Enrol:
        page = make_page(
            self.belief.signer,
            self.belief.mediation,
            self.belief.seat,
            self.belief.page.public,
            challenge.nonce,
            self.clock(),
        )
        self._statement = page
        return wire.Authenticate(page=page.compact, access=self._access, resume=resume, takeover=self._takeover)

    def _lost(self, reason: str) -> seen.Seen:
        self.duties.forget()
        return seen.Disconnected(final=False, reason=reason)

    def see(self, what: seen.Seen) -> None:
        """Something is known now; whoever waits for it goes on."""
        self.state = fold(self.state, what)
        for true, future in self._watchers:
            if not future.done() and true(self.state):
                future.set_result(None)

    def check(self, step: Callable[[], None]) -> bool:
        """Whether the step was believed; what was not is noted in the state and not used."""
        try:
            step()
        except Doubted as doubted:
            self.see(doubted.distrust)
            return False
        return True

    def _welcomed(self, welcome: wire.Welcome) -> None:
        self.log.append("welcome")
        self._takeover = False
        self.duties.forget()
        if not self.check(lambda: self._frame(welcome)):
            return
        self.see(
            seen.Connected(
                standing=welcome.standing,
                seat=welcome.you,
                role=welcome.role,
                life=welcome.state,
                meeting=welcome.meeting,
                retain_until=welcome.retain_until,
            )
        )
        if self.record is not None:
            self.record.gate = welcome.gate
        self._mediator(welcome.mediator_page)
        self.room.enter(welcome.room, continuous=False)
        if welcome.floor is not None:
            self._other(wire.FloorChanged(floor=welcome.floor))
        self._other(
            wire.RecordChanged(
                holders=welcome.holders, items=welcome.items, requests=welcome.requests, charters=welcome.charters
            )
        )
        self.duties.wake()

    def _frame(self, welcome: wire.Welcome) -> None:
        """Who speaks for the mediator, and under which charter."""
        belief = self.belief
        if welcome.mediation != belief.mediation or welcome.you != belief.seat:
            raise Doubted("welcome.seat")
        belief.take_devices(welcome.devcerts)
        if welcome.charter is None:
            raise Doubted("charter.missing")
        belief.take_charter(welcome.charter)

    def _happened(self, event: wire.Event) -> None:
        happening = event.event
        self.log.append(str(type(happening).__struct_config__.tag))
        match happening:
            case wire.RoomChanged():
                self.room.enter(happening.room, continuous=True)
            case wire.RoomSilent():
                self.see(seen.SilenceSeen(silent=happening.silent))
            case wire.RingChanged():
                self.check(lambda: self.room.rung(happening.ring))
            case wire.PresenceChanged():
                self.check(lambda: self.room.presence(happening.seat, happening.page))
            case wire.GrantPublished():
                self.check(lambda: self.room.granted(happening.grant))
            case wire.ChatPosted():
                self.check(lambda: self.room.said(happening.line, live=True))
            case wire.HoldingTold():
                self.check(lambda: self.holdings.take(happening))
            case wire.NoteArrived():
                self.check(lambda: self._note(happening))
            case wire.DevicesChanged():
                self.check(lambda: self.belief.take_devices(happening.devcerts))
            case wire.DoorAnswered():
                self.see(seen.DoorReplied(reply=happening.reply))
            case wire.MediatorSeen():
                self._mediator(happening.page)
            case wire.MediationEnded():
                self.see(seen.Ended(life=happening.state, meeting=happening.meeting))
            case wire.Moved():
                self.see(seen.Disconnected(final=True, reason=Code.REPLACED))
            case (
                wire.FloorChanged()
                | wire.CharterChanged()
                | wire.RecordChanged()
                | wire.MediaOffered()
                | wire.MediaQuality()
            ):
                self._other(happening)
            case _:
                assert_never(happening)
        self.duties.wake()

    def _other(self, happening: Happening) -> None:
        """What only some participants act on; see `seat` and `table`."""
        if isinstance(happening, wire.RecordChanged) and self.record is not None:
            doubts, now = self.record.changed(happening)
            for doubt in doubts:
                self.see(doubt.distrust)
            self.see(now)
        elif isinstance(happening, wire.MediaOffered) and self.call_media is not None:
            self.duties.offer = happening

    def _mediator(self, page: str | None) -> None:
        def step() -> None:
            if page is not None:
                self.belief.take_mediator_page(page)
            self.see(seen.MediatorSeen(here=page is not None))

        self.check(step)

    def _note(self, arrived: wire.NoteArrived) -> None:
        note = self.belief.take_note(arrived.sender, arrived.box, arrived.page).body
        self.see(seen.NoteSeen(note=seen.Note(id=note.id, sender=note.sender, kind=note.kind, body=dict(note.body))))


@asynccontextmanager
async def running(session: Session) -> AsyncIterator[Session]:
    """Keep a session connected and dutiful while the block runs."""
    async with alongside(session.run(), session.duties.run(), session.holdings.run(), leave=session.line.stop):
        yield session
