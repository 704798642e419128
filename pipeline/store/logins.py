"""How the log-in of each mailbox stands, as the runs that read it saw last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.store.database import database_now, upsert
from pipeline.store.mailboxes import locked_mailbox
from pipeline.store.tables import LoginRow, MailboxRow

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """How the log-in of one mailbox stands.

    Attributes:
        refused_at: Since when user and password or token are refused; None where they are not.
        good_until: When the present access token expires; None where there is none.
        renewal_error: Why it could not be renewed lately; empty where it could.
    """

    refused_at: datetime | None = None
    good_until: datetime | None = None
    renewal_error: str = ""


def record_login(
    store: Store,
    mailbox: str,
    *,
    refused: bool | None,
    good_until: datetime | None = None,
    renewal_error: str = "",
) -> None:
    """Note how the log-in of a mailbox went; writes only what changed.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        refused: Whether user and password or token were refused; None leaves what is known.
        good_until: When the present access token expires.
        renewal_error: Why it could not be renewed, without credentials.

    Raises:
        StoreError: The database is away or refuses.
    """
    before = logins(store).get(mailbox, StoredLogin())
    refused = before.refused_at is not None if refused is None else refused
    now_known = (refused, good_until, renewal_error)
    if (before.refused_at is not None, before.good_until, before.renewal_error) == now_known:
        return
    with store.writing() as connection:
        since = before.refused_at or database_now(connection)
        values = {
            "refused_at": since if refused else None,
            "good_until": good_until,
            "renewal_error": renewal_error,
        }
        row = {"mailbox_id": locked_mailbox(connection, mailbox), **values}
        statement = upsert(connection, LoginRow).values(row)
        statement = statement.on_conflict_do_update(index_elements=["mailbox_id"], set_=values)
        connection.execute(statement)


def logins(store: Store) -> dict[str, StoredLogin]:
    """Mailbox to how its log-in stands, where that was noted.

    Raises:
        StoreError: The database is away or refuses.
    """
    query = select(
        MailboxRow.name, LoginRow.refused_at, LoginRow.good_until, LoginRow.renewal_error
    ).join(MailboxRow, MailboxRow.id == LoginRow.mailbox_id)
    with store.reading() as connection:
        return {
            name: StoredLogin(refused_at, good_until, renewal_error)
            for name, refused_at, good_until, renewal_error in connection.execute(query)
        }
