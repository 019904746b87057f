"""The mediator's table in one mediation: who knocks, who is where, moves. Signs the sheets; nothing else moves people.

A move is one command with the next sheets of all rooms concerned; it is checked here by the rules that every client checks,
before it is sent. The vault is saved before a command counts as done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress

import aiohttp
from msgspec import Struct
from msgspec.structs import replace

from client.headless import book as books
from client.headless import bound, moves, visitors
from client.headless import state as seen
from client.headless.alongside import alongside
from client.headless.belief import Belief, Clock, believing
from client.headless.doors import Knocking
from client.headless.session import Happening, Session, running
from client.keys.agreement import Agreement
from client.keys.beats import EVERY_SECONDS, make_beat
from client.keys.cards import seal_cards
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import new_id
from client.keys.jws import SUITE, Signed, object_hash, unverified
from client.keys.knock import Knock
from client.keys.membership import Card, Charter, Member, RoomKind, Sheet, check_sheet, make_card, make_sheet
from client.keys.refusals import ObjectRefused
from client.keys.roots import check_page, fingerprint
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal

MAX_BOXES = 500
Save = Callable[[books.MediationEntry], Awaitable[None]]


class DeskDevice(Struct, frozen=True, kw_only=True):
    """A mediator's device: it signs, it opens knocks, it opens the vault."""

    id: str
    signer: SoftSigner
    kem: SoftOpener
    vault: str
    devcert: str = ""


class Table(Session):
    """One mediation as its mediator sees it."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        origin: str,
        device: DeskDevice,
        name: str,
        root: str,
        entry: books.MediationEntry,
        save: Save,
        clock: Clock,
    ) -> None:
        self.device = device
        self.entry = entry
        self.name = name
        self.sheets: dict[str, Signed[Sheet]] = {}  # of open rooms, as the floor shows them
        self.pages: dict[str, tuple[str, str]] = {}  # seat -> (device, page key), connected now
        self.knocks: dict[str, Knock] = {}
        self._boxes: dict[tuple[str, str], Knock | None] = {}
        self._last: dict[str, Signed[Sheet]] = {}
        self._save = save
        self.knocking = Knocking(self)
        belief = Belief(
            mediation=entry.id,
            seat=entry.own,
            signer=device.signer,
            page=SoftOpener.fresh(),
            fingerprint=fingerprint(root),
            minrev=1,
            clock=clock,
        )
        belief.met = {seat.seat: tuple(known.dev for known in seat.devices) for seat in entry.seats}
        super().__init__(http, origin, belief, None)

    # --- what the mediator does ---------------------------------------------------------------------------------

    async def open_room(self) -> str:
        """Go into the joint room, made if there is none; its id."""
        return await self.visit(self._joint().room)

    async def admit(self, seat: str, where: str = "waiting") -> str:
        """Let a person who knocked in: into the joint room, a room by id, or a waiting room of their own. The room's id."""
        knock = self.knocks.get(seat)
        if knock is None:
            raise Refusal(Code.INCOMPLETE, rule="knock")
        entry = self.entry.seat(seat)
        known = books.KnownDevice(dev=knock.page.body.dev, names=knock.names, at=self.clock())
        signed = knock.agreement.compact if knock.agreement else entry.agreement
        if not self.signed(signed):
            raise Refusal(Code.INCOMPLETE, rule="agreement")
        devices = (*(d for d in entry.devices if d.dev != known.dev), known)
        await self.remember(books.with_seat(self.entry, replace(entry, devices=devices, agreement=signed)))
        self.pages[seat] = (knock.page.body.dev, knock.page.body.kem)
        self.belief.meet(seat, known.dev)
        return await self.move((seat,), where)

    async def answer(self, seat: str, reply: str) -> None:
        """Send a person away from the door for now."""
        await self.call(wire.KnockAnswer(id=new_id(), seat=seat, reply="no" if reply == "no" else "later"))

    async def signed_on_paper(self, seat: str) -> None:
        """Record that this person signed the agreement on paper."""
        await self.remember(books.with_seat(self.entry, replace(self.entry.seat(seat), agreement="paper")))

    async def make_room(self, kind: RoomKind, seats: Iterable[str], label: str = "") -> str:
        """A new room with these people in it; its id."""
        target = moves.Target(room=new_id(), kind=kind)
        if label:
            await self.remember(replace(self.entry, roomLabels=self.entry.roomLabels | {target.room: label}))
        return await self._move(tuple(seats), target)

    async def move(self, seats: Iterable[str], where: str) -> str:
        """Move people to 'joint', to a room by id, or to a waiting room of their own; its id."""
        return await self._move(tuple(seats), self._target(where))

    async def visit(self, room: str) -> str:
        """Go into a room oneself."""
        return await self._move((self.belief.seat,), self._target(room))

    async def separate(self) -> None:
        """Everyone in the joint room into one waiting room a side, now."""
        joint = self._joint().room
        held = self.sheets.get(joint)
        if held is None:
            return
        wish: dict[str, tuple[Member, moves.Target]] = {}
        rooms: dict[str, moves.Target] = {}
        for member in held.body.members:
            if member.seat == self.belief.seat:
                continue
            side = self._side(member.seat) or member.seat
            rooms.setdefault(side, moves.Target(room=new_id(), kind="waiting"))
            wish[member.seat] = (member, rooms[side])
        await self._publish(wish)

    def move_warnings(self, seats: Iterable[str], where: str) -> moves.Warnings:
        """What to ask before a move."""
        moved, target = tuple(seats), self._target(where)
        wish = {seat: (self._member(seat), target) for seat in moved}
        charter = self.charter()
        return moves.warnings(charter.body, self.sheets, moves.next_sheets(self.sheets, charter, wish, 0), moved)

    def signed(self, agreement: str) -> bool:
        """Whether this is an agreement for the present meeting; one on paper holds for all."""
        if agreement in ("", "paper"):
            return agreement == "paper"
        return unverified("agreement", agreement, Agreement).meeting == self.state.meeting

    async def break_(self, until: int) -> None:
        """Everyone apart until then; each is told the time."""
        await self.separate()
        for seat, (_, kem) in self.pages.items():
            if seat != self.belief.seat:
                with suppress(Refusal):
                    await self.note(seat, "promise", {"until": until}, kem)

    async def adjourn(self) -> None:
        """End today's meeting: nobody stays in any room; each keeps what they have seen."""
        charter, now = self.charter(), self.clock()
        made = [make_sheet(self.belief.signer, one) for one in moves.emptied(self.sheets, charter, now)]
        await self.call(wire.MediationAdjourn(id=new_id(), sheets=tuple(one.compact for one in made)))
        self._last |= {one.body.room: one for one in made}

    async def close(self) -> None:
        """Close for good: what was not kept is gone."""
        await self.call(wire.MediationClose(id=new_id()))

    async def beat(self) -> None:
        """Say every two seconds that this device is alive, for ever."""
        number = self.clock() * 1000
        while True:
            number += 1
            made = make_beat(self.belief.signer, self.belief.mediation, number, self.clock())
            await self.line.tell(wire.Beat(beat=made.compact))
            await asyncio.sleep(EVERY_SECONDS)

    # --- moving -------------------------------------------------------------------------------------------------

    def _joint(self) -> moves.Target:
        for room, sheet in self.sheets.items():
            if sheet.body.kind == "joint" and sheet.body.members:
                return moves.Target(room=room, kind="joint")
        return moves.Target(room=new_id(), kind="joint")

    def _target(self, where: str) -> moves.Target:
        if where == "joint":
            return self._joint()
        if where == "waiting":
            return moves.Target(room=new_id(), kind="waiting")
        held = self.sheets.get(where)
        return moves.Target(room=where, kind=held.body.kind if held else "joint")

    def _member(self, seat: str) -> Member:
        place = self.charter().body.seat(seat)
        if place is None:
            raise Refusal(Code.BAD_OBJECT, rule="seat")
        if seat == self.belief.seat:
            return Member(seat=seat, dev=self.belief.signer.public, role=place.role)
        entry = self.entry.seat(seat)
        known = entry.devices
        if not known:
            raise Refusal(Code.INCOMPLETE, rule="admit", seat=seat)
        if not self.signed(entry.agreement):
            raise Refusal(Code.INCOMPLETE, rule="agreement", seat=seat)
        return Member(seat=seat, dev=known[-1].dev, role=place.role)

    def _side(self, seat: str) -> str:
        return bound.side_with(seat, self.entry.seats)

    def _where(self, seat: str) -> str:
        return next((room for room, sheet in self.sheets.items() if sheet.body.member(seat)), "")

    async def goes_with(self, seat: str, person: str) -> None:
        """An interpreter's person: they are moved together from now on."""
        await self.remember(books.with_seat(self.entry, replace(self.entry.seat(seat), goesWith=person)))

    async def renew_keys(self) -> None:
        """Every room's key anew, now."""
        charter = self.charter()
        await self._send(moves.renewed(self.sheets, charter, self.clock()))

    async def _move(self, seats: tuple[str, ...], target: moves.Target) -> str:
        seats = bound.together(seats, self.entry.seats, lambda seat: self._where(seat) != "")
        if bound.torn(seats, self.entry.seats, self._where, target.room):
            raise Refusal(Code.NOT_ALLOWED, rule="bound")
        await self._publish({seat: (self._member(seat), target) for seat in seats})
        return target.room

    async def _publish(self, wish: dict[str, tuple[Member, moves.Target]]) -> None:
        charter = self.charter()
        await self._send(moves.next_sheets(self.sheets, charter, wish, self.clock()))

    async def _send(self, sheets: tuple[Sheet, ...]) -> None:
        """Sign these next sheets and have them published, as one act."""
        charter = self.charter()
        entries = await self.knocking.entries(sheets)
        signed: list[Signed[Sheet]] = []
        for sheet in sheets:
            made = make_sheet(self.belief.signer, sheet)
            try:
                check_sheet(made.compact, charter, self.belief.devices, self.sheets.get(sheet.room))
            except ObjectRefused as refused:
                raise Refusal(Code.NOT_ALLOWED, rule=refused.reason.value) from None
            signed.append(made)
        if not signed:
            return
        ahead = [
            make_sheet(self.belief.signer, sheet).compact
            for one in signed
            if one.body.kind == "joint"
            for sheet in moves.parting(one, charter, new_id, self.clock(), self._side)
        ]
        await self.call(
            wire.SheetsPublish(
                id=new_id(),
                sheets=tuple(one.compact for one in signed),
                cards=self._dealt(signed),
                parting=tuple(ahead),
                entries=entries,
            )
        )
        await self.until(lambda s: all(_shown(s, one) for one in signed))
        self._last |= {one.body.room: one for one in signed if not one.body.members}

    def _dealt(self, sheets: Iterable[Signed[Sheet]]) -> dict[str, str]:
        """The name cards of everyone in a room, boxed for each of them who is connected."""
        boxes: dict[str, str] = {}
        for sheet in sheets:
            cards = [self.card(member).compact for member in sheet.body.members]
            self.belief.take_cards(tuple(cards))
            for member in sheet.body.members:
                dev, kem = self.pages.get(member.seat, ("", ""))
                if dev == member.dev and member.seat != self.belief.seat:
                    boxes[member.seat] = seal_cards(kem, self.belief.mediation, member.seat, cards)
        return boxes

    def card(self, member: Member) -> Signed[Card]:
        """The name card of a place, made anew when its names changed."""
        own = member.seat == self.belief.seat
        entry = self.entry.seat(member.seat)
        names = (self.name,) if own else (entry.devices[-1].names or (entry.name,))
        held = self.belief.cards.get(member.seat)
        if held is not None and held.body.names == names:
            return held
        card = Card(
            suite=SUITE,
            mediation=self.belief.mediation,
            seat=member.seat,
            names=names,
            side=entry.side,
            role=member.role,
            rev=self.clock(),
        )
        return make_card(self.belief.signer, card)

    async def remember(self, entry: books.MediationEntry) -> None:
        """Save the mediation's entry in the vault; only then it counts."""
        await self._save(entry)
        self.entry = entry

    # --- what the mediator sees ---------------------------------------------------------------------------------

    def _other(self, happening: Happening) -> None:
        if isinstance(happening, wire.FloorChanged):
            self._floor(happening.floor)
        elif isinstance(happening, wire.CharterChanged):
            self.check(lambda: self._rechartered(happening.charter))
        else:
            super()._other(happening)

    def _rechartered(self, charter: str) -> None:
        self.belief.take_charter(charter)

    def _floor(self, floor: wire.Floor) -> None:
        self.pages = {}
        for present in floor.online:
            self.check(lambda present=present: self._online(present))  # type: ignore[misc]
        open_rooms: list[seen.FloorRoom] = []
        for room in floor.rooms:
            self.check(lambda room=room: open_rooms.append(self._room(room)))  # type: ignore[misc]
        self.knocks = {}
        doors: list[seen.Knock] = []
        for door in floor.doors:
            self.check(lambda door=door: doors.extend(self._door(door)))  # type: ignore[misc]
        self.sheets = {room.id: self._last[room.id] for room in open_rooms}
        self.see(
            seen.FloorSeen(floor=seen.Floor(rooms=tuple(open_rooms), doors=tuple(doors), online=tuple(self.pages)))
        )

    def _online(self, present: wire.Present) -> None:
        with believing("page", seat=present.seat):
            page = check_page(present.page, self.belief.mediation, present.seat).body
        self.pages[present.seat] = (page.dev, page.kem)

    def _room(self, room: wire.FloorRoom) -> seen.FloorRoom:
        with believing("sheet"):
            claimed = unverified("sheet", room.sheet, Sheet)
            held = self._last.get(claimed.room)
            if held is None or held.hash != object_hash(room.sheet):
                # Not continuous: another device of ours may have moved people in between.
                held = check_sheet(room.sheet, self.charter(), self.belief.devices, held, continuous=False)
                self._last[claimed.room] = held
        body = held.body
        return seen.FloorRoom(
            id=body.room,
            kind=body.kind,
            rev=body.rev,
            sheet=held.hash,
            members=tuple(member.seat for member in body.members),
            online=room.online,
            ring=object_hash(room.ring.ring) if room.ring else "",
            answer=(room.ring.answer or "") if room.ring else "",
            not_now=room.ring.not_now if room.ring else False,
        )

    def _door(self, door: wire.Door) -> tuple[seen.Knock, ...]:
        """Who stands at the door, if they hold the link; a box that does not prove it is noticed once and shown once."""
        key = (door.seat, door.box)
        if key not in self._boxes:
            self._boxes[key] = None
            if len(self._boxes) > MAX_BOXES:
                self._boxes.pop(next(iter(self._boxes)))
            self._boxes[key] = visitors.opened(self, door)
        knock = self._boxes[key]
        if knock is None:
            return ()
        self.knocks[door.seat] = knock
        return (visitors.shown(self, door, knock),)

    def charter(self) -> Signed[Charter]:
        """The charter in force."""
        return self.belief.held_charter()


def _shown(state: seen.SeatState, sheet: Signed[Sheet]) -> bool:
    """Whether the floor shows this sheet, or a later one of its room; a closed room is not shown."""
    rooms = state.floor.rooms if state.floor else ()
    room = next((room for room in rooms if room.id == sheet.body.room), None)
    return room is None if not sheet.body.members else room is not None and room.rev >= sheet.body.rev


@asynccontextmanager
async def at_table(table: Table) -> AsyncIterator[Table]:
    """Sit at a table while the block runs."""
    async with running(table), alongside(table.beat(), leave=_nothing):
        yield table


async def _nothing() -> None:
    return
