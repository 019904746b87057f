"""The wire, walked by hand: enrol, make a mediation, knock, be admitted, receive a key, talk, move, come back."""

import asyncio
from typing import Any

import pytest

from client.keys.encoding import b64u, new_id, random_bytes
from client.protocol import messages as m
from client.protocol.errors import Code

BOX = "B" * 64


async def in_joint(world: Any) -> tuple[Any, Any, Any]:
    """Mediator, Ana and Ben together in the joint room, epoch 1 granted."""
    await world.mediate()
    med, _ = await world.med.enter()
    ana, _ = await world.ana.enter()
    ben, _ = await world.ben.enter()
    await world.move(med, joint=("joint", (world.med, world.ana, world.ben)))
    answer = await world.grant(world.med, med, "joint", 1, world.med, world.ana, world.ben)
    assert isinstance(answer, m.Result)
    await ana.until(m.GrantPublished)
    await ben.until(m.GrantPublished)
    return med, ana, ben


async def test_a_visitor_knocks_is_admitted_and_talks(world: Any) -> None:
    await world.mediate()
    med, welcome = await world.med.enter()
    assert welcome.standing == "seated"
    assert welcome.floor is not None
    ana, seen = await world.ana.enter()
    assert (seen.standing, seen.floor, seen.room, seen.envelope) == ("visitor", None, None, "envelopeana")
    assert seen.mediator_page is not None
    await ana.done(m.KnockSend(id=new_id(), box=BOX))
    floor = (await med.until(m.FloorChanged, 2)).floor
    assert [door.seat for door in floor.doors] == [world.ana.seat]
    await world.move(med, joint=("joint", (world.med, world.ana)))
    entered = await ana.until(m.RoomChanged)
    assert entered.room.sheet == world.rooms["joint"].compact
    assert {p.seat for p in entered.room.present} == {world.med.seat, world.ana.seat}
    await world.grant(world.med, med, "joint", 1, world.med, world.ana)
    grant = (await ana.until(m.GrantPublished)).grant
    assert grant
    await ana.done(m.RoomHold(id=new_id(), sheet=world.rooms["joint"].hash, epoch=1))
    await ana.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX))
    line = (await med.until(m.ChatPosted)).line
    assert (line.seat, line.box) == (world.ana.seat, BOX)
    assert [e.seq for e in ana.events] == list(range(1, len(ana.events) + 1))


async def test_the_same_command_twice_is_done_once(world: Any) -> None:
    med, ana, _ = await in_joint(world)
    post = m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX)
    assert await ana.call(post) == await ana.call(post)
    await ana.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX + "2"))
    await med.until(m.ChatPosted, 2)
    assert [line.box for line in (x.line for x in med.told(m.ChatPosted))] == [BOX, BOX + "2"]


async def test_someone_new_in_a_room_sees_nothing_said_before(world: Any) -> None:
    med, ana, _ = await in_joint(world)
    await ana.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX))
    law, _ = await world.law.enter()
    await world.move(med, joint=("joint", (world.med, world.ana, world.ben, world.law)))
    assert (await law.until(m.RoomChanged)).room.lines == ()
    assert len((await ana.until(m.RoomChanged)).room.lines) == 1


async def test_a_grant_must_name_exactly_those_who_are_here(world: Any) -> None:
    med, _ana, _ben = await in_joint(world)
    ghost = await world.grant(world.med, med, "joint", 2, world.med, world.ana)
    assert (ghost.code, ghost.facts["rule"]) == (Code.STALE, "ghost")
    old = await world.grant(world.med, med, "joint", 1, world.med, world.ana, world.ben)
    assert (old.code, old.facts["rule"]) == (Code.STALE, "epoch")


async def test_only_the_first_keeper_who_is_here_grants(world: Any) -> None:
    med, ana, _ = await in_joint(world)
    answer = await world.grant(world.ana, ana, "joint", 2, world.med, world.ana, world.ben)
    assert (answer.code, answer.facts["rule"]) == (Code.NOT_ALLOWED, "keeper")
    await med.socket.close()
    await ana.until(m.PresenceChanged)
    answer = await world.grant(world.ana, ana, "joint", 2, world.ana, world.ben)
    assert isinstance(answer, m.Result)


async def test_a_dropped_line_comes_back_to_the_same_room_with_what_was_said(world: Any) -> None:
    _, ana, ben = await in_joint(world)
    seq = ana.events[-1].seq
    await ana.socket.close()
    await ben.until(m.PresenceChanged)
    await ben.done(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX))
    _ana, welcome = await world.ana.enter(resume=seq, access=False)
    assert welcome.standing == "seated"
    assert (welcome.resumed, welcome.seq) == (True, seq)
    assert [line.box for line in welcome.room.lines] == [BOX]
    assert welcome.room.grant is not None
    world.ana.reload()
    _, again = await world.ana.enter(access=False, takeover=True)
    assert (again.resumed, again.seq, again.room.grant) == (False, 0, None)


async def test_a_note_that_came_while_one_was_away_is_told_on_return(world: Any) -> None:
    med, ana, _ = await in_joint(world)
    seq = ana.events[-1].seq
    await med.done(m.NoteSend(id=new_id(), to=world.ana.seat, box=BOX))
    await ana.until(m.NoteArrived)
    await ana.socket.close()
    line, welcome = await world.ana.enter(resume=seq, access=False)
    assert welcome.resumed
    note = await line.read()
    assert isinstance(note, m.Event)
    assert (note.seq, type(note.event)) == (seq + 1, m.NoteArrived)


async def test_a_second_page_of_a_device_must_ask_to_take_over(world: Any) -> None:
    await world.mediate()
    first, _ = await world.med.enter()
    world.med.reload()
    _, answer = await world.med.open()
    assert answer == m.Goodbye(code=Code.ELSEWHERE)
    second, _ = await world.med.enter(takeover=True)
    assert isinstance((await first.until(m.Moved)), m.Moved)
    assert await first.read() == m.Goodbye(code=Code.REPLACED)
    await second.done(m.SeatPut(id=new_id(), seats=()))


@pytest.mark.parametrize("what", ["secret", "no secret", "seat", "mediation"])
async def test_a_wrong_place_a_wrong_secret_and_an_unknown_device_are_one_answer(world: Any, what: str) -> None:
    await world.mediate()
    if what == "seat":
        world.ana.seat = new_id()
    if what == "mediation":
        world.mediation = new_id()
    access: Any = {"secret": random_bytes(32), "no secret": False}.get(what, True)
    _, answer = await world.ana.open(access=access)
    assert answer == m.Goodbye(code=Code.NOT_KNOWN)


async def test_an_enrolment_link_works_once(world: Any) -> None:
    from server.auth.enrolment import TOKEN_SECONDS, invite

    accounts = world.house.services.accounts
    token = await invite(accounts, world.clock, random_bytes)
    late = await invite(accounts, world.clock, random_bytes)

    async def attempt(secret: str) -> m.AnyDown:
        line = await world.dial()
        page = world.med.statement(line, "", "")
        await line.say(m.Enrol(token=secret, devcert=world.devcert(), page=page))
        return await line.read()

    assert isinstance(await attempt(token), m.Welcome)
    assert await attempt(token) == m.Goodbye(code=Code.TOKEN_USED)
    assert await attempt(b64u(random_bytes(32))) == m.Goodbye(code=Code.TOKEN_USED)
    world.clock.pass_(TOKEN_SECONDS + 1)
    assert await attempt(late) == m.Goodbye(code=Code.TOKEN_USED)


async def test_the_vault_is_replaced_only_at_its_present_revision(world: Any) -> None:
    desk = await world.enrol()
    assert await desk.done(m.VaultGet(id=new_id())) == {"rev": 0, "blob": ""}
    assert await desk.done(m.VaultPut(id=new_id(), rev=0, blob="one")) == {"rev": 1}
    assert (await desk.refused(m.VaultPut(id=new_id(), rev=0, blob="two"))).code == Code.STALE
    assert await desk.done(m.VaultGet(id=new_id())) == {"rev": 1, "blob": "one"}


async def test_the_rules_are_read_at_the_desk(world: Any) -> None:
    desk = await world.enrol()
    data = await desk.done(m.PolicyRead(id=new_id()))
    regime = data["regimes"][0]
    text = await desk.done(m.PolicyRead(id=new_id(), regime=regime, language="es", grounds=("waiver",), days=365))
    assert len(text["text"]) > 500


async def test_everything_but_chat_survives_a_restart(world: Any, tmp_path: Any, clock: Any, shell: Any) -> None:
    import aiohttp
    from aiohttp.test_utils import TestServer

    from server.app import make_app
    from server.config import Config

    await in_joint(world)
    await world.server.close()
    server = TestServer(make_app(Config(data=tmp_path / "data", port=0), clock=clock, shell=shell), host="127.0.0.1")
    await server.start_server()
    world.server = server
    try:
        async with aiohttp.ClientSession() as http:
            world.http = http
            _, welcome = await world.ana.enter(access=False)
            assert welcome.standing == "seated"
            assert welcome.room.sheet == world.rooms["joint"].compact
            assert (welcome.room.grant, welcome.room.lines) == (None, ())
    finally:
        await server.close()


async def test_closing_for_good_ends_rooms_and_chat(world: Any) -> None:
    med, ana, _ = await in_joint(world)
    await med.done(m.MediationClose(id=new_id()))
    await ana.until(m.MediationEnded)
    refused = await ana.refused(m.ChatPost(id=new_id(), message=new_id(), epoch=1, box=BOX))
    assert refused.code == Code.GONE
    await asyncio.gather(ana.socket.close())
    _, welcome = await world.ana.enter(access=False)
    assert (welcome.state, welcome.room) == ("closed", None)


async def test_opposing_sides_and_pairs_that_must_not_meet_are_refused(world: Any) -> None:
    await world.mediate(no_contact=((world.ana.seat, world.law.seat),))
    med, _ = await world.med.enter()
    for people, rule in (
        ((world.ana, world.ben), {"opposing", "room.sides"}),
        ((world.med, world.ana, world.law), {"no-contact", "place.apart"}),
    ):
        sheet = world.sheet("joint", "joint", *people)
        refused = await med.refused(m.SheetsPublish(id=new_id(), sheets=(sheet.compact,)))
        assert refused.code == Code.NOT_ALLOWED
        assert refused.facts["rule"] in rule


async def test_a_sheet_by_anyone_but_a_certified_device_is_refused(world: Any) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    ana, _ = await world.ana.enter()
    forged = world.sheet("joint", "joint", world.med, world.ana, signer=world.ana.signer)
    refused = await med.refused(m.SheetsPublish(id=new_id(), sheets=(forged.compact,)))
    assert refused.code == Code.BAD_SIGNATURE
    good = world.sheet("joint", "joint", world.med, world.ana)
    refused = await ana.refused(m.SheetsPublish(id=new_id(), sheets=(good.compact,)))
    assert refused.facts["rule"] == "mediators-only"


async def test_a_replayed_or_out_of_order_sheet_is_stale(world: Any) -> None:
    med, _ana, _ben = await in_joint(world)
    first = world.rooms["joint"].compact
    refused = await med.refused(m.SheetsPublish(id=new_id(), sheets=(first,)))
    assert refused.code == Code.STALE
