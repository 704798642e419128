"""What the server may be told: deliveries whose mail is done, and those that it has confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from pipeline.store.database import database_now, pieces
from pipeline.store.events import record_events
from pipeline.store.records import PendingAcknowledgements
from pipeline.store.tables import (
    ACKNOWLEDGED,
    QUARANTINED,
    STORED,
    TRIAGED,
    DeliveryRow,
    MailboxRow,
    MailRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.store.database import Store


def pending_acknowledgements(
    store: Store, mailbox: str, *, uidvalidity: int
) -> PendingAcknowledgements:
    """Deliveries whose mail is triaged or quarantined and which the server still has open.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        uidvalidity: The folder's UIDVALIDITY now; deliveries under another one are left out.

    Raises:
        StoreError: The database is away or refuses.
    """
    query = (
        select(DeliveryRow.uid, MailRow.state)
        .join(MailboxRow, MailboxRow.id == DeliveryRow.mailbox_id)
        .join(MailRow, MailRow.id == DeliveryRow.mail_id)
        .where(
            MailboxRow.name == mailbox,
            DeliveryRow.uidvalidity == uidvalidity,
            DeliveryRow.state == STORED,
            MailRow.state.in_((TRIAGED, QUARANTINED)),
        )
        .order_by(DeliveryRow.uid)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return PendingAcknowledgements(
        triaged=tuple(row.uid for row in rows if row.state == TRIAGED),
        quarantined=tuple(row.uid for row in rows if row.state == QUARANTINED),
    )


def acknowledgements_wait(store: Store, mailbox: str) -> bool:
    """Tell whether anything is pending under the UIDVALIDITY that was last seen; saves a log-in."""
    query = (
        select(DeliveryRow.id)
        .join(MailboxRow, MailboxRow.id == DeliveryRow.mailbox_id)
        .join(MailRow, MailRow.id == DeliveryRow.mail_id)
        .where(
            MailboxRow.name == mailbox,
            DeliveryRow.uidvalidity == MailboxRow.uidvalidity,
            DeliveryRow.state == STORED,
            MailRow.state.in_((TRIAGED, QUARANTINED)),
        )
        .limit(1)
    )
    with store.reading() as connection:
        return connection.execute(query).first() is not None


def record_acknowledged(
    store: Store, mailbox: str, *, uidvalidity: int, uids: Sequence[int]
) -> int:
    """Note deliveries that the server has moved or marked, and that were verified to be so.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        uidvalidity: The folder's UIDVALIDITY.
        uids: Of this folder; unknown ones are left out.

    Returns:
        How many were not noted before.

    Raises:
        StoreError: The database is away or refuses.
    """
    count = 0
    with store.writing() as connection:
        now = database_now(connection)
        for some in pieces(uids):
            statement = (
                update(DeliveryRow)
                .where(
                    DeliveryRow.mailbox_id
                    == select(MailboxRow.id).where(MailboxRow.name == mailbox).scalar_subquery(),
                    DeliveryRow.uidvalidity == uidvalidity,
                    DeliveryRow.uid.in_(some),
                    DeliveryRow.state == STORED,
                )
                .values(state=ACKNOWLEDGED, acknowledged_at=now)
                .returning(DeliveryRow.mail_id, DeliveryRow.uid)
            )
            rows = connection.execute(statement).all()
            happened = [
                (row.mail_id, {"uidvalidity": uidvalidity, "uid": row.uid})
                for row in rows
                if row.mail_id is not None
            ]
            record_events(connection, "mail", "acknowledged", happened, at=now)
            count += len(rows)
    return count
