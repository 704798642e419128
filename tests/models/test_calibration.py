from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calibration import Calibration, fit_calibration
from pipeline.datatypes import Prediction


def make_prediction(probability: float) -> Prediction:
    return Prediction("a", probability, {"a": probability, "b": 1 - probability})


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_trust_is_a_probability(
    probability: float, certainty: float, steepness: float, offset: float
) -> None:
    neutral = Calibration()
    weights: Any = tuple(steepness for _ in neutral.weights)
    calibration = replace(neutral, weights=weights, offset=offset)
    trust = calibration.trust(make_prediction(probability), certainty=certainty)
    assert 0 <= trust <= 1


@pytest.mark.parametrize("probability", [0.002, 0.3, 0.5, 0.99])
def test_the_neutral_calibration_believes_the_type(probability: float) -> None:
    trust = Calibration().trust(make_prediction(probability), certainty=0.1)
    assert trust == pytest.approx(probability)


@pytest.mark.parametrize("right", [True, False])
def test_where_all_are_right_or_all_wrong_nothing_is_learnt(right: bool) -> None:  # noqa: FBT001
    assert fit_calibration([(make_prediction(0.5), 0.5, right)] * 3) == Calibration()


def test_nothing_to_learn_from_is_neutral() -> None:
    assert fit_calibration([]) == Calibration()


def test_doubtful_boundaries_lower_the_trust_where_they_did_in_training() -> None:
    rng = np.random.default_rng(1)
    certainties = rng.uniform(0.05, 0.95, 400)
    right = rng.uniform(size=400) < certainties
    found = [
        (make_prediction(0.7), float(sure), bool(ok))
        for sure, ok in zip(certainties, right, strict=True)
    ]
    calibration = fit_calibration(found)
    trusts = [calibration.trust(make_prediction(0.7), certainty=c) for c in (0.1, 0.5, 0.9)]
    assert trusts == sorted(trusts)
    assert trusts == pytest.approx([0.1, 0.5, 0.9], abs=0.1)
