"""Examples -> how the type head grows with the number of labelled claims.

Claims are taken as they were cut by hand, so the curve tells of the labels alone. One part of the
mails is held out; of the others, and of the single claims, ever larger shares are trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from models.features import Weights, fit_features
from training.bootstrap import bootstrap
from training.dataset import BANK, build_dataset
from training.heads import cross_fit
from training.score import draw_labels
from training.tally import label_claims
from training.train import inner_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.features import Rows
    from training.dataset import Dataset
    from training.examples import Examples
    from training.train import Tools

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
"""Of the examples that are not held out."""

HELD_OUT = 4
"""One mail of so many is held out."""


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """The type head trained on so many claims.

    Attributes:
        claims: Number of claims trained on.
        accuracy: On the claims of the mails held out.
        macro_f1: On the same.
        intervals: Name of the figure to its 95 % interval.
    """

    claims: int
    accuracy: float
    macro_f1: float
    intervals: Mapping[str, list[float] | None]

    def as_json(self) -> dict[str, Any]:
        """Say it as values that JSON can hold."""
        return {
            "claims": self.claims,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "intervals": dict(self.intervals),
        }


def learning_curve(
    examples: Examples, *, tools: Tools, resamples: int, shares: Sequence[float] = SHARES
) -> list[LearningPoint]:
    """Train the type head on ever more claims; the rarity of words is learned once, on all texts.

    Args:
        examples: The corpus.
        tools: What training needs.
        resamples: Drawings of the held-out mails for the intervals.
        shares: Of the examples that are not held out, rising, each in (0, 1].
    """
    dataset = build_dataset(examples, nlp=tools.nlp, brief=0)
    features = fit_features(
        [passage.text for passage in dataset.claims],
        weights=Weights(**tools.config.weights.model_dump()),
        signals=tools.signals,
        encoder=tools.encoder,
    )
    rows = features.transform(dataset.claims)
    unit = inner_parts(len(dataset.mails), folds=HELD_OUT, seed=tools.config.seed + 2)
    order = np.random.default_rng(tools.config.seed).permutation(len(dataset.claims))
    told = np.array(["type" in labels for labels in dataset.labels])
    of_bank = dataset.origins == BANK
    tested = np.flatnonzero(told & ~of_bank & (unit[dataset.origins] == 0))
    usable = order[told[order] & (of_bank | (unit[dataset.origins] != 0))[order]]
    task = _Task(dataset, rows, tested, tools, resamples)
    points = [task.measure(np.sort(usable[: max(2, round(len(usable) * s))])) for s in shares]
    return [point for point in points if point is not None]


@dataclass(frozen=True, slots=True)
class _Task:
    dataset: Dataset
    rows: Rows
    tested: NDArray[np.intp]
    tools: Tools
    resamples: int

    def measure(self, seen: NDArray[np.intp]) -> LearningPoint | None:
        """Train on some claims; None where they show fewer than two types."""
        labels = [self.dataset.labels[place]["type"] for place in seen.tolist()]
        known = self.tools.taxonomy.labels("type")
        config = self.tools.config
        parts = inner_parts(len(seen), folds=config.inner_folds, seed=config.seed)
        fitted = cross_fit(
            self.rows.take(seen), {"type": labels}, {"type": known}, parts, settings=config.claims
        )
        if "type" not in fitted.machine.heads or not len(self.tested):
            return None
        head = fitted.machine.heads["type"]
        chosen = head.choose(head.probabilities(fitted.machine.kernel(self.rows.take(self.tested))))
        mails, of_mails = np.unique(self.dataset.origins[self.tested], return_inverse=True)
        found = [
            (mail, self.dataset.labels[place]["type"], head.labels[column])
            for mail, place, column in zip(
                of_mails.tolist(), self.tested.tolist(), chosen.tolist(), strict=True
            )
        ]
        drawn = partial(draw_labels, label_claims(found, known, mails=len(mails)))
        figures = drawn(np.ones((1, len(mails))))
        return LearningPoint(
            claims=len(seen),
            accuracy=round(float(figures["accuracy"][0]), 4),
            macro_f1=round(float(figures["macro_f1"][0]), 4),
            intervals=bootstrap(
                drawn, mails=len(mails), resamples=self.resamples, seed=config.seed
            ),
        )
