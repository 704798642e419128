from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.datatypes import Amount, Document, Evidence, Page, RawMail, Reference
from pipeline.store.findings import StoredDocument, StoredEvidence
from pipeline.store.life import mail_life
from tests.fakes import make_claim, make_mail, simple_triage
from tests.store.builders import save_one

if TYPE_CHECKING:
    from pipeline.store.database import Store

NUMBER = Reference("invoice", "FA-9", "FA9", 8, 12, "attachment:fa.pdf")
TOTAL = Amount("1 212,40 €", Decimal("1212.40"), "EUR", 0, 10)
SAID = (
    Evidence(0, "fa.pdf", 2, "number", NUMBER, confirmed=True),
    Evidence(0, "fa.pdf", 3, "total", TOTAL, confirmed=False),
)


def test_what_files_say_comes_back_with_the_claim_that_it_speaks_for(store: Store) -> None:
    claims = (make_claim("Il manque"), replace(make_claim("Le prix"), evidence=SAID))
    documents = (
        Document(0, "fa.pdf", "pdf", (Page(2, "Facture FA-9"), Page(3, "Total"))),
        Document(1, "bl.pdf", "pdf", defects=("encrypted",)),
    )
    triaged = simple_triage(RawMail("1", make_mail()))
    life = mail_life(store, save_one(store, replace(triaged, claims=claims, documents=documents)))
    assert life.documents == (
        StoredDocument(0, "fa.pdf", "pdf", 2, ()),
        StoredDocument(1, "bl.pdf", "pdf", 0, ("encrypted",)),
    )
    second = life.claims[1].id
    first_said, total_said = life.evidence
    assert first_said == StoredEvidence(
        second, 0, "fa.pdf", 2, "number", "invoice", "FA-9", "FA9", None, None, confirmed=True
    )
    assert (total_said.kind, total_said.value, total_said.currency) == ("", TOTAL.value, "EUR")


def test_a_mail_without_readable_files_has_no_findings(store: Store) -> None:
    life = mail_life(store, save_one(store))
    assert (life.documents, life.evidence) == ((), ())
