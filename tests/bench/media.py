"""Media servers side by side: processor time per delivered packet, latency, rooms a core. `python -m tests.bench.media --help`.

The same simulated people load our engine and Debian's Janus (with its best settings and its defaults) in one run, so that
the ratios hold on any machine. Our side runs with transport-wide congestion control and downlink control on. `--together` loads
all servers at the same time with the same packets: on a machine that has other work, only that gives ratios to be trusted.
"""

import argparse
import asyncio
import json
import math
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from client.rtc.association import read_offer
from client.rtc.rtp import EXT_TRANSPORT, PT_OPUS, PT_VP8
from tests.bench.load import CERTIFICATE, Link, Load, Person, Result, Tally, drive, streams_answer


class Row(NamedTuple):
    """One load: rooms, people in each, what each sends; the goal for ours."""

    rooms: int
    size: int
    kbps: int
    goal: float

    @property
    def title(self) -> str:
        return f"{self.rooms} x {self.size}, {self.kbps / 1000:g} Mbit/s"

    @property
    def pps(self) -> float:
        """Packets that should come out in a second."""
        return self.rooms * self.size * (self.size - 1) * (50 + 25 * math.ceil(self.kbps * 5 / 1100))


ROWS = [
    Row(1, 3, 500, 25.0),
    Row(20, 3, 500, 10.0),
    Row(1, 8, 500, 8.0),
    Row(4, 8, 500, 6.0),
    Row(1, 8, 1500, 6.0),
    Row(20, 3, 1500, 10.0),
    Row(20, 8, 500, 5.5),  # more than a generator in Python can send from two processors: only by --rows
]
ROOT = Path(__file__).parents[2]


class Ours:
    """Our engine in another process; with `workers`, in so many below it."""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers
        self.name = f"ours, {workers} worker{'s' * (workers > 1)}" if workers else "ours"

    async def __aenter__(self) -> "Ours":
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.ours",
            "127.0.0.1",
            str(self.workers),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            limit=1 << 22,
        )
        self.pids = (await self._read())["pids"]
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
        out += [link.candidate, "a=end-of-candidates"]
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
        out += [link.candidate, "a=end-of-candidates"]
    return "\r\n".join(out) + "\r\n"


async def measure(servers: list[Any], row: Row, seconds: float, wake: bool) -> list[Result]:
    """These servers under one row's load, at the same time."""
    entered: list[Any] = []
    loads: list[Load] = []
    try:
        for server in servers:
            await server.__aenter__()
            entered.append(server)
            load = Load(server.pids, row.size - 1)
            for number in range(row.rooms):
                people, links = await server.room(number, row.size, row.kbps, load.tally)
                load.people += people
                load.links += links
            loads.append(load)
        # Downlink control begins at 3 Mbit/s and climbs: a large room of large pictures needs longer until everything flows.
        return await drive(loads, seconds, 10.5 if (row.size - 1) * row.kbps < 6000 else 22.0, wake=wake)
    finally:
        for load in loads:
            for link in load.links:
                await link.close()
        for server in entered:
            await server.__aexit__()


def server_of(name: str) -> Any:
    """ours, ours-1 (one worker process), ours-2, janus (its best), janus-default."""
    kind, _, rest = name.partition("-")
    return Janus(best=rest != "default") if kind == "janus" else Ours(int(rest or 0))


def say(title: str, name: str, r: Result, row: Row) -> None:
    doubt = "" if sound(r, row) else "  NOT VALID: packets were lost or not sent, the machine was too busy"
    print(
        f"{title:20} {name:15} {r.us:6.2f} us/packet  core {r.core:.3f}  {r.pps:7.0f} pps of {row.pps:.0f}  "
        f"{r.mbps:6.1f} Mbit/s  lost {r.lost:.2%}  p50 {r.p50:.1f} p99 {r.p99:.1f} ms  "
        f"rooms on a core at 60 %: {rooms_on_a_core(r, row):.0f}{doubt}",
        flush=True,
    )


def sound(r: Result, row: Row) -> bool:
    """Whether the load was what the row says, and arrived."""
    return r.lost < 0.02 and abs(r.pps / row.pps - 1) < 0.05


def rooms_on_a_core(r: Result, row: Row) -> float:
    """How many such rooms fill six tenths of a processor."""
    return 0.6e6 / (r.us * row.pps / row.rooms)


async def run(rows: list[int], names: list[str], seconds: float, together: bool, wake: bool) -> None:
    """Print each row as it is measured, and a table at the end."""
    print(
        f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, "
        f"Python {sys.version.split()[0]}, {'together' if together else 'one after another'}"
    )
    table: list[str] = []
    for row in [ROWS[i] for i in rows]:
        found: dict[str, Result] = {}
        for group in [names] if together else [[name] for name in names]:
            try:
                results = await measure([server_of(name) for name in group], row, seconds, wake)
            except Exception as error:  # one server failing must not hide the others
                print(f"{row.title:20} {', '.join(group)} failed: {error!r}")
                continue
            for name, result in zip(group, results, strict=True):
                found[name] = result
                say(row.title, server_of(name).name, result, row)
        ours = found.get("ours")
        if ours is None:
            continue
        for name, r in found.items():
            if name.startswith("janus"):
                print(f"{row.title:20} {server_of(name).name} costs {r.us / ours.us:.2f} times ours")
        one, two = found.get("ours-1"), found.get("ours-2")
        if one is not None and two is not None and row.rooms > 1:
            # What the busiest process needs says how much more fits: on two processors a generator leaves no room to fill them.
            print(f"{row.title:20} two workers carry {one.busiest / two.busiest:.2f} times what one carries")
        cells = [
            f"{found[n].us:.1f} ({found[n].us / ours.us:.2f})" if n in found and sound(found[n], row) else "-"
            for n in names
        ]
        table.append(
            f"| {row.title} | {' | '.join(cells)} | {row.goal:g} | {ours.p50:.1f} / {ours.p99:.1f} | "
            f"{rooms_on_a_core(ours, row):.0f} |"
        )
    print(
        f"\n| load | {' | '.join(server_of(n).name for n in names)} | goal | p50 / p99 of ours, ms | rooms a core at 60 % |"
    )
    print("|---" * (len(names) + 4) + "|")
    print("\n".join(table), flush=True)


def main() -> None:
    """Parse arguments and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="0,1,2,3,4,5")
    parser.add_argument("--servers", default="ours,janus,janus-default,ours-1,ours-2")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--together", action="store_true", help="all servers at the same time, with the same packets")
    parser.add_argument("--wake", action="store_true", help="let arriving packets wake the generator")
    a = parser.parse_args()
    asyncio.run(run([int(x) for x in a.rows.split(",")], a.servers.split(","), a.seconds, a.together, a.wake))


if __name__ == "__main__":
    main()
