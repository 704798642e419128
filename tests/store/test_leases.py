from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import RowMissing
from pipeline.store.leases import (
    LEASE_BYTES,
    WORKER_DIED,
    record_failure,
    record_retry,
    release_mails,
)
from pipeline.store.life import mail_life
from pipeline.store.queries import mails, quarantined_mails, waiting_mails
from pipeline.store.save import save_triaged
from tests.fakes import make_mail, simple_triage
from tests.store.builders import lease, save_mails

if TYPE_CHECKING:
    from pipeline.store.database import Store
    from pipeline.store.records import LeasedMail

OVER = -1.0
"""A lease that was over before it began."""


def test_mails_are_leased_once_and_the_oldest_first(store: Store) -> None:
    save_mails(store, [make_mail(number) for number in range(5)])
    assert _ids(lease(store, limit=2)) == [1, 2]
    assert _ids(lease(store, limit=2)) == [3, 4]
    assert _ids(lease(store, limit=2)) == [5]
    assert lease(store) == []
    assert waiting_mails(store) == 0


def test_a_leased_mail_carries_its_bytes_and_its_number_as_text(store: Store) -> None:
    save_mails(store, [make_mail()])
    (leased,) = lease(store)
    assert (leased.raw.id, leased.raw.data, leased.attempts) == ("1", make_mail(), 1)


def test_large_mails_come_in_smaller_batches(store: Store) -> None:
    size = LEASE_BYTES // 2
    save_mails(store, [b"1", b"2" * size, b"3" * size, b"4" * (LEASE_BYTES + 1), b"5"])
    batches = []
    while batch := lease(store):
        batches.append(_ids(batch))
    assert batches == [[1, 2], [3], [4], [5]]


def test_an_expired_lease_gives_the_mails_to_others_one_by_one(store: Store) -> None:
    save_mails(store, [make_mail(1), make_mail(2)])
    old = lease(store, lease_seconds=OVER)
    save_mails(store, [make_mail(3), make_mail(4)], first_uid=3)
    assert _ids(lease(store)) == [3, 4]
    assert _ids(lease(store)) == [1]
    assert _ids(lease(store)) == [2]
    assert not save_triaged(store, old[0], simple_triage(old[0].raw))
    assert record_failure(store, old[1], error="x", attempts=3, retry_seconds=0) is None
    assert release_mails(store, old) == 0


def test_a_mail_that_kills_its_workers_is_quarantined_after_its_attempts(store: Store) -> None:
    save_mails(store, [make_mail()])
    for attempt in (1, 2, 3):
        (leased,) = lease(store, lease_seconds=OVER)
        assert leased.attempts == attempt
    assert lease(store) == []
    (mail,) = quarantined_mails(store)
    assert (mail.attempts, mail.error) == (3, WORKER_DIED)
    kinds = [event.kind for event in mail_life(store, mail.id).events]
    assert kinds == ["stored", "lease_expired", "lease_expired", "quarantined"]


def test_a_failed_mail_waits_longer_each_time_and_is_then_quarantined(store: Store) -> None:
    save_mails(store, [make_mail()])
    (leased,) = lease(store)
    assert record_failure(store, leased, error="E: 1", attempts=3, retry_seconds=60) == "stored"
    assert lease(store) == []
    (mail,) = mails(store)
    assert mail.retry_at is not None
    assert 50 < (mail.retry_at - mail.stored_at).total_seconds() < 70
    assert mail.error == "E: 1"


def test_a_failed_mail_is_quarantined_with_its_last_error(store: Store) -> None:
    save_mails(store, [make_mail()])
    for state in ("stored", "quarantined"):
        (leased,) = lease(store)
        assert record_failure(store, leased, error=state, attempts=2, retry_seconds=0) == state
    (mail,) = quarantined_mails(store)
    assert (mail.error, mail.retry_at) == ("quarantined", None)
    assert mail.finished_at is not None


def test_released_mails_are_as_if_never_taken(store: Store) -> None:
    save_mails(store, [make_mail(1), make_mail(2)])
    assert release_mails(store, lease(store)) == 2
    assert [leased.attempts for leased in lease(store)] == [1, 1]


def test_a_quarantined_mail_may_be_tried_from_the_start(store: Store) -> None:
    save_mails(store, [make_mail()])
    (leased,) = lease(store)
    record_failure(store, leased, error="E", attempts=1, retry_seconds=0)
    record_retry(store, leased.mail_id, who="ana")
    (again,) = lease(store)
    assert (again.mail_id, again.attempts) == (leased.mail_id, 1)
    assert mail_life(store, leased.mail_id).events[-1].payload == {"who": "ana"}


@pytest.mark.parametrize("mail_id", [1, 99])
def test_only_a_quarantined_mail_is_tried_from_the_start(store: Store, mail_id: int) -> None:
    save_mails(store, [make_mail()])
    with pytest.raises(RowMissing):
        record_retry(store, mail_id)


def test_no_two_of_several_workers_get_one_mail(store: Store) -> None:
    save_mails(store, [make_mail(number) for number in range(60)])
    barrier = threading.Barrier(4)

    def work() -> list[int]:
        barrier.wait()
        taken: list[int] = []
        while batch := lease(store, limit=4):
            taken += _ids(batch)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [job.result() for job in [pool.submit(work) for _ in range(4)]]
    assert Counter(number for each in taken for number in each) == Counter(range(1, 61))


def _ids(leased: list[LeasedMail]) -> list[int]:
    return [mail.mail_id for mail in leased]
