from __future__ import annotations

from decimal import Decimal

from models.language import build_nlp
from pipeline.datatypes import Amount, Claim, Evidence, Reference, Span
from pipeline.evidence.link import link_evidence

NLP = build_nlp()
PRICE = "Le prix facturé n'est pas celui du devis."
GOODS = "Trois cartons étaient écrasés à l'arrivée."


def claims(*texts: str) -> list[Claim]:
    return [Claim((Span(0, len(text)),), text) for text in texts]


def reference(text: str, kind: str = "invoice", where: str = "body") -> Reference:
    return Reference(kind, text, text.replace("-", ""), 0, len(text), where)


def said(
    text: str,
    kind: str = "invoice",
    *,
    role: str = "number",
    name: str = "a.pdf",
    confirmed: bool = False,
) -> Evidence:
    found = reference(text, kind, f"attachment:{name}")
    return Evidence(0, name, 1, role, found, confirmed=confirmed)  # type: ignore[arg-type]  # short


def test_a_single_claim_owns_every_document() -> None:
    items = (said("FA-1"), said("BL-2", "delivery_note", name="b.pdf"))
    assert link_evidence(items, claims(GOODS), [()], nlp=NLP) == (items,)


def test_a_document_belongs_to_the_claim_that_names_its_number() -> None:
    items = (said("FA-1", confirmed=True), said("CDE-9", "order", role="mention"))
    linked = [(reference("FA-2"),), (reference("FA-1"),)]
    assert link_evidence(items, claims(PRICE, GOODS), linked, nlp=NLP) == ((), items)


def test_a_document_belongs_to_the_claim_that_names_another_number_in_it() -> None:
    items = (said("BL-5", "delivery_note"), said("CDE-9", "order", role="mention", confirmed=True))
    linked = [(), (reference("CDE-9", "order"),)]
    assert link_evidence(items, claims(PRICE, GOODS), linked, nlp=NLP) == ((), items)


def test_an_invoice_that_nobody_names_belongs_to_the_claim_that_speaks_of_prices() -> None:
    items = (said("FA-1"),)
    assert link_evidence(items, claims(GOODS, PRICE), [(), ()], nlp=NLP) == ((), items)


def test_an_invoice_does_not_belong_to_a_claim_that_names_another() -> None:
    linked = [(reference("FA-2"),), ()]
    assert link_evidence((said("FA-1"),), claims(PRICE, GOODS), linked, nlp=NLP) == (
        (),
        (said("FA-1"),),
    )


def test_a_document_of_which_no_claim_speaks_belongs_to_all() -> None:
    items = (said("X-1", "contract"),)
    both = claims(GOODS, "Personne ne répond.")
    assert link_evidence(items, both, [(), ()], nlp=NLP) == (items, items)


def test_each_row_of_a_sheet_belongs_to_the_claim_that_names_it() -> None:
    first, second = (said(text, role="mention", confirmed=True) for text in ("FA-1", "FA-2"))
    linked = [(reference("FA-1"),), (reference("FA-2"),)]
    assert link_evidence((first, second), claims(PRICE, PRICE), linked, nlp=NLP) == (
        (first,),
        (second,),
    )


def test_a_sum_belongs_to_the_claim_that_states_it() -> None:
    amount = Amount("50,00 €", Decimal(50), "EUR", 0, 7)
    item = Evidence(0, "a.pdf", 1, "sum", amount, confirmed=True)
    both = claims(GOODS, "Soit 50,00 € de trop.")
    assert link_evidence((item,), both, [(), ()], nlp=NLP) == ((), (item,))


def test_without_claims_nothing_is_linked() -> None:
    assert link_evidence((), [], [], nlp=NLP) == ()
