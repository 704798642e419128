from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import RowMissing
from pipeline.store import queries
from pipeline.store.leases import record_failure
from pipeline.store.life import mail_life, raw_mail
from pipeline.store.records import LabelCount, StoreStatus, TypeCount
from pipeline.store.save import save_triaged
from tests.fakes import make_mail, simple_triage
from tests.store.builders import lease, save_mails

if TYPE_CHECKING:
    from pipeline.store.database import Store


@pytest.fixture
def busy(store: Store) -> Store:
    """Six deliveries: two claims, one thanks, one quarantined, one leased, one unfetchable."""
    bodies = ["", "", "thanks", "boom", ""]
    save_mails(store, [*(make_mail(n, body=body) for n, body in enumerate(bodies)), None])
    for leased in lease(store, limit=4):
        if leased.mail_id == 4:
            record_failure(store, leased, error="ValueError", attempts=1, retry_seconds=0)
        else:
            save_triaged(store, leased, simple_triage(leased.raw))
    lease(store)
    save_mails(store, [make_mail(9)], first_uid=9)
    return store


def test_status_counts_every_mail_in_one_state(busy: Store) -> None:
    status = queries.status(busy)
    (mailbox,) = status.mailboxes
    counts = (mailbox.waiting, mailbox.leased, mailbox.triaged, mailbox.quarantined)
    assert counts == (1, 1, 3, 1)
    assert mailbox.fetched == 6
    assert (mailbox.unfetchable, mailbox.unacknowledged) == (1, 6)
    assert mailbox.oldest_waiting_at == mail_life(busy, 6).mail.stored_at
    assert (status.claims, status.in_review) == ({"in_review": 2}, 2)


def test_an_empty_store_has_an_answer_to_everything(store: Store) -> None:
    assert queries.status(store) == StoreStatus(mailboxes=(), claims={})
    assert not any(
        (
            queries.mails(store),
            queries.quarantined_mails(store),
            queries.mails_by_kind(store),
            queries.claims_by_type(store),
            queries.review_queue(store),
            queries.references(store),
            queries.references_by_kind(store),
        )
    )
    assert queries.waiting_mails(store) == 0
    with pytest.raises(RowMissing, match="mail 1"):
        mail_life(store, 1)
    with pytest.raises(RowMissing, match="mail 1"):
        raw_mail(store, 1)


def test_mails_and_claims_are_counted_by_label(busy: Store) -> None:
    assert queries.mails_by_kind(busy) == [LabelCount("complaint", 2), LabelCount("thanks", 1)]
    assert queries.claims_by_type(busy) == [TypeCount("shortage", "medium", 2)]
    assert queries.references_by_kind(busy) == [LabelCount("invoice", 2)]


def test_the_review_queue_is_paged_from_the_oldest(busy: Store) -> None:
    (first,) = queries.review_queue(busy, limit=1)
    (second,) = queries.review_queue(busy, limit=1, after=first.claim.id)
    assert queries.review_queue(busy, after=second.claim.id) == []
    assert [first.claim.mail_id, second.claim.mail_id] == [1, 2]
    assert first.claim.reasons == ("low_confidence",)
    assert (first.subject, first.sender_address) == ("Facture FA-0000", "camille@client.example")


def test_references_are_found_by_their_canonical_form(busy: Store) -> None:
    assert [each.mail_id for each in queries.references(busy)] == [2, 1]
    assert [each.mail_id for each in queries.references(busy, canonical="FA0001")] == [2]
    assert queries.references(busy, canonical="FA") == []


def test_mails_are_listed_by_state_and_paged(busy: Store) -> None:
    assert [mail.id for mail in queries.mails(busy, state="triaged")] == [1, 2, 3]
    assert [mail.id for mail in queries.mails(busy, limit=2, after=4)] == [5, 6]
    (mail,) = queries.quarantined_mails(busy)
    assert (mail.id, mail.mailbox, mail.error) == (4, "claims", "ValueError")


def test_a_mail_that_was_not_triaged_has_a_life_without_message(busy: Store) -> None:
    life = mail_life(busy, 4)
    assert life.message is None
    assert not any((life.claims, life.references, life.predictions, life.attachments))
    assert [event.kind for event in life.events] == ["stored", "quarantined"]
