"""Held-out scores -> pictures of a model version's report, as PNG bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix

from models.kernel import softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.train import Fitted

BINS = 10
DOTS_PER_INCH = 90


def plot_reliability(fitted: Fitted) -> bytes:
    """Draw how often types of a given probability are right, on the inner folds."""
    gold, chances = _types(fitted)
    right = chances.argmax(axis=1) == gold
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    share, mean = calibration_curve(right, chances.max(axis=1), n_bins=BINS)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot(mean, share, marker="o")
    axes.set(xlabel="probability of the type", ylabel="share that is right")
    return _png(figure)


def plot_confusion(fitted: Fitted) -> bytes:
    """Draw which labelled type is taken for which, in shares of the labelled type."""
    gold, chances = _types(fitted)
    labels = fitted.claims.machine.heads["type"].labels
    shares = confusion_matrix(
        gold, chances.argmax(axis=1), labels=np.arange(len(labels)), normalize="true"
    )
    figure = Figure(figsize=(9, 8), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(np.arange(len(labels)), labels, rotation=90)
    axes.set_yticks(np.arange(len(labels)), labels)
    axes.set(xlabel="found", ylabel="labelled")
    return _png(figure)


def _types(fitted: Fitted) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    places, scores = fitted.claims.scores["type"]
    labels = fitted.claims.machine.heads["type"].labels
    gold = [labels.index(fitted.dataset.labels[place]["type"]) for place in places]
    return np.array(gold, dtype=np.intp), softmax(scores)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()
