"""Passage -> why a model decides so: words, signals and labelled examples that speak for a label.

Words and signals are told by leaving them out (`models.occlusion`), examples by how much their
labels count (`models.neighbours`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.claim_model import KIND_HEAD, mail_passages
from models.fired import find_fired
from models.neighbours import find_neighbours
from models.occlusion import find_words, passages_without, rows_without
from pipeline.errors import ModelIncompatible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.claim_model import ClaimModel
    from models.features import Rows
    from models.fired import Fired
    from models.kernel import KernelMachine
    from models.neighbours import Neighbour
    from models.occlusion import Word
    from models.precedents import Precedent, Precedents
    from pipeline.datatypes import Passage, Prediction, Span

ENCODED_WORDS = 12
"""Words for which embeddings are made anew, 60 to 90 milliseconds each on one core."""

NEIGHBOURS = 3
"""Examples told on each side."""

TINY = 1e-12
"""Least probability whose logarithm is taken."""

LEAST_GAIN = 0.02
"""Words and signals that shift the log-odds by less tell nothing."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A part of what was judged, and what the decision would be without it.

    Attributes:
        name: The word as first written, the signal's name, or `subject`.
        spans: Its places in `Explanation.text`; none for the subject and for measures such as the
            text's length.
        gain: Natural log-odds of the label with it, less those without it; below 0 where it speaks
            against the label.
        without: Probability of the label without it.
    """

    name: str
    spans: tuple[Span, ...]
    gain: float
    without: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a head gives a passage a label.

    Attributes:
        head: Which decision.
        label: The label that is explained.
        probability: Of the label.
        rival: The most probable other label.
        rival_probability: Of the rival.
        text: What was judged; spans are into it.
        words: Strongest first, those for the label before those against it.
        signals: As `words`, the subject among them.
        supporting: Examples that have the label, weightiest first.
        opposing: Examples that have another label, weightiest first.
    """

    head: str
    label: str
    probability: float
    rival: str
    rival_probability: float
    text: str
    words: tuple[Clue, ...]
    signals: tuple[Clue, ...]
    supporting: tuple[Neighbour, ...]
    opposing: tuple[Neighbour, ...]


def explain(
    model: ClaimModel,
    passage: Passage,
    heads: Mapping[str, str],
    *,
    precedents: Precedents,
    encoded_words: int = ENCODED_WORDS,
    neighbours: int = NEIGHBOURS,
) -> dict[str, Explanation]:
    """Explain what heads say about a passage.

    Args:
        model: The model that decided.
        passage: As it was given to `model.predict`.
        heads: Head to the label to be explained; a head or label that the model lacks is left out.
        precedents: What `models.precedents` reads; where it is empty no examples are told.
        encoded_words: For so many words embeddings are made anew; the others are judged by their
            letters and signals alone, which is faster and tells less.
        neighbours: Examples told on each side.

    Raises:
        ModelIncompatible: The precedents are not those of the model.
    """
    found: dict[str, Explanation] = {}
    for name, machine in (("mails", model.mails), ("claims", model.claims)):
        mine = {
            head: label
            for head, label in heads.items()
            if head in machine.heads and label in machine.heads[head].labels
        }
        if not mine:
            continue
        examples = precedents.get(name, ())
        _check(examples, machine, name=name)
        judged = mail_passages([passage])[0] if KIND_HEAD in mine else passage
        view = _look(_Asked(model, machine, mine), judged, encoded_words=encoded_words)
        for head, label in mine.items():
            near = find_neighbours(view.kernel, machine, head, examples)
            found[head] = _explained(view, head, label, near, neighbours=neighbours)
    return found


@dataclass(frozen=True, slots=True)
class _View:
    """What is said of a passage, whole and with parts left out.

    Attributes:
        text: Of the passage.
        kernel: (examples,) likeness of the whole passage to the machine's examples.
        whole: Head to what it says of the whole.
        words: Of the text.
        without_words: Head to what it says without each word.
        signals: That fired.
        without_signals: Head to what it says without each signal.
    """

    text: str
    kernel: NDArray[np.float32]
    whole: Mapping[str, Sequence[Prediction]]
    words: Sequence[Word]
    without_words: Mapping[str, Sequence[Prediction]]
    signals: Sequence[Fired]
    without_signals: Mapping[str, Sequence[Prediction]]


@dataclass(frozen=True, slots=True)
class _Asked:
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


def _look(asked: _Asked, passage: Passage, *, encoded_words: int) -> _View:
    rows = asked.model.features.transform([passage])
    kernel = asked.machine.kernel(rows)
    whole = asked.judge([passage], kernel)
    words = find_words(passage.text)
    signals = find_fired(passage, rows.dense[0], signals=asked.model.features.signals)
    return _View(
        text=passage.text,
        kernel=kernel[0],
        whole=whole,
        words=words,
        without_words=_without_words(asked, passage, words, whole, encoded_words=encoded_words),
        signals=signals,
        without_signals=_without_signals(asked, passage, signals, rows),
    )


def _without_words(
    asked: _Asked,
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
    asked: _Asked, passage: Passage, signals: Sequence[Fired], rows: Rows
) -> dict[str, list[Prediction]]:
    """Judge the passage with each signal silenced."""
    if not signals:
        return {head: [] for head in asked.labels}
    same = rows.take(np.zeros(len(signals), dtype=np.intp))
    for row, fired in zip(same.dense, signals, strict=True):
        row[fired.columns] = 0.0
    return asked.judge([passage] * len(signals), asked.machine.kernel(same))


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
        gains = [_odds(whole[head][0], label) - _odds(each, label) for each in without[head]]
        ranks.append(np.argsort(np.argsort(-np.array(gains), kind="stable"), kind="stable"))
    return np.sort(np.argsort(np.min(ranks, axis=0), kind="stable")[:count])


def _explained(
    view: _View, head: str, label: str, near: Sequence[Neighbour], *, neighbours: int
) -> Explanation:
    (said,) = view.whole[head]
    others = {code: chance for code, chance in said.probabilities.items() if code != label}
    rival = max(others, key=lambda code: others[code])
    return Explanation(
        head=head,
        label=label,
        probability=said.probabilities[label],
        rival=rival,
        rival_probability=others[rival],
        text=view.text,
        words=_clues(view.words, label, said, view.without_words[head]),
        signals=_clues(view.signals, label, said, view.without_signals[head]),
        supporting=tuple([one for one in near if one.precedent.labels[head] == label][:neighbours]),
        opposing=tuple([one for one in near if one.precedent.labels[head] != label][:neighbours]),
    )


def _odds(prediction: Prediction, label: str) -> float:
    """Natural log-odds of a label."""
    chances = prediction.probabilities
    others = sum(chance for code, chance in chances.items() if code != label)
    return math.log(max(chances[label], TINY)) - math.log(max(others, TINY))


def _clues(
    parts: Sequence[Word | Fired], label: str, said: Prediction, without: Sequence[Prediction]
) -> tuple[Clue, ...]:
    odds = _odds(said, label)
    clues = [
        Clue(part.text, part.spans, odds - _odds(left, label), left.probabilities[label])
        for part, left in zip(parts, without, strict=True)
    ]
    told = [clue for clue in clues if abs(clue.gain) >= LEAST_GAIN]
    return tuple(sorted(told, key=lambda clue: -clue.gain))


def _check(examples: Sequence[Precedent], machine: KernelMachine, *, name: str) -> None:
    rows = len(machine.examples.dense)
    if examples and len(examples) != rows:
        raise ModelIncompatible(f"examples of {name}", str(len(examples)), str(rows))
