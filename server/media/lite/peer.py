"""One client's association: its lines, its negotiation, its keys. Lines are pooled and reused, never more than were needed at once."""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from client.protocol.media import KINDS, Kind, Layer, Offer, TrackLine
from client.rtc import rtcp, rtp
from client.rtc.toolbox import Certificate, Dtls, Srtp
from server.media.engine import PeerId, Send, StreamId
from server.media.lite import sdp
from server.media.lite.ice import Agent, Directory
from server.media.lite.streams import RID_LAYER, Publication, Subscription, Uplink

MAX_STRANGERS = 32  # SSRCs that a peer may invent; each costs an SRTP context
OWN_SSRC = 1
PLI_GAP_NS, PLI_BURST, PLI_LEAST_NS = 500_000_000, 2, 100_000_000


@dataclass(eq=False)
class Line:
    """One m-line. The first three are the client's own (audio, video, screen); the others are given to publications."""

    mid: str
    audio: bool
    publication: Publication | None = None  # own line
    subscription: Subscription | None = None  # given line


@dataclass
class Counts:
    """Figures without content."""

    packets_in: int = 0
    packets_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    retransmitted: int = 0
    key_frame_requests: int = 0
    dropped: int = 0


@dataclass(eq=False)
class Peer:
    """Everything the engine holds for one client."""

    id: PeerId
    send: Send
    connection: int
    directory: Directory
    certificate: Certificate
    publishing: frozenset[Kind] = frozenset(("audio", "video"))
    lines: list[Line] = field(default_factory=list)
    uplinks: dict[bytes, Uplink] = field(default_factory=dict)
    strangers: set[bytes] = field(default_factory=set)
    subscriptions: dict[StreamId, Subscription] = field(default_factory=dict)
    by_ssrc: dict[int, Subscription] = field(default_factory=dict)
    wishes: dict[StreamId, Layer] = field(default_factory=dict)
    arrivals: list[tuple[int, int]] = field(default_factory=list)
    due: list[Any] = field(default_factory=list)  # what the forward path is about to hand out to this peer
    counts: Counts = field(default_factory=Counts)
    ready: bool = False
    closed: bool = False
    started: bool = False
    started_ns: int = 0
    generation: int = 0
    waiting: int | None = None  # the generation whose answer is awaited
    dirty: bool = False
    feedback_count: int = 0
    estimate: int = 0
    budget_kbps: int = 0
    uplink_loss: int = 0
    reported_ns: int = 0
    repair_credit: int = 40_000  # bytes that may still be sent again in this second
    shortest_ms: int = 0  # round trip of the line at its best
    downlink: Any = None
    rx_context: Any = None
    tx_context: Any = None
    tx: Srtp | None = None
    rx: Srtp | None = None

    def __post_init__(self) -> None:
        self.agent = Agent(self.directory, self, self._path_changed)
        self.dtls = Dtls(self, self.certificate, "server")
        self._ssrc = secrets.randbits(30) | 1 << 30
        self.publications = {
            kind: Publication(self, kind, str(i), kind in self.publishing, simulcast=kind == "video")
            for i, kind in enumerate(KINDS)
        }
        self.lines = [Line(p.mid, p.kind == "audio", publication=p) for p in self.publications.values()]

    # --- negotiation -----------------------------------------------------------------------------------------

    def session_lines(self) -> list[sdp.Take | sdp.Give]:
        """The lines of the next offer."""
        out: list[sdp.Take | sdp.Give] = []
        for line in self.lines:
            p, s = line.publication, line.subscription
            if p is not None:
                out.append(sdp.Take(line.mid, line.audio, p.allowed, p.simulcast))
            elif s is None:
                out.append(sdp.Give(line.mid, line.audio, 0, 0, ""))
            else:
                group = f"p{s.publication.peer.connection}"
                out.append(sdp.Give(line.mid, line.audio, s.ssrc, s.repair_ssrc, group))
        return out

    def tracks(self) -> tuple[TrackLine, ...]:
        """Who is on which line."""
        out: list[TrackLine] = []
        for line in self.lines:
            if line.publication is not None and line.publication.allowed:
                out.append(TrackLine(mid=line.mid, direction="send", peer=self.id, kind=line.publication.kind))
            if line.subscription is not None:
                p = line.subscription.publication
                out.append(TrackLine(mid=line.mid, direction="recv", peer=p.peer.id, kind=p.kind))
        return tuple(out)

    def make_offer(self, addresses: list[tuple[str, int]], *, tcp: bool, udp: bool) -> Offer:
        """The next offer; it is awaited from now on."""
        self.generation += 1
        self.waiting, self.dirty = self.generation, False
        for s in self.subscriptions.values():
            if s.offered < 0:
                s.offered = self.generation
        ufrag, password = self.agent.credentials[0]
        session = sdp.Session(
            self.connection, self.generation, ufrag, password, self.certificate.fingerprint, addresses, tcp, udp
        )
        return Offer(
            connection=self.connection,
            generation=self.generation,
            sdp=sdp.offer(session, self.session_lines()),
            tracks=self.tracks(),
        )

    def take_answer(self, answer: sdp.Answer) -> None:
        """Learn the streams that the client declares. Subscriptions of this generation may flow."""
        for publication in self.publications.values():
            section = answer.sections.get(publication.mid)
            if section is None or section.rejected or not section.sends:
                continue
            if section.simulcast or publication.layers or not section.ssrcs:
                continue
            publication.simulcast = False
            primary, repair = section.repair or (section.ssrcs[0], 0)
            uplink = self._adopt(publication, primary, "high")
            if repair and uplink is not None:
                self._adopt(publication, repair, "high", uplink)
        generation = self.waiting
        self.waiting = None
        for s in self.subscriptions.values():
            if not s.active and generation is not None and 0 <= s.offered <= generation:
                s.active = True

    def _adopt(
        self, publication: Publication, ssrc: int, layer: Layer, repair_of: Uplink | None = None
    ) -> Uplink | None:
        key = struct.pack("!L", ssrc)
        if key in self.uplinks:
            return None
        uplink = Uplink(publication, ssrc, layer, repair_of)
        self.uplinks[key] = uplink
        if repair_of is not None:
            repair_of.repair = uplink
        else:
            publication.layers[layer] = uplink
        return uplink

    def recognise(self, packet: bytes) -> Uplink | None:
        """The stream of a packet whose SSRC no answer named: simulcast layers and repair streams name themselves."""
        publication = self.publications["video"]
        if not publication.simulcast:
            return None
        ssrc = int.from_bytes(packet[8:12], "big")
        rid = rtp.extension(packet, rtp.EXT_RID)
        if rid is not None:
            layer = RID_LAYER.get(rid.decode("ascii", "replace"))
            if layer is None or layer in publication.layers:
                return None
            return self._adopt(publication, ssrc, layer)
        repaired = rtp.extension(packet, rtp.EXT_REPAIRED_RID)
        if repaired is not None:
            layer = RID_LAYER.get(repaired.decode("ascii", "replace"))
            main = publication.layers.get(layer) if layer is not None else None
            if layer is not None and main is not None and main.repair is None:
                return self._adopt(publication, ssrc, layer, main)
        return None

    # --- lines and subscriptions -------------------------------------------------------------------------------

    def subscribe(self, publication: Publication) -> None:
        """Give a publication a free line of its medium, or a new one."""
        stream = (publication.peer.id, publication.kind)
        if stream in self.subscriptions:
            return
        audio = publication.kind == "audio"
        line = next(
            (x for x in self.lines if x.publication is None and x.subscription is None and x.audio == audio), None
        )
        if line is None:
            line = Line(str(len(self.lines)), audio)
            self.lines.append(line)
        self._ssrc += 2
        s = Subscription(self, publication, line, self._ssrc, self._ssrc + 1)
        s.wish = self.wishes.get(stream, "mid")
        line.subscription = s
        self.subscriptions[stream] = s
        self.by_ssrc[s.ssrc] = s
        publication.subscriptions.append(s)
        self.dirty = True

    def unsubscribe(self, stream: StreamId) -> None:
        """Stop at once; the line becomes free. The SSRC is never used again."""
        s = self.subscriptions.pop(stream, None)
        if s is None:
            return
        s.blocked = True
        s.detach()
        s.publication.subscriptions.remove(s)
        s.line.subscription = None
        self.by_ssrc.pop(s.ssrc, None)
        if self.tx is not None:
            self.tx.forget(s.ssrc)
            self.tx.forget(s.repair_ssrc)
        self.dirty = True

    def _path_changed(self) -> None:
        if self.agent.path is None:
            for s in self.subscriptions.values():
                s.detach()

    def reachable(self) -> bool:
        """Whether packets can be sent to this peer."""
        return self.ready and self.agent.path is not None

    # --- sending ---------------------------------------------------------------------------------------------

    def send_now(self, data: bytes) -> None:
        """Queue bytes on the peer's path, if it has one."""
        path = self.agent.path
        if path is not None:
            path.out.put(data, path.name)

    def send_record(self, data: bytes) -> None:
        """A DTLS record: it leaves at once."""
        self.send_now(data)
        if self.agent.path is not None:
            self.agent.path.out.flush()

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and queue RTCP."""
        if self.tx is not None and self.ready:
            self.send_now(self.tx.protect_rtcp(packet))

    def request_key_frame(self, uplink: Uplink, now: int) -> None:
        """Ask for a key frame of one layer: one every half second on average, three at once when people move, and only while it flows."""
        if uplink.highest < 0 or not self.ready or now - uplink.asked_ns < PLI_LEAST_NS:
            return
        if uplink.requested_ns > now + PLI_BURST * PLI_GAP_NS:
            return
        uplink.asked_ns = now
        uplink.requested_ns = max(uplink.requested_ns, now) + PLI_GAP_NS
        self.counts.key_frame_requests += 1
        self.send_rtcp(rtcp.key_frame_request(OWN_SSRC, uplink.ssrc))

    async def close(self) -> None:
        """Leave no trace in the directory and in other peers."""
        self.closed, self.ready = True, False
        for stream in list(self.subscriptions):
            self.unsubscribe(stream)
        for publication in self.publications.values():
            for s in list(publication.subscriptions):
                s.peer.unsubscribe((self.id, publication.kind))
        await self.dtls.close()
        self.agent.close()
