"""What the ledger knows of a mailbox's copies on the server, to be compared with the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.store.database import database_now, pieces
from pipeline.store.events import record_events
from pipeline.store.mailboxes import locked_mailbox
from pipeline.store.tables import DeliveryRow, EventRow, MailboxRow, MailRow
from pipeline.store.uid_sets import UidSet, format_uids, parse_uids

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from pipeline.store.database import Store

Place = tuple[str, int]
"""A folder's name and its UIDVALIDITY."""


@dataclass(frozen=True, slots=True)
class LedgerDelivery:
    """One copy as the ledger has it.

    Attributes:
        id: Rises with the order in which copies were seen.
        uidvalidity: Of the watched folder when it was seen.
        uid: There.
        state: `stored`, `acknowledged`, `stale` or `unfetchable`.
        size_bytes: As the server told.
        received_at: INTERNALDATE.
        attempts: Tries to fetch it.
        mail_id: None where it could not be fetched.
        mail_state: `stored`, `leased`, `triaged`, `quarantined`; None as before.
    """

    id: int
    uidvalidity: int
    uid: int
    state: str
    size_bytes: int
    received_at: datetime | None
    attempts: int
    mail_id: int | None
    mail_state: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger knows of one mailbox.

    Attributes:
        uidvalidity: Of the watched folder when it was last read; None before the first reading.
        highest_uid: The highest UID that was saved under it.
        deliveries: In the order in which they were seen.
        accepted: What a person has vouched for, by folder and UIDVALIDITY.
    """

    uidvalidity: int | None
    highest_uid: int
    deliveries: Sequence[LedgerDelivery]
    accepted: Mapping[Place, Sequence[UidSet]]


def ledger_of(store: Store, mailbox: str) -> Ledger:
    """Read all copies of a mailbox's mails; a mailbox never read has none.

    Raises:
        StoreError: The database is away or refuses.
    """
    deliveries = (
        select(
            *(DeliveryRow.id, DeliveryRow.uidvalidity, DeliveryRow.uid, DeliveryRow.state),
            *(DeliveryRow.size_bytes, DeliveryRow.received_at, DeliveryRow.attempts),
            *(DeliveryRow.mail_id, MailRow.state.label("mail_state")),
        )
        .join(MailboxRow, MailboxRow.id == DeliveryRow.mailbox_id)
        .outerjoin(MailRow, MailRow.id == DeliveryRow.mail_id)
        .where(MailboxRow.name == mailbox)
        .order_by(DeliveryRow.id)
    )
    with store.reading() as connection:
        row = connection.execute(
            select(MailboxRow.uidvalidity, MailboxRow.highest_uid).where(MailboxRow.name == mailbox)
        ).one_or_none()
        known = [LedgerDelivery(*each) for each in connection.execute(deliveries)]
        vouched = connection.execute(
            select(EventRow.payload)
            .join(MailboxRow, MailboxRow.id == EventRow.subject_id)
            .where(
                EventRow.subject == "mailbox",
                EventRow.kind == "accepted",
                MailboxRow.name == mailbox,
            )
        ).scalars()
        accepted: dict[Place, list[UidSet]] = {}
        for payload in vouched:
            place = payload["folder"], payload["uidvalidity"]
            accepted.setdefault(place, []).append(parse_uids(payload["uids"]))
    if row is None:
        return Ledger(None, 0, (), {})
    return Ledger(row.uidvalidity, row.highest_uid, known, accepted)


def known_contents(store: Store, mailbox: str, keys: Sequence[str]) -> set[str]:
    """Those of some content keys that a mail of this mailbox has."""
    found: set[str] = set()
    with store.reading() as connection:
        for some in pieces(keys):
            query = (
                select(MailRow.content_key)
                .join(MailboxRow, MailboxRow.id == MailRow.mailbox_id)
                .where(MailboxRow.name == mailbox, MailRow.content_key.in_(some))
            )
            found.update(connection.execute(query).scalars())
    return found


def record_accepted(
    store: Store, mailbox: str, places: Mapping[Place, Collection[int]], *, who: str
) -> None:
    """Keep that a person vouches for copies which the ledger cannot explain.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        places: UIDs by folder and UIDVALIDITY.
        who: The person.
    """
    with store.writing() as connection:
        mailbox_id = locked_mailbox(connection, mailbox)
        happened = [
            (
                mailbox_id,
                {
                    "folder": folder,
                    "uidvalidity": uidvalidity,
                    "uids": format_uids(uids),
                    "who": who,
                },
            )
            for (folder, uidvalidity), uids in places.items()
        ]
        record_events(connection, "mailbox", "accepted", happened, at=database_now(connection))
