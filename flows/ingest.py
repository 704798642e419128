"""The ingest flow: `flows.tasks` with Prefect's marks on it, which may be taken off again.

A task is a batch or a mailbox, never a mail. Only a mailbox's name is a parameter: settings are
read where the task runs, so no secret reaches Prefect, and results stay in memory, for mail is
personal data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff

from flows.beginning import StartUndecided
from flows.report import summary_markdown
from flows.tasks import (
    IngestSummary,
    Steps,
    acknowledge_step,
    follow_steps,
    mailbox_names,
    open_triage,
    receive_step,
    understand_step,
)
from pipeline.errors import (
    MailboxBusy,
    MailboxError,
    MailboxLoginRefused,
    RowRefused,
    StoreError,
    StoreTooNew,
    TriageError,
)
from pipeline.settings import Settings, read_settings
from pipeline.store.database import Store, open_store
from pipeline.store.queries import waiting_mails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect import Task
    from prefect.client.schemas.objects import State, TaskRun

    from pipeline.inbox import BatchSummary, IntakeSummary

ARTIFACT: Final = "ingest-summary"
"""Key of the run's summary on the Prefect server."""


class IngestIncomplete(TriageError):
    """A mailbox failed; everything else was done.

    Args:
        summary: What was done, with the failures.
    """

    def __init__(self, summary: IngestSummary) -> None:
        super().__init__("; ".join(summary.failures.values()))
        self.summary = summary


def world_failed(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Tell whether another try may help: a server was away, not a password wrong."""
    del task, run
    hopeless = MailboxLoginRefused | MailboxBusy | StartUndecided | RowRefused | StoreTooNew
    error = state.data
    return isinstance(error, MailboxError | StoreError) and not isinstance(error, hopeless)


MARKS: Final[dict[str, Any]] = {
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(2),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": world_failed,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""Of every task: 2, 4, 8 seconds and up to half as much again before another try."""


@task(name="receive", task_run_name="receive-{mailbox}", **MARKS)
def receive(mailbox: str) -> IntakeSummary:
    """Fetch what is new in one mailbox into the ledger."""
    settings = read_settings()
    with _opened(settings) as store:
        return receive_step(store, settings, mailbox)


@task(name="understand", task_run_name="understand-{number}", **MARKS)
def understand(number: int) -> BatchSummary:
    """Understand and save one batch of whatever waits; `number` is for people to read."""
    del number
    settings = read_settings()
    triage = open_triage(settings)
    with _opened(settings) as store:
        return understand_step(store, settings, triage)


@task(name="acknowledge", task_run_name="acknowledge-{mailbox}", **MARKS)
def acknowledge(mailbox: str) -> int:
    """Tell one mailbox's server what is done."""
    settings = read_settings()
    with _opened(settings) as store:
        return acknowledge_step(store, settings, mailbox)


def waiting() -> int:
    """How many mails wait to be understood."""
    with _opened(read_settings()) as store:
        return waiting_mails(store)


STEPS: Final = Steps(
    receive=receive, understand=understand, acknowledge=acknowledge, waiting=waiting
)


@flow(name="ingest", persist_result=False, validate_parameters=True)
def ingest(mailboxes: list[str] | None = None) -> IngestSummary:
    """Fetch, understand and acknowledge the mail of the mailboxes, once.

    Args:
        mailboxes: Names; empty: all that are configured.

    Returns:
        What was done; it is an artifact of the run as well.

    Raises:
        IngestIncomplete: A mailbox failed; the others are done.
    """
    settings = read_settings()
    names = mailbox_names(settings, mailboxes or ())
    open_triage(settings)
    summary = follow_steps(names, STEPS)
    create_markdown_artifact(summary_markdown(summary), key=ARTIFACT)
    if summary.failures:
        raise IngestIncomplete(summary)
    return summary


def run_flow(mailboxes: Sequence[str] = ()) -> IngestSummary:
    """Run the flow in this process, watched by the Prefect server that is configured."""
    try:
        summary: IngestSummary = ingest(list(mailboxes))
    except IngestIncomplete as incomplete:
        return incomplete.summary
    return summary


def _opened(settings: Settings) -> Store:
    return open_store(settings.database_url.get_secret_value())
