"""One holder who says no, or nothing, leaves the record shut: for the honest server, for one that cheats, and for ever after the retention date."""

import json
from pathlib import Path

import pytest

from client.headless.disclosure import Disclosure
from client.keys.access import GATE
from client.keys.devices import SoftOpener
from client.keys.disclosure import open_release
from client.keys.encoding import info, sha256, unb64u
from client.keys.hold import seed_words
from client.keys.hpke_box import open_box
from client.keys.items import header_of, open_item, open_share, unpack_content, wrap_of
from client.keys.refusals import ObjectRefused
from client.protocol.errors import Code, Refusal
from server.http.keys import GATE as GATE_KEYS
from server.http.keys import HOUSE, RULES
from server.runtime.retention import expire_due
from tests.attacks.evil import Evil, Leg, evil_server
from tests.story import story
from tests.story.stage import House, Stage, house, stage
from tests.story.story import record_of


async def asked(on: Stage) -> story.Telling:
    """Told up to the request; nobody has answered yet."""
    tell = story.Telling(on, story.Words())
    await story.meet(tell)
    await story.keep(tell)
    await story.request(tell)
    return tell


async def unlocked(tell: story.Telling, *names: str) -> None:
    for name in names:
        who = tell.on.table if name == "m" else tell[name]
        await who.until(lambda s: any(a.rid == tell.rid and a.recipient for a in s.asked))
        await record_of(who).unlock(tell.rid)


def everything_but_his(server: House, tell: story.Telling) -> dict[str, bytes]:
    """The shares that a server which cheats in every way can come by, when all but Ben are with it."""
    on = tell.on
    item, _ = record_of(on.table).items[tell.kept[0]]
    opened = record_of(on.table).requests[tell.rid]
    wrap = wrap_of(item, opened.request.body.sid)
    key = SoftOpener(unb64u(on.table.entry.requests[tell.rid].key, 32))
    mediator = record_of(on.table).keys
    assert mediator is not None
    shares = {
        on.table.belief.seat: open_share(mediator.kem, item, wrap.sid, on.table.belief.seat),
        GATE: open_share(server.app[GATE_KEYS].opener(on.entry.id), item, wrap.sid, GATE),
    }
    for consent in Disclosure(on.table, record_of(on.table)).given(opened, "unlock").values():
        box = next(s.box for s in consent.body.shares if s.item == tell.kept[0])
        shares[consent.body.seat] = open_release(key, opened.request, item, consent.body.seat, box)
    return shares


async def test_a_holder_who_says_no_leaves_everything_shut(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time, story.plan(story.Words())) as on:
        tell = await asked(on)
        await unlocked(tell, "m", "a")
        await record_of(tell["b"]).refuse(tell.rid)
        with pytest.raises(Refusal) as refused:
            await Disclosure(on.table, record_of(on.table)).sit(tell.rid)
        assert refused.value.code is Code.INCOMPLETE
        with pytest.raises(Refusal):
            await Disclosure(on.table, record_of(on.table)).collect(tell.rid)

        # A server that cheats has the gate's share, the mediator's and Ada's; it lacks his.
        item, blob = record_of(on.table).items[tell.kept[0]]
        sid = record_of(on.table).requests[tell.rid].request.body.sid
        shares = everything_but_his(server, tell)
        his = tell["b"].belief.seat
        assert set(wrap_of(item, sid).holders) - set(shares) == {his}
        stored = await server.app[HOUSE].services.blobs.get(blob)
        assert stored is not None
        file = server.app[HOUSE].services.blobs.path(stored).read_bytes()
        for forged in (None, bytes(32), shares[GATE]):
            guess = shares if forged is None else shares | {his: forged}
            with pytest.raises(ObjectRefused):
                open_item(item, sid, guess, file)
        label = info("share", header_of(item).item, sid, his, _salt(item.body.hdr))
        for key in (on.table.belief.page, on.table.device.kem, server.app[GATE_KEYS].opener(on.entry.id)):
            with pytest.raises(ObjectRefused):
                open_box(key, label, wrap_of(item, sid).sealed[his])


def _salt(hdr: str) -> str:
    from client.keys.encoding import b64u

    return b64u(sha256(unb64u(hdr)))


async def test_a_no_and_silence_look_alike_to_everybody_else(tmp_path: Path) -> None:
    async with house(tmp_path) as server, evil_server(server.origin) as wire:
        enrolment = await server.enrolment(wire.origin)
        async with stage(enrolment, server.time, story.plan(story.Words())) as on:
            tell = await asked(on)
            await unlocked(tell, "m", "a")
            others = [wire.leg(who.belief.seat) for who in (on.table, tell["a"], tell["l"])]
            silence = await during(wire, others, tell)
            await record_of(tell["b"]).revoke(tell.rid)
            for who in (on.table, tell["a"]):
                await who.until(lambda s: any(a.rid == tell.rid and a.stage == "open" for a in s.asked))
            await record_of(tell["b"]).refuse(tell.rid)
            assert await during(wire, others, tell, refusing=True) == silence


async def during(
    wire: Evil, others: list[Leg], tell: story.Telling, refusing: bool = False
) -> list[list[tuple[str, int]]]:
    """What the others get while Ben says no (or nothing) and, in the end, yes: kinds and sizes."""
    before = [len(leg.down) for leg in others]
    if refusing:
        await record_of(tell["b"]).refuse(tell.rid)
    await record_of(tell["b"]).unlock(tell.rid)
    for who in (tell.on.table, tell["a"]):
        await who.until(lambda s: any(a.rid == tell.rid and a.stage == "unlocked" for a in s.asked))
    return [
        [(f["event"]["kind"], len(json.dumps(f["event"]))) for f in leg.down[n:] if f["type"] == "event"]
        for leg, n in zip(others, before, strict=True)
    ]


async def test_months_later_a_new_device_and_the_paper_key_are_enough(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time, story.plan(story.Words())) as on:
        tell = await asked(on)
        name = on.entry.seat(tell["a"].belief.seat).name
        words = " ".join(seed_words(on.seeds.pop(name)))
        on.devices.pop(name)
        tell.people["a"] = await on.enter(name)
        record_of(tell["a"]).enter_paper_key(words)
        await tell["a"].line.cut()  # as a page does that asks again once the key is there
        await unlocked(tell, "m", "a", "b")
        rid = tell.rid
        await on.table.until(lambda s: any(a.rid == rid and a.stage == "unlocked" for a in s.asked))
        assert tell["a"].state.distrust == ()


async def test_after_the_retention_date_nobody_can_open_it(tmp_path: Path) -> None:
    async with house(tmp_path) as server, stage(await server.enrolment(), server.time, story.plan(story.Words())) as on:
        tell = await asked(on)
        await unlocked(tell, "m", "a", "b")
        item, blob = record_of(on.table).items[tell.kept[0]]
        sid = record_of(on.table).requests[tell.rid].request.body.sid
        stored = await server.app[HOUSE].services.blobs.get(blob)
        assert stored is not None
        path = server.app[HOUSE].services.blobs.path(stored)
        file = path.read_bytes()
        copy = {p.name: p.read_bytes() for p in (tmp_path / "gate").iterdir()}
        shares = everything_but_his(server, tell)
        shares[tell["b"].belief.seat] = _his(tell, sid)
        said, _ = unpack_content(open_item(item, sid, shares, file), header_of(item))  # all together, it opens
        assert said in {chat.compact for _, chat in record_of(tell["a"]).said.values()}

        days = on.table.belief.held_charter().body.retention_days
        server.time.pass_((days + 1) * 86400)
        assert await expire_due(server.app[HOUSE], server.app[GATE_KEYS], server.app[RULES]) == 1
        for who in tell.everybody():
            await who.until(lambda s: s.life == "destroyed")
        assert not server.app[GATE_KEYS].has(on.entry.id)
        assert not path.exists()
        left = {name: data for name, data in copy.items() if (tmp_path / "gate" / name).exists()}
        assert not any(name.startswith(("master", on.entry.id)) for name in left)
        shares.pop(GATE)
        with pytest.raises(ObjectRefused):
            open_item(item, sid, shares, file)
        with pytest.raises(Refusal):
            await Disclosure(on.table, record_of(on.table)).sit(tell.rid)


def _his(tell: story.Telling, sid: str) -> bytes:
    keys = record_of(tell["b"]).keys
    assert keys is not None
    return open_share(keys.kem, record_of(tell["b"]).items[tell.kept[0]][0], sid, tell["b"].belief.seat)
