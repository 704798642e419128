"""`triage quarantine`: mails that failed too often, for a person to look at."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Final

import click

from flows.commands.options import given_settings, opened_store
from flows.screen import open_screen
from pipeline.errors import RowMissing

MOST_LISTED: Final = 500
"""Mails told by one list."""

EVERY: Final = 1_000_000
"""Mails meant by --all."""

STANDARD_OUTPUT: Final = Path("-")


@click.group()
def quarantine() -> None:
    """Look at mails that failed too often, and try them again."""


@quarantine.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a mail, one a line.")
def list_mails(*, as_json: bool) -> None:
    """List quarantined mails, the oldest first, with the reason in words."""
    from flows.quarantine_view import mail_as_json, quarantine_view
    from pipeline.store.queries import quarantined_mails

    with opened_store(given_settings()) as store:
        mails = quarantined_mails(store, limit=EVERY if as_json else MOST_LISTED + 1)
    if as_json:
        for mail in mails:
            click.echo(json.dumps(mail_as_json(mail), ensure_ascii=False))
        return
    screen = open_screen()
    screen.print(quarantine_view(mails[:MOST_LISTED]))
    if len(mails) > MOST_LISTED:
        screen.print(f"There are more than {MOST_LISTED}; `--json` lists them all.")


@quarantine.command()
@click.argument("mail_id", metavar="ID", type=int)
def show(mail_id: int) -> None:
    """Show what is known of one mail and of each try; its text is not opened."""
    from flows.quarantine_view import head_view
    from pipeline.store.life import mail_life, raw_mail

    with opened_store(given_settings()) as store:
        life, raw = mail_life(store, mail_id), raw_mail(store, mail_id)
    open_screen().print(head_view(life, raw))


@quarantine.command()
@click.argument("mail_ids", metavar="ID...", type=int, nargs=-1)
@click.option("--all", "all_mails", is_flag=True, help="All mails of the quarantine.")
def retry(mail_ids: tuple[int, ...], *, all_mails: bool) -> None:
    """Let mails be tried again by the next `triage ingest`, as often as a new mail.

    An ID that is not in the quarantine is told, and the exit status is 1; the others are retried.
    """
    from pipeline.store.leases import record_retry
    from pipeline.store.queries import quarantined_mails

    _check_choice(mail_ids, all_mails=all_mails)
    missing = 0
    with opened_store(given_settings()) as store:
        if all_mails:
            mail_ids = tuple(mail.id for mail in quarantined_mails(store, limit=EVERY))
        for mail_id in mail_ids:
            try:
                record_retry(store, mail_id, who=getpass.getuser())
            except RowMissing as error:
                missing += 1
                click.echo(f"Error: {error}", err=True)
            else:
                click.echo(f"mail {mail_id} waits for the next ingest")
    if not mail_ids:
        click.echo("The quarantine is empty.")
    sys.exit(1 if missing and not all_mails else 0)


@quarantine.command()
@click.argument("mail_ids", metavar="ID...", type=int, nargs=-1)
@click.option("--all", "all_mails", is_flag=True, help="All mails of the quarantine.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=STANDARD_OUTPUT,
    help="File to write, standard output unless given; for several mails a folder.",
)
def export(mail_ids: tuple[int, ...], *, all_mails: bool, out: Path) -> None:
    """Write mails exactly as they came, as .eml files; they stay in the quarantine."""
    from pipeline.store.life import raw_mail
    from pipeline.store.queries import quarantined_mails

    _check_choice(mail_ids, all_mails=all_mails)
    several = all_mails or len(mail_ids) > 1
    if several and out == STANDARD_OUTPUT:
        raise click.UsageError("several mails need a folder: --out FOLDER")
    with opened_store(given_settings()) as store:
        if all_mails:
            mail_ids = tuple(mail.id for mail in quarantined_mails(store, limit=EVERY))
        for mail_id in mail_ids:
            data = raw_mail(store, mail_id).data
            target = out / f"mail-{mail_id}.eml" if several or out.is_dir() else out
            _write(target, data)
            if target != STANDARD_OUTPUT:
                click.echo(f"mail {mail_id}: {len(data)} bytes in {target}", err=True)


def _write(target: Path, data: bytes) -> None:
    """Write bytes as they are; a file that cannot be written is told in one sentence."""
    if target == STANDARD_OUTPUT:
        click.echo(data, nl=False)
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror}") from error


def _check_choice(mail_ids: tuple[int, ...], *, all_mails: bool) -> None:
    if all_mails == bool(mail_ids):
        raise click.UsageError("give either one ID or more, or --all")
