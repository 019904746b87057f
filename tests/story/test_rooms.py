"""Rooms by headless clients against a real server: who is on screen holds the key, and nobody else."""

from pathlib import Path

import pytest

from client.headless import documents
from client.keys.chat import open_chat
from client.keys.grants import RoomKey
from client.keys.refusals import ObjectRefused
from client.protocol.errors import Code, Refusal
from server.http.keys import HOUSE
from tests.story.stage import House, Stage, house, inside, stage, together


async def test_three_people_talk_in_the_joint_room(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada = await on.admitted("Ada Brook")
        ben = await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        await ada.say("the wall leans")
        await ben.say("it always did")
        for who in (on.table, ada, ben):
            await who.until(lambda s: len(s.lines) == 2)
            assert who.state.room is not None
            assert [p.names for p in who.state.room.people] == [("Mara Vane",), ("Ada Brook",), ("Ben Stone",)]
            assert [(x.names, x.text) for x in who.state.lines] == [
                (("Ada Brook",), "the wall leans"),
                (("Ben Stone",), "it always did"),
            ]
            assert who.state.distrust == ()


async def test_a_document_is_read_by_the_room_and_by_nobody_else(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        lea = await on.admitted("Lea Quill", "waiting")
        await together(on.table, ada, ben)
        content = b"survey of the wall\n" * 200_000
        message = await documents.share(ada, "/home/ada/survey.txt", content)
        await ben.until(lambda s: s.line(message) is not None)
        line = ben.state.line(message)
        assert line is not None
        assert line.text == "survey.txt"
        assert await documents.read(ben, line) == content
        with pytest.raises(Refusal) as refused:
            await documents.read(lea, line)
        assert refused.value.code is Code.NOT_ALLOWED


async def test_who_cant_sign_is_seen_by_the_mediator_and_may_sign_on_paper(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ben = await on.enter("Ben Stone")
        await ben.knock(sign=False, words="my glasses are at home")
        knock = await on.knocked("Ben Stone")
        assert (knock.cannot_sign, knock.signed, knock.words) == (True, False, "my glasses are at home")
        place = on.place("Ben Stone")
        with pytest.raises(Refusal):
            await on.table.admit(place)
        await on.table.answer(place, "later")
        await ben.until(lambda s: s.door_reply == "later")
        await on.table.signed_on_paper(place)
        await ben.knock(sign=False)
        await on.knocked("Ben Stone")
        await on.table.admit(place)
        await inside(ben)


async def test_a_mediator_who_leaves_a_private_meeting_cant_open_what_comes_after(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben, lea = [await on.admitted(name) for name in ("Ada Brook", "Ben Stone", "Lea Quill")]
        await together(on.table, ada, ben, lea)
        room = await on.table.make_room("caucus", [on.place("Ada Brook"), on.place("Lea Quill")], "Upper farm alone")
        await inside(ada, lea, room=room)
        await together(ada, lea)
        await together(on.table, ben)
        joint = on.table.state.room.id if on.table.state.room else ""

        await on.table.visit(room)
        await together(on.table, ada, lea)
        await ada.say("our least is eight")
        await on.table.until(lambda s: any(x.text == "our least is eight" for x in s.lines))
        held = list(on.table.belief.keys.values())

        await on.table.visit(joint)
        await together(ada, lea)
        after = await ada.say("she does not know about ten")
        await lea.until(lambda s: s.line(after) is not None)
        assert not any("ten" in x.text for x in [*on.table.state.lines, *ben.state.lines])
        _nothing_opens(server, on, room, after, held)
        for who in (on.table, ada, ben, lea):
            assert who.state.distrust == ()


def _nothing_opens(server: House, on: Stage, room: str, message: str, held: list[RoomKey]) -> None:
    """With everything that the server stores and every key the mediator ever held there, the line stays shut."""
    actor, _ = server.app[HOUSE]._open[on.entry.id]
    line = next(x for x in actor.state.live.talks[room].lines if x.message == message)
    devs = {m.seat: m.dev for m in actor.state.rooms[room].body.members}
    assert held
    for key in held:
        with pytest.raises(ObjectRefused):
            open_chat(key, line.seat, devs[line.seat], line.message, line.box)


async def test_the_lawyers_room_is_without_the_mediator_for_ever(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, lea = await on.admitted("Ada Brook"), await on.admitted("Lea Quill")
        room = await on.table.make_room("counsel", [on.place("Ada Brook"), on.place("Lea Quill")])
        await inside(ada, lea, room=room)
        await together(ada, lea)
        await lea.say("between us")
        await ada.until(lambda s: any(x.text == "between us" for x in s.lines))
        with pytest.raises(Refusal) as refused:
            await on.table.visit(room)
        assert refused.value.facts["rule"] == "counsel"
        assert not any(x.text == "between us" for x in on.table.state.lines)


async def test_moving_a_party_away_from_their_lawyer_asks_first(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        await on.admitted("Ada Brook")
        await on.admitted("Lea Quill")
        asked = on.table.move_warnings([on.place("Ada Brook")], "waiting")
        assert asked.without_lawyer == (on.place("Ada Brook"),)
        assert on.table.move_warnings([on.place("Ada Brook"), on.place("Lea Quill")], "waiting").without_lawyer == ()


async def test_a_reload_comes_back_to_the_same_room_under_a_new_key(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        room = ben.state.room
        assert room is not None
        ada = await on.enter("Ada Brook")
        await together(on.table, ada, ben)
        assert ada.state.room is not None
        assert ada.state.room.id == room.id
        assert ada.state.room.epoch > room.epoch
        await ada.say("back again")
        await ben.until(lambda s: any(x.text == "back again" for x in s.lines))
        for who in (on.table, ada, ben):
            assert who.state.distrust == ()


async def test_a_cut_line_loses_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        await ben.line.cut()
        for n in range(3):
            await ada.say(f"line {n}")
        await ben.until(lambda s: len(s.lines) == 3)
        assert [x.text for x in ben.state.lines] == ["line 0", "line 1", "line 2"]
        await together(on.table, ada, ben)
        assert ben.state.distrust == ()


async def test_separate_parts_the_sides_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben, lea = [await on.admitted(name) for name in ("Ada Brook", "Ben Stone", "Lea Quill")]
        await together(on.table, ada, ben, lea)
        await on.table.separate()
        await together(ada, lea)
        await together(ben)
        await together(on.table)
        assert ada.state.room is not None
        assert ada.state.room.kind == "waiting"


async def test_closing_for_good_leaves_nobody_a_key_and_the_server_nothing_to_keep(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        await ada.say("gone tomorrow")
        await documents.share(ada, "gone.txt", b"gone")
        await on.table.close()
        for who in (on.table, ada):
            await who.until(lambda s: s.life == "closed" and s.room is None)
            assert who.belief.keys == {}
        actor, _ = server.app[HOUSE]._open[on.entry.id]
        assert actor.state.live.talks == {}
        assert [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()] == []
        with pytest.raises(Refusal) as refused:
            await ada.call(_leave())
        assert refused.value.code is Code.GONE


def _leave():  # type: ignore[no-untyped-def]
    from client.keys.encoding import new_id
    from client.protocol.messages import RoomLeave

    return RoomLeave(id=new_id())
