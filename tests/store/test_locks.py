from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxBusy
from pipeline.store.database import Store, open_store
from pipeline.store.locks import mailbox_lock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def other(store: Store, database_url: str) -> Iterator[Store]:
    """The same store, opened by another run."""
    del store
    with open_store(database_url) as opened:
        yield opened


@pytest.mark.parametrize("name", ["claims", "../é/'"])
def test_a_mailbox_is_open_in_one_run_at_a_time(store: Store, other: Store, name: str) -> None:
    with mailbox_lock(store, name):
        with pytest.raises(MailboxBusy) as refusal, mailbox_lock(other, name):
            pytest.fail("both hold it")
        assert refusal.value.mailbox == name
    with mailbox_lock(other, name):
        pass


def test_mailboxes_do_not_wait_for_each_other(store: Store, other: Store) -> None:
    with mailbox_lock(store, "claims"), mailbox_lock(other, "returns"):
        pass


def test_a_lock_ends_with_a_run_that_fails(store: Store, other: Store) -> None:
    def fail() -> None:
        with mailbox_lock(store, "claims"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with mailbox_lock(other, "claims"):
        pass
