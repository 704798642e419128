"""Rows -> labels by likeness to labelled rows: kernel ridge regression with a Gaussian kernel.

One kernel serves several heads, so a claim is compared with the examples once. Scores become
probabilities by a softmax whose temperature and offsets are fitted on held-out scores (vector
scaling, Guo et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, optimize

from models.features import CHUNK, unit_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.features import RowIndex, Rows


NO_LENGTH = 1e-12
"""Squared length of a row that holds nothing."""

OFFSET_PENALTY = 1e-3
"""Keeps the offsets of rare labels near 0."""


@dataclass(frozen=True, slots=True)
class Head:
    """One decision.

    Attributes:
        labels: What it may say, in the order of the columns.
        coefficients: (examples, labels).
        temperature: Divides the scores before the softmax.
        offsets: (labels,), then added.
        caution: For labels in rising order: choose the lowest label that is not exceeded with at
            least this probability; None: choose the most probable label.
    """

    labels: tuple[str, ...]
    coefficients: NDArray[np.float32]
    temperature: float
    offsets: NDArray[np.float32]
    caution: float | None = None

    def probabilities(self, kernel: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated probabilities, (rows, labels).

        Args:
            kernel: What `KernelMachine.kernel` gave for the rows.
        """
        return softmax(kernel @ self.coefficients / self.temperature + self.offsets)

    def choose(self, chances: NDArray[np.float64]) -> NDArray[np.intp]:
        """Give the column of the chosen label of each row of probabilities."""
        if self.caution is None:
            return np.asarray(chances.argmax(axis=1), dtype=np.intp)
        below = np.cumsum(chances, axis=1)[:, :-1] < self.caution
        return np.asarray(below.sum(axis=1), dtype=np.intp)


@dataclass(frozen=True, slots=True)
class KernelMachine:
    """Labelled rows and the heads that rest on them.

    Attributes:
        examples: The training examples.
        width: Sharpness of the kernel: exp(width * (cosine - 1)).
        heads: By name.
    """

    examples: RowIndex
    width: float
    heads: Mapping[str, Head]

    def kernel(self, rows: Rows) -> NDArray[np.float32]:
        """Likeness of rows to the examples, (rows, examples), each in [0, 1]."""
        return likeness(rows, self.examples, width=self.width)

    def compare(self, rows: Rows) -> Comparison:
        """Compare rows with the examples once, to judge blends of them at little cost."""
        among = rows.dense @ rows.dense.T + (rows.sparse @ rows.sparse.T).toarray()
        return Comparison(self.examples.dots(rows), np.asarray(among), self.width)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows beside the examples: dot products are linear, so a blend of rows needs no new ones.

    Attributes:
        dots: (rows, examples), the examples at unit length.
        among: (rows, rows).
        width: Of the machine.
    """

    dots: NDArray[np.float32]
    among: NDArray[np.float32]
    width: float

    def kernel(self, mixing: NDArray[np.float32]) -> NDArray[np.float32]:
        """Likeness of weighted sums of the rows to the examples.

        Args:
            mixing: (blends, rows) weights.

        Returns:
            An array (blends, examples), each in [0, 1].
        """
        squares = ((mixing @ self.among) * mixing).sum(axis=1, keepdims=True)
        cosines = (mixing @ self.dots) / np.sqrt(np.maximum(squares, NO_LENGTH))
        return np.asarray(np.exp(self.width * (cosines - 1.0)), dtype=np.float32)


def likeness(rows: Rows, examples: RowIndex, *, width: float) -> NDArray[np.float32]:
    """Gaussian kernel on rows scaled to unit length, (rows, examples)."""
    powers: NDArray[np.float32] = examples.dots(unit_rows(rows))
    powers -= 1.0
    powers *= width
    np.exp(powers, out=powers)
    return powers


def fit_coefficients(
    kernel: NDArray[np.float32],
    targets: NDArray[np.float32],
    *,
    ridge: float,
    places: NDArray[np.intp] | None = None,
) -> NDArray[np.float32]:
    """Solve (kernel + ridge) coefficients = targets.

    Args:
        kernel: Likeness of the examples among themselves, (examples, examples); not changed.
        targets: (used examples, labels), 1 where the example has the label, else 0.
        ridge: Smoothing, above 0.
        places: Of the examples that are used; all unless given.
    """
    used = np.arange(len(kernel)) if places is None else places
    # Laid out as LAPACK wants it, else it copies once more: 400 megabytes for 10,000 examples.
    damped = np.empty((len(used), len(used)), dtype=kernel.dtype, order="F")
    for start in range(0, len(used), CHUNK):
        damped[:, start : start + CHUNK] = kernel[np.ix_(used, used[start : start + CHUNK])]
    damped[np.diag_indices_from(damped)] += ridge
    factor = linalg.cho_factor(damped, overwrite_a=True, check_finite=False)
    return np.asarray(linalg.cho_solve(factor, targets, check_finite=False), dtype=np.float32)


def one_hot(labels: Sequence[str], known: Sequence[str]) -> NDArray[np.float32]:
    """Give (examples, labels) with a 1 at each example's label."""
    rows, columns = np.array(labels)[:, None], np.array(known)[None, :]
    return np.asarray(np.equal(rows, columns), dtype=np.float32)


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Turn scores into probabilities, row by row."""
    shifted = scores.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_scaling(
    scores: NDArray[np.float32], right: NDArray[np.intp]
) -> tuple[float, NDArray[np.float32]]:
    """Find the temperature and offsets that make held-out probabilities honest (least log loss).

    Args:
        scores: Of examples that the head has not seen, (examples, labels).
        right: Column of each example's label.
    """
    rows = np.arange(len(right))
    targets = np.zeros(scores.shape)
    targets[rows, right] = 1.0

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sharpness, offsets = np.exp(parameters[0]), parameters[1:]
        chances = softmax(scores * sharpness + offsets)
        errors = (chances - targets) / len(right)
        value = -np.log(np.maximum(chances[rows, right], 1e-12)).mean()
        slope = np.concatenate([[(errors * scores).sum() * sharpness], errors.sum(axis=0)])
        slope[1:] += OFFSET_PENALTY * offsets
        return float(value + 0.5 * OFFSET_PENALTY * (offsets @ offsets)), slope

    start = np.zeros(1 + scores.shape[1])
    start[0] = np.log(5.0)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B").x
    return float(np.exp(-found[0])), found[1:].astype(np.float32)
