from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from pipeline.store.arrivals import arrivals
from pipeline.store.database import open_store
from pipeline.store.intake import save_deliveries
from tests.fakes import make_mail
from tests.store.builders import MAILBOX, make_fetched, save_mails

if TYPE_CHECKING:
    from pipeline.datatypes import FetchedMail
    from pipeline.store.database import Store

HOUR = datetime(2026, 3, 2, 9, tzinfo=UTC)


def arrived(number: int, at: datetime | None, *, uid: int | None = None) -> FetchedMail:
    fetched = make_fetched(make_mail(number), uid=uid or number)
    return replace(fetched, delivery=replace(fetched.delivery, received_at=at))


def hours(store: Store) -> list[tuple[datetime, int, datetime]]:
    found = arrivals(store, since=HOUR - timedelta(days=1)).get(MAILBOX, ())
    return [(each.hour, each.mails, each.last_at) for each in found]


def test_mails_are_counted_by_the_hour_of_their_arrival(store: Store) -> None:
    minutes = [timedelta(minutes=each) for each in (5, 50, 61)]
    save_deliveries(store, MAILBOX, [arrived(n, HOUR + minutes[n - 1]) for n in (1, 2)])
    save_deliveries(store, MAILBOX, [arrived(3, HOUR + minutes[2])])
    save_deliveries(store, MAILBOX, [arrived(4, HOUR)])
    assert hours(store) == [
        (HOUR, 3, HOUR + minutes[1]),
        (HOUR + timedelta(hours=1), 1, HOUR + minutes[2]),
    ]


def test_a_further_copy_is_no_arrival(store: Store) -> None:
    save_deliveries(store, MAILBOX, [arrived(1, HOUR), arrived(1, HOUR, uid=2)])
    save_deliveries(store, MAILBOX, [arrived(1, HOUR, uid=3), arrived(1, HOUR)])
    assert hours(store) == [(HOUR, 1, HOUR)]


def test_a_mail_without_a_time_or_from_the_future_arrives_now(store: Store) -> None:
    far = datetime(2999, 1, 1, tzinfo=UTC)
    save_deliveries(store, MAILBOX, [arrived(1, None), arrived(2, far)])
    found = arrivals(store, since=HOUR)[MAILBOX]
    assert sum(each.mails for each in found) == 2
    assert max(each.last_at for each in found) < far


def test_old_arrivals_are_left_out(store: Store) -> None:
    save_deliveries(store, MAILBOX, [arrived(1, HOUR - timedelta(days=9))])
    assert hours(store) == []


def test_the_upgrade_counts_the_mails_that_are_there(database_url: str) -> None:
    with open_store(database_url) as store:
        save_deliveries(store, MAILBOX, [arrived(1, HOUR), arrived(2, HOUR), arrived(3, None)])
        save_deliveries(store, MAILBOX, [arrived(1, HOUR, uid=9)])
        save_mails(store, [None], first_uid=77)
        counted = arrivals(store, since=HOUR)
        with store.writing() as connection:
            for statement in ("DROP TABLE arrival", "DROP TABLE login"):
                connection.execute(text(statement))
            connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with open_store(database_url) as store:
        assert arrivals(store, since=HOUR) == counted
