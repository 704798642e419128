"""Signs -> label: a multinomial logistic regression over named signs.

A sign is a name with a number (`pipeline.references.signs`); names that training did not see count
nothing. It is stored as plain arrays, so loading it runs no code, and each weight has a name that
a person can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from models.kernel import softmax

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

ITERATIONS = 1000
LEAST_SEEN = 2
"""Signs that fewer examples have are left out."""


@dataclass(frozen=True)
class SignHead:
    """A fitted regression.

    Attributes:
        labels: What it may say, in the order of the columns.
        names: Of the signs, in the order of the rows.
        weights: (signs, labels).
        offsets: (labels,).
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    @cached_property
    def places(self) -> dict[str, int]:
        """Row of each sign."""
        return {name: place for place, name in enumerate(self.names)}

    def weigh(self, signs: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
        """Judge things by their signs.

        Returns:
            Label to probability for each, in order.
        """
        if not signs:
            return []
        scores = np.array([self._score(own) for own in signs])
        return [dict(zip(self.labels, row, strict=True)) for row in softmax(scores).tolist()]

    def _score(self, signs: Mapping[str, float]) -> NDArray[np.float32]:
        known = [(self.places[name], value) for name, value in signs.items() if name in self.places]
        rows = [place for place, _ in known]
        values = np.array([value for _, value in known], dtype=np.float32)
        return np.asarray(values @ self.weights[rows] + self.offsets)


def fit_sign_head(
    signs: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    *,
    strength: float,
    weights: Sequence[float] | None = None,
) -> SignHead:
    """Fit the regression.

    Args:
        signs: Of each example.
        labels: Of each example; at least two different ones.
        strength: Inverse of the penalty on weights.
        weights: How much each example counts; all alike unless given.
    """
    vectorizer = DictVectorizer(dtype=np.float32)
    matrix = vectorizer.fit_transform(signs).tocsr()
    kept = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= LEAST_SEEN)
    regression = LogisticRegression(C=strength, max_iter=ITERATIONS)
    regression.fit(matrix[:, kept], labels, sample_weight=weights)
    rows, offsets = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # noqa: PLR2004 # scikit-learn keeps one row for two labels
        rows = np.vstack([np.zeros_like(rows), rows])
        offsets = np.concatenate([np.zeros_like(offsets), offsets])
    names = vectorizer.get_feature_names_out()[kept]
    return SignHead(
        tuple(map(str, regression.classes_)),
        tuple(map(str, names)),
        np.ascontiguousarray(rows.T, dtype=np.float32),
        np.asarray(offsets, dtype=np.float32),
    )
