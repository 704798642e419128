from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.store.intake import new_uids
from pipeline.store.starts import (
    MailboxStart,
    backlog,
    mailbox_start,
    record_backlog,
    record_start,
    was_read,
)
from pipeline.store.tables import EventRow
from pipeline.store.uid_sets import UidSet
from tests.fakes import make_mail
from tests.store.builders import MAILBOX, UIDVALIDITY, count, save_mails

if TYPE_CHECKING:
    from pipeline.store.database import Store

START = MailboxStart(UIDVALIDITY, UidSet(((1, 3),)), since=date(2026, 1, 1))


def test_nothing_is_left_alone_until_somebody_says_so(store: Store) -> None:
    assert mailbox_start(store, MAILBOX) is None
    assert not was_read(store, MAILBOX)


def test_the_last_start_counts_and_is_of_one_mailbox(store: Store) -> None:
    record_start(store, MAILBOX, START, who="ana")
    record_start(store, "other", MailboxStart(1, UidSet()))
    assert mailbox_start(store, MAILBOX) == START
    later = MailboxStart(UIDVALIDITY, UidSet(((1, 1),)))
    record_start(store, MAILBOX, later)
    assert mailbox_start(store, MAILBOX) == later


def test_what_is_left_alone_is_not_new(store: Store) -> None:
    record_start(store, MAILBOX, START)
    listed = [1, 2, 3, 4, 5]
    assert new_uids(store, MAILBOX, uidvalidity=UIDVALIDITY, listed=listed) == [4, 5]
    assert new_uids(store, MAILBOX, uidvalidity=8, listed=listed) == listed


def test_a_saved_mail_makes_a_mailbox_one_that_was_read(store: Store) -> None:
    save_mails(store, [make_mail()])
    assert was_read(store, MAILBOX)


def test_the_backlog_is_told_where_it_changes(store: Store) -> None:
    for left in (0, 7, 7, 0):
        record_backlog(store, MAILBOX, left=left)
        assert backlog(store, MAILBOX) == left
    assert count(store, EventRow) == 2
