from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.training.measured import Run


def test_every_figure_has_an_interval_that_holds_it(run: Run) -> None:
    figures, intervals = run.evaluation.figures["all"], run.evaluation.intervals["all"]
    assert set(figures) - {"mails"} == set(intervals)
    for name in ("kind_accuracy", "claim_count_accuracy", "automatic_share"):
        low, high = intervals[name]
        assert low <= figures[name] <= high
    assert set(run.evaluation.intervals["gold_claims"]) == set(run.evaluation.gold_claims)
