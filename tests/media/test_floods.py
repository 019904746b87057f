"""What strangers send costs little, is never answered, and reaches no room. Work is counted, not timed."""

import asyncio
import contextlib
import secrets
import socket
import sys
from collections import Counter
from pathlib import Path

import pytest
from harness import until
from people import people, place

from client.rtc import stun
from server.media.lite import mux as mux_module
from server.media.lite.engine import LiteEngine
from server.media.lite.ice import PROOF_BURST, PROOFS_PER_SECOND
from server.media.lite.mux import BATCHES, MAX_WAITING, MAX_WAITING_OF_ONE, STRANGERS_PER_BATCH

sys.path.insert(0, str(Path(__file__).parents[2]))
MANY = 4000


def check(ufrag, password=b"a guess"):
    return stun.request(secrets.token_bytes(12), f"{ufrag}:x", password, nominate=True, tie_breaker=bytes(8))


@pytest.fixture
def work(monkeypatch):
    """Counts the parsing and the HMACs that strangers cause."""
    done = Counter()

    def counting(name):
        plain = getattr(stun, name)

        def counted(*arguments):
            done[name] += 1
            return plain(*arguments)

        monkeypatch.setattr(stun, name, counted)

    counting("parse")
    counting("authentic")
    return done


@pytest.mark.parametrize("kind", ["noise", "unknown name", "known name", "media"])
async def test_a_flood_of_datagrams_is_dropped_before_it_costs_a_proof(kind, work, monkeypatch):
    batches, rests = Counter(), Counter()
    plain_run = mux_module.forward.run

    def run(port, count, *rest):
        batches["n"] += 1
        batches["datagrams"] += count
        rests["in a row"] += 1
        assert rests["in a row"] <= BATCHES, "a flood holds the loop"
        plain_run(port, count, *rest)

    monkeypatch.setattr(mux_module.forward, "run", run)
    plain_poll = mux_module.Mux._poll

    def poll(self, port):
        rests.clear()
        plain_poll(self, port)

    monkeypatch.setattr(mux_module.Mux, "_poll", poll)
    async with people(engine := LiteEngine(), "ab") as made:
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: made["a"].sees(made["b"]))
        ufrag = engine.peers["m/a"].agent.credentials[0].ufrag
        paths = {name: peer.agent.path for name, peer in engine.peers.items()}
        datagram = {
            "noise": secrets.token_bytes(200),
            "unknown name": check("nobodyhere"),
            "known name": check(ufrag),
            "media": b"\x90\x60" + secrets.token_bytes(900),
        }[kind]
        work.clear()
        batches.clear()
        opened = made["a"].opened("b")
        start = asyncio.get_running_loop().time()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setblocking(False)
            stranger.connect(("127.0.0.1", engine.port))
            for _ in range(MANY // 200):
                for _ in range(200):
                    with contextlib.suppress(BlockingIOError):
                        stranger.send(datagram)
                await asyncio.sleep(0)
            await until(lambda: _more(made["a"], opened + 20))
            seconds = asyncio.get_running_loop().time() - start
            with pytest.raises(BlockingIOError):
                stranger.recv(1)
        # The two people of the room check their line now and then: a handful of parses and proofs is theirs.
        theirs = 20
        most = {
            "noise": batches["n"] * STRANGERS_PER_BATCH,
            "unknown name": batches["n"] * STRANGERS_PER_BATCH,
            "known name": PROOF_BURST + seconds * PROOFS_PER_SECOND,
            "media": 0,
        }[kind]
        assert batches["datagrams"] > MANY // 4
        assert work["parse"] <= most + theirs
        assert work["authentic"] <= (most if kind == "known name" else 0) + theirs
        assert {name: peer.agent.path for name, peer in engine.peers.items()} == paths
        assert set(made["a"].media.counts()) == {"b"}
        assert len(engine.peers) == 2


async def _more(person, n):
    return person.opened("b") > n


async def test_silent_connections_hold_few_places_and_a_real_one_gets_in():
    engine = LiteEngine(udp=False)
    async with people(engine, "a", tcp=True) as made:
        held = [await asyncio.open_connection("127.0.0.1", engine.port) for _ in range(3 * MAX_WAITING_OF_ONE)]
        await until(lambda: _settled(engine, 1 + MAX_WAITING_OF_ONE))
        assert made["a"].media.connected
        b = type(made["a"])(engine, "b", tcp=True)
        made["b"] = b
        await b.join()
        await until(lambda: _connected(b))
        await place(engine, made, {"joint": "ab"}, 1)
        await until(lambda: b.sees(made["a"]))
        for _, writer in held:
            writer.close()
        await until(lambda: _settled(engine, 2))


async def test_a_connection_that_says_nothing_true_is_closed(monkeypatch):
    monkeypatch.setattr(mux_module, "WAITING_S", 0.2)
    engine = LiteEngine()
    await engine.start()
    try:
        for said in (
            b"",
            b"\0\0",
            b"\xff\xff",
            b"\0\x05hello",
            (x := check("nobodyhere")) and len(x).to_bytes(2, "big") + x,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", engine.port)
            writer.write(said)
            assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()
        await until(lambda: _settled(engine, 0))
    finally:
        await engine.close()


async def _settled(engine, count):
    return len(engine._mux.streams) == len(engine._mux._writers) == count


async def _connected(person):
    return person.media.connected


def test_what_waits_is_bounded():
    assert MAX_WAITING_OF_ONE < MAX_WAITING <= 256
    assert BATCHES * mux_module.SLOTS <= 512


def test_an_admitted_peer_that_asks_for_everything_again_gets_a_bounded_number():
    """One RTCP datagram may hold ninety requests of sixty-four packets each."""
    from client.rtc import rtcp
    from server.media.lite import feedback
    from tests.fuzz.targets import AUDIO, VIDEO, forward_buffer, pair, srtp
    from tests.fuzz.targets import _rtp as packet

    publisher, subscriber, _, mine = pair()
    sealer, buffer = srtp(True), forward_buffer()
    view = memoryview(buffer.view)
    for n in range(1, 60):
        for ssrc, kind, body in ((AUDIO, 111, bytes(20)), (VIDEO, 96, b"\x90\x80\x80\x05\x10" + bytes(40))):
            sealed = sealer.protect(packet(ssrc, n, body, kind))
            view[: len(sealed)] = sealed
            buffer.length[0] = len(sealed)
            mux_module.forward.take(publisher, view, buffer.raw, buffer.length, n, b"abc")
            mine.flush()
    asked = b"".join(rtcp.nack(1, ssrc, list(range(1, 60))) for ssrc in subscriber.by_ssrc for _ in range(20))
    for k in range(100):  # a hundred such datagrams within one second
        feedback.on_rtcp(subscriber, asked, 10**12 + k, lambda s: None)
    assert 100 < subscriber.counts.retransmitted <= feedback.REPAIR_LEAST // 40
    assert subscriber.repair_credit < 1500


def test_a_member_who_forges_the_address_of_another_does_not_take_over_their_way():
    from types import SimpleNamespace

    from server.media.lite.ice import HELD_NS, Agent, Directory, Path
    from server.media.lite.io import pack_name

    directory, port, name = Directory(), SimpleNamespace(peers={}), pack_name(("192.0.2.7", 4000))
    owners = [SimpleNamespace(), SimpleNamespace()]
    for owner in owners:
        owner.agent = Agent(directory, owner, lambda: None)
    mine, theirs = (owner.agent for owner in owners)

    def asks(agent, now):
        user, password = agent.credentials[0]
        return directory.take(check(user, password.encode()), Path(port, None, name, port), now)

    assert asks(mine, 10**12)
    assert port.peers == {name: owners[0]}
    assert asks(theirs, 10**12 + HELD_NS - 1) is None
    assert port.peers == {name: owners[0]}
    assert theirs.path is None
    assert asks(theirs, 10**12 + HELD_NS)  # whoever had it has been silent: a router gave the address to another
    assert port.peers == {name: owners[1]}
