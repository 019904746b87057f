"""A server that hides a removal, shows two lists or lets one grow old: within thirty seconds each honest device says so and stops sending."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from client.headless.session import Session
from client.protocol.errors import Refusal
from tests.attacks.evil import Evil, Frame, Leg
from tests.attacks.forge import under_attack
from tests.story.stage import together


def hurry(*people: Session) -> None:
    """Thirty seconds become one."""
    for one in people:
        one.holdings.every, one.holdings.stale_after, one.holdings.pause = 0.2, 1.5, 0.1


def withhold(evil: Evil, seat: str, *kinds: str) -> None:
    """This person isn't told any more."""

    def down(leg: Leg, frame: Frame) -> Iterable[Frame]:
        if leg.you != seat or frame.get("event", {}).get("kind") not in kinds:
            yield frame

    evil.down = down


async def test_in_an_honest_room_everybody_is_confirmed(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, _evil, on, _a):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        hurry(on.table, ada, ben)
        await together(on.table, ada, ben)
        with pytest.raises(TimeoutError):
            await ada.until(lambda s: s.unconfirmed != (), 3)
        await ada.say("all well")
        assert ada.state.distrust == ()


async def test_a_hidden_removal_is_noticed_and_sending_stops(tmp_path: Path) -> None:
    """Ben was moved out. The server keeps Ada on the old list, on which he still is, so that he would hear her."""
    async with under_attack(tmp_path) as (_, evil, on, _a):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        hurry(on.table, ada, ben)
        await together(on.table, ada, ben)
        withhold(evil, on.place("Ada Brook"), "room.changed", "grant.published")
        await on.table.move([on.place("Ben Stone")], "waiting")
        await ada.until(lambda s: on.table.belief.seat in s.unconfirmed, 15)
        with pytest.raises(Refusal) as refused:
            await ada.say("he must not hear this")
        assert refused.value.facts["rule"] == "unconfirmed"


async def test_two_lists_shown_to_two_people_are_noticed_by_both(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _a):
        ada, ben, lea = [await on.admitted(n) for n in ("Ada Brook", "Ben Stone", "Lea Quill")]
        hurry(on.table, ada, ben, lea)
        await together(on.table, ada, ben, lea)
        withhold(evil, on.place("Lea Quill"), "room.changed", "grant.published", "presence.changed")
        await on.table.move([on.place("Ben Stone")], "waiting")
        await lea.until(lambda s: s.unconfirmed != (), 15)
        await ada.until(lambda s: s.unconfirmed == (on.place("Lea Quill"),), 15)


async def test_a_frozen_room_is_noticed(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _a):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        hurry(on.table, ada, ben)
        await together(on.table, ada, ben)
        withhold(evil, on.place("Ada Brook"), "holding.told", "room.changed", "grant.published", "presence.changed")
        await ada.until(lambda s: len(s.unconfirmed) == 2, 15)


async def test_a_release_taken_back_can_t_be_hidden(tmp_path: Path) -> None:
    """The server keeps Ada's lawyer from hearing that Ada took a yes back: their ledgers differ, and they say so."""
    async with under_attack(tmp_path) as (_, evil, on, _a):
        ada, lea = await on.admitted("Ada Brook"), await on.admitted("Lea Quill")
        hurry(on.table, ada, lea)
        room = await on.table.make_room("caucus", [on.place("Ada Brook"), on.place("Lea Quill"), on.table.belief.seat])
        assert room
        await together(on.table, ada, lea)
        message = await ada.say("eleven")
        await on.table.until(lambda s: s.line(message) is not None)
        await lea.until(lambda s: s.line(message) is not None)
        withhold(evil, on.place("Lea Quill"), "chat.posted")
        await on.table.telling.ask(message, (on.entry.sides[1].id,))
        await lea.until(lambda s: s.unconfirmed != (), 15)
