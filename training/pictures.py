"""An evaluation, or held-out scores -> the pictures of a report, by file name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.kernel import softmax
from training.plots import plot_confusion, plot_coverage, plot_learning, plot_reliability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.evaluate import Evaluation
    from training.learning import LearningPoint
    from training.train import Fitted


def evaluation_pictures(
    evaluation: Evaluation, learning: Sequence[LearningPoint] = ()
) -> dict[str, bytes]:
    """Draw the pictures of an evaluation; those that have nothing to show are left out."""
    trusted, labels = evaluation.tally.trusted, evaluation.tally.labels["type"]
    pictures = {}
    if len(trusted.right):
        pictures["reliability.png"] = plot_reliability(trusted.confidence, trusted.right)
        pictures["coverage.png"] = plot_coverage(trusted.confidence, trusted.right)
    if len(labels.gold):
        pictures["confusion.png"] = plot_confusion(labels.gold, labels.found, labels.known)
    if learning:
        pictures["learning.png"] = plot_learning(learning)
    return pictures


def held_out_pictures(fitted: Fitted) -> dict[str, bytes]:
    """Draw what the inner folds tell, on claims cut by hand."""
    places, scores = fitted.claims.scores["type"]
    head = fitted.claims.machine.heads["type"]
    gold = np.array([head.labels.index(fitted.dataset.labels[p]["type"]) for p in places])
    chances = softmax(scores)
    found = head.choose(chances)
    surest = chances.max(axis=1)
    return {
        "reliability.png": plot_reliability(surest, found == gold),
        "coverage.png": plot_coverage(surest, found == gold),
        "confusion.png": plot_confusion(gold, found, head.labels),
    }
