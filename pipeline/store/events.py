"""The append-only log: events are written in the transaction of the change that they tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert

from pipeline.store.tables import EventRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

Subject = Literal["mail", "claim", "mailbox"]


def record_event(
    connection: Connection,
    subject: Subject,
    subject_id: int,
    kind: str,
    *,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Append one event.

    Args:
        connection: Of the transaction that makes the change.
        subject: Table of the thing that it happened to.
        subject_id: Its number.
        kind: What happened, a verb in the past: `stored`, `quarantined`.
        at: When.
        payload: Facts as JSON values; no mail text, no addresses.
    """
    record_events(connection, subject, kind, [(subject_id, payload or {})], at=at)


def record_events(
    connection: Connection,
    subject: Subject,
    kind: str,
    happened: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    at: datetime,
) -> None:
    """Append the same event for many subjects, each with its payload."""
    rows = [
        {"at": at, "subject": subject, "subject_id": number, "kind": kind, "payload": dict(payload)}
        for number, payload in happened
    ]
    if rows:
        connection.execute(insert(EventRow), rows)
