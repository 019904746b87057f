"""The media worker process: a LiteEngine that obeys the control process and ends when that connection ends.

Started with the number of an inherited socket and the port options. It is given no keys, no names and no database.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from typing import Literal

import msgspec

from client.protocol.media import EngineEvent
from server.media.engine import PeerStats
from server.media.lite.engine import LiteEngine
from server.media.lite.process import calm_collector
from server.media.workers import MAX_FRAME, Done, Options, Request, Told, frame, read_frame


class Obedience:
    """Takes requests in order and answers each once."""

    def __init__(self, engine: LiteEngine, writer: asyncio.StreamWriter) -> None:
        self.engine, self.writer = engine, writer

    async def take(self, request: Request) -> None:
        """Do one request."""
        stats: PeerStats | None = None
        error: Literal["", "value", "key"] = ""
        try:
            stats = await self._do(request)
        except ValueError:
            error = "value"
        except KeyError:
            error = "key"
        self.writer.write(frame(Done(id=request.id, error=error, stats=stats)))

    async def _do(self, r: Request) -> PeerStats | None:
        engine, peer = self.engine, r.peer
        match r.call:
            case "join":

                async def send(event: EngineEvent) -> None:
                    self.writer.write(frame(Told(peer=peer, event=event)))

                await engine.join(peer, send)
            case "answer":
                await engine.answer(peer, r.generation, r.sdp)
            case "restart":
                await engine.restart(peer)
            case "leave":
                await engine.leave(peer)
            case "set_routes":
                await engine.set_routes(peer, {s: frozenset(p) for s, p in r.routes.items()})
            case "set_publishing":
                await engine.set_publishing(peer, frozenset(r.kinds))
            case "prefer":
                await engine.prefer(peer, {(p, k): layer for p, k, layer in r.wishes})
            case "stats":
                return await engine.stats(peer)
            case "ping" | "drain":
                pass
        return None


async def serve(fd: int, options: Options) -> None:
    """Serve until the control process goes away."""
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=fd), limit=MAX_FRAME)
    engine = LiteEngine(
        hosts=options.hosts, port=options.port, announce=options.announce, tcp=options.tcp, udp=options.udp
    )
    await engine.start()
    calm_collector()
    obedience = Obedience(engine, writer)
    decode = msgspec.msgpack.Decoder(Request).decode
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            await obedience.take(decode(await read_frame(reader)))
    await engine.close()


def main() -> None:
    """Entry point: FD OPTIONS."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the control process decides when we end
    asyncio.run(serve(int(sys.argv[1]), msgspec.json.decode(sys.argv[2].encode(), type=Options)))


if __name__ == "__main__":
    main()
