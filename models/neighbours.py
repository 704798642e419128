"""Likeness to the examples -> those whose labels count for a passage, and how much.

A head's score is the sum over the examples of likeness times coefficient, but that gives no
reasons: a coefficient is what the machine could not learn of an example, so that odd examples would
be told, the same ones for every passage. What an example's label counts is x in (likeness of the
examples among themselves + ridge) x = likeness of the passage, and a label's score is the sum of x
over the examples that have it. The nearest examples suffice to solve that. Measured on 150 claims
that the machine had not seen: the three examples told count 95 % of what the weightiest three count
when all 8,966 are solved for; the three with the largest products count 15 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.features import RowIndex, Rows
from models.kernel import likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.kernel import KernelMachine
    from models.precedents import Precedent

NEAREST = 200
"""Examples that are looked at."""

RIDGE = 0.1
"""Smoothing among them, as in `training/configs/default.toml`."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled example that speaks for or against a label.

    Attributes:
        precedent: The example, with its own label.
        likeness: Kernel value, in [0, 1]; 1 is the same text.
        weight: What its label counts for this passage; a label's score is the sum over the examples
            that have it, near 1 where the machine is certain.
    """

    precedent: Precedent
    likeness: float
    weight: float


def find_neighbours(
    kernel: NDArray[np.float32], machine: KernelMachine, head: str, examples: Sequence[Precedent]
) -> list[Neighbour]:
    """List the nearest examples whose label counts, weightiest first.

    Args:
        kernel: (examples,) likeness of the passage to the machine's examples.
        machine: Judges the passage.
        head: Which decision; examples without a label of it are left out.
        examples: The machine's, in the order of its rows; where there are none, none are told.
    """
    labelled = np.flatnonzero([head in example.labels for example in examples])
    near = labelled[np.argsort(-kernel[labelled], kind="stable")[:NEAREST]]
    if not len(near):
        return []
    some = RowIndex(machine.examples.inverted[:, near], machine.examples.dense[near])
    among = likeness(Rows(some.inverted.T.tocsr(), some.dense), some, width=machine.width)
    among[np.diag_indices_from(among)] += RIDGE
    weights = np.linalg.solve(among, kernel[near])
    return [
        Neighbour(examples[near[place]], float(kernel[near[place]]), float(weights[place]))
        for place in np.argsort(-weights, kind="stable")
        if weights[place] > 0
    ]
