from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import build_nlp
from pipeline.claims.split import join_neighbours, split_claims
from pipeline.datatypes import Claim, Passage, Span, Zone
from tests.builders import make_message
from tests.models.fakes import FakeModel

NLP = build_nlp()


@dataclass
class Gathering(FakeModel):
    """Gathers the sentences as told."""

    groups: tuple[tuple[int, ...], ...] = ()

    def group_sentences(
        self, passage: Passage, sentences: object
    ) -> list[tuple[tuple[int, ...], float]]:
        del passage, sentences
        return [(group, 0.5) for group in self.groups]


def claims(
    body: str, *, zones: tuple[Zone, ...] = (), model: FakeModel | None = None, subject: str = ""
) -> tuple[Claim, ...]:
    message = make_message(body=body, subject=subject)
    passage = Passage(body, subject, body)
    return split_claims(message, zones, passage, nlp=NLP, model=model or FakeModel())


def test_a_claim_has_its_own_stretch_and_certainty() -> None:
    found = claims("Il manque un colis. La facture est fausse.")
    assert found == (
        Claim((Span(0, 19),), "Il manque un colis.", 0.8),
        Claim((Span(20, 42),), "La facture est fausse.", 0.8),
    )


def test_a_claim_may_be_told_in_two_places() -> None:
    body = "Un colis manque. La facture est fausse. Le colis est urgent."
    apart, whole = claims(body, model=Gathering(groups=((0, 2), (1,))))
    assert apart.text == "Un colis manque.\nLe colis est urgent."
    assert [body[span.start : span.end] for span in apart.spans] == apart.text.split("\n")
    assert whole.text == "La facture est fausse."


def test_neighbouring_sentences_are_one_stretch() -> None:
    body = "Un colis manque.\n\n- Il est urgent."
    (claim,) = claims(body, model=FakeModel(together=True))
    assert claim.spans == (Span(0, len(body)),)
    assert claim.text == body


def test_a_zone_between_parts_a_claim() -> None:
    body = "Un colis manque.\n> Bonjour\nIl est urgent."
    (claim,) = claims(body, zones=(Zone("quote", 17, 27),), model=FakeModel(together=True))
    assert claim.spans == (Span(0, 16), Span(27, len(body)))


def test_words_that_stand_in_zones_alone_are_still_a_claim() -> None:
    body = "Il manque deux cartons."
    (claim,) = claims(body, zones=(Zone("closing", 0, len(body)),))
    assert claim.text == body


def test_a_signature_is_judged_before_a_quote() -> None:
    body = "Il manque un carton.\n> Votre colis est parti."
    zones = (Zone("signature", 0, 20), Zone("quote", 21, len(body)))
    assert [claim.text for claim in claims(body, zones=zones)] == ["Il manque un carton."]


def test_a_quote_alone_is_still_a_claim() -> None:
    body = "> Il manque un carton."
    (claim,) = claims(body, zones=(Zone("quote", 0, len(body)),))
    assert "Il manque un carton." in claim.text


@pytest.mark.parametrize("body", ["", " \n ", "---", "🙂"])
def test_an_empty_body_gives_one_claim_of_the_subject_that_nobody_trusts(body: str) -> None:
    assert claims(body, subject="Colis perdu") == (Claim((), "Colis perdu", 0.0),)


@pytest.mark.parametrize(
    ("body", "spans", "joined"),
    [
        ("a, b", [(0, 1), (3, 4)], [(0, 4)]),
        ("a b c", [(0, 1), (4, 5)], [(0, 1), (4, 5)]),
        ("a\n\n- b c", [(0, 1), (5, 6), (7, 8)], [(0, 8)]),
        ("a", [], []),
    ],
)
def test_spans_are_joined_where_no_word_parts_them(
    body: str, spans: list[tuple[int, int]], joined: list[tuple[int, int]]
) -> None:
    assert join_neighbours(body, [Span(*span) for span in spans]) == tuple(
        Span(*span) for span in joined
    )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.booleans())
def test_any_body_gives_a_claim_whose_spans_slice_it(body: str, together: bool) -> None:  # noqa: FBT001
    found = claims(body, model=FakeModel(together=together))
    assert found
    for claim in found:
        pieces = [body[span.start : span.end] for span in claim.spans]
        assert claim.text == "\n".join(pieces)
        assert list(claim.spans) == sorted(claim.spans)
