"""A hundred moves on the same associations: lines are used again and never grow, no SSRC comes twice, nothing is left behind."""

import random

from harness import until
from people import people

from server.media.lite.engine import LiteEngine

SEATS, ROOMS, MOVES = "abcdef", 3, 100


async def test_a_hundred_moves_leave_no_more_than_one():
    chance = random.Random(4)
    where = {s: i % ROOMS for i, s in enumerate(SEATS)}
    async with people(engine := LiteEngine(), SEATS) as made:

        async def move(plan):
            await engine.set_routes(
                "m", {f"m/{s}": frozenset(f"m/{o}" for o in SEATS if plan[o] == plan[s] and o != s) for s in SEATS}
            )
            await until(settled, every=0.005)

        async def settled():
            return all(
                p.waiting is None and not p.dirty and all(s.active for s in p.subscriptions.values())
                for p in engine.peers.values()
            )

        used = {s: set() for s in SEATS}
        await move(dict.fromkeys(SEATS, 0))  # everybody together: the most lines there can be
        most = 3 + 2 * (len(SEATS) - 1)
        for _ in range(MOVES):
            for s in SEATS:
                used[s] |= {x.ssrc for x in engine.peers[f"m/{s}"].subscriptions.values()}
            before = {s: dict(engine.peers[f"m/{s}"].subscriptions) for s in SEATS}
            who = chance.choice(SEATS)
            where[who] = chance.choice([r for r in range(ROOMS) if r != where[who]])
            await move(where)
            for s in SEATS:
                peer = engine.peers[f"m/{s}"]
                assert len(peer.lines) == most
                fresh = {x.ssrc for x in peer.subscriptions.values() if x not in before[s].values()}
                assert not fresh & used[s]
                assert len(peer.by_ssrc) == len(peer.subscriptions) == 2 * sum(where[o] == where[s] for o in SEATS) - 2
        assert len({id(p) for p in engine.peers.values()}) == len(SEATS)
        assert all(p.media.connected for p in made.values())
        assert len(engine._directory.agents) == len(SEATS)
        assert sum(len(port.peers) for port in engine._mux.ports) == len(SEATS)
        for p in engine.peers.values():
            for publication in p.publications.values():
                assert (
                    len(publication.subscriptions)
                    == sum(p.id in r for r in engine._routes["m"].values()) * publication.allowed
                )
            assert all(len(u.plain) + len(u.shifted) + len(u.waiting) <= len(SEATS) for u in p.uplinks.values())
