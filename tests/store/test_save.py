from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from flows.shown import shown_from_life
from pipeline.datatypes import Attachment, Prediction, Reference
from pipeline.store.life import mail_life
from pipeline.store.save import save_triaged
from pipeline.store.tables import ClaimRow, MessageRow
from tests.fakes import make_claim, make_mail, simple_triage
from tests.store.builders import count, lease, save_mails, save_one

if TYPE_CHECKING:
    from pipeline.datatypes import TriagedMail
    from pipeline.store.database import Store
    from pipeline.store.records import MailLife

BODY = "Il manque deux cartons.\n"


@pytest.fixture
def triaged(store: Store) -> TriagedMail:
    save_mails(store, [make_mail()])
    (leased,) = lease(store, lease_seconds=-1)
    return simple_triage(leased.raw)


def test_everything_that_was_decided_comes_back(store: Store) -> None:
    life = mail_life(store, save_one(store))
    assert life.message is not None
    assert life.message.subject == "Facture FA-0001"
    assert life.message.recipients == (("", "service@shop.example"),)
    assert (life.message.kind, life.message.kind_reason) == ("complaint", "model")
    (claim,) = life.claims
    assert claim.text == life.message.body[slice(*claim.spans[0])]
    assert (claim.type, claim.severity, claim.nature) == ("shortage", "medium", None)
    assert (claim.amount_value, claim.amount_currency) == (Decimal("212.40"), "EUR")
    assert (claim.confidence, claim.certainty, claim.version) == (0.7, 0.8, 1)
    (reference,) = life.references
    assert (reference.canonical, reference.claim_id) == ("FA0001", claim.id)
    (attachment,) = life.attachments
    assert (attachment.name, attachment.size_bytes) == ("bl.pdf", 8)
    assert (life.mail.state, life.mail.attempts, life.mail.error) == ("triaged", 1, "")


def test_each_head_is_kept_with_its_probabilities_and_its_model(store: Store) -> None:
    life = mail_life(store, save_one(store))
    heads = [(each.head, each.label, each.claim_id) for each in life.predictions]
    assert heads == [
        ("kind", "complaint", None),
        ("type", "shortage", 1),
        ("severity", "medium", 1),
    ]
    assert life.predictions[1].probabilities == {"shortage": 0.75, "delay": 0.25}
    assert {each.model_version for each in life.predictions} == {"fake-1"}


@pytest.mark.parametrize(("needs_review", "state"), [(True, "in_review"), (False, "routed")])
def test_a_claim_starts_in_review_or_with_its_department(
    store: Store, triaged: TriagedMail, *, needs_review: bool, state: str
) -> None:
    claim = make_claim(BODY, needs_review=needs_review)
    life = _saved(store, replace(triaged, claims=(claim,)))
    assert [each.state for each in life.claims] == [state]
    found = [event for event in life.events if event.subject == "claim"]
    assert [(event.kind, event.payload["state"]) for event in found] == [("found", state)]


def test_the_signs_of_gravity_are_kept_with_the_claims_first_event(
    store: Store, triaged: TriagedMail
) -> None:
    claim = make_claim(BODY)
    severity = Prediction("high", 0.9, {"high": 0.9, "low": 0.1}, ("legal_step",))
    claim = replace(claim, prediction=replace(claim.prediction, severity=severity))
    life = _saved(store, replace(triaged, claims=(claim,)))
    (found,) = [event for event in life.events if event.subject == "claim"]
    assert found.payload["signs"] == ["legal_step"]
    shown = shown_from_life(life)
    assert shown is not None
    assert shown.claims[0].signs == ("legal_step",)


def test_a_reference_is_tied_to_each_of_its_claims_or_to_none(
    store: Store, triaged: TriagedMail
) -> None:
    shared, loose = (Reference("order", text, text, 0, 2) for text in ("C1", "C2"))
    claims = tuple(replace(make_claim(BODY), references=(shared,)) for _ in range(2))
    life = _saved(store, replace(triaged, claims=claims, references=(shared, loose)))
    tied = [(each.canonical, each.claim_id) for each in life.references]
    assert tied == [("C1", 1), ("C1", 2), ("C2", None)]


@pytest.mark.parametrize("amount", [None, Decimal("1E+30"), Decimal("NaN")])
def test_an_amount_that_cannot_be_stored_stays_as_text(
    store: Store, triaged: TriagedMail, amount: Decimal | None
) -> None:
    life = _saved(store, replace(triaged, claims=(make_claim(BODY, amount=amount),)))
    assert life.claims[0].amount_value is None
    assert life.claims[0].amount_text == ("" if amount is None else f"{amount} €")


def test_hostile_text_of_any_length_is_stored(store: Store, triaged: TriagedMail) -> None:
    text = "a\0\ud800" + "x" * 100_000
    message = replace(
        triaged.message,
        subject=text,
        message_id=text,
        body=text,
        defects=(text,),
        attachments=(Attachment(text, text, 2**40, "0" * 64),),
    )
    reference = Reference(text, text, text, 0, 1, where=text)
    claim = replace(make_claim(text), references=(reference,))
    life = _saved(
        store, replace(triaged, message=message, claims=(claim,), references=(reference,))
    )
    assert life.message is not None
    assert len(life.message.subject) == len(text)
    assert life.message.subject.startswith("a\ufffd\ufffdx")


def test_a_mail_is_saved_once_however_often_it_is_tried(store: Store) -> None:
    save_mails(store, [make_mail()])
    (leased,) = lease(store)
    triaged = simple_triage(leased.raw)
    assert save_triaged(store, leased, triaged)
    assert not save_triaged(store, leased, triaged)
    assert (count(store, MessageRow), count(store, ClaimRow)) == (1, 1)


def test_a_different_mail_with_a_known_message_id_is_kept_and_told(store: Store) -> None:
    save_mails(store, [make_mail(1), make_mail(1, body="Autre chose.")])
    for leased in lease(store):
        assert save_triaged(store, leased, simple_triage(leased.raw))
    kinds = [[event.kind for event in mail_life(store, number).events] for number in (1, 2)]
    assert "message_id_reused" not in kinds[0]
    assert "message_id_reused" in kinds[1]


def _saved(store: Store, triaged: TriagedMail) -> MailLife:
    (leased,) = lease(store)
    assert save_triaged(store, leased, triaged)
    return mail_life(store, leased.mail_id)
