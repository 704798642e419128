"""`triage demo`: sample mail through a real mailbox into a database, and what came of it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import click

from flows.commands.options import (
    given_settings,
    language_option,
    open_triage_of,
    words_of,
)
from flows.demo_view import demo_view
from flows.screen import has_colours, ingest_bars, open_screen
from flows.summary import Summary
from pipeline.errors import SourceMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.words import Language
    from pipeline.store.database import Store
    from pipeline.store.records import MailLife

SAMPLES: Final = Path(__file__).resolve().parents[2] / "data" / "mails"

MOST_READ: Final = 10_000
"""Most rows read of one list: the demo shows all it has."""


@click.command()
@click.option(
    "--mails",
    "count",
    type=click.IntRange(min=1),
    help="Only so many of the sample mails, taken evenly from all.",
)
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the SQLite database in this file; it must not exist yet.",
)
@language_option
@click.pass_context
def demo(
    context: click.Context, *, count: int | None, keep: Path | None, language: Language
) -> None:
    """Show what the program does, with sample mail in an embedded mailbox.

    Starts an IMAP server inside this process, puts the mails of data/mails into it, fetches and
    understands them as `triage ingest` does, and prints what a supervisor wants to see.
    """
    from pydantic import SecretStr

    from flows.demo_mailbox import demo_mailbox
    from flows.tasks import run_ingest
    from pipeline.store.database import open_store

    if keep is not None and keep.exists():
        raise click.BadParameter(f"{keep} exists already", param_hint="--keep")
    settings = given_settings()
    words = words_of(settings, language)
    mails = sample_mails(SAMPLES, count=count)
    triage = open_triage_of(context)(settings)
    click.echo(f"{len(mails)} mails in an embedded mailbox; reading them over IMAP ...", err=True)
    with (
        _tls_unspoken(),
        _database(keep) as url,
        demo_mailbox(mails) as mailbox,
        ingest_bars() as bars,
    ):
        settings = settings.model_copy(
            update={"database_url": SecretStr(url), "mailboxes": (mailbox,)}
        )
        run = run_ingest(settings, on_progress=bars, triage=triage)
        with open_store(url) as store:
            summary, shown = read_summary(store), mail_to_show(store)
    screen = open_screen()
    view = demo_view(run, summary, shown, words=words, colours=has_colours(screen))
    screen.print(view)
    if keep is not None:
        click.echo(f"The database is kept: TRIAGE_DATABASE_URL=sqlite:///{keep}", err=True)


def sample_mails(folder: Path, *, count: int | None = None) -> list[bytes]:
    """Read the sample mails, by name; of all of them `count`, evenly spread.

    Raises:
        SourceMissing: There are none.
    """
    files = sorted(folder.glob("*.eml"))
    if not files:
        raise SourceMissing(folder, "there are no sample mails")
    wanted = min(count or len(files), len(files))
    return [files[number * len(files) // wanted].read_bytes() for number in range(wanted)]


def read_summary(store: Store) -> Summary:
    """Ask the store what came of the mails."""
    from pipeline.store import queries

    return Summary(
        kinds=queries.mails_by_kind(store),
        types=queries.claims_by_type(store),
        review=queries.review_queue(store, limit=MOST_READ),
        references=queries.references(store, limit=MOST_READ),
    )


def mail_to_show(store: Store) -> MailLife | None:
    """The mail with the most claims, then with the most references; None where there is none."""
    from pipeline.store.life import mail_life
    from pipeline.store.queries import mails

    lives = [mail_life(store, mail.id) for mail in mails(store, limit=MOST_READ)]
    return max(lives, key=_worth, default=None)


def _worth(life: MailLife) -> tuple[int, int, int]:
    return (len(life.claims), len(life.references), -life.mail.id)


@contextmanager
def _tls_unspoken() -> Iterator[None]:
    """The embedded mailbox has no TLS: a warning for operations, none for who looks at a demo."""
    logger = logging.getLogger("pipeline.mailbox.login")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _database(keep: Path | None) -> Iterator[str]:
    """URL of the file to be kept, or of one that vanishes."""
    if keep is not None:
        yield f"sqlite:///{keep.resolve()}"
        return
    with TemporaryDirectory(prefix="triage-demo-") as folder:
        yield f"sqlite:///{folder}/triage.db"
