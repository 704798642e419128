from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.store.logins import StoredLogin, logins, record_login
from pipeline.store.tables import LoginRow
from tests.store.builders import MAILBOX, count

if TYPE_CHECKING:
    from pipeline.store.database import Store

UNTIL = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_refusal_keeps_its_beginning_until_the_next_log_in(store: Store) -> None:
    record_login(store, MAILBOX, refused=True)
    since = logins(store)[MAILBOX].refused_at
    record_login(store, MAILBOX, refused=True, renewal_error="invalid_grant")
    assert logins(store)[MAILBOX] == StoredLogin(since, None, "invalid_grant")
    assert since is not None
    record_login(store, MAILBOX, refused=False, good_until=UNTIL)
    assert logins(store) == {MAILBOX: StoredLogin(None, UNTIL, "")}


def test_a_log_in_as_ever_writes_nothing(store: Store) -> None:
    record_login(store, MAILBOX, refused=False)
    assert count(store, LoginRow) == 0
