"""A long call of headless people who are moved between rooms: `python -m tests.soak --minutes 30 --moves 200`.

Ends with 1 if memory grows, if a person is stuck, or if anything of tests/soak/watch.py was seen on the wire.
"""

import argparse
import asyncio
import gc
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))

from harness import base_key, until
from people import Person

from client.protocol.media import Offer
from client.rtc.association import read_offer
from server.media.workers import Options, WorkerEngine
from tests.soak.watch import Rooms, Watch

ROOMS = ("joint", "east", "west", "counsel")
GROWTH_MB = 6.0  # of the worker, from the end of the first quarter to the end
STUCK_S, SLOW_S = 20.0, 3.0
RESTART_EVERY, REJOIN_EVERY = 7, 11  # moves


class Watched(Person):
    """A person all of whose packets are looked at."""

    def __init__(self, engine: Any, seat: str, watch: Watch) -> None:
        super().__init__(engine, seat)
        self.watch = watch
        self._tapped: object = None
        self.media._on_rtp = self._look  # type: ignore[method-assign]

    def _look(self, packet: bytes) -> None:
        ssrc = int.from_bytes(packet[8:12], "big")
        for leg in self.media._legs.values():
            if ssrc in leg.lines:
                self.watch.plain(packet, *leg.lines[ssrc])
        type(self.media)._on_rtp(self.media, packet)

    async def take(self, event: object) -> None:
        if isinstance(event, Offer):
            if not self.media._legs or event.connection != self.media._legs["both"].connection:
                self.watch.association()
            self.watch.offer(event.tracks, read_offer(event.sdp).lines)
            await self.media.on_offer(event)
            self._tap(self.media._legs["both"].link)

    def _tap(self, link: Any) -> None:
        if link is self._tapped:
            return
        self._tapped = link
        link._on_rtp = self._look
        receive, send = link._datagram, link._send

        def inbound(data: bytes) -> None:
            if data:
                self.watch.wire(data, outbound=False)
            receive(data)

        def outbound(data: bytes) -> None:
            self.watch.wire(data, outbound=True)
            send(data)

        link._datagram, link._send = inbound, outbound


class Soak:
    """The call."""

    def __init__(self, seats: str, seed: int) -> None:
        self.engine = WorkerEngine(Options(hosts=("127.0.0.1",), port=0), 1)
        self.random = random.Random(seed)  # a soak is repeated by its seed
        self.faults: list[str] = []
        self.rooms = Rooms()
        self.people = {s: Watched(self.engine, s, Watch(s, self.rooms, self.faults)) for s in seats}
        self.where = dict.fromkeys(seats, "joint")
        self.numbers = dict.fromkeys(ROOMS, 0)
        self.next_epoch = 0
        self.memory: list[float] = []
        self.lines: list[int] = []
        self.slowest = 0.0

    def members(self, room: str) -> tuple[str, ...]:
        return tuple(sorted(s for s, r in self.where.items() if r == room))

    def plan(self) -> dict[str, frozenset[str]]:
        return {s: frozenset(self.members(r)) - {s} for s, r in self.where.items()}

    async def routes(self, hears: dict[str, frozenset[str]]) -> None:
        await self.engine.set_routes(
            "m", {f"m/{s}": frozenset(f"m/{o}" for o in others) for s, others in hears.items()}
        )
        self.rooms.now(hears)

    async def place(self, *changed: str) -> None:
        """What the product does: take away, new keys for the rooms that changed, then grant."""
        after, before = self.plan(), self.rooms.hears
        await self.routes({s: before.get(s, frozenset()) & others for s, others in after.items()})
        for room in changed:
            members = self.members(room)
            if not members:
                continue
            self.next_epoch += 1
            self.rooms.epoch(self.next_epoch, members)
            for s in members:
                self.people[s].media.set_keys(
                    self.next_epoch,
                    members.index(s),
                    [(i, o, base_key(room, self.next_epoch, o)) for i, o in enumerate(members)],
                )
        await self.routes(after)

    async def everybody_sees(self, *rooms: str, what: str = "after a move") -> None:
        """Until everybody in these rooms has opened new frames of everybody else there."""
        start = time.monotonic()
        for room in rooms:
            for x in self.members(room):
                for y in self.members(room):
                    if x != y:
                        had = [self.people[x].opened(y, kind) for kind in ("audio", "video")]

                        async def more(x: str = x, y: str = y, had: list[int] = had) -> bool:
                            return all(
                                self.people[x].opened(y, k) > n + 2
                                for k, n in zip(("audio", "video"), had, strict=True)
                            )

                        try:
                            await until(more, STUCK_S, 0.02)
                        except AssertionError:
                            self.faults.append(f"{x} is stuck: nothing of {y} in {room}")
        took = time.monotonic() - start
        if took > SLOW_S:
            print(f"slow: {took:.1f} s until everybody in {rooms} was seen, {what}", flush=True)
        self.slowest = max(self.slowest, took)

    async def measure(self) -> None:
        self.memory.append(psutil.Process(self.engine.workers[0].pid).memory_info().rss / 2**20)
        self.lines = [(await self.engine.stats(f"m/{s}")).media_lines for s in self.people]

    async def run(self, minutes: float, moves: int) -> None:
        await self.engine.start()
        try:
            for p in self.people.values():
                await p.join()
            await until(self._connected)
            await self.place("joint")
            await self.everybody_sees("joint")
            begin = time.monotonic()
            for move in range(1, moves + 1):
                await self.one(move)
                await self.measure()
                await asyncio.sleep(max(0.0, begin + minutes * 60 * move / moves - time.monotonic()))
                if move % max(1, moves // 10) == 0:
                    print(f"move {move:4}  {self.memory[-1]:6.1f} MB  faults {len(self.faults)}", flush=True)
        finally:
            for p in self.people.values():
                await p.media.close()
            await self.engine.close()

    async def one(self, move: int) -> None:
        """One move, now and then a change of network or a reload."""
        seat = self.random.choice(sorted(self.people))
        old = self.where[seat]
        new = self.random.choice([r for r in ROOMS if r != old])
        self.where[seat] = new
        await self.place(old, new)
        await self.everybody_sees(old, new)
        if move % RESTART_EVERY == 0:
            await self.engine.restart(f"m/{seat}")
            await self.everybody_sees(new, what="after a change of network")
        if move % REJOIN_EVERY == 0:
            await self.people[seat].join()
            await until(self._connected)
            await self.everybody_sees(new, what="after somebody came back")

    async def _connected(self) -> bool:
        return all(p.media.connected for p in self.people.values())

    def report(self) -> int:
        """Print what was seen; 1 if it may not be."""
        quarter = self.memory[max(1, len(self.memory) // 4) :]
        most = statistics.median(quarter[-max(1, len(quarter) // 5) :]) - statistics.median(
            quarter[: max(1, len(quarter) // 5)]
        )
        if most > GROWTH_MB:
            self.faults.append(f"memory grew by {most:.1f} MB")
        watches = [p.watch for p in self.people.values()]
        allowed = 3 + 2 * (len(self.people) - 1)  # own lines, and two of everybody else
        if max(self.lines) > allowed:
            self.faults.append(f"{max(self.lines)} lines where {allowed} do")
        print(
            f"{sum(w.packets for w in watches)} packets looked at, {sum(w.checked for w in watches)} frames told by their keys, "
            f"{sum(w.in_flight for w in watches)} were on their way when routes closed; {self.next_epoch} epochs\n"
            f"worker memory {quarter[0]:.1f} MB after the first quarter, {self.memory[-1]:.1f} MB at the end, change {most:+.1f} MB; "
            f"lines {min(self.lines)} to {max(self.lines)} of {allowed}; slowest move {self.slowest:.2f} s\n{len(self.faults)} faults"
        )
        for fault in sorted(set(self.faults))[:20]:
            print("  " + fault)
        return int(bool(self.faults))


def main() -> int:
    """Run a soak."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    gc.freeze()
    soak = Soak("abcdefghijklmnop"[: given.people], given.seed)
    asyncio.run(soak.run(given.minutes, given.moves))
    return soak.report()


if __name__ == "__main__":
    sys.exit(main())
