"""Judged passages -> kernel machines, each head calibrated on passages that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.features import index_rows
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
            than two labels, or none in any fold, are left out.
        known: Head to its labels in the order of the taxonomy.
        parts: (examples,) inner fold of each; examples below 0 belong to no fold.
        settings: Hyper-parameters.
    """
    index = index_rows(rows)
    kernel = likeness(rows, index, width=settings.width)
    tasks = _tasks(labels, known)
    everything = np.ones(len(parts), dtype=np.bool_)
    parted = [
        _fit_tasks(kernel, tasks, np.not_equal(parts, part), ridge=settings.ridge)
        for part in range(int(parts.max()) + 1)
    ]
    whole = _fit_tasks(kernel, tasks, everything, ridge=settings.ridge)
    heads: dict[str, Head] = {}
    scores: dict[str, tuple[NDArray[np.intp], NDArray[np.float32]]] = {}
    without: list[dict[str, Head]] = [{} for _ in parted]
    for name, task in tasks.items():
        places = np.flatnonzero(task.labelled & (parts >= 0))
        if not len(places):
            continue
        held_out = np.vstack([kernel[[place]] @ parted[parts[place]][name] for place in places])
        temperature, offsets = fit_scaling(held_out, task.targets[places].argmax(axis=1))
        scores[name] = places, np.asarray(held_out / temperature + offsets, dtype=np.float32)
        for fold, coefficients in enumerate(parted):
            without[fold][name] = Head(
                task.order, coefficients[name], temperature, offsets, settings.caution.get(name)
            )
        heads[name] = Head(
            task.order, whole[name], temperature, offsets, settings.caution.get(name)
        )
    return CrossFitted(KernelMachine(index, settings.width, heads), tuple(without), scores)


@dataclass(frozen=True, slots=True)
class _Task:
    """What one head has to learn.

    Attributes:
        order: Its labels.
        targets: (examples, labels), 1 where the example has the label.
        labelled: (examples,) whether the example has one.
    """

    order: tuple[str, ...]
    targets: NDArray[np.float32]
    labelled: NDArray[np.bool_]


def _tasks(
    labels: Mapping[str, Sequence[str | None]], known: Mapping[str, Sequence[str]]
) -> dict[str, _Task]:
    tasks = {}
    for name, of_examples in labels.items():
        seen = {label for label in of_examples if label is not None}
        if len(seen) > 1:
            order = tuple(label for label in known[name] if label in seen)
            targets = one_hot([label or "" for label in of_examples], order)
            tasks[name] = _Task(order, targets, np.asarray(targets.any(axis=1)))
    return tasks


def _fit_tasks(
    kernel: NDArray[np.float32],
    tasks: Mapping[str, _Task],
    used: NDArray[np.bool_],
    *,
    ridge: float,
) -> dict[str, NDArray[np.float32]]:
    """Fit all heads on some examples; heads that have the same examples share the costly solution.

    Returns:
        Head to (examples, labels) coefficients; those of examples that were not used are 0.
    """
    alike: dict[bytes, list[str]] = {}
    for name, task in tasks.items():
        alike.setdefault(task.labelled.tobytes(), []).append(name)
    found = {}
    for names in alike.values():
        places = np.flatnonzero(tasks[names[0]].labelled & used)
        stacked = np.hstack([tasks[name].targets[places] for name in names])
        solved = fit_coefficients(kernel, stacked, ridge=ridge, places=places)
        bounds = np.cumsum([len(tasks[name].order) for name in names])[:-1]
        for name, own in zip(names, np.split(solved, bounds, axis=1), strict=True):
            found[name] = np.zeros_like(tasks[name].targets)
            found[name][places] = own
    return found
