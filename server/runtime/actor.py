"""One mediation at work: one inbox, one writer. Load, decide, commit, tell; take away before the commit, grant after it.

Whatever crashes when, people hear less, never more. Nothing is sent before its events are on disk.
"""

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, TypeVar

from client.keys.encoding import b64u, hash_text, sha256, unb64u
from client.protocol import messages as m
from client.protocol.errors import Code, ProtocolError, Refusal, Unavailable
from server import log
from server.mediation import events as e
from server.mediation import parting, views
from server.mediation.decide import checked, decide
from server.mediation.evolve import evolve
from server.mediation.model import State
from server.mediation.views import Viewer
from server.runtime.services import Effect, Services
from server.runtime.stream import RESUME_SECONDS, Outbox, Stream
from server.store.log import Entry, Stale, encode

INBOX = 1024
ANSWERS = 256  # remembered answers a device
MAX_PAGES = 4  # connected devices a seat
MAX_STREAMS = 512

T = TypeVar("T")
Answer = m.Result | m.Failure


class Lost(Exception):
    """This actor no longer owns its mediation, or could not write: it must be loaded anew."""


class Actor:
    """The one writer of one mediation."""

    def __init__(self, state: State, services: Services, causes: Sequence[str]) -> None:
        self.state = state
        self.services = services
        self._inbox: asyncio.Queue[tuple[Callable[[], Awaitable[Any]], asyncio.Future[Any]]] = asyncio.Queue(INBOX)
        self._streams: dict[tuple[str, str], Stream] = {}
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        for cause in causes[-ANSWERS:]:
            self._answers[cause] = m.Result(re=cause.rsplit(":", 1)[1])
        self._running: dict[str, asyncio.Future[Answer]] = {}
        self.lost = False
        self._beats: dict[str, float] = {}

    # --- the inbox

    async def run(self) -> None:
        """Do what is asked, one thing after the other, until the mediation is lost or unloaded."""
        try:
            while not self.lost:
                work, future = await self._inbox.get()
                if future.cancelled():
                    continue
                try:
                    value = await work()
                except Lost as error:
                    future.set_exception(Unavailable("store"))
                    self.lost = True
                    log.fault("mediation lost", error, mediation=self.state.id)
                except (Refusal, ProtocolError, Unavailable) as error:
                    if not future.cancelled():
                        future.set_exception(error)
                except Exception as error:
                    log.fault("actor fault", error, mediation=self.state.id)
                    if not future.cancelled():
                        future.set_exception(error)
                else:
                    if not future.cancelled():
                        future.set_result(value)
        finally:
            self.lost = True
            for stream in self._streams.values():
                if stream.outbox is not None:
                    stream.outbox.goodbye(Code.UNAVAILABLE)
            while not self._inbox.empty():
                _, future = self._inbox.get_nowait()
                if not future.done():
                    future.set_exception(Unavailable("store"))

    async def ask(self, work: Callable[[], Awaitable[T]]) -> T:
        """Queue work for the writer and wait for its value."""
        if self.lost:
            raise Unavailable("store")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            self._inbox.put_nowait((work, future))
        except asyncio.QueueFull:
            raise Refusal(Code.BUSY) from None
        return await future

    @property
    def idle(self) -> bool:
        """Nobody is here, nobody is expected back soon, and memory holds nothing that a restart would lose."""
        now = self.services.clock.monotonic()
        for key, stream in list(self._streams.items()):
            if stream.outbox is None and stream.lost_at is not None and now - stream.lost_at > RESUME_SECONDS:
                del self._streams[key]
        talking = self.state.life != "closed" and any(talk.lines for talk in self.state.live.talks.values())
        return not self._streams and self._inbox.empty() and not talking

    # --- connections

    async def connect(self, page: m.Jws, viewer: Viewer, opening: m.Authenticate, outbox: Outbox) -> Stream:
        """Let a page in whose statement was checked against the challenge. Its welcome is the first frame in the outbox."""
        return await self.ask(lambda: self._connect(page, viewer, opening, outbox))

    async def _connect(self, page: m.Jws, viewer: Viewer, opening: m.Authenticate, outbox: Outbox) -> Stream:
        await self._admit(viewer, opening.access)
        key = (viewer.seat, viewer.dev)
        stream = self._streams.get(key)
        if stream is not None and stream.viewer.kem != viewer.kem:
            if stream.outbox is not None and not stream.outbox.ended:
                if not opening.takeover:
                    raise Refusal(Code.ELSEWHERE)
                stream.tell(m.Moved(), self.services.clock.now())
                if stream.outbox is not None:
                    stream.outbox.goodbye(Code.REPLACED)
            stream = None
        elif stream is not None and stream.outbox is not None:
            stream.outbox.goodbye(Code.REPLACED)
        if stream is None:
            others = [k for k, s in self._streams.items() if k != key and k[0] == viewer.seat and s.outbox is not None]
            if len(others) >= MAX_PAGES or len(self._streams) >= MAX_STREAMS:
                raise Refusal(Code.BUSY)
            stream = Stream(viewer)
        self._streams.pop(key, None)
        if self.services.media is not None:
            await self.services.media.leave(self.state.id, viewer.seat)
        opened = e.PageOpened(seat=viewer.seat, dev=viewer.dev, kem=viewer.kem, statement=page)
        await self._commit((opened,))
        resumed, missed = stream.attach(outbox, opening.resume)
        self._streams[key] = stream
        now = self.services.clock.now()
        outbox.put(views.welcome(self.state, viewer, stream.seq, resumed, now, self.services.clock.monotonic()))
        for at, event in missed:
            stream.tell(event, at)
        return stream

    async def _admit(self, viewer: Viewer, access: str | None) -> None:
        """The place exists, and the device is known, or newly certified, or shows the place's secret. Anything else is one answer."""
        state = self.state
        if state.charter.body.seat(viewer.seat) is None:
            raise Refusal(Code.NOT_KNOWN)
        if state.knows(viewer.seat, viewer.dev):
            return
        if state.is_mediator(viewer.seat):
            cert = await self.services.accounts.devcert(viewer.dev)
            if cert is not None and cert in await self.services.accounts.devcerts(state.root):
                await self._commit((e.DeviceCertified(devcert=cert),))
                return
        place = state.places.get(viewer.seat)
        shown = b64u(sha256(unb64u(access, 32))) if access is not None else ""
        wanted = (place.access if place is not None else None) or "-"
        if not hmac.compare_digest(shown, wanted):
            raise Refusal(Code.NOT_KNOWN)

    async def disconnect(self, stream: Stream, outbox: Outbox) -> None:
        """The socket is gone."""
        try:
            await self.ask(lambda: self._disconnect(stream, outbox))
        except Unavailable:
            return

    async def _disconnect(self, stream: Stream, outbox: Outbox) -> None:
        key = (stream.viewer.seat, stream.viewer.dev)
        if self._streams.get(key) is not stream or (stream.outbox is not None and stream.outbox is not outbox):
            return  # somebody newer sits there
        stream.outbox, stream.lost_at = None, self.services.clock.monotonic()
        if not self.state.knows(*key):
            del self._streams[key]  # a visitor has nothing to come back to
        await self._commit((e.PageClosed(seat=stream.viewer.seat, dev=stream.viewer.dev),))
        if self.services.media is not None:
            await self.services.media.leave(self.state.id, stream.viewer.seat)

    # --- liveness

    def beat(self, viewer: Viewer, compact: str) -> None:
        """A mediator's device is alive; everybody connected is told, at the same rate whatever happens anywhere."""
        if not views.sees_floor(self.state, viewer):
            raise ProtocolError
        self._beats[viewer.seat] = self.services.clock.monotonic()
        for stream in list(self._streams.values()):
            if stream.outbox is not None and stream.viewer.seat != viewer.seat:
                stream.pulse(m.Pulse(beat=compact))

    async def watch(self) -> None:
        """Silence or part the joint room of a mediator whose device is silent (`server.mediation.parting`)."""
        if any(self._due()):
            await self.ask(self._watch)

    def _due(self) -> list[tuple[str, Literal["unsilence", "silence", "part"]]]:
        now = self.services.clock.monotonic()
        found = []
        for room, mediators in parting.watched(self.state) if self.state.life == "open" else ():
            for seat in mediators:
                self._beats.setdefault(seat, now)
            quiet = min(now - self._beats[seat] for seat in mediators)
            what = parting.due(self.state, room, quiet)
            if what is not None:
                found.append((room, what))
        return found

    async def _watch(self) -> None:
        for room, what in self._due():
            await self._commit(parting.events(self.state, room, what))

    # --- commands

    async def command(self, viewer: Viewer, command: m.AnyCommand) -> Answer:
        """Do a command once and answer it; a repetition gets the same answer. Slow ones run beside the inbox."""
        slow = self.services.slow.get(type(command))
        if slow is None:
            return await self.ask(lambda: self._command(viewer, command))
        cause = _cause(viewer, command)
        before = self._answers.get(cause)
        if before is not None:
            return before
        running = self._running.get(cause)
        if running is None:
            running = self._running[cause] = asyncio.get_running_loop().create_future()
            try:
                answer = await self._answered(viewer, command, cause, slow)
                running.set_result(answer)
            except BaseException as error:
                running.set_exception(error if isinstance(error, Unavailable) else Unavailable("command"))
                running.exception()
                raise
            finally:
                del self._running[cause]
            return answer
        return await asyncio.shield(running)

    async def _command(self, viewer: Viewer, command: m.AnyCommand) -> Answer:
        stream = self._streams.get((viewer.seat, viewer.dev))
        if stream is None or stream.viewer.kem != viewer.kem:
            raise Unavailable("page")
        cause = _cause(viewer, command)
        before = self._answers.get(cause)
        if before is not None:
            return before
        return await self._answered(viewer, command, cause, self.services.effects.get(type(command)))

    async def _answered(self, viewer: Viewer, command: m.AnyCommand, cause: str, effect: Effect | None) -> Answer:
        try:
            if effect is not None:
                data = await effect(self, viewer, command, cause)
            else:
                data = await self._act(viewer, command, cause)
        except Refusal as refused:
            failure = m.Failure(re=command.id, code=refused.code, facts=dict(refused.facts))
            if refused.code not in (Code.BUSY, Code.UNAVAILABLE):
                self._remember(cause, failure)
            return failure
        result = m.Result(re=command.id, data=data)
        self._remember(cause, result)
        return result

    async def _act(self, viewer: Viewer, command: m.AnyCommand, cause: str) -> dict[str, Any]:
        with checked():
            facts = await self.services.facts(self.state, viewer, command)
        await self.commit(decide(self.state, viewer, command, facts), cause)
        return {}

    def _remember(self, cause: str, answer: Answer) -> None:
        self._answers[cause] = answer
        while len(self._answers) > ANSWERS * 4:
            self._answers.popitem(last=False)

    # --- commit, then tell

    async def commit(self, events: Sequence[e.AnyEvent], cause: str | None = None) -> None:
        """Write events and tell who may know. Called from the writer's own work only. Raises Lost when nothing could be written."""
        await self._commit(events, cause)

    async def _commit(self, events: Sequence[e.AnyEvent], cause: str | None = None) -> None:
        if not events:
            return
        steps: list[tuple[e.AnyEvent, State, State]] = []
        after = self.state
        for event in events:
            before, after = after, evolve(after, event)
            steps.append((event, before, after))
        media, durable = self.services.media, [x for x in events if isinstance(x, e.Durable)]
        if media is not None:
            await media.tighten(self.state, after)
        if durable:
            await self._write(durable, after, cause)
        self.state = after
        now = self.services.clock.now()
        for event, old, new in steps:
            self._tell(event, old, new, now)
        if media is not None:
            await media.loosen(steps[0][1], after)
        if self.services.after is not None:
            await self.services.after(self, events)

    async def _write(self, durable: Sequence[e.AnyDurable], after: State, cause: str | None) -> None:
        now, seq = self.services.clock.now(), self.state.seq
        entries = [
            Entry(
                seq=seq + 1 + index,
                at=now,
                cause=cause if index == 0 else None,
                salt=self.services.random(16),
                body=encode(event),
            )
            for index, event in enumerate(durable)
        ]
        try:
            await self.services.log.append(self.state.id, seq, entries, after.life, after.retain_until)
        except (Stale, OSError) as error:
            raise Lost from error
        except Exception as error:
            raise Lost from error

    def _tell(self, event: e.AnyEvent, before: State, after: State, now: int) -> None:
        for stream in list(self._streams.values()):
            for happening in views.project(event, before, after, stream.viewer, now):
                stream.tell(happening, now)
            if after.charter.body.seat(stream.viewer.seat) is None and stream.outbox is not None:
                stream.outbox.goodbye(Code.NOT_KNOWN)  # the new charter has no such place

    def stream_of(self, seat: str) -> Stream | None:
        """The connected page of a seat's known device."""
        for (at, dev), stream in self._streams.items():
            if at == seat and stream.outbox is not None and self.state.knows(seat, dev):
                return stream
        return None


def _cause(viewer: Viewer, command: m.AnyCommand) -> str:
    return f"{hash_text(viewer.dev)[:16]}:{command.id}"
