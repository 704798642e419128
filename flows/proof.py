"""The comparison of mailboxes with the ledger as plain functions; `flows.reconcile` schedules it.

Settings and mailbox names come in, an answer goes out; knows no Prefect.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import MailboxBusy, MailboxError, SettingInvalid
from pipeline.mailbox.inventory import open_inventory
from pipeline.reconcile.findings import AGREED, Reconciliation
from pipeline.reconcile.mailbox import reconcile_mailbox
from pipeline.store.database import open_store
from pipeline.store.reconcile import record_accepted
from pipeline.store.uid_sets import format_uids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.settings import Settings
    from pipeline.store.database import Store

WAIT_SECONDS: Final = 60.0
"""How long to wait for a run that has a mailbox open."""

PAUSE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Proof:
    """How mailboxes and ledger agree.

    Attributes:
        mailboxes: One answer a mailbox that could be compared.
        failures: Mailbox to why it could not be compared.
    """

    mailboxes: tuple[Reconciliation, ...]
    failures: Mapping[str, str] = field(default_factory=dict)

    @property
    def unexplained(self) -> int:
        """Copies of mails that a person must look at."""
        return sum(each.unexplained for each in self.mailboxes)

    @property
    def complete(self) -> bool:
        """True where every mailbox was compared and every difference is explained."""
        return not self.failures and not self.unexplained


def run_reconcile(
    settings: Settings, names: Sequence[str], *, wait_seconds: float = WAIT_SECONDS
) -> Proof:
    """Compare mailboxes with the ledger; one that fails does not stop the others.

    Args:
        settings: The settings.
        names: The mailboxes.
        wait_seconds: How long to wait for a run that has a mailbox open.

    Raises:
        StoreError: The database is away or refuses.
    """
    answers, failures = [], {}
    with open_store(settings.database_url.get_secret_value()) as store:
        for name in names:
            try:
                answers.append(reconcile_step(store, settings, name, wait_seconds=wait_seconds))
            except (MailboxBusy, MailboxError, SettingInvalid) as error:
                failures[name] = str(error)
    return Proof(tuple(answers), failures)


def reconcile_step(
    store: Store, settings: Settings, mailbox: str, *, wait_seconds: float = WAIT_SECONDS
) -> Reconciliation:
    """Compare one mailbox with the ledger, after the run that may have it open.

    Raises:
        MailboxBusy: A run still has it open.
        MailboxError: The server is away or refuses.
        StoreError: The database is away or refuses.
    """
    deadline = time.monotonic() + wait_seconds
    with open_inventory(settings.mailbox(mailbox)) as inventory:
        while True:
            try:
                return reconcile_mailbox(store, inventory, attempts=settings.attempts)
            except MailboxBusy:
                if time.monotonic() >= deadline:
                    raise
            time.sleep(PAUSE_SECONDS)


def accept(settings: Settings, proof: Proof, *, who: str) -> int:
    """Note that a person vouches for all that is unexplained; answers how many copies that are."""
    with open_store(settings.database_url.get_secret_value()) as store:
        for answer in proof.mailboxes:
            places: dict[tuple[str, int], set[int]] = {}
            for finding in answer.findings:
                if not finding.explained:
                    place = finding.folder, finding.uidvalidity
                    places.setdefault(place, set()).update(finding.uids)
            if places:
                record_accepted(store, answer.mailbox, places, who=who)
    return proof.unexplained


def proof_as_json(proof: Proof) -> dict[str, Any]:
    """Shape the answer of `triage reconcile --json`; UIDs as IMAP writes sets of them."""
    return {
        "complete": proof.complete,
        "unexplained": proof.unexplained,
        "mailboxes": [_answer_as_json(each) for each in proof.mailboxes],
        "failures": dict(proof.failures),
    }


def _answer_as_json(answer: Reconciliation) -> dict[str, Any]:
    return {
        "mailbox": answer.mailbox,
        "folders": [
            {"folder": folder, "uidvalidity": uidvalidity, "mails": mails}
            for folder, uidvalidity, mails in answer.folders
        ],
        "known_uidvalidity": answer.known_uidvalidity,
        "deliveries": answer.deliveries,
        "agreed": answer.agreed,
        "explained": answer.explained,
        "unexplained": answer.unexplained,
        "findings": [
            {
                "kind": finding.kind,
                "explained": finding.explained,
                "differs": finding.kind not in AGREED,
                "folder": finding.folder,
                "uidvalidity": finding.uidvalidity,
                "count": len(finding.uids),
                "uids": format_uids(finding.uids),
                "mails": format_uids(finding.mail_ids),
            }
            for finding in answer.findings
        ],
    }
