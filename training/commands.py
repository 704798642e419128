"""The commands of the data scientists: `triage train ...`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from training.options import (
    BY,
    CONFIG,
    DATA,
    FOLDS,
    JOBS,
    JSON,
    RESAMPLES,
    SIGNALS,
    TAXONOMY,
    DataCommand,
)

if TYPE_CHECKING:
    from training.evaluate import By, Evaluation
    from training.learning import LearningPoint


@click.group()
def train() -> None:
    """Train, evaluate and list models."""


@train.command(cls=DataCommand)
@DATA
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The model's folder.")
@TAXONOMY
@CONFIG
@FOLDS
@BY
@JOBS
@RESAMPLES
def fit(
    paths: tuple[Path, ...],
    *,
    out: Path,
    taxonomy: Path,
    config: Path,
    folds: int,
    by: By,
    resamples: int,
    jobs: int,
) -> None:
    """Make a model version from labelled examples."""
    from models.artifact import check_free, save_model
    from models.precedents import PRECEDENTS, write_precedents
    from training.card import write_card
    from training.measuring import measure_folds, tell_missing
    from training.opening import open_corpus, warm_up
    from training.pictures import evaluation_pictures, held_out_pictures
    from training.precedents import list_precedents
    from training.report import held_out_figures, write_report
    from training.train import fit_model

    console = Console(stderr=True)
    check_free(out)
    examples, tools = open_corpus(paths, taxonomy=taxonomy, config=config)
    warm_up(examples, tools, console=console)
    evaluations: dict[str, Evaluation] = {}
    learning: list[LearningPoint] = []
    if folds or by == "file":
        evaluations, learning = measure_folds(
            examples, tools, folds=folds, by=by, resamples=resamples, jobs=jobs, console=console
        )
    console.print("fitting on everything")
    fitted = fit_model(examples, tools=tools, version=out.name)
    tell_missing(fitted, console=console)
    figures: dict[str, Any] = {"held_out": held_out_figures(fitted)}
    figures |= {name: evaluation.figures for name, evaluation in evaluations.items()}
    intervals = {name: evaluation.intervals for name, evaluation in evaluations.items()}
    curve = [point.as_json() for point in learning]
    pictures = held_out_pictures(fitted)
    for evaluation in evaluations.values():
        pictures = evaluation_pictures(evaluation, learning)
    report = write_report(
        fitted, examples, evaluations, taxonomy=tools.taxonomy, pictures=list(pictures)
    )
    card = write_card(fitted, examples, evaluations, taxonomy=tools.taxonomy, learning=learning)
    precedents = list_precedents(
        examples,
        fitted,
        characters=tools.config.precedent_characters,
        kind=tools.taxonomy.claim_kind,
    )
    save_model(
        fitted.model,
        out,
        signals=SIGNALS,
        facts={
            "corpus": examples.sha256,
            "seed": tools.config.seed,
            "figures": figures,
            "intervals": intervals,
            "learning": curve,
        },
        files={
            "config.toml": config.read_bytes(),
            "report.md": report.encode(),
            "MODEL_CARD.md": card.encode(),
            PRECEDENTS: write_precedents(precedents),
            **pictures,
        },
    )
    click.echo(f"{out}: made from {len(examples.mails)} mails; its report is {out / 'report.md'}")


@train.command(cls=DataCommand)
@click.option("--model", type=click.Path(path_type=Path), help="Model folder.")
@DATA
@TAXONOMY
@CONFIG
@FOLDS
@BY
@JOBS
@RESAMPLES
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write an HTML page with pictures here."
)
@JSON
def evaluate(
    paths: tuple[Path, ...],
    *,
    model: Path | None,
    taxonomy: Path,
    config: Path,
    folds: int,
    by: By,
    resamples: int,
    jobs: int,
    report: Path | None,
    as_json: bool,
) -> None:
    """Tell how good a model is on labelled mails that it has not seen.

    Without --model the examples themselves are cross-validated: by --folds parts split by mail, or
    leaving out one file after the other (--by file).
    """
    from training.measuring import measure_folds, measure_model, print_figures, write_page
    from training.opening import open_corpus, warm_up

    crossed = bool(folds) or by == "file"
    if crossed == (model is not None):
        raise click.UsageError("Give either --model, or --folds or --by file.")
    console = Console(stderr=True)
    examples, tools = open_corpus(paths, taxonomy=taxonomy, config=config)
    if model is None:
        warm_up(examples, tools, console=console)
        evaluations, learning = measure_folds(
            examples, tools, folds=folds, by=by, resamples=resamples, jobs=jobs, console=console
        )
    else:
        evaluations, learning = measure_model(
            examples, tools, model=model, resamples=resamples, console=console
        )
    for heading, evaluation in evaluations.items():
        if report is not None:
            write_page(report, heading, evaluation, learning, examples=examples, tools=tools)
        if as_json:
            told = evaluation.as_json() | {"learning": [point.as_json() for point in learning]}
            click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        else:
            print_figures(evaluation)


@train.command(name="list")
@JSON
def list_models(*, as_json: bool) -> None:
    """List the model versions that are there; the one in use is marked."""
    from models.versions import list_versions

    versions = list_versions()
    if as_json:
        rows = [
            {"version": one.name, "current": one.current, "figures": one.manifest.get("figures")}
            for one in versions
        ]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for one in versions:
        held_out = one.manifest.get("figures", {}).get("held_out", {})
        accuracy = held_out.get("type", {}).get("accuracy", "-")
        mark = "*" if one.current else " "
        click.echo(f"{mark} {one.name}  type accuracy on held-out claims {accuracy}")
