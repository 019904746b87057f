"""One WebSocket from challenge to close: a reader that asks the actor, a writer that empties the outbox. Knows no rules.

The page has ten seconds to say who it is; a frame that is no message of the protocol ends the connection; a reader that
falls behind is closed with 1013 and comes back.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import WSCloseCode, WSMsgType, web

from client.keys.encoding import b64u
from client.keys.jws import unverified
from client.keys.refusals import ObjectRefused
from client.keys.roots import Page, check_page
from client.protocol import messages as m
from client.protocol.codec import decode_up
from client.protocol.errors import Code, ProtocolError, Refusal, Unavailable
from server import log
from server.auth import enrolment
from server.http.headers import own_origin
from server.http.keys import CLOCK, CONFIG, HOUSE, LIMITS, POLICY, RULES
from server.http.limits import Bucket, address_of
from server.mediation.views import Viewer
from server.runtime.actor import Actor
from server.runtime.desk import Desk
from server.runtime.stream import Outbox, SlowClient

OPENING_SECONDS = 10.0
PING_SECONDS = 10.0
SEND_SECONDS = 30.0
MAX_SOCKETS = 2000
COMMANDS_A_SECOND, COMMANDS_AT_ONCE = 30.0, 300

SLOW = m.SittingOpen | m.SittingFeed | m.SittingDecide | m.SittingLook | m.SittingFinish | m.DisclosureCollect
MAX_SLOW = 4

Act = Callable[[m.AnyCommand], Awaitable[m.Result | m.Failure]]
Beating = Callable[[str], None]
Leave = Callable[[], Awaitable[None]]


class Live:
    """All sockets of this process."""

    def __init__(self) -> None:
        self._outboxes: set[Outbox] = set()
        self._desks: dict[str, tuple[str, Outbox]] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /live."""
        config = request.app[CONFIG]
        if not own_origin(request, config):
            log.info("foreign origin")
            raise web.HTTPForbidden
        if m.SUBPROTOCOL not in request.headers.get("Sec-WebSocket-Protocol", "").replace(" ", "").split(","):
            raise web.HTTPBadRequest
        if not request.app[LIMITS].pass_("open", address_of(request, config.trusted_proxy)):
            raise web.HTTPTooManyRequests(headers={"Retry-After": "10"})
        if len(self._outboxes) >= MAX_SOCKETS:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"})
        socket = web.WebSocketResponse(
            protocols=(m.SUBPROTOCOL,), heartbeat=PING_SECONDS, max_msg_size=m.MAX_FRAME, compress=False, timeout=5.0
        )
        await socket.prepare(request)
        outbox = Outbox()
        self._outboxes.add(outbox)
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(_write(socket, outbox))
                await self._serve(request, socket, outbox)
                outbox.end()
                await writer
        except* (ConnectionError, RuntimeError) as lost:
            log.info("socket lost", count=len(lost.exceptions))
        finally:
            self._outboxes.discard(outbox)
        return socket

    async def close_all(self) -> None:
        """The server goes: everybody is told to come back."""
        for outbox in list(self._outboxes):
            outbox.goodbye(Code.UNAVAILABLE)

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse, outbox: Outbox) -> None:
        try:
            act, leave, beating = await self._open(request, socket, outbox)
        except (Refusal, ProtocolError) as refused:
            log.info("opening refused", code=refused.code)
            outbox.goodbye(refused.code)
            return
        except Unavailable:
            outbox.goodbye(Code.UNAVAILABLE)
            return
        except TimeoutError:
            outbox.goodbye(Code.TOO_SLOW)
            return
        if act is None:
            return
        try:
            bucket = Bucket(request.app[CLOCK], COMMANDS_A_SECOND, COMMANDS_AT_ONCE)
            async with asyncio.TaskGroup() as slow:
                await _read(socket, outbox, act, beating, bucket, slow)
        finally:
            await asyncio.shield(leave())

    async def _open(
        self, request: web.Request, socket: web.WebSocketResponse, outbox: Outbox
    ) -> tuple[Act | None, Leave, Beating]:
        house, clock = request.app[HOUSE], request.app[CLOCK]
        nonce = b64u(house.services.random(32))
        outbox.put(m.Challenge(nonce=nonce, version=m.VERSION, time=clock.now()))
        async with asyncio.timeout(OPENING_SECONDS):
            message = await socket.receive()
        if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
            return None, _nothing, _no_beat
        if message.type is not WSMsgType.TEXT:
            raise ProtocolError
        opening = decode_up(message.data)
        address = address_of(request, request.app[CONFIG].trusted_proxy)
        try:
            match opening:
                case m.Enrol():
                    return await self._desk(request, outbox, opening, nonce)
                case m.Authenticate():
                    try:
                        page = unverified("page", opening.page, Page)
                        if not page.mediation and not page.seat:
                            return await self._desk(request, outbox, opening, nonce)
                        check_page(opening.page, page.mediation, page.seat, None, nonce)
                    except ObjectRefused:
                        raise Refusal(Code.BAD_SIGNATURE) from None
                    return await self._seat(request, outbox, opening, page)
                case _:
                    raise ProtocolError
        except Refusal as refused:
            if refused.code in (Code.NOT_KNOWN, Code.TOKEN_USED) and not request.app[LIMITS].pass_("refused", address):
                raise Refusal(Code.BUSY) from None
            raise

    async def _seat(
        self, request: web.Request, outbox: Outbox, opening: m.Authenticate, page: Page
    ) -> tuple[Act, Leave, Beating]:
        house = request.app[HOUSE]
        actor = await house.get(page.mediation)
        if actor is None:
            raise Refusal(Code.NOT_KNOWN)
        viewer = Viewer(seat=page.seat, dev=page.dev, kem=page.kem)
        stream = await actor.connect(opening.page, viewer, opening, outbox)
        held: Actor = actor

        async def act(command: m.AnyCommand) -> m.Result | m.Failure:
            return await held.command(viewer, command)

        async def leave() -> None:
            await held.disconnect(stream, outbox)

        return act, leave, lambda beat: held.beat(viewer, beat)

    async def _desk(
        self, request: web.Request, outbox: Outbox, opening: m.Enrol | m.Authenticate, nonce: str
    ) -> tuple[Act, Leave, Beating]:
        house, clock = request.app[HOUSE], request.app[CLOCK]
        accounts = house.services.accounts
        takeover = True
        if isinstance(opening, m.Enrol):
            cert, page = await enrolment.enrol(accounts, clock, opening, nonce)
        else:
            cert, page = await enrolment.sign_in(accounts, clock, opening, nonce)
            takeover = opening.takeover
        dev, kem = cert.body.dev.sig, page.body.kem
        open_desk = self._desks.get(dev)
        if open_desk is not None and not open_desk[1].ended:
            if open_desk[0] != kem and not takeover:
                raise Refusal(Code.ELSEWHERE)
            open_desk[1].goodbye(Code.REPLACED)
        self._desks[dev] = (kem, outbox)
        devcerts = tuple(await accounts.devcerts(cert.body.root))
        outbox.put(
            m.Welcome(
                you=dev, role="mediator", standing="desk", seq=0, resumed=False, time=clock.now(), devcerts=devcerts
            )
        )

        async def leave() -> None:
            if self._desks.get(dev, ("", outbox))[1] is outbox:
                self._desks.pop(dev, None)

        return Desk(house, request.app[POLICY], request.app[RULES], cert.body.root, dev).command, leave, _no_beat


async def _nothing() -> None:
    return


def _no_beat(_beat: str) -> None:
    raise ProtocolError


async def _read(
    socket: web.WebSocketResponse, outbox: Outbox, act: Act, beating: Beating, bucket: Bucket, slow: asyncio.TaskGroup
) -> None:
    """Commands one after the other, so that their order holds; the socket's own buffer is the bound.

    A sitting's commands take their time: each runs beside the reader, four at most.
    """
    running = 0

    async def later(command: m.AnyCommand) -> None:
        nonlocal running
        try:
            outbox.put(await _answer(command, act))
        except (SlowClient, ProtocolError, ConnectionError):
            outbox.end(WSCloseCode.TRY_AGAIN_LATER)
        finally:
            running -= 1

    async for message in socket:
        if outbox.ended:
            return
        try:
            if message.type is not WSMsgType.TEXT:
                raise ProtocolError
            command = decode_up(message.data)
            if isinstance(command, m.Authenticate | m.Enrol):
                raise ProtocolError
            if isinstance(command, m.Beat):
                if bucket.take():
                    beating(command.beat)
                continue
            if not bucket.take():
                outbox.put(m.Failure(re=command.id, code=Code.BUSY))
                continue
            if not isinstance(command, SLOW):
                outbox.put(await _answer(command, act))
            elif running < MAX_SLOW:
                running += 1
                slow.create_task(later(command))
            else:
                outbox.put(m.Failure(re=command.id, code=Code.BUSY))
        except ProtocolError as broken:
            log.info("bad frame", code=broken.code)
            outbox.goodbye(broken.code)
            return
        except SlowClient:
            return


async def _answer(command: m.AnyCommand, act: Act) -> m.Result | m.Failure:
    try:
        return await act(command)
    except Refusal as refused:
        return m.Failure(re=command.id, code=refused.code, facts=dict(refused.facts))
    except Unavailable as out:
        return m.Failure(re=command.id, code=Code.UNAVAILABLE, facts={"part": out.part})
    except (ProtocolError, ConnectionError):
        raise
    except Exception as error:
        support = secrets.token_hex(6)
        log.fault("command fault", error, support=support)
        return m.Failure(re=command.id, code=Code.INTERNAL, facts={"support": support})


async def _write(socket: web.WebSocketResponse, outbox: Outbox) -> None:
    while (frame := await outbox.next()) is not None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await socket.send_str(frame)
        except (TimeoutError, ConnectionError, RuntimeError):
            outbox.end(WSCloseCode.TRY_AGAIN_LATER)
            break
    await socket.close(code=outbox.close_code)
