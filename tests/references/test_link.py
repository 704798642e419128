from __future__ import annotations

from decimal import Decimal

import pytest
import spacy

from pipeline.datatypes import Claim, Reference, Span
from pipeline.references.amounts import find_amounts
from pipeline.references.find import find_references
from pipeline.references.link import choose_amount, link_references
from tests.builders import make_message

NLP = spacy.blank("xx")


def claims_of(body: str, *texts: str) -> list[Claim]:
    spans = [Span(body.index(text), body.index(text) + len(text)) for text in texts]
    return [Claim((span,), body[span.start : span.end]) for span in spans]


def linked(subject: str, body: str, *claims: str) -> list[list[str]]:
    message = make_message(subject=subject, body=body)
    references = find_references(message, nlp=NLP)
    rows = link_references(references, claims_of(body, *claims))
    return [[reference.text for reference in row] for row in rows]


FIRST = "La facture FA-1101 compte deux fois le port."
SECOND = "Le BL 88213 porte 4 cartons jamais reçus."


def test_a_reference_belongs_to_the_claim_that_holds_it() -> None:
    assert linked("", f"{FIRST}\n{SECOND}", FIRST, SECOND) == [["FA-1101"], ["88213"]]


def test_a_reference_outside_the_claims_belongs_to_all() -> None:
    body = f"{FIRST}\n{SECOND}\nGarage Petit, client C-10442"
    assert linked("Commande 171-553092", body, FIRST, SECOND) == [
        ["171-553092", "FA-1101", "C-10442"],
        ["171-553092", "88213", "C-10442"],
    ]


def test_the_object_that_the_subject_names_belongs_to_all() -> None:
    assert linked("Facture FA-1101", f"{FIRST}\n{SECOND}", FIRST, SECOND) == [
        ["FA-1101"],
        ["FA-1101", "88213"],
    ]


def test_a_reference_told_twice_is_there_once_at_its_place_in_the_claim() -> None:
    body = f"{FIRST} Oui, FA-1101 !"
    message = make_message(subject="FA-1101", body=body)
    references = find_references(message, nlp=NLP)
    ((reference,),) = link_references(references, claims_of(body, FIRST))
    assert (reference.where, reference.start) == ("body", body.index("FA-1101"))


def test_no_claims_have_no_references() -> None:
    make_message()
    reference = Reference("invoice", "FA-1", "FA1", 0, 4)
    assert link_references([reference], []) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("La facture compte 4 cartons de trop, soit 212,40 €.", "212.40"),
        ("Facturé 120,00 € au lieu de 100,00 €, l'écart est de 20,00 €.", "20.00"),
        ("You charged £45 for nothing, I want my £45 back.", "45"),
        ("Toner is £12.50 each, you billed £14.50, so we are owed £36.00 back.", "36.00"),
    ],
)
def test_the_sum_in_dispute_is_chosen(text: str, value: str) -> None:
    amount = choose_amount(
        claims_of(text, text)[0],
        find_amounts(text),
        make_message(body=text),
    )
    assert amount is not None
    assert amount.value == Decimal(value)


def test_a_claim_without_a_sum_has_none() -> None:
    body = "La remise a disparu. Autre chose : vous devez 30,00 €."
    claims = claims_of(body, "La remise a disparu.")
    amounts = find_amounts(body)
    assert choose_amount(claims[0], amounts, make_message(body=body)) is None
