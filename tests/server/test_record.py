"""What is kept locked, what asks to open it, and how a no looks like silence."""

from typing import Any

import msgspec
import pytest

from client.keys.disclosure import make_consent
from client.keys.encoding import new_id
from client.keys.items import header_of
from client.protocol import messages as m
from client.protocol.errors import Code
from tests.server import keeping as k
from tests.server.conftest import running


async def test_a_message_is_kept_with_everyones_yes_and_survives_closing(world: Any) -> None:
    lines = await k.joint(world)
    item = await k.keep(world, lines)
    await lines["med"].done(m.MediationClose(id=new_id()))
    _, welcome = await world.ben.enter(access=False, takeover=True)
    assert [kept.item for kept in welcome.items] == [item.compact]
    assert welcome.retain_until == world.clock.now() + 365 * 86400
    blobs = list((world.house.services.blobs._folder).iterdir())
    assert len(blobs) == 1


@pytest.mark.parametrize(
    "fault", ["a yes is missing", "no upload", "other bytes", "a paper key is missing", "no gate", "caucus"]
)
async def test_nothing_is_kept_that_lacks_anything(world: Any, fault: str) -> None:
    lines = await k.joint(world)
    message, chat = await k.say(world, world.ana, lines["ana"], "secret")
    kems = None
    if fault == "no gate":
        kems = {p.seat: p.hold.kem.public for p in (world.med, world.ana, world.ben)} | {"gate": world.kem.public}
    if fault == "a paper key is missing":
        actor = await world.house.get(world.mediation)
        actor.state.holders.pop(world.ben.seat)
    if fault == "caucus":
        await world.move(lines["med"], joint=("joint", (world.med, world.ben)), caucus=("caucus", (world.ana,)))
    sealed = await k.seal(world, world.ana, chat, "caucus" if fault == "caucus" else "joint", kems)
    blob = new_id()
    if fault != "no upload":
        blob = await k.upload(world, lines["ana"], sealed.file if fault != "other bytes" else sealed.file[:-1] + b"x")
    people = (world.med, world.ana) if fault == "a yes is missing" else (world.med, world.ana, world.ben)
    agreed = k.yes(world, message, chat, *people)
    refused = await lines["ana"].refused(m.ItemKeep(id=new_id(), item=sealed.item.compact, blob=blob, agreed=agreed))
    expected = {
        "a yes is missing": (Code.INCOMPLETE, "everyone-present"),
        "no upload": (Code.INCOMPLETE, "upload"),
        "other bytes": (Code.BAD_OBJECT, "ciphertext"),
        "a paper key is missing": (Code.INCOMPLETE, "paper-keys"),
        "no gate": (Code.BAD_OBJECT, "gate"),
        "caucus": (Code.NOT_ALLOWED, "joint-only"),
    }[fault]
    assert (refused.code, refused.facts["rule"]) == expected


async def test_what_was_said_before_a_restart_can_still_be_kept(tmp_path: Any, clock: Any, shell: Any) -> None:
    """The relay's memory of it is gone; the signed yes of everyone in the room stands for it. Without a restart it must be known here."""
    async with running(tmp_path, clock, shell) as world:
        lines = await k.joint(world)
        message, chat = await k.say(world, world.ana, lines["ana"], "the shed stays")
        sealed = await k.seal(world, world.ana, chat)
        never = m.ItemKeep(
            id=new_id(),
            item=sealed.item.compact,
            blob=await k.upload(world, lines["ana"], sealed.file),
            agreed=k.yes(world, new_id(), chat, world.med, world.ana, world.ben),
        )
        assert (await lines["ana"].refused(never)).facts["rule"] == "said-here"
        old = world
    async with running(tmp_path, clock, shell) as world:
        world.people, world.mediation, world.charter, world.rooms = old.people, old.mediation, old.charter, old.rooms
        for person in world.people.values():
            person.world = world
        lines = {name: (await getattr(world, name).enter(access=False))[0] for name in ("med", "ana", "ben")}
        keep = m.ItemKeep(
            id=new_id(),
            item=sealed.item.compact,
            blob=await k.upload(world, lines["ana"], sealed.file),
            agreed=k.yes(world, message, chat, world.med, world.ana),
        )
        assert (await lines["ana"].refused(keep)).facts["rule"] == "everyone-present"
        everyone = k.yes(world, message, chat, world.med, world.ana, world.ben)
        await lines["ana"].done(msgspec.structs.replace(keep, id=new_id(), agreed=everyone))


async def test_a_paper_key_that_was_not_tested_does_not_count(world: Any) -> None:
    lines = await k.joint(world)
    answer = await k.register(world, world.ana, lines["ana"], tested=False)
    assert (answer.code, answer.facts["rule"]) == (Code.INCOMPLETE, "paper-key-tested")


async def test_a_paper_key_that_something_was_sealed_for_cannot_be_exchanged(world: Any) -> None:
    lines = await k.joint(world)
    await k.keep(world, lines)
    answer = await k.register(world, world.ana, lines["ana"])
    assert answer.facts["rule"] == "paper-key-in-use"


async def opened(world: Any) -> tuple[Any, Any, Any]:
    lines = await k.joint(world)
    item = await k.keep(world, lines)
    request, answer = await k.ask(world, lines["med"], [item])
    assert isinstance(answer, m.Result), answer
    return lines, item, request


async def test_a_request_shows_each_their_own_part(world: Any) -> None:
    lines, _, request = await opened(world)
    seen = (await lines["ana"].until(m.RecordChanged)).requests
    while not seen:
        seen = (await lines["ana"].until(m.RecordChanged)).requests
    assert seen[0].request == request.compact
    assert (seen[0].stage, seen[0].answered, seen[0].consents) == ("open", False, ())
    assert seen[0].private is not None


async def test_a_no_looks_like_silence_to_everybody_else(world: Any) -> None:
    lines, item, request = await opened(world)
    for name in ("med", "ana"):  # what is under way arrives before the answer to a later command
        await lines[name].call(m.BlobOpen(id=new_id(), blob=new_id()))
    seen = {name: len(lines[name].events) for name in ("med", "ana")}
    await lines["ben"].done(k.answer(world, world.ben, request, "refuse", []))
    assert lines["ben"].told(m.RecordChanged)[-1].requests[0].answered
    for name in ("med", "ana"):
        await lines[name].call(m.BlobOpen(id=new_id(), blob=new_id()))
        assert len(lines[name].events) == seen[name], "a refusal sends nobody else anything"
    entries = await world.house.services.log.read(world.mediation)
    assert b"refuse" not in b"".join(entry.body for entry in entries)
    await lines["ana"].done(k.answer(world, world.ana, request, "unlock", [item]))
    assert (await lines["med"].until(m.RecordChanged)).requests[0].stage == "open"


async def test_all_unlock_and_one_takes_it_back(world: Any) -> None:
    lines, item, request = await opened(world)
    for name in ("med", "ana", "ben"):
        await lines[name].done(k.answer(world, getattr(world, name), request, "unlock", [item]))
    _, welcome = await world.med.enter(takeover=True)
    assert (welcome.requests[0].stage, len(welcome.requests[0].consents)) == ("unlocked", 3)
    await lines["ben"].done(k.answer(world, world.ben, request, "revoke", []))
    _, welcome = await world.med.enter(takeover=True)
    assert (welcome.requests[0].stage, len(welcome.requests[0].consents)) == ("open", 2)


@pytest.mark.parametrize("fault", ["another's key", "other items", "other request", "expired", "release without draft"])
async def test_an_answer_counts_only_for_this_request_by_this_holder(world: Any, fault: str) -> None:
    lines, item, request = await opened(world)
    person, decision, items = world.ana, "unlock", [item]
    if fault == "another's key":
        body = make_consent(
            world.ben.hold.sig, world.ana.hold.kem, request, world.ana.seat, "unlock", {header_of(item).item: item}
        )
        refused = await lines["ana"].refused(m.DisclosureConsent(id=new_id(), consent=body.compact))
    else:
        if fault == "other request":
            request, _ = await k.ask(world, lines["med"], [item], expires=1)
        if fault == "expired":
            world.clock.pass_(31 * 86400)
        command = k.answer(world, person, request, decision, items)
        if fault == "release without draft":
            command = k.answer(world, person, request, "release", items, draft=request.hash)
        if fault == "other items":
            command = k.answer(world, person, request, "refuse", items)
            command = m.DisclosureConsent(id=new_id(), consent=command.consent[:-8] + "AAAAAAAA")
        refused = await lines["ana"].refused(command)
    assert refused.code in (Code.BAD_SIGNATURE, Code.BAD_OBJECT, Code.STALE, Code.EXPIRED)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cooling_hours": 1}, "cooling-off"),
        ({"expires": 2_000_000_000}, "expires"),
        ({"where": "mediator"}, "reviewer"),
    ],
)
async def test_a_request_outside_the_rules_is_refused(world: Any, change: Any, rule: str) -> None:
    lines = await k.joint(world)
    item = await k.keep(world, lines)
    _, answer = await k.ask(world, lines["med"], [item], **change)
    assert answer.facts["rule"] == rule


async def test_disclosure_is_off_until_a_mediation_turns_it_on(world: Any) -> None:
    lines = await k.joint(world, disclosure=False)
    item = await k.keep(world, lines)
    _, answer = await k.ask(world, lines["med"], [item])
    assert answer.facts["rule"] == "disclosure-off"


async def test_without_keeping_nothing_is_kept(world: Any) -> None:
    lines = await k.joint(world, keep=False)
    message, chat = await k.say(world, world.ana, lines["ana"], "secret")
    sealed = await k.seal(world, world.ana, chat)
    refused = await lines["ana"].refused(
        m.ItemKeep(id=new_id(), item=sealed.item.compact, blob=new_id(), agreed=k.yes(world, message, chat, world.ana))
    )
    assert refused.facts["rule"] == "keeping-off"
