from __future__ import annotations

import numpy as np
import pytest

from models.sign_head import SignHead, fit_sign_head

SIGNS = [{"facture": 1.0}, {"commande": 1.0, "loin": 0.5}, {"prix": 1.0}] * 8
LABELS = ["invoice", "order", ""] * 8


@pytest.fixture(scope="module")
def head() -> SignHead:
    return fit_sign_head(SIGNS, LABELS, strength=10.0)


def test_signs_seen_in_training_decide(head: SignHead) -> None:
    chances = head.weigh(SIGNS[:3])
    assert [max(chance, key=lambda label: chance[label]) for chance in chances] == LABELS[:3]


def test_probabilities_sum_to_one(head: SignHead) -> None:
    (chance,) = head.weigh([{"facture": 0.3, "prix": 2.0}])
    assert sum(chance.values()) == pytest.approx(1.0)


def test_unknown_signs_count_nothing(head: SignHead) -> None:
    known, with_unknown, none = head.weigh([{"prix": 1.0}, {"prix": 1.0, "jamais vu": 9.0}, {}])
    assert known == with_unknown
    assert none.keys() == {"invoice", "order", ""}


def test_nothing_to_judge_gives_nothing(head: SignHead) -> None:
    assert head.weigh([]) == []


def test_signs_of_a_single_example_are_left_out() -> None:
    head = fit_sign_head([{"a": 1.0, "once": 1.0}, {"b": 1.0}] + [{"a": 1.0}, {"b": 1.0}] * 3,
                         ["x", "y"] * 4, strength=1.0)  # fmt: skip
    assert head.names == ("a", "b")


def test_two_labels_have_a_column_each() -> None:
    head = fit_sign_head([{"a": 1.0}, {"b": 1.0}] * 5, ["x", "y"] * 5, strength=10.0)
    assert head.weights.shape == (2, 2)
    first, second = head.weigh([{"a": 1.0}, {"b": 1.0}])
    assert first["x"] > 2 * second["x"]
    assert head.weights.dtype == np.float32
