from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, sparse

from models.features import COLUMNS, Rows, index_rows
from models.kernel import Head, KernelMachine, fit_coefficients, likeness, one_hot
from models.neighbours import RIDGE, find_neighbours
from models.precedents import Precedent

COUNT, WIDTH = 60, 3.0
LABELS = ["a", "b", "c"]
DRAW = np.random.default_rng(3)
ROWS = Rows(
    sparse.csr_matrix((COUNT, 2 * COLUMNS), dtype=np.float32),
    DRAW.normal(size=(COUNT, 8)).astype(np.float32),
)
INDEX = index_rows(ROWS)
OWN = [LABELS[place % 3] for place in range(COUNT)]
EXAMPLES = [Precedent(str(place), {"type": label}, "") for place, label in enumerate(OWN)]
KERNEL = likeness(ROWS, INDEX, width=WIDTH)
COEFFICIENTS = fit_coefficients(KERNEL, one_hot(OWN, LABELS), ridge=RIDGE)
HEAD = Head(tuple(LABELS), COEFFICIENTS, 1.0, np.zeros(3, np.float32))
MACHINE = KernelMachine(INDEX, WIDTH, {"type": HEAD})
PASSAGE = MACHINE.kernel(Rows(ROWS.sparse[:1], DRAW.normal(size=(1, 8)).astype(np.float32)))[0]


def test_a_label_counts_what_the_machine_makes_of_it() -> None:
    damped = KERNEL + RIDGE * np.eye(COUNT, dtype=np.float32)
    counts = linalg.solve(damped, PASSAGE)
    assert pytest.approx(counts @ one_hot(OWN, LABELS), abs=1e-4) == PASSAGE @ COEFFICIENTS
    found = find_neighbours(PASSAGE, MACHINE, "type", EXAMPLES)
    for one in found:
        assert one.weight == pytest.approx(counts[int(one.precedent.id)], abs=1e-4)
        assert one.likeness == PASSAGE[int(one.precedent.id)]
    assert len(found) == (counts > 0).sum()
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)


def test_an_example_without_a_label_of_the_head_is_left_out() -> None:
    some = [Precedent("x", {}, ""), *EXAMPLES[1:]]
    assert "x" not in {one.precedent.id for one in find_neighbours(PASSAGE, MACHINE, "type", some)}


@pytest.mark.parametrize("examples", [[], [Precedent("x", {}, "")] * COUNT])
def test_where_no_example_is_known_none_is_told(examples: list[Precedent]) -> None:
    assert find_neighbours(PASSAGE, MACHINE, "type", examples) == []
