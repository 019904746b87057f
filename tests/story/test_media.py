"""Sealed pictures through our forwarding server: decoded by the right people after each move, and by nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from client.headless.call import Call
from client.headless.session import Session
from tests.story.stage import house, inside, stage, together


@asynccontextmanager
async def calling(*people: Session) -> AsyncIterator[list[Call]]:
    """Everyone sends a picture."""
    async with AsyncExitStack() as stack:
        calls = []
        for who in people:
            call = Call(who)
            stack.push_async_callback(call.close)
            call.start("audio", "video")
            calls.append(call)
        yield calls


async def more(call: Call, sender: Session, frames: int = 15) -> None:
    """Wait until this many further pictures of that sender were opened."""
    wanted = call.opened(sender.belief.seat) + frames
    async with asyncio.timeout(30):
        while call.opened(sender.belief.seat) < wanted:  # noqa: ASYNC110  the media has no event for it
            await asyncio.sleep(0.02)


async def test_pictures_are_opened_by_those_on_screen_and_by_nobody_else(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben, lea = [await on.admitted(name) for name in ("Ada Brook", "Ben Stone", "Lea Quill")]
        await together(on.table, ada, ben, lea)
        async with calling(on.table, ada, ben, lea) as (mara_sees, ada_sees, ben_sees, lea_sees):
            for call in (mara_sees, ada_sees, ben_sees, lea_sees):
                for sender in (on.table, ada, ben, lea):
                    if sender is not call.session:
                        await more(call, sender)

            room = await on.table.make_room("caucus", [on.place("Ada Brook"), on.place("Lea Quill")])
            await inside(ada, lea, room=room)
            await together(ada, lea)
            await together(on.table, ben)
            before = {id(call): call.opened(ada.belief.seat) for call in (mara_sees, ben_sees)}
            await more(lea_sees, ada)
            await more(ada_sees, lea)
            await more(ben_sees, on.table)
            assert {id(call): call.opened(ada.belief.seat) for call in (mara_sees, ben_sees)} == before

            await on.table.visit(room)
            await together(on.table, ada, lea)
            await more(mara_sees, ada)
            await more(ada_sees, on.table)
            await on.table.open_room()
            await together(ada, lea)
            visited = mara_sees.opened(ada.belief.seat)
            await more(lea_sees, ada, 30)
            assert mara_sees.opened(ada.belief.seat) == visited


async def test_a_reload_brings_the_picture_back(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        async with calling(ben) as (ben_sees,):
            async with calling(ada):
                await more(ben_sees, ada)
            ada = await on.enter("Ada Brook")
            await together(on.table, ada, ben)
            async with calling(ada) as (ada_sees,):
                await more(ben_sees, ada)
                await more(ada_sees, ben)


async def test_without_a_key_nothing_is_sent_and_nothing_opens(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        async with calling(ada, ben) as (ada_sees, ben_sees):
            await more(ben_sees, ada)
            ada_sees.keyed(None)
            sealed, sent = ada_sees.media.frames_sealed, ada_sees.media.packets_sent
            heard = ada_sees.opened(ben.belief.seat)
            his = ben_sees.media.frames_sealed
            async with asyncio.timeout(30):
                while ben_sees.media.frames_sealed < his + 40:  # noqa: ASYNC110  he goes on sending
                    await asyncio.sleep(0.02)
            assert (ada_sees.media.frames_sealed, ada_sees.media.packets_sent) == (sealed, sent)
            assert ada_sees.opened(ben.belief.seat) == heard
