from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.calibrate import fit_threshold, fit_thresholds_by_type

DECISIONS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30)


@pytest.mark.parametrize(
    ("confidences", "right", "precision", "threshold"),
    [
        ([0.9, 0.8, 0.7], [True, True, False], 0.95, 0.8),
        ([0.7, 0.9, 0.8], [False, True, True], 0.95, 0.8),
        ([0.9, 0.8, 0.7, 0.6], [True, False, True, True], 0.75, 0.6),
        ([0.9, 0.8], [False, True], 0.95, 1.01),
        ([0.9, 0.8], [True, True], 0.95, 0.8),
        ([], [], 0.95, 1.01),
    ],
)
def test_the_least_confidence_above_which_decisions_are_right_enough(
    confidences: list[float], right: list[bool], precision: float, threshold: float
) -> None:
    assert fit_threshold(confidences, right, precision=precision) == pytest.approx(threshold)


@given(DECISIONS, st.floats(0.5, 0.99))
def test_what_stands_at_or_above_the_threshold_is_right_so_often(
    decisions: list[tuple[float, bool]], precision: float
) -> None:
    confidences = [confidence for confidence, _ in decisions]
    threshold = fit_threshold(confidences, [ok for _, ok in decisions], precision=precision)
    above = [ok for confidence, ok in decisions if confidence >= threshold]
    assert not above or sum(above) / len(above) >= precision


def test_a_type_with_enough_decisions_has_a_threshold_of_its_own() -> None:
    types = ["late", "late", "late", "rare", "wrong", "wrong", "wrong"]
    confidences = [0.9, 0.8, 0.7, 0.9, 0.9, 0.8, 0.7]
    right = [True, True, False, True, False, False, False]
    found = fit_thresholds_by_type(types, confidences, right, precision=0.95, least_examples=3)
    assert found == {"late": pytest.approx(0.8), "wrong": pytest.approx(1.01)}
