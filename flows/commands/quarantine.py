"""`triage quarantine`: mails that failed too often, for a person to look at."""

from __future__ import annotations

import getpass
from typing import BinaryIO

import click

from flows.commands.options import given_settings, opened_store
from flows.screen import open_screen

MOST_LISTED = 500
"""Mails told by one list."""


@click.group()
def quarantine() -> None:
    """Look at mails that failed too often, and try them again."""


@quarantine.command("list")
def list_mails() -> None:
    """List quarantined mails, the oldest first."""
    from flows.quarantine_view import quarantine_view
    from pipeline.store.queries import quarantined_mails

    with opened_store(given_settings()) as store:
        mails = quarantined_mails(store, limit=MOST_LISTED)
    open_screen().print(quarantine_view(mails))


@quarantine.command()
@click.argument("mail_id", metavar="ID", type=int)
def show(mail_id: int) -> None:
    """Show what is known of one mail; its text is not opened."""
    from flows.quarantine_view import head_view
    from pipeline.store.life import mail_life, raw_mail

    with opened_store(given_settings()) as store:
        life, raw = mail_life(store, mail_id), raw_mail(store, mail_id)
    open_screen().print(head_view(life, raw))


@quarantine.command()
@click.argument("mail_ids", metavar="ID...", type=int, nargs=-1, required=True)
def retry(mail_ids: tuple[int, ...]) -> None:
    """Let mails be tried again by the next `triage ingest`."""
    from pipeline.store.leases import record_retry

    with opened_store(given_settings()) as store:
        for mail_id in mail_ids:
            record_retry(store, mail_id, who=getpass.getuser())
            click.echo(f"mail {mail_id} waits for the next ingest")


@quarantine.command()
@click.argument("mail_id", metavar="ID", type=int)
@click.option(
    "--out",
    type=click.File("wb"),
    default="-",
    help="File to write; standard output unless given.",
)
def export(mail_id: int, *, out: BinaryIO) -> None:
    """Write a mail exactly as it came, as an .eml file."""
    from pipeline.store.life import raw_mail

    with opened_store(given_settings()) as store:
        out.write(raw_mail(store, mail_id).data)
