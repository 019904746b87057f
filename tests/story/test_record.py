"""What is kept: with everyone's yes and everyone's paper key, or not at all."""

from pathlib import Path

import pytest

from client.headless import documents
from client.headless.record import Record
from client.headless.session import Session
from client.protocol.errors import Code, Refusal
from tests.story.stage import Stage, house, stage, together


def record_of(who: Session) -> Record:
    assert who.record is not None
    return who.record


async def paper_keys(*people: Session) -> None:
    """Each makes a paper key and enters it once; then all see each other's."""
    for who in people:
        await record_of(who).test_paper_key(record_of(who).make_paper_key())
    for who in people:
        await who.until(lambda s: {p.belief.seat for p in people} <= set(s.holders))


async def agreed(message: str, author: Session, *others: Session) -> None:
    """The author asks, everyone else present says yes, and the author has heard it."""
    for who in others:
        await who.until(lambda s: s.line(message) is not None)
    await author.until(lambda s: s.line(message) is not None)
    await record_of(author).ask(message)
    for who in others:
        await who.until(lambda s: bool((line := s.line(message)) and line.asked_by))
        await record_of(who).agree(message)
    seats = {who.belief.seat for who in others}
    await author.until(lambda s: bool((line := s.line(message)) and seats <= line.agreed))


async def opened(tmp_path: Path, on: Stage) -> tuple[Session, Session]:
    ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
    await together(on.table, ada, ben)
    return ada, ben


async def test_a_message_and_a_document_are_kept_with_everyones_yes(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await opened(tmp_path, on)
        await paper_keys(on.table, ada, ben)
        said = await ada.say("the wall is hers")
        await agreed(said, ada, ben, on.table)
        await record_of(ada).keep(said)
        file = await documents.share(ben, "plan.txt", b"eleven metres, Ben Stone")
        await agreed(file, ben, ada, on.table)
        await record_of(ben).keep(file)
        for who in (on.table, ada, ben):
            await who.until(lambda s: len(s.kept) == 2)
            assert {x.kind for x in who.state.kept} == {"chat", "file"}
            assert all(x.kept for x in who.state.lines)
            assert who.state.distrust == ()


async def test_silence_keeps_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await opened(tmp_path, on)
        await paper_keys(on.table, ada, ben)
        said = await ada.say("the wall is hers")
        await agreed(said, ada, on.table)  # Ben says nothing
        with pytest.raises(Refusal) as refused:
            await record_of(ada).keep(said)
        assert refused.value.code is Code.INCOMPLETE
        assert refused.value.facts["seats"] == [on.place("Ben Stone")]


async def test_without_everyones_tested_paper_key_nothing_is_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await opened(tmp_path, on)
        await paper_keys(on.table, ada)
        said = await ada.say("the wall is hers")
        await agreed(said, ada, ben, on.table)
        with pytest.raises(Refusal) as refused:
            await record_of(ada).keep(said)
        assert refused.value.facts["seats"] == [on.place("Ben Stone")]


async def test_what_was_said_in_a_private_meeting_cant_be_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await opened(tmp_path, on)
        await paper_keys(on.table, ada, ben)
        room = await on.table.make_room("caucus", [on.place("Ada Brook")])
        await on.table.visit(room)
        await together(on.table, ada)
        said = await ada.say("eight at least")
        await agreed(said, ada, on.table)
        with pytest.raises(Refusal) as refused:
            await record_of(ada).keep(said)
        assert refused.value.facts["rule"] == "joint-only"
