"""Examples, and a model or none -> evaluations; told on a terminal and as a page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from models.artifact import load_model, read_manifest
from pipeline.errors import ModelUntrusted, SettingInvalid
from training.card import missing_heads
from training.evaluate import cross_validate, evaluate_model
from training.learning import LearningPoint, learning_curve
from training.pages import to_html
from training.pictures import evaluation_pictures
from training.report import (
    evaluation_blocks,
    flat_figures,
    told_figure,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.evaluate import By, Evaluation
    from training.examples import Examples
    from training.train import Fitted, Tools

WIDTH = 160
"""Characters of a line where nobody looks at a terminal."""


def measure_folds(
    examples: Examples,
    tools: Tools,
    *,
    folds: int,
    by: By,
    resamples: int,
    jobs: int,
    console: Console,
) -> tuple[dict[str, Evaluation], list[LearningPoint]]:
    """Cross-validate; gives the evaluation by its heading, and the learning curve."""
    count = len({mail.source for mail in examples.mails}) if by == "file" else folds
    if count < 2:  # noqa: PLR2004 # nothing to train on otherwise
        raise click.UsageError("There must be at least two parts: --folds 2, or two files.")
    heading = f"Cross-validation, {count} parts split by {by}"
    evaluation = cross_validate(
        examples,
        tools=tools,
        folds=folds,
        by_source=by == "file",
        on_fold=lambda number: console.print(f"{number} of {count} parts judged"),
        resamples=resamples,
        jobs=jobs,
    )
    console.print("measuring the learning curve")
    return {heading: evaluation}, learning_curve(examples, tools=tools, resamples=resamples)


def measure_model(
    examples: Examples, tools: Tools, *, model: Path, resamples: int, console: Console
) -> tuple[dict[str, Evaluation], list[LearningPoint]]:
    """Judge a model; gives the evaluation by its heading, and the curve that the model keeps.

    Raises:
        ModelUntrusted: The model is not what its manifest says.
    """
    loaded = load_model(model, taxonomy=tools.taxonomy, encoder=tools.encoder)
    manifest = read_manifest(model)
    try:
        learning = [LearningPoint(**point) for point in manifest.get("learning", ())]
        seen = set(manifest.get("corpus", {}).values()) & set(examples.sha256.values())
    except (TypeError, AttributeError) as error:
        raise ModelUntrusted(model, [f"its manifest is damaged: {error}"]) from error
    if seen:
        console.print(f"The model was made from {len(seen)} of these files: figures are too kind.")
    evaluation = evaluate_model(examples, loaded, tools=tools, resamples=resamples)
    return {f"Model {loaded.version}": evaluation}, learning


def tell_missing(fitted: Fitted, *, console: Console) -> None:
    """Say which decisions the model goes without."""
    if missing := missing_heads(fitted):
        names = ", ".join(missing)
        console.print(f"the model goes without {names}: the examples have nothing to tell apart")
    if fitted.model.grouping is None:
        console.print("a mail's own words are its claim: no mail of the examples holds several")


def write_page(
    path: Path,
    heading: str,
    evaluation: Evaluation,
    learning: Sequence[LearningPoint],
    *,
    examples: Examples,
    tools: Tools,
) -> None:
    """Write an evaluation as one HTML page.

    Raises:
        SettingInvalid: The file cannot be written.
    """
    pictures = evaluation_pictures(evaluation, learning)
    blocks = evaluation_blocks(
        heading, evaluation, examples, taxonomy=tools.taxonomy, pictures=list(pictures)
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        page = to_html(blocks, title=heading, pictures=pictures)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingInvalid("--report", f"{path} cannot be written: {error}") from error


def print_figures(evaluation: Evaluation) -> None:
    """Print figures with their intervals, and the types most often confused."""
    table = Table()
    table.add_column("figure", no_wrap=True)
    for group in evaluation.figures:
        table.add_column(group)
    flat = {group: dict(flat_figures(own)) for group, own in evaluation.figures.items()}
    ends = {group: dict(flat_figures(evaluation.intervals[group])) for group in flat}
    for name in next(iter(flat.values())):
        table.add_row(
            name, *(told_figure(flat[group][name], ends[group].get(name)) for group in flat)
        )
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
    for head, figures in evaluation.gold_claims.items():
        click.echo(f"labelled claims, {head}: accuracy {figures['accuracy']}")
    for gold, found, times in evaluation.confused[:10]:
        click.echo(f"{gold} taken for {found}: {times}")
