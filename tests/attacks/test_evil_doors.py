"""An evil server at the door of a private meeting: a forged, replayed or missing answer, a countdown that never ran. Noticed, nothing gained."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from client.headless.seat import Seat
from client.keys.entry import Ring, make_answer
from client.keys.jws import Signed, unverified
from client.keys.membership import Sheet, make_sheet
from client.protocol.errors import Refusal
from tests.attacks.evil import Evil, Frame
from tests.attacks.forge import Attacker, noticed, under_attack
from tests.story.stage import Stage, inside, together


@asynccontextmanager
async def at_the_door(tmp_path: Path) -> AsyncIterator[tuple[Evil, Stage, Attacker, Seat, Frame]]:
    """The mediator has signed a list with herself in Ada's private meeting (as after an answer), and the server has it early.

    The event that would show it to Ada, with whatever proof the attacker finds.
    """
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        ada, lea = await on.admitted("Ada Brook"), await on.admitted("Lea Quill")
        ada.lets_in = lea.lets_in = False
        on.table.knocking.patience = 0.3
        room = await on.table.make_room("caucus", [on.place("Ada Brook"), on.place("Lea Quill")])
        await inside(ada, lea, room=room)
        await together(ada, lea)
        with pytest.raises(Refusal):
            await on.table.visit(room)
        held = ada.belief.sheet().body
        me = on.table.belief.sheet().body.member(on.table.belief.seat)
        assert me is not None
        signed = make_sheet(
            on.table.belief.signer,
            _with(held, members=(*held.members, me), rev=held.rev + 1, prev=ada.belief.sheet().hash),
        )
        present = [{"seat": s, "page": p.compact} for s, p in ada.belief.present.items()]
        view = {"sheet": signed.compact, "present": present, "entries": []}
        yield evil, on, attacker, ada, {"kind": "room.changed", "room": view}


def _with(sheet: Sheet, **changes: Any) -> Sheet:
    from msgspec.structs import replace

    return replace(sheet, **changes)


async def nothing_gained(ada: Seat, reason: str) -> None:
    await noticed(ada, reason)
    assert ada.belief.sheet().body.rev == 1
    assert {p.role for p in (ada.state.room.people if ada.state.room else ())} == {"party", "counsel"}


def the_ring(evil: Evil) -> Signed[Ring]:
    compact = evil.commands("room.ring")[-1]["ring"]
    from client.keys.encoding import hash_text

    return Signed(body=unverified("ring", compact, Ring), by="", compact=compact, hash=hash_text(compact))


async def test_a_list_that_lets_the_mediator_in_silently_is_refused(tmp_path: Path) -> None:
    async with at_the_door(tmp_path) as (evil, on, _, ada, event):
        await evil.leg(on.place("Ada Brook")).inject(event)
        await nothing_gained(ada, "sheet.entry")


async def test_a_forged_answer_is_refused(tmp_path: Path) -> None:
    async with at_the_door(tmp_path) as (evil, on, attacker, ada, event):
        ring = the_ring(evil)
        answer = make_answer(attacker.signer, ring, on.place("Lea Quill"), 1).compact
        event["room"]["entries"] = [{"ring": ring.compact, "answer": answer}]
        await evil.leg(on.place("Ada Brook")).inject(event)
        await nothing_gained(ada, "sheet.signature")


async def test_an_answer_to_an_earlier_knock_lets_nobody_in_again(tmp_path: Path) -> None:
    async with at_the_door(tmp_path) as (evil, on, _, ada, event):
        lea_signs = on.devices["Lea Quill"].signer
        old = the_ring(evil)
        answer = make_answer(lea_signs, old, on.place("Lea Quill"), 1).compact
        with pytest.raises(Refusal):
            await on.table.visit(old.body.room)
        event["room"]["entries"] = [{"ring": the_ring(evil).compact, "answer": answer}]
        await evil.leg(on.place("Ada Brook")).inject(event)
        await nothing_gained(ada, "sheet.chain")


async def test_an_entry_announced_but_not_told_inside_is_refused(tmp_path: Path) -> None:
    """The server swallows the announcement, and shows the mediator in the room ten seconds later."""
    async with at_the_door(tmp_path) as (evil, on, _, ada, event):
        evil.down = lambda leg, frame: (
            () if frame.get("event", {}).get("kind") == "ring.changed" else (frame,)
        )  # renumbered, so that the gap is not what is noticed
        on.time.pass_(20)
        await on.table.knocking.announce(the_ring(evil).body.room)
        on.time.pass_(30)
        event["room"]["entries"] = [{"ring": the_ring(evil).compact, "answer": None}]
        await evil.leg(on.place("Ada Brook")).inject(event)
        await nothing_gained(ada, "sheet.entry")


async def test_a_countdown_cut_short_is_refused(tmp_path: Path) -> None:
    async with at_the_door(tmp_path) as (evil, on, _, ada, event):
        on.time.pass_(20)
        await on.table.knocking.announce(the_ring(evil).body.room)
        await ada.until(lambda s: s.ring is not None and s.ring.announced)
        on.time.pass_(5)
        event["room"]["entries"] = [{"ring": the_ring(evil).compact, "answer": None}]
        await evil.leg(on.place("Ada Brook")).inject(event)
        await nothing_gained(ada, "sheet.entry")
