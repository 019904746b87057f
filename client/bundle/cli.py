"""`incamera verify PACKAGE [--root FINGERPRINT]`: check a package, offline.

Exit code 0: valid. 3: consistent, signer not established. 1: not valid. 2: can't be read.
"""

import re
from pathlib import Path

import click

from client.bundle.canonical_zip import MAX_BYTES
from client.bundle.verify import verify_package

VALID, NOT_VALID, NOT_ESTABLISHED = 0, 1, 3


@click.command("verify")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--root", metavar="FINGERPRINT", help="The mediator's fingerprint, as the mediator told you.")
@click.pass_context
def verify(context: click.Context, package: Path, root: str | None) -> None:
    """Check a package for the court: nothing was changed, and who authorised what. Needs no network."""
    if root is not None and not re.match(r"[A-Za-z0-9_-]{43}\Z", root):
        raise click.BadParameter("a fingerprint has 43 letters, digits, - and _", param_hint="--root")
    if package.stat().st_size > 2 * MAX_BYTES:
        raise click.ClickException("This file is too large to be a package.")
    report = verify_package(package.read_bytes(), root)
    for problem in report.problems:
        click.echo(f"  ! {problem}")
    for line in report.said:
        click.echo(line)
    if report.consistent and not report.established:
        click.echo(f"Fingerprint in the package: {report.fingerprint}")
    click.echo(report.verdict)
    if not report.consistent:
        context.exit(NOT_VALID)
    context.exit(VALID if report.established else NOT_ESTABLISHED)
