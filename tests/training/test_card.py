from __future__ import annotations

from typing import TYPE_CHECKING

from tests.training.measured import HEADING
from tests.training.small import TAXONOMY
from training.card import missing_heads, write_card

if TYPE_CHECKING:
    from tests.training.measured import Run


def test_the_model_card_names_data_use_limits_and_failures(run: Run) -> None:
    card = write_card(
        run.fitted,
        run.examples,
        {HEADING: run.evaluation},
        taxonomy=TAXONOMY,
        learning=run.learning,
    )
    for heading in ("Made from", "Made for", "How good it is", "Limits", "Where it fails"):
        assert f"## {heading}" in card
    for name in run.examples.sha256:
        assert name in card
    accuracy = run.evaluation.figures["all"]["type"]["accuracy"]
    assert f"| type.accuracy | {accuracy:.3f} (" in card
    assert f"to {run.learning[-1].claims} labelled claims" in card


def test_a_card_without_cross_validation_says_so(run: Run) -> None:
    card = write_card(run.fitted, run.examples, {}, taxonomy=TAXONOMY)
    assert "No cross-validation was run" in card
    assert "Where it fails" not in card


def test_a_model_that_decides_everything_misses_nothing(run: Run) -> None:
    assert missing_heads(run.fitted) == []
