"""Network faults against a real call in Chromium: run inside a network namespace of its own (see `in_namespace`), prints JSON.

Loss and outages by iptables, UDP blocked, a path that dies for good. Figures are seconds unless named otherwise.
"""

# ruff: noqa: ASYNC110  (pages are polled: they have no events of ours)
import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ADDRESS = "10.99.0.1"
SETUP = (
    "ip link set lo up && ip link add v0 type veth peer name v1 && "
    f"ip addr add {ADDRESS}/24 dev v0 && ip link set v0 up && ip link set v1 up && ip route add default dev v0"
)


def possible() -> bool:
    """Whether this machine lets us make a namespace and filter packets in it."""
    if os.geteuid() != 0 or not all(shutil.which(x) for x in ("unshare", "ip", "iptables")):
        return False
    probe = subprocess.run(["unshare", "-n", "sh", "-c", SETUP + " && iptables -S"], capture_output=True, check=False)
    return probe.returncode == 0


def in_namespace(script: Path, *names: str, timeout: float = 240) -> dict[str, float]:
    """Run scenarios of a script in a namespace; their figures."""
    command = f"{SETUP} && exec {sys.executable} {script} {' '.join(names)}"
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", command], capture_output=True, text=True, timeout=timeout, check=False
    )
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _tables(*rule: str) -> None:
    subprocess.run(["iptables", *rule], check=True)


def _block(port: int) -> None:
    for side in ("--dport", "--sport"):
        _tables("-I", "INPUT", "-p", "udp", side, str(port), "-j", "DROP")


async def _again(page, start, limit=40.0):
    """Seconds from `start` until pictures move again."""
    from harness import frames

    before = await frames(page)
    while time.monotonic() - start < limit:
        await asyncio.sleep(0.05)
        if await frames(page) > before + 3:
            return round(time.monotonic() - start, 2)
    return limit


async def _call(m, url, context, seats=("a", "b")):
    """Two people in a room; seconds from the page's readiness to the first picture."""
    from harness import figures

    pages = []
    for seat in seats:
        page = await context.new_page()
        await page.goto(f"{url}?seat={seat}")
        while not await page.evaluate("() => Boolean(window.S?.ready)"):
            await asyncio.sleep(0.02)
        pages.append(page)
    await m.wait_for(*seats)
    await m.place({"joint": list(seats)})
    start = time.monotonic()
    took = await _again(pages[1], start)
    f = await figures(pages[1])
    return pages, took, f


async def first(m, url, context, out):
    pages, took, f = await _call(m, url, context)
    out["first_frame_s"] = took
    assert f["transport"] == "udp"
    for _ in range(3):
        start = time.monotonic()
        await m.place({"other": ["a", "b"]})
        out["same_room_new_key_s"] = await _again(pages[1], start)


async def move(m, url, context, out):
    """c waits; then a and c are put together: from the act to c's picture at a."""
    from harness import figures

    pages, _, _ = await _call(m, url, context, ("a", "b", "c"))
    await m.place({"one": ["a", "b"], "two": ["c"]})
    await asyncio.sleep(1.5)
    worst = 0.0
    for rooms, who, new in (
        ({"one": ["a", "c"], "two": ["b"]}, 0, "c-video"),
        ({"one": ["a", "b"], "two": ["c"]}, 0, "b-video"),
    ):
        await pages[who].evaluate("id => { delete window.S.firstFrame[id]; }", new)
        start = time.monotonic()
        await m.place(rooms)
        while new not in (await figures(pages[who]))["S"]["firstFrame"] and time.monotonic() - start < 20:
            await asyncio.sleep(0.02)
        worst = max(worst, time.monotonic() - start)
        await asyncio.sleep(1)
    out["move_s"] = round(worst, 2)


async def blocked(m, url, context, out):
    _block(m.engine.port)
    _, took, f = await _call(m, url, context)
    out["udp_blocked_first_frame_s"] = took
    assert f["transport"] == "tcp"


async def _outage(m, url, context, out, seconds):
    pages, _, _ = await _call(m, url, context)
    await asyncio.sleep(2)
    _block(m.engine.port)
    await asyncio.sleep(seconds)
    _tables("-F")
    out[f"outage_{seconds}_back_s"] = await _again(pages[1], time.monotonic())


async def outage3(*a):
    await _outage(*a, 3)


async def outage10(*a):
    await _outage(*a, 10)


async def outage25(*a):
    await _outage(*a, 25)


async def path(m, url, context, out):
    """The viewer's address and port die for good (a phone that leaves the wireless network); it asks for an ICE restart."""
    from harness import frames

    pages, _, _ = await _call(m, url, context)
    await asyncio.sleep(1)
    number = m.engine.peers["m/b"].agent.path.key[2:4]
    _tables("-I", "INPUT", "-p", "udp", "--sport", str(number[0] << 8 | number[1]), "-j", "DROP")
    await asyncio.sleep(1.5)
    before = await frames(pages[1])
    start = time.monotonic()
    await pages[1].evaluate("() => window.media.restart()")
    while await frames(pages[1]) <= before + 3 and time.monotonic() - start < 20:
        await asyncio.sleep(0.03)
    out["ice_restart_s"] = round(time.monotonic() - start, 2)


async def _loss(m, url, context, out, percent):
    from harness import figures

    pages, _, _ = await _call(m, url, context)
    await asyncio.sleep(2)
    before = await figures(pages[1])
    chance = str(percent / 100)
    _tables("-I", "INPUT", "-p", "udp", "-m", "statistic", "--mode", "random", "--probability", chance, "-j", "DROP")
    gap, last, since, total = 0.0, 0, time.monotonic(), 0
    end = time.monotonic() + 12
    while time.monotonic() < end:
        await asyncio.sleep(0.04)
        n = sum(r["frames"] for r in (await figures(pages[1]))["received"] if r["kind"] == "video")
        now = time.monotonic()
        if n > last:
            last, since = n, now
        gap = max(gap, now - since)
    after = await figures(pages[1])

    def one(f, kind, key):
        return next(r[key] for r in f["received"] if r["kind"] == kind)

    total = one(after, "video", "frames") - one(before, "video", "frames")
    samples = one(after, "audio", "samples") - one(before, "audio", "samples")
    concealed = one(after, "audio", "concealed") - one(before, "audio", "concealed")
    out[f"loss_{percent}_frames_per_s"] = round(total / 12, 1)
    out[f"loss_{percent}_longest_gap_s"] = round(gap, 2)
    out[f"loss_{percent}_sound_concealed_percent"] = round(100 * concealed / max(1, samples), 1)


async def loss5(*a):
    await _loss(*a, 5)


async def loss10(*a):
    await _loss(*a, 10)


async def main(names: list[str]) -> None:
    sys.path.insert(0, str(HERE))
    from harness import browser, meeting

    from server.media.lite.engine import LiteEngine

    out: dict[str, float] = {}
    for name in names:
        async with meeting(LiteEngine(hosts=(ADDRESS,))) as (m, url), browser() as context:
            try:
                await globals()[name](m, url, context, out)
            finally:
                _tables("-F")
    print(json.dumps(out))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
