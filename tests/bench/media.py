"""Media servers side by side: processor time per delivered packet, latency, rooms a core. `python -m tests.bench.media --help`.

The same simulated people load our engine and Debian's Janus (with its best settings and its defaults) in one run, so that
the ratios hold on any machine. Our side runs with transport-wide congestion control and downlink control on.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from client.rtc.association import read_offer
from client.rtc.rtp import EXT_TRANSPORT, PT_OPUS, PT_VP8
from tests.bench.load import CERTIFICATE, Link, Person, Tally, drive, streams_answer

ROWS = [
    ("1 x 3, 500 kbit/s", 1, 3, 500, 25.0),
    ("20 x 3, 500 kbit/s", 20, 3, 500, 10.0),
    ("1 x 8, 500 kbit/s", 1, 8, 500, 8.0),
    ("4 x 8, 500 kbit/s", 4, 8, 500, 6.0),
    ("20 x 8, 500 kbit/s", 20, 8, 500, 5.5),
    ("1 x 8, 1.5 Mbit/s", 1, 8, 1500, 6.0),
]
ROOT = Path(__file__).parents[2]


class Ours:
    """Our engine in another process."""

    name = "ours"

    async def __aenter__(self) -> "Ours":
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.ours",
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            limit=1 << 22,
        )
        await self._read()
        self.pids = [self.process.pid]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.process.terminate()
        await self.process.wait()

    async def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        message: dict[str, Any] = json.loads(line)
        return message

    def _say(self, **message: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    async def room(self, number: int, size: int, kbps: float, tally: Tally) -> tuple[list[Person], list[Link]]:
        """Fill a room; everybody sends and receives."""
        mediation = f"r{number}"
        names = [f"{mediation}/{i}" for i in range(size)]
        plan = {n: [o for o in names if o != n] for n in names}
        self._say(mediation=mediation, routes=plan)
        people: dict[str, Person] = {}
        links: dict[str, Link] = {}
        ssrcs = {n: (secrets.randbits(31), secrets.randbits(31)) for n in names}
        opening: list[asyncio.Task[None]] = []
        rest = 0
        generations: dict[str, int] = {}

        def answer(m: dict[str, Any]) -> None:
            offered = read_offer(m["sdp"])
            self._say(
                answer=m["peer"],
                generation=m["generation"],
                sdp=streams_answer(offered, links[m["peer"]], *ssrcs[m["peer"]]),
            )
            generations[m["peer"]] = sum(line.receive for line in offered.lines)

        for n in names:
            self._say(join=n)
            while n not in people:
                m = await self._read()
                if m["peer"] not in links:
                    link = links[m["peer"]] = Link(tally)
                    offered = read_offer(m["sdp"])
                    answer(m)
                    assert offered.udp is not None
                    await link.open(
                        offered.udp, offered.ufrag, offered.password, (offered.algorithm, offered.fingerprint), "client"
                    )
                    people[n] = Person(link, *ssrcs[n], PT_OPUS, PT_VP8, kbps, transport_cc=EXT_TRANSPORT)
                else:
                    answer(m)
        while any(generations[n] < 2 * (size - 1) for n in names):
            answer(await self._read())
        assert not opening
        assert not rest
        return list(people.values()), list(links.values())


class Janus:
    """Debian's Janus with its VideoRoom plugin."""

    def __init__(self, *, best: bool) -> None:
        self.best = best
        self.name = "janus best" if best else "janus default"

    async def __aenter__(self) -> "Janus":
        from tests.media.janus_server import JanusServer

        self.server = JanusServer(event_loops=1 if self.best else 0, lite=self.best)
        await self.server.start()
        self.pids = [self.server.pid]
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        await self.server.stop()

    async def room(self, number: int, size: int, kbps: float, tally: Tally) -> tuple[list[Person], list[Link]]:
        """Fill a room; Janus uses two associations a person, one each way."""
        from server.media.janus_api import JanusSession

        session = await JanusSession.open(self.http, self.server.url)
        people: list[Person] = []
        links: list[Link] = []
        feeds: list[int] = []
        room = number + 1000
        first = await session.attach()
        await session.message(
            first,
            {
                "request": "create",
                "room": room,
                "publishers": size,
                "bitrate": 3_000_000,
                "audiocodec": "opus",
                "videocodec": "vp8",
                "notify_joining": False,
                "audiolevel_ext": False,
                "videoorient_ext": False,
                "playoutdelay_ext": False,
                "transport_wide_cc_ext": True,
            },
        )
        for _ in range(size):
            handle = await session.attach()
            joined = await session.message(handle, {"request": "join", "ptype": "publisher", "room": room})
            feeds.append(joined.data["id"])
            link, audio, video = Link(tally), secrets.randbits(31), secrets.randbits(31)
            reply = await session.message(
                handle, {"request": "publish"}, ("offer", _publisher_offer(link, audio, video))
            )
            link_to = _answer_facts(reply.sdp)
            await link.open(*link_to)
            links.append(link)
            people.append(Person(link, audio, video, PT_OPUS, PT_VP8, kbps, transport_cc=EXT_TRANSPORT))
        for i in range(size):
            handle = await session.attach()
            reply = await session.message(
                handle,
                {
                    "request": "join",
                    "ptype": "subscriber",
                    "room": room,
                    "streams": [{"feed": f} for k, f in enumerate(feeds) if k != i],
                },
            )
            link = Link(tally)
            await session.message(handle, {"request": "start"}, ("answer", _subscriber_answer(link, reply.sdp)))
            await link.open(*_answer_facts(reply.sdp))
            links.append(link)
        return people, links


def _answer_facts(sdp: str) -> tuple[tuple[str, int], str, str, tuple[str, str], str]:
    text = sdp.replace("\r\n", "\n")
    facts = {}
    for line in text.split("\n"):
        for key in ("ice-ufrag", "ice-pwd", "fingerprint", "setup"):
            if line.startswith(f"a={key}:"):
                facts.setdefault(key, line.split(":", 1)[1])
        if line.startswith("a=candidate:"):
            parts = line[12:].split()
            if parts[2].lower() == "udp" and ":" not in parts[4]:
                facts.setdefault("host", parts[4])
                facts.setdefault("port", parts[5])
    algorithm, _, fingerprint = facts["fingerprint"].partition(" ")
    role = "server" if facts.get("setup") == "active" else "client"
    return (facts["host"], int(facts["port"])), facts["ice-ufrag"], facts["ice-pwd"], (algorithm, fingerprint), role


def _publisher_offer(link: Link, audio: int, video: int) -> str:
    out = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
    for mid, (ssrc, kind, pt, codec) in enumerate(
        ((audio, "audio", PT_OPUS, "opus/48000/2"), (video, "video", PT_VP8, "VP8/90000"))
    ):
        out += [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {pt}",
            "c=IN IP4 0.0.0.0",
            f"a=rtpmap:{pt} {codec}",
            "a=sendonly",
            f"a=mid:{mid}",
        ]
        out += [f"a=extmap:{EXT_TRANSPORT} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"]
        out += [f"a=rtcp-fb:{pt} transport-cc"]
        if kind == "video":
            out += [f"a=rtcp-fb:{pt} nack", f"a=rtcp-fb:{pt} nack pli", f"a=rtcp-fb:{pt} goog-remb"]
        out += [
            f"a=ice-ufrag:{link.ufrag}",
            f"a=ice-pwd:{link.password}",
            f"a=fingerprint:sha-256 {CERTIFICATE.fingerprint}",
        ]
        out += ["a=setup:actpass", "a=rtcp-mux", f"a=msid:s {kind}", f"a=ssrc:{ssrc} cname:x"]
    return "\r\n".join(out) + "\r\n"


def _subscriber_answer(link: Link, sdp: str) -> str:
    parts = ("\n" + sdp.replace("\r\n", "\n")).split("\nm=")[1:]
    mids = [next(x[6:] for x in p.split("\n") if x.startswith("a=mid:")) for p in parts]
    out = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(mids)]
    for part, mid in zip(parts, mids, strict=True):
        lines = part.split("\n")
        kind, pt = lines[0].split(" ")[0], lines[0].split(" ")[3]
        out += [f"m={kind} 9 UDP/TLS/RTP/SAVPF {pt}", "c=IN IP4 0.0.0.0"]
        out += [x for x in lines if x.startswith((f"a=rtpmap:{pt} ", f"a=fmtp:{pt} "))]
        out += ["a=recvonly", f"a=mid:{mid}", f"a=ice-ufrag:{link.ufrag}", f"a=ice-pwd:{link.password}"]
        out += [f"a=fingerprint:sha-256 {CERTIFICATE.fingerprint}", "a=setup:active", "a=rtcp-mux"]
    return "\r\n".join(out) + "\r\n"


async def measure(
    server: Any, rooms: int, size: int, kbps: float, seconds: float, wake: bool = False
) -> dict[str, float]:
    """One server, one row."""
    tally = Tally()
    people: list[Person] = []
    links: list[Link] = []
    async with server:
        for number in range(rooms):
            p, li = await server.room(number, size, kbps, tally)
            people += p
            links += li
        random.seed(1)
        result = await drive(people, links, tally, server.pids, seconds, 10.5, size - 1, probe=True, wake=wake)
        for link in links:
            link.close()
    return result


async def run(rows: list[int], servers: list[str], seconds: float, wake: bool) -> None:
    """Print the table."""
    print(
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}"
    )
    for index in rows:
        title, rooms, size, kbps, goal = ROWS[index]
        found: dict[str, dict[str, float]] = {}
        for name in servers:
            server: Any = Ours() if name == "ours" else Janus(best=name == "janus")
            try:
                r = found[server.name] = await measure(server, rooms, size, kbps, seconds, wake)
            except Exception as error:  # one server failing must not hide the others
                print(f"{title:22} {server.name:14} failed: {error!r}")
                continue
            extra = f" p50 {r['p50_ms']:.1f} p99 {r['p99_ms']:.1f} ms" if "p50_ms" in r else ""
            print(
                f"{title:22} {server.name:14} {r['us']:6.2f} us/packet (goal {goal:g}) {r['out_pps']:8.0f} pps {r['mbps']:6.1f} Mbit/s "
                f"core {r['core']:.3f} lost {r['lost']:.2%} generator {r['generator']:.2f}{extra}",
                flush=True,
            )
        ours = found.get("ours")
        if ours:
            for other, r in found.items():
                if other != "ours":
                    print(f"{title:22} {other} costs {r['us'] / ours['us']:.2f} times ours")
            print(f"{title:22} rooms on a core at 60 %: {0.6 * rooms / ours['core']:.0f}", flush=True)


def main() -> None:
    """Parse arguments and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="0,1,2,3,4,5")
    parser.add_argument("--servers", default="ours,janus,janus-default")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--wake", action="store_true", help="let arriving packets wake the generator")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory():
        asyncio.run(run([int(x) for x in a.rows.split(",")], a.servers.split(","), a.seconds, a.wake))


if __name__ == "__main__":
    main()
