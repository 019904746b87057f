"""The command line: one verb per job, each in the module that does the job. Never prints a secret except the one enrolment link.

A verb is imported only when it is called, so that `incamera serve` never loads what redaction needs.
"""

import importlib

import click

# verb -> "module:attribute"; keep it sorted.
VERBS: dict[str, str] = {
    "doctor": "server.media.doctor:doctor",
    "find": "redaction.cli:find",
    "invite-mediator": "server.serve:invite_mediator",
    "policy": "policies.cli:policy",
    "redact": "redaction.cli:redact",
    "retention": "server.retention:retention",
    "seat": "client.headless.command:seat",
    "serve": "server.serve:serve",
    "verify": "client.bundle.cli:verify",
    "verify-redaction": "redaction.document_cli:verify_redaction",
}


class LazyGroup(click.Group):
    """A group whose commands are imported at first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = VERBS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(target)
        return command


@click.group(cls=LazyGroup)
@click.version_option(package_name="incamera")
def main() -> None:
    """In Camera: private video rooms for mediation."""
