"""Holds, their review and their end; one's own words erased early; destruction by two people, with an attestation."""

import json
from typing import Any

import pytest

from client.keys.encoding import new_id
from client.keys.items import header_of
from client.protocol import messages as m
from client.protocol.errors import Code
from server.http.keys import GATE, RULES
from server.runtime.retention import expire_due
from tests.server import papers as p

DAY = 86_400


async def closed(world: Any) -> tuple[dict[str, Any], Any]:
    lines = await p.office(world)
    item = await p.keep(world, lines)
    await lines["med"].done(m.MediationClose(id=new_id()))
    return lines, item


async def expire(world: Any) -> int:
    return await expire_due(world.house, world.server.app[GATE], world.server.app[RULES])


async def both(world: Any, lines: Any, what: str, reason: str = "", one: str = "med", other: str = "kai") -> Any:
    of, answer = await p.act(world, lines, one, what, reason)
    assert isinstance(answer, m.Result), answer
    return await p.second(world, lines, other, of, "act")


async def test_a_hold_takes_two_people_and_outlasts_the_agreed_day(world: Any) -> None:
    lines, _ = await closed(world)
    of, answer = await p.act(world, lines, "med", "hold", "demand")
    assert isinstance(answer, m.Result)
    assert (await p.second(world, lines, "med", of, "act")).facts["rule"] == "second-person"
    refused = await p.second(world, lines, "ana", of, "act")
    assert refused.facts["missing"] == ["hold.second"]
    assert isinstance(await p.second(world, lines, "kai", of, "act"), m.Result)
    _, welcome = await world.kai.enter(takeover=True)
    assert [(h.reason, h.review_at - h.placed_at) for h in welcome.holds] == [("demand", 90 * DAY)]
    world.clock.pass_(400 * DAY)
    assert await expire(world) == 0
    lines["kai"] = (await world.kai.enter(takeover=True))[0]
    assert isinstance(await both(world, lines, "review"), m.Result)
    _, welcome = await world.ana.enter(takeover=True)
    assert welcome.holds[0].review_at == world.clock.now() + 90 * DAY
    assert isinstance(await both(world, lines, "lift"), m.Result)
    assert await expire(world) == 1


async def test_parties_place_no_hold_and_a_hold_needs_a_reason(world: Any) -> None:
    lines, _ = await closed(world)
    _, refused = await p.act(world, lines, "ana", "hold", "demand")
    assert refused.facts["missing"] == ["hold.who"]
    _, refused = await p.act(world, lines, "med", "hold", "because")
    assert refused.code == Code.BAD_OBJECT
    _, refused = await p.act(world, lines, "med", "lift")
    assert refused.facts["rule"] == "hold"


async def test_while_a_request_is_open_nothing_ends(world: Any) -> None:
    lines, item = await closed(world)
    assert isinstance(await both(world, lines, "hold", "claim"), m.Result)
    world.clock.pass_(340 * DAY)
    order, _ = await p.enter(world, lines, "ana", [item], "order")
    await p.second(world, lines, "kai", order.hash)
    sid = p.set_for(world, "order", item, "med", "kai")
    _, asked = await p.ask(world, lines, "med", item, "order", sid, order.hash)
    assert isinstance(asked, m.Result), asked
    world.clock.pass_(30 * DAY)
    refused = await both(world, lines, "lift")
    assert refused.facts["missing"] == ["destroy.pending"]
    assert await expire(world) == 0


async def test_people_erase_their_own_words_early_and_nobody_elses(world: Any) -> None:
    lines = await p.office(world)
    mine, hers = await p.keep(world, lines, "ben", text="mine"), await p.keep(world, lines, "ana", text="hers")
    _, refused = await p.act(world, lines, "ben", "erase", items=[mine])
    assert refused.facts["missing"] == ["erase.closed"]
    await lines["med"].done(m.MediationClose(id=new_id()))
    _, refused = await p.act(world, lines, "ben", "erase", items=[hers])
    assert "erase.who" in refused.facts["missing"]
    files = world.house.services.blobs._folder
    before = len(list(files.iterdir()))
    _, answer = await p.act(world, lines, "ben", "erase", items=[mine])
    assert isinstance(answer, m.Result), answer
    assert len(list(files.iterdir())) == before - 1
    _, welcome = await world.ana.enter(takeover=True)
    assert len(welcome.items) == 1
    _, refused = await p.act(world, lines, "ben", "erase", items=[mine])
    assert refused.code == Code.BAD_OBJECT


async def test_a_hold_answers_restricted_to_early_erasure(world: Any) -> None:
    lines, item = await closed(world)
    assert isinstance(await both(world, lines, "hold", "claim", "kai", "med"), m.Result)
    _, refused = await p.act(world, lines, "ana", "erase", items=[item])
    assert refused.facts["missing"] == ["destroy.hold"]


async def test_two_people_destroy_what_is_due_and_the_log_attests_it(world: Any) -> None:
    lines, item = await closed(world)
    refused = await both(world, lines, "destroy")
    assert refused.facts["missing"] == ["destroy.early"]
    world.clock.pass_(366 * DAY)
    assert isinstance(await both(world, lines, "destroy", "", "kai", "med"), m.Result)
    assert not world.server.app[GATE].has(world.mediation)
    _, welcome = await world.ana.enter(takeover=True)
    assert welcome.state == "destroyed"
    said = json.loads(welcome.attestation)
    assert (said["items"], said["by"], said["second"]) == (1, world.kai.seat, world.med.seat)
    assert header_of(item).item not in welcome.attestation
    assert len(said["ledger_head"]) == 64


@pytest.mark.parametrize("grounds", [("waiver", "legal-advice"), ("waiver", "participant-misconduct")])
async def test_a_mediation_under_reasons_that_the_rules_do_not_know_is_refused_with_words(
    world: Any, grounds: tuple[str, ...]
) -> None:
    desk = await world.enrol()
    for change, rule in (
        ({"grounds": grounds}, "reason-unknown"),
        ({"regime": "us-xx"}, "regime-unknown"),
        ({"nonparty_consent": "always"}, "nonparty-consent"),
        ({"retention_days": 29}, "retention-days"),
    ):
        charter = world.make_charter(**change)
        command = m.MediationCreate(
            id=new_id(), mediation=world.mediation, charter=charter.compact, seats=world.plans()
        )
        refused = await desk.refused(command)
        assert (refused.code, refused.facts["rule"]) == (Code.NOT_ALLOWED, rule)
