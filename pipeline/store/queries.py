"""Reads for the command line, the review desk and reports; nothing is changed here.

Every answer is a frozen type of `records`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from pipeline.errors import RowMissing
from pipeline.store import records
from pipeline.store.tables import (
    LEASED,
    QUARANTINED,
    STORED,
    TRIAGED,
    UNFETCHABLE,
    ClaimRow,
    DeliveryRow,
    MailboxRow,
    MailRow,
    MessageRow,
    ReferenceRow,
)
from pipeline.store.views import REFERENCE, claim_of, ledger
from pipeline.workflow import IN_REVIEW

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store


def status(store: Store) -> records.StoreStatus:
    """How all mailboxes and claims stand.

    Raises:
        StoreError: The database is away or refuses.
    """
    with store.reading() as connection:
        mailboxes = connection.execute(
            select(
                MailboxRow.id,
                MailboxRow.name,
                MailboxRow.folder,
                MailboxRow.last_success_at,
                MailboxRow.last_error,
                MailboxRow.last_error_at,
            ).order_by(MailboxRow.name)
        ).all()
        mails = _mail_counts(connection)
        deliveries = _delivery_counts(connection)
        claims = connection.execute(
            select(ClaimRow.state, func.count()).group_by(ClaimRow.state).order_by(ClaimRow.state)
        ).all()
    return records.StoreStatus(
        mailboxes=tuple(
            records.MailboxStatus(
                name=row.name,
                folder=row.folder,
                last_success_at=row.last_success_at,
                last_error=row.last_error,
                last_error_at=row.last_error_at,
                **(mails.get(row.id, {}) | deliveries.get(row.id, {})),
            )
            for row in mailboxes
        ),
        claims={state: count for state, count in claims},  # noqa: C416 -- rows are no pairs to mypy
    )


def waiting_mails(store: Store) -> int:
    """How many mails wait to be understood, those included that wait for another try."""
    query = select(func.count()).select_from(MailRow).where(MailRow.state == STORED)
    with store.reading() as connection:
        return connection.execute(query).scalar_one()


def mails_by_kind(store: Store) -> list[records.LabelCount]:
    """How many triaged mails are of each kind, the most frequent first."""
    count = func.count()
    query = select(MessageRow.kind, count).group_by(MessageRow.kind).order_by(count.desc())
    with store.reading() as connection:
        return [records.LabelCount(*row) for row in connection.execute(query)]


def claims_by_type(store: Store) -> list[records.TypeCount]:
    """How many claims have each type and severity, by type, the most frequent severity first."""
    count = func.count()
    query = (
        select(ClaimRow.type, ClaimRow.severity, count)
        .group_by(ClaimRow.type, ClaimRow.severity)
        .order_by(ClaimRow.type, count.desc())
    )
    with store.reading() as connection:
        return [records.TypeCount(*row) for row in connection.execute(query)]


def review_queue(store: Store, *, limit: int = 50, after: int = 0) -> list[records.QueuedClaim]:
    """Claims that a supervisor must look at, the oldest first.

    Args:
        store: The open store.
        limit: At most so many.
        after: Only claims with a higher number; the last one's number asks for the next page.
    """
    query = (
        select(
            ClaimRow.__table__,
            MessageRow.subject,
            MessageRow.sender_name,
            MessageRow.sender_address,
            MessageRow.sent_at,
            MessageRow.language,
        )
        .join(MessageRow, MessageRow.mail_id == ClaimRow.mail_id)
        .where(ClaimRow.state == IN_REVIEW, ClaimRow.id > after)
        .order_by(ClaimRow.id)
        .limit(limit)
    )
    with store.reading() as connection:
        return [
            records.QueuedClaim(
                claim_of(row),
                row.subject,
                row.sender_name,
                row.sender_address,
                row.sent_at,
                row.language,
            )
            for row in connection.execute(query)
        ]


def claim(store: Store, claim_id: int) -> records.StoredClaim:
    """One claim as it stands now.

    Raises:
        RowMissing: There is no such claim.
    """
    query = select(ClaimRow.__table__).where(ClaimRow.id == claim_id)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise RowMissing("claim", str(claim_id))
    return claim_of(row)


def references(
    store: Store, *, canonical: str = "", limit: int = 100
) -> list[records.StoredReference]:
    """Identifiers found in mails, the newest first.

    Args:
        store: The open store.
        canonical: Only this identifier, in its canonical form; empty: all.
        limit: At most so many.
    """
    query = select(*REFERENCE).order_by(ReferenceRow.id.desc()).limit(limit)
    if canonical:
        query = query.where(ReferenceRow.canonical == canonical)
    with store.reading() as connection:
        return [records.StoredReference(*row) for row in connection.execute(query)]


def references_by_kind(store: Store) -> list[records.LabelCount]:
    """How many different identifiers of each kind were found, the most frequent kind first."""
    count = func.count(ReferenceRow.canonical.distinct())
    query = select(ReferenceRow.kind, count).group_by(ReferenceRow.kind).order_by(count.desc())
    with store.reading() as connection:
        return [records.LabelCount(*row) for row in connection.execute(query)]


def quarantined_mails(store: Store, *, limit: int = 100) -> list[records.StoredMail]:
    """Mails that failed too often, the oldest first."""
    query = ledger().where(MailRow.state == QUARANTINED).order_by(MailRow.id).limit(limit)
    with store.reading() as connection:
        return [records.StoredMail(*row) for row in connection.execute(query)]


def mails(
    store: Store, *, state: str = "", limit: int = 100, after: int = 0
) -> list[records.StoredMail]:
    """Mails of the ledger in the order in which they were stored.

    Args:
        store: The open store.
        state: Only mails in this state; empty: all.
        limit: At most so many.
        after: Only mails with a higher number.
    """
    query = ledger().where(MailRow.id > after).order_by(MailRow.id).limit(limit)
    if state:
        query = query.where(MailRow.state == state)
    with store.reading() as connection:
        return [records.StoredMail(*row) for row in connection.execute(query)]


_COUNTED = {STORED: "waiting", LEASED: "leased", TRIAGED: "triaged", QUARANTINED: "quarantined"}


def _mail_counts(connection: Connection) -> dict[int, dict[str, Any]]:
    """Mailbox to the fields of its status that count mails."""
    query = select(
        MailRow.mailbox_id, MailRow.state, func.count(), func.min(MailRow.stored_at)
    ).group_by(MailRow.mailbox_id, MailRow.state)
    counts: dict[int, dict[str, Any]] = {}
    for mailbox_id, state, count, oldest in connection.execute(query):
        fields = counts.setdefault(mailbox_id, {})
        fields[_COUNTED[state]] = count
        if state == STORED:
            fields["oldest_waiting_at"] = oldest
    return counts


def _delivery_counts(connection: Connection) -> dict[int, dict[str, Any]]:
    """Mailbox to the fields of its status that count deliveries."""
    counted = {STORED: "unacknowledged", UNFETCHABLE: "unfetchable"}
    query = (
        select(DeliveryRow.mailbox_id, DeliveryRow.state, func.count())
        .where(DeliveryRow.state.in_(counted))
        .group_by(DeliveryRow.mailbox_id, DeliveryRow.state)
    )
    counts: dict[int, dict[str, Any]] = {}
    for mailbox_id, state, count in connection.execute(query):
        counts.setdefault(mailbox_id, {})[counted[state]] = count
    return counts
