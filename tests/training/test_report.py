"""Reports of a small model, and of a foreign one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.training.foreign import INTENTS, foreign_tools, write_mails
from tests.training.measured import HEADING
from tests.training.small import TAXONOMY
from training.card import write_card
from training.evaluate import evaluate_model
from training.examples import read_examples
from training.pages import to_html
from training.pictures import evaluation_pictures, held_out_pictures
from training.report import (
    evaluation_blocks,
    told_figure,
    write_report,
)
from training.train import fit_model

if TYPE_CHECKING:
    from pathlib import Path

    from tests.training.measured import Run


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


def test_a_foreign_model_has_a_report_and_a_card(tmp_path: Path) -> None:
    tools = foreign_tools(tmp_path)
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


def test_a_figure_is_told_with_its_interval() -> None:
    assert told_figure(0.5, [0.25, 0.75]) == "0.500 (0.250–0.750)"
    assert (told_figure(7), told_figure(0.5), told_figure(None)) == ("7", "0.500", "-")
