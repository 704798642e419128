"""Which worker understands which mail: leases with a fence, failures, quarantine.

A mail that kills its worker leaves an expired lease; since attempts are counted in the lease's own
commit, such a mail is quarantined too, and it comes back alone so that no other mail pays for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, literal_column, select, update

from pipeline.datatypes import RawMail
from pipeline.errors import RowMissing
from pipeline.store.database import database_now
from pipeline.store.events import record_event, record_events
from pipeline.store.records import LeasedMail
from pipeline.store.tables import LEASED, QUARANTINED, STORED, MailRow, RawBlobRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store

WORKER_DIED: Final = "the worker died or hung with this mail"
"""Error of a mail whose lease ran out."""

LEASE_BYTES: Final = 50_000_000
"""Most bytes leased at once, since a worker holds them in memory; a larger mail comes alone."""

# Literals, not parameters: a prepared plan finds the partial indexes only so.
_IS_STORED: Final = MailRow.state == literal_column(f"'{STORED}'")
_IS_LEASED: Final = MailRow.state == literal_column(f"'{LEASED}'")


def lease_batch(
    store: Store, *, worker: str, limit: int, lease_seconds: float, attempts: int
) -> list[LeasedMail]:
    """Take mails that wait to be understood, the oldest first; no other worker gets them.

    Args:
        store: The open store.
        worker: Who takes them: host and process, for people to read.
        limit: At most so many, and of `LEASE_BYTES` together.
        lease_seconds: After this time others may take them.
        attempts: Leases of one mail before it is quarantined.

    Returns:
        Empty where nothing waits. A mail whose worker died comes alone, after all others.

    Raises:
        StoreError: The database is away or refuses; nothing was taken.
    """
    with store.writing() as connection:
        now = database_now(connection)
        _end_expired(connection, attempts=attempts, now=now)
        ids = _waiting(connection, alone=False, limit=limit, now=now)
        ids = ids or _waiting(connection, alone=True, limit=1, now=now)
        if not ids:
            return []
        connection.execute(
            update(MailRow)
            .where(MailRow.id.in_(ids))
            .values(
                state=LEASED,
                attempts=MailRow.attempts + 1,
                fence=MailRow.fence + 1,
                lease_owner=worker,
                lease_until=now + timedelta(seconds=lease_seconds),
            )
        )
        query = (
            select(MailRow.id, MailRow.fence, MailRow.attempts, MailRow.complete, RawBlobRow.body)
            .join(RawBlobRow, RawBlobRow.sha256 == MailRow.raw_sha256)
            .where(MailRow.id.in_(ids))
            .order_by(MailRow.id)
        )
        return [
            LeasedMail(
                row.id, row.fence, row.attempts, RawMail(str(row.id), row.body, row.complete)
            )
            for row in connection.execute(query)
        ]


def release_mails(store: Store, leased: Sequence[LeasedMail]) -> int:
    """Give mails back that were not touched, as if they had never been taken.

    Returns:
        How many were still held.
    """
    count = 0
    with store.writing() as connection:
        for mail in leased:
            values = _freed(STORED) | {"attempts": MailRow.attempts - 1}
            count += _change_held(connection, mail, values)
    return count


def record_failure(
    store: Store, leased: LeasedMail, *, error: str, attempts: int, retry_seconds: float
) -> str | None:
    """Note that a mail could not be understood: it waits for another try, or is quarantined.

    Args:
        store: The open store.
        leased: The mail.
        error: Error type and text, without mail text.
        attempts: Leases of one mail before it is quarantined.
        retry_seconds: Pause before the second lease; doubles with each further one.

    Returns:
        `stored` or `quarantined`; None where the lease was lost and nothing was noted.

    Raises:
        StoreError: The database is away or refuses.
    """
    with store.writing() as connection:
        now = database_now(connection)
        if leased.attempts >= attempts:
            values = _freed(QUARANTINED) | {"error": error, "finished_at": now, "retry_at": None}
        else:
            pause = timedelta(seconds=retry_seconds * 2 ** (leased.attempts - 1))
            values = _freed(STORED) | {"error": error, "retry_at": now + pause}
        if not _change_held(connection, leased, values):
            return None
        state: str = values["state"]
        kind = "quarantined" if state == QUARANTINED else "failed"
        payload = {"error": error, "attempt": leased.attempts}
        record_event(connection, "mail", leased.mail_id, kind, at=now, payload=payload)
    return state


def record_retry(store: Store, mail_id: int, *, who: str = "") -> None:
    """Let a quarantined mail be tried again from the start.

    Args:
        store: The open store.
        mail_id: Which mail.
        who: The person who asks for it.

    Raises:
        RowMissing: There is no such mail in the quarantine.
    """
    with store.writing() as connection:
        now = database_now(connection)
        values = _freed(STORED) | {"attempts": 0, "retry_at": None, "finished_at": None}
        statement = (
            update(MailRow)
            .where(MailRow.id == mail_id, MailRow.state == QUARANTINED)
            .values(values)
        )
        if connection.execute(statement).rowcount != 1:
            raise RowMissing("mail in quarantine", str(mail_id))
        record_event(connection, "mail", mail_id, "retried", at=now, payload={"who": who})


def held(leased: LeasedMail) -> tuple[Any, ...]:
    """Conditions that hold as long as the lease was not lost to another worker."""
    return MailRow.id == leased.mail_id, MailRow.fence == leased.fence, MailRow.state == LEASED


def _change_held(connection: Connection, leased: LeasedMail, values: dict[str, Any]) -> int:
    return connection.execute(update(MailRow).where(*held(leased)).values(values)).rowcount


def _freed(state: str) -> dict[str, Any]:
    return {"state": state, "lease_owner": None, "lease_until": None}


def _waiting(connection: Connection, *, alone: bool, limit: int, now: datetime) -> list[int]:
    """Numbers of mails that may be leased now, of bounded size together."""
    query = (
        select(MailRow.id, RawBlobRow.size_bytes)
        .join(RawBlobRow, RawBlobRow.sha256 == MailRow.raw_sha256)
        .where(
            _IS_STORED,
            MailRow.alone.is_(alone),
            MailRow.retry_at.is_(None) | (MailRow.retry_at <= now),
        )
        .order_by(MailRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=MailRow)
    )
    ids: list[int] = []
    size_bytes = 0
    for row in connection.execute(query).all():
        size_bytes += row.size_bytes
        if ids and size_bytes > LEASE_BYTES:
            break
        ids.append(row.id)
    return ids


def _end_expired(connection: Connection, *, attempts: int, now: datetime) -> None:
    """Take mails back whose worker is gone; one that had its last attempt is quarantined."""
    query = select(MailRow.id).where(_IS_LEASED, MailRow.lease_until <= now)
    ids = list(connection.execute(query.with_for_update(skip_locked=True)).scalars())
    if not ids:
        return
    over = MailRow.attempts >= attempts
    rows = connection.execute(
        update(MailRow)
        .where(MailRow.id.in_(ids))
        .values(
            _freed("")
            | {
                "state": case((over, QUARANTINED), else_=STORED),
                "finished_at": case((over, now), else_=None),
                "retry_at": None,
                "alone": True,
                "error": WORKER_DIED,
            }
        )
        .returning(MailRow.id, MailRow.state, MailRow.attempts)
    ).all()
    for kind, state in (("lease_expired", STORED), ("quarantined", QUARANTINED)):
        happened = [
            (row.id, {"error": WORKER_DIED, "attempt": row.attempts})
            for row in rows
            if row.state == state
        ]
        record_events(connection, "mail", kind, happened, at=now)
