"""All that health and metrics are judged from, in one reading of the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from pipeline.store.arrivals import ArrivalHour, arrivals
from pipeline.store.database import database_now
from pipeline.store.logins import StoredLogin, logins
from pipeline.store.queries import status
from pipeline.store.tables import QUARANTINED, TRIAGED, MailboxRow, MailRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store
    from pipeline.store.records import MailboxStatus

HABIT_DAYS: Final = 56
"""How far back arrivals are looked at."""

LATEST_MAILS: Final = 200
"""Mails that tell how long one takes from the ledger to its decision."""

MOST_FAILED: Final = 10_000
"""Quarantined mails whose errors are counted."""


@dataclass(frozen=True, slots=True)
class MailboxStanding:
    """One mailbox.

    Attributes:
        status: What was counted.
        login: How its log-in stands.
        arrivals: Its hours with mail, of the last weeks, in order.
        errors: Kind of error to quarantined mails.
    """

    status: MailboxStatus
    login: StoredLogin = field(default_factory=StoredLogin)
    arrivals: tuple[ArrivalHour, ...] = ()
    errors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoreStanding:
    """Everything.

    Attributes:
        at: The database's time.
        mailboxes: By name.
        claims: Claim state to number of claims.
        handling_seconds: From the ledger to the decision, of the latest mails, rising.
    """

    at: datetime
    mailboxes: Mapping[str, MailboxStanding]
    claims: Mapping[str, int] = field(default_factory=dict)
    handling_seconds: tuple[float, ...] = ()


def store_standing(store: Store) -> StoreStanding:
    """Read how everything stands.

    Raises:
        StoreError: The database is away or refuses.
    """
    counted = status(store)
    with store.reading() as connection:
        now = database_now(connection)
        errors = _errors(connection)
        handling = _handling_seconds(connection)
    known, hours = logins(store), arrivals(store, since=now - timedelta(days=HABIT_DAYS))
    return StoreStanding(
        at=now,
        mailboxes={
            each.name: MailboxStanding(
                each,
                known.get(each.name, StoredLogin()),
                hours.get(each.name, ()),
                errors.get(each.name, {}),
            )
            for each in counted.mailboxes
        },
        claims=counted.claims,
        handling_seconds=handling,
    )


def _errors(connection: Connection) -> dict[str, Counter[str]]:
    """Mailbox to the kinds of its quarantined mails' errors: what stands before the colon."""
    query = (
        select(MailboxRow.name, MailRow.error)
        .join(MailboxRow, MailboxRow.id == MailRow.mailbox_id)
        .where(MailRow.state == QUARANTINED)
        .limit(MOST_FAILED)
    )
    kinds: dict[str, Counter[str]] = {}
    for name, error in connection.execute(query):
        kind = error.partition(":")[0].partition(" ")[0] or "unknown"
        kinds.setdefault(name, Counter())[kind] += 1
    return kinds


def _handling_seconds(connection: Connection) -> tuple[float, ...]:
    query = (
        select(MailRow.stored_at, MailRow.finished_at)
        .where(MailRow.state == TRIAGED, MailRow.finished_at.is_not(None))
        .order_by(MailRow.id.desc())
        .limit(LATEST_MAILS)
    )
    return tuple(
        sorted(
            (finished_at - stored_at).total_seconds()
            for stored_at, finished_at in connection.execute(query)
            if finished_at is not None
        )
    )
