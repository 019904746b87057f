"""The dead-man rule: a mediator's device that falls silent silences the joint room, and parts it along sheets signed ahead, and nothing else."""

from typing import Any

import pytest

from client.keys.beats import make_beat
from client.keys.encoding import new_id
from client.protocol import messages as m
from client.protocol.errors import Code
from server.mediation import parting


def signed_ahead(world: Any, joint: Any, **changes: Any) -> tuple[str, ...]:
    """What the mediator's device signs with a joint sheet: each side into a room of its own."""
    world.rooms["joint"] = joint
    rest = world.sheet("joint", "joint", world.med, parting=joint.hash)
    sides = [
        world.sheet(name, "waiting", person, parting=joint.hash)
        for name, person in (("a", world.ana), ("b", world.ben))
    ]
    return tuple(sheet.compact for sheet in (changes.get("rest", rest), *changes.get("sides", sides)))


async def together(world: Any, **charter: Any) -> tuple[Any, Any, Any]:
    """Mediator, Ana and Ben in the joint room, with sheets signed ahead; a key is granted."""
    await world.mediate(**charter)
    med, _ = await world.med.enter()
    ana, _ = await world.ana.enter()
    ben, _ = await world.ben.enter()
    joint = world.sheet("joint", "joint", world.med, world.ana, world.ben)
    ahead = signed_ahead(world, joint)
    await med.done(m.SheetsPublish(id=new_id(), sheets=(joint.compact,), parting=ahead))
    world.rooms["joint"] = joint
    await world.grant(world.med, med, "joint", 1, world.med, world.ana, world.ben)
    await ana.until(m.GrantPublished)
    await ben.until(m.GrantPublished)
    return med, ana, ben


async def beat(world: Any, med: Any, number: int) -> None:
    made = make_beat(world.med.signer, world.mediation, number, world.clock.now())
    await med.say(m.Beat(beat=made.compact))
    await med.done(m.RoomHold(id=new_id(), sheet=world.rooms["joint"].hash, epoch=1)) if number == 1 else None


async def watched(world: Any, seconds: float) -> None:
    world.clock.span += seconds
    for actor in await world.house.actors():
        await actor.watch()


async def test_a_beat_reaches_everybody_and_is_not_numbered(world: Any) -> None:
    med, ana, _ = await together(world)
    before = len(ana.events)
    await beat(world, med, 1)
    frame = await ana.read()
    assert isinstance(frame, m.Pulse)
    assert len(ana.events) == before


async def test_after_five_silent_seconds_the_joint_room_is_silent_and_told(world: Any) -> None:
    _, ana, ben = await together(world)
    await watched(world, 0)
    await watched(world, 4.9)
    await watched(world, 0.2)
    assert (await ana.until(m.RoomSilent)).silent
    assert (await ben.until(m.RoomSilent)).silent
    assert not [x for x in ana.told(m.RoomChanged) if x.room is None]


async def test_back_in_time_the_room_goes_on_and_nobody_was_moved(world: Any) -> None:
    med, ana, _ = await together(world)
    await watched(world, 0)
    await watched(world, 6)
    assert (await ana.until(m.RoomSilent)).silent
    await beat(world, med, 1)
    await watched(world, 0.1)
    assert not (await ana.until(m.RoomSilent)).silent


async def test_after_thirty_silent_seconds_each_side_is_in_a_waiting_room_of_its_own(world: Any) -> None:
    _, ana, ben = await together(world)
    await watched(world, 0)
    await watched(world, 6)
    await watched(world, 24.5)
    one = (await ana.until(m.RoomChanged)).room
    other = (await ben.until(m.RoomChanged)).room
    assert one is not None
    assert other is not None
    assert one.sheet != other.sheet
    actor = (await world.house.actors())[0]
    rooms = {room: [x.seat for x in sheet.body.members] for room, sheet in actor.state.rooms.items()}
    assert sorted(rooms.values()) == sorted([[world.med.seat], [world.ana.seat], [world.ben.seat]])


async def test_people_who_must_never_meet_part_after_five_seconds(world: Any) -> None:
    pair = (world.ana.seat, world.law.seat)
    _, ana, _ = await together(world, no_contact=(pair,))
    await watched(world, 0)
    await watched(world, 5.1)
    assert (await ana.until(m.RoomChanged)).room is not None


async def test_a_server_may_not_part_a_room_whose_sheet_changed_since(world: Any) -> None:
    med, ana, _ = await together(world)
    await world.move(med, joint=("joint", (world.med, world.ana)))
    await ana.until(m.RoomChanged)
    actor = (await world.house.actors())[0]
    assert actor.state.partings == {}


def _moves_somebody_else(world: Any, joint: Any) -> dict[str, Any]:
    return {
        "sides": [
            world.sheet("a", "waiting", world.ana, parting=joint.hash),
            world.sheet("b", "waiting", world.law, parting=joint.hash),
        ]
    }


def _leaves_one_out(world: Any, joint: Any) -> dict[str, Any]:
    return {"sides": [world.sheet("a", "waiting", world.ana, parting=joint.hash)]}


def _keeps_both_together(world: Any, joint: Any) -> dict[str, Any]:
    return {"sides": [world.sheet("a", "waiting", world.ana, world.ben, parting=joint.hash)]}


def _into_a_private_meeting(world: Any, joint: Any) -> dict[str, Any]:
    return {
        "sides": [
            world.sheet("a", "caucus", world.ana, parting=joint.hash),
            world.sheet("b", "caucus", world.ben, parting=joint.hash),
        ]
    }


def _for_another_sheet(world: Any, joint: Any) -> dict[str, Any]:
    return {
        "sides": [
            world.sheet("a", "waiting", world.ana, parting="A" * 43),
            world.sheet("b", "waiting", world.ben, parting=joint.hash),
        ]
    }


@pytest.mark.parametrize(
    "spoil", [_moves_somebody_else, _leaves_one_out, _keeps_both_together, _into_a_private_meeting, _for_another_sheet]
)
async def test_sheets_signed_ahead_part_exactly_this_room_side_by_side(world: Any, spoil: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await world.ana.enter()
    await world.ben.enter()
    joint = world.sheet("joint", "joint", world.med, world.ana, world.ben)
    ahead = signed_ahead(world, joint, **spoil(world, joint))
    refused = await med.refused(m.SheetsPublish(id=new_id(), sheets=(joint.compact,), parting=ahead))
    assert refused.code in {Code.BAD_OBJECT, Code.NOT_ALLOWED}


async def test_a_party_has_no_beat(world: Any) -> None:
    _, ana, _ = await together(world)
    made = make_beat(world.ana.signer, world.mediation, 1, world.clock.now())
    await ana.say(m.Beat(beat=made.compact))
    frame = await ana.read()
    assert isinstance(frame, m.Goodbye)


def test_the_limits_are_those_that_people_are_told() -> None:
    assert (parting.SILENT_AFTER, parting.PARTED_AFTER) == (5.0, 30.0)
