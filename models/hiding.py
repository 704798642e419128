"""Passage -> what a model says of it: whole, and with a word, a signal or its surroundings hidden.

Words, letters and signals are measured anew for each hidden word, which is cheap; embeddings, which
cost a hundred times as much, only for the words that seem to matter most by the cheap features.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.fired import NO_COLUMNS, SUBJECT, Fired, find_fired, find_signs
from models.occlusion import find_words, leave_out, passages_without, rows_without
from models.second import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.claim_model import ClaimModel
    from models.features import Rows
    from models.kernel import KernelMachine
    from models.occlusion import Word
    from pipeline.datatypes import Passage, Prediction

AROUND = "around"
"""Stands for the mail's words that stand in no claim."""

TINY = 1e-12
"""Least probability whose logarithm is taken."""


@dataclass(frozen=True, slots=True)
class View:
    """What is said of a passage, whole and with parts left out.

    Attributes:
        text: Of the passage.
        kernel: (examples,) likeness of the whole passage to the machine's examples.
        whole: Head to what it says of the whole.
        words: Of the text.
        without_words: Head to what it says without each word.
        signals: That fired.
        without_signals: Head to what it says without each signal.
        signs: Of gravity; and what surrounds a claim, where something does.
        without_signs: What the severity is without each sign.
    """

    text: str
    kernel: NDArray[np.float32]
    whole: Mapping[str, Sequence[Prediction]]
    words: Sequence[Word]
    without_words: Mapping[str, Sequence[Prediction]]
    signals: Sequence[Fired]
    without_signals: Mapping[str, Sequence[Prediction]]
    signs: Sequence[Fired]
    without_signs: Sequence[Prediction]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be explained.

    Attributes:
        model: The model.
        machine: One of its two.
        labels: Head of that machine to label.
    """

    model: ClaimModel
    machine: KernelMachine
    labels: Mapping[str, str]

    def judge(
        self, passages: Sequence[Passage], kernel: NDArray[np.float32]
    ) -> dict[str, list[Prediction]]:
        """Give what the heads say."""
        return self.model.judge(self.machine, list(self.labels), passages, kernel)


def look(asked: Asked, passage: Passage, *, encoded_words: int) -> View:
    """Judge a passage and what is left of it.

    Args:
        asked: Which decisions.
        passage: As the machine judges it.
        encoded_words: For so many words embeddings are made anew.
    """
    rows = asked.model.features.transform([passage])
    kernel = asked.machine.kernel(rows)
    whole = asked.judge([passage], kernel)
    words = find_words(passage.text)
    signals = find_fired(passage, rows.dense[0], signals=asked.model.features.signals)
    signs, without_signs = _without_signs(asked, passage, kernel)
    return View(
        text=passage.text,
        kernel=kernel[0],
        whole=whole,
        words=words,
        without_words=_without_words(asked, passage, words, whole, encoded_words=encoded_words),
        signals=signals,
        without_signals=_without_signals(asked, passage, signals, rows),
        signs=signs,
        without_signs=without_signs,
    )


def _without_words(
    asked: Asked,
    passage: Passage,
    words: Sequence[Word],
    whole: Mapping[str, Sequence[Prediction]],
    *,
    encoded_words: int,
) -> dict[str, list[Prediction]]:
    """Judge the passage without each word; those that matter most with embeddings made anew."""
    if not words:
        return {head: [] for head in asked.labels}
    features = asked.model.features
    cut = passages_without(passage, words)
    kernel = asked.machine.kernel(rows_without(passage, cut, features=features))
    quick = asked.judge(cut, kernel)
    chosen = _promising(asked.labels, whole, quick, count=encoded_words)
    if not len(chosen):
        return quick
    kernel[chosen] = asked.machine.kernel(features.transform([cut[place] for place in chosen]))
    return asked.judge(cut, kernel)


def _without_signals(
    asked: Asked, passage: Passage, signals: Sequence[Fired], rows: Rows
) -> dict[str, list[Prediction]]:
    """Judge the passage with each signal silenced."""
    if not signals:
        return {head: [] for head in asked.labels}
    same = rows.take(np.zeros(len(signals), dtype=np.intp))
    for row, fired in zip(same.dense, signals, strict=True):
        row[fired.columns] = 0.0
    silent = replace(passage, subject="")
    passages = [silent if fired.text == SUBJECT else passage for fired in signals]
    return asked.judge(passages, asked.machine.kernel(same))


def _without_signs(
    asked: Asked, passage: Passage, kernel: NDArray[np.float32]
) -> tuple[list[Fired], list[Prediction]]:
    """Judge the severity without the words of each sign, then without what surrounds the claim."""
    second = asked.model.second
    if SEVERITY not in asked.labels or SEVERITY not in second.heads:
        return [], []
    signs = find_signs(passage.text, second.signs)
    cut = [replace(passage, text=leave_out(passage.text, sign.spans)) for sign in signs]
    if cut:
        rows = rows_without(passage, cut, features=asked.model.features)
        kernel = np.vstack([asked.machine.kernel(rows), kernel])
    around = [Fired(AROUND, (), NO_COLUMNS)] if passage.around else []
    cut += [replace(passage, around="")] * len(around)
    return [*signs, *around], asked.judge(cut, kernel[: len(cut)])[SEVERITY]


def _promising(
    labels: Mapping[str, str],
    whole: Mapping[str, Sequence[Prediction]],
    without: Mapping[str, Sequence[Prediction]],
    *,
    count: int,
) -> NDArray[np.intp]:
    """Choose the words without which some label loses most, head by head in turn."""
    ranks = []
    for head, label in labels.items():
        gains = [log_odds(whole[head][0], label) - log_odds(each, label) for each in without[head]]
        ranks.append(np.argsort(np.argsort(-np.array(gains), kind="stable"), kind="stable"))
    return np.sort(np.argsort(np.min(ranks, axis=0), kind="stable")[:count])


def log_odds(prediction: Prediction, label: str) -> float:
    """Natural log-odds of a label."""
    chances = prediction.probabilities
    others = sum(chance for code, chance in chances.items() if code != label)
    return math.log(max(chances[label], TINY)) - math.log(max(others, TINY))
