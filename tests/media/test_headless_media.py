"""Headless clients in a call through our engine: who opens whose frames, and that nobody else does."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from harness import base_key, until

from client.headless.media import HeadlessMedia, picture_frames
from client.protocol.media import Offer
from server.media.lite.engine import LiteEngine


class Person:
    def __init__(self, engine, seat, tcp=False):
        self.engine, self.seat, self.peer = engine, seat, f"m/{seat}"
        self.media = HeadlessMedia(self._answer, tcp=tcp)
        self.events = []

    async def _answer(self, generation, sdp):
        await self.engine.answer(self.peer, generation, sdp)

    async def take(self, event):
        self.events.append(event)
        if isinstance(event, Offer):
            await self.media.on_offer(event)

    async def join(self):
        self.media.publish({"audio", "video"})
        await self.engine.join(self.peer, self.take)

    def keys(self, room, epoch, members):
        order = sorted(members)
        self.media.set_keys(
            epoch, order.index(self.seat), [(i, s, base_key(room, epoch, s)) for i, s in enumerate(order)]
        )

    def opened(self, seat, kind="video"):
        kinds = self.media.counts().get(seat, {})
        return kinds[kind].opened if kind in kinds else 0


@asynccontextmanager
async def people(seats, tcp=False, **options):
    engine = LiteEngine(**options)
    await engine.start()
    made = {s: Person(engine, s, tcp) for s in seats}
    try:
        for p in made.values():
            await p.join()
        await until(lambda: _all_connected(made.values()))
        yield engine, made
    finally:
        for p in made.values():
            await p.media.close()
        await engine.close()


async def _all_connected(made):
    return all(p.media.connected for p in made)


async def place(engine, made, rooms, epoch):
    for room, members in rooms.items():
        for s in members:
            made[s].keys(room, epoch, members)
    plan = {f"m/{s}": frozenset(f"m/{o}" for o in ms if o != s) for ms in rooms.values() for s in ms}
    await engine.set_routes("m", plan)


async def _sees(a, b, more_than=10):
    return a.opened(b.seat) > more_than and a.opened(b.seat, "audio") > more_than


@pytest.mark.parametrize("tcp", [False, True])
async def test_everybody_opens_everybodys_frames(tcp):
    async with people("abc", tcp) as (engine, made):
        await place(engine, made, {"joint": "abc"}, 1)
        for a in made.values():
            for b in made.values():
                if a is not b:
                    await until(lambda a=a, b=b: _sees(a, b))
        stats = await engine.stats("m/a")
        assert stats.transport == ("tcp" if tcp else "udp")
        assert not any(c.failed for p in made.values() for kinds in p.media.counts().values() for c in kinds.values())


async def test_rooms_hear_only_themselves():
    async with people("abcd") as (engine, made):
        await place(engine, made, {"one": "ab", "two": "cd"}, 1)
        for x, y in ("ab", "ba", "cd", "dc"):
            await until(lambda x=x, y=y: _sees(made[x], made[y]))
        for x in "ab":
            assert not set("cd") & set(made[x].media.counts())
        for x in "cd":
            assert not set("ab") & set(made[x].media.counts())


async def test_a_holder_of_another_key_opens_nothing():
    async with people("ab") as (engine, made):
        await place(engine, made, {"joint": "ab"}, 1)
        made["b"].keys("elsewhere", 1, "ab")
        await until(lambda: _failed(made["a"], "b"))
        await until(lambda: _failed(made["b"], "a"))
        assert made["a"].opened("b") == made["b"].opened("a") == 0


async def _failed(p, seat):
    kinds = p.media.counts().get(seat, {})
    return "audio" in kinds and kinds["audio"].failed > 10


async def test_without_keys_no_packet_is_sent():
    async with people("ab") as (engine, made):
        await engine.set_routes("m", {"m/a": frozenset({"m/b"}), "m/b": frozenset({"m/a"})})
        await asyncio.sleep(0.3)
        assert made["a"].media.packets_sent == 0


async def test_many_moves_reuse_lines_and_never_an_ssrc():
    seen: dict[str, set[int]] = {}
    async with people("abcd") as (engine, made):
        for epoch in range(1, 13):
            pairs = [("ab", "cd"), ("ac", "bd"), ("ad", "bc")][epoch % 3]
            await place(engine, made, dict(zip(("one", "two"), pairs, strict=True)), epoch)
            for pair in pairs:
                for x, y in (pair, pair[::-1]):
                    before = made[x].opened(y)
                    await until(lambda x=x, y=y, n=before: _more(made[x], y, n), every=0.02)
            for s in "abcd":
                current = {sub.ssrc for sub in engine.peers[f"m/{s}"].subscriptions.values()}
                used = seen.setdefault(s, set())
                assert not current & used
                used |= current
        for s in "abcd":
            assert (await engine.stats(f"m/{s}")).media_lines == 5


async def _more(p, seat, n):
    return p.opened(seat) > n + 2


async def test_a_kind_that_may_not_be_published_is_not_forwarded():
    async with people("ab") as (engine, made):
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: _sees(made["b"], made["a"]))
        await engine.set_publishing("m/a", frozenset({"audio"}))
        n = made["b"].opened("a")
        m = made["b"].opened("a", "audio")
        await until(lambda: _audio(made["b"], "a", m + 20))
        assert made["b"].opened("a") <= n + 3


async def _audio(p, seat, n):
    return p.opened(seat, "audio") > n


async def test_routes_across_mediations_are_refused():
    async with people("a") as (engine, _):
        with pytest.raises(ValueError, match="across"):
            await engine.set_routes("m", {"m/a": frozenset({"other/b"})})


def test_prepared_pictures_begin_with_a_key_frame():
    frames = picture_frames(3)
    assert len(frames) == 20
    assert not frames[0][0] & 1
    assert all(f[0] & 1 for f in frames[1:])
