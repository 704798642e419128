"""`triage ingest`: fetch, understand and store the mail of the configured mailboxes."""

from __future__ import annotations

import getpass
import json
import signal
import sys
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING, Final

import click

from flows.commands.options import given_settings, opened_store
from flows.screen import ingest_bars, open_screen
from pipeline.errors import MailboxError, StoreError, StoreTooNew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from types import FrameType

    from flows.tasks import IngestSummary, OnProgress, Progress
    from pipeline.settings import Settings

POLL_SECONDS: Final = 60.0

RATE_SECONDS: Final = 60.0
"""The time that --rate counts mails for."""

MOST_FAILED_RUNS: Final = 5
"""A backfill ends after so many in a row: the mailbox does not come back by itself."""


class StopAsked(Exception):
    """A person or the system asked the program to end."""


@click.command()
@click.option(
    "--once/--watch",
    default=True,
    show_default=True,
    help="One run, or one after the other until SIGINT or SIGTERM.",
)
@click.option(
    "--interval",
    "interval_seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=POLL_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="Pause between two runs of --watch.",
)
@click.option(
    "--mailbox",
    "mailboxes",
    multiple=True,
    metavar="NAME",
    help="Only this mailbox; may be given several times.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Leave alone what lies there now and came before; kept for all later runs.",
)
@click.option(
    "--from-uid",
    type=click.IntRange(min=1),
    metavar="UID",
    help="Leave alone what has a lower UID now; kept for all later runs. 1 takes everything.",
)
@click.option("--dry-run", is_flag=True, help="Count what would be fetched; fetch nothing.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="MAILS",
    help="Most mails fetched of each mailbox in a run, the newest first.",
)
@click.option(
    "--rate",
    type=click.IntRange(min=1),
    metavar="MAILS",
    help="Most mails a minute of each mailbox, run after run until nothing is left.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a run on standard output.")
def ingest(
    *,
    once: bool,
    interval_seconds: float,
    mailboxes: tuple[str, ...],
    since: datetime | None,
    from_uid: int | None,
    dry_run: bool,
    limit: int | None,
    rate: int | None,
    as_json: bool,
) -> None:
    """Fetch, understand and store the mail of the configured mailboxes.

    Runs as a Prefect flow where PREFECT_API_URL names a server, else in this process alone. The
    exit status is 1 where a mailbox failed.
    """
    from flows.tasks import ingest_mailboxes, mailbox_names

    settings = given_settings()
    names = mailbox_names(settings, mailboxes)
    day = None if since is None else since.date()
    _check_options(names, day, from_uid=from_uid, limit=limit, rate=rate)
    if dry_run:
        sys.exit(tell_forecasts(settings, names, day, from_uid=from_uid, as_json=as_json))
    if day is not None or from_uid is not None:
        keep_beginning(settings, names, day, from_uid=from_uid)

    def run(on_progress: OnProgress) -> IngestSummary:
        return ingest_mailboxes(settings, names, limit=limit or rate, on_progress=on_progress)

    if once and rate is None:
        with ingest_bars() as bars:
            summary = run(bars)
        tell_run(summary, as_json=as_json)
        sys.exit(1 if summary.failures else 0)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _setter(stop))
    if rate is None:
        summaries = watch(run, stop=stop, interval_seconds=interval_seconds)
    else:
        summaries = backfill(run, stop=stop, until_done=once)
    failed = False
    for summary in summaries:
        tell_run(summary, as_json=as_json)
        failed = bool(summary.failures)
    sys.exit(1 if once and failed else 0)


def watch(
    run: Callable[[OnProgress], IngestSummary], *, stop: Event, interval_seconds: float
) -> Iterator[IngestSummary]:
    """Run again and again until `stop` is set; a run then ends after the batch in hand.

    Args:
        run: One run; it is told where to report progress.
        stop: Set by somebody else.
        interval_seconds: Pause between two runs.

    Yields:
        What each complete run did. A database that is away is told on standard error, and the
        next run tries again.
    """

    def heed(progress: Progress) -> None:
        del progress
        if stop.is_set():
            raise StopAsked

    while not stop.is_set():
        try:
            yield run(heed)
        except StopAsked:
            return
        except StoreTooNew:
            raise
        except StoreError as error:
            click.echo(f"Error: {error}; the next run tries again", err=True)
        stop.wait(interval_seconds)


def backfill(
    run: Callable[[OnProgress], IngestSummary],
    *,
    stop: Event,
    until_done: bool,
    round_seconds: float = RATE_SECONDS,
) -> Iterator[IngestSummary]:
    """Do one limited run a minute, until `stop` is set or nothing is left.

    Args:
        run: One limited run.
        stop: Set by somebody else; the store knows what is done, a later backfill goes on.
        until_done: End when a run leaves nothing, or when several in a row failed.
        round_seconds: Pause between two runs.

    Yields:
        What each complete run did.
    """
    failed = 0
    for summary in watch(run, stop=stop, interval_seconds=round_seconds):
        yield summary
        failed = failed + 1 if summary.failures else 0
        over = not (summary.left or summary.failures or summary.busy)
        if until_done and (over or failed >= MOST_FAILED_RUNS):
            return


def keep_beginning(
    settings: Settings, names: Sequence[str], day: date | None, *, from_uid: int | None
) -> None:
    """Keep from which mail on mailboxes are read, and tell it on standard error."""
    from flows.beginning import record_beginning

    with opened_store(settings) as store:
        for name in names:
            record_beginning(
                store, settings, name, since=day, from_uid=from_uid, who=getpass.getuser()
            )
            start = f"from UID {from_uid}" if day is None else f"since {day.isoformat()}"
            click.echo(f"mailbox {name} is read {start} on; what is older stays alone", err=True)


def tell_forecasts(
    settings: Settings,
    names: Sequence[str],
    day: date | None,
    *,
    from_uid: int | None,
    as_json: bool,
) -> int:
    """Print what would be fetched; answers the exit status."""
    from flows.beginning import forecast
    from flows.forecast_view import forecast_as_json, forecast_view

    forecasts, failures = [], {}
    with opened_store(settings) as store:
        for name in names:
            try:
                forecasts.append(forecast(store, settings, name, since=day, from_uid=from_uid))
            except MailboxError as error:
                failures[name] = str(error)
    if as_json:
        told = {"mailboxes": [forecast_as_json(each) for each in forecasts], "failures": failures}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        open_screen().print(forecast_view(forecasts))
    for failure in failures.values():
        click.echo(f"Error: {failure}", err=True)
    return 1 if failures else 0


def _check_options(
    names: Sequence[str],
    day: date | None,
    *,
    from_uid: int | None,
    limit: int | None,
    rate: int | None,
) -> None:
    """Refuse options that contradict each other."""
    if day is not None and from_uid is not None:
        raise click.UsageError("give either --since or --from-uid")
    if limit is not None and rate is not None:
        raise click.UsageError("give either --limit or --rate")
    if from_uid not in {None, 1} and len(names) > 1:
        raise click.UsageError("UIDs are of one folder: name it with --mailbox")


def tell_run(summary: IngestSummary, *, as_json: bool) -> None:
    """Print what a run did; failures go to standard error."""
    click.echo(json.dumps(asdict(summary), ensure_ascii=False) if as_json else run_text(summary))
    for failure in summary.failures.values():
        click.echo(f"Error: {failure}", err=True)
    for name in summary.busy:
        click.echo(f"mailbox {name} is open in another run, which does its work", err=True)


def run_text(summary: IngestSummary) -> str:
    """Say in one line what a run did."""
    parts = [
        f"fetched {summary.fetched} ({summary.stored} new)",
        f"understood {summary.triaged}",
        f"claims {summary.claims} ({summary.in_review} to review)",
        f"acknowledged {summary.acknowledged}",
    ]
    for count, words in (
        (summary.left, "left to later runs"),
        (summary.unfetchable, "not fetchable"),
        (summary.failed, "to be tried again"),
        (summary.quarantined, "quarantined"),
    ):
        parts += [f"{words} {count}"] * bool(count)
    return ", ".join(parts) + f", {summary.seconds.get('total', 0.0):.1f} s"


def _setter(stop: Event) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    return handle
