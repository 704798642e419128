"""Figures -> pictures of a report, as PNG bytes; the same figures give the same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.learning import LearningPoint

BINS = 10
DOTS_PER_INCH = 90
TARGET = 0.95
"""Precision that is marked."""


def plot_reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> bytes:
    """Draw how often claims of a given confidence are right.

    Args:
        confidence: Of each claim, in [0, 1].
        right: Whether its type was right.
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    used = [number for number in range(BINS) if (bins == number).any()]
    mean = [confidence[bins == number].mean() for number in used]
    share = [right[bins == number].mean() for number in used]
    counts = [int((bins == number).sum()) for number in used]
    figure = Figure(figsize=(5, 6), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    top.plot([0, 1], [0, 1], color="grey", linewidth=1)
    top.plot(mean, share, marker="o")
    top.set(ylabel="share whose type is right", ylim=(-0.02, 1.02), xlim=(0, 1))
    bottom.bar([(number + 0.5) / BINS for number in used], counts, width=0.9 / BINS, color="grey")
    bottom.set(xlabel="confidence", ylabel="claims")
    return _png(figure)


def plot_coverage(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> bytes:
    """Draw how precise types are when only the surest claims are handled automatically.

    Args:
        confidence: Of each claim, in [0, 1].
        right: Whether its type was right.
    """
    ranked = right[np.argsort(-confidence, kind="stable")]
    counts = np.arange(1, len(ranked) + 1)
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.axhline(TARGET, color="grey", linewidth=1, linestyle="--")
    axes.plot(counts / max(1, len(ranked)), np.cumsum(ranked) / counts)
    axes.set(xlabel="share of claims handled automatically, surest first")
    axes.set(ylabel="share of them whose type is right", xlim=(0, 1), ylim=(None, 1.01))
    return _png(figure)


def plot_confusion(gold: NDArray[np.intp], found: NDArray[np.intp], labels: Sequence[str]) -> bytes:
    """Draw which labelled type is taken for which, in shares of the labelled type.

    Args:
        gold: Place of each claim's label.
        found: Place of what was found; below 0 for none.
        labels: Of the head, in order.
    """
    size, told = len(labels), found >= 0
    cells = np.bincount(gold[told] * size + found[told], minlength=size * size)
    counts = cells.reshape(size, size)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 3 + 0.27 * size
    figure = Figure(figsize=(side + 1, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(shares >= 0.05):  # noqa: PLR2004 # less would be unreadable
        colour = "white" if shares[row, column] > 0.5 else "black"  # noqa: PLR2004 # half of the scale
        text = f"{100 * shares[row, column]:.0f}"
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(np.arange(size), labels, rotation=90, fontsize=8)
    axes.set_yticks(np.arange(size), labels, fontsize=8)
    axes.set(xlabel="found", ylabel="labelled (cells: per cent of the labelled)")
    return _png(figure)


def plot_learning(points: Sequence[LearningPoint]) -> bytes:
    """Draw how the type head grows with the number of labelled claims."""
    claims = [point.claims for point in points]
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    for name, colour in (("accuracy", "C0"), ("macro_f1", "C1")):
        middle = [getattr(point, name) for point in points]
        ends = [point.intervals[name] or [getattr(point, name)] * 2 for point in points]
        axes.plot(claims, middle, marker="o", color=colour, label=name.replace("_f1", "-F1"))
        lower, upper = [low for low, _ in ends], [high for _, high in ends]
        axes.fill_between(claims, lower, upper, color=colour, alpha=0.15)
    axes.set(xlabel="labelled claims trained on", ylabel="type, on claims cut by hand")
    axes.legend(loc="lower right")
    return _png(figure)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()
