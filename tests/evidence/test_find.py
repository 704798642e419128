from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import build_nlp
from pipeline.datatypes import Amount, Document, Evidence, Page, Reference, Statement
from pipeline.evidence.find import MOST_MENTIONS, find_evidence
from pipeline.references.find import find_references
from tests.builders import make_message
from tests.evidence.files import INVOICE_LINES, attach

if TYPE_CHECKING:
    from collections.abc import Sequence

NLP = build_nlp()
INVOICE = "\n".join(INVOICE_LINES)
FIELDS = (
    Statement("number", "FA-2025-0977", "invoice"),
    Statement("mention", "CDE-88213", "order"),
    Statement("total", "212.40", currency="EUR"),
)

Told = list[tuple[str, str, bool]]


def evidence_of(body: str, *documents: Document, subject: str = "Litige") -> tuple[Evidence, ...]:
    files = [attach("x", document.name, "text/plain") for document in documents]
    message = make_message(subject=subject, body=body, attachments=files)
    return find_evidence(message, documents, find_references(message, nlp=NLP), nlp=NLP)


def pdf(*texts: str, name: str = "doc.pdf", fields: Sequence[Statement] = ()) -> Document:
    pages = tuple(Page(number, text) for number, text in enumerate(texts, start=1))
    return Document(0, name, "pdf", pages, tuple(fields))


def told(found: Sequence[Evidence]) -> Told:
    return [(each.role, each.found.text, each.confirmed) for each in found]


def test_of_all_the_numbers_of_an_invoice_few_matter() -> None:
    assert told(evidence_of("La livraison est arrivée abîmée.", pdf(INVOICE))) == [
        ("number", "FA-2025-0977", False),
        ("mention", "88213", False),
        ("mention", "BL-55120", False),
        ("total", "212,40 EUR", False),
    ]


def test_what_the_mail_names_too_is_confirmed_whatever_it_is() -> None:
    found = told(
        evidence_of("Client C004411 : la facture FA-2025-0977 de 177,00 € ?", pdf(INVOICE))
    )
    assert ("number", "FA-2025-0977", True) in found
    assert ("mention", "C004411", True) in found
    assert ("sum", "177,00 EUR", True) in found


def test_evidence_has_its_page_and_its_place_there() -> None:
    document = pdf("Conditions générales", INVOICE, name="annexe.pdf")
    message = make_message(body="Voir facture FA-2025-0977.")
    found = find_evidence(message, [document], find_references(message, nlp=NLP), nlp=NLP)
    (evidence,) = [each for each in found if each.confirmed]
    assert (evidence.name, evidence.page) == ("annexe.pdf", 2)
    assert isinstance(evidence.found, Reference)
    assert evidence.found.where == "attachment:annexe.pdf"
    assert INVOICE[evidence.found.start : evidence.found.end] == evidence.found.text


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Bon de livraison BL-55120\nVotre commande 88213\nFacture FA-12", "a.pdf", "BL-55120"),
        ("Votre commande 88213\nAVOIR AV-2025-03\nsur facture FA-12", "a.pdf", "AV-2025-03"),
        ("Order 88213\nInvoice number: INV-88102\nAmount due £10.00", "a.pdf", "INV-88102"),
        ("Réf. FA-12 du 3 mars\nRéf. FA-13 du 4 mars", "FA-13.pdf", "FA-13"),
        ("Rechnung Nr. 2025-4711\nLieferschein 8812345", "a.pdf", "2025-4711"),
    ],
)
def test_a_documents_own_number_is_told_by_its_title_or_its_files_name(
    text: str, name: str, number: str
) -> None:
    own = [each for each in evidence_of("Bonjour", pdf(text, name=name)) if each.role == "number"]
    assert [each.found.text for each in own] == [number]


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("Total HT 177,00 €\nTVA 35,40 €\nTotal TTC 212,40 €\nEscompte 2,00 €", "212,40 €"),
        ("Total 90.00 GBP\nAmount due £75.00", "£75.00"),
        ("Sous-total 10,00 €\nNet à payer : 12,00 €\nTotal 12,50 €", "12,00 €"),
        ("12,00 € et 13,00 €", ""),
    ],
)
def test_the_total_is_what_the_strongest_words_name(text: str, total: str) -> None:
    found = [each.found.text for each in evidence_of("Bonjour", pdf(text)) if each.role == "total"]
    assert found == ([total] if total else [])


def test_the_fields_of_a_structured_invoice_count_more_than_its_words() -> None:
    found = evidence_of("Litige sur le bon BL-55120.", pdf(INVOICE, fields=FIELDS))
    assert told(found) == [
        ("number", "FA-2025-0977", False),
        ("mention", "CDE-88213", False),
        ("mention", "BL-55120", True),
        ("total", "212.40 EUR", False),
    ]
    assert [each.page for each in found] == [0, 0, 1, 0]
    assert found[-1].found == Amount("212.40 EUR", Decimal("212.40"), "EUR", 0, 0)


def test_articles_that_look_like_the_documents_number_are_left_out() -> None:
    lines = "\n".join(f"facture 40-11{number}, Gants" for number in range(10, 30))
    found = evidence_of("Bonjour", pdf("N° facture F-2025-0488, V/commande 88213\n" + lines))
    assert [each.found.text for each in found] == ["F-2025-0488", "88213"]


def test_the_rows_of_a_sheet_are_mentions_and_not_without_end() -> None:
    rows = "\n".join(f"facture FA-{number}, écart 12" for number in range(100, 200))
    sheet = Document(0, "l.csv", "csv", (Page(0, "facture, écart\n" + rows),))
    found = evidence_of("Bonjour, voir la facture FA-199.", sheet)
    assert {each.role for each in found} == {"mention"}
    assert sum(not each.confirmed for each in found) == MOST_MENTIONS
    assert ("mention", "FA-199", True) in told(found)


def test_without_documents_there_is_no_evidence() -> None:
    assert evidence_of("facture FA-12") == ()
    assert evidence_of("facture FA-12", Document(0, "a.pdf", "pdf", defects=("encrypted",))) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("FA-12 facture\n €.,total0123456789", max_size=80), max_size=4))
def test_places_are_those_of_the_page(texts: list[str]) -> None:
    document = pdf(*texts)
    for evidence in evidence_of("Bonjour, facture FA-12 de 12,00 €", document):
        text = texts[evidence.page - 1]
        assert text[evidence.found.start : evidence.found.end] == evidence.found.text
