from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.features import Weights, fit_features
from models.occlusion import MOST_WORDS, find_words, leave_out, passages_without, rows_without
from models.signals import load_signals
from pipeline.datatypes import Passage, Span
from tests.models.fakes import HashEncoder
from tests.training.small import SIGNALS

if TYPE_CHECKING:
    from models.features import Features

TEXTS = ["Il manque un colis", "Il manque deux colis", "Le colis est arrivé", "Un colis"]
PASSAGE = Passage("Il manque un colis", "Colis")


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def features(encoder: HashEncoder) -> Features:
    signals = load_signals(SIGNALS)
    return fit_features(TEXTS, weights=Weights(), signals=signals, encoder=encoder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Il n'y a rien.", ["Il", "n'y", "a", "rien"]),
        ("l’e-mail d'hier", ["l’e-mail", "d'hier"]),
        ("212,40 € et 3.5 kg, fin.Puis", ["212,40", "et", "3.5", "kg", "fin", "Puis"]),
        ("", []),
        ("… !", []),
    ],
)
def test_words_are_those_a_reader_sees(text: str, words: list[str]) -> None:
    assert [word.text for word in find_words(text)] == words


def test_a_word_has_all_its_places_in_any_notation() -> None:
    (word, other) = find_words("Reçu recu, REÇU ; 12 34")
    assert (word.text, word.spans) == ("Reçu", (Span(0, 4), Span(5, 9), Span(11, 15)))
    assert (other.text, len(other.spans)) == ("12", 2)


def test_a_hostile_text_costs_no_minutes() -> None:
    text = " ".join(map("x".__mul__, range(1, 500)))
    assert len(find_words(text)) <= MOST_WORDS


@given(text=st.text())
def test_leaving_out_all_words_leaves_what_stands_between_them(text: str) -> None:
    words = find_words(text)
    spans = [span for word in words for span in word.spans]
    assert len(leave_out(text, spans)) == len(text) - sum(end - start for start, end in spans)
    assert leave_out(text, []) == text
    for word in words:
        start, end = word.spans[0]
        assert text[start:end] == word.text


def test_embeddings_are_kept(features: Features, encoder: HashEncoder) -> None:
    cut = passages_without(PASSAGE, find_words(PASSAGE.text))
    assert [passage.text for passage in cut][:2] == [" manque un colis", "Il  un colis"]
    whole, fresh = features.transform([PASSAGE]), features.transform(cut)
    encoder.texts.clear()
    kept = rows_without(PASSAGE, cut, features=features)
    assert set(encoder.texts) == {PASSAGE.text, PASSAGE.subject}
    assert (kept.sparse != fresh.sparse).nnz == 0
    assert np.allclose(kept.dense[:, :896], whole.dense[:, :896])
    assert not np.allclose(fresh.dense[:, :896], whole.dense[:, :896])
    assert np.allclose(kept.dense[:, 896:], fresh.dense[:, 896:])
