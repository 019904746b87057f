"""What a room expects of a member's device: handing out keys as keeper, saying which key it holds, answering media offers.

One task looks at what is held and acts until nothing is left to do; it never acts on anything but checked beliefs.
"""

import asyncio
from typing import TYPE_CHECKING

from client.headless import doors
from client.keys.encoding import new_id
from client.keys.grants import keeper_of, make_grant, new_room_key
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal, Unavailable

if TYPE_CHECKING:
    from client.headless.session import Session

MOVED_ON = (Code.STALE, Code.NOT_HERE, Code.NOT_ALLOWED, Code.GONE, Code.UNAVAILABLE)


class Duties:
    """The duties of one session; `wake` after anything changed."""

    def __init__(self, session: "Session") -> None:
        self.offer: wire.MediaOffered | None = None
        self._session = session
        self._wake = asyncio.Event()
        self._granting: tuple[str, tuple[tuple[str, str], ...]] | None = None
        self._held: tuple[str, int] | None = None
        self._media_ready = False
        self._opened = ""

    def wake(self) -> None:
        """Look again."""
        self._wake.set()

    def forget(self) -> None:
        """The connection is new or gone: what was told to the server counts no more."""
        self._granting = self._held = None
        self._media_ready = False

    def settled(self) -> None:
        """A grant arrived."""
        self._granting = None

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for duty in (self._hand_out, self._hold, self._open, self._media):
                try:
                    await duty()
                except Refusal as refused:
                    if refused.code not in MOVED_ON:
                        raise
                    self._granting = None  # the room moved on; the event that says so wakes us again
                except Unavailable:
                    self._granting = None

    async def _hand_out(self) -> None:
        """As keeper: a fresh key whenever the sheet or somebody's page is not covered by the last one."""
        belief = self._session.belief
        if belief.room is None:
            return
        sheet, pages = belief.sheet(), dict(belief.pages())
        if belief.seat not in pages or keeper_of(sheet.body, pages) != belief.seat:
            return
        covered = {seat: box.to for seat, box in belief.granted.body.boxes.items()} if belief.granted else {}
        wanted = (sheet.hash, tuple(sorted(pages.items())))
        if self._granting == wanted or all(covered.get(seat) == kem for seat, kem in pages.items()):
            return
        self._granting = wanted
        room = sheet.body.room
        key = new_room_key(belief.mediation, room, belief.epochs.get(room, 0) + 1)
        cards = [belief.cards[m.seat].compact for m in sheet.body.members if m.seat in belief.cards]
        grant = make_grant(belief.signer, sheet, belief.seat, key, pages, cards)
        try:
            await self._session.call(wire.GrantPublish(id=new_id(), grant=grant.compact))
        except Refusal as refused:
            epoch = refused.facts.get("epoch")
            if refused.code is Code.STALE and isinstance(epoch, int) and epoch > belief.epochs.get(room, 0):
                belief.epochs[room] = epoch  # there were keys before we came: go on above them
                self.wake()
            raise

    async def _hold(self) -> None:
        key, granted = self._session.belief.key(), self._session.belief.granted
        if key is None or granted is None or self._held == (granted.body.sheet, key.epoch):
            return
        self._held = (granted.body.sheet, key.epoch)
        await self._session.call(wire.RoomHold(id=new_id(), sheet=granted.body.sheet, epoch=key.epoch))

    async def _open(self) -> None:
        """Let in who knocks, where nobody else decides."""
        ring = self._session.belief.bell.ring
        if ring is None or not self._session.lets_in or self._opened == ring.hash:
            return
        self._opened = ring.hash
        await doors.answer(self._session, True)

    async def _media(self) -> None:
        """Be ready again after a reconnection, and answer the latest offer."""
        call = self._session.call_media
        if call is None or not call.kinds:
            return
        if not self._media_ready:
            self._media_ready = True
            await call.ready()
        offer, self.offer = self.offer, None
        if offer is not None:
            await call.offered(offer)
