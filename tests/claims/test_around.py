from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.claims.around import LONGEST, words_around

WORDS = "Bonjour,\n\nIl manque 4 cartons.\nLe café est rance.\n\nSans réponse, j'irai au tribunal."


def test_what_stands_in_no_claim_is_left() -> None:
    claims = ["Il manque 4 cartons.", "Le café est rance."]
    assert words_around(WORDS, claims) == "Bonjour, Sans réponse, j'irai au tribunal."


def test_a_claim_of_several_stretches_is_taken_out_line_by_line() -> None:
    claim = "Il manque 4 cartons.\nSans réponse, j'irai au tribunal."
    assert words_around(WORDS, [claim]) == "Bonjour, Le café est rance."


def test_words_said_twice_are_taken_out_once_for_each_line() -> None:
    assert words_around("Rien reçu. Rien reçu.", ["Rien reçu."]) == "Rien reçu."


def test_a_mail_that_is_its_claim_leaves_nothing() -> None:
    assert not words_around("Le café est rance.", ["Le café est rance."])


@given(st.text(), st.lists(st.text(), max_size=4))
def test_nothing_is_added(words: str, claims: list[str]) -> None:
    left = words_around(words, claims)
    assert len(left) <= min(len(words), LONGEST)
    assert set(left) <= {*words, " "}
