"""What a run saw of a mailbox's log-in -> the store, where health and status find it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.errors import MailboxError, MailboxLoginRefused, SettingInvalid
from pipeline.mailbox.oauth import login_standing
from pipeline.store.logins import record_login
from pipeline.store.mailboxes import record_mailbox_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.settings import MailboxSettings
    from pipeline.store.database import Store


@contextmanager
def noted_failure(store: Store, settings: MailboxSettings) -> Iterator[None]:
    """Leave a note of a mailbox that fails in this block; the error goes on."""
    try:
        yield
    except (MailboxError, SettingInvalid) as error:
        record_mailbox_failure(store, settings.name, error=str(error))
        refused = True if isinstance(error, MailboxLoginRefused) else None
        note_login(store, settings, refused=refused)
        raise


def note_login(store: Store, settings: MailboxSettings, *, refused: bool | None = False) -> None:
    """Note how the log-in went and how its token stands.

    Args:
        store: The open store.
        settings: Of the mailbox.
        refused: Whether it was refused; None where that is not known.
    """
    standing = login_standing(settings)
    good_until = standing.good_until if standing else None
    record_login(
        store,
        settings.name,
        refused=refused,
        good_until=None if good_until is None else datetime.fromtimestamp(good_until, UTC),
        renewal_error=standing.renewal_error if standing else "",
    )
