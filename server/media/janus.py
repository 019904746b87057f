"""Janus VideoRoom behind the same seam: the server-offers protocol of our clients on top of a server that wants to be offered.

Each peer has two PeerConnections, told apart by `Offer.role`: on "recv" Janus offers itself. On "send" the adapter offers first
with placeholder credentials, turns the client's answer into an offer to Janus, and passes Janus's answer on as a second offer, with
the true credentials. Janus knows neither keys nor routes: routes are subscriptions that this adapter alone makes.
"""

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import aiohttp

from client.protocol.media import Kind, Layer, Offer, TrackLine
from server.media.engine import PeerId, PeerStats, Send, StreamId, mediation_of
from server.media.janus_api import JanusError, JanusSession, Reply
from server.media.janus_sdp import as_offer_to_janus, as_second_offer, first_offer, media_lines, renamed

MAX_PUBLISHERS = 64
KIND_OF: dict[str, Kind] = {"0": "audio", "1": "video", "2": "screen"}


@dataclass
class _Leg:
    """One PeerConnection of a peer."""

    role: Literal["send", "recv"]
    connection: int
    handle: int = 0
    generation: int = 0
    waiting: Literal["", "first", "second", "update"] = ""
    streams: list[tuple[str, PeerId, Kind]] = field(default_factory=list)  # mid, publisher, kind


@dataclass
class _Peer:
    send: Send
    feed: int
    out: _Leg
    into: _Leg | None = None
    published: bool = False
    kinds: frozenset[Kind] = frozenset(("audio", "video"))
    wanted: frozenset[PeerId] = frozenset()
    got: frozenset[PeerId] = frozenset()
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)


class JanusEngine:
    """See `server.media.engine.MediaEngine` for the promises."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._peers: dict[PeerId, _Peer] = {}
        self._rooms: dict[str, int] = {}
        self._routes: dict[str, dict[PeerId, frozenset[PeerId]]] = {}
        self._numbers = itertools.count(secrets.randbits(40))

    async def start(self) -> None:
        """Connect."""
        self._http = aiohttp.ClientSession()
        self._session = await JanusSession.open(self._http, self._url)
        self._owner = await self._session.attach()

    async def close(self) -> None:
        """Leave Janus: what was forwarded ends with the session."""
        self._peers.clear()
        for room in self._rooms.values():
            with contextlib.suppress(JanusError):
                await self._session.message(self._owner, {"request": "destroy", "room": room})
        await self._session.close()
        await self._http.close()

    async def _room(self, mediation: str) -> int:
        room = self._rooms.get(mediation)
        if room is None:
            room = self._rooms[mediation] = secrets.randbits(48)
            body = {
                "request": "create",
                "room": room,
                "publishers": MAX_PUBLISHERS,
                "audiocodec": "opus",
                "videocodec": "vp8",
            }
            body |= {
                "notify_joining": False,
                "audiolevel_ext": False,
                "require_e2ee": True,
                "bitrate": 3_000_000,
                "is_private": True,
            }
            await self._session.message(self._owner, body)
        return room

    async def join(self, peer: PeerId, send: Send) -> None:
        """See MediaEngine."""
        await self.leave(peer)
        room = await self._room(mediation_of(peer))
        leg = _Leg("send", next(self._numbers), await self._session.attach())
        reply = await self._session.message(leg.handle, {"request": "join", "ptype": "publisher", "room": room})
        made = self._peers[peer] = _Peer(send, int(reply.data["id"]), leg)
        made.wanted = self._routes.get(mediation_of(peer), {}).get(peer, frozenset())
        await self._offer_sending(peer, made)

    async def _offer_sending(self, peer: PeerId, made: _Peer) -> None:
        leg = made.out
        leg.generation, leg.waiting = next(self._numbers), "first"
        kinds = [k for k in ("audio", "video") if k in made.kinds]
        text = first_offer(leg.connection, leg.generation, video="video" in kinds)
        tracks = [
            TrackLine(mid=str(i), direction="send", peer=peer, kind="audio" if i == 0 else "video")
            for i in range(len(kinds))
        ]
        await made.send(
            Offer(connection=leg.connection, generation=leg.generation, sdp=text, tracks=tuple(tracks), role="send")
        )

    async def answer(self, peer: PeerId, generation: int, sdp: str) -> None:
        """See MediaEngine."""
        made = self._peers.get(peer)
        if made is None:
            return
        if made.out.generation == generation and made.out.waiting == "first":
            await self._publish(peer, made, sdp)
        elif made.out.generation == generation and made.out.waiting == "second":
            made.out.waiting = ""
            made.published = True
            for other_id, other in list(self._peers.items()):
                if peer in other.wanted or other_id == peer:
                    await self._subscribe(other_id, other)
        elif made.into is not None and made.into.generation == generation and made.into.waiting:
            made.into.waiting = ""
            await self._session.message(made.into.handle, {"request": "start"}, ("answer", sdp))
            await self._subscribe(peer, made)

    async def _publish(self, peer: PeerId, made: _Peer, sdp: str) -> None:
        leg = made.out
        offer = as_offer_to_janus(sdp)
        reply = await self._session.message(leg.handle, {"request": "publish"}, ("offer", offer))
        leg.generation, leg.waiting = next(self._numbers), "second"
        text = as_second_offer(reply.sdp, leg.connection, leg.generation)
        tracks = [TrackLine(mid=m, direction="send", peer=peer, kind=KIND_OF[m]) for m, _ in media_lines(text)]
        await made.send(
            Offer(connection=leg.connection, generation=leg.generation, sdp=text, tracks=tuple(tracks), role="send")
        )

    async def _subscribe(self, peer: PeerId, made: _Peer) -> None:
        """Make what a peer receives equal to what it may receive; one change at a time. The offer goes out without the lock: the
        client's answer may come before `send` returns."""
        async with made.busy:
            offer = await self._change(peer, made)
        if offer is not None:
            await made.send(offer)

    async def _change(self, peer: PeerId, made: _Peer) -> Offer | None:
        if made.into is not None and made.into.waiting:
            return None
        here = self._peers
        wish = frozenset(p for p in made.wanted if p in here and here[p].published)
        new, old = wish - made.got, made.got - wish
        if not new and not old:
            return None
        made.got = wish
        added = [{"feed": here[p].feed} for p in sorted(new)]
        if made.into is None:
            made.into = _Leg("recv", next(self._numbers), await self._session.attach())
            room = await self._room(mediation_of(peer))
            body: dict[str, object] = {"request": "join", "ptype": "subscriber", "room": room, "streams": added}
        else:
            body = {"request": "update"} | self._unsubscribe(made.into, old) | ({"subscribe": added} if added else {})
        reply = await self._session.message(made.into.handle, body)
        return self._receiving(made, made.into, reply) if reply.sdp else None

    def _unsubscribe(self, leg: _Leg, ended: frozenset[PeerId]) -> dict[str, object]:
        gone = [{"sub_mid": mid} for mid, publisher, _ in leg.streams if publisher in ended]
        return {"unsubscribe": gone} if gone else {}

    def _receiving(self, made: _Peer, leg: _Leg, reply: Reply) -> Offer:
        feeds = {p.feed: i for i, p in self._peers.items()}
        leg.streams = []
        for s in reply.data.get("streams", []):
            publisher = feeds.get(int(s.get("feed_id", 0)))
            if publisher is not None and s.get("active", True) and publisher in made.got:
                leg.streams.append((str(s["mid"]), publisher, "audio" if s.get("type") == "audio" else "video"))
        leg.generation, leg.waiting = next(self._numbers), "update"
        tracks = tuple(TrackLine(mid=m, direction="recv", peer=p, kind=k) for m, p, k in leg.streams)
        text = renamed(reply.sdp, leg.connection, leg.generation)
        return Offer(connection=leg.connection, generation=leg.generation, sdp=text, tracks=tracks, role="recv")

    async def restart(self, peer: PeerId) -> None:
        """See MediaEngine. Janus restarts the receiving side; the sending side is offered anew from the start."""
        made = self._peers.get(peer)
        if made is not None:
            await self.join(peer, made.send)

    async def leave(self, peer: PeerId) -> None:
        """See MediaEngine."""
        gone = self._peers.pop(peer, None)
        if gone is None:
            return
        # Subscribers first: once the publisher is gone, Janus no longer answers a request to end its streams.
        for other_id, other in list(self._peers.items()):
            if peer in other.got:
                with contextlib.suppress(JanusError):
                    await self._subscribe(other_id, other)
        for leg in (gone.into, gone.out):
            if leg is not None:
                await self._session.detach(leg.handle)

    async def set_routes(self, mediation: str, routes: Mapping[PeerId, frozenset[PeerId]]) -> None:
        """See MediaEngine. Ending a stream is confirmed by Janus before this returns; if it can't be, the subscriber's leg is closed."""
        if any(mediation_of(p) != mediation for s, ps in routes.items() for p in (s, *ps)):
            raise ValueError("routes across mediations")
        self._routes[mediation] = {s: frozenset(p) - {s} for s, p in routes.items()}
        here = {i: p for i, p in self._peers.items() if mediation_of(i) == mediation}
        for peer, made in here.items():
            made.wanted = self._routes[mediation].get(peer, frozenset())
            if made.got - made.wanted:
                await self._cut(made)
        for peer, made in here.items():
            await self._subscribe(peer, made)

    async def _cut(self, made: _Peer) -> None:
        leg = made.into
        if leg is None:
            return
        offer: Offer | None = None
        async with made.busy:
            gone = self._unsubscribe(leg, made.got - made.wanted)
            made.got &= made.wanted
            try:
                if leg.waiting:
                    raise JanusError("busy")
                if gone:
                    reply = await self._session.message(leg.handle, {"request": "update"} | gone)
                    if reply.sdp:
                        offer = self._receiving(made, leg, reply)
            except JanusError:
                await self._session.detach(leg.handle)
                made.into, made.got = None, frozenset()
        if offer is not None:
            await made.send(offer)

    async def set_publishing(self, peer: PeerId, kinds: frozenset[Kind]) -> None:
        """See MediaEngine. Screens are not offered by this adapter."""
        made = self._peers.get(peer)
        if made is not None and made.kinds != kinds:
            made.kinds = kinds
            body = {"request": "configure", "streams": [{"mid": m, "send": KIND_OF[m] in kinds} for m in ("0", "1")]}
            with contextlib.suppress(JanusError):
                await self._session.message(made.out.handle, body)

    async def prefer(self, peer: PeerId, wishes: Mapping[StreamId, Layer]) -> None:
        """See MediaEngine. Only "off" means something here: this adapter offers no simulcast."""

    async def stats(self, peer: PeerId) -> PeerStats:
        """See MediaEngine. Janus tells this interface no figures but that the peer is there."""
        made = self._peers[peer]
        return PeerStats(
            connected=made.published,
            transport="udp" if made.published else "none",
            packets_in=0,
            packets_out=0,
            bytes_in=0,
            bytes_out=0,
            uplink_loss=0,
            downlink_loss=0,
            round_trip_ms=0,
            media_lines=len(made.into.streams) if made.into is not None else 0,
            key_frame_requests=0,
            retransmitted=0,
        )
