from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.features import Weights, fit_features
from models.fired import find_fired, plain_places
from models.signals import load_signals, plain_text
from pipeline.datatypes import Passage
from tests.models.fakes import HashEncoder
from tests.training.small import SIGNALS

FEATURES = fit_features(
    ["x"], weights=Weights(), signals=load_signals(SIGNALS), encoder=HashEncoder()
)


def fired(passage: Passage) -> dict[str, list[str]]:
    """Each signal with the words that made it fire."""
    row = FEATURES.transform([passage]).dense[0]
    return {
        one.text: [passage.text[start:end] for start, end in one.spans]
        for one in find_fired(passage, row, signals=FEATURES.signals)
    }


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Il manque un colis", "shortage", ["Il manque"]),
        ("Manquant : 2 colis, manquait déjà", "shortage", ["Manquant", "manquait"]),
        ("Colis écrasé", "damage", ["écrasé"]),
        ("Mon avocat écrira. L’avocat !", "legal_step", ["avocat", "avocat"]),
        ("Vous devez 1 200 €", "sum", []),
        ("SCANDALEUX !", "capitals", []),
        ("SCANDALEUX !", "exclamations", []),
        ("Où est-il ?", "questions", []),
    ],
)
def test_a_signal_names_the_words_as_they_were_written(
    text: str, name: str, words: list[str]
) -> None:
    found = fired(Passage(text))
    assert found[name] == words


def test_the_subject_counts_only_where_there_is_one() -> None:
    assert "subject" in fired(Passage("Bonjour", "Colis"))
    assert "subject" not in fired(Passage("Bonjour"))


def test_no_other_columns_than_those_of_signals_are_named() -> None:
    passage = Passage("Il manque 3 colis, 40 € !", "Colis")
    row = FEATURES.transform([passage]).dense[0]
    for one in find_fired(passage, row, signals=FEATURES.signals):
        row[one.columns] = 0.0
    assert row[:896].all()
    assert not row[896:].any()


@given(text=st.text())
def test_every_character_of_the_searched_text_has_its_place(text: str) -> None:
    plain, places = plain_places(text)
    assert len(places) == len(plain) + 1
    assert places == sorted(places)
    assert len(plain) == len(plain_text(text))
