"""The default engine: joins, offers, routes. Tightening takes effect before the call that asks for it gives up control."""

import asyncio
import contextlib
import itertools
import secrets
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog

from client.protocol.media import KINDS, EngineEvent, Kind, Layer, Quality, Silent
from client.rtc.toolbox import Certificate
from server.media.engine import PeerId, PeerStats, Send, StreamId, mediation_of
from server.media.lite import feedback, sdp
from server.media.lite.ice import Directory
from server.media.lite.mux import Mux
from server.media.lite.pace import Pacer
from server.media.lite.peer import Peer
from server.media.lite.streams import Subscription

log = structlog.get_logger("media")

TICK_NS = 50_000_000
IDLE_TICK_S, ASLEEP_TICK_S, IDLE_NS = 0.15, 0.5, 100_000_000
TICKS = 20  # in a second; each peer has its own tick for what happens once a second
SILENT_NS = 30_000_000_000
QUICK_FEEDBACK_NS = 10_000_000_000
MANY_ARRIVALS = 100
SEND_SECONDS = 5.0


def own_addresses(hosts: tuple[str, ...]) -> list[str]:
    """The addresses to offer: the bound ones, or for a wildcard the one that the default route uses."""
    found: list[str] = []
    for host in hosts:
        if host not in ("0.0.0.0", "::"):  # noqa: S104 (a comparison, not a bind)
            found.append(host)
            continue
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.connect(("192.0.2.1" if family == socket.AF_INET else "2001:db8::1", 9))  # sends nothing
            found.append(probe.getsockname()[0])
    return found


class LiteEngine:
    """See `server.media.engine.MediaEngine` for the promises. `announce` replaces the addresses offered (behind a NAT)."""

    def __init__(
        self,
        *,
        hosts: tuple[str, ...] = ("127.0.0.1",),
        port: int = 0,
        announce: tuple[str, ...] = (),
        tcp: bool = True,
        udp: bool = True,
        now: Callable[[], int] = time.monotonic_ns,
        pacer: Pacer | None = None,
    ) -> None:
        self._hosts, self._wanted_port, self._announce = hosts, port, announce
        self._tcp, self._udp, self._now = tcp, udp, now
        self.peers: dict[PeerId, Peer] = {}
        self._routes: dict[str, dict[PeerId, frozenset[PeerId]]] = {}
        self._wishes: dict[PeerId, frozenset[Kind]] = {}
        self._directory = Directory()
        self._restless: dict[Subscription, None] = {}
        self._mux = Mux(hosts, port, self._directory, self._unsettle, self._ticking, pacer)
        self._ticked = self._ticks = 0
        # Numbers of an earlier life must not come again: a client would take the new association for its old one.
        self._connections = itertools.count(secrets.randbits(48))
        self._closing = False
        self._stop = asyncio.Event()
        self._up = asyncio.Event()
        self._main: asyncio.Task[None] | None = None
        self._group: asyncio.TaskGroup | None = None

    @property
    def port(self) -> int:
        """The number of the UDP and the TCP port."""
        return self._mux.number

    # --- life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the ports."""
        self._certificate = Certificate()
        await self._mux.start()
        self._addresses = [(a, self._mux.number) for a in self._announce or own_addresses(self._hosts)]
        self._main = asyncio.create_task(self._run(), name="media")
        await self._up.wait()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            forever = [group.create_task(self._tick_forever()), group.create_task(self._mux.serve())]
            self._up.set()
            await self._stop.wait()
            for task in forever:
                task.cancel()

    async def close(self) -> None:
        """Close every association and the ports."""
        self._closing = True
        for peer in list(self.peers):
            await self.leave(peer)
        self._stop.set()
        if self._main is not None:
            await self._main
        await self._mux.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        if self._group is None:
            work.close()
            return
        self._group.create_task(self._guard(work))
        self._mux.stir()

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("media.task")

    # --- the seam --------------------------------------------------------------------------------------------

    async def join(self, peer: PeerId, send: Send) -> None:
        """Make an association and send its first offer."""
        await self._part(peer)
        kinds: frozenset[Kind] = self._wishes.get(peer, frozenset(("audio", "video")))
        made = Peer(peer, send, next(self._connections), self._directory, self._certificate, kinds)
        made.started_ns = self._now()
        made.agent.heard_ns = self._now()
        self.peers[peer] = made
        for other in self._apply_routes(mediation_of(peer)):
            if other is not made:
                await self._negotiate(other)
        await self._negotiate(made)

    async def leave(self, peer: PeerId) -> None:
        """Forget a peer, and what it may send."""
        self._wishes.pop(peer, None)
        await self._part(peer)

    async def _part(self, peer: PeerId) -> None:
        gone = self.peers.pop(peer, None)
        if gone is None:
            return
        affected = {s.peer for p in gone.publications.values() for s in p.subscriptions}
        await gone.close()
        self._mux.flush()
        for other in affected:
            await self._negotiate(other)

    async def answer(self, peer: PeerId, generation: int, sdp_text: str) -> None:
        """Apply an answer to the offer that is awaited."""
        found = self.peers.get(peer)
        if found is None or found.waiting != generation:
            return
        answer = sdp.read_answer(sdp_text)
        found.take_answer(answer)
        if not found.started:
            found.started = True
            self._spawn(self._handshake(found, answer.algorithm, answer.fingerprint))
        for s in found.subscriptions.values():
            self._unsettle(s)
        for publication in found.publications.values():
            for s in publication.subscriptions:
                self._unsettle(s)
        self._settle()
        if found.dirty:
            await self._negotiate(found)

    async def restart(self, peer: PeerId) -> None:
        """Offer fresh ICE credentials."""
        found = self.peers.get(peer)
        if found is None:
            return
        found.agent.restart()
        found.waiting = None
        found.dirty = True
        await self._negotiate(found)

    async def set_routes(self, mediation: str, routes: Mapping[PeerId, frozenset[PeerId]]) -> None:
        """Replace the routes of a mediation; nothing else flows from the moment this is called."""
        for subscriber, publishers in routes.items():
            if any(mediation_of(p) != mediation for p in (subscriber, *publishers)):
                raise ValueError("routes across mediations")
        self._routes[mediation] = {s: frozenset(p) - {s} for s, p in routes.items()}
        if not routes:
            del self._routes[mediation]
        for peer in self._apply_routes(mediation):
            await self._negotiate(peer)

    async def set_publishing(self, peer: PeerId, kinds: frozenset[Kind]) -> None:
        """Say what a peer may send."""
        self._wishes[peer] = kinds
        found = self.peers.get(peer)
        if found is None:
            return
        for kind, publication in found.publications.items():
            if publication.allowed != (kind in kinds):
                publication.allow(kind in kinds)
                found.dirty = True
        found.publishing = kinds
        for other in self._apply_routes(mediation_of(peer)):
            if other is not found:
                await self._negotiate(other)
        await self._negotiate(found)

    async def prefer(self, peer: PeerId, wishes: Mapping[StreamId, Layer]) -> None:
        """Replace the layers that a peer wants."""
        found = self.peers.get(peer)
        if found is None:
            return
        found.wishes = dict(wishes)
        for stream, s in found.subscriptions.items():
            s.wish = found.wishes.get(stream, "mid")
            self._unsettle(s)
        self._settle()

    async def stats(self, peer: PeerId) -> PeerStats:
        """Figures about one peer."""
        p = self.peers[peer]
        sign = feedback.quality(p, self._now())
        return PeerStats(
            connected=p.reachable(),
            transport=sign.transport,
            packets_in=p.counts.packets_in,
            packets_out=p.counts.packets_out,
            bytes_in=p.counts.bytes_in,
            bytes_out=p.counts.bytes_out,
            uplink_loss=p.uplink_loss,
            downlink_loss=sign.downlink_loss,
            round_trip_ms=sign.round_trip_ms,
            media_lines=len(p.lines),
            key_frame_requests=p.counts.key_frame_requests,
            retransmitted=p.counts.retransmitted,
        )

    # --- inside ----------------------------------------------------------------------------------------------

    def _apply_routes(self, mediation: str) -> list[Peer]:
        """Make subscriptions equal to the routes, first everything that ends, then what begins; peers that need an offer."""
        plan = self._routes.get(mediation, {})
        here = {i: p for i, p in self.peers.items() if mediation_of(i) == mediation}
        for subscriber, peer in here.items():
            allowed = plan.get(subscriber, frozenset())
            for stream in list(peer.subscriptions):
                publisher = here.get(stream[0])
                if stream[0] not in allowed or publisher is None or not publisher.publications[stream[1]].allowed:
                    peer.unsubscribe(stream)
        begins = [
            (peer, publisher.publications[kind])
            for subscriber, peer in here.items()
            for publisher in (here.get(name) for name in sorted(plan.get(subscriber, frozenset())))
            if publisher is not None
            for kind in KINDS
            if publisher.publications[kind].allowed and (publisher.id, kind) not in peer.subscriptions
        ]
        if begins:
            # What waits in the sockets was sent before these routes, under the key of another room: it goes where it went until now.
            self._mux.read()
        for peer, publication in begins:
            peer.subscribe(publication)
        return [p for p in here.values() if p.dirty]

    async def _negotiate(self, peer: Peer) -> None:
        """Send an offer unless one is awaited; its answer triggers the next."""
        if self._closing:
            return
        if peer.closed or (peer.waiting is not None and peer.generation > 0):
            peer.dirty = True
            return
        await self._tell(peer, peer.make_offer(self._addresses, tcp=self._tcp, udp=self._udp))

    async def _tell(self, peer: Peer, event: EngineEvent) -> None:
        try:
            await asyncio.wait_for(peer.send(event), SEND_SECONDS)
        except (TimeoutError, ConnectionError):
            log.info("media.send", peer=peer.id)

    async def _handshake(self, peer: Peer, algorithm: str, fingerprint: str) -> None:
        if not await peer.dtls.handshake(algorithm, fingerprint) or peer.closed:
            log.info("media.dtls", peer=peer.id, ok=False)
            return
        peer.tx, peer.rx = peer.dtls.sessions()
        peer.tx_context, peer.rx_context = peer.tx.context, peer.rx.context
        peer.ready = True
        for s in peer.subscriptions.values():
            self._unsettle(s)
        self._settle()

    def _unsettle(self, s: Subscription) -> None:
        self._restless[s] = None

    def _settle(self) -> None:
        now = self._now()
        for s in list(self._restless):
            if s.blocked or feedback.settle(s, now):
                del self._restless[s]
        self._mux.flush()

    async def _tick_forever(self) -> None:
        """Tick when no traffic does; see `_ticking`."""
        while True:
            await asyncio.sleep(IDLE_TICK_S if self._now() - self._ticked > IDLE_NS else ASLEEP_TICK_S)
            self._ticking(self._now())
            self._mux.flush()

    def _ticking(self, now: int) -> None:
        """Called whenever the engine is awake anyway: a tick is due every 50 ms, and costs no wake-up of its own."""
        if now - self._ticked < TICK_NS:
            return
        self._ticked = now
        self._ticks += 1
        try:
            self._tick(self._ticks, now)
        except Exception:
            log.exception("media.tick")

    def _tick(self, n: int, now: int) -> None:
        if self._restless:
            self._settle()
        for i, peer in enumerate(list(self.peers.values())):
            if peer.ready:
                if peer.arrivals and self._feedback_due(peer, n, now):
                    feedback.congestion_feedback(peer)
                if n % 4 == 0:
                    feedback.ask_again(peer, now)
            # Eight peers share a tick: spread over the second for a full server, together for a small one.
            if (n + i // 8) % TICKS == 0:
                self._second(peer, now, n + i // 8)

    def _feedback_due(self, peer: Peer, n: int, now: int) -> bool:
        """Every 50 ms while a sender finds its rate, every 100 ms on a line that loses packets, every 200 ms on a quiet one."""
        if now - peer.started_ns < QUICK_FEEDBACK_NS or len(peer.arrivals) > MANY_ARRIVALS:
            return True
        return n % (2 if peer.uplink_loss else 4) == 0

    def _second(self, peer: Peer, now: int, n: int) -> None:
        silent = now - peer.agent.heard_ns
        if silent > SILENT_NS and silent % SILENT_NS < 1_000_000_000:
            self._spawn(self._tell(peer, Silent(seconds=silent // 1_000_000_000)))
        if not peer.ready:
            return
        feedback.report(peer, now)
        for s in feedback.plan_downlink(peer, now):
            self._unsettle(s)
        for s in peer.subscriptions.values():
            if s.target is None or (s not in s.target.plain and s not in s.target.shifted):
                self._unsettle(s)
        if n % (2 * TICKS) == 0 and peer.subscriptions:
            sign: Quality = feedback.quality(peer, now)
            self._spawn(self._tell(peer, sign))
