"""What was said in one room enters another only as its author let it: asked with one tap, answered, taken back, passed on once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client.headless import documents
from client.headless.seat import Seat
from client.protocol.errors import Refusal
from tests.story.stage import Stage, house, inside, stage, together


@asynccontextmanager
async def said(tmp_path: Path) -> AsyncIterator[tuple[Stage, Seat, Seat, str]]:
    """Ada told the mediator something in their private meeting; Ben waits in the joint room's other end."""
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        room = await on.table.make_room("caucus", [on.place("Ada Brook"), on.table.belief.seat])
        await inside(ada, room=room)
        await together(on.table, ada)
        message = await ada.say("we could go to eleven")
        await on.table.until(lambda s: s.line(message) is not None)
        yield on, ada, ben, message


async def back_together(on: Stage, *people: Seat) -> None:
    await on.table.open_room()
    for one in people:
        await on.table.move([one.belief.seat], "joint")
    await together(on.table, *people)


def side(on: Stage, name: str) -> str:
    return on.entry.seat(on.place(name)).side


async def test_asked_released_and_passed_on(tmp_path: Path) -> None:
    async with said(tmp_path) as (on, ada, ben, message):
        await on.table.telling.ask(message, (side(on, "Ben Stone"),))
        await ada.until(lambda s: s.ledger != ())
        await ada.telling.answer(message, True)
        await on.table.until(lambda s: s.ledger != () and s.ledger[0].given)
        await back_together(on, ada, ben)
        await on.table.telling.pass_on(message)
        state = await ben.until(lambda s: any(x.passed_by for x in s.lines))
        line = next(x for x in state.lines if x.passed_by)
        assert (line.text, line.seat, line.passed_by) == (
            "we could go to eleven",
            on.place("Ada Brook"),
            on.table.belief.seat,
        )
        assert ben.state.distrust == ada.state.distrust == ()


async def test_without_a_yes_nothing_is_passed_on(tmp_path: Path) -> None:
    async with said(tmp_path) as (on, ada, ben, message):
        await on.table.telling.ask(message, (side(on, "Ben Stone"),))
        await back_together(on, ada, ben)
        with pytest.raises(Refusal):
            await on.table.telling.pass_on(message)
        assert ben.state.lines == ()


async def test_a_yes_can_be_taken_back_until_it_was_told(tmp_path: Path) -> None:
    async with said(tmp_path) as (on, ada, ben, message):
        await on.table.telling.ask(message, (side(on, "Ben Stone"),))
        await ada.until(lambda s: s.ledger != ())
        await ada.telling.answer(message, True)
        await on.table.until(lambda s: s.ledger != () and s.ledger[0].given)
        stale = on.table.belief.ledger.entries[message]
        await ada.telling.answer(message, False)
        await on.table.until(lambda s: s.ledger != () and not s.ledger[0].given)
        await back_together(on, ada, ben)
        with pytest.raises(Refusal):
            await on.table.telling.pass_on(message)
        # A mediator whose own client was changed passes on all the same, with the yes that was taken back.
        on.table.belief.ledger.entries[message] = stale
        await on.table.telling.pass_on(message)
        await ada.until(lambda s: s.distrusts("release.revision"))
        assert not any(x.passed_by for x in ada.state.lines)


async def test_a_release_names_who_may_hear_it(tmp_path: Path) -> None:
    async with said(tmp_path) as (on, ada, ben, message):
        await on.table.telling.ask(message, (side(on, "Ada Brook"),))
        await ada.until(lambda s: s.ledger != ())
        await ada.telling.answer(message, True)
        await on.table.until(lambda s: s.ledger != () and s.ledger[0].given)
        await back_together(on, ada, ben)
        with pytest.raises(Refusal):
            await on.table.telling.pass_on(message)


async def test_nobody_but_its_author_releases_a_message(tmp_path: Path) -> None:
    async with said(tmp_path) as (on, ada, _ben, message):
        await on.table.telling.ask(message, (side(on, "Ben Stone"),))
        await on.table.telling.answer(message, True)
        await ada.until(lambda s: s.distrusts("release.seat"))
        assert not ada.belief.ledger.entries[message].given


async def test_a_document_is_passed_on_with_its_key_and_opens(tmp_path: Path) -> None:
    async with said(tmp_path) as (on, ada, ben, _):
        await documents.share(ada, "offer.txt", b"eleven, if the wall stays")
        state = await on.table.until(lambda s: any(x.document for x in s.lines))
        message = next(x.id for x in state.lines if x.document)
        await on.table.telling.ask(message, (side(on, "Ben Stone"),))
        await ada.until(lambda s: s.ledger != ())
        await ada.telling.answer(message, True)
        await on.table.until(lambda s: s.ledger != () and s.ledger[0].given)
        await back_together(on, ada, ben)
        await on.table.telling.pass_on(message)
        state = await ben.until(lambda s: any(x.passed_by for x in s.lines))
        line = next(x for x in state.lines if x.passed_by)
        assert await documents.read(ben, line) == b"eleven, if the wall stays"
