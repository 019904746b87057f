"""Our engine as a process of its own, with one line of JSON a command on standard input; for benchmarks and fault tests."""

import asyncio
import json
import os
import sys

from client.protocol.media import Offer
from server.media.lite.engine import LiteEngine
from server.media.lite.pace import Pacer
from server.media.lite.process import calm_collector, run_paced
from server.media.workers import Options, WorkerEngine


async def main(host: str, workers: int, pacer: Pacer | None) -> None:
    """With `workers`, media in processes of its own as `incamera serve` has it; else here, as in one of them. Commands: {join}, {answer, generation, sdp}, {routes: {subscriber: [publishers]}, mediation}. Offers go to standard output."""
    engine = (
        WorkerEngine(Options(hosts=(host,), port=0), workers) if workers else LiteEngine(hosts=(host,), pacer=pacer)
    )
    await engine.start()
    calm_collector()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    def say(message: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    say({"pids": [os.getpid(), *(worker.pid for worker in getattr(engine, "workers", ()))]})
    while line := await reader.readline():
        m = json.loads(line)
        if "join" in m:
            peer = m["join"]

            async def send(event: object, peer: str = peer) -> None:
                if isinstance(event, Offer):
                    say({"peer": peer, "generation": event.generation, "sdp": event.sdp})

            await engine.join(peer, send)
        elif "answer" in m:
            await engine.answer(m["answer"], m["generation"], m["sdp"])
        elif "routes" in m:
            await engine.set_routes(m["mediation"], {s: frozenset(p) for s, p in m["routes"].items()})
        elif "stats" in m:
            stats = await engine.stats(m["stats"])
            say({"stats": {k: getattr(stats, k) for k in stats.__struct_fields__}})


if __name__ == "__main__":
    run_paced(lambda pacer: main(sys.argv[1], int(sys.argv[2]), pacer))
