"""The knock at a room where people may be talking, from outside (the mediator's) and from inside (everybody's).

There is no way in that those inside are not asked about or told of; the same rule is checked by each of their devices.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from client.headless import state as seen
from client.keys.cards import seal_cards
from client.keys.encoding import new_id
from client.keys.entry import COUNTED_SECONDS, Ring, behind_a_door, check_ring, make_answer, make_ring, newcomers
from client.keys.jws import SUITE, Signed
from client.keys.membership import Member, Sheet
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal

if TYPE_CHECKING:
    from client.headless.belief import Belief, Clock
    from client.headless.session import Session
    from client.headless.table import Table


class Bell:
    """What one participant knows of the knock at their own room: which, and since when they could count down."""

    def __init__(self) -> None:
        self.ring: Signed[Ring] | None = None
        self._since = 0.0

    def take(self, view: wire.RingView | None, belief: "Belief", clock: "Clock") -> seen.RingSeen:
        """The knock that the server shows, checked, or none."""
        if view is None:
            self.ring = None
            return seen.RingSeen(ring=None)
        ring = check_ring(view.ring, belief.sheet(), belief.devices)
        if self.ring is None or self.ring.hash != ring.hash:
            # Back after a cut there is no count of one's own: what is left is the server's word.
            left = 10.0 if view.left is None else min(view.left, 10.0)
            self._since = clock() - (10.0 - left)
        self.ring = ring
        return seen.RingSeen(
            ring=seen.Ring(
                hash=ring.hash,
                who=tuple(member.seat for member in ring.body.who),
                announced=ring.body.announced != "",
            )
        )

    def counted(self, ring: Signed[Ring], now: int) -> bool:
        """Whether this device was told of the announced entry long enough ago."""
        return self.ring is not None and self.ring.hash == ring.hash and now - self._since >= COUNTED_SECONDS


async def answer(session: "Session", yes: bool) -> None:
    """Let those at the door in, or say that it is not a good moment."""
    ring = session.belief.bell.ring
    if ring is None:
        raise Refusal(Code.STALE, rule="ring")
    belief = session.belief
    signed = make_answer(belief.signer, ring, belief.seat, session.clock()).compact if yes else None
    await session.call(wire.RingAnswer(id=new_id(), ring=ring.hash, answer=signed))


class Knocking:
    """The mediator's knocks. An unanswered one stays until it is announced, answered or taken back."""

    def __init__(self, table: "Table") -> None:
        self.patience = 20.0
        self._table = table
        self._rings: dict[str, Signed[Ring]] = {}

    async def entries(self, sheets: Iterable[Sheet]) -> tuple[wire.Entry, ...]:
        """Knock where these sheets let somebody in whom those inside must be asked about. Raises Refusal: `not-now`, or `unanswered`."""
        found: list[wire.Entry] = []
        for sheet in sheets:
            held = self._door(sheet)
            if held is not None:
                found.append(await self._knock(held, newcomers(held.body, sheet, self._table.belief.devices)))
        return tuple(found)

    def _door(self, sheet: Sheet) -> Signed[Sheet] | None:
        held, belief = self._table.sheets.get(sheet.room), self._table.belief
        if held is None or not behind_a_door(held.body) or not newcomers(held.body, sheet, belief.devices):
            return None
        return None if held.body.member(belief.seat) else held

    async def _knock(self, held: Signed[Sheet], who: tuple[Member, ...]) -> wire.Entry:
        room, before = held.body.room, self._rings.get(held.body.room)
        if before is not None and before.body.announced and before.body.sheet == held.hash and before.body.who == who:
            return wire.Entry(ring=before.compact)
        ring = await self._send(held, who, "")
        try:
            await self._table.until(lambda s: _answered(s, room, ring.hash), self.patience)
        except TimeoutError:
            raise Refusal(Code.UNAVAILABLE, rule="unanswered", room=room) from None
        floor = self._table.state.floor
        shown = next((one for one in floor.rooms if one.id == room), None) if floor else None
        if shown is None or not shown.answer:
            raise Refusal(Code.NOT_ALLOWED, rule="not-now", room=room)
        return wire.Entry(ring=ring.compact, answer=shown.answer)

    async def announce(self, room: str) -> None:
        """After an unanswered knock: everybody inside is told, and counts down from ten."""
        ring, held = self._rings[room], self._table.sheets[room]
        await self._send(held, ring.body.who, ring.hash)

    async def take_back(self, room: str) -> None:
        """Don't knock any more."""
        self._rings.pop(room, None)
        await self._table.call(wire.RingEnd(id=new_id(), room=room))

    async def _send(self, held: Signed[Sheet], who: tuple[Member, ...], announced: str) -> Signed[Ring]:
        table, body = self._table, held.body
        ring = make_ring(
            table.belief.signer,
            Ring(
                suite=SUITE,
                mediation=body.mediation,
                id=new_id(),
                room=body.room,
                sheet=held.hash,
                who=who,
                announced=announced,
                ts=table.clock(),
            ),
        )
        cards = [table.card(member).compact for member in who]
        boxes = {
            member.seat: seal_cards(table.pages[member.seat][1], body.mediation, member.seat, cards)
            for member in body.members
            if table.pages.get(member.seat, ("", ""))[0] == member.dev
        }
        await table.call(wire.RoomRing(id=new_id(), ring=ring.compact, cards=boxes))
        self._rings[body.room] = ring
        return ring


def _answered(state: seen.SeatState, room: str, ring: str) -> bool:
    shown = next((one for one in state.floor.rooms if one.id == room), None) if state.floor else None
    return shown is None or (shown.ring == ring and bool(shown.answer or shown.not_now))
