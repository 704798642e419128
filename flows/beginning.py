"""Where the reading of an old mailbox begins: decided by a person, kept in the store.

Without a decision a mailbox that holds years of mail is not read at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from pipeline.errors import MailboxError
from pipeline.mailbox.imap import ImapFolder
from pipeline.mailbox.inventory import open_inventory
from pipeline.store.intake import new_uids
from pipeline.store.locks import mailbox_lock
from pipeline.store.starts import MailboxStart, mailbox_start, record_start, was_read
from pipeline.store.uid_sets import UidSet, find_ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.datatypes import MailSource
    from pipeline.mailbox.inventory import FolderListing
    from pipeline.settings import Settings
    from pipeline.store.database import Store

OLD_DAYS: Final = 31
"""A mail that came longer ago is old."""

OLD_MAILS: Final = 1000
"""A mailbox with more old mails is not read for the first time without a decision."""


class StartUndecided(MailboxError):
    """Nobody has said from which mail on a mailbox is to be read.

    Args:
        mailbox: Name of the mailbox in the settings.
        reason: Why that must be said.
    """

    def __init__(self, mailbox: str, reason: str) -> None:
        advice = (
            f"`triage ingest --mailbox {mailbox} --dry-run` counts; "
            "`--since YYYY-MM-DD` leaves older mail alone, `--from-uid 1` takes all"
        )
        super().__init__(mailbox, f"{reason}; nothing was fetched: {advice}")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an ingest would fetch of one mailbox.

    Attributes:
        mailbox: Name in the settings.
        folder: The watched folder.
        mails: Mails that lie in it.
        awaiting: Of these, neither deleted nor marked.
        known: Of these, mails that the ledger has.
        left_alone: Of these, older than the start.
        to_fetch: Of these, all others.
        size_bytes: Of those to fetch, as the server tells.
        oldest: Day of the oldest to fetch; None where there is none.
        newest: Day of the newest.
        years: Year to the number of mails to fetch; a date that is not known counts as 0.
    """

    mailbox: str
    folder: str
    mails: int
    awaiting: int
    known: int
    left_alone: int
    to_fetch: int
    size_bytes: int
    oldest: date | None
    newest: date | None
    years: Mapping[int, int]


def check_start(store: Store, source: MailSource) -> None:
    """Refuse to read a mailbox of years by surprise.

    A start that was given as a day is found again by itself where the folder has got another
    UIDVALIDITY.

    Raises:
        StartUndecided: A person must say where to begin.
        MailboxError: The server is away or refuses.
    """
    if not isinstance(source, ImapFolder):
        return
    start = mailbox_start(store, source.name)
    if start is None:
        if was_read(store, source.name):
            return
        old = len(source.uids_before(datetime.now(UTC).date() - timedelta(days=OLD_DAYS)))
        if old > OLD_MAILS:
            reason = f"it was never read, and {old} of its mails are older than {OLD_DAYS} days"
            raise StartUndecided(source.name, reason)
    elif start.uidvalidity != source.uidvalidity and start.left_alone.ranges:
        if start.since is None:
            reason = "the folder has a new UIDVALIDITY, so its start is not known any more"
            raise StartUndecided(source.name, reason)
        old_uids = source.uids_before(start.since)
        alone = find_ranges(old_uids, among=source.list_uids())
        record_start(store, source.name, MailboxStart(source.uidvalidity, alone, start.since))


def record_beginning(
    store: Store,
    settings: Settings,
    mailbox: str,
    *,
    since: date | None = None,
    from_uid: int | None = None,
    who: str = "",
) -> MailboxStart:
    """Keep from which mail on a mailbox is read, by its UIDs of this moment.

    What comes later is read in any case, however old its date is.

    Args:
        store: The open store.
        settings: The settings.
        mailbox: Name of the mailbox.
        since: Mails that came before this day are left alone.
        from_uid: Mails with a lower UID are left alone.
        who: The person who decides.

    Raises:
        MailboxBusy: A run has this mailbox open.
        MailboxError: The server is away or refuses.
    """
    with open_inventory(settings.mailbox(mailbox)) as inventory, mailbox_lock(store, mailbox):
        listing = inventory.list_folder(inventory.settings.folder)
        start = find_start(listing, since=since, from_uid=from_uid)
        record_start(store, mailbox, start, who=who)
    return start


def find_start(listing: FolderListing, *, since: date | None, from_uid: int | None) -> MailboxStart:
    """Tell which of the mails that lie there now are left alone; one without a date never is."""
    old = [
        mail.uid
        for mail in listing.mails
        if (from_uid is not None and mail.uid < from_uid)
        or (since is not None and mail.received_at is not None and mail.received_at.date() < since)
    ]
    alone = find_ranges(old, among=[mail.uid for mail in listing.mails])
    return MailboxStart(listing.uidvalidity, alone, since)


def forecast(
    store: Store,
    settings: Settings,
    mailbox: str,
    *,
    since: date | None = None,
    from_uid: int | None = None,
) -> Forecast:
    """Count what an ingest would fetch; fetches no mail and writes nothing.

    Args:
        store: The open store.
        settings: The settings.
        mailbox: Name of the mailbox.
        since: As if this start were given; without one the start that is kept counts.
        from_uid: The same.

    Raises:
        MailboxError: The server is away or refuses.
    """
    mailbox_settings = settings.mailbox(mailbox)
    with open_inventory(mailbox_settings) as inventory:
        listing = inventory.list_folder(mailbox_settings.folder)
    marks_count = not mailbox_settings.done_folder
    awaiting = [
        mail for mail in listing.mails if not mail.deleted and not (marks_count and mail.marked)
    ]
    uids = [mail.uid for mail in awaiting]
    start = mailbox_start(store, mailbox)
    if since is not None or from_uid is not None:
        start = find_start(listing, since=since, from_uid=from_uid)
    alone = start.left_alone if start and start.uidvalidity == listing.uidvalidity else UidSet()
    unknown = set(
        new_uids(
            store,
            mailbox,
            uidvalidity=listing.uidvalidity,
            listed=uids,
            attempts=settings.attempts,
            left_alone=UidSet(),
        )
    )
    fresh = [mail for mail in awaiting if mail.uid in unknown and mail.uid not in alone]
    days = [mail.received_at.date() for mail in fresh if mail.received_at is not None]
    years = Counter(mail.received_at.year if mail.received_at else 0 for mail in fresh)
    return Forecast(
        mailbox=mailbox,
        folder=mailbox_settings.folder,
        mails=len(listing.mails),
        awaiting=len(awaiting),
        known=len(uids) - len(unknown),
        left_alone=len(unknown) - len(fresh),
        to_fetch=len(fresh),
        size_bytes=sum(mail.size_bytes for mail in fresh),
        oldest=min(days, default=None),
        newest=max(days, default=None),
        years=dict(sorted(years.items())),
    )
