from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from models.encoder import USE_WIDTH
from models.features import COLUMNS, Rows
from tests.models.fakes import HashEncoder
from training.config import KernelSettings, read_config
from training.heads import CrossFitted, cross_fit

SETTINGS: KernelSettings = read_config().claims
KNOWN = {"type": ("c", "b", "a"), "mood": ("good", "bad")}
TYPES: list[str | None] = ["a", "b"] * 10


def fit(labels: dict[str, list[str | None]], parts: list[int] | None = None) -> CrossFitted:
    texts = [f"{type_}{type_} {number}" for number, type_ in enumerate(TYPES)]
    dense = HashEncoder().encode(texts)[:, :USE_WIDTH]
    rows = Rows(sparse.csr_matrix((len(texts), 2 * COLUMNS), dtype=np.float32), dense)
    places = np.array(parts if parts is not None else [n // 2 % 2 for n in range(20)])
    return cross_fit(rows, labels, KNOWN, places, settings=SETTINGS)


def test_labels_stand_in_the_order_of_the_taxonomy_without_those_unseen() -> None:
    assert fit({"type": TYPES}).machine.heads["type"].labels == ("b", "a")


@pytest.mark.parametrize("moods", [[None] * 20, ["good"] * 20, ["good"] + [None] * 19])
def test_a_head_with_nothing_to_tell_apart_is_left_out(moods: list[str | None]) -> None:
    fitted = fit({"type": TYPES, "mood": moods})
    assert set(fitted.machine.heads) == set(fitted.scores) == {"type"}
    assert [set(heads) for heads in fitted.without] == [{"type"}, {"type"}]


def test_an_example_without_a_label_is_skipped_for_that_head_alone() -> None:
    moods: list[str | None] = ["good", "bad", None, None] * 5
    fitted = fit({"type": TYPES, "mood": moods})
    assert len(fitted.scores["type"][0]) == 20
    assert fitted.scores["mood"][0].tolist() == [n for n in range(20) if n % 4 < 2]
    silent = fitted.machine.heads["mood"].coefficients[2::4]
    assert not silent.any()


def test_scores_come_from_heads_that_have_not_seen_the_example() -> None:
    fitted = fit({"type": TYPES})
    places, scores = fitted.scores["type"]
    assert places.tolist() == list(range(20))
    assert scores.shape == (20, 2)
    for fold, heads in enumerate(fitted.without):
        seen = [n for n in range(20) if n // 2 % 2 != fold]
        used = np.flatnonzero(heads["type"].coefficients.any(axis=1))
        assert used.tolist() == seen


def test_examples_of_no_fold_are_trained_on_and_not_scored() -> None:
    fitted = fit({"type": TYPES}, parts=[-1] * 10 + [0] * 5 + [1] * 5)
    assert fitted.scores["type"][0].tolist() == list(range(10, 20))


@pytest.mark.parametrize(
    "parts", [[-1] * 10 + [0] * 10, [0] * 10 + [1] * 10], ids=["bank alone", "one fold alone"]
)
def test_a_head_whose_labels_stand_in_one_place_alone_harms_nothing(parts: list[int]) -> None:
    moods: list[str | None] = ["good", "bad"] * 5 + [None] * 10
    assert set(fit({"type": TYPES, "mood": moods}, parts=parts).machine.heads) >= {"type"}
