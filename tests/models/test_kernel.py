from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from models.features import COLUMNS, Rows, index_rows
from models.kernel import (
    Head,
    KernelMachine,
    fit_coefficients,
    fit_scaling,
    likeness,
    one_hot,
    softmax,
)

LABELS = ("a", "b", "c")


def make_rows(count: int, *, seed: int = 1) -> Rows:
    rng = np.random.default_rng(seed)
    words = sparse.random_array((count, 2 * COLUMNS), density=1e-5, rng=rng, dtype=np.float32)
    dense = rng.normal(size=(count, 8)).astype(np.float32)
    return Rows(sparse.csr_matrix(words), dense)


def log_loss(chances: np.ndarray, right: np.ndarray) -> float:
    return float(-np.log(chances[np.arange(len(right)), right]).mean())


def test_likeness_lies_between_0_and_1_and_is_1_on_itself() -> None:
    rows = make_rows(300)
    alike = likeness(rows, index_rows(rows), width=3.0)
    assert alike.shape == (300, 300)
    assert (alike >= 0).all()
    assert (alike <= 1 + 1e-5).all()
    assert np.diagonal(alike) == pytest.approx(1.0, abs=1e-5)
    assert alike == pytest.approx(alike.T, abs=1e-5)


def test_likeness_does_not_see_the_length_of_a_row() -> None:
    rows = make_rows(5)
    longer = Rows(rows.sparse * 7, rows.dense * 7)
    index = index_rows(make_rows(4, seed=2))
    expected = likeness(rows, index, width=3.0)
    assert likeness(longer, index, width=3.0) == pytest.approx(expected, abs=1e-5)


def test_an_empty_row_is_like_nothing_without_failing() -> None:
    empty = Rows(
        sparse.csr_matrix((1, 2 * COLUMNS), dtype=np.float32), np.zeros((1, 8), np.float32)
    )
    alike = likeness(empty, index_rows(make_rows(3)), width=3.0)
    assert alike == pytest.approx(np.exp(-3.0), abs=1e-5)


def test_the_rows_are_not_changed() -> None:
    rows = make_rows(4)
    words, dense = rows.sparse.copy(), rows.dense.copy()
    likeness(rows, index_rows(rows), width=3.0)
    assert (rows.sparse != words).nnz == 0
    assert (rows.dense == dense).all()


def test_a_blend_of_compared_rows_is_like_the_examples_as_their_sum_would_be() -> None:
    rows, machine = make_rows(4), KernelMachine(index_rows(make_rows(6, seed=2)), 3.0, {})
    mixing = np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.2, 0.3, 0.1, 0.4]], dtype=np.float32)
    blended = Rows(sparse.csr_matrix(mixing @ rows.sparse.toarray()), mixing @ rows.dense)
    alike = machine.compare(rows).kernel(mixing)
    assert alike == pytest.approx(machine.kernel(blended), abs=1e-5)


def test_a_blend_of_nothing_is_like_nothing_without_failing() -> None:
    machine = KernelMachine(index_rows(make_rows(3)), 3.0, {})
    alike = machine.compare(make_rows(2)).kernel(np.zeros((1, 2), dtype=np.float32))
    assert alike == pytest.approx(np.exp(-3.0), abs=1e-5)


def test_a_fitted_head_knows_its_examples_again() -> None:
    rows, labels = make_rows(30), [LABELS[number % 3] for number in range(30)]
    kernel = likeness(rows, index_rows(rows), width=3.0)
    before = kernel.copy()
    coefficients = fit_coefficients(kernel, one_hot(labels, LABELS), ridge=0.01)
    assert (kernel == before).all()
    head = Head(LABELS, coefficients, 0.2, np.zeros(3, np.float32))
    chances = head.probabilities(kernel)
    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert [LABELS[column] for column in chances.argmax(axis=1)] == labels


def test_one_hot_leaves_a_row_without_a_known_label_empty() -> None:
    assert one_hot(["b", "", "a"], ("a", "b")).tolist() == [[0, 1], [0, 0], [1, 0]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=1, max_size=4))
def test_softmax_gives_probabilities(scores: list[list[float]]) -> None:
    given_scores = np.array(scores)
    chances = softmax(given_scores)
    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert (chances >= 0).all()
    assert given_scores.tolist() == scores


@pytest.mark.parametrize("sharpness", [0.1, 1.0, 20.0])
def test_scaling_makes_held_out_probabilities_more_honest(sharpness: float) -> None:
    rng = np.random.default_rng(3)
    right = rng.integers(0, 3, 400)
    scores = rng.normal(size=(400, 3))
    scores[np.arange(400), right] += 1.5
    shifted = (scores * sharpness + [2.0, 0.0, -2.0]).astype(np.float32)
    temperature, offsets = fit_scaling(shifted, right)
    scaled = softmax(shifted / temperature + offsets)
    assert temperature > 0
    assert log_loss(scaled, right) < log_loss(softmax(shifted), right)
    assert (scaled.argmax(axis=1) == right).mean() > 0.7


def test_scaling_of_perfect_scores_stays_finite() -> None:
    scores = np.eye(3, dtype=np.float32) * 100
    temperature, offsets = fit_scaling(scores, np.arange(3))
    assert np.isfinite(softmax(scores / temperature + offsets)).all()
