"""The options that the training commands share, and the files that they use by default."""

from __future__ import annotations

from pathlib import Path

import click

# Not from `pipeline.settings`: `triage --help` shall not wait for pydantic.
ROOT = Path(__file__).resolve().parents[1]
TAXONOMY_FILE = ROOT / "data" / "taxonomy.toml"
SIGNALS = ROOT / "data" / "signals.toml"
CONFIG_FILE = ROOT / "training" / "configs" / "default.toml"
CACHE = ROOT / ".cache"

DATA = click.option(
    "--data",
    "paths",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Labelled lines: a .jsonl file or a folder of them; may be given several times.",
)
TAXONOMY = click.option(
    "--taxonomy", type=click.Path(path_type=Path), default=TAXONOMY_FILE, help="Taxonomy file."
)
CONFIG = click.option(
    "--config", type=click.Path(path_type=Path), default=CONFIG_FILE, help="Hyper-parameters, TOML."
)
FOLDS = click.option(
    "--folds",
    type=click.IntRange(0, 20),
    default=0,
    help="Cross-validate by so many parts, split by mail.",
)
BY = click.option(
    "--by",
    type=click.Choice(["mail", "file"]),
    default="mail",
    help="`file`: cross-validate by leaving out one file after the other; other sectors.",
)
RESAMPLES = click.option(
    "--resamples",
    type=click.IntRange(1, 100_000),
    default=1000,
    help="Drawings of the mails for the 95 % intervals.",
)
JOBS = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    help="Parts that are worked on at the same time; each takes about a gigabyte.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable, alone on stdout.")


class DataCommand(click.Command):
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
