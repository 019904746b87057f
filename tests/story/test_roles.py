"""Who goes with whom, and devices that are lost, by headless clients against a real server."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from client.headless.desk import SeatWish, recovered
from client.headless.table import at_table
from client.keys.vault import kit_words
from client.protocol.errors import Refusal
from tests.story.stage import PLAN, house, inside, stage, together

WITH_INTERPRETER = replace(PLAN, seats=(*PLAN.seats, SeatWish(name="Sol Marin", role="interpreter", side="")))


async def test_moving_a_person_moves_their_interpreter_and_parting_leaves_them_together(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time, WITH_INTERPRETER) as on:
        ada, ben, sol = [await on.admitted(name) for name in ("Ada Brook", "Ben Stone", "Sol Marin")]
        await together(on.table, ada, ben, sol)
        await on.table.goes_with(on.place("Sol Marin"), on.place("Ben Stone"))

        room = await on.table.make_room("caucus", [on.place("Ben Stone")])
        await inside(ben, sol, room=room)
        await together(ben, sol)
        await together(on.table, ada)

        with pytest.raises(Refusal) as refused:  # never away from the person alone
            await on.table.move([on.place("Sol Marin")], "waiting")
        assert refused.value.facts["rule"] == "bound"

        await on.table.visit(room)
        await on.table.move([on.place("Ada Brook")], "waiting")
        joint = await on.table.open_room()
        await on.table.move([on.place("Ben Stone"), on.place("Ada Brook")], joint)
        await together(on.table, ada, ben, sol)
        await on.table.separate()
        await together(ben, sol)
        await together(ada)


async def test_all_keys_are_new_after_one_press_and_nobody_is_lost(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben, lea = [await on.admitted(name) for name in ("Ada Brook", "Ben Stone", "Lea Quill")]
        await together(on.table, ada, ben, lea)
        room = await on.table.make_room("caucus", [on.place("Ada Brook"), on.place("Lea Quill")])
        await together(ada, lea)
        await together(on.table, ben)
        before = {who: who.state.room.epoch for who in (ada, ben) if who.state.room}
        await on.table.renew_keys()
        for who in (ada, ben):
            epoch = before[who]
            await who.until(lambda s, epoch=epoch: s.room is not None and s.room.granted and s.room.epoch > epoch)
        await together(ada, lea)
        await together(on.table, ben)
        assert ada.state.room is not None
        assert ada.state.room.id == room
        for who in (on.table, ada, ben, lea):
            assert who.state.distrust == ()


async def test_a_lost_device_holds_no_key_once_its_owner_is_back_on_another(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        lost = on.visits.pop("Ben Stone")  # still connected, in a stranger's hands
        del on.devices["Ben Stone"]
        again = await on.enter("Ben Stone")
        await again.knock()
        await on.knocked("Ben Stone")
        await on.table.admit(on.place("Ben Stone"), "joint")
        await together(on.table, ada, again)
        await ben.until(lambda s: s.room is None)
        assert ben.belief.key() is None
        await lost.aclose()
        assert again.state.distrust == ()


async def test_with_the_recovery_kit_a_mediator_goes_on_from_another_device_and_open_pages_believe_it(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        words = " ".join(kit_words(on.desk.kit))
        await on.table.line.stop()  # the old computer is gone
        async with recovered(on.http, server.origin, words, server.time) as desk:
            table = desk.table(on.entry.id)
            async with at_table(table):
                await table.until(lambda s: s.floor is not None)
                await table.open_room()
                await together(table, ada, ben)
                await table.say("I am back")
                await ben.until(lambda s: any(line.text == "I am back" for line in s.lines))
        for who in (ada, ben):
            assert who.state.distrust == ()
