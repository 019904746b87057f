"""An evil server: each attack is noticed by the client, shown with its kind, and gives the attacker nothing."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from client.headless.desk import enrolled
from client.headless.seat import joined, new_device
from client.keys.encoding import new_id
from client.keys.grants import make_grant, new_room_key
from client.keys.link import make_link, parse_link
from client.keys.roots import DeviceKeys, make_devcert, make_page
from client.protocol.errors import Unavailable
from tests.attacks.evil import Frame, Leg
from tests.attacks.forge import noticed, read, under_attack
from tests.story.stage import house, stage, together

NOW = 1_700_000_000


async def test_a_swapped_mediator_key_is_refused_before_a_knock(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        keys = DeviceKeys(id=new_id(), sig=attacker.signer.public, kem=attacker.kem.public)
        cert = make_devcert(attacker.signer, keys, NOW, 2**33, 1).compact

        def swap(leg: Leg, frame: Frame) -> Iterable[Frame]:
            yield frame | {"devcerts": [cert]} if frame["type"] == "welcome" else frame

        evil.down = swap
        ada = await on.enter("Ada Brook")
        await noticed(ada, "devcert.root")
        with pytest.raises(TimeoutError):
            await ada.until(lambda s: s.title != "", 0.5)
        assert evil.commands("knock.send") == []


async def test_a_second_certificate_beside_the_right_one_is_not_believed(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        keys = DeviceKeys(id=new_id(), sig=attacker.signer.public, kem=attacker.kem.public)
        cert = make_devcert(attacker.signer, keys, NOW, 2**33, 9).compact

        def add(leg: Leg, frame: Frame) -> Iterable[Frame]:
            yield frame | {"devcerts": [cert, *frame["devcerts"]]} if frame["type"] == "welcome" else frame

        evil.down = add
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        assert attacker.signer.public not in ada.belief.devices


@pytest.mark.parametrize("signed", [True, False])
async def test_a_broken_charter_is_refused(tmp_path: Path, signed: bool) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        make = attacker.forged if signed else attacker.patched

        def breaks(leg: Leg, frame: Frame) -> Iterable[Frame]:
            if frame["type"] == "welcome" and frame.get("charter"):
                frame = frame | {"charter": make(frame["charter"], lambda p: p.update(no_contact=[], keep=False))}
            yield frame

        evil.down = breaks
        ada = await on.enter("Ada Brook")
        await noticed(ada, "charter.signature")
        assert ada.state.title == ""
        assert evil.commands("knock.send") == []


async def test_somebody_elses_invitation_does_not_open(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _):
        ben = await on.enter("Ben Stone")
        await ben.until(lambda s: s.title != "")
        his = evil.leg(on.place("Ben Stone")).down[1]["envelope"]

        def swap(leg: Leg, frame: Frame) -> Iterable[Frame]:
            yield frame | {"envelope": his} if frame["type"] == "welcome" else frame

        evil.down = swap
        ada = await on.enter("Ada Brook")
        await noticed(ada, "envelope.sealed")


@pytest.mark.parametrize("signed", [True, False])
async def test_a_ghost_in_a_sheet_is_refused(tmp_path: Path, signed: bool) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        make = attacker.forged if signed else attacker.patched
        ghost = {"seat": on.place("Lea Quill"), "dev": attacker.signer.public, "role": "counsel"}
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        room = ada.state.room

        def haunted(leg: Leg, frame: Frame) -> Iterable[Frame]:
            if (
                frame["type"] == "event"
                and frame["event"]["kind"] == "room.changed"
                and leg.you == on.place("Ada Brook")
            ):
                view = frame["event"]["room"]
                sheet = make(view["sheet"], lambda p: p["members"].append(ghost))
                frame = frame | {"event": frame["event"] | {"room": view | {"sheet": sheet}}}
            yield frame

        evil.down = haunted
        await on.admitted("Ben Stone")
        await noticed(ada, "sheet.signature")
        assert ada.state.room == room or (ada.state.room and len(ada.state.room.people) == 2)


async def test_a_replayed_sheet_is_refused(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        old = evil.events("room.changed", on.place("Ada Brook"))[-1]
        await on.table.move([on.place("Ben Stone")], "waiting")
        await together(on.table, ada)
        await evil.leg(on.place("Ada Brook")).inject(old)
        await noticed(ada, "sheet.revision")
        assert ada.state.room is not None
        assert on.place("Ben Stone") not in [p.seat for p in ada.state.room.people]


async def test_a_replayed_sheet_after_a_cut_is_refused_too(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        old = evil.events("room.changed", on.place("Ada Brook"))[-1]["room"]
        await on.table.move([on.place("Ben Stone")], "waiting")
        await together(on.table, ada)

        def rewind(leg: Leg, frame: Frame) -> Iterable[Frame]:
            yield frame | {"room": old} if frame["type"] == "welcome" and leg.you == on.place("Ada Brook") else frame

        evil.down = rewind
        await ada.line.cut()
        await noticed(ada, "sheet.revision")


async def test_a_false_page_of_a_member_gets_no_key(tmp_path: Path) -> None:
    """The mediator, as keeper, is shown an attacker's page for somebody on the sheet."""
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        place = on.place("Ada Brook")
        page = make_page(attacker.signer, on.entry.id, place, attacker.kem.public, "A" * 43, NOW).compact
        await evil.leg(on.table.belief.seat).inject({"kind": "presence.changed", "seat": place, "page": page})
        await noticed(on.table, "page.device")
        real = evil.commands("authenticate")[-1]["page"]
        patched = attacker.patched(real, lambda p: p.update(kem=attacker.kem.public))
        await evil.leg(on.table.belief.seat).inject({"kind": "presence.changed", "seat": place, "page": patched})
        await noticed(on.table, "page.signature")
        await ada.say("still only us")
        await on.table.until(lambda s: len(s.lines) == 1)


async def test_a_ghost_box_in_a_grant_is_refused_even_when_a_keeper_colludes(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        ada, lea = await on.admitted("Ada Brook"), await on.admitted("Lea Quill")
        caucus = await on.table.make_room("caucus", [on.place("Ada Brook"), on.place("Lea Quill")])
        await on.table.visit(caucus)
        await together(on.table, ada, lea)
        before = ada.state.room
        assert before is not None
        pages = dict(ada.belief.pages())
        key = new_room_key(on.entry.id, caucus, before.epoch + 1)
        pages[on.table.belief.seat] = attacker.kem.public  # the mediator's box goes to the attacker
        lea_signs = on.devices["Lea Quill"].signer
        grant = make_grant(lea_signs, ada.belief.sheet(), on.place("Lea Quill"), key, pages).compact
        await evil.leg(on.place("Ada Brook")).inject({"kind": "grant.published", "grant": grant})
        await noticed(ada, "grant.ghost")
        assert ada.state.room is not None
        assert ada.state.room.epoch == before.epoch


async def test_a_swapped_or_replayed_grant_is_refused(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        joint = evil.events("grant.published", on.place("Ada Brook"))
        leg = evil.leg(on.place("Ada Brook"))
        await leg.inject(joint[0])  # of an earlier sheet of this room
        await noticed(ada, "grant.chain")
        forged = attacker.forged(joint[-1]["grant"], lambda p: p.update(epoch=p["epoch"] + 1))
        await leg.inject({"kind": "grant.published", "grant": forged})
        await noticed(ada, "grant.signature")
        await on.table.make_room("caucus", [on.place("Ada Brook")])
        await together(ada)
        await leg.inject(joint[-1])  # of another room
        await noticed(ada, "grant.keeper")


async def test_an_older_grant_of_the_same_sheet_is_refused(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        old = evil.events("grant.published", on.place("Ada Brook"))[-1]
        ben = await on.enter("Ben Stone")  # a reload: same sheet, next epoch
        await together(on.table, ada, ben)
        assert ada.state.room is not None
        epoch = ada.state.room.epoch
        assert read(old["grant"].split(".")[1])["epoch"] < epoch
        await evil.leg(on.place("Ada Brook")).inject(old)
        await noticed(ada, "grant.epoch")
        assert ada.state.room.epoch == epoch


async def test_replayed_chat_is_not_shown_twice(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _):
        ada, ben = await on.admitted("Ada Brook"), await on.admitted("Ben Stone")
        await together(on.table, ada, ben)
        await ben.say("yes")
        await ada.until(lambda s: len(s.lines) == 1)
        posted = evil.events("chat.posted", on.place("Ada Brook"))[-1]
        leg = evil.leg(on.place("Ada Brook"))
        await leg.inject(posted)
        await noticed(ada, "chat.replay")
        await leg.inject(posted | {"line": posted["line"] | {"message": new_id()}})
        await noticed(ada, "chat.sealed")
        before = len(ada.state.distrust)
        await leg.inject(posted | {"line": posted["line"] | {"message": new_id(), "seat": on.table.belief.seat}})
        await ada.until(lambda s: len(s.distrust) > before)
        await leg.inject(posted | {"line": posted["line"] | {"message": new_id(), "epoch": 9000}})
        await noticed(ada, "chat.epoch")
        assert [x.text for x in ada.state.lines] == ["yes"]


async def test_names_on_somebody_elses_card_are_not_believed(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, _):
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        hers = next(iter(evil.commands("sheets.publish")[-1]["cards"].values()))

        def swap(leg: Leg, frame: Frame) -> Iterable[Frame]:
            if (
                frame["type"] == "event"
                and frame["event"]["kind"] == "room.changed"
                and leg.you == on.place("Ben Stone")
            ):
                frame = frame | {"event": frame["event"] | {"room": frame["event"]["room"] | {"cards": hers}}}
            yield frame

        evil.down = swap
        ben = await on.admitted("Ben Stone")
        await together(on.table, ada, ben)  # the names that the keeper's grant brought, signed by the mediator
        assert ben.state.room is not None
        assert [p.names for p in ben.state.room.people] == [("Mara Vane",), ("Ada Brook",), ("Ben Stone",)]


async def test_a_knock_without_the_links_secret_is_not_shown_as_a_person(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        ben = await on.enter("Ben Stone")
        await ben.knock()
        await on.knocked("Ben Stone")
        real = evil.commands("knock.send")[-1]["box"]
        leg = evil.leg(on.table.belief.seat)
        floor = [f["event"] for f in leg.down if f["type"] == "event" and f["event"]["kind"] == "floor.changed"][-1]
        place = on.place("Ada Brook")
        page = make_page(attacker.signer, on.entry.id, place, attacker.kem.public, "A" * 43, NOW).compact
        door = {"seat": place, "box": real, "page": page, "at": 0}
        await leg.inject(floor | {"floor": floor["floor"] | {"doors": [door]}})
        await noticed(on.table, "knock.sealed")
        assert on.table.state.floor is not None
        assert on.table.state.floor.doors == ()


async def test_a_note_from_the_server_itself_is_not_believed(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        ada = await on.admitted("Ada Brook")
        await together(on.table, ada)
        kem = ada.belief.page.public
        await on.table.note(on.place("Ada Brook"), "word", {"text": "back in ten"}, kem)
        await ada.until(lambda s: len(s.notes) == 1)
        note = evil.events("note.arrived", on.place("Ada Brook"))[-1]
        leg = evil.leg(on.place("Ada Brook"))
        await leg.inject(note)
        await noticed(ada, "note.replay")
        page = make_page(attacker.signer, on.entry.id, on.table.belief.seat, attacker.kem.public, "A" * 43, NOW).compact
        await leg.inject(note | {"page": page})
        await noticed(ada, "note.device")
        assert len(ada.state.notes) == 1


async def test_a_false_mediator_is_not_shown_as_here(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        ada = await on.enter("Ada Brook")
        await ada.until(lambda s: s.mediator_here)
        page = make_page(attacker.signer, on.entry.id, on.table.belief.seat, attacker.kem.public, "A" * 43, NOW).compact
        leg = evil.leg(on.place("Ada Brook"))
        await leg.inject({"kind": "mediator.seen", "page": None})
        await leg.inject({"kind": "mediator.seen", "page": page})
        await noticed(ada, "page.device")
        assert not ada.state.mediator_here


async def test_a_wrong_or_unknown_link_is_answered_alike(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time) as on:
        right = parse_link(on.link("Ada Brook"))
        for wrong in (
            replace(right, secret=bytes(32)),
            replace(right, seat=new_id()),
            replace(right, mediation=new_id()),
            replace(parse_link(on.link("Ben Stone")), seat=right.seat),
        ):
            async with joined(on.http, make_link(server.origin, wrong), new_device(), server.time) as nobody:
                await nobody.until(lambda s: s.connection == "ended")
                assert nobody.state.problem == "not-known"
                assert (nobody.state.title, nobody.state.room) == ("", None)
        assert (await on.enter("Ada Brook")).state.problem == ""


async def test_an_enrolment_link_works_once(tmp_path: Path) -> None:
    async with house(tmp_path) as server:
        once = await server.enrolment()
        async with stage(once, server.time) as on:
            for link in (once, f"{server.origin}/desk#enrol.1.{'A' * 43}"):
                with pytest.raises(Unavailable) as used:
                    async with enrolled(on.http, link, "Nobody", server.time):
                        pass
                assert used.value.part == "token-used"
