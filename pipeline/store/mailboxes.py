"""The mailbox's own row: how far it was read, when it last went well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from pipeline.store.database import database_now, upsert
from pipeline.store.events import record_event
from pipeline.store.tables import STALE, STORED, UNFETCHABLE, DeliveryRow, MailboxRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store


def record_listing(store: Store, mailbox: str, *, uidvalidity: int, folder: str = "") -> None:
    """Tell the ledger under which UIDVALIDITY a folder is about to be read.

    A new one makes the old UIDs meaningless: deliveries not yet acknowledged become stale, and
    their copies will be known again by content.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings; a new one gets its row here.
        uidvalidity: The folder's UIDVALIDITY now.
        folder: Its name on the server.

    Raises:
        StoreError: The database is away or refuses.
    """
    with store.writing() as connection:
        mailbox_id = locked_mailbox(connection, mailbox)
        query = select(MailboxRow.uidvalidity).where(MailboxRow.id == mailbox_id)
        known = connection.execute(query).scalar_one()
        values: dict[str, Any] = {"folder": folder} if folder else {}
        if known != uidvalidity:
            values |= {"uidvalidity": uidvalidity, "highest_uid": 0}
        if values:
            _change(connection, mailbox_id, values)
        if known not in {None, uidvalidity}:
            payload = {
                "before": known,
                "after": uidvalidity,
                "stale": _mark_stale(connection, mailbox_id, uidvalidity=uidvalidity),
            }
            now = database_now(connection)
            record_event(
                connection, "mailbox", mailbox_id, "uidvalidity_changed", at=now, payload=payload
            )


def record_success(store: Store, mailbox: str) -> None:
    """Note that the mailbox was read to its end; forgets its last error."""
    with store.writing() as connection:
        mailbox_id = locked_mailbox(connection, mailbox)
        values = {
            "last_success_at": database_now(connection),
            "last_error": "",
            "last_error_at": None,
        }
        _change(connection, mailbox_id, values)


def record_mailbox_failure(store: Store, mailbox: str, *, error: str) -> None:
    """Note that the mailbox could not be read or written.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        error: What happened, without mail text or credentials.
    """
    with store.writing() as connection:
        mailbox_id = locked_mailbox(connection, mailbox)
        now = database_now(connection)
        _change(connection, mailbox_id, {"last_error": error, "last_error_at": now})
        payload = {"error": error}
        record_event(connection, "mailbox", mailbox_id, "failed", at=now, payload=payload)


def locked_mailbox(connection: Connection, name: str) -> int:
    """Number of the mailbox, made where missing; its row is locked until the commit."""
    values = {"name": name, "folder": "", "highest_uid": 0, "last_error": ""}
    connection.execute(upsert(connection, MailboxRow).values(values).on_conflict_do_nothing())
    query = select(MailboxRow.id).where(MailboxRow.name == name).with_for_update()
    return connection.execute(query).scalar_one()


def _change(connection: Connection, mailbox_id: int, values: dict[str, Any]) -> None:
    connection.execute(update(MailboxRow).where(MailboxRow.id == mailbox_id).values(values))


def _mark_stale(connection: Connection, mailbox_id: int, *, uidvalidity: int) -> int:
    """Give up the open deliveries of another UIDVALIDITY; tell how many."""
    statement = (
        update(DeliveryRow)
        .where(
            DeliveryRow.mailbox_id == mailbox_id,
            DeliveryRow.state.in_((STORED, UNFETCHABLE)),
            DeliveryRow.uidvalidity != uidvalidity,
        )
        .values(state=STALE)
    )
    return connection.execute(statement).rowcount
