from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.claim_model import sentence_passages
from models.counting import NO_COUNTS
from models.language import build_nlp
from models.layout import measure_layout
from models.pairs import pair_features, pair_places, see_discourse, sentence_features
from pipeline.claims.sentences import split_sentences

if TYPE_CHECKING:
    from models.pairs import Discourse
    from training.train import Fitted

NLP = build_nlp()
BODIES = ["Rien.", "Un colis manque. Rien.", "Un.\n\nDeux !\nTrois ? 4 €, dix.\n- cinq", "1\n" * 30]


def see(body: str, fitted: Fitted) -> Discourse:
    sentences = split_sentences(body, (), nlp=NLP)
    features = fitted.model.features
    rows = features.transform(sentence_passages("Sujet", sentences))
    grouping = fitted.model.grouping
    assert grouping is not None
    types = np.full((len(sentences), 3), 1 / 3)
    return see_discourse(
        rows,
        measure_layout(sentences, signals=features.signals),
        chances=grouping.head.chances(rows),
        types=types,
        counts=NO_COUNTS,
    )


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_every_pair_stands_once_the_earlier_sentence_first(count: int) -> None:
    places = pair_places(count)
    assert places.shape == (count * (count - 1) // 2, 2)
    assert (places[:, 0] < places[:, 1]).all()
    assert len({tuple(pair) for pair in places.tolist()}) == len(places)


@pytest.mark.parametrize("body", BODIES)
def test_every_sentence_and_pair_has_finite_features(body: str, fitted: Fitted) -> None:
    discourse = see(body, fitted)
    count = len(discourse.chances)
    look = sentence_features(discourse)
    assert look.shape == (count, sentence_features(see("Un. Deux.", fitted)).shape[1])
    assert np.isfinite(look).all()
    if count > 1:
        pairs = pair_features(discourse, np.linspace(0, 1, count))
        assert pairs.shape == (
            count * (count - 1) // 2,
            pair_features(see("Un. Deux.", fitted), np.ones(2)).shape[1],
        )
        assert np.isfinite(pairs).all()


def test_certain_chances_do_not_overflow(fitted: Fitted) -> None:
    seen = see("Un. Deux.", fitted)
    chances = np.zeros_like(seen.chances)
    chances[:, 0] = [0.0, 1.0]
    sure = replace(seen, chances=chances)
    assert np.isfinite(sentence_features(sure)).all()
    assert np.isfinite(pair_features(sure, np.array([0.0, 1.0]))).all()


def test_vectors_of_nothing_stay_finite(fitted: Fitted) -> None:
    seen = see("Un. Deux.", fitted)
    none = replace(seen, use=seen.use * 0, e5=seen.e5 * 0)
    assert np.isfinite(pair_features(none, np.ones(2))).all()
