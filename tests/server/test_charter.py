"""What people agreed to on joining stays, and a charter can't be turned against people who are in a room."""

from pathlib import Path
from typing import Any

import pytest

from client.keys.encoding import b64u, hash_text, new_id, random_bytes, sha256
from client.protocol import messages as m
from client.protocol.errors import Code
from policies.load import load
from server.http.keys import RULES


async def publish(world: Any, line: Any, **changes: Any) -> Any:
    assert world.charter is not None
    new = world.make_charter(rev=world.charter.body.rev + 1, prev=world.charter.hash, **changes)
    answer = await line.call(m.CharterPublish(id=new_id(), charter=new.compact))
    if isinstance(answer, m.Result):
        world.charter = new
    return answer


@pytest.mark.parametrize(
    "change",
    [{"policy": "own"}, {"grounds": ()}, {"retention_days": 31}, {"regime": "us-ca", "nonparty_consent": "always"}],
)
async def test_terms_are_free_before_anyone_came_and_fixed_afterwards(
    world: Any, change: dict[str, Any], tmp_path: Path
) -> None:
    if "policy" in change:
        (tmp_path / "own").mkdir()
        (tmp_path / "own" / "own.yaml").write_text(
            "version: 1\ntitle: Ours\ngrounds: {waiver: {cooling-off-hours: 48}}\n"
        )
        change = {"policy": b64u(bytes.fromhex(world.server.app[RULES].keep(load(tmp_path / "own")).sha256))}
    await world.mediate()
    med, _ = await world.med.enter()
    assert isinstance(await publish(world, med, **change), m.Result)
    await world.move(med, joint=("joint", (world.med, world.ana)))
    refused = await publish(world, med)
    assert refused.facts["rule"] == "terms-agreed"


async def test_keeping_may_be_turned_off_and_never_on(world: Any) -> None:
    await world.mediate(disclosure=False)
    med, _ = await world.med.enter()
    await world.move(med, joint=("joint", (world.med, world.ana)))
    assert (await publish(world, med)).facts["rule"] == "terms-agreed"
    assert isinstance(await publish(world, med, disclosure=False, keep=False), m.Result)


async def test_two_people_in_one_room_cannot_be_declared_apart_until_they_are(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await world.move(med, joint=("joint", (world.med, world.ana, world.ben)))
    pair = ((world.ana.seat, world.ben.seat),)
    assert (await publish(world, med, no_contact=pair)).code == Code.NOT_ALLOWED
    await world.move(med, joint=("joint", (world.med, world.ana)), other=("waiting", (world.ben,)))
    assert isinstance(await publish(world, med, no_contact=pair), m.Result)


async def test_a_place_that_the_new_charter_lacks_is_shown_out(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    law, _ = await world.law.enter()
    seats = tuple(seat for seat in world.charter.body.seats if seat.id != world.law.seat)
    await publish(world, med, seats=seats)
    while not isinstance(frame := await law.read(), m.Goodbye):
        pass
    assert frame.code == Code.NOT_KNOWN


async def test_a_fresh_link_forgets_the_devices_of_the_old_one(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await world.move(med, anas=("waiting", (world.ana,)))
    await world.move(med, anas=("waiting", ()))
    ana, _ = await world.ana.enter(access=False)
    await ana.socket.close()
    fresh = random_bytes(32)
    plan = m.SeatPlan(seat=world.ana.seat, access=b64u(sha256(fresh)))
    await med.done(m.SeatPut(id=new_id(), seats=(plan,)))
    _, answer = await world.ana.open(access=False)
    assert answer == m.Goodbye(code=Code.NOT_KNOWN)
    _, welcome = await world.ana.enter(access=fresh)
    assert welcome.standing == "visitor"


async def test_the_mediator_is_told_who_leaves_for_good(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    ana, _ = await world.ana.enter()
    await world.move(med, joint=("joint", (world.med, world.ana)))
    await ana.done(m.RoomLeave(id=new_id()))
    while not (floor := (await med.until(m.FloorChanged)).floor).left:
        pass
    assert floor.left == (world.ana.seat,)


async def test_a_vault_saved_twice_is_saved(world: Any) -> None:
    desk = await world.enrol()
    assert await desk.done(m.VaultPut(id=new_id(), rev=0, blob="one")) == {"rev": 1}
    assert await desk.done(m.VaultPut(id=new_id(), rev=0, blob="one")) == {"rev": 1}


async def test_rules_that_were_never_in_force_here_are_refused(world: Any) -> None:
    desk = await world.enrol()
    unknown = world.make_charter(policy=hash_text("others"))
    asked = m.MediationCreate(id=new_id(), mediation=world.mediation, charter=unknown.compact, seats=world.plans())
    assert (await desk.refused(asked)).facts["rule"] == "rules-unknown"
    world.charter = world.make_charter()
    known = m.MediationCreate(
        id=new_id(), mediation=world.mediation, charter=world.charter.compact, seats=world.plans()
    )
    await desk.done(known)
    med, _ = await world.med.enter()
    assert (await publish(world, med, policy=hash_text("others"))).facts["rule"] == "rules-unknown"
