"""An evil server and the sealed record: fewer holders, a cut consent, another draft, another recipient. Noticed, and nothing opens."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from client.headless.belief import Doubted
from client.headless.disclosure import Disclosure
from client.keys.access import GATE, access_sets, set_name
from client.keys.devices import SoftSigner
from client.keys.disclosure import WorkerKeys, make_sitting
from client.keys.encoding import new_id
from client.keys.items import Sealed, header_of, seal_item, wrap_of
from client.keys.membership import Charter
from client.protocol.errors import Code, Refusal
from tests.attacks.evil import Evil, Frame, Hook, Leg
from tests.attacks.forge import Attacker, noticed, under_attack
from tests.story import story
from tests.story.stage import Stage
from tests.story.story import record_of

Change = Callable[[dict[str, Any]], None]


def rewriting(seat: str, change: Change) -> Hook:
    """Change the record as this place sees it, in events and in welcomes."""

    def down(leg: Leg, frame: Frame) -> Iterable[Frame]:
        if leg.you == seat:
            frame = json.loads(json.dumps(frame))
            if frame["type"] == "welcome":
                change(frame)
            elif frame["type"] == "event" and frame["event"]["kind"] == "record.changed":
                change(frame["event"])
        yield frame

    return down


def record_now(evil: Evil, seat: str) -> Frame:
    """The record as this place last got it."""
    return [f["event"] for f in evil.leg(seat).down if f["type"] == "event" and f["event"]["kind"] == "record.changed"][
        -1
    ]


async def kept(on: Stage) -> story.Telling:
    tell = story.Telling(on, story.Words())
    await story.meet(tell)
    await story.keep(tell)
    return tell


def sealed_for_fewer(on: Stage, tell: story.Telling, signer: SoftSigner) -> Sealed:
    """An item as its author would seal it if Ben's yes were not needed."""
    real, _ = record_of(on.table).items[tell.kept[0]]
    header, charter = header_of(real), on.table.belief.held_charter()
    holders = tuple(
        seat
        for seats in access_sets(charter.body, (header.seat,)).values()
        for seat in seats
        if seat != tell["b"].belief.seat
    )
    kems = {seat: holder.body.kem for seat, holder in record_of(on.table).holders.items()}
    assert isinstance(charter.body, Charter)
    return seal_item(
        signer,
        on.entry.id,
        new_id(),
        header.room,
        "chat",
        header.seat,
        header.digest,
        charter.hash,
        charter.body.policy,
        {set_name("waiver", holders): holders},
        kems | {GATE: record_of(on.table).gate or ""},
        b"for fewer eyes",
        header.ts,
    )


async def test_an_item_sealed_for_fewer_people_is_noticed_even_by_its_own_author(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        tell = await kept(on)
        author = on.devices[on.entry.seat(tell["a"].belief.seat).name].signer  # Ada colludes
        for who, signer, kind in ((tell["b"], author, "item.access"), (on.table, attacker.signer, "item.device")):
            item = sealed_for_fewer(on, tell, signer).item.compact
            leg = evil.leg(who.belief.seat)
            now = record_now(evil, who.belief.seat)
            await leg.inject(now | {"items": [*now["items"], {"item": item, "blob": new_id()}]})
            await noticed(who, kind)
            assert len(record_of(who).items) == 2


async def test_a_paper_key_of_somebody_else_is_not_sealed_for(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        tell = story.Telling(on, story.Words())
        await story.meet(tell)

        def swap(event: dict[str, Any]) -> None:
            for holder in event["holders"]:
                if holder["seat"] == tell["b"].belief.seat:
                    holder["holder"] = attacker.forged(holder["holder"], lambda p: p.update(kem=attacker.kem.public))

        evil.down = rewriting(tell["a"].belief.seat, swap)
        for who in tell.everybody():
            await record_of(who).test_paper_key(record_of(who).make_paper_key())
        await noticed(tell["a"], "holder.signature")
        assert tell["b"].belief.seat not in record_of(tell["a"]).holders


async def test_another_recipient_or_request_is_noticed_and_cant_be_answered(tmp_path: Path) -> None:
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        tell = await kept(on)

        def forge(event: dict[str, Any]) -> None:
            for view in event["requests"]:
                view["request"] = attacker.forged(view["request"], lambda p: p.update(export_key=attacker.kem.public))

        evil.down = rewriting(tell["b"].belief.seat, forge)
        await story.request(tell)
        await noticed(tell["b"], "request.signature")
        with pytest.raises(Refusal) as refused:
            await record_of(tell["b"]).unlock(tell.rid)
        assert refused.value.code is Code.INCOMPLETE

        def swap(event: dict[str, Any]) -> None:
            for view in event["requests"]:
                view["private"] = hers

        hers = next(v["private"] for v in record_now(evil, tell["a"].belief.seat)["requests"])
        evil.down = rewriting(tell["b"].belief.seat, swap)
        await tell["b"].line.cut()
        await noticed(tell["b"], "request.sealed")
        with pytest.raises(Refusal):
            await record_of(tell["b"]).unlock(tell.rid)


@pytest.mark.slow
async def test_cut_consents_and_other_drafts_stop_the_package(tmp_path: Path) -> None:
    """One sitting, every attack upon what follows from it; at the end, left alone, the package is made."""
    async with under_attack(tmp_path) as (_, evil, on, attacker):
        tell = await kept(on)
        his, desk = tell["b"].belief.seat, Disclosure(on.table, record_of(on.table))
        await story.request(tell)

        def cut(event: dict[str, Any]) -> None:
            for view in event["requests"]:
                view["consents"] = [c for c in view["consents"] if attacker.claims(c)["seat"] != his]

        evil.down = rewriting(on.table.belief.seat, cut)
        for who in story.holders(tell):
            await record_of(who).unlock(tell.rid)
        rid = tell.rid
        await on.table.until(lambda s: any(a.rid == rid and a.stage == "unlocked" for a in s.asked))
        with pytest.raises(Refusal) as refused:
            await desk.sit(rid)
        assert refused.value.facts["seats"] == [his]

        def changed(event: dict[str, Any]) -> None:
            for view in event["requests"]:
                view["consents"] = [
                    attacker.forged(c, lambda p: p.update(decision="unlock"))
                    if attacker.claims(c)["seat"] == his
                    else c
                    for c in view["consents"]
                ]

        evil.down = rewriting(on.table.belief.seat, changed)
        await reconnected(on.table)
        with pytest.raises(Refusal) as refused:
            await desk.sit(rid)
        assert refused.value.facts["seats"] == [his]

        evil.down = lambda leg, frame: (frame,)
        await reconnected(on.table)
        await story.review(tell)
        await _another_draft(evil, on, tell, attacker)
        await _released(tell)
        await _collected(evil, on, tell, desk, his)


async def reconnected(who: Any) -> None:
    """Lose the line and be welcomed again: the record is shown anew."""
    cuts, seen = who.line.cuts, len(who.log)
    await who.line.cut()
    await who.until(lambda s: who.line.cuts > cuts and s.connection == "open" and "welcome" in who.log[seen:])


async def _another_draft(evil: Evil, on: Stage, tell: story.Telling, attacker: Attacker) -> None:
    """Ben is shown another draft, under another worker, or another file: he can't be brought to release it."""
    ben, rid = tell["b"], tell.rid
    await ben.until(lambda s: any(a.rid == rid and a.stage == "drafted" for a in s.asked))
    opened = record_of(ben).requests[rid]
    assert opened.draft is not None
    sid = opened.request.body.sid
    holders = wrap_of(opened.draft, sid).holders
    kems = {seat: held.body.kem for seat, held in record_of(on.table).holders.items()}
    charter = on.table.belief.held_charter()
    false = seal_item(
        attacker.signer,
        on.entry.id,
        new_id(),
        "",
        "draft",
        "",
        "",
        charter.hash,
        charter.body.policy,
        {sid: holders},
        kems | {GATE: record_of(on.table).gate or ""},
        b'{"files":[],"pdf":"","report":null}',
        0,
    )
    worker = WorkerKeys(kem=attacker.kem.public, sig=attacker.signer.public)
    sitting = make_sitting(attacker.signer, on.entry.id, rid, worker, "build", 0).compact

    def substituted(event: dict[str, Any]) -> None:
        for view in event["requests"]:
            view["draft"] = false.item.compact

    def substituted_with_its_worker(event: dict[str, Any]) -> None:
        substituted(event)
        for view in event["requests"]:
            view["sitting"] = sitting

    for change, kind in ((substituted, "draft.device"), (substituted_with_its_worker, "sitting.signature")):
        evil.down = rewriting(ben.belief.seat, change)
        await reconnected(ben)
        await noticed(ben, kind)
        with pytest.raises(Refusal):
            await record_of(ben).release(rid)

    def another_file(event: dict[str, Any]) -> None:
        for view in event["requests"]:
            view["draft_blob"] = record_of(ben).items[tell.kept[0]][1]

    evil.down = rewriting(ben.belief.seat, another_file)
    await reconnected(ben)
    with pytest.raises(Doubted) as doubted:
        await record_of(ben).preview(rid)
    assert doubted.value.distrust.kind == "draft.ciphertext"
    evil.down = lambda leg, frame: (frame,)
    await reconnected(ben)


async def _released(tell: story.Telling) -> None:
    """Everyone sees the real draft, agrees, and shortens the wait."""
    rid = tell.rid
    for who in story.holders(tell):
        await who.until(lambda s: any(a.rid == rid and a.stage == "drafted" for a in s.asked))
        assert await record_of(who).preview(rid) == tell.draft
        await record_of(who).release(rid, shorten=True)
    await tell.on.table.until(lambda s: any(a.rid == rid and a.stage == "releasable" for a in s.asked))


async def _collected(evil: Evil, on: Stage, tell: story.Telling, desk: Disclosure, his: str) -> None:
    """The answer to collecting, cut and changed; then whole."""

    def answering(change: Change) -> Hook:
        def down(leg: Leg, frame: Frame) -> Iterable[Frame]:
            if frame["type"] == "result" and "consents" in frame["data"]:
                frame = json.loads(json.dumps(frame))
                change(frame["data"])
            yield frame

        return down

    def without_him(data: dict[str, Any]) -> None:
        data["consents"] = [c for c in data["consents"] if Attacker.claims(c)["seat"] != his]

    def without_his_signature(data: dict[str, Any]) -> None:
        data["consents"] = [
            c[:-4] + ("AAAA" if c[-4:] != "AAAA" else "AAAQ") if Attacker.claims(c)["seat"] == his else c
            for c in data["consents"]
        ]

    def another_share(data: dict[str, Any]) -> None:
        data["share"] = Attacker.claims(data["consents"][-1])["shares"][0]["box"]

    for change, kind in (
        (without_him, "consent.missing"),
        (without_his_signature, "consent.missing"),
        (another_share, "share.sealed"),
    ):
        evil.down = answering(change)
        with pytest.raises(Doubted) as doubted:
            await desk.collect(tell.rid)
        assert doubted.value.distrust.kind == kind
    evil.down = lambda leg, frame: (frame,)
    assert (await desk.collect(tell.rid))[:2] == b"PK"
