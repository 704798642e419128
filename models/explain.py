"""Passage -> why a model decides so: words, signals and labelled examples that speak for a label.

Words and signals are told by leaving them out (`models.occlusion`), examples by how much their
labels count (`models.neighbours`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.claim_model import KIND_HEAD, mail_passages
from models.features import Rows
from models.fired import find_fired
from models.neighbours import find_neighbours
from models.occlusion import find_words, rows_without_words
from pipeline.errors import ModelIncompatible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.claim_model import ClaimModel
    from models.fired import Fired
    from models.kernel import Head, KernelMachine
    from models.neighbours import Neighbour
    from models.occlusion import Word
    from models.precedents import Precedent, Precedents
    from pipeline.datatypes import Passage, Span

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
        view = _look(model, machine, judged, mine, encoded_words=encoded_words)
        for head, label in mine.items():
            found[head] = _explained(view, head, label, examples, neighbours=neighbours)
    return found


@dataclass(frozen=True, slots=True)
class _View:
    """Kernel rows of a passage, whole and with parts left out.

    Attributes:
        machine: Judges them.
        text: Of the passage.
        words: Left out one at a time.
        signals: As `words`.
        whole: (examples,) likeness of the whole passage.
        without_words: (words, examples).
        without_signals: (signals, examples).
    """

    machine: KernelMachine
    text: str
    words: Sequence[Word]
    signals: Sequence[Fired]
    whole: NDArray[np.float32]
    without_words: NDArray[np.float32]
    without_signals: NDArray[np.float32]


def _look(
    model: ClaimModel,
    machine: KernelMachine,
    passage: Passage,
    heads: Mapping[str, str],
    *,
    encoded_words: int,
) -> _View:
    features = model.features
    words = find_words(passage.text)
    rows = features.transform([passage])
    whole = machine.kernel(rows)
    without = np.repeat(whole, len(words), axis=0)
    if words:
        quick = rows_without_words(passage, words, features=features, encode=False)
        without = machine.kernel(quick)
        chosen = _promising(machine, heads, whole, without, count=encoded_words)
        if len(chosen):
            some = [words[place] for place in chosen]
            slow = rows_without_words(passage, some, features=features, encode=True)
            without[chosen] = machine.kernel(slow)
    signals = find_fired(passage, rows.dense[0], signals=features.signals)
    dense = np.repeat(rows.dense, len(signals), axis=0)
    for place, fired in enumerate(signals):
        dense[place, fired.columns] = 0.0
    same = rows.take(np.zeros(len(signals), dtype=np.intp))
    silent = machine.kernel(Rows(same.sparse, dense)) if signals else whole[:0]
    return _View(machine, passage.text, words, signals, whole[0], without, silent)


def _promising(
    machine: KernelMachine,
    heads: Mapping[str, str],
    whole: NDArray[np.float32],
    without: NDArray[np.float32],
    *,
    count: int,
) -> NDArray[np.intp]:
    """Choose the words that move some head most, head by head in turn."""
    ranks = np.full(len(without), len(without))
    for name, label in heads.items():
        head = machine.heads[name]
        gains = _gains(head, label, whole, without)[0]
        own = np.empty(len(gains), dtype=np.intp)
        own[np.argsort(-gains, kind="stable")] = np.arange(len(gains))
        ranks = np.minimum(ranks, own)
    return np.sort(np.argsort(ranks, kind="stable")[:count])


def _explained(
    view: _View, name: str, label: str, examples: Sequence[Precedent], *, neighbours: int
) -> Explanation:
    head = view.machine.heads[name]
    column = head.labels.index(label)
    chances = head.probabilities(view.whole[None])[0]
    rival = int(np.argmax(np.where(np.arange(len(chances)) == column, -1.0, chances)))
    near = find_neighbours(view.whole, view.machine, name, examples)
    return Explanation(
        head=name,
        label=label,
        probability=float(chances[column]),
        rival=head.labels[rival],
        rival_probability=float(chances[rival]),
        text=view.text,
        words=_clues(head, label, view.whole, view.words, view.without_words),
        signals=_clues(head, label, view.whole, view.signals, view.without_signals),
        supporting=tuple([one for one in near if one.precedent.labels[name] == label][:neighbours]),
        opposing=tuple([one for one in near if one.precedent.labels[name] != label][:neighbours]),
    )


def _gains(
    head: Head, label: str, whole: NDArray[np.float32], without: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tell what leaving out takes: of the log-odds of the label, and what is left of its chance."""
    column = head.labels.index(label)
    chances = head.probabilities(np.vstack([whole, without]))
    others = np.delete(chances, column, axis=1).sum(axis=1)
    odds = np.log(np.maximum(chances[:, column], TINY)) - np.log(np.maximum(others, TINY))
    return odds[0] - odds[1:], chances[1:, column]


def _clues(
    head: Head,
    label: str,
    whole: NDArray[np.float32],
    parts: Sequence[Word | Fired],
    without: NDArray[np.float32],
) -> tuple[Clue, ...]:
    gains, left = _gains(head, label, whole, without)
    clues = [
        Clue(part.text, part.spans, gain, chance)
        for part, gain, chance in zip(parts, gains.tolist(), left.tolist(), strict=True)
        if abs(gain) >= LEAST_GAIN
    ]
    return tuple(sorted(clues, key=lambda clue: -clue.gain))


def _check(examples: Sequence[Precedent], machine: KernelMachine, *, name: str) -> None:
    rows = len(machine.examples.dense)
    if examples and len(examples) != rows:
        raise ModelIncompatible(f"examples of {name}", str(len(examples)), str(rows))
