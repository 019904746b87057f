"""Knocking at a room where people may be talking: nobody comes in whom nobody inside answered, unless everyone was told and counted down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client.headless.seat import Seat
from client.protocol.errors import Code, Refusal
from tests.story.stage import Stage, house, inside, stage, together


@asynccontextmanager
async def caucus(tmp_path: Path, kind: str = "caucus") -> AsyncIterator[tuple[Stage, Seat, Seat, str]]:
    """Ada and her lawyer talk alone; nobody answers the door by itself."""
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, lea = await on.admitted("Ada Brook"), await on.admitted("Lea Quill")
        ada.lets_in = lea.lets_in = False
        room = await on.table.make_room(kind, [on.place("Ada Brook"), on.place("Lea Quill")])  # type: ignore[arg-type]
        await inside(ada, lea, room=room)
        await together(ada, lea)
        on.table.knocking.patience = 0.3
        yield on, ada, lea, room


async def test_somebody_inside_answers_and_only_then_the_mediator_comes_in(tmp_path: Path) -> None:
    async with caucus(tmp_path) as (on, ada, lea, room):
        on.table.knocking.patience = 20
        visit = asyncio.create_task(on.table.visit(room))
        state = await lea.until(lambda s: s.ring is not None)
        await ada.until(lambda s: s.ring is not None)
        assert state.ring is not None
        assert state.ring.who == (on.table.belief.seat,)
        assert ada.state.room is not None
        assert len(ada.state.room.people) == 2
        await lea.answer_ring(True)
        await visit
        await together(on.table, ada, lea)
        assert ada.state.ring is None
        assert ada.state.distrust == lea.state.distrust == ()


async def test_not_now_keeps_the_door_shut(tmp_path: Path) -> None:
    async with caucus(tmp_path) as (on, ada, _lea, room):
        on.table.knocking.patience = 20
        visit = asyncio.create_task(on.table.visit(room))
        await ada.until(lambda s: s.ring is not None)
        await ada.answer_ring(False)
        with pytest.raises(Refusal) as refused:
            await visit
        assert refused.value.facts["rule"] == "not-now"
        with pytest.raises(Refusal):
            await on.table.knocking.announce(room)
        await ada.until(lambda s: s.ring is None)


async def test_unanswered_for_twenty_seconds_the_mediator_announces_and_all_count_down(tmp_path: Path) -> None:
    async with caucus(tmp_path) as (on, ada, lea, room):
        with pytest.raises(Refusal) as refused:
            await on.table.visit(room)
        assert refused.value.facts["rule"] == "unanswered"
        with pytest.raises(Refusal) as early:
            await on.table.knocking.announce(room)
        assert early.value.code is Code.TOO_EARLY
        on.time.pass_(20)
        await on.table.knocking.announce(room)
        await ada.until(lambda s: s.ring is not None and s.ring.announced)
        await lea.until(lambda s: s.ring is not None and s.ring.announced)
        with pytest.raises(Refusal) as refused:
            await on.table.visit(room)
        assert refused.value.facts["rule"] == "entry"
        on.time.pass_(10)
        await on.table.visit(room)
        await together(on.table, ada, lea)
        assert ada.state.distrust == ()


async def test_a_lawyers_room_is_never_entered_announced(tmp_path: Path) -> None:
    async with caucus(tmp_path, "counsel") as (on, ada, lea, room):
        ben = await on.admitted("Ben Stone")
        assert ben.state.room is not None
        for who in ([on.table.belief.seat], [on.place("Ben Stone")]):
            with pytest.raises(Refusal):
                await on.table.move(who, room)
        on.time.pass_(60)
        with pytest.raises((Refusal, KeyError)):
            await on.table.knocking.announce(room)
        assert ada.state.room is not None
        assert {p.seat for p in ada.state.room.people} == {on.place("Ada Brook"), on.place("Lea Quill")}
        assert lea.state.distrust == ()


async def test_who_is_inside_brings_others_without_a_knock_and_it_is_shown(tmp_path: Path) -> None:
    async with caucus(tmp_path) as (on, ada, lea, room):
        lea.lets_in = True
        await on.table.visit(room)
        await on.table.move([on.place("Lea Quill")], "waiting")
        await together(on.table, ada)
        await on.table.move([on.place("Lea Quill")], room)
        await together(on.table, ada, lea)


async def test_nobody_outside_learns_of_a_knock(tmp_path: Path) -> None:
    async with caucus(tmp_path) as (on, _ada, _lea, room):
        ben = await on.admitted("Ben Stone")
        await together(on.table, ben)
        before = len(ben.log)
        with pytest.raises(Refusal):
            await on.table.visit(room)
        await on.table.knocking.take_back(room)
        await ben.say("are you still there")
        await ben.until(lambda s: len(s.lines) == 1)
        assert [kind for kind in ben.log[before:] if kind != "holding.told"] == ["chat.posted"]
