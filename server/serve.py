"""`incamera serve` and `incamera invite-mediator`: start on safe defaults, and hand over exactly one link."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from aiohttp import web

from policies.strict import PolicyError
from server import log
from server.app import DATABASE, make_app, prepare_data
from server.auth.enrolment import invite, link
from server.config import Config, Unsafe, check, tls
from server.http.keys import HOUSE, MEDIA
from server.media.engine import MediaEngine
from server.media.workers import WorkerEngine
from server.runtime.clock import SystemClock, random_bytes
from server.store.accounts import Accounts
from server.store.database import DatabaseTooNew, open_database

Options = Callable[..., Any]


def options(command: Options) -> Options:
    """The settings that name a server; the same for every verb that needs one."""
    for option in reversed(
        [
            click.option(
                "--data",
                type=click.Path(path_type=Path),
                default=Path("data"),
                show_default=True,
                help="Folder for everything that is stored.",
            ),
            click.option(
                "--rules",
                type=click.Path(exists=True, file_okay=False, path_type=Path),
                default=None,
                help="Folder of own rules, checked before with `incamera policy check` (default: the shipped rules).",
            ),
            click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
            click.option(
                "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on."
            ),
            click.option(
                "--public-url", default=None, help="The address people type, for example https://rooms.example.org."
            ),
            click.option("--tls-cert", type=click.Path(path_type=Path), default=None, help="Certificate chain (PEM)."),
            click.option("--tls-key", type=click.Path(path_type=Path), default=None, help="Private key (PEM)."),
            click.option(
                "--trusted-proxy", default=None, help="Address or network of the web server in front that speaks https."
            ),
            click.option(
                "--media-host",
                "media_hosts",
                multiple=True,
                help="Address on which media is received (default: as --host); twice for IPv4 and IPv6: 0.0.0.0 and ::.",
            ),
            click.option(
                "--media-port",
                type=click.IntRange(0, 65535),
                default=None,
                help="UDP and TCP port for media (default: the port after --port).",
            ),
            click.option(
                "--media-workers",
                type=click.IntRange(0, 32),
                default=1,
                show_default=True,
                help="Processes that forward media, each on a port of its own from --media-port on; 0: this process does it.",
            ),
            click.option(
                "--turn-url",
                "turn_urls",
                multiple=True,
                help="A relay (coturn) for networks that let nothing else through, for example turns:relay.example.org:443?transport=tcp. Up to four.",
            ),
            click.option(
                "--turn-secret-file",
                type=click.Path(path_type=Path),
                default=None,
                help="File with the relay's static-auth-secret.",
            ),
            click.option(
                "--announce",
                multiple=True,
                help="Address that browsers send media to, if it is another than the one listened on; once for each family.",
            ),
        ]
    ):
        command = option(command)
    return command


def configured(**settings: Any) -> Config:
    try:
        return check(Config(**settings))
    except Unsafe as unsafe:
        raise click.ClickException(str(unsafe)) from None


@click.command()
@options
def serve(**settings: Any) -> None:
    """Start the server."""
    config = configured(**settings)
    log.configure()
    try:
        asyncio.run(run(config))
    except DatabaseTooNew:
        raise click.ClickException(
            "A newer version of In Camera has used this data folder. Update, or use another folder."
        ) from None
    except PolicyError as error:
        raise click.ClickException(f"The rules cannot be used: {error}") from None
    except OSError as error:
        raise click.ClickException(f"Could not start: {error.strerror or type(error).__name__}.") from None


async def run(config: Config, ready: Callable[[web.Application, int], None] | None = None) -> None:
    """Serve until SIGINT or SIGTERM. SIGUSR1 replaces the media workers one after another."""
    app = make_app(config)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, config.host, config.port, ssl_context=tls(config))
        await site.start()
        port = _port(runner, config.port)
        origin = config.origin if config.port or config.public_url else config.origin.rsplit(":", 1)[0] + f":{port}"
        accounts = app[HOUSE].services.accounts
        click.echo(f"In Camera is ready at {origin}")
        if await accounts.count() == 0:
            token = await invite(accounts, SystemClock(), random_bytes)
            click.echo("Open this link to become the mediator (once, within 24 hours):")
            click.echo(link(origin, token))
        log.info("ready", port=port)
        gc.freeze()
        if ready is not None:
            ready(app, port)
        stop, renew = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(name, stop.set)
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(signal.SIGUSR1, renew.set)
        async with asyncio.TaskGroup() as group:
            renewing = group.create_task(_renew(app[MEDIA], renew))
            await stop.wait()
            renewing.cancel()
    finally:
        await runner.cleanup()


async def _renew(media: MediaEngine, asked: asyncio.Event) -> None:
    """Replace the media workers each time it is asked for, as after an update of what they load."""
    while True:
        await asked.wait()
        asked.clear()
        if isinstance(media, WorkerEngine):
            await media.renew()


def _port(runner: web.AppRunner, asked: int) -> int:
    addresses = runner.addresses
    return int(addresses[0][1]) if addresses and not isinstance(addresses[0], str) else asked


@click.command(name="invite-mediator")
@options
def invite_mediator(**settings: Any) -> None:
    """Print a link that enrols one more mediator (once, within 24 hours)."""
    config = configured(**settings)
    prepare_data(config.data)

    async def make() -> str:
        async with open_database(config.data / DATABASE) as database:
            return await invite(Accounts(database), SystemClock(), random_bytes)

    click.echo(link(config.origin, asyncio.run(make())))
