"""Need to know, on the wire: who is outside a private meeting gets no byte because of it, neither more nor other nor later in order.

Ada and Ben wait in rooms of their own. The same script runs with and without Ben's private meeting; everything that crosses
Ada's connection, both ways, has the same kinds, sizes and order. The mediator's pulse comes by the clock, so how many fall
between two steps depends on the machine: it is left out of the order, and its size is compared instead.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from client.headless import documents
from client.headless.seat import Seat
from tests.attacks.evil import Evil, evil_server
from tests.story.stage import Stage, house, inside, stage, together

Interlude = Callable[[Stage, Seat, Seat], Awaitable[None]]
Crossing = tuple[str, str, int]


async def transcript(tmp_path: Path, interlude: Interlude) -> list[Crossing]:
    """Everything that crossed Ada's connection, and her uploads and downloads."""
    async with (
        house(tmp_path) as server,
        evil_server(server.origin) as wire,
        stage(await server.enrolment(wire.origin), server.time) as on,
    ):
        ada, ben = await on.admitted("Ada Brook", "waiting"), await on.admitted("Ben Stone", "waiting")
        await ada.say("is anybody there")
        await ada.until(lambda s: len(s.lines) == 1)
        await interlude(on, ada, ben)
        await on.table.note(on.place("Ada Brook"), "word", {"text": "back in ten"}, ada.belief.page.public)
        await ada.until(lambda s: len(s.notes) == 1)
        await on.table.move([on.place("Ada Brook")], "joint")
        await together(on.table, ada)
        message = await on.table.say("thank you for waiting")
        await ada.until(lambda s: s.line(message) is not None)
        return crossings(wire, on.place("Ada Brook"))


def crossings(wire: Evil, seat: str) -> list[Crossing]:
    """(direction and type, kind, size) in order, for each direction, without what comes by the clock, each of which has one size."""
    legs = [leg for leg in wire.legs if leg.you == seat]
    timed = {f["id"] for leg in legs for f in leg.up if f["type"] == "holding.tell"}
    frames = [
        f | ({"seq": 0} if "seq" in f else {})
        for leg in legs
        for f in leg.down
        if f.get("re") not in timed and f.get("event", {}).get("kind") != "holding.told"
    ]
    pulses = {len(json.dumps(f)) for f in frames if f["type"] == "pulse"}
    assert len(pulses) <= 1
    down = [
        ("down " + f["type"], f.get("event", {}).get("kind", ""), len(json.dumps(f)))
        for f in frames
        if f["type"] != "pulse"
    ]
    up = [("up " + f["type"], "", len(json.dumps(f))) for leg in legs for f in leg.up if f["type"] != "holding.tell"]
    return down + up


async def nothing(on: Stage, ada: Seat, ben: Seat) -> None:
    """Ben waits as well."""


async def private_meeting(on: Stage, ada: Seat, ben: Seat) -> None:
    """A private meeting with Ben: made, visited, talked in, a document, a reload, left again."""
    room = await on.table.make_room("caucus", [on.place("Ben Stone")], "Lower farm alone")
    await inside(ben, room=room)
    await on.table.visit(room)
    await together(on.table, ben)
    for n in range(5):
        await ben.say(f"what she must never learn {n}")
    await documents.share(ben, "offer.txt", b"twelve at most" * 1000)
    await on.table.until(lambda s: any(x.document for x in s.lines))
    ben = await on.enter("Ben Stone")
    await together(on.table, ben)
    await ben.line.cut()
    await together(on.table, ben)
    await on.table.open_room()
    await together(ben)
    await on.table.move([on.place("Ben Stone")], "waiting")
    await inside(ben)


async def ben_comes_in(on: Stage, ada: Seat, ben: Seat) -> None:
    """The control: somebody enters Ada's own room, which she must of course be shown."""
    await on.table.visit(ada.state.room.id if ada.state.room else "")
    await together(on.table, ada)
    await on.table.open_room()
    await together(ada)


async def test_a_private_meeting_sends_the_other_side_not_one_byte(tmp_path: Path) -> None:
    without = await transcript(tmp_path / "without", nothing)
    within = await transcript(tmp_path / "with", private_meeting)
    assert within == without


async def test_the_comparison_would_notice(tmp_path: Path) -> None:
    without = await transcript(tmp_path / "without", nothing)
    other = await transcript(tmp_path / "other", ben_comes_in)
    assert other != without
