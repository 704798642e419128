"""Type probability and certainty of the boundaries -> how far a claim's type may be trusted.

A logistic regression on held-out claims as the whole system finds them (Platt 1999), so a type that
is sure of itself on badly cut words is not trusted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import Prediction


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted regression.

    Attributes:
        weights: Of the three measures of `_measures`.
        offset: Added to their sum.
    """

    weights: tuple[float, float] = (1.0, 0.0)
    offset: float = 0.0

    def trust(self, prediction: Prediction, *, certainty: float) -> float:
        """Probability that the type is right, in [0, 1]."""
        measures = _measures(prediction, certainty)
        score = self.offset + sum(
            weight * measure for weight, measure in zip(self.weights, measures, strict=True)
        )
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def fit_calibration(found: Sequence[tuple[Prediction, float, bool]]) -> Calibration:
    """Fit on held-out claims.

    Args:
        found: (type prediction, certainty of the boundaries, was the type right) of each claim.

    Returns:
        The neutral calibration where all were right, or all wrong.
    """
    right = np.array([ok for *_, ok in found])
    if len(set(right.tolist())) < 2:  # noqa: PLR2004 # nothing to tell apart
        return Calibration()
    measures = np.array([_measures(prediction, certainty) for prediction, certainty, _ in found])
    regression = LogisticRegression(C=10.0, max_iter=1000).fit(measures, right)
    first, second = (float(weight) for weight in regression.coef_[0])
    return Calibration((first, second), float(regression.intercept_[0]))


def _measures(prediction: Prediction, certainty: float) -> tuple[float, float]:
    return _log_odds(prediction.probability), _log_odds(certainty)


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-3), 1.0 - 1e-3)
    return math.log(clipped / (1.0 - clipped))
