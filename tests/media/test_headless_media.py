"""Headless clients in a call through our engine: who opens whose frames, and that nobody else does."""

import asyncio

import pytest
from harness import until
from people import people, place

from client.headless.media import picture_frames
from server.media.lite.engine import LiteEngine


@pytest.mark.parametrize("tcp", [False, True])
async def test_everybody_opens_everybodys_frames(tcp):
    async with people(engine := LiteEngine(), "abc", tcp) as made:
        await place(engine, made, {"joint": "abc"}, 1)
        for a in made.values():
            for b in made.values():
                if a is not b:
                    await until(lambda a=a, b=b: a.sees(b))
        stats = await engine.stats("m/a")
        assert stats.transport == ("tcp" if tcp else "udp")
        await until(lambda: _counted(engine, "m/a"))
        assert not any(c.failed for p in made.values() for kinds in p.media.counts().values() for c in kinds.values())


async def _counted(engine, peer):
    stats = await engine.stats(peer)
    # Two others' sound and pictures go out for each of one's own that comes in.
    more = stats.packets_out > stats.packets_in > 0 and stats.bytes_out > stats.bytes_in > 0
    return stats.connected and stats.media_lines == 7 and more


async def test_rooms_hear_only_themselves():
    async with people(engine := LiteEngine(), "abcd") as made:
        await place(engine, made, {"one": "ab", "two": "cd"}, 1)
        for x, y in ("ab", "ba", "cd", "dc"):
            await until(lambda x=x, y=y: made[x].sees(made[y]))
        for x in "ab":
            assert not set("cd") & set(made[x].media.counts())
        for x in "cd":
            assert not set("ab") & set(made[x].media.counts())


async def test_a_holder_of_another_key_opens_nothing():
    async with people(engine := LiteEngine(), "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        made["b"].keys("elsewhere", 1, "ab")
        await until(lambda: _failed(made["a"], "b"))
        await until(lambda: _failed(made["b"], "a"))
        assert made["a"].opened("b") == made["b"].opened("a") == 0


async def _failed(p, seat):
    kinds = p.media.counts().get(seat, {})
    return "audio" in kinds and kinds["audio"].failed > 10


async def test_without_keys_no_packet_is_sent():
    async with people(engine := LiteEngine(), "ab") as made:
        await engine.set_routes("m", {"m/a": frozenset({"m/b"}), "m/b": frozenset({"m/a"})})
        await asyncio.sleep(0.3)
        assert made["a"].media.packets_sent == 0


async def test_many_moves_reuse_lines_and_never_an_ssrc():
    seen: dict[str, set[int]] = {}
    async with people(engine := LiteEngine(), "abcd") as made:
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
    async with people(engine := LiteEngine(), "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["b"].sees(made["a"]))
        await engine.set_publishing("m/a", frozenset({"audio"}))
        n = made["b"].opened("a")
        m = made["b"].opened("a", "audio")
        await until(lambda: _audio(made["b"], "a", m + 20))
        assert made["b"].opened("a") <= n + 3


async def _audio(p, seat, n):
    return p.opened(seat, "audio") > n


async def test_routes_across_mediations_are_refused():
    async with people(engine := LiteEngine(), "a") as _:
        with pytest.raises(ValueError, match="across"):
            await engine.set_routes("m", {"m/a": frozenset({"other/b"})})


def test_prepared_pictures_begin_with_a_key_frame():
    frames = picture_frames(3)
    assert len(frames) == 20
    assert not frames[0][0] & 1
    assert all(f[0] & 1 for f in frames[1:])
