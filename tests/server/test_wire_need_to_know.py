"""On the wire: with and without the other side's private meeting, one gets the same kinds, sizes and order of everything."""

from pathlib import Path
from typing import Any

from client.keys.encoding import new_id
from client.protocol import messages as m
from tests.server.conftest import HeldClock, running

BOX = "B" * 64


async def transcript(folder: Path, shell: Any, private_meeting: bool) -> list[tuple[str, int]]:
    """Ana's frames, by kind and size, of one scripted afternoon."""
    async with running(folder, HeldClock(), shell) as world:
        await world.mediate()
        med, _ = await world.med.enter()
        ana, _ = await world.ana.enter()
        ben, _ = await world.ben.enter()
        law, _ = await world.law.enter()
        await ana.done(m.KnockSend(id=new_id(), box=BOX))
        await world.move(med, anas=("waiting", (world.ana,)))
        await world.move(med, bens=("waiting", (world.ben, world.law)))
        await world.grant(world.ana, ana, "anas", 1, world.ana)
        if private_meeting:
            await world.move(med, bens=("waiting", ()), caucus=("caucus", (world.med, world.ben, world.law)))
            await world.grant(world.med, med, "caucus", 1, world.med, world.ben, world.law)
            for line in (med, ben, law):
                await line.done(m.RoomHold(id=new_id(), sheet=world.rooms["caucus"].hash, epoch=1))
            await ben.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX))
            await med.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX * 9))
            await ben.done(m.NoteSend(id=new_id(), to=world.med.seat, box=BOX))
            await law.socket.close()
            law, _ = await world.law.enter(access=False)
            await world.grant(world.med, med, "caucus", 2, world.med, world.ben, world.law)
            del world.rooms["bens"]
            await world.move(med, caucus=("caucus", ()), bens2=("waiting", (world.ben, world.law)))
            world.rooms["bens"] = world.rooms["bens2"]
        await ana.done(m.NoteSend(id=new_id(), to=world.med.seat, box=BOX))
        await med.done(m.NoteSend(id=new_id(), to=world.ana.seat, box=BOX))
        everyone = (world.med, world.ana, world.ben, world.law)
        await world.move(med, anas=("waiting", ()), bens=("waiting", ()), joint=("joint", everyone))
        await world.grant(world.med, med, "joint", 1, *everyone)
        await ana.until(m.GrantPublished)
        await ana.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX))
        kinds = [type(f.event).__name__ if isinstance(f, m.Event) else type(f).__name__ for f in ana.frames]
        return list(zip(kinds, ana.sizes, strict=True))


async def test_a_private_meeting_of_the_other_side_changes_no_byte_count(tmp_path: Path, shell: Any) -> None:
    without = await transcript(tmp_path / "without", shell, False)
    within = await transcript(tmp_path / "within", shell, True)
    assert within == without
    assert len(without) > 10


async def test_the_comparison_would_notice_a_leak(tmp_path: Path, shell: Any, monkeypatch: Any) -> None:
    """A positive control: a server that tells everybody about every note is caught."""
    from server.mediation import events as e
    from server.mediation import views

    honest = views.project

    def leaky(event: Any, before: Any, after: Any, viewer: Any, now: int = 0) -> Any:
        told = honest(event, before, after, viewer, now)
        if isinstance(event, e.Said) and not told:
            return (m.MediatorSeen(page=None),)
        return told

    without = await transcript(tmp_path / "without", shell, False)
    monkeypatch.setattr(views, "project", leaky)
    within = await transcript(tmp_path / "within", shell, True)
    assert within != without
