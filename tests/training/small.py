"""A corpus of some dozens of mails and the model made of it, by the fake encoder, once a run."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from models.gravity import load_gravity_signs
from models.language import build_nlp
from models.signals import load_signals
from pipeline.settings import ROOT
from pipeline.taxonomy import load_taxonomy
from tests.models.fakes import HashEncoder
from training.config import DEFAULT, read_config
from training.examples import read_examples
from training.train import Fitted, Tools, fit_model

if TYPE_CHECKING:
    from pathlib import Path

    from training.config import TrainingConfig
    from training.examples import Examples

CORPUS = ROOT / "data" / "corpus"
SIGNALS = ROOT / "data" / "signals.toml"
TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
NLP = build_nlp()


def quick_config() -> str:
    """The shipped hyper-parameters with fewer folds and rounds."""
    text = DEFAULT.read_text(encoding="utf-8")
    for name, value in (("inner_folds", 2), ("rounds", 6), ("least_examples", 1)):
        text = re.sub(rf"(?m)^{name} = \d+", f"{name} = {value}", text)
    return text


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def write_lines(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = [json.dumps(line, ensure_ascii=False) + "\n" for line in lines]
    path.write_text("".join(told), encoding="utf-8")
    return path


@cache
def mail_lines(complaints: int = 50, others: int = 14) -> tuple[dict[str, Any], ...]:
    """Short complaints, and mails of the other kinds."""
    plain = read_lines(CORPUS / "train" / "fr-plain.jsonl")
    gate = read_lines(CORPUS / "train" / "mix-gate.jsonl")
    chosen = [mail for mail in plain if mail["kind"] == "complaint"][:complaints]
    return (*chosen, *[mail for mail in gate if mail["kind"] != "complaint"][:others])


@cache
def bank_lines(each: int = 2) -> tuple[dict[str, Any], ...]:
    """So many single claims of each type."""
    bank = read_lines(CORPUS / "claims" / "fr-1.jsonl")
    of_type = {kind: [line for line in bank if line["type"] == kind] for kind in TAXONOMY.types}
    return tuple(line for lines in of_type.values() for line in lines[:each])


def small_config(folder: Path) -> TrainingConfig:
    path = folder / "quick.toml"
    path.write_text(quick_config(), encoding="utf-8")
    return read_config(path)


def small_examples(folder: Path) -> Examples:
    mails = write_lines(folder / "mails.jsonl", list(mail_lines()))
    bank = write_lines(folder / "bank.jsonl", list(bank_lines()))
    return read_examples([mails, bank], taxonomy=TAXONOMY)


def small_tools(folder: Path) -> Tools:
    return Tools(
        config=small_config(folder),
        taxonomy=TAXONOMY,
        nlp=NLP,
        signals=load_signals(SIGNALS),
        encoder=HashEncoder(),
        gravity=load_gravity_signs(SIGNALS),
    )


def fit_small(folder: Path) -> Fitted:
    return fit_model(small_examples(folder), tools=small_tools(folder), version="small")
