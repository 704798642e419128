"""Judged passages -> kernel machines, each head calibrated on passages that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.kernel import (
    Head,
    KernelMachine,
    fit_coefficients,
    fit_scaling,
    likeness,
    one_hot,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.features import Rows
    from training.config import KernelSettings


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """A machine beside its versions that lack one inner fold each.

    Attributes:
        machine: Fitted on everything.
        without: For each inner fold, head to the head fitted without that fold.
        scores: Head to held-out scores: (places of the examples, (examples, labels)).
    """

    machine: KernelMachine
    without: tuple[Mapping[str, Head], ...]
    scores: Mapping[str, tuple[NDArray[np.intp], NDArray[np.float32]]]


def cross_fit(
    rows: Rows,
    labels: Mapping[str, Sequence[str | None]],
    known: Mapping[str, Sequence[str]],
    parts: NDArray[np.intp],
    *,
    settings: KernelSettings,
) -> CrossFitted:
    """Fit a machine on all examples, and once without each inner fold.

    Args:
        rows: Features of the examples.
        labels: Head to the label of each example; None where it has none. Heads that see fewer
            than two labels are left out.
        known: Head to its labels in the order of the taxonomy.
        parts: (examples,) inner fold of each; examples below 0 belong to no fold.
        settings: Hyper-parameters.
    """
    kernel = likeness(rows, rows, width=settings.width)
    heads: dict[str, Head] = {}
    scores: dict[str, tuple[NDArray[np.intp], NDArray[np.float32]]] = {}
    without: list[dict[str, Head]] = [{} for _ in range(int(parts.max()) + 1)]
    for name, of_examples in labels.items():
        seen = {label for label in of_examples if label is not None}
        if len(seen) < 2:  # noqa: PLR2004 # nothing to tell apart
            continue
        order = tuple(label for label in known[name] if label in seen)
        targets = one_hot([label or "" for label in of_examples], order)
        labelled = np.asarray(targets.any(axis=1))
        parted = [
            fit_rows(kernel, targets, np.logical_and(labelled, parts != part), ridge=settings.ridge)
            for part in range(len(without))
        ]
        places = np.flatnonzero(labelled & (parts >= 0))
        held_out = np.vstack([kernel[[place]] @ parted[parts[place]] for place in places])
        temperature, offsets = fit_scaling(held_out, targets[places].argmax(axis=1))
        scores[name] = places, np.asarray(held_out / temperature + offsets, dtype=np.float32)
        for fold, coefficients in enumerate(parted):
            without[fold][name] = Head(order, coefficients, temperature, offsets)
        coefficients = fit_rows(kernel, targets, labelled, ridge=settings.ridge)
        heads[name] = Head(order, coefficients, temperature, offsets)
    return CrossFitted(KernelMachine(rows, settings.width, heads), tuple(without), scores)


def fit_rows(
    kernel: NDArray[np.float32],
    targets: NDArray[np.float32],
    used: NDArray[np.bool_],
    *,
    ridge: float,
) -> NDArray[np.float32]:
    """Fit on some of the examples; the coefficients of the others are 0."""
    places = np.flatnonzero(used)
    coefficients = np.zeros_like(targets)
    coefficients[places] = fit_coefficients(
        kernel[np.ix_(places, places)], targets[places], ridge=ridge
    )
    return coefficients
