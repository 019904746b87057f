"""Puts the parts together. The only place, with `config` and the command line, that knows them all."""

import os
import stat
from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from aiohttp import web

from client.protocol import messages as m
from policies.load import Policy, load
from policies.shelf import Shelf
from server.config import Config
from server.disclosure.audit import log_signer
from server.disclosure.gate import Gate
from server.disclosure.process import Workers
from server.disclosure.sittings import Sittings, Tools
from server.http import headers, pages
from server.http.keys import CLOCK, CONFIG, GATE, HOUSE, LIMITS, MEDIA, PASSES, POLICY, RULES, SHELL
from server.http.limits import Limits
from server.http.shell import Shell, read_shell
from server.http.transfers import Transfers
from server.live.socket import Live
from server.media.engine import MediaEngine
from server.media.relay import Relays, read_secret
from server.mediation.views import Viewer
from server.runtime import rules
from server.runtime.actor import Actor
from server.runtime.calls import Calls
from server.runtime.clock import Clock, Random, SystemClock, random_bytes
from server.runtime.house import open_house
from server.runtime.keeping import Keeping
from server.runtime.retention import watch
from server.runtime.services import Effect, Services
from server.runtime.uploads import Passes, Uploads
from server.runtime.world import World
from server.store.accounts import Accounts
from server.store.blobs import Blobs
from server.store.database import open_database
from server.store.log import Log

DATABASE = "incamera.db"
MAX_BODY = 64 * 1024 * 1024


def prepare_data(folder: Path) -> None:
    """Make the data folder, for its owner's eyes only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        folder.chmod(0o700)
    (folder / "blobs").mkdir(exist_ok=True, mode=0o700)


def media_engine(config: Config) -> MediaEngine:
    """The built-in media server, on ports beside the web one: one for UDP and TCP a worker."""
    port = config.media_port if config.media_port is not None else config.port + 1 if config.port else 0
    announce = config.announce
    hosts = tuple("127.0.0.1" if host == "localhost" else host for host in config.media_hosts or (config.host,))
    if config.media_workers:
        from server.media.workers import Options, WorkerEngine

        return WorkerEngine(Options(hosts=hosts, port=port, announce=announce), config.media_workers)
    from server.media.lite.engine import (
        LiteEngine,
    )  # not before: with workers this process never loads what media needs

    return LiteEngine(hosts=hosts, port=port, announce=announce)


def rules_for(policy: Policy) -> Effect:
    """`policy.read` on a place's own connection: everybody there may read the rules."""

    async def effect(_actor: Actor, _viewer: Viewer, command: m.PolicyRead, _cause: str) -> dict[str, Any]:
        return rules.read(policy, command)

    return effect


def make_app(
    config: Config,
    clock: Clock | None = None,
    random: Random = random_bytes,
    shell: Shell | None = None,
    media: MediaEngine | None = None,
) -> web.Application:
    """The application, not started."""
    os.umask(0o077)
    clock = clock or SystemClock()
    prepare_data(config.data)
    live, transfers = Live(), Transfers()
    app = web.Application(middlewares=[headers.middleware(config), pages.faults], client_max_size=MAX_BODY)
    app[CONFIG], app[CLOCK], app[LIMITS] = config, clock, Limits(clock)
    app[SHELL] = shell or read_shell()
    shelf = Shelf(config.data / "rules")
    app[POLICY], app[RULES] = shelf.keep(load(config.rules)), shelf
    app[PASSES] = Passes(clock, random)
    engine = app[MEDIA] = media or media_engine(config)
    secret = read_secret(config.turn_secret_file) if config.turn_secret_file else b""
    calls = Calls(engine, Relays(config.turn_urls, secret, clock.now, random).fresh)

    async def house(app: web.Application) -> AsyncIterator[None]:
        await engine.start()
        async with open_database(config.data / DATABASE) as database:
            uploads = Uploads(app[PASSES])
            blobs = Blobs(database, config.data / "blobs")
            gate = Gate(config.data / "gate", random)
            workers = Workers(config.data.resolve())
            signer = log_signer(config.data / "log.key", random)
            sittings = Sittings(
                Tools(
                    gate=gate,
                    workers=workers,
                    shelf=shelf,
                    signer=signer,
                    build=f"incamera-{version('incamera')}",
                )
            )
            services = Services(
                log=Log(database),
                accounts=Accounts(database),
                blobs=blobs,
                clock=clock,
                random=random,
                facts=World(clock, blobs, gate, app[POLICY], shelf).facts,
                make_gate=gate.make,
                loaded=uploads.settle,
                effects={
                    m.UploadBegin: uploads.begin,
                    m.BlobOpen: uploads.open,
                    m.PolicyRead: rules_for(app[POLICY]),
                    m.SecondGive: Keeping(gate, shelf).second,
                    m.MediaReady: calls.ready,
                    m.MediaAnswer: calls.answer,
                    m.MediaRestart: calls.restart,
                    m.MediaPrefer: calls.prefer,
                },
                slow={
                    m.SittingOpen: sittings.open,
                    m.SittingFeed: sittings.feed,
                    m.SittingDecide: sittings.decide,
                    m.SittingLook: sittings.look,
                    m.SittingPart: sittings.part,
                    m.SittingProgress: sittings.progress,
                    m.SittingFinish: sittings.finish,
                    m.DisclosureCollect: sittings.collect,
                    m.DisclosureStanding: sittings.standing,
                },
                media=calls,
                after=uploads.after,
            )
            async with open_house(services) as opened:
                app[HOUSE], app[GATE] = opened, gate
                opened.spawn(watch(opened, gate, shelf))
                yield
                await live.close_all()
                await workers.close()
        await engine.close()

    app.cleanup_ctx.append(house)
    for path in pages.DOCUMENTS:
        app.router.add_get(path, pages.document)
    app.router.add_get("/live", live.handle)
    app.router.add_get("/health", pages.health)
    app.router.add_get("/metrics", pages.metrics)
    app.router.add_put("/blob/{blob}", transfers.put)
    app.router.add_route("HEAD", "/blob/{blob}", transfers.head)
    app.router.add_get("/blob/{blob}", transfers.get, allow_head=False)
    app.router.add_get("/{path:.*}", pages.static)
    return app
