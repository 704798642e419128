from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.store.leases import record_failure
from pipeline.store.logins import record_login
from pipeline.store.save import save_triaged
from pipeline.store.standing import store_standing
from tests.fakes import make_mail, simple_triage
from tests.store.builders import MAILBOX, lease, save_mails

if TYPE_CHECKING:
    from pipeline.store.database import Store


def test_an_empty_store_stands_empty(store: Store) -> None:
    standing = store_standing(store)
    assert (standing.mailboxes, standing.claims, standing.handling_seconds) == ({}, {}, ())


def test_everything_is_read_at_once(store: Store) -> None:
    save_mails(store, [make_mail(1), make_mail(2), make_mail(3), make_mail(4)])
    first, second, third = lease(store, limit=3)
    save_triaged(store, first, simple_triage(first.raw))
    for mail, error in ((second, "ValueError: bad (parse, line 9)"), (third, "TimedOut")):
        record_failure(store, mail, error=error, attempts=1, retry_seconds=0)
    record_login(store, MAILBOX, refused=True)
    standing = store_standing(store)
    mailbox = standing.mailboxes[MAILBOX]
    assert (mailbox.status.waiting, mailbox.status.quarantined) == (1, 2)
    assert mailbox.errors == {"ValueError": 1, "TimedOut": 1}
    assert mailbox.login.refused_at is not None
    assert sum(each.mails for each in mailbox.arrivals) == 4
    assert standing.at - mailbox.arrivals[-1].last_at < timedelta(minutes=5)
    (seconds,) = standing.handling_seconds
    assert 0 <= seconds < 300
