from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.claim_model import mail_passages, sentence_passages, to_predictions
from models.kernel import Head
from pipeline.datatypes import Passage, Sentence, TriageModel

if TYPE_CHECKING:
    from training.train import Fitted

HEADS = ("kind", "type", "severity", "nature", "resolution")


def test_the_model_keeps_the_promise_of_the_stages(fitted: Fitted) -> None:
    model: TriageModel = fitted.model
    assert model.version == "small"


def test_every_head_answers_each_passage_in_order(fitted: Fitted) -> None:
    passages = [Passage("Il manque un colis", "Livraison"), Passage(""), Passage("zzz")]
    found = fitted.model.predict(HEADS, passages)
    assert set(found) == set(HEADS)
    heads = {**fitted.model.mails.heads, **fitted.model.claims.heads}
    for name, predictions in found.items():
        assert len(predictions) == 3
        for prediction in predictions:
            assert sum(prediction.probabilities.values()) == pytest.approx(1.0)
            best = max(prediction.probabilities.values())
            assert prediction.probability == best or heads[name].caution is not None
            assert prediction.probabilities[prediction.label] == prediction.probability


def test_a_passage_is_judged_alike_alone_and_among_others(fitted: Fitted) -> None:
    passages = [Passage("Il manque un colis"), Passage("La facture est fausse")]
    together = fitted.model.predict(("type",), passages)["type"][1]
    alone = fitted.model.predict(("type",), passages[1:])["type"][0]
    assert together.label == alone.label
    assert together.probabilities == pytest.approx(alone.probabilities, abs=1e-4)


def test_no_passage_gives_no_answer(fitted: Fitted) -> None:
    assert fitted.model.predict(("kind", "type"), []) == {"kind": [], "type": []}


def test_an_unknown_head_is_left_out(fitted: Fitted) -> None:
    assert fitted.model.predict(("mood",), [Passage("x")]) == {}


def test_a_mail_is_judged_by_subject_and_words_and_a_sentence_by_its_own() -> None:
    assert mail_passages([Passage("b", "s", "c", "fr")]) == [Passage("s\nb", "s")]
    assert sentence_passages("s", [Sentence(0, 1, "b", "")]) == [Passage("b", "s")]


@pytest.mark.parametrize(
    ("caution", "chances", "label"),
    [
        (None, [0.5, 0.5, 0.0], "low"),
        (None, [0.3, 0.3, 0.4], "high"),
        (0.6, [0.6, 0.4, 0.0], "low"),
        (0.6, [0.5, 0.4, 0.1], "medium"),
        (0.6, [0.3, 0.2, 0.5], "high"),
        (1.0, [0.9, 0.05, 0.05], "high"),
    ],
)
def test_a_cautious_head_errs_upwards(
    caution: float | None, chances: list[float], label: str
) -> None:
    nothing = np.zeros((0, 3), np.float32)
    head = Head(("low", "medium", "high"), nothing, 1.0, np.zeros(3, np.float32), caution)
    (prediction,) = to_predictions(head, np.array([chances]))
    assert prediction.label == label
    assert prediction.probability == prediction.probabilities[label]
