"""When mail arrives: a count for each mailbox and hour, kept beside the ledger.

Counting millions of deliveries anew for each look at a mailbox's habit would be too slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, select

from pipeline.store.database import upsert
from pipeline.store.tables import ArrivalRow, MailboxRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class ArrivalHour:
    """Mails that reached one mailbox in one hour.

    Attributes:
        hour: Its start.
        mails: How many.
        last_at: The last of them.
    """

    hour: datetime
    mails: int
    last_at: datetime


def record_arrivals(
    connection: Connection, mailbox_id: int, moments: Iterable[datetime], *, now: datetime
) -> None:
    """Count mails that were not known, in the transaction that saves them.

    Args:
        connection: Of that transaction.
        mailbox_id: Their mailbox.
        moments: When each arrived, as the mail server tells; the future counts as now.
        now: The database's time.
    """
    hours: dict[datetime, ArrivalHour] = {}
    for moment in moments:
        at = min(moment, now)
        hour = at.replace(minute=0, second=0, microsecond=0)
        before = hours.get(hour, ArrivalHour(hour, 0, at))
        hours[hour] = ArrivalHour(hour, before.mails + 1, max(before.last_at, at))
    if not hours:
        return
    rows = [
        {"mailbox_id": mailbox_id, "hour": each.hour, "mails": each.mails, "last_at": each.last_at}
        for each in hours.values()
    ]
    statement = upsert(connection, ArrivalRow)
    new = statement.excluded
    later = case((new.last_at > ArrivalRow.last_at, new.last_at), else_=ArrivalRow.last_at)
    statement = statement.on_conflict_do_update(
        index_elements=["mailbox_id", "hour"],
        set_={"mails": ArrivalRow.mails + new.mails, "last_at": later},
    )
    connection.execute(statement, rows)


def arrivals(store: Store, *, since: datetime) -> dict[str, tuple[ArrivalHour, ...]]:
    """Mailbox to its hours with mail since then, in order.

    Raises:
        StoreError: The database is away or refuses.
    """
    query = (
        select(MailboxRow.name, ArrivalRow.hour, ArrivalRow.mails, ArrivalRow.last_at)
        .join(MailboxRow, MailboxRow.id == ArrivalRow.mailbox_id)
        .where(ArrivalRow.hour >= since)
        .order_by(ArrivalRow.mailbox_id, ArrivalRow.hour)
    )
    found: dict[str, list[ArrivalHour]] = {}
    with store.reading() as connection:
        for name, hour, mails, last_at in connection.execute(query):
            found.setdefault(name, []).append(ArrivalHour(hour, mails, last_at))
    return {name: tuple(hours) for name, hours in found.items()}
