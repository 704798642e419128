from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import pytest

from flows.commands.ingesting import MOST_FAILED_RUNS, backfill, run_text, tell_run, watch
from flows.tasks import IngestSummary, Progress
from pipeline.errors import StoreError, StoreTooNew

if TYPE_CHECKING:
    from flows.tasks import OnProgress
    from tests.flows.conftest import Cli

SUMMARY = IngestSummary(
    ("claims",), fetched=5, stored=4, triaged=3, quarantined=1, claims=6, seconds={"total": 1.25}
)


def test_without_a_mailbox_the_setting_is_named(cli: Cli) -> None:
    result = cli("ingest")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: TRIAGE_IMAP_HOST: no mailbox is configured\n"


def test_a_mailbox_that_is_not_configured_is_told(cli: Cli) -> None:
    mailbox = {
        "TRIAGE_IMAP_HOST": "mail.example",
        "TRIAGE_IMAP_USER": "triage",
        "TRIAGE_IMAP_PASSWORD": "secret",
    }
    result = cli("ingest", "--mailbox", "gone", env=mailbox)
    assert result.exit_code == 1
    assert "there is no mailbox gone; configured: default" in result.stderr


def test_a_run_is_told_in_one_line() -> None:
    assert run_text(SUMMARY) == (
        "fetched 5 (4 new), understood 3, claims 6 (0 to review), acknowledged 0, "
        "quarantined 1, 1.2 s"
    )


def test_failures_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    tell_run(IngestSummary(("a",), failures={"a": "mailbox a: away"}), as_json=True)
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert err == "Error: mailbox a: away\n"


def test_watching_runs_until_it_is_asked_to_stop() -> None:
    stop, runs = Event(), []

    def run(on_progress: OnProgress) -> IngestSummary:
        del on_progress
        runs.append(1)
        if len(runs) == 3:
            stop.set()
        return SUMMARY

    assert list(watch(run, stop=stop, interval_seconds=0.001)) == [SUMMARY] * 3


def test_a_backfill_runs_until_nothing_is_left() -> None:
    left = iter([5, 2, 0])

    def run(on_progress: OnProgress) -> IngestSummary:
        del on_progress
        return replace(SUMMARY, left=next(left))

    done = list(backfill(run, stop=Event(), until_done=True, round_seconds=0.001))
    assert [summary.left for summary in done] == [5, 2, 0]
    assert "left to later runs 5" in run_text(done[0])


def test_a_backfill_ends_where_the_mailbox_keeps_failing() -> None:
    def run(on_progress: OnProgress) -> IngestSummary:
        del on_progress
        return IngestSummary(("a",), failures={"a": "mailbox a: away"})

    done = list(backfill(run, stop=Event(), until_done=True, round_seconds=0.001))
    assert len(done) == MOST_FAILED_RUNS


def test_a_run_that_is_asked_to_stop_ends_after_the_batch_in_hand() -> None:
    stop, batches = Event(), []

    def run(on_progress: OnProgress) -> IngestSummary:
        for number in range(5):
            batches.append(number)
            if number == 1:
                stop.set()
            on_progress(Progress("understand", "", number, 5))
        return SUMMARY

    assert list(watch(run, stop=stop, interval_seconds=60)) == []
    assert batches == [0, 1]


def test_a_database_that_is_away_is_told_and_tried_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stop, runs = Event(), []

    def run(on_progress: OnProgress) -> IngestSummary:
        del on_progress
        runs.append(1)
        if len(runs) == 1:
            reason = "no answer"
            raise StoreError(reason)
        stop.set()
        return SUMMARY

    assert list(watch(run, stop=stop, interval_seconds=0.001)) == [SUMMARY]
    assert capsys.readouterr().err == "Error: store: no answer; the next run tries again\n"


def test_a_database_of_a_newer_program_ends_the_watch() -> None:
    def run(on_progress: OnProgress) -> IngestSummary:
        del on_progress
        found, known = "9", "1"
        raise StoreTooNew(found, known)

    with pytest.raises(StoreTooNew):
        list(watch(run, stop=Event(), interval_seconds=60))
