"""One meeting after another: adjourning leaves nobody anywhere, and the next one begins at the door."""

from pathlib import Path

import pytest

from client.headless import documents
from client.keys.encoding import new_id
from client.protocol import messages as wire
from client.protocol.errors import Code, Refusal
from server.http.keys import HOUSE
from tests.story.stage import house, inside, stage, together


async def test_after_adjourning_people_keep_what_they_saw_and_sign_anew_before_they_are_let_in(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        lea = await on.admitted("Lea Quill", "waiting")
        await together(on.table, ada, ben)
        message = await documents.share(ada, "survey.txt", b"where the wall stood")
        await ben.until(lambda s: s.line(message) is not None)
        line = ben.state.line(message)
        assert line is not None

        await on.table.adjourn()
        for who in (on.table, ada, ben, lea):
            await who.until(lambda s: s.life == "adjourned" and s.room is None and s.meeting == 2)
        assert await documents.read(ben, line) == b"where the wall stood"
        with pytest.raises(Refusal) as refused:
            await documents.read(lea, line)
        assert refused.value.code is Code.NOT_ALLOWED

        with pytest.raises(Refusal) as refused:  # yesterday's signature lets nobody in today
            await on.table.move([on.place("Ben Stone")], "joint")
        assert refused.value.facts["rule"] == "agreement"
        await on.table.open_room()
        await ben.until(lambda s: s.life == "open")
        assert ben.state.room is None
        await ben.knock()
        assert (await on.knocked("Ben Stone")).known == "same"
        await on.table.admit(on.place("Ben Stone"), "joint")
        await inside(ben)
        await together(on.table, ben)
        assert ada.state.room is None
        for who in (on.table, ada, ben, lea):
            assert who.state.distrust == ()


async def test_what_was_adjourned_survives_a_restart_of_the_server(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        await documents.share(ada, "survey.txt", b"where the wall stood")
        await on.table.adjourn()
        await ada.until(lambda s: s.life == "adjourned")
        rooms = server.app[HOUSE]
        held = await rooms.get(on.entry.id)
        loaded = rooms._load(await rooms.services.log.read(on.entry.id))
        assert held is not None
        assert (loaded.state.life, loaded.state.meeting, loaded.state.rooms) == ("adjourned", 2, {})
        assert loaded.state.readers == held.state.readers != {}


async def test_an_emptied_browser_comes_back_by_the_same_link_and_the_mediators_look(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        before = ben.state.room
        assert before is not None
        await on.leave("Ben Stone")
        del on.devices["Ben Stone"]  # the browser remembers nothing
        ben = await on.enter("Ben Stone")
        await ben.knock()
        assert (await on.knocked("Ben Stone")).known == "other"
        await on.table.admit(on.place("Ben Stone"), "joint")
        await together(on.table, ada, ben)
        assert ben.state.room is not None
        assert ben.state.room.id == before.id
        assert ben.state.room.epoch > before.epoch
        assert ben.state.distrust == ()


async def test_who_comes_in_is_signed_for_and_the_room_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        await ada.company("Ada Brook", "Tom Brook")
        for who in (on.table, ben):
            await who.until(
                lambda s: s.room is not None and any(p.names == ("Ada Brook", "Tom Brook") for p in s.room.people)
            )
            assert who.state.distrust == ()


async def test_a_break_parts_the_sides_and_tells_each_until_when(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        until = server.time.now() + 1800
        await on.table.break_(until)
        for who in (ada, ben):
            await who.until(lambda s: s.room is not None and s.room.kind == "waiting" and len(s.room.people) == 1)
            await who.until(lambda s: any(n.kind == "promise" and n.body["until"] == until for n in s.notes))


async def test_a_meeting_ends_only_with_every_room_emptied(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        with pytest.raises(Refusal) as refused:
            await on.table.call(wire.MediationAdjourn(id=new_id()))
        assert (refused.value.code, refused.value.facts["rule"]) == (Code.STALE, "rooms")
        with pytest.raises(Refusal) as refused:
            await ada.call(wire.MediationAdjourn(id=new_id()))
        assert refused.value.code is Code.NOT_ALLOWED
