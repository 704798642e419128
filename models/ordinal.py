"""Measures -> one of several ordered labels: one logistic regression a step between two labels.

Each regression tells how probable it is that the step is exceeded (Frank and Hall 2001). The label
is chosen by the expected place in the order, cut at borders that are fitted on held-out examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from numpy.typing import NDArray

ITERATIONS = 2000
PASSES = 3
GRID = 0.02
"""Borders are sought in steps of this, as parts of a place."""

SHORTFALL = 5.0
"""What a missing share of grave examples costs in kappa."""


@dataclass(frozen=True, slots=True)
class OrdinalHead:
    """A fitted head.

    Attributes:
        labels: In rising order; at least two.
        weights: (labels - 1, measures).
        offsets: (labels - 1,).
        borders: (labels - 1,) rising: the expected places that separate the labels.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]
    borders: NDArray[np.float64]

    def probabilities(self, measures: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give (rows, labels) probabilities.

        Args:
            measures: (rows, measures).
        """
        return _probabilities(measures @ self.weights.T + self.offsets)

    def choose(self, chances: NDArray[np.float64]) -> NDArray[np.intp]:
        """Give the column of the chosen label of each row of probabilities."""
        return _cut(expected_places(chances), self.borders)


def expected_places(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each row's mean place in the order of the labels, from 0."""
    return np.asarray(chances @ np.arange(chances.shape[1]))


def fit_regressions(
    measures: NDArray[np.float64], places: NDArray[np.intp], *, count: int, strength: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the regressions of the steps.

    Args:
        measures: (examples, measures).
        places: (examples,) place of each example's label in the order; each step must have
            examples on either side.
        count: Number of labels.
        strength: Inverse of the penalty on weights of measures that vary by 1.

    Returns:
        Weights (count - 1, measures) and offsets (count - 1,).
    """
    middle, spread = measures.mean(axis=0), measures.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = (measures - middle) / spread
    weights, offsets = [], []
    for step in range(1, count):
        regression = LogisticRegression(C=strength, max_iter=ITERATIONS)
        regression.fit(scaled, places >= step)
        weights.append(regression.coef_[0] / spread)
        offsets.append(float(regression.intercept_[0] - weights[-1] @ middle))
    return np.array(weights), np.array(offsets)


def fit_ordinal(
    measures: NDArray[np.float64],
    places: NDArray[np.intp],
    parts: NDArray[np.intp],
    *,
    labels: tuple[str, ...],
    strength: float,
    grave_share: float,
) -> OrdinalHead:
    """Fit a head, its borders on examples that their regressions have not seen.

    Args:
        measures: (examples, measures).
        places: (examples,) place of each example's label; every part's complement must have
            examples of the lowest and of the highest label.
        parts: (examples,) part of each example.
        labels: In rising order.
        strength: As in `fit_regressions`.
        grave_share: Wanted share of the gravest examples that are seen as one of the two gravest;
            counts where there are more than two labels.
    """
    chances = np.zeros((len(places), len(labels)))
    for part in np.unique(parts):
        seen = parts != part
        weights, offsets = fit_regressions(
            measures[seen], places[seen], count=len(labels), strength=strength
        )
        chances[~seen] = _probabilities(measures[~seen] @ weights.T + offsets)
    borders = fit_borders(expected_places(chances), places, count=len(labels), share=grave_share)
    weights, offsets = fit_regressions(measures, places, count=len(labels), strength=strength)
    return OrdinalHead(labels, weights, offsets, borders)


def fit_borders(
    expected: NDArray[np.float64], places: NDArray[np.intp], *, count: int, share: float
) -> NDArray[np.float64]:
    """Find the borders of the greatest quadratic kappa that see enough of the gravest.

    Args:
        expected: (examples,) expected places.
        places: (examples,) true places.
        count: Number of labels.
        share: As `grave_share` in `fit_ordinal`.
    """

    def worth(borders: NDArray[np.float64]) -> float:
        found = _cut(expected, borders)
        grave = found[places == count - 1]
        seen = float(np.mean(grave >= count - 2)) if len(grave) and count > 2 else 1.0  # noqa: PLR2004 # of two labels each is one of the two gravest
        return quadratic_kappa(places, found, count=count) - SHORTFALL * max(0.0, share - seen)

    borders: NDArray[np.float64] = np.arange(count - 1, dtype=np.float64) + 0.5
    for _ in range(PASSES):
        for step in range(count - 1):
            lowest = borders[step - 1] if step else 0.0
            highest = borders[step + 1] if step < count - 2 else float(count - 1)
            best = worth(borders)
            for tried in np.arange(lowest + GRID, highest, GRID):
                changed = borders.copy()
                changed[step] = tried
                if (gain := worth(changed)) > best:
                    best, borders = gain, changed
    return borders


def quadratic_kappa(wanted: NDArray[np.intp], found: NDArray[np.intp], *, count: int) -> float:
    """Agreement beyond chance, in which a miss by two places costs four times one by one."""
    cells = np.zeros((count, count))
    np.add.at(cells, (wanted, found), 1.0)
    distance = np.square(np.arange(count)[:, None] - np.arange(count)[None, :])
    chance = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / max(len(wanted), 1)
    by_chance = float((chance * distance).sum())
    return 1.0 - float((cells * distance).sum()) / by_chance if by_chance else 0.0


def _probabilities(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn (rows, steps) log-odds of exceeding each step into probabilities of the labels."""
    exceeded = 1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0)))
    falling = np.minimum.accumulate(exceeded, axis=1)
    edges = np.ones((len(scores), 1))
    return np.asarray(-np.diff(np.hstack([edges, falling, 0.0 * edges]), axis=1))


def _cut(expected: NDArray[np.float64], borders: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.asarray(np.searchsorted(borders, expected, side="left"), dtype=np.intp)
