from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from models.hiding import Asked, log_odds, look
from pipeline.datatypes import Passage, Prediction

if TYPE_CHECKING:
    from training.train import Fitted

PASSAGE = Passage("Il manque deux cartons de vis", "Livraison")


@pytest.mark.parametrize(
    ("chance", "odds"), [(0.5, 0.0), (0.75, math.log(3)), (0.25, -math.log(3))]
)
def test_log_odds_weigh_a_label_against_all_others(chance: float, odds: float) -> None:
    others = {"b": (1 - chance) / 2, "c": (1 - chance) / 2}
    prediction = Prediction("a", chance, {"a": chance, **others})
    assert log_odds(prediction, "a") == pytest.approx(odds)


def test_log_odds_of_what_is_certain_are_finite() -> None:
    prediction = Prediction("a", 1.0, {"a": 1.0, "b": 0.0})
    assert math.isfinite(log_odds(prediction, "a"))
    assert math.isfinite(log_odds(prediction, "b"))


@pytest.mark.parametrize("encoded_words", [0, 2, 99])
def test_every_part_is_hidden_once_for_every_head(fitted: Fitted, encoded_words: int) -> None:
    labels = {"type": "shortage", "nature": "non_commercial"}
    asked = Asked(fitted.model, fitted.model.claims, labels)
    view = look(asked, PASSAGE, encoded_words=encoded_words)
    for head in labels:
        assert view.whole[head] == fitted.model.predict((head,), [PASSAGE])[head]
        assert len(view.without_words[head]) == len(view.words) == 6
        assert len(view.without_signals[head]) == len(view.signals)
    assert (view.signs, view.without_signs) == ([], [])
