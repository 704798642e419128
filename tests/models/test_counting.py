from __future__ import annotations

import numpy as np
import pytest

from models.counting import COUNTS, NO_COUNTS, count_label, spread_counts
from models.kernel import Head


@pytest.mark.parametrize(("claims", "label"), [(0, None), (1, "1"), (3, "3"), (4, "4"), (9, "4")])
def test_many_claims_share_the_last_label(claims: int, label: str | None) -> None:
    assert count_label(claims) == label


def test_a_count_that_was_never_seen_has_no_chance() -> None:
    head = Head(("1", "3"), np.zeros((2, 2), np.float32), 1.0, np.zeros(2, np.float32))
    spread = spread_counts(head, np.array([[0.75, 0.25]]))
    assert spread.tolist() == [[0.75, 0.0, 0.25, 0.0]]


def test_a_model_without_the_head_expects_any_number() -> None:
    assert len(NO_COUNTS) == len(COUNTS)
    assert NO_COUNTS.sum() == pytest.approx(1.0)
