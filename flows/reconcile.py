"""The reconcile flow: `flows.proof` on a schedule; an alarm fails the run, visibly.

Only mailbox names are parameters; settings are read where the task runs, as in `flows.ingest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.ingest import MARKS
from flows.proof import Proof, reconcile_step
from flows.reconcile_view import proof_markdown, verdict
from flows.tasks import mailbox_names
from pipeline.errors import MailboxBusy, MailboxError, SettingInvalid, TriageError
from pipeline.settings import read_settings
from pipeline.store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.reconcile.findings import Reconciliation

ARTIFACT: Final = "reconciliation"
"""Key of the table on the Prefect server."""


class MailUnaccounted(TriageError):
    """Mails are not accounted for, or a mailbox could not be compared.

    Args:
        proof: What was found.
    """

    def __init__(self, proof: Proof) -> None:
        super().__init__("; ".join([verdict(proof), *proof.failures.values()]))
        self.proof = proof


@task(name="reconcile-mailbox", task_run_name="reconcile-{mailbox}", **MARKS)
def reconcile_one(mailbox: str) -> Reconciliation:
    """Compare one mailbox with the ledger."""
    settings = read_settings()
    with open_store(settings.database_url.get_secret_value()) as store:
        return reconcile_step(store, settings, mailbox)


@flow(name="reconcile", persist_result=False, validate_parameters=True)
def reconcile(mailboxes: list[str] | None = None) -> Proof:
    """Compare the mailboxes with the ledger, once.

    Args:
        mailboxes: Names; empty: all that are configured.

    Returns:
        What was found; it is an artifact of the run as well.

    Raises:
        MailUnaccounted: Something is not explained; the run fails, which an automation of the
            server can send on as an alarm.
    """
    answers, failures = [], {}
    for name in mailbox_names(read_settings(), mailboxes or ()):
        try:
            answers.append(reconcile_one(name))
        except (MailboxBusy, MailboxError, SettingInvalid) as error:
            failures[name] = str(error)
    proof = Proof(tuple(answers), failures)
    create_markdown_artifact(proof_markdown(proof), key=ARTIFACT)
    if not proof.complete:
        raise MailUnaccounted(proof)
    return proof


def run_flow(mailboxes: Sequence[str] = ()) -> Proof:
    """Run the flow in this process, watched by the Prefect server that is configured."""
    try:
        proof: Proof = reconcile(list(mailboxes))
    except MailUnaccounted as unaccounted:
        return unaccounted.proof
    return proof
