"""Media follows the sheets and what each member holds: routes shrink before a move is on disk and grow after it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from client.keys.encoding import new_id
from client.protocol import messages as m
from client.protocol.media import Offer, TrackLine
from server.media.engine import PeerStats
from server.runtime.calls import narrowed


class Recorder:
    """An engine that writes down what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.routes: dict[str, dict[str, frozenset[str]]] = {}
        self.sends: dict[str, Any] = {}

    async def start(self) -> None:
        self.calls.append(("start", None))

    async def close(self) -> None:
        self.calls.append(("close", None))

    async def join(self, peer: str, send: Any) -> None:
        self.sends[peer] = send
        line = TrackLine(mid="0", direction="recv", peer=peer, kind="audio")
        await send(Offer(connection=1, generation=1, sdp="v=0", tracks=(line,)))

    async def answer(self, peer: str, generation: int, sdp: str) -> None:
        self.calls.append(("answer", (peer, generation)))

    async def restart(self, peer: str) -> None:
        self.calls.append(("restart", peer))

    async def leave(self, peer: str) -> None:
        self.calls.append(("leave", peer))

    async def set_routes(self, mediation: str, routes: Any) -> None:
        self.calls.append(("routes", dict(routes)))
        self.routes[mediation] = dict(routes)

    async def set_publishing(self, peer: str, kinds: frozenset[Any]) -> None:
        self.calls.append(("publishing", (peer, kinds)))

    async def prefer(self, peer: str, wishes: Any) -> None:
        self.calls.append(("prefer", wishes))

    async def stats(self, peer: str) -> PeerStats:
        raise KeyError(peer)


async def held(world: Any, room: str, epoch: int, **lines: Any) -> None:
    for line in lines.values():
        await line.done(m.RoomHold(id=new_id(), sheet=world.rooms[room].hash, epoch=epoch))


async def test_media_flows_between_those_who_hold_the_key_and_stops_on_a_move(world: Any, engine: Recorder) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    ana, _ = await world.ana.enter()
    ben, _ = await world.ben.enter()
    await world.move(med, joint=("joint", (world.med, world.ana, world.ben)))
    await world.grant(world.med, med, "joint", 1, world.med, world.ana, world.ben)
    await held(world, "joint", 1, med=med, ana=ana)
    names = {name: f"{world.mediation}/{getattr(world, name).seat}" for name in ("med", "ana", "ben")}
    routes = engine.routes[world.mediation]
    assert routes == {names["med"]: {names["ana"]}, names["ana"]: {names["med"]}}
    await held(world, "joint", 1, ben=ben)
    assert engine.routes[world.mediation][names["ben"]] == {names["med"], names["ana"]}
    seen: list[Any] = []
    append = world.house.services.log.append

    async def watched(*args: Any) -> None:
        seen.append(dict(engine.routes[world.mediation]))
        await append(*args)

    world.house.services.log.append = watched
    await world.move(med, joint=("joint", (world.med, world.ben)), caucus=("caucus", (world.ana,)))
    assert seen == [{}], "all routes of changed rooms are gone before the move is on disk"
    assert engine.routes[world.mediation] == {}


async def test_an_offer_reaches_the_page_that_asked_and_its_answer_the_engine(world: Any, engine: Recorder) -> None:
    await world.mediate()
    med, _ = await world.med.enter()
    await med.done(m.MediaReady(id=new_id(), kinds=("audio", "video")))
    offer = med.told(m.MediaOffered)[0]
    assert (offer.generation, offer.tracks[0].seat) == (1, world.med.seat)
    await med.done(m.MediaAnswer(id=new_id(), generation=1, sdp="v=0"))
    peer = f"{world.mediation}/{world.med.seat}"
    assert ("answer", (peer, 1)) in engine.calls
    await med.socket.close()
    ana, _ = await world.ana.enter()
    await ana.refused(m.MediaReady(id=new_id()))  # a visitor has no call
    assert ("leave", peer) in engine.calls
    assert offer.relays == ()


async def test_each_offer_brings_a_fresh_relay_password(world: Any, engine: Recorder) -> None:
    numbers = iter(range(9))
    world.house.services.media._relays = lambda: (
        m.RelayServer(urls=("turn:relay.example.org",), username=f"{next(numbers)}", credential="x"),
    )
    await world.mediate()
    med, _ = await world.med.enter()
    await med.done(m.MediaReady(id=new_id(), kinds=("audio",)))
    assert [o.relays[0].username for o in med.told(m.MediaOffered)] == ["0"]
    ana, _ = await world.ana.enter()
    await ana.refused(m.MediaReady(id=new_id()))  # a visitor gets no password
    assert next(numbers) == 1


seats = st.sampled_from("abcdef")
plans = st.dictionaries(seats, st.frozensets(seats, min_size=1), max_size=6)


@given(plans, plans)
def test_what_stays_during_a_move_is_in_both_plans(old: Any, new: Any) -> None:
    for peer, senders in narrowed(old, new).items():
        assert senders <= old[peer] & new[peer]
