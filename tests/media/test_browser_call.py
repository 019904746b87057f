"""Real calls in Chromium through our engine, sealed end to end, under the product's CSP and Trusted Types."""

import pytest
from harness import browser, figures, frames, meeting, until

pytestmark = pytest.mark.browser


async def opened(page, key="opened"):
    return sum(line[key] for line in (await figures(page))["lines"].values())


async def join(context, url, seat, extra=""):
    page = await context.new_page()
    await page.goto(f"{url}?seat={seat}{extra}")
    return page


async def test_three_people_see_and_hear_each_other_and_the_server_only_forwards():
    async with meeting() as (m, url), browser() as context:
        pages = [await join(context, url, s) for s in "abc"]
        await m.wait_for(*"abc")
        await m.place({"joint": ["a", "b", "c"]})
        for page in pages:
            await until(lambda page=page: _both_decoded(page))
        for page in pages:
            f = await figures(page)
            assert f["S"]["errors"] == []
            assert f["cut"] == []
            assert f["transport"] == "udp"
            sealed = sum(x["sealed"] for x in f["lines"].values())
            assert sealed >= sum(s["frames"] if s["kind"] == "video" else 0 for s in f["sent"]) > 0
            assert sum(x["failed"] for x in f["lines"].values() if x["opened"]) <= 5


async def _both_decoded(page):
    received = (await figures(page))["received"]
    return (
        sum(r["kind"] == "video" and r["frames"] > 20 for r in received) == 2
        and sum(r["kind"] == "audio" and r["packets"] > 40 for r in received) == 2
    )


async def test_without_the_right_key_nothing_is_decoded():
    async with meeting() as (m, url), browser() as context:
        a = await join(context, url, "a")
        b = await join(context, url, "b")
        m.false_keys.add("c")
        c = await join(context, url, "c")
        await m.wait_for(*"abc")
        await m.place({"joint": ["a", "b", "c"]})
        await until(lambda: _more_than(b, 30))
        await until(lambda: _failures(c, 100))
        f = await figures(c)
        assert all(r["frames"] == 0 for r in f["received"])
        assert sum(x["opened"] for x in f["lines"].values()) == 0
        # And nobody could open what the holder of the false key sent.
        for page in (a, b):
            lines = (await figures(page))["S"]["tracks"]
            assert any(t.startswith("c-") for t in lines)
            decoded = [r["frames"] for r in (await figures(page))["received"] if r["kind"] == "video"]
            assert sorted(n > 0 for n in decoded) == [False, True]


async def _more_than(page, n):
    return await frames(page) > n


async def _failures(page, n):
    return await opened(page, "failed") > n


async def test_no_key_means_no_frame_leaves():
    async with meeting() as (m, url), browser() as context:
        a = await join(context, url, "a")
        b = await join(context, url, "b")
        await m.wait_for("a", "b")
        await m.engine.set_routes("m", {"m/a": frozenset({"m/b"}), "m/b": frozenset({"m/a"})})
        await until(lambda: _failures(a, 100))
        f = await figures(a)
        assert f["cut"] == []
        assert all(r["packets"] == 0 for r in (await figures(b))["received"])
        assert sum(s["packets"] for s in f["sent"] if s["kind"] == "audio") == 0
        assert await opened(b) == 0


async def test_a_move_changes_who_is_seen_and_reuses_the_lines():
    async with meeting() as (m, url), browser() as context:
        pages = {s: await join(context, url, s, "&w=320&h=180") for s in "abcd"}
        await m.wait_for(*"abcd")
        await m.place({"joint": ["a", "b", "c"], "wait": ["d"]})
        await until(lambda: _both_decoded(pages["a"]))
        lines = {s: (await m.engine.stats(f"m/{s}")).media_lines for s in "abc"}
        for rooms in ({"one": ["a", "d"], "two": ["b", "c"]}, {"one": ["a", "c"], "two": ["b", "d"]}) * 3:
            await m.place(rooms)
            for members in rooms.values():
                for seat in members:
                    (other,) = [x for x in members if x != seat]
                    await until(lambda page=pages[seat], other=other: _sees_only(page, other))
        after = {s: (await m.engine.stats(f"m/{s}")).media_lines for s in "abc"}
        assert after == lines
        for page in pages.values():
            assert (await figures(page))["S"]["errors"] == []


async def _sees_only(page, other):
    """True once exactly this person's tracks are there and a picture of theirs was shown."""
    f = await figures(page)
    return f["S"]["tracks"] == [f"{other}-audio", f"{other}-video"] and f"{other}-video" in f["S"]["firstFrame"]


async def test_who_speaks_is_told_by_the_page_from_what_it_hears_and_never_asked_of_the_server():
    """The fake microphone beeps. Nobody offers the extension that would tell the server how loud somebody is."""
    async with meeting() as (m, url), browser() as context:
        a = await join(context, url, "a")
        b = await join(context, url, "b", "&camera=no")
        await m.wait_for("a", "b")
        await m.place({"joint": ["a", "b"]})
        await b.evaluate(
            "() => { window.spoke = new Set(); setInterval(() => window.S.speaking.forEach(s => window.spoke.add(s)), 50); }"
        )
        await until(lambda: _spoke(b))
        assert await a.evaluate("() => window.S.speaking") == []
        await a.evaluate("() => window.media.publish({audio: null})")
        await until(lambda: _quiet(b))
        assert all("ssrc-audio-level" not in event.sdp for _, event in m.events if hasattr(event, "sdp"))


async def _spoke(page):
    return await page.evaluate("() => [...window.spoke]") == ["a"]


async def _quiet(page):
    return await page.evaluate("() => window.S.speaking") == []
