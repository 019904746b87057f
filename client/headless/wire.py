"""One connection to the server: opening, commands with their answers, events in order. Knows frames and no keys.

A command is answered exactly once or the line is lost; a lost line is `Unavailable("line")`, and the same command id may be sent
again on the next line (the server answers a repetition as it answered the first). Events that the session does not take
in time close the line instead of growing a queue; the session resumes by number.
"""

import asyncio
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec

from client.headless.alongside import alongside
from client.protocol.errors import Code, ProtocolError, Refusal, Unavailable
from client.protocol.messages import (
    MAX_FRAME,
    SUBPROTOCOL,
    VERSION,
    AnyDown,
    Authenticate,
    Challenge,
    Command,
    Enrol,
    Event,
    Failure,
    Goodbye,
    Pulse,
    Result,
    SittingDecide,
    SittingFeed,
    Welcome,
)

MAX_EVENTS = 4096  # events that wait for the session; more and the line closes
MAX_WAITING = 256  # commands without an answer
OPENING_SECONDS = 10.0
ANSWER_SECONDS = 120.0
SITTING_SECONDS = 1800.0  # documents may be long, and every page of a picture is read

Opening = Callable[[Challenge], Authenticate | Enrol]
_decoder: msgspec.json.Decoder[AnyDown] = msgspec.json.Decoder(AnyDown)


class Turned(Exception):
    """The server said goodbye, with its reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def new_id() -> str:
    """A fresh id: 16 random bytes, base64url."""
    return urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


def _read(message: aiohttp.WSMessage) -> AnyDown:
    if message.type is not aiohttp.WSMsgType.TEXT:
        raise Unavailable("line")
    try:
        return _decoder.decode(message.data)
    except msgspec.DecodeError:
        raise ProtocolError from None


class Wire:
    """An open, welcomed connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, welcome: Welcome) -> None:
        self.welcome = welcome
        self.ended: str | None = None
        self.pulse: str | None = None  # the mediator's last beat, as it came
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[Event | None] = asyncio.Queue(MAX_EVENTS)

    async def events(self) -> AsyncIterator[Event]:
        """Events in order, until the line ends."""
        while (event := await self._events.get()) is not None:
            yield event

    async def call(self, command: Command) -> dict[str, Any]:
        """Send a command and wait for its answer. Raises Refusal, or Unavailable when the line is lost before the answer."""
        if self.ended is not None or len(self._waiting) >= MAX_WAITING:
            raise Unavailable("line")
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[command.id] = answer
        try:
            await self._send(command)
            long = isinstance(command, SittingFeed | SittingDecide)
            async with asyncio.timeout(SITTING_SECONDS if long else ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            raise Unavailable("answer") from None
        finally:
            self._waiting.pop(command.id, None)

    async def tell(self, frame: msgspec.Struct) -> None:
        """Send a frame that has no answer."""
        await self._send(frame)

    async def _send(self, frame: msgspec.Struct) -> None:
        data = msgspec.json.encode(frame)
        if len(data) > MAX_FRAME:
            raise Refusal(Code.TOO_LARGE, limit=MAX_FRAME)
        try:
            await self._socket.send_str(data.decode())
        except (ConnectionError, RuntimeError):
            raise Unavailable("line") from None

    async def _pump(self) -> None:
        """Read until the socket ends; then nobody waits any more."""
        reason = "line"
        try:
            async for message in self._socket:
                frame = _read(message)
                match frame:
                    case Result():
                        self._answer(frame.re, frame.data)
                    case Failure():
                        self._answer(frame.re, _refusal(frame))
                    case Event():
                        self._events.put_nowait(frame)
                    case Pulse():
                        self.pulse = frame.beat
                    case Goodbye():
                        reason = frame.code
                        break
                    case Challenge() | Welcome():
                        raise ProtocolError
        except asyncio.QueueFull:
            reason = Code.TOO_SLOW
        except (ProtocolError, Unavailable):
            reason = Code.BAD_FRAME
        finally:
            self.ended = reason
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(Unavailable("line"))
            if self._events.full():  # the newest goes: the session resumes at what it took
                self._events.get_nowait()
            self._events.put_nowait(None)
            await self._socket.close()

    def _answer(self, re: str, answer: dict[str, Any] | Refusal) -> None:
        waiting = self._waiting.get(re)
        if waiting is None or waiting.done():
            return
        if isinstance(answer, Refusal):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()


def _refusal(frame: Failure) -> Refusal:
    try:
        code = Code(frame.code)
    except ValueError:
        code = Code.INTERNAL
    return Refusal(code, **frame.facts)


@asynccontextmanager
async def opened(http: aiohttp.ClientSession, origin: str, opening: Opening) -> AsyncIterator[Wire]:
    """Connect, answer the challenge and wait for the welcome. Raises Turned when the server says no, Unavailable when it can't be reached."""
    try:
        async with asyncio.timeout(OPENING_SECONDS):
            socket = await http.ws_connect(
                f"{origin}/live", protocols=(SUBPROTOCOL,), origin=origin, max_msg_size=MAX_FRAME * 4
            )
            challenge = _read(await socket.receive())
            if isinstance(challenge, Goodbye):
                raise Turned(challenge.code)
            if not isinstance(challenge, Challenge):
                raise ProtocolError
            if challenge.version != VERSION:
                raise Turned(Code.VERSION)
            await socket.send_str(msgspec.json.encode(opening(challenge)).decode())
            welcome = _read(await socket.receive())
            if isinstance(welcome, Goodbye):
                raise Turned(welcome.code)
            if not isinstance(welcome, Welcome):
                raise ProtocolError
    except (TimeoutError, aiohttp.ClientError, OSError):
        raise Unavailable("line") from None
    wire = Wire(socket, welcome)
    async with alongside(wire._pump(), leave=wire.close):
        yield wire
