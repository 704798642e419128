"""Where the reading of an old mailbox begins, and how much of it is left to be fetched.

Both are events of the mailbox, the last one of a kind counts: the log tells who decided what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from pipeline.store.database import database_now
from pipeline.store.events import record_event
from pipeline.store.mailboxes import locked_mailbox
from pipeline.store.tables import EventRow, MailboxRow
from pipeline.store.uid_sets import UidSet, parse_uids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class MailboxStart:
    """Which mails of an old mailbox are left alone.

    Attributes:
        uidvalidity: The folder's when this was decided; under another one it says nothing.
        left_alone: UIDs that are not fetched.
        since: The day that was given, by which the folder can be judged again under a new
            UIDVALIDITY; None where a UID was given.
    """

    uidvalidity: int
    left_alone: UidSet
    since: date | None = None


def record_start(store: Store, mailbox: str, start: MailboxStart, *, who: str = "") -> None:
    """Keep from which mail on a mailbox is read, for this and all later runs.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        start: Replaces an earlier one.
        who: The person who decided.
    """
    payload = {
        "uidvalidity": start.uidvalidity,
        "left_alone": str(start.left_alone),
        "since": None if start.since is None else start.since.isoformat(),
        "who": who,
    }
    _record(store, mailbox, "start_set", payload)


def mailbox_start(store: Store, mailbox: str) -> MailboxStart | None:
    """What is left alone in a mailbox; None where nobody has decided."""
    with store.reading() as connection:
        payload = last_payload(connection, mailbox, "start_set")
    if payload is None:
        return None
    since = payload["since"]
    return MailboxStart(
        uidvalidity=payload["uidvalidity"],
        left_alone=parse_uids(payload["left_alone"]),
        since=None if since is None else date.fromisoformat(since),
    )


def record_backlog(store: Store, mailbox: str, *, left: int) -> None:
    """Keep how many mails a limited run leaves to later ones; told only where it changes.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        left: Mails that lie there and are not fetched by this run.
    """
    if left != backlog(store, mailbox):
        _record(store, mailbox, "backlog", {"left": left})


def backlog(store: Store, mailbox: str) -> int:
    """How many mails the last run left to later ones."""
    with store.reading() as connection:
        payload = last_payload(connection, mailbox, "backlog")
    return 0 if payload is None else int(payload["left"])


def was_read(store: Store, mailbox: str) -> bool:
    """Tell whether any mail of this mailbox was ever saved, or its reading once came to its end."""
    query = select(MailboxRow.highest_uid, MailboxRow.last_success_at).where(
        MailboxRow.name == mailbox
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    return row is not None and (row.highest_uid > 0 or row.last_success_at is not None)


def last_payload(connection: Connection, mailbox: str, kind: str) -> Mapping[str, Any] | None:
    """The facts of a mailbox's last event of one kind."""
    query = (
        select(EventRow.payload)
        .join(MailboxRow, MailboxRow.id == EventRow.subject_id)
        .where(EventRow.subject == "mailbox", MailboxRow.name == mailbox, EventRow.kind == kind)
        .order_by(EventRow.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def _record(store: Store, mailbox: str, kind: str, payload: Mapping[str, Any]) -> None:
    with store.writing() as connection:
        mailbox_id = locked_mailbox(connection, mailbox)
        now = database_now(connection)
        record_event(connection, "mailbox", mailbox_id, kind, at=now, payload=payload)
