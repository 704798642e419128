from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ordinal import OrdinalHead, fit_borders, fit_ordinal, quadratic_kappa

LABELS = ("low", "medium", "high")
RANDOM = np.random.default_rng(3)
PLACES = RANDOM.integers(0, 3, 300)
MEASURES = np.column_stack([PLACES + RANDOM.normal(0, 0.6, 300), RANDOM.normal(0, 1, 300)])
NOISE = RANDOM.normal(0, 0.9, 300)
PARTS = np.arange(300) % 3


def fit(grave_share: float = 0.0, measures: np.ndarray = MEASURES) -> OrdinalHead:
    return fit_ordinal(
        measures, PLACES, PARTS, labels=LABELS, strength=1.0, grave_share=grave_share
    )


def test_an_order_is_learnt() -> None:
    head = fit()
    found = head.choose(head.probabilities(MEASURES))
    assert quadratic_kappa(PLACES, found, count=3) > 0.75
    assert (np.diff(head.borders) > 0).all()


def test_a_measure_that_never_changes_counts_nothing() -> None:
    still = np.column_stack([MEASURES, np.full(300, 7.0)])
    assert fit(measures=still).weights[:, 2].tolist() == pytest.approx([0, 0])


@pytest.mark.parametrize("share", [0.8, 0.9, 0.95])
def test_the_gravest_are_seen_as_often_as_asked_for(share: float) -> None:
    expected = np.clip(PLACES + NOISE, 0.1, 1.9)
    found = np.searchsorted(fit_borders(expected, PLACES, count=3, share=share), expected)
    assert (found[PLACES == 2] >= 1).mean() >= share


def test_of_two_labels_none_is_preferred() -> None:
    places = np.minimum(PLACES, 1)
    head = fit_ordinal(MEASURES, places, PARTS, labels=LABELS[:2], strength=1.0, grave_share=0.99)
    found = head.choose(head.probabilities(MEASURES))
    assert 0.75 < (found == places).mean() < 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_chances_sum_to_1_whatever_is_measured(row: list[float]) -> None:
    chances = HEAD.probabilities(np.array([row]))
    assert chances.sum() == pytest.approx(1)
    assert (chances >= 0).all()
    assert HEAD.choose(chances)[0] in range(3)


@pytest.mark.parametrize(
    ("wanted", "found", "kappa"),
    [([0, 1, 2], [0, 1, 2], 1.0), ([0, 2], [2, 0], -1.0), ([0, 0], [0, 0], 0.0)],
)
def test_kappa_of_small_cases(wanted: list[int], found: list[int], kappa: float) -> None:
    assert quadratic_kappa(np.array(wanted), np.array(found), count=3) == pytest.approx(kappa)


HEAD = fit()
