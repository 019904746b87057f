"""The joint room by headless clients against a real server: everyone hears everyone, under a key that the keeper handed out."""

from pathlib import Path

from tests.story.stage import house, stage


async def test_three_people_talk_in_the_joint_room(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada = await on.admitted("Ada Brook")
        ben = await on.admitted("Ben Stone")
        for who in (on.table, ada, ben):
            await who.until(lambda s: s.room is not None and len(s.room.people) == 3 and s.room.granted)
        codes = set()
        for who in (on.table, ada, ben):
            await who.until(lambda s: s.room is not None and all(p.online and p.names for p in s.room.people))
        top = max(who.state.room.epoch for who in (on.table, ada, ben) if who.state.room)
        for who in (on.table, ada, ben):
            await who.until(lambda s: s.room is not None and s.room.epoch >= top)
            assert who.state.room is not None
            codes.add(who.state.room.code)
            assert [p.names for p in who.state.room.people] == [("Mara Vane",), ("Ada Brook",), ("Ben Stone",)]
        assert len(codes) == 1
        await ada.say("the wall leans")
        await ben.say("it always did")
        for who in (on.table, ada, ben):
            await who.until(lambda s: len(s.lines) == 2)
            assert [(x.names, x.text) for x in who.state.lines] == [
                (("Ada Brook",), "the wall leans"),
                (("Ben Stone",), "it always did"),
            ]
            assert who.state.distrust == ()
