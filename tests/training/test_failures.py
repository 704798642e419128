from __future__ import annotations

from typing import TYPE_CHECKING

from tests.training.small import TAXONOMY
from training.failures import failure_blocks, percent, weakest_groups
from training.pages import to_markdown

if TYPE_CHECKING:
    from tests.training.measured import Run


def test_failures_are_told_by_stage_and_the_weakest_group_is_named(run: Run) -> None:
    told = to_markdown(failure_blocks(run.evaluation, taxonomy=TAXONOMY))
    assert "of the complaints are taken for another kind" in told
    for name, accuracy in weakest_groups(run.evaluation):
        assert f"{name} {100 * accuracy:.1f} %" in told


def test_a_share_is_told_in_per_cent_and_a_missing_one_by_a_dash() -> None:
    assert (percent(0.1234), percent(None)) == ("12.3 %", "–")
