"""The media worker process: a LiteEngine that obeys the control process and ends when that connection ends.

Started with the number of an inherited socket. It is given no keys, no names and no database.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from typing import Literal

import msgspec

from client.protocol.media import EngineEvent, Offer
from server import log
from server.media.engine import PeerStats
from server.media.lite.engine import LiteEngine
from server.media.lite.pace import Pacer
from server.media.lite.process import calm_collector, run_paced
from server.media.wire import MAX_FRAME, Done, Options, Request, Told, frame, read_frame


class Obedience:
    """Takes requests in order and answers each once. Opened once; after draining it does nothing any more."""

    def __init__(self, writer: asyncio.StreamWriter, pacer: Pacer | None) -> None:
        self.writer, self._pacer = writer, pacer
        self.engine: LiteEngine | None = None

    async def take(self, request: Request) -> None:
        """Do one request."""
        stats: PeerStats | None = None
        error: Literal["", "value", "key", "port"] = ""
        number = 0
        try:
            if request.call == "open" and request.options is not None:
                number = await self._open(request.options)
            elif request.call == "drain":
                await self.close()
            elif request.call != "ping" and self.engine is not None:
                stats = await self._do(self.engine, request)
        except ValueError:
            error = "value"
        except KeyError:
            error = "key"
        except OSError as failed:
            error, number = "port", failed.errno or 0
        self.writer.write(frame(Done(id=request.id, error=error, number=number, stats=stats)))

    async def _open(self, options: Options) -> int:
        engine = LiteEngine(
            hosts=options.hosts,
            port=options.port,
            announce=options.announce,
            tcp=options.tcp,
            udp=options.udp,
            pacer=self._pacer,
        )
        await engine.start()
        self.engine = engine
        calm_collector()
        return engine.port

    async def close(self) -> None:
        """Say goodbye to everybody and close the ports."""
        engine, self.engine = self.engine, None
        if engine is not None:
            await engine.close()

    def _tell(self, peer: str, event: EngineEvent) -> None:
        full = self.writer.transport.get_write_buffer_size() > MAX_FRAME
        if not full or isinstance(event, Offer):  # signs of quality are repeated anyway; offers are few
            self.writer.write(frame(Told(peer=peer, event=event)))

    async def _do(self, engine: LiteEngine, r: Request) -> PeerStats | None:
        peer = r.peer
        match r.call:
            case "join":

                async def send(event: EngineEvent) -> None:
                    self._tell(peer, event)

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
            case "open" | "ping" | "drain":
                pass
        return None


async def serve(fd: int, pacer: Pacer | None) -> None:
    """Serve until the control process goes away or SIGTERM comes; then say goodbye to the clients."""
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=fd), limit=MAX_FRAME)
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    obedience = Obedience(writer, pacer)
    decode = msgspec.msgpack.Decoder(Request).decode
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        while True:
            await obedience.take(decode(await read_frame(reader)))
    await obedience.close()
    writer.close()


def main() -> None:
    """Entry point: FD."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the control process decides when we end
    log.configure()
    run_paced(lambda pacer: serve(int(sys.argv[1]), pacer))


if __name__ == "__main__":
    main()
