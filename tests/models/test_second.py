from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.gravity import load_gravity_signs
from models.ordinal import OrdinalHead
from models.second import (
    SecondLook,
    around_passages,
    measure_count,
    nature_measures,
    severity_measures,
)
from pipeline.datatypes import Passage
from tests.training.small import SIGNALS

if TYPE_CHECKING:
    from training.train import Fitted

SIGNS = load_gravity_signs(SIGNALS)
LEGAL = [sign.code for sign in SIGNS].index("legal_step")
LABELS = ("low", "high")
PLAIN = Passage("Il manque un carton.", subject="Colis", around="Merci de votre retour rapide.")
EVEN = np.full((1, 2), 0.5)


def measures_of(passage: Passage) -> np.ndarray:
    return severity_measures([passage], EVEN, EVEN, np.zeros((1, 2)), signs=SIGNS)


def head_of(weights: np.ndarray) -> OrdinalHead:
    return OrdinalHead(LABELS, weights[None, :], np.zeros(1), np.array([0.5]))


def look(**weights: float) -> SecondLook:
    """Judges by the legal step alone: in the claim, and around it."""
    row = np.zeros(measure_count("severity", steps=1, types=2, signs=len(SIGNS)))
    row[LEGAL] = weights.get("inside", 0.0)
    row[len(SIGNS) + LEGAL] = weights.get("around", 0.0)
    return SecondLook({"severity": head_of(row)}, SIGNS)


def judge(second: SecondLook, passage: Passage) -> tuple[str, tuple[str, ...], float]:
    chances = {"severity": EVEN, "nature": EVEN, "type": EVEN}
    (found,) = second.judge(["severity"], [passage], chances, np.zeros((1, 2)))["severity"]
    return found.label, found.signs, found.probability


def test_measures_are_as_many_as_said() -> None:
    steps, types = 1, 2
    assert measures_of(PLAIN).shape[1] == measure_count(
        "severity", steps=steps, types=types, signs=len(SIGNS)
    )
    assert nature_measures(EVEN, EVEN).shape[1] == measure_count(
        "nature", steps=steps, types=types, signs=0
    )
    with pytest.raises(ValueError, match="colour"):
        measure_count("colour", steps=1, types=2, signs=0)


def test_a_threat_in_the_claim_raises_it_and_is_told() -> None:
    passage = replace(PLAIN, text="Il manque un carton, mon avocat vous écrira.")
    label, signs, chance = judge(look(inside=9.0), passage)
    assert (label, signs) == ("high", ("legal_step",))
    assert chance > 0.9


def test_a_threat_around_the_claims_raises_it_too() -> None:
    passage = replace(PLAIN, around="Sans réponse je saisis le tribunal.")
    assert judge(look(around=9.0), passage)[:2] == ("high", ("legal_step",))
    assert judge(look(inside=9.0), passage)[1] == ()


def test_a_sign_that_counts_nothing_is_not_told() -> None:
    passage = replace(PLAIN, text="Mon avocat vous écrira avant vendredi.")
    assert judge(look(inside=0.1), passage)[1] == ()


def test_words_around_that_say_too_little_are_not_judged() -> None:
    passages = [PLAIN, replace(PLAIN, around="Merci."), replace(PLAIN, text="Autre")]
    assert around_passages(passages) == [Passage(PLAIN.around, subject="Colis")]


def test_what_the_words_around_sound_like_is_measured() -> None:
    told = severity_measures([PLAIN], EVEN, EVEN, np.array([[0.1, 0.9]]), signs=SIGNS)
    silent = measures_of(PLAIN)
    assert (told != silent).sum() == 2


def test_only_the_heads_asked_for_judge() -> None:
    chances = {"severity": EVEN, "type": EVEN}
    assert look().judge([], [PLAIN], chances, np.zeros((1, 2))) == {}


def test_a_trained_model_tells_signs_and_the_same_with_or_without_other_heads(
    fitted: Fitted,
) -> None:
    passage = replace(PLAIN, text="Mon avocat saisit le tribunal, danger, bébé malade !")
    assert "severity" in fitted.model.second.heads
    both = fitted.model.predict(("type", "severity"), [passage])
    alone = fitted.model.predict(("severity",), [passage])
    assert alone["severity"] == both["severity"]
    assert set(alone["severity"][0].signs) <= {sign.code for sign in SIGNS}
    assert both["type"][0].signs == ()


def test_a_model_without_these_heads_judges_by_likeness(fitted: Fitted) -> None:
    plain = replace(fitted.model, second=SecondLook())
    (found,) = plain.predict(("severity",), [PLAIN])["severity"]
    assert found.signs == ()
    assert sum(found.probabilities.values()) == pytest.approx(1)
