from __future__ import annotations

import math

import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datatypes import Claim, Span, Zone
from pipeline.parse.zones import find_zones
from pipeline.references.amounts import find_amounts
from pipeline.references.find import list_mentions
from pipeline.references.signs import Signs, Topic, reference_signs, tokens, zone_of
from pipeline.references.sums import amount_signs
from tests.builders import make_message

NLP = spacy.blank("xx")
WRITTEN = st.text("aé FA-/0123456789.:,€n°\n()x", max_size=200)


def signs_of(body: str, *, subject: str = "", claims: tuple[Claim, ...] = ()) -> dict[str, Signs]:
    message = make_message(subject=subject, body=body)
    topics: list[Topic] = [{"type": {"shortage": 0.9, "return": 0.01}} for _ in claims]
    return reference_signs(message, list_mentions(message, nlp=NLP), (), claims, topics)


def sum_signs(body: str) -> list[Signs]:
    amounts = find_amounts(body)
    return amount_signs(amounts, body, {"type": {"refund": 1.0}}, sums=len(amounts), claims=1)


def test_the_words_beside_an_identifier_are_signs() -> None:
    signs = signs_of("Le bon 88213 manque.")["88213"]
    assert signs["b0=bon"] == signs["a0=manque"] == 1.0
    assert signs["before=le"] > 0


def test_what_the_claim_around_it_is_about_is_a_sign_faint_labels_left_out() -> None:
    body = "Le bon 88213 manque."
    signs = signs_of(body, claims=(Claim((Span(0, len(body)),), body),))["88213"]
    assert signs["type=shortage"] == 0.9
    assert "type=return" not in signs
    assert "type around=shortage" not in signs


def test_claims_elsewhere_are_only_around() -> None:
    body = "Bonjour, commande 88213.\nIl manque tout."
    claim = Claim((Span(25, len(body)),), body[25:])
    signs = signs_of(body, claims=(claim,))["88213"]
    assert signs["type around=shortage"] == 0.9
    assert "type=shortage" not in signs


def test_mentions_of_one_identifier_share_their_weight() -> None:
    signs = signs_of("Le bon 88213 manque.", subject="Bon 88213")
    assert list(signs) == ["88213"]
    assert math.isclose(signs["88213"]["b0=bon"], math.sqrt(2))


def test_numbers_are_told_by_their_length() -> None:
    assert tokens("Réf. n° 123 :\n5") == [
        "ref", ".", "n", "°", "<3 digits>", ":", "<line>", "<1 digits>",
    ]  # fmt: skip


def test_a_place_has_the_kind_of_its_zone() -> None:
    zones = [Zone("greeting", 0, 5), Zone("signature", 20, 30)]
    assert [zone_of(zones, place) for place in (0, 5, 20, 30)] == ["greeting", "", "signature", ""]


def test_a_difference_of_two_sums_is_told() -> None:
    signs = sum_signs("Devis 120 €, facture 150 €, donc 30 € de trop.")
    assert "difference" in signs[2]
    assert "greatest" in signs[1]
    assert "refund" not in signs[0]
    assert signs[2]["type=refund difference"] == 1.0


def test_a_sum_alone_is_neither_first_nor_greatest() -> None:
    (signs,) = sum_signs("Rendez-moi 30 €.")
    assert "lone" in signs
    assert not {"first", "last", "greatest", "least"} & signs.keys()


@given(subject=WRITTEN, body=WRITTEN)
def test_any_text_gives_finite_signs(subject: str, body: str) -> None:
    message = make_message(subject=subject, body=body)
    zones = find_zones(body, subject=subject)
    found = reference_signs(message, list_mentions(message, nlp=NLP), zones, (), ())
    for signs in (*found.values(), *sum_signs(body)):
        assert all(map(math.isfinite, signs.values()))
