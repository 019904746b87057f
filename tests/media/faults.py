"""Network faults against a real call in Chromium: run inside a network namespace of its own (`namespace.inside`), prints JSON.

Loss and outages by iptables, UDP blocked, IPv6, an address that changes. Figures are seconds unless named otherwise.
"""

# ruff: noqa: ASYNC110  (pages are polled: they have no events of ours)
import asyncio
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path

from namespace import ADDRESS, SIXTH

HERE = Path(__file__).parent
SCRIPT = Path(__file__)
SECOND, THIRD = "10.98.0.2", "10.98.0.3"


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _tables(*rule: str) -> None:
    _run("iptables", *rule)


def _block(port: int, *protocols: str) -> None:
    for protocol in protocols:
        for side in ("--dport", "--sport"):
            _tables("-I", "INPUT", "-p", protocol, side, str(port), "-j", "DROP")


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
    _block(m.engine.port, "udp")
    _, took, f = await _call(m, url, context)
    out["udp_blocked_first_frame_s"] = took
    assert f["transport"] == "tcp"


async def _outage(m, url, context, out, seconds):
    """Nothing gets through, by UDP or TCP; the line to the web server stays, as when a media port is cut."""
    from harness import frames

    pages, _, _ = await _call(m, url, context)
    await asyncio.sleep(2)
    _block(m.engine.port, "udp", "tcp")
    await asyncio.sleep(1)
    dark = await frames(pages[1])
    await asyncio.sleep(seconds - 1)
    assert await frames(pages[1]) <= dark + 3, "pictures came through an outage"
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


async def sixth(m, url, context, out):
    """The server offers an IPv6 address and no other."""
    _, took, f = await _call(m, url, context)
    out["ipv6_first_frame_s"] = took
    assert f["transport"] == "udp"
    for peer in m.engine.peers.values():
        assert len(peer.agent.path.key) == 28  # a kernel name of the sixth family


async def address(m, url, context, out):
    """The client's only way out is one address; that address goes and another comes. Nobody tells the page."""
    from harness import frames

    pages, _, _ = await _call(m, url, context)
    before = {p.agent.path.key[4:8] for p in m.engine.peers.values()}
    assert before == {bytes(map(int, SECOND.split(".")))}
    await asyncio.sleep(2)
    start = time.monotonic()
    _run("ip", "addr", "del", f"{SECOND}/24", "dev", "w0")
    _run("ip", "addr", "add", f"{THIRD}/24", "dev", "w0")
    n = await frames(pages[1])
    while await frames(pages[1]) <= n + 10 and time.monotonic() - start < 40:
        await asyncio.sleep(0.05)
    out["address_change_back_s"] = round(time.monotonic() - start, 2)
    assert {p.agent.path.key[4:8] for p in m.engine.peers.values()} == {bytes(map(int, THIRD.split(".")))}


@asynccontextmanager
async def _coturn(m):
    """Debian's coturn beside the server, on an address from which alone the media port is reached."""
    from server.media.relay import Relays

    secret = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="incamera-turn-") as folder:
        certificate, key = f"{folder}/c.pem", f"{folder}/k.pem"
        _run(*f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=relay -keyout {key} -out {certificate}".split())  # fmt: skip
        _run("ip", "link", "add", "w0", "type", "veth", "peer", "name", "w1")
        for end in ("w0", "w1"):
            _run("ip", "link", "set", end, "up")
        _run("ip", "addr", "add", f"{SECOND}/24", "dev", "w0")
        process = await asyncio.create_subprocess_exec(
            *(
                "turnserver",
                "-n",
                "--no-cli",
                "--fingerprint",
                "--realm",
                "relay",
                "--log-file",
                "stdout",
                "--pidfile",
                f"{folder}/pid",
            ),
            *("--use-auth-secret", "--static-auth-secret", secret, "--listening-ip", SECOND, "--relay-ip", SECOND),
            *("--listening-port", "3478", "--tls-listening-port", "5349", "--cert", certificate, "--pkey", key),
            *("--userdb", f"{folder}/db", "--no-multicast-peers", "--min-port", "61000", "--max-port", "61999"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection((SECOND, 5349), 1):
                    break
                await asyncio.sleep(0.05)
            for protocol in ("udp", "tcp"):
                _tables("-A", "INPUT", "-p", protocol, "!", "-s", SECOND, "--dport", str(m.engine.port), "-j", "DROP")
            # The relay's own ports only: a browser in this namespace could borrow its address, but never takes ports above 60999.
            _tables("-A", "INPUT", "-p", "tcp", "--dport", str(m.engine.port), "-j", "DROP")
            _tables(
                "-A", "INPUT", "-p", "udp", "--dport", str(m.engine.port), "!", "--sport", "61000:61999", "-j", "DROP"
            )
            yield lambda *urls: Relays(urls, secret.encode(), time.time, os.urandom).fresh
        finally:
            process.terminate()
            await process.wait()


async def _relayed(m, url, context, out, name, relay):
    async with _coturn(m) as relays:
        m.relays = relays(relay)
        pages, took, _ = await _call(m, url, context)
        out[f"relay_{name}_first_frame_s"] = took
        for page in pages:
            kinds = await page.evaluate(PAIR)
            assert kinds == ["relay"], kinds
        m.relays = relays(relay)
        start = time.monotonic()
        await pages[1].evaluate("() => window.media.restart()")
        await asyncio.sleep(1)
        await _again(pages[1], start)


# The local ends of the pairs that carry media.
PAIR = """async () => {
  const found = [];
  for (const pc of window.connections) { const stats = await pc.getStats(); stats.forEach(r => {
    if (r.type === 'transport') found.push(stats.get(stats.get(r.selectedCandidatePairId)?.localCandidateId)?.candidateType); }); }
  return found;
}"""


async def relayudp(*a):
    await _relayed(*a, "udp", f"turn:{SECOND}:3478?transport=udp")


async def relaytcp(*a):
    await _relayed(*a, "tcp", f"turn:{SECOND}:3478?transport=tcp")


async def relaytls(*a):
    await _relayed(*a, "tls", f"turns:{SECOND}:5349?transport=tcp")


def _unlink() -> None:
    """Take away the second interface, if a scenario made one."""
    subprocess.run(["ip", "link", "del", "w0"], check=False, stderr=subprocess.DEVNULL)


def _only_from_elsewhere(port: int) -> None:
    """Server and client share a namespace: the client gets an interface of its own and may not use the server's addresses."""
    _run("ip", "link", "add", "w0", "type", "veth", "peer", "name", "w1")
    for end in ("w0", "w1"):
        _run("ip", "link", "set", end, "up")
    _run("ip", "addr", "add", f"{SECOND}/24", "dev", "w0")
    for protocol in ("udp", "tcp"):
        for own in (ADDRESS, "127.0.0.0/8"):
            _tables("-A", "INPUT", "-p", protocol, "-s", own, "--dport", str(port), "-j", "DROP")


async def main(names: list[str]) -> None:
    sys.path.insert(0, str(HERE))
    from harness import browser, meeting

    from server.media.lite.engine import LiteEngine

    out: dict[str, float] = {}
    for name in names:
        host = SIXTH if name == "sixth" else ADDRESS
        # A relay's certificate is our own here.
        extra = ("--ignore-certificate-errors",) if name.startswith("relay") else ()
        async with meeting(LiteEngine(hosts=(host,))) as (m, url), browser(extra) as context:
            try:
                if name == "address":
                    _only_from_elsewhere(m.engine.port)
                await globals()[name](m, url, context, out)
            finally:
                _tables("-F")
                _unlink()
    print(json.dumps(out))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
