from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from pipeline.errors import RowRefused
from pipeline.store.intake import new_uids, save_deliveries
from pipeline.store.life import mail_life, raw_mail
from pipeline.store.mailboxes import record_listing
from pipeline.store.queries import mails
from pipeline.store.records import SavedDeliveries
from pipeline.store.tables import DeliveryRow, EventRow, MailboxRow, MailRow, RawBlobRow
from tests.fakes import make_mail
from tests.store.builders import MAILBOX, UIDVALIDITY, count, make_fetched, save_mails

if TYPE_CHECKING:
    from pipeline.store.database import Store


def test_a_saved_mail_keeps_its_bytes_its_place_and_the_cursor(store: Store) -> None:
    data = b"\x00\xff no mail at all \r\n"
    assert save_mails(store, [data], first_uid=4_294_967_295) == SavedDeliveries(stored=1)
    raw = raw_mail(store, 1)
    assert (raw.id, raw.data, raw.complete) == ("1", data, True)
    (delivery,) = mail_life(store, 1).deliveries
    assert (delivery.mailbox, delivery.uidvalidity, delivery.uid) == (MAILBOX, 7, 4_294_967_295)
    assert (delivery.size_bytes, delivery.state) == (len(data), "stored")
    with store.reading() as connection:
        cursor = connection.execute(select(MailboxRow.uidvalidity, MailboxRow.highest_uid)).one()
    assert tuple(cursor) == (7, 4_294_967_295)


def test_an_empty_mail_and_one_fetched_in_part_are_kept(store: Store) -> None:
    record_listing(store, MAILBOX, uidvalidity=7)
    fetched = [make_fetched(b"", uid=1), make_fetched(make_mail(), uid=2, complete=False)]
    assert save_deliveries(store, MAILBOX, fetched).stored == 2
    assert raw_mail(store, 1).data == b""
    assert not raw_mail(store, 2).complete


def test_saving_again_changes_nothing(store: Store) -> None:
    batch = [make_mail(1), make_mail(2), None]
    save_mails(store, batch[:2])
    before = [count(store, table) for table in (MailRow, DeliveryRow, RawBlobRow, EventRow)]
    assert save_mails(store, batch[:2]) == SavedDeliveries()
    assert [count(store, table) for table in (MailRow, DeliveryRow, RawBlobRow, EventRow)] == before


@pytest.mark.parametrize("together", [True, False])
def test_a_copy_that_came_another_way_is_a_second_delivery_of_one_mail(
    store: Store, *, together: bool
) -> None:
    one, other = make_mail(1), make_mail(1, received="mx2.example")
    if together:
        assert save_mails(store, [one, other]) == SavedDeliveries(stored=1, duplicates=1)
    else:
        assert save_mails(store, [one]) == SavedDeliveries(stored=1)
        assert save_mails(store, [other], first_uid=2) == SavedDeliveries(duplicates=1)
    (mail,) = mails(store)
    life = mail_life(store, mail.id)
    assert [delivery.uid for delivery in life.deliveries] == [1, 2]
    assert [event.kind for event in life.events] == ["stored", "delivered_again"]
    assert raw_mail(store, mail.id).data == one


def test_one_message_id_with_another_body_is_another_mail(store: Store) -> None:
    one, other = make_mail(1), make_mail(1, body="Autre chose.")
    assert save_mails(store, [one, other]) == SavedDeliveries(stored=2)


def test_the_same_bytes_in_another_mailbox_are_another_mail_of_one_blob(store: Store) -> None:
    save_mails(store, [make_mail(1)])
    assert save_mails(store, [make_mail(1)], mailbox="returns").stored == 1
    assert (count(store, MailRow), count(store, RawBlobRow)) == (2, 1)


def test_listed_uids_are_new_unless_they_are_known(store: Store) -> None:
    save_mails(store, [make_mail(number) for number in range(3)], first_uid=5)
    assert _new(store, [9, 3, 6, 5]) == [9, 3]
    assert _new(store, []) == []
    assert new_uids(store, MAILBOX, uidvalidity=8, listed=[5, 6]) == [5, 6]
    assert new_uids(store, "returns", uidvalidity=UIDVALIDITY, listed=[5]) == [5]


def test_an_unfetchable_mail_is_tried_again_until_its_attempts_are_used(store: Store) -> None:
    for _ in range(3):
        assert _new(store, [1, 2]) == [1, 2]
        assert save_mails(store, [None]) == SavedDeliveries(unfetchable=1)
    assert _new(store, [1, 2]) == [2]
    assert (count(store, DeliveryRow), count(store, MailRow)) == (1, 0)


def test_an_unfetchable_mail_is_mended_by_a_later_fetch(store: Store) -> None:
    save_mails(store, [None])
    assert save_mails(store, [make_mail()]) == SavedDeliveries(stored=1)
    (delivery,) = mail_life(store, 1).deliveries
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("stored", 2, "")
    assert _new(store, [1]) == []


def test_a_mail_that_was_fetched_never_becomes_unfetchable(store: Store) -> None:
    save_mails(store, [make_mail()])
    assert save_mails(store, [None]) == SavedDeliveries()
    assert mail_life(store, 1).deliveries[0].state == "stored"


def test_a_commit_that_fails_saves_nothing_of_its_batch(store: Store) -> None:
    with pytest.raises(RowRefused):
        save_mails(store, [make_mail(1), make_mail(2)], first_uid=2**63 - 1)
    assert (count(store, MailRow), count(store, RawBlobRow)) == (0, 0)


def _new(store: Store, listed: list[int]) -> list[int]:
    return new_uids(store, MAILBOX, uidvalidity=UIDVALIDITY, listed=listed)
