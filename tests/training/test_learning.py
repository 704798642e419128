from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.training.measured import Run


def test_the_learning_curve_has_five_growing_sizes(run: Run) -> None:
    sizes = [point.claims for point in run.learning]
    assert sizes == sorted(set(sizes))
    assert len(sizes) == 5
    for point in run.learning:
        interval = point.intervals["accuracy"]
        assert interval is not None
        assert interval[0] <= point.accuracy <= interval[1]
