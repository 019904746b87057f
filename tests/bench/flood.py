"""What a flood from strangers costs the media server: `python -m tests.bench.flood` (about half a minute).

A worker with a room of three; beside it one process sends datagrams of a kind as fast as the kernel lets it, or opens TCP connections. Printed:
the worker's share of a core with and without the flood, what arrived, what was looked at, and what the room lost meanwhile.
"""

import asyncio
import contextlib
import multiprocessing
import os
import secrets
import socket
import sys
import time
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))

SECONDS = 5.0
KINDS = ("nothing", "noise", "checks of nobody", "checks of somebody", "media", "connections")


def _send(kind: str, port: int, ufrag: str, seconds: float, sent: Any) -> None:
    """In a process of its own: the flood."""
    from client.rtc import stun

    def check(name: str) -> bytes:
        return stun.request(secrets.token_bytes(12), f"{name}:x", b"guess", nominate=True, tie_breaker=bytes(8))

    end, count = time.monotonic() + seconds, 0
    if kind == "connections":
        held: list[socket.socket] = []
        while time.monotonic() < end:
            one = socket.socket()
            one.setblocking(False)
            with contextlib.suppress(OSError):
                one.connect(("127.0.0.1", port))
            held.append(one)
            count += 1
            while len(held) > 400:
                held.pop(0).close()
    elif kind != "nothing":
        datagram = {
            "noise": secrets.token_bytes(200),
            "checks of nobody": check("nobodyhere"),
            "checks of somebody": check(ufrag),
            "media": b"\x90\x60" + secrets.token_bytes(900),
        }[kind]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.connect(("127.0.0.1", port))
            while time.monotonic() < end:
                for _ in range(100):
                    with contextlib.suppress(OSError):
                        stranger.send(datagram)
                count += 100
    sent.value = count


def _cpu(pid: int) -> float:
    t = psutil.Process(pid).cpu_times()
    return float(t.user + t.system)


async def _one(kind: str) -> None:
    from people import people, place

    from server.media.workers import Options, WorkerEngine

    engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 1)
    async with people(engine, "abc") as made:
        await place(engine, made, {"joint": "abc"}, 1)
        await asyncio.sleep(2)
        pid = engine.workers[0].pid
        offer = next(e for e in reversed(made["a"].events) if hasattr(e, "sdp"))
        port = int(offer.sdp.split(" typ host")[0].rsplit(" ", 1)[1])
        ufrag = offer.sdp.split("a=ice-ufrag:")[1].split("\r")[0]
        sent = multiprocessing.Value("L", 0)
        flood = multiprocessing.Process(target=_send, args=(kind, port, ufrag, SECONDS, sent))

        def opened() -> int:
            return sum(c.opened for p in made.values() for kinds in p.media.counts().values() for c in kinds.values())

        flood.start()
        await asyncio.sleep(0.5)
        cpu, start, frames, sealed = (
            _cpu(pid),
            time.monotonic(),
            opened(),
            sum(p.media.frames_sealed for p in made.values()),
        )
        await asyncio.sleep(SECONDS - 1)
        took = time.monotonic() - start
        share = (_cpu(pid) - cpu) / took
        got = opened() - frames
        due = 2 * (sum(p.media.frames_sealed for p in made.values()) - sealed)
        await asyncio.to_thread(flood.join)
        print(
            f"{kind:20} {sent.value / SECONDS:9.0f}/s sent   worker {100 * share:5.1f} % of a core   "
            f"room: {100 * got / max(1, due):5.1f} % of {due} frames opened",
            flush=True,
        )


def main() -> None:
    """All kinds one after another."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for kind in KINDS:
        asyncio.run(_one(kind))


if __name__ == "__main__":
    main()
