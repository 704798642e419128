"""One mailbox looked at and compared with the ledger; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from pipeline.reconcile.compare import Known, compare, find_strangers
from pipeline.store.content import content_key
from pipeline.store.locks import mailbox_lock
from pipeline.store.reconcile import known_contents, ledger_of
from pipeline.store.starts import backlog, mailbox_start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.datatypes import FetchedMail
    from pipeline.mailbox.inventory import FolderListing
    from pipeline.reconcile.findings import Reconciliation
    from pipeline.settings import MailboxSettings
    from pipeline.store.database import Store

LOOKED_INTO: Final = 200
"""Most mails of the folders of handled mail that are fetched to be known by their content."""


class Inventory(Protocol):
    """The folders of a mailbox, opened to look; `pipeline.mailbox.inventory` keeps the promise."""

    @property
    def name(self) -> str:
        """Name of the mailbox in the settings."""

    @property
    def settings(self) -> MailboxSettings:
        """Of the mailbox: they name the folders."""

    def list_folder(self, folder: str) -> FolderListing:
        """Tell what lies in a folder now."""

    def fetch_mails(self, folder: str, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """Fetch some mails of a folder."""


def reconcile_mailbox(store: Store, inventory: Inventory, *, attempts: int) -> Reconciliation:
    """Compare all watched folders of a mailbox with the ledger.

    Args:
        store: The open store.
        inventory: The mailbox, opened to look.
        attempts: Tries to fetch a mail before it counts as not fetchable.

    Raises:
        MailboxBusy: A run has this mailbox open; what it is doing would look like differences.
        MailboxError: The server is away or refuses.
        StoreError: The database is away or refuses.
    """
    settings = inventory.settings
    with mailbox_lock(store, inventory.name):
        inbox = inventory.list_folder(settings.folder)
        names = dict.fromkeys((settings.done_folder, settings.quarantine_folder))
        filed = [inventory.list_folder(name) for name in names if name]
        known = Known(
            ledger=ledger_of(store, inventory.name),
            start=mailbox_start(store, inventory.name),
            backlog=backlog(store, inventory.name),
            attempts=attempts,
            keyword_mode=not settings.done_folder,
            quarantine_folder=_quarantine_folder(settings),
        )
        strangers = find_strangers(inbox, filed, known.ledger)
        copies = _copies(store, inventory, strangers)
    return compare(inventory.name, inbox, filed, known, copies=copies)


def _quarantine_folder(settings: MailboxSettings) -> str:
    """Tell the folder of quarantined mail; empty where it is that of handled mail."""
    folder = settings.quarantine_folder
    return "" if folder == settings.done_folder else folder


def _copies(
    store: Store, inventory: Inventory, strangers: Mapping[str, Sequence[int]]
) -> dict[str, set[int]]:
    """Those whose content the ledger has; of very many only the newest are looked into."""
    copies = {}
    for folder, uids in strangers.items():
        if not uids:
            continue
        keys = {
            mail.delivery.uid: content_key(mail.raw.data)
            for mail in inventory.fetch_mails(folder, uids[-LOOKED_INTO:])
            if mail.raw is not None
        }
        known = known_contents(store, inventory.name, list(keys.values()))
        copies[folder] = {uid for uid, key in keys.items() if key in known}
    return copies
