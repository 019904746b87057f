"""Every ten seconds each device tells its room, sealed, which list and key it holds; who isn't heard, or holds another, makes us fall silent.

This is what exposes a server that hides a removal, shows two lists, or lets a list grow old: it can't make up what it can't seal.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from client.headless import state as seen
from client.headless.belief import believing
from client.keys.encoding import new_id
from client.keys.holdings import EVERY_SECONDS, STALE_AFTER, Holding, open_holding, seal_holding
from client.keys.jws import SUITE
from client.protocol import messages as wire
from client.protocol.errors import Refusal, Unavailable

if TYPE_CHECKING:
    from client.headless.session import Session


class Holdings:
    """The statements of one session: its own, and when it last heard each of the others."""

    def __init__(self, session: "Session") -> None:
        self.every = EVERY_SECONDS
        self.stale_after = STALE_AFTER
        self.pause = 0.5
        self.ticks: Callable[[], float] = time.monotonic
        self._session = session
        self._heard: dict[str, float] = {}
        self._apart: dict[str, float] = {}  # since when a member states another ledger under the same key
        self._last: dict[str, int] = {}
        self._told: tuple[str, int] = ("", 0)
        self._at = 0.0
        self._n = 0

    def take(self, told: wire.HoldingTold) -> None:
        """A statement from the room. One that doesn't open under our key is not heard; silence shows by itself."""
        belief = self._session.belief
        key = belief.key()
        member = belief.sheet().body.member(told.seat) if belief.room else None
        if key is None or member is None or told.epoch != key.epoch:
            return
        with believing("holding"):
            body = open_holding(key, told.seat, member.dev, self._last.get(told.seat, 0), told.box).body
        self._last[told.seat] = body.n
        same = body.sheet == belief.sheet().hash and body.ledger == belief.ledger.head
        if same:
            self._apart.pop(told.seat, None)
        else:
            self._apart.setdefault(told.seat, self.ticks())
        if body.sheet == belief.sheet().hash:
            self._heard[told.seat] = self.ticks()

    async def run(self) -> None:
        """Speak and listen, for ever."""
        while True:
            await asyncio.sleep(self.pause)
            self._watch()
            with suppress(Refusal, Unavailable):
                await self._speak()

    def _watch(self) -> None:
        """Who is here and not heard for thirty seconds under the present key."""
        belief, now = self._session.belief, self.ticks()
        key = belief.key()
        here = set(belief.present) - {belief.seat} if key is not None else set()
        self._heard = {seat: self._heard.get(seat, now) for seat in here}
        self._apart = {seat: since for seat, since in self._apart.items() if seat in here}
        late = {seat for seat, at in self._heard.items() if now - at >= self.stale_after}
        apart = {seat for seat, at in self._apart.items() if now - at >= 2 * self.every}
        doubtful = tuple(sorted(late | apart))
        if doubtful != self._session.state.unconfirmed:
            self._session.see(seen.Unconfirmed(seats=doubtful))
            if self._session.call_media is not None:
                self._session.call_media.keyed(None if doubtful else key)

    async def _speak(self) -> None:
        belief = self._session.belief
        key, granted = belief.key(), belief.granted
        if key is None or granted is None:
            return
        current = (granted.body.sheet, key.epoch)
        if current == self._told and self.ticks() - self._at < self.every:
            return
        self._n = max(self._n + 1, int(time.time() * 1000))
        holding = Holding(
            suite=SUITE,
            mediation=belief.mediation,
            room=key.room,
            sheet=granted.body.sheet,
            epoch=key.epoch,
            seat=belief.seat,
            ledger=belief.ledger.head,
            n=self._n,
            ts=self._session.clock(),
        )
        box = seal_holding(belief.signer, key, holding)
        await self._session.call(wire.HoldingTell(id=new_id(), epoch=key.epoch, box=box))
        self._told, self._at = current, self.ticks()
