"""`incamera redact FILE...` and `incamera verify-redaction FILE` for documents of every kind.

Nothing half-written, nothing under the source's name, no word of what was removed on the screen or in the report.
"""

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from redaction import documents, sandbox
from redaction.certificate import Certificate
from redaction.detect.explain import explain
from redaction.detect.people import Person
from redaction.formats.model import SUFFIX, Kind, Limits, Manner, Reason
from redaction.formats.terms import terms_of
from redaction.intake import IntakeError, read_people
from redaction.plan import Finding
from redaction.pool import Pool, PoolError, PoolLimits
from redaction.profiles import Profile, ProfileError, load_profiles
from redaction.sandbox_child import Found, Refused, Verify
from redaction.worker import Find, FoundText

EXIT_BLOCKED = 2
NO_SANDBOX = (
    "This machine has neither bubblewrap nor a kernel with seccomp and Landlock, so untrusted files can't be opened safely. "
    "An administrator who accepts the risk can set INCAMERA_SANDBOX=none."
)


def redact_documents(
    files: Sequence[Path], *, out: Path, profile_names: Sequence[str], people_file: Path | None, terms_file: Path | None,
    report: Path | None, yes: bool, manner: Manner,
) -> int:  # fmt: skip
    """Redacts a bundle of documents into a folder; 0 when every file came out clean, 2 when any was blocked."""
    sources = [
        documents.Source(f"document-{n}", _bytes(path, manner.limits), secrets.token_bytes(32))
        for n, path in enumerate(files, 1)
    ]
    terms = terms_of(_text(terms_file)) if terms_file is not None else []
    profile = _profile(profile_names)
    with click.progressbar(
        length=3 * len(sources) + 1, label="Reading", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def page(done: int, of: int) -> None:
            word = str(bar.label).partition(",")[0]
            bar.label = f"{word}, page {done + 1} of {of}"
            bar.render_progress()

        prepared = documents.prepare(sources, manner, lambda _: bar.update(1), page)
        bar.label = "Finding"
        findings, roles, findings_notes = _findings(prepared, profile, people_file)
        bar.update(1)
        prepared, decisions = documents.term_decisions(prepared, terms)
        plan = documents.plan_for(findings, profile, decisions, roles)
        if not yes and not _agreed(len(plan.redactions), len(sources)):
            click.echo("Nothing was written.", err=True)
            return EXIT_BLOCKED
        gone, hidden = documents.secrets_of(prepared, plan, terms)
        finished = []
        bar.label = "Removing and checking"
        for one in prepared:
            finished.append(documents.finish(one, plan, terms, gone, hidden, manner, page))
            bar.update(2)
    single = len(sources) == 1 and out.suffix != "" and not out.is_dir()
    opening = {}
    for done, source in zip(finished, sources, strict=True):
        if done.data is not None:
            name = done.item + SUFFIX[Kind(done.certificate.output_kind)]
            write_whole(out if single else out / name, done.data)
            opening[name] = source.salt.hex()
        _say(done.certificate, done.item)
    for note in findings_notes:
        click.echo(note, err=True)
    if report is not None:
        write_whole(report, _report([one.certificate for one in finished]))
        write_whole(
            report.with_name(report.name + ".opening"), msgspec.json.format(msgspec.json.encode(opening)), private=True
        )
    return 0 if all(one.data is not None for one in finished) else EXIT_BLOCKED


def _findings(
    prepared: Sequence[documents.Prepared], profile: Profile, people_file: Path | None
) -> tuple[list[Finding], dict[str, str], list[str]]:  # fmt: skip
    """What detection finds in all documents together; nothing with the profile "none" and no people."""
    if profile.names == ("none",):
        if people_file is not None:
            raise click.UsageError("--people needs a profile: with --profile none only the terms of --remove go.")
        return [], {}, []
    people = read_people(people_file) if people_file is not None else ()
    readable = [(one.source.item, one.reading) for one in prepared if one.reading is not None]
    found = asyncio.run(_look([reading.text for _, reading in readable], people))
    findings = [
        Finding(item, span, explain(span)) for (item, _), one in zip(readable, found, strict=True) for span in one.spans
    ]
    for (item, _), one in zip(readable, found, strict=True):
        if one.language.coverage != "full":
            click.echo(f"{item}: {one.language.says}", err=True)
    left = sum(len(one.leftovers) for one in found)
    notes = [f"{left} further places look identifying and were not classified; a person should look."] if left else []
    return findings, {person.id: person.role for person in people if person.role}, notes


async def _look(texts: list[str], people: Sequence[Person]) -> list[FoundText]:
    """Detection over the whole bundle, in a worker with bounds of its own."""
    async with Pool(limits=PoolLimits(seconds=max(300.0, sum(map(len, texts)) / 5_000))) as pool:
        return (await pool.run(Find(texts, [list(people)]))).found


def _profile(names: Sequence[str]) -> Profile:
    if list(names) == ["none"]:
        return documents.no_profile()
    try:
        return load_profiles().stack(*names)
    except ProfileError as error:
        raise click.UsageError(f"{error}, none") from None


def _agreed(places: int, files: int) -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("There is nobody to ask. Give --yes to go on without a question.")
    return click.confirm(f"{places} places in {files} files will be removed, and everything hidden. Go on?", err=True)


def _bytes(path: Path, limits: Limits) -> bytes:
    """A file as it is; too large a one is not read at all."""
    try:
        if path.stat().st_size > limits.bytes:
            raise click.UsageError("A file is larger than the limit of 100 MB.")
        return path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"A file can't be read: {os.strerror(error.errno or 0)}.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise click.UsageError("The list is not a readable UTF-8 text file.") from None


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """The whole file or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".incamera-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o600 if private else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _report(certificates: list[Certificate]) -> bytes:
    return msgspec.json.format(msgspec.json.encode({"version": 1, "documents": certificates})) + b"\n"


def _say(certificate: Certificate, item: str) -> None:
    removed, dropped = sum(p.count for p in certificate.removed), sum(d.count for d in certificate.hidden_dropped)
    if not certificate.blocked:
        click.echo(f"{item}: clean. {removed} places removed, {dropped} hidden things dropped.")
        if certificate.similar:
            click.echo(
                f"{item}: words similar to a term stand at {', '.join(certificate.similar[:5])}; please look.", err=True
            )
        return
    click.echo(f"{item}: blocked, not written.", err=True)
    for stop in certificate.blocked[:8]:
        click.echo(f"  {stop.says}{f' ({stop.place})' if stop.place else ''}", err=True)


def _redacted(files: Sequence[Path], **options: Any) -> int:
    try:
        return redact_documents(files, **options)
    except IntakeError as error:
        raise click.UsageError(str(error)) from None
    except PoolError as error:
        click.echo(f"Error: {error}; nothing was written", err=True)
        return EXIT_BLOCKED


@click.command("redact")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the results; with one FILE also a file name.",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    required=True,
    help='Redaction profile; "none" removes only the terms of --remove and what is hidden. May be given again.',
)
@click.option(
    "--people",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TOML list of the people of this mediation.",
)
@click.option(
    "--remove", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Terms to remove, one a line."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Where to write the certificates (JSON). The salts go beside it."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--facsimile",
    is_flag=True,
    help="Black boxes where the words stood. Keeps the look of the page; THE WIDTH OF A BOX TELLS WHAT FITS IN IT.",
)
@click.option("--password", default="", help="Password of a locked PDF.", envvar="INCAMERA_DOCUMENT_PASSWORD")
@click.option(
    "--languages", default="eng", show_default=True, help="Languages for reading pictures, as tesseract names them."
)
@click.option("--all-frames", is_flag=True, help="Every picture of a TIFF is a page.")
@click.option("--nested-messages", is_flag=True, help="Messages attached whole go along, redacted.")
def redact(
    files: tuple[Path, ...], out: Path, profiles: tuple[str, ...], people: Path | None, remove: Path | None, report: Path | None, yes: bool,
    facsimile: bool, password: str, languages: str, all_frames: bool, nested_messages: bool,
) -> None:  # fmt: skip
    """Remove what identifies people from FILES, check the results with other tools, and write them. Exit 0: all clean; 2: something is blocked."""
    try:
        sandbox.wall()
    except sandbox.NoSandbox:
        click.echo(NO_SANDBOX, err=True)
        raise SystemExit(EXIT_BLOCKED) from None
    if facsimile:
        click.echo("Facsimile boxes: the width of a box tells which names fit in it.", err=True)
    manner = Manner(
        password=password,
        languages=languages,
        facsimile=facsimile,
        all_frames=all_frames,
        nested_messages=nested_messages,
    )
    code = _redacted(
        files,
        out=out,
        profile_names=profiles,
        people_file=people,
        terms_file=remove,
        report=report,
        yes=yes,
        manner=manner,
    )
    raise SystemExit(code)


@click.command("verify-redaction")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="What must not be there, one a line.",
)
@click.option(
    "--languages", default="eng", show_default=True, help="Languages for reading pictures, as tesseract names them."
)
@click.option(
    "--twin",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The same tool's output for a source that differs only in what was removed: whatever differs gives it away.",
)
def verify_redaction(file: Path, secrets_file: Path, languages: str, twin: Path | None) -> None:
    """Look through FILE, made by any tool, for what must not be there. Exit 0: clean; 1: found, or the twin differs; 2: could not look everywhere."""
    terms = terms_of(_text(secrets_file))
    if not terms:
        raise click.UsageError("The list of secrets is empty.")
    other = _bytes(twin, Limits()) if twin is not None else b""
    reply = sandbox.run(Verify(_bytes(file, Limits()), tuple(terms), languages, twin=other))
    if not isinstance(reply, Found):
        click.echo(
            f"Could not look: {reply.reason.value if isinstance(reply, Refused) else Reason.CRASHED.value}.", err=True
        )
        raise SystemExit(EXIT_BLOCKED)
    for number, place, how in reply.hits[:100]:
        click.echo(f"Line {number + 1} of the list: {place}, {how}")
    for place in reply.apart:
        click.echo(f"Differs from its twin: {place}")
    for place in reply.unlooked:
        click.echo(f"Not looked at: {place}", err=True)
    looked = ", ".join(f"{count} {what}" for what, count in reply.looked.items())
    click.echo(f"Looked at {looked}, with {', '.join(reply.engines) or 'text search'}.", err=True)
    if reply.hits or reply.apart:
        raise SystemExit(1)
    if reply.unlooked:
        raise SystemExit(EXIT_BLOCKED)
    click.echo("Clean: none of it was found.")
