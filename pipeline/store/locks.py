"""One session at a time on a mailbox: MOVE is not exclusive, two sessions would double copies."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.errors import MailboxBusy, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.store.database import Store


@contextmanager
def mailbox_lock(store: Store, mailbox: str) -> Iterator[None]:
    """Hold the mailbox until the block ends or the process dies.

    A lock file beside the SQLite file, or an advisory lock on a connection of its own; the latter
    needs a PostgreSQL session of its own, so no pooler in transaction mode in between.

    Args:
        store: All runs that share it exclude each other.
        mailbox: Name of the mailbox in the settings.

    Raises:
        MailboxBusy: Another run holds it.
        StoreError: The lock cannot be asked for.
    """
    if store.file is not None:
        with _file_lock(Path(f"{store.file}.{_digest(mailbox).hex()}.lock"), mailbox):
            yield
        return
    key = int.from_bytes(_digest(mailbox), signed=True)
    with store.session() as connection:
        if not connection.execute(select(func.pg_try_advisory_lock(key))).scalar_one():
            raise MailboxBusy(mailbox)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(key)))


@contextmanager
def _file_lock(path: Path, mailbox: str) -> Iterator[None]:
    try:
        file = path.open("ab")
    except OSError as error:
        raise StoreError(f"no lock file beside the database: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise MailboxBusy(mailbox) from error
        yield


def _digest(mailbox: str) -> bytes:
    """Eight bytes that stand for the name: file names and lock keys take no other."""
    return hashlib.sha256(mailbox.encode()).digest()[:8]
