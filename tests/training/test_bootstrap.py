from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from training.bootstrap import bootstrap

if TYPE_CHECKING:
    from numpy.typing import NDArray

RIGHT = np.array([1.0] * 80 + [0.0] * 20)


def share(weights: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "share": weights @ RIGHT / weights.sum(axis=1),
        "none": {"x": np.full(len(weights), np.nan)},
    }


drawn = partial(bootstrap, share, mails=100)


def test_an_interval_is_as_wide_as_theory_says() -> None:
    low, high = drawn(resamples=2000, seed=1)["share"]
    error = 1.96 * np.sqrt(0.8 * 0.2 / 100)
    assert low == pytest.approx(0.8 - error, abs=0.015)
    assert high == pytest.approx(0.8 + error, abs=0.015)


def test_drawings_are_repeatable_and_another_seed_draws_otherwise() -> None:
    assert drawn(resamples=150, seed=1) == drawn(resamples=150, seed=1)
    assert drawn(resamples=150, seed=1) != drawn(resamples=150, seed=2)


def test_every_drawing_has_as_many_mails_as_there_are() -> None:
    seen: list[NDArray[np.float64]] = []

    def look(weights: NDArray[np.float64]) -> dict[str, Any]:
        seen.append(weights)
        return {"mails": weights.sum(axis=1)}

    assert bootstrap(look, mails=7, resamples=250, seed=3) == {"mails": [7.0, 7.0]}
    assert sum(len(weights) for weights in seen) == 250


def test_what_no_drawing_measures_has_no_interval() -> None:
    assert drawn(resamples=10, seed=1)["none"] == {"x": None}
