"""From sheets, grants and holds to the media server: routes shrink before a commit, grow after it; offers go to the page that asked.

A seat's association lives as long as its page. Nothing is forwarded to or from a seat that has not said which epoch it holds.
"""

from collections.abc import Callable, Mapping
from typing import Any

from client.protocol import media as engine_words
from client.protocol import messages as m
from client.protocol.errors import Code, ProtocolError, Refusal
from server.media.engine import MediaEngine, PeerId
from server.media.routes import routes
from server.mediation.decide import need_known
from server.mediation.model import State
from server.mediation.moves import current
from server.mediation.views import Viewer
from server.runtime.actor import Actor

Plan = dict[PeerId, frozenset[PeerId]]


def plan(state: State) -> Plan:
    """Who receives whom, as the engine names them."""
    if state.life != "open":
        return {}
    sheets = {
        room: [member.seat for member in sheet.body.members]
        for room, sheet in state.rooms.items()
        if room not in state.live.silent
    }
    wanted = routes(sheets, state.live.held, current(state))
    return {_peer(state.id, to): frozenset(_peer(state.id, by) for by in senders) for to, senders in wanted.items()}


def narrowed(old: Mapping[PeerId, frozenset[PeerId]], new: Mapping[PeerId, frozenset[PeerId]]) -> Plan:
    """What both allow."""
    both = {peer: old[peer] & new[peer] for peer in old.keys() & new.keys()}
    return {peer: senders for peer, senders in both.items() if senders}


def _peer(mediation: str, seat: str) -> PeerId:
    return f"{mediation}/{seat}"


class Calls:
    """The media server as actors see it (`server.runtime.services.MediaPort`), and the four media commands."""

    def __init__(self, engine: MediaEngine, relays: Callable[[], tuple[m.RelayServer, ...]] = tuple) -> None:
        self._engine, self._relays = engine, relays

    async def tighten(self, before: State, after: State) -> None:
        """Take away every route that `after` does not have. When this returns they are gone."""
        old = plan(before)
        smaller = narrowed(old, plan(after))
        if smaller != old:
            await self._engine.set_routes(before.id, smaller)

    async def loosen(self, before: State, after: State) -> None:
        """Give every route that `after` has."""
        new = plan(after)
        if new != plan(before):
            await self._engine.set_routes(after.id, new)

    async def leave(self, mediation: str, seat: str) -> None:
        """Forget a seat's association."""
        await self._engine.leave(_peer(mediation, seat))

    async def ready(self, actor: Actor, viewer: Viewer, command: m.MediaReady, _cause: str) -> dict[str, Any]:
        """Join: the first offer follows as an event. Said again, it changes what the page sends."""
        need_known(actor.state, viewer)
        if actor.state.life != "open":
            raise Refusal(Code.NOT_HERE)
        peer = _peer(actor.state.id, viewer.seat)
        stream = actor.stream_of(viewer.seat)
        if stream is None or stream.viewer != viewer:
            raise Refusal(Code.NOT_HERE)
        await self._engine.set_publishing(peer, frozenset(command.kinds))
        if stream.calling:
            return {}
        stream.calling = True

        async def send(event: engine_words.EngineEvent) -> None:
            if actor.stream_of(viewer.seat) is stream:
                told = _told(event, self._relays)
                if told is not None:
                    stream.tell(told, actor.services.clock.now())

        await self._engine.join(peer, send)
        await self._engine.set_routes(actor.state.id, plan(actor.state))
        return {}

    async def answer(self, actor: Actor, viewer: Viewer, command: m.MediaAnswer, _cause: str) -> dict[str, Any]:
        """The page's answer to an offer."""
        need_known(actor.state, viewer)
        try:
            await self._engine.answer(_peer(actor.state.id, viewer.seat), command.generation, command.sdp)
        except (ValueError, KeyError):
            raise Refusal(Code.BAD_OBJECT, rule="sdp") from None
        return {}

    async def restart(self, actor: Actor, viewer: Viewer, _command: m.MediaRestart, _cause: str) -> dict[str, Any]:
        """A new offer with fresh network credentials."""
        need_known(actor.state, viewer)
        try:
            await self._engine.restart(_peer(actor.state.id, viewer.seat))
        except KeyError:
            raise Refusal(Code.NOT_HERE) from None
        return {}

    async def prefer(self, actor: Actor, viewer: Viewer, command: m.MediaPrefer, _cause: str) -> dict[str, Any]:
        """Which picture sizes the page shows. Places of other rooms are passed over in silence: nothing is learnt from asking."""
        need_known(actor.state, viewer)
        room = actor.state.room_of(viewer.seat, viewer.dev)
        members = () if room is None else [member.seat for member in actor.state.rooms[room].body.members]
        wishes: dict[tuple[PeerId, engine_words.Kind], engine_words.Layer] = {
            (_peer(actor.state.id, seat), kind): layer
            for seat, layer in command.layers.items()
            if seat in members
            for kind in ("video", "screen")
        }
        try:
            await self._engine.prefer(_peer(actor.state.id, viewer.seat), wishes)
        except KeyError:
            raise Refusal(Code.NOT_HERE) from None
        return {}


def _told(
    event: engine_words.EngineEvent, relays: Callable[[], tuple[m.RelayServer, ...]]
) -> m.MediaOffered | m.MediaQuality | None:
    match event:
        case engine_words.Offer():
            lines = tuple(
                m.TrackPlan(mid=line.mid, direction=line.direction, seat=_seat(line.peer), kind=line.kind)
                for line in event.tracks
            )
            return m.MediaOffered(generation=event.generation, sdp=event.sdp, tracks=lines, relays=relays())
        case engine_words.Quality():
            return m.MediaQuality(peers=_quality(event))
        case engine_words.Silent():
            return None
        case _:
            raise ProtocolError


def _quality(event: engine_words.Quality) -> dict[str, dict[str, int | str]]:
    """Each member's picture (or sound, where there is none) as it arrives; under the empty name one's own line."""
    peers: dict[str, dict[str, int | str]] = {
        "": {"loss": max(event.uplink_loss, event.downlink_loss), "round_trip_ms": event.round_trip_ms}
    }
    for stream in event.streams:
        if stream.kind == "video" or _seat(stream.peer) not in peers:
            sign: dict[str, int | str] = {"loss": event.downlink_loss, "layer": stream.layer, "reason": stream.reason}
            peers[_seat(stream.peer)] = sign
    return peers


def _seat(peer: PeerId) -> str:
    return peer.partition("/")[2]
