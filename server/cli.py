"""The command line: one verb per job, each in the module that does the job. Never prints a secret except the one enrolment link."""

import click


@click.group()
def main() -> None:
    """In Camera: private video rooms for mediation."""
