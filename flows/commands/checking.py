"""`triage check`: is everything in place, and what to do where it is not."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import click
from rich.text import Text

from flows.commands.options import given_settings, opened_store
from flows.screen import open_screen
from pipeline.errors import (
    MailboxError,
    MailboxLoginRefused,
    SettingInvalid,
    StoreError,
    StoreTooNew,
    TaxonomyInvalid,
    TriageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.settings import MailboxSettings, Settings


REMEDIES: Final[Sequence[tuple[type[TriageError], str]]] = (
    (
        MailboxLoginRefused,
        "check user and password (or token); the mail administrator can tell what is refused",
    ),
    (
        MailboxError,
        "check host, port, folder and TLS, and that this machine reaches the server",
    ),
    (StoreTooNew, "update the program"),
    (StoreError, "check TRIAGE_DATABASE_URL, and that the database runs and can be written"),
    (TaxonomyInvalid, "correct the file, or name another one with TRIAGE_TAXONOMY"),
    (SettingInvalid, "correct the setting"),
)
"""What to do about an error; the first that fits. The model's errors say it themselves."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        what: The thing that was looked at.
        fine: True where nothing needs to be done.
        told: What was found, or what is wrong.
        remedy: What to do about it; empty where nothing needs to be done.
    """

    what: str
    fine: bool
    told: str
    remedy: str = ""


@click.command()
def check() -> None:
    """Check configuration, taxonomy, database, model and the log-in of each mailbox."""
    screen = open_screen()
    bad = 0
    for finding in findings():
        mark = Text("OK      ", "green") if finding.fine else Text("NOT OK  ", "bold red")
        screen.print(Text.assemble(mark, f"{finding.what}: {finding.told}"))
        if finding.remedy:
            screen.print(Text(f"        → {finding.remedy}", "yellow"))
        bad += not finding.fine
    sys.exit(1 if bad else 0)


def findings() -> Iterator[Finding]:
    """Look at one thing after the other; the first is the configuration that all others need."""
    try:
        settings = given_settings()
    except SettingInvalid as error:
        remedy = "correct the environment variable, the .env file or the mailbox file"
        yield Finding("configuration", fine=False, told=str(error), remedy=remedy)
        return
    yield _configuration(settings)
    yield _attempt("taxonomy", partial(_taxonomy, settings))
    yield _attempt("database", partial(_database, settings))
    yield _attempt("model", partial(_model, settings))
    for mailbox in settings.mailboxes:
        yield _attempt(f"mailbox {mailbox.name}", partial(_mailbox, mailbox))


def _attempt(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, fine=True, told=look())
    except TriageError as error:
        told = str(error).removeprefix(f"{what}: ")
        return Finding(what, fine=False, told=told, remedy=remedy_of(error))


def remedy_of(error: TriageError) -> str:
    """What a person can do about an error; empty where its own text says it."""
    for kind, remedy in REMEDIES:
        if isinstance(error, kind):
            return remedy
    return ""


def _configuration(settings: Settings) -> Finding:
    names = ", ".join(mailbox.name for mailbox in settings.mailboxes)
    if not names:
        remedy = "set TRIAGE_IMAP_HOST, TRIAGE_IMAP_USER and TRIAGE_IMAP_PASSWORD, or name a file "
        return Finding(
            "configuration",
            fine=False,
            told="no mailbox is configured",
            remedy=remedy + "of mailboxes with TRIAGE_MAILBOXES",
        )
    return Finding("configuration", fine=True, told=f"mailboxes: {names}")


def _taxonomy(settings: Settings) -> str:
    from pipeline.taxonomy import load_taxonomy

    return f"{len(load_taxonomy(settings.taxonomy).types)} claim types in {settings.taxonomy}"


def _database(settings: Settings) -> str:
    from pipeline.store.queries import status

    with opened_store(settings) as store:
        mails = sum(mailbox.fetched for mailbox in status(store).mailboxes)
        return f"{store.dialect}, {mails} mails"


def _model(settings: Settings) -> str:
    from models.artifact import load_model
    from pipeline.taxonomy import load_taxonomy

    model = load_model(settings.model, taxonomy=load_taxonomy(settings.taxonomy))
    return f"version {model.version}"


def _mailbox(mailbox: MailboxSettings) -> str:
    from pipeline.mailbox.imap import open_imap

    with open_imap(mailbox) as source:
        waiting = len(source.list_uids())
    return f"logged in to {mailbox.host}, {waiting} mails wait in {mailbox.folder}"
