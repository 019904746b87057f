"""`incamera retention`: what is due to be destroyed, what stands against it, its destruction, and the attestation of what was destroyed.

The operator alone destroys nothing before its date and nothing that is held: the rules of each mediation are asked here too.
"""

import asyncio
import datetime
import json
from typing import Any

import click

from policies.shelf import Shelf
from server.app import DATABASE, prepare_data
from server.disclosure.audit import log_signer, prove
from server.disclosure.gate import Gate
from server.mediation import events as e
from server.mediation.evolve import evolve, fold
from server.mediation.model import State
from server.runtime.clock import SystemClock, random_bytes
from server.runtime.retention import against_expiry, attestation, rules_of
from server.serve import configured, options
from server.store.database import open_database
from server.store.log import Entry, Log, encode


@click.command()
@options
@click.option("--run", "act", is_flag=True, help="Destroy what is due now and not held.")
@click.option(
    "--destroy", default=None, metavar="MEDIATION", help="Destroy one record, if its rules let it be destroyed now."
)
@click.option("--of", "about", default=None, metavar="MEDIATION", help="How one record stands: its day, its holds.")
@click.option(
    "--attestation", "proof_of", default=None, metavar="MEDIATION", help="Print what was destroyed, with its log proof."
)
def retention(act: bool, destroy: str | None, about: str | None, proof_of: str | None, **settings: Any) -> None:
    """List records that are past their date and what stands against their end; with --run, destroy their gate keys."""
    config = configured(**settings)
    prepare_data(config.data)

    async def work() -> None:
        async with open_database(config.data / DATABASE) as database:
            log, now, shelf = Log(database), SystemClock().now(), Shelf(config.data / "rules")
            if about is not None:
                state, _ = await _load(log, about)
                for line in standing_lines(state, shelf, now):
                    click.echo(line)
                return
            if proof_of is not None:
                state, entries = await _load(log, proof_of)
                click.echo(_proof(state, entries, log_signer(config.data / "log.key", random_bytes)))
                return
            due = [destroy] if destroy is not None else await log.due(now)
            for mediation in due:
                if act or destroy is not None:
                    gate = Gate(config.data / "gate")
                    click.echo(await end(log, gate, shelf, mediation, now))
                else:
                    state, _ = await _load(log, mediation)
                    against = against_expiry(state, rules_of(state, shelf), now)
                    click.echo(f"{mediation} due" if not against else f"{mediation} kept on: {_words(against)}")
            if not due:
                click.echo(f"Nothing is due on {_day(now)}.")

    asyncio.run(work())


def standing_lines(state: State, shelf: Shelf, now: int) -> list[str]:
    """How one record stands, in words: ids, dates and rules, nothing confidential."""
    out = [f"{state.id} {state.life}, {sum(not kept.erased for kept in state.items.values())} kept item(s)"]
    out.append("no date yet: not closed" if state.retain_until is None else f"kept until {_day(state.retain_until)}")
    for hold in state.holds.values():
        due = ", REVIEW DUE" if now >= hold.review_at else ""
        out.append(
            f"held since {_day(hold.placed_at)} ({hold.reason}), to be looked at again by {_day(hold.review_at)}{due}"
        )
    out += [f"waits for a second person: {asked.act.body.act}" for asked in state.acts.values()]
    if state.life == "closed":
        against = against_expiry(state, rules_of(state, shelf), now)
        out.append(f"cannot be destroyed now: {_words(against)}" if against else "can be destroyed now")
    return out


async def end(log: Log, gate: Gate, shelf: Shelf, mediation: str, now: int) -> str:
    """Destroy the key, then say so in the log. A running server notices at its next write and loads the mediation anew."""
    state, entries = await _load(log, mediation)
    if state.life not in ("closed", "destroyed"):
        raise click.ClickException("The mediation is not closed yet; its mediator closes it.")
    if state.life == "destroyed":
        await asyncio.to_thread(gate.destroy, mediation)
        return f"{mediation} destroyed"
    policy = rules_of(state, shelf)
    against = against_expiry(state, policy, now)
    if against or policy is None:
        return f"{mediation} kept on: {_words(against)}"
    event = e.Destroyed(at=now, attestation=attestation(state, policy, entries, now))
    await asyncio.to_thread(gate.destroy, mediation)
    after = evolve(state, event)
    entry = Entry(seq=state.seq + 1, at=now, cause=None, salt=random_bytes(16), body=encode(event))
    await log.append(mediation, state.seq, [entry], after.life, after.retain_until)
    return f"{mediation} destroyed"


async def _load(log: Log, mediation: str) -> tuple[State, list[Entry]]:
    entries = await log.read(mediation)
    if not entries:
        raise click.ClickException("There is no mediation of that id.")
    first, *rest = (entry.event for entry in entries)
    assert isinstance(first, e.Created)
    return fold(first, rest), entries


def _proof(state: State, entries: list[Entry], signer: Any) -> str:
    place = next((at for at, entry in enumerate(entries) if isinstance(entry.event, e.Destroyed)), None)
    if place is None or state.attestation is None:
        raise click.ClickException("Nothing was destroyed, or it was before attestations were made.")
    proven = prove(signer, state.id, entries, [place])
    return json.dumps(
        {
            "attestation": json.loads(state.attestation),
            "event": proven.events[0],
            "proof": proven.proofs[0],
            "log_key": proven.key,
        },
        indent=1,
    )


def _words(against: Any) -> str:
    return " ".join(reason.says for reason in against)


def _day(ts: int) -> str:
    return str(datetime.datetime.fromtimestamp(ts, datetime.UTC).date())
