"""Sentences of a mail -> what each is about: no claim, or a claim of some type.

A multinomial logistic regression on a sentence's dense features and on the embeddings of its
neighbours. Words and letters would add little beside the claim machine, which reads them too, and
cost minutes. It is stored as plain arrays, so loading it runs no code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.encoder import USE_WIDTH
from models.kernel import softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.features import Rows

BEFORE_WEIGHT = 0.6
AFTER_WEIGHT = 0.4
"""How much the neighbours' embeddings count beside the sentence's own."""

ITERATIONS = 200
TOLERANCE = 1e-2
"""The regression stops early: further steps were seen to change no decision."""


@dataclass(frozen=True, slots=True)
class SentenceHead:
    """A fitted regression.

    Attributes:
        weights: (dense width + 2 * USE_WIDTH, labels).
        offsets: (labels,); the first label is "no claim", then the claim types.
    """

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def chances(self, rows: Rows) -> NDArray[np.float64]:
        """Judge the sentences of one mail.

        Args:
            rows: Their features, in order.

        Returns:
            Probabilities (sentences, labels).
        """
        scores = _inputs(rows.dense, [len(rows.dense)]) @ self.weights + self.offsets
        return softmax(np.asarray(scores))


def fit_sentence_head(
    dense: NDArray[np.float32],
    lengths: Sequence[int],
    labels: NDArray[np.intp],
    *,
    strength: float,
) -> SentenceHead:
    """Fit the regression.

    Args:
        dense: Dense features of the sentences of all mails, mail after mail.
        lengths: Sentences of each mail.
        labels: (sentences,) 0 for no claim, else 1 + the type's place.
        strength: Inverse of the penalty on weights.
    """
    inputs, known = _inputs(dense, lengths), np.unique(labels)
    width = max(int(labels.max()) + 1, 2)
    weights = np.zeros((inputs.shape[1], width), dtype=np.float32)
    offsets = np.full(width, -20.0, dtype=np.float32)
    if len(known) == 1:
        offsets[known] = 0.0
        return SentenceHead(weights, offsets)
    regression = LogisticRegression(C=strength, max_iter=ITERATIONS, tol=TOLERANCE)
    regression.fit(inputs, labels)
    own = known[1:] if len(regression.coef_) == 1 else known
    offsets[known] = 0.0
    weights[:, own] = regression.coef_.T
    offsets[own] = regression.intercept_
    return SentenceHead(weights, offsets)


def _inputs(dense: NDArray[np.float32], lengths: Sequence[int]) -> NDArray[np.float32]:
    """Join dense features and the neighbours' embeddings."""
    use = dense[:, :USE_WIDTH]
    before, after = np.zeros_like(use), np.zeros_like(use)
    start = 0
    for length in lengths:
        end = start + length
        before[start + 1 : end] = use[start : end - 1]
        after[start : end - 1] = use[start + 1 : end]
        start = end
    return np.hstack([dense, before * BEFORE_WEIGHT, after * AFTER_WEIGHT])
