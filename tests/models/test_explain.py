from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.explain import explain
from models.occlusion import leave_out
from pipeline.datatypes import Passage
from pipeline.errors import ModelIncompatible
from tests.bench.explaining import measure
from tests.training.small import CORPUS, TAXONOMY, read_lines, small_examples
from training.precedents import list_precedents

if TYPE_CHECKING:
    from models.precedents import Precedents
    from training.train import Fitted

PASSAGE = Passage("Il manque deux cartons, avec l'avocat on verra. Il manque tout !", "Livraison")
HEADS = ("kind", "type", "severity", "nature", "resolution")


@pytest.fixture(scope="module")
def precedents(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Precedents:
    examples = small_examples(tmp_path_factory.mktemp("again"))
    kind = TAXONOMY.claim_kind
    return list_precedents(examples, fitted, characters=20, kind=kind)


def decided(fitted: Fitted, passage: Passage = PASSAGE) -> dict[str, str]:
    found = fitted.model.predict(HEADS, [passage])
    return {head: predictions[0].label for head, predictions in found.items()}


def test_every_head_is_explained_with_what_it_said(fitted: Fitted, precedents: Precedents) -> None:
    found = explain(fitted.model, PASSAGE, decided(fitted), precedents=precedents)
    assert set(found) == set(HEADS)
    said = fitted.model.predict(HEADS, [PASSAGE])
    for head, explanation in found.items():
        (prediction,) = said[head]
        assert (explanation.head, explanation.label) == (head, prediction.label)
        assert explanation.probability == pytest.approx(prediction.probability, abs=1e-4)
        chances = dict(prediction.probabilities)
        del chances[prediction.label]
        assert explanation.rival == max(chances, key=lambda label: chances[label])
        assert explanation.rival_probability == pytest.approx(max(chances.values()), abs=1e-4)


def test_a_word_is_worth_what_the_label_loses_without_it(fitted: Fitted) -> None:
    heads = {"type": decided(fitted)["type"]}
    explanation = explain(fitted.model, PASSAGE, heads, precedents={}, encoded_words=99)["type"]
    assert "manque" in [clue.name for clue in explanation.words]
    for clue in explanation.words:
        cut = replace(PASSAGE, text=leave_out(PASSAGE.text, clue.spans))
        left = fitted.model.predict(("type",), [cut])["type"][0].probabilities[explanation.label]
        assert clue.without == pytest.approx(left, abs=1e-4)
        assert (clue.gain > 0) == (left < explanation.probability)
    gains = [clue.gain for clue in explanation.words]
    assert gains == sorted(gains, reverse=True)


def test_spans_are_places_of_the_text_that_was_judged(fitted: Fitted) -> None:
    found = explain(fitted.model, PASSAGE, decided(fitted), precedents={})
    assert found["type"].text == PASSAGE.text
    assert found["kind"].text == "Livraison\n" + PASSAGE.text
    for explanation in found.values():
        for clue in explanation.words:
            assert explanation.text[slice(*clue.spans[0])] == clue.name


def test_a_signal_is_told_with_the_words_that_made_it_fire(fitted: Fitted) -> None:
    heads = {"type": decided(fitted)["type"]}
    found = explain(fitted.model, PASSAGE, heads, precedents={})["type"]
    told = {clue.name: clue for clue in found.signals}
    spans = told["fewer_than"].spans
    assert [PASSAGE.text[start:end] for start, end in spans] == ["Il manque", "Il manque"]
    assert told["fewer_than"].without != pytest.approx(found.probability, abs=1e-6)


def test_a_severity_tells_its_signs_and_what_surrounds_the_claim(fitted: Fitted) -> None:
    passage = replace(PASSAGE, around="Sans réponse demain, je saisis le tribunal.")
    heads = {"severity": decided(fitted, passage)["severity"]}
    found = explain(fitted.model, passage, heads, precedents={})["severity"]
    told = {clue.name: clue for clue in found.signals}
    assert "around" in told
    alone = fitted.model.predict(("severity",), [replace(passage, around="")])["severity"][0]
    assert told["around"].without == pytest.approx(alone.probabilities[found.label], abs=1e-4)
    ((start, end),) = told["legal_step"].spans
    assert PASSAGE.text[start:end] == "avocat"


def test_examples_are_told_with_their_labels(fitted: Fitted, precedents: Precedents) -> None:
    found = explain(fitted.model, PASSAGE, decided(fitted), precedents=precedents, neighbours=2)
    for head, explanation in found.items():
        own = [one.precedent.labels[head] for one in explanation.supporting]
        others = [one.precedent.labels[head] for one in explanation.opposing]
        assert own == [explanation.label] * 2
        assert len(others) <= 2
        assert explanation.label not in others


def test_the_text_of_an_example_supports_its_own_label(
    fitted: Fitted, precedents: Precedents
) -> None:
    place = 3
    passage = fitted.dataset.claims[place]
    heads = {"type": fitted.dataset.labels[place]["type"]}
    found = explain(fitted.model, passage, heads, precedents=precedents)["type"]
    assert found.supporting[0].precedent == precedents["claims"][place]
    assert found.supporting[0].likeness == pytest.approx(1.0, abs=1e-3)


def test_what_the_model_does_not_know_is_left_out(fitted: Fitted) -> None:
    heads = {"mood": "glad", "type": "no_such_type"}
    assert explain(fitted.model, PASSAGE, heads, precedents={}) == {}


@pytest.mark.parametrize("text", ["", " \n", "…", "x"])
def test_a_text_that_says_nothing_is_explained_all_the_same(
    fitted: Fitted, precedents: Precedents, text: str
) -> None:
    heads = {"type": "shortage", "kind": "complaint"}
    found = explain(fitted.model, Passage(text), heads, precedents=precedents)
    assert set(found) == {"type", "kind"}
    assert np.isfinite([found["type"].probability, found["kind"].probability]).all()


def test_examples_of_another_model_are_refused(fitted: Fitted, precedents: Precedents) -> None:
    wrong = {"claims": precedents["claims"][1:]}
    with pytest.raises(ModelIncompatible):
        explain(fitted.model, PASSAGE, {"type": "shortage"}, precedents=wrong)


def test_the_words_told_first_bear_the_decision(fitted: Fitted) -> None:
    lines = read_lines(CORPUS / "claims" / "fr-1.jsonl")[-60:]
    found = measure(fitted.model, [Passage(line["text"]) for line in lines], encoded_words=12)
    assert found.claims > 40
    assert found.told > 2 * max(found.random, 0.01)
