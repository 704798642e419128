"""The command `triage`: its options for all commands, and how errors are told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, get_args

import click

from flows.commands.checking import check
from flows.commands.demo import demo
from flows.commands.ingesting import ingest
from flows.commands.quarantine import quarantine
from flows.commands.reading import read
from flows.commands.reconciling import reconcile
from flows.commands.serving import serve
from flows.commands.signing_in import login
from flows.commands.standing import explain, status
from flows.logs import LogFormat, set_up_logs
from pipeline.errors import TriageError
from training.commands import train

if TYPE_CHECKING:
    from types import TracebackType


class TriageGroup(click.Group):
    """Tells our own errors in one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except TriageError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=TriageGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="complaint-mail-triage")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help="Lowest level of log lines on standard error.",
)
@click.option(
    "--log-format",
    type=click.Choice(get_args(LogFormat)),
    default="text",
    show_default=True,
    help="key=value lines, or JSON lines.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
def main(*, log_level: str, log_format: LogFormat, debug: bool) -> None:
    """Read a shared complaints mailbox: split mails into claims, classify them, store them.

    Settings come from environment variables named TRIAGE_... or from a file .env in the working
    folder; `triage check` tells what is wrong with them.
    """
    set_up_logs(log_level, log_format=log_format)
    if not debug:
        sys.excepthook = _tell_unexpected


for _command in (
    read,
    demo,
    ingest,
    status,
    reconcile,
    check,
    login,
    serve,
    explain,
    quarantine,
    train,
):
    main.add_command(_command)


def _tell_unexpected(
    kind: type[BaseException],
    error: BaseException,  # noqa: ARG001 -- its text may quote a mail
    trace: TracebackType | None,  # noqa: ARG001 -- shown by --debug only
) -> None:
    click.echo(
        f"Error: the program failed ({kind.__name__}). `triage --debug ...` shows where.", err=True
    )
