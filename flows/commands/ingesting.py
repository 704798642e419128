"""`triage ingest`: fetch, understand and store the mail of the configured mailboxes."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING, Final

import click

from flows.commands.options import given_settings
from flows.screen import ingest_bars
from pipeline.errors import StoreError, StoreTooNew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from flows.tasks import IngestSummary, OnProgress, Progress

POLL_SECONDS: Final = 60.0


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
@click.option("--json", "as_json", is_flag=True, help="One JSON object a run on standard output.")
def ingest(
    *, once: bool, interval_seconds: float, mailboxes: tuple[str, ...], as_json: bool
) -> None:
    """Fetch, understand and store the mail of the configured mailboxes.

    Runs as a Prefect flow where PREFECT_API_URL names a server, else in this process alone. The
    exit status is 1 where a mailbox failed.
    """
    from flows.tasks import ingest_mailboxes, mailbox_names

    settings = given_settings()
    names = mailbox_names(settings, mailboxes)

    def run(on_progress: OnProgress) -> IngestSummary:
        return ingest_mailboxes(settings, names, on_progress=on_progress)

    if once:
        with ingest_bars() as bars:
            summary = run(bars)
        tell_run(summary, as_json=as_json)
        sys.exit(1 if summary.failures else 0)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _setter(stop))
    for summary in watch(run, stop=stop, interval_seconds=interval_seconds):
        tell_run(summary, as_json=as_json)


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
