"""Reports and model cards of a small model, cross-validated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.training.foreign import INTENTS, write_mails
from tests.training.foreign import foreign_tools as make_foreign_tools
from tests.training.small import TAXONOMY, small_examples, small_tools
from training.card import write_card
from training.evaluate import Evaluation, cross_validate, evaluate_model
from training.examples import Examples, read_examples
from training.failures import failure_blocks, weakest_groups
from training.learning import LearningPoint, learning_curve
from training.pages import to_html, to_markdown
from training.report import (
    evaluation_blocks,
    evaluation_pictures,
    held_out_pictures,
    write_report,
)
from training.train import Fitted, fit_model

if TYPE_CHECKING:
    from pathlib import Path

HEADING = "Cross-validation, 2 parts split by mail"


@dataclass(frozen=True)
class Run:
    """A small model and what was measured."""

    examples: Examples
    fitted: Fitted
    evaluation: Evaluation
    learning: list[LearningPoint]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("report")
    examples, tools = small_examples(folder), small_tools(folder)
    return Run(
        examples,
        fit_model(examples, tools=tools, version="small"),
        cross_validate(examples, tools=tools, folds=2, resamples=50),
        learning_curve(examples, tools=tools, resamples=50),
    )


def test_the_learning_curve_has_five_growing_sizes(run: Run) -> None:
    sizes = [point.claims for point in run.learning]
    assert sizes == sorted(set(sizes))
    assert len(sizes) == 5
    for point in run.learning:
        interval = point.intervals["accuracy"]
        assert interval is not None
        assert interval[0] <= point.accuracy <= interval[1]


def test_every_figure_has_an_interval_that_holds_it(run: Run) -> None:
    figures, intervals = run.evaluation.figures["all"], run.evaluation.intervals["all"]
    assert set(figures) - {"mails"} == set(intervals)
    for name in ("kind_accuracy", "claim_count_accuracy", "automatic_share"):
        low, high = intervals[name]
        assert low <= figures[name] <= high
    assert set(run.evaluation.intervals["gold_claims"]) == set(run.evaluation.gold_claims)


def test_the_report_of_a_model_tells_everything(run: Run) -> None:
    pictures = evaluation_pictures(run.evaluation, run.learning)
    assert list(pictures) == ["reliability.png", "coverage.png", "confusion.png", "learning.png"]
    report = write_report(
        run.fitted,
        run.examples,
        {HEADING: run.evaluation},
        taxonomy=TAXONOMY,
        pictures=list(pictures),
    )
    for words in ("# Model small", "64 mails", f"## {HEADING}", "kind_accuracy", "confidence: "):
        assert words in report
    for words in ("## Where it fails", "20 most instructive mistakes", *pictures):
        assert words in report


def test_a_report_without_cross_validation_shows_the_inner_folds(run: Run) -> None:
    pictures = held_out_pictures(run.fitted)
    report = write_report(run.fitted, run.examples, {}, taxonomy=TAXONOMY, pictures=list(pictures))
    assert "](confusion.png)" in report
    assert "learning.png" not in report


def test_an_evaluation_is_one_page(run: Run) -> None:
    pictures = evaluation_pictures(run.evaluation)
    blocks = evaluation_blocks(
        HEADING, run.evaluation, run.examples, taxonomy=TAXONOMY, pictures=list(pictures)
    )
    page = to_html(blocks, title=HEADING, pictures=pictures)
    assert page.count("data:image/png") == 3
    assert "Judged by 64 mails" in page


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


def test_failures_are_told_by_stage_and_the_weakest_group_is_named(run: Run) -> None:
    told = to_markdown(failure_blocks(run.evaluation, taxonomy=TAXONOMY))
    assert "of the complaints are taken for another kind" in told
    for name, accuracy in weakest_groups(run.evaluation):
        assert f"{name} {100 * accuracy:.1f} %" in told


def test_a_foreign_model_has_a_report_and_a_card(tmp_path: Path) -> None:
    tools = make_foreign_tools(tmp_path)
    examples = read_examples([write_mails(tmp_path / "x.jsonl")], taxonomy=tools.taxonomy)
    fitted = fit_model(examples, tools=tools, version="foreign")
    evaluation = evaluate_model(examples, fitted.model, tools=tools, resamples=20)
    given = {"On itself": evaluation}
    card = write_card(fitted, examples, given, taxonomy=tools.taxonomy)
    assert "It does not decide: kind, severity, nature, resolution" in card
    assert "takes a mail's own words for one claim" in card
    report = write_report(fitted, examples, given, taxonomy=tools.taxonomy, pictures=[])
    assert "| severity.accuracy | - |" in report
    assert INTENTS[0] in report
    assert evaluation_pictures(evaluation)["confusion.png"].startswith(b"\x89PNG")
