from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.store.acknowledgements import (
    acknowledgements_wait,
    pending_acknowledgements,
    record_acknowledged,
)
from pipeline.store.intake import save_deliveries
from pipeline.store.leases import lease_batch, record_failure
from pipeline.store.life import mail_life
from pipeline.store.mailboxes import record_listing, record_mailbox_failure, record_success
from pipeline.store.queries import status
from pipeline.store.records import PendingAcknowledgements
from pipeline.store.save import save_triaged
from tests.fakes import make_mail, simple_triage
from tests.store.builders import MAILBOX, lease, make_fetched, save_mails, save_one

if TYPE_CHECKING:
    from pipeline.store.database import Store


def test_a_mailbox_remembers_its_last_error_until_the_next_success(store: Store) -> None:
    record_mailbox_failure(store, MAILBOX, error="mailbox claims: connection refused")
    (mailbox,) = status(store).mailboxes
    assert mailbox.last_error == "mailbox claims: connection refused"
    assert mailbox.last_error_at is not None
    assert mailbox.last_success_at is None
    record_success(store, MAILBOX)
    (mailbox,) = status(store).mailboxes
    assert (mailbox.last_error, mailbox.last_error_at) == ("", None)
    assert mailbox.last_success_at is not None


def test_a_mail_is_pending_once_it_is_triaged_or_quarantined(store: Store) -> None:
    save_mails(store, [make_mail(1), make_mail(2), make_mail(3)])
    first, second = lease(store, limit=2)
    assert _pending(store) == PendingAcknowledgements((), ())
    assert not acknowledgements_wait(store, MAILBOX)
    save_triaged(store, first, simple_triage(first.raw))
    record_failure(store, second, error="ValueError", attempts=1, retry_seconds=0)
    assert _pending(store) == PendingAcknowledgements(triaged=(1,), quarantined=(2,))
    assert acknowledgements_wait(store, MAILBOX)


def test_every_copy_of_a_mail_is_pending(store: Store) -> None:
    save_one(store)
    save_mails(store, [make_mail(received="mx2.example")], first_uid=9)
    assert _pending(store).triaged == (1, 9)


def test_an_acknowledged_delivery_is_noted_once(store: Store) -> None:
    mail_id = save_one(store)
    assert _acknowledge(store, [1, 77]) == 1
    assert _acknowledge(store, [1, 77]) == 0
    assert not acknowledgements_wait(store, MAILBOX)
    assert _pending(store) == PendingAcknowledgements((), ())
    life = mail_life(store, mail_id)
    assert life.deliveries[0].state == "acknowledged"
    assert life.deliveries[0].acknowledged_at is not None
    assert [event.kind for event in life.events].count("acknowledged") == 1


def test_a_new_uidvalidity_makes_open_deliveries_stale_and_knows_their_copies_by_content(
    store: Store,
) -> None:
    save_one(store)
    record_listing(store, MAILBOX, uidvalidity=3)
    assert not acknowledgements_wait(store, MAILBOX)
    assert pending_acknowledgements(store, MAILBOX, uidvalidity=3) == PendingAcknowledgements(
        (), ()
    )
    saved = save_deliveries(store, MAILBOX, [make_fetched(make_mail(), uid=1, uidvalidity=3)])
    assert (saved.stored, saved.duplicates) == (0, 1)
    assert pending_acknowledgements(store, MAILBOX, uidvalidity=3).triaged == (1,)
    assert [each.state for each in mail_life(store, 1).deliveries] == ["stale", "stored"]
    assert not lease_batch(store, worker="w", limit=9, lease_seconds=9, attempts=3)


def test_the_same_uidvalidity_changes_nothing(store: Store) -> None:
    save_one(store)
    record_listing(store, MAILBOX, uidvalidity=7, folder="Réclamations")
    assert status(store).mailboxes[0].folder == "Réclamations"
    assert _pending(store).triaged == (1,)


def _pending(store: Store) -> PendingAcknowledgements:
    return pending_acknowledgements(store, MAILBOX, uidvalidity=7)


def _acknowledge(store: Store, uids: list[int]) -> int:
    return record_acknowledged(store, MAILBOX, uidvalidity=7, uids=uids)
