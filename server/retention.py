"""`incamera retention`: what is due to be destroyed, and its destruction."""

import asyncio
import datetime
from typing import Any

import click

from server.app import DATABASE, prepare_data
from server.disclosure.gate import Gate
from server.mediation import events as e
from server.mediation.evolve import evolve, fold
from server.runtime.clock import SystemClock, random_bytes
from server.serve import configured, options
from server.store.database import open_database
from server.store.log import Entry, Log, encode


@click.command()
@options
@click.option("--run", "act", is_flag=True, help="Destroy what is due now.")
@click.option(
    "--destroy", default=None, metavar="MEDIATION", help="Destroy one closed mediation's record before its date."
)
def retention(act: bool, destroy: str | None, **settings: Any) -> None:
    """List records that are past their date; with --run, destroy their gate keys: nothing kept can be opened any more."""
    config = configured(**settings)
    prepare_data(config.data)

    async def work() -> None:
        async with open_database(config.data / DATABASE) as database:
            log, now = Log(database), SystemClock().now()
            due = [destroy] if destroy is not None else await log.due(now)
            for mediation in due:
                if act or destroy is not None:
                    gate = Gate(config.data / "gate")
                    await end(log, gate, mediation, now)
                    click.echo(f"{mediation} destroyed")
                else:
                    click.echo(f"{mediation} due")
            if not due:
                day = datetime.datetime.fromtimestamp(now, datetime.UTC).date()
                click.echo(f"Nothing is due on {day}.")

    asyncio.run(work())


async def end(log: Log, gate: Gate, mediation: str, now: int) -> None:
    """Destroy the key, then say so in the log. A running server notices at its next write and loads the mediation anew."""
    entries = await log.read(mediation)
    if not entries:
        raise click.ClickException("There is no mediation of that id.")
    first, *rest = (entry.event for entry in entries)
    assert isinstance(first, e.Created)
    state = fold(first, rest)
    if state.life not in ("closed", "destroyed"):
        raise click.ClickException("The mediation is not closed yet; its mediator closes it.")
    await asyncio.to_thread(gate.destroy, mediation)
    if state.life == "closed":
        event = e.Destroyed(at=now)
        after = evolve(state, event)
        entry = Entry(seq=state.seq + 1, at=now, cause=None, salt=random_bytes(16), body=encode(event))
        await log.append(mediation, state.seq, [entry], after.life, after.retain_until)
