"""Every reason, end to end: what must be on record, who enters it and who checks it, who is told, which clocks run, to whom it goes."""

from typing import Any

import pytest

from client.keys.authority import open_details
from client.keys.encoding import new_id
from client.keys.jws import unverified
from client.protocol import messages as m
from client.protocol.errors import Code
from tests.server import keeping as k
from tests.server import papers as p

DAY = 86_400

# reason, paper, who enters, who checks, who carries it out, the other lock, recipient, days of notice, complained of
WAYS = [
    ("order", "order", "ana", "kai", "med", "kai", "court", 15, ()),
    ("order", "leave", "med", "kai", "kai", "med", "police", 15, ()),
    ("settlement-dispute", "leave", "ben", "med", "med", "kai", "court", 15, ()),
    ("settlement-enforcement", "agreement", "ana", "kai", "med", "kai", "counsel-of-party", 0, ()),
    ("report", "duty", "med", "kai", "med", "kai", "police", 0, ()),
    ("mediator-misconduct", "claim", "ana", "kai", "kai", "ana", "licensing-body", 15, ("med",)),
]


async def begun(world: Any, way: Any) -> tuple[dict[str, Any], Any, Any, Any]:
    """The record closed, the paper entered and checked, the request made: lines, item, paper, request."""
    ground, kind, enters, checks, carries, other, recipient, _, accused = way
    lines = await p.office(world)
    item = await p.keep(world, lines, "ben" if ground == "settlement-dispute" else "ana", "settlement" in ground)
    await lines["med"].done(m.MediationClose(id=new_id()))
    blamed = tuple(world.people[name].seat for name in accused)
    paper, answer = await p.enter(world, lines, enters, [item], kind, ground=ground, accused=blamed)
    assert isinstance(answer, m.Result), answer
    assert isinstance(await p.second(world, lines, checks, paper.hash), m.Result)
    sid = p.set_for(world, ground, item, carries, other)
    told = tuple({carries, other, *(() if ground == "report" else ("med", "ana", "ben"))})
    request, answer = await p.ask(world, lines, carries, item, ground, sid, paper.hash, recipient, told)
    assert isinstance(answer, m.Result), answer
    return lines, item, paper, request


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
async def test_what_is_recorded_checked_told_and_waited_for_is_released(world: Any, way: Any) -> None:
    ground, _, _, _, carries, other, _, days, _ = way
    lines, item, paper, request = await begun(world, way)
    await p.unlock(world, lines, request, item, other)
    refused = await lines[carries].refused(m.SittingOpen(id=new_id(), rid=request.hash))
    assert refused.facts["seats"] == [world.people[carries].seat]
    await p.unlock(world, lines, request, item, carries)
    draft, digest = await p.drafted(world, carries, request, item)
    await p.release(world, lines, request, draft, digest, carries)
    refused = await p.collect(lines, carries, request)
    assert (refused.code, refused.facts["seats"]) == (Code.INCOMPLETE, [world.people[other].seat])
    assert (await p.standing(lines, carries, request))["seats"] == [world.people[other].seat]
    await p.release(world, lines, request, draft, digest, other)
    if days:
        refused = await p.collect(lines, carries, request)
        assert (refused.code, refused.facts["rule"]) == (Code.TOO_EARLY, "notice")
        assert "release.notice-period" in (await p.standing(lines, carries, request))["missing"]
        world.clock.pass_(days * DAY)
    assert (await p.standing(lines, carries, request))["missing"] == []
    answer = await p.collect(lines, carries, request)
    assert isinstance(answer, m.Result), answer
    assert answer.data["authority"][0] == paper.compact
    assert len(answer.data["authority"]) == 2
    assert answer.data["verdict"]
    assert len(answer.data["offices"]) == 1
    assert ground == request.body.ground


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
async def test_who_is_told_sees_it_and_nobody_else_does(world: Any, way: Any) -> None:
    ground = way[0]
    lines, _, paper, request = await begun(world, way)
    for name in ("ana", "ben"):
        _, welcome = await world.people[name].enter(takeover=True)
        seen = [one.request for one in welcome.requests]
        told = ground != "report"
        assert (request.compact in seen) == told
        if told:
            assert welcome.requests[0].private is not None
            assert welcome.requests[0].consents == ()
    if ground == "report":
        _, welcome = await world.ben.enter(takeover=True)
        assert paper.compact in [one.paper for one in welcome.papers], "it was boxed to ben by whoever entered it"
    del lines


async def test_the_words_of_a_paper_open_for_those_who_may_know(world: Any) -> None:
    lines, _, paper, _ = await begun(world, WAYS[0])
    _, welcome = await world.kai.enter(takeover=True)
    details = open_details(world.kai.hold.kem, paper, world.kai.seat, welcome.papers[0].details)
    assert details.reference == "12 C 34"
    assert "12 C 34" not in world.logged.getvalue()
    del lines


async def started(world: Any, settlement: bool = False) -> tuple[dict[str, Any], Any]:
    lines = await p.office(world)
    item = await p.keep(world, lines, "ana", settlement)
    await lines["med"].done(m.MediationClose(id=new_id()))
    return lines, item


async def test_without_a_paper_there_is_no_request(world: Any) -> None:
    lines, item = await started(world)
    sid = p.set_for(world, "order", item, "med", "kai")
    _, refused = await p.ask(world, lines, "med", item, "order", sid, "")
    assert refused.facts == {"rule": "authority-missing", "missing": ["ground.basis"]}


async def test_a_paper_counts_only_when_somebody_else_has_checked_it(world: Any) -> None:
    lines, item = await started(world)
    paper, answer = await p.enter(world, lines, "med", [item], "order")
    assert isinstance(answer, m.Result)
    sid = p.set_for(world, "order", item, "med", "kai")
    _, refused = await p.ask(world, lines, "med", item, "order", sid, paper.hash)
    assert refused.facts["rule"] == "authority-unchecked"
    assert (await p.second(world, lines, "med", paper.hash)).facts["rule"] == "second-person"
    assert (await p.second(world, lines, "ana", paper.hash)).facts["rule"] == "checker"
    assert isinstance(await p.second(world, lines, "kai", paper.hash), m.Result)
    _, answer = await p.ask(world, lines, "med", item, "order", sid, paper.hash)
    assert isinstance(answer, m.Result), answer


async def test_a_mediator_complained_of_neither_checks_nor_carries_out(world: Any) -> None:
    lines, item = await started(world)
    blamed = (world.med.seat,)
    paper, answer = await p.enter(world, lines, "ana", [item], "claim", ground="mediator-misconduct", accused=blamed)
    assert isinstance(answer, m.Result), answer
    assert (await p.second(world, lines, "med", paper.hash)).facts["rule"] == "checker"
    assert isinstance(await p.second(world, lines, "kai", paper.hash), m.Result)
    sid = p.set_for(world, "mediator-misconduct", item, "ana", "kai")
    _, refused = await p.ask(world, lines, "med", item, "mediator-misconduct", sid, paper.hash)
    assert refused.facts["rule"] == "reviewer"
    _, welcome = await world.med.enter(takeover=True, access=False)
    assert all(world.med.seat not in wrap.holders for wrap in item.body.wraps if wrap.sid.startswith("mediator-mis"))
    assert welcome.state == "closed"


@pytest.mark.parametrize(
    ("kind", "fields", "rule"),
    [
        ("claim", {"ground": "order"}, "ground.fits"),
        ("agreement", {"ground": "settlement-dispute"}, "ground.fits"),
        ("duty", {"ground": "report"}, "propose.who"),
        ("claim", {"ground": "mediator-misconduct"}, "ground.claim-names-somebody"),
        ("order", {"ground": "order", "recipient": "insurer"}, "release.recipient"),
        ("claim", {"ground": "participant-misconduct"}, "ground.recognised"),
        ("order", {"ground": "waiver"}, "propose.who"),
    ],
)
async def test_a_paper_that_does_not_fit_its_reason_is_refused(
    world: Any, kind: str, fields: dict[str, Any], rule: str
) -> None:
    lines, item = await started(world)
    _, refused = await p.enter(world, lines, "ana", [item], kind, **fields)
    assert isinstance(refused, m.Failure)
    assert rule in refused.facts["missing"] or fields["ground"] == "waiver"


async def test_what_has_run_out_is_refused(world: Any) -> None:
    lines, item = await started(world)
    _, refused = await p.enter(world, lines, "ana", [item], "order", until=world.clock.now())
    assert refused.code == Code.EXPIRED
    paper, _ = await p.enter(world, lines, "ana", [item], "order", until=world.clock.now() + DAY)
    await p.second(world, lines, "kai", paper.hash)
    sid = p.set_for(world, "order", item, "med", "kai")
    _, refused = await p.ask(world, lines, "med", item, "order", sid, paper.hash)
    assert refused.facts["rule"] == "expires", "a request does not outlive its paper"
    world.clock.pass_(2 * DAY)
    _, refused = await p.ask(world, lines, "med", item, "order", sid, paper.hash, expires=world.clock.now() + 1)
    assert refused.code == Code.EXPIRED


async def test_a_paper_is_for_its_passages_and_its_recipient_only(world: Any) -> None:
    lines = await p.office(world)
    item, other = await p.keep(world, lines, text="one"), await p.keep(world, lines, text="two")
    paper, _ = await p.enter(world, lines, "ana", [item], "order", recipient="court")
    await p.second(world, lines, "kai", paper.hash)
    sid = p.set_for(world, "order", other, "med", "kai")
    _, refused = await p.ask(world, lines, "med", other, "order", sid, paper.hash)
    assert refused.facts["rule"] == "ground.scope"
    _, refused = await p.ask(world, lines, "med", item, "order", sid, paper.hash, recipient="police")
    assert refused.facts["rule"] == "release.recipient"
    _, refused = await p.ask(world, lines, "med", item, "order", sid, paper.hash, recipient="insurer")
    assert refused.facts["rule"] == "release.recipient"
    _, refused = await p.ask(world, lines, "med", item, "order", sid, paper.hash, told=("med", "kai"))
    assert (refused.facts["rule"], sorted(refused.facts["seats"])) == (
        "private",
        sorted([world.ana.seat, world.ben.seat]),
    )


async def test_a_draft_that_was_not_confirmed_is_not_released(world: Any) -> None:
    lines, item, _, request = await begun(world, WAYS[0])
    await p.unlock(world, lines, request, item, "med", "kai")
    draft, digest = await p.drafted(world, "med", request, item, verified=False)
    await p.release(world, lines, request, draft, digest, "med", "kai")
    world.clock.pass_(15 * DAY)
    refused = await p.collect(lines, "med", request)
    assert refused.facts == {"rule": "release.redacted", "missing": ["release.redacted"]}


async def test_a_subpoena_starts_a_clock_and_a_hold_and_never_a_release(world: Any) -> None:
    lines, item = await started(world)
    back = world.clock.now() + 30 * DAY
    paper, answer = await p.enter(world, lines, "ana", [item], "subpoena", ground="", until=back)
    assert isinstance(answer, m.Result), answer
    _, welcome = await world.ben.enter(takeover=True)
    told = welcome.papers[0]
    assert (told.object_by, told.defend_by) == (world.clock.now() + 14 * DAY, world.clock.now() + 15 * DAY)
    assert [hold.reason for hold in welcome.holds] == ["demand"]
    assert (await p.second(world, lines, "kai", paper.hash)).facts["rule"] == "checker"
    sid = p.set_for(world, "order", item, "med", "kai")
    _, refused = await p.ask(world, lines, "med", item, "order", sid, paper.hash)
    assert refused.facts["rule"] == "never.demand-alone"


async def test_private_rooms_notes_and_recordings_can_be_kept_for_no_reason(world: Any) -> None:
    lines = await p.office(world)
    message, chat = await k.say(world, world.ana, lines["ana"], "aside")
    for kind in ("notes", "recording", "counsel", "caucus"):
        with pytest.raises(Exception, match=kind):
            p.seal(world, world.ana, chat, kind=kind)
    for kind in ("caucus", "counsel"):
        people = (world.ana,) if kind == "counsel" else (world.med, world.ana)
        rest = (world.ben,) if kind == "caucus" else (world.med, world.ben)
        await world.move(lines["med"], joint=("joint", rest), **{kind: (kind, people)})
        await world.grant(people[0], lines["med" if kind == "caucus" else "ana"], kind, 1, *people)
        sealed = p.seal(world, world.ana, chat)
        blob = await k.upload(world, lines["ana"], sealed.file)
        agreed = k.yes(world, message, chat, *people)
        command = m.ItemKeep(id=new_id(), item=sealed.item.compact, blob=blob, agreed=agreed)
        refused = await lines["ana"].refused(command)
        assert refused.facts["rule"] == "joint-only"
        await world.move(lines["med"], joint=("joint", (world.med, world.ana, world.ben)), **{kind: (kind, ())})


async def test_the_custodian_is_in_no_room_and_learns_of_none(world: Any) -> None:
    lines = await p.office(world)
    await p.keep(world, lines)
    _, welcome = await world.kai.enter(takeover=True)
    assert welcome.standing == "seated"
    assert (welcome.room, welcome.floor, welcome.items, welcome.requests) == (None, None, (), ())
    sheet = world.sheet("desk", "waiting", world.kai)
    refused = await lines["med"].refused(m.SheetsPublish(id=new_id(), sheets=(sheet.compact,)))
    assert refused.code == Code.BAD_OBJECT


async def test_others_check_the_custodians_key_by_the_mediators_word(world: Any) -> None:
    from client.keys.hold import check_holder
    from client.keys.offices import check_office

    lines = await p.office(world)
    _, welcome = await world.ana.enter(takeover=True)
    view = next(one for one in welcome.holders if one.seat == world.kai.seat)
    charter = world.charter.body
    devices = {world.med.signer.public: object()}
    office = check_office(view.office, devices, charter)
    assert check_holder(view.holder, world.mediation, world.kai.seat, office.body.dev).body.tested
    assert unverified("office", view.office, type(office.body)).seat == world.kai.seat
    del lines


async def test_a_complaint_against_a_participant_is_open_where_own_rules_open_it(world: Any, tmp_path: Any) -> None:
    from client.keys.encoding import b64u
    from policies.load import load
    from server.http.keys import RULES

    own = tmp_path / "own"
    own.mkdir()
    (own / "own.yaml").write_text(
        "version: 1\ntitle: Ours\nopen: {uma: {turn-on: [participant-misconduct],"
        " because: our counsel advised us so in May}}\n"
    )
    rules = world.server.app[RULES].keep(load(own))
    grounds = ("waiver", "participant-misconduct")
    lines = await p.office(world, policy=b64u(bytes.fromhex(rules.sha256)), grounds=grounds)
    item = await p.keep(world, lines)
    await lines["med"].done(m.MediationClose(id=new_id()))
    blamed = (world.law.seat,)
    fields = {"ground": "participant-misconduct", "accused": blamed}
    _, refused = await p.enter(world, lines, "med", [item], "claim", **fields)
    assert "propose.who" in refused.facts["missing"]
    paper, answer = await p.enter(world, lines, "ben", [item], "claim", **fields)
    assert isinstance(answer, m.Result), answer
    assert isinstance(await p.second(world, lines, "kai", paper.hash), m.Result)
    sid = p.set_for(world, "participant-misconduct", item, "med", "kai")
    request, answer = await p.ask(world, lines, "kai", item, "participant-misconduct", sid, paper.hash)
    assert isinstance(answer, m.Result), answer
    await p.unlock(world, lines, request, item, "med", "kai")
    draft, digest = await p.drafted(world, "kai", request, item)
    await p.release(world, lines, request, draft, digest, "med", "kai")
    world.clock.pass_(15 * DAY)
    assert isinstance(await p.collect(lines, "kai", request), m.Result)
