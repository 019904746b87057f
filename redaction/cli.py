"""`incamera find FILE...` and, for plain text, `incamera redact FILE -o OUT`. Bad input ends with code 2 and nothing is written.

Detection runs in workers (redaction/pool.py). Findings go to standard output; words of the text go nowhere but into OUT.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from redaction import document_cli
from redaction.detect.explain import explain
from redaction.detect.people import Person
from redaction.formats.kinds import kind_of
from redaction.formats.model import Kind, Unreadable
from redaction.intake import IntakeError, Record, read_people, read_records, read_text
from redaction.plan import Finding, ReportEntry, apply_to_text, make_plan
from redaction.pool import Pool, PoolError, PoolLimits
from redaction.profiles import Profile, ProfileError, load_profiles
from redaction.spans import Span
from redaction.worker import Find, FoundText

BAD_INPUT = 2
BATCH = 60_000
# Work that is worth a second worker's start, in code points.
MUCH = 1_500_000


def _stop(message: str) -> SystemExit:
    click.echo(f"Error: {message}", err=True)
    return SystemExit(BAD_INPUT)


@click.command("find")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--people", "people_file", type=click.Path(path_type=Path), help="TOML list of the people of this mediation."
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    help="Also tell how this redaction profile would mask each finding. May be given again.",
)
@click.option("--leftovers", is_flag=True, help="Also list what looks identifying and was not classified.")
@click.option(
    "--explain", "explained", is_flag=True, help="Also give each finding's recognizer and its reason in words."
)
@click.option(
    "--bundle", is_flag=True, help="All records belong to one mediation: names found in one are looked for in all."
)
@click.option("--workers", type=click.IntRange(1, 16), default=None, help="Processes that share the work.")
def find(
    files: tuple[Path, ...], people_file: Path | None, profiles: tuple[str, ...], leftovers: bool, explained: bool, bundle: bool, workers: int | None
) -> None:  # fmt: skip
    """Find personal data in FILES (plain text, or JSON Lines with `id` and `text`) and print it as JSON Lines.

    Text files given together are one mediation; each JSON Lines record is its own unless --bundle is given. Offsets count code points.
    """
    try:
        people = read_people(people_file) if people_file is not None else ()
        profile = load_profiles().stack(*profiles) if profiles else None
        batches = _batches([(path, read_records(path)) for path in files], people, bundle)
    except (IntakeError, ProfileError) as error:
        raise _stop(str(error)) from None
    size = sum(len(record.text) for records, _ in batches for record in records)
    count = workers or (2 if size > MUCH and (os.cpu_count() or 1) > 1 else 1)
    try:
        asyncio.run(
            _find(batches, size, count, lambda record, found: _row(record, found, profile, leftovers, explained))
        )
    except PoolError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(1) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _batches(
    read: Sequence[tuple[Path, list[Record]]], people: Sequence[Person], bundle: bool
) -> list[tuple[list[Record], Find]]:
    """Jobs: one for everything that is a bundle, several for records that stand alone."""
    whole = [record for path, records in read if len(records) == 1 and records[0].id == str(path) for record in records]
    apart = [
        record for path, records in read if not (len(records) == 1 and records[0].id == str(path)) for record in records
    ]
    if bundle:
        whole, apart = [*whole, *apart], []
    jobs: list[tuple[list[Record], Find]] = []
    if whole:
        everybody = list(people) + [person for record in whole for person in record.people or ()]
        unique = list({person.id: person for person in everybody}.values())
        jobs.append((whole, Find([one.text for one in whole], [unique], True, [one.language for one in whole])))
    batch: list[Record] = []
    size = 0
    for record in apart:
        if batch and size + len(record.text) > BATCH:
            jobs.append((batch, _apart(batch, people)))
            batch, size = [], 0
        batch.append(record)
        size += len(record.text)
    if batch:
        jobs.append((batch, _apart(batch, people)))
    return jobs


def _apart(records: list[Record], people: Sequence[Person]) -> Find:
    return Find(
        [one.text for one in records], [list(people if one.people is None else one.people) for one in records], False
    )


async def _find(
    jobs: Sequence[tuple[list[Record], Find]],
    size: int,
    workers: int,
    row: Callable[[Record, FoundText], dict[str, Any]],
) -> None:
    shown = sys.stderr.isatty() and size > BATCH
    with click.progressbar(length=size, label="Finding", file=sys.stderr, hidden=not shown) as bar:
        async with Pool(size=workers, limits=PoolLimits(seconds=max(300.0, size / 5_000))) as pool:
            async for records, found in _in_order(pool, jobs, workers):
                for record, one in zip(records, found, strict=True):
                    sys.stdout.buffer.write(msgspec.json.encode(row(record, one)) + b"\n")
                    if one.language.coverage == "none":
                        click.echo(f"{record.id}: {one.language.says}", err=True)
                sys.stdout.buffer.flush()
                bar.update(sum(len(record.text) for record in records))


async def _in_order(
    pool: Pool, jobs: Sequence[tuple[list[Record], Find]], ahead: int
) -> AsyncIterator[tuple[list[Record], list[FoundText]]]:
    """Answers in the order of the jobs, with at most one job more under way than there are workers."""
    async with asyncio.TaskGroup() as group:
        running: list[tuple[list[Record], asyncio.Task[Any]]] = []
        waiting = iter(jobs)
        while True:
            while len(running) <= ahead and (job := next(waiting, None)) is not None:
                running.append((job[0], group.create_task(pool.run(job[1]))))
            if not running:
                return
            records, task = running.pop(0)
            yield records, (await task).found


def _row(record: Record, found: FoundText, profile: Profile | None, leftovers: bool, explained: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"id": record.id, "spans": [_span(span, profile, explained) for span in found.spans]}
    if leftovers:
        row["leftovers"] = [_span(span, None, explained) for span in found.leftovers]
    row["language"] = {"code": found.language.code, "coverage": found.language.coverage}
    return row


def _span(span: Span, profile: Profile | None, explained: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "start": span.start,
        "end": span.end,
        "type": span.kind,
        "score": round(span.score, 2),
        "person": span.person,
    }
    if span.also:
        row["also"] = list(span.also)
    if profile is not None:
        row["operator"] = profile.operator(span.kinds)
    if explained:
        row["recognizer"] = span.recognizer
        row["why"] = explain(span)
    return row


class TextReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to plain text: places, kinds, rules; never the words."""

    version: int = 1
    profiles: tuple[str, ...]
    cites: tuple[str, ...]
    notes: tuple[str, ...]
    plan: str
    reads: str
    languages: dict[str, str]
    review: tuple[str, ...]
    entries: list[ReportEntry]
    leftovers: list[dict[str, Any]]


@click.command("redact", params=document_cli.redact.params, help=document_cli.redact.help)
@click.pass_context
def redact(context: click.Context, /, **options: Any) -> None:
    """Plain text is done here; everything else, and whatever needs more than a profile, by the documents' path."""
    files: tuple[Path, ...] = options["files"]
    special = options["remove"] or options["facsimile"] or options["password"] or "none" in options["profiles"]
    if special or not all(_is_text(path) for path in files):
        context.invoke(document_cli.redact, **options)
        return
    try:
        _redact_text(files, options["out"], options["profiles"], options["people"], options["report"])
    except (IntakeError, ProfileError) as error:
        raise _stop(str(error)) from None
    except PoolError as error:
        click.echo(f"Error: {error}; nothing was written", err=True)
        raise SystemExit(1) from None


def _is_text(path: Path) -> bool:
    """By its bytes: something that no reader of documents claims, or that nobody can read (then text's error is the clearest)."""
    try:
        with path.open("rb") as file:
            head = file.read(2_000_000)
        return kind_of(head) is Kind.TEXT
    except (Unreadable, OSError):
        return path.suffix.lower() in ("", ".txt", ".text", ".md", ".log", ".csv")


def _redact_text(
    files: Sequence[Path], out: Path, names: Sequence[str], people_file: Path | None, report: Path | None
) -> None:
    profile = load_profiles().stack(*names)
    people = read_people(people_file) if people_file is not None else ()
    texts = [read_text(path) for path in files]
    single = len(files) == 1 and not out.is_dir()
    items = [f"document-{number}" for number in range(1, len(files) + 1)]
    outs = [out] if single else [out / f"{item}.txt" for item in items]
    if any(target.exists() and target.samefile(path) for target in outs for path in files):
        raise IntakeError("the result would overwrite a source file; give another name")
    found, says = asyncio.run(_look(texts, people))
    findings = [
        Finding(item, span, explain(span)) for item, one in zip(items, found, strict=True) for span in one.spans
    ]
    plan = make_plan(findings, profile, roles={person.id: person.role for person in people if person.role})
    done = [apply_to_text(text, plan, item=item) for text, item in zip(texts, items, strict=True)]
    for target, (text, _) in zip(outs, done, strict=True):
        document_cli.write_whole(target, text.encode())
    entries = [entry for _, group in done for entry in group]
    review = tuple(item for item, one in zip(items, found, strict=True) if one.language.coverage == "none")
    if report is not None:
        left = [
            {"item": item, "start": span.start, "end": span.end, "score": span.score}
            for item, one in zip(items, found, strict=True)
            for span in one.leftovers
        ]
        account = TextReport(
            profiles=profile.names, cites=profile.cites, notes=profile.notes, plan=plan.digest(), reads=says,
            languages={item: one.language.says for item, one in zip(items, found, strict=True)}, review=review, entries=entries, leftovers=left,
        )  # fmt: skip
        document_cli.write_whole(report, msgspec.json.format(msgspec.json.encode(account)) + b"\n")
    click.echo(
        f"{len(entries)} places masked in {len(files)} {'text' if len(files) == 1 else 'texts'}. A person must still read the result before it leaves."
    )
    for item, one in zip(items, found, strict=True):
        if one.language.coverage != "full":
            click.echo(f"{item}: {one.language.says}", err=True)


async def _look(texts: list[str], people: Sequence[Person]) -> tuple[list[FoundText], str]:
    size = sum(map(len, texts))
    async with Pool(limits=PoolLimits(seconds=max(300.0, size / 5_000))) as pool:
        done = await pool.run(Find(texts, [list(people)]))
        return done.found, pool.says
