"""Passage -> why a model decides so: words, signals and labelled examples that speak for a label.

Words and signals are told by leaving them out (`models.hiding`), examples by how much their labels
count (`models.neighbours`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.claim_model import KIND_HEAD, mail_passages
from models.hiding import Asked, log_odds, look
from models.neighbours import find_neighbours
from models.second import SEVERITY
from pipeline.errors import ModelIncompatible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.claim_model import ClaimModel
    from models.fired import Fired
    from models.hiding import View
    from models.kernel import KernelMachine
    from models.neighbours import Neighbour
    from models.occlusion import Word
    from models.precedents import Precedent, Precedents
    from pipeline.datatypes import Passage, Prediction, Span

ENCODED_WORDS = 12
"""Words for which embeddings are made anew, 60 to 90 milliseconds each on one core."""

NEIGHBOURS = 3
"""Examples told on each side."""

LEAST_GAIN = 0.02
"""Words and signals that shift the log-odds by less tell nothing."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A part of what was judged, and what the decision would be without it.

    Attributes:
        name: The word as first written, the signal's name, `subject`, or `around` for the words of
            the mail that stand in no claim.
        spans: Its places in `Explanation.text`; none for subject, surroundings and measures
            such as the text's length.
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
        view = look(Asked(model, machine, mine), judged, encoded_words=encoded_words)
        for head, label in mine.items():
            near = find_neighbours(view.kernel, machine, head, examples)
            found[head] = _explained(view, head, label, near, neighbours=neighbours)
    return found


def _explained(
    view: View, head: str, label: str, near: Sequence[Neighbour], *, neighbours: int
) -> Explanation:
    (said,) = view.whole[head]
    others = {code: chance for code, chance in said.probabilities.items() if code != label}
    rival = max(others, key=lambda code: others[code])
    signs = view.signs if head == SEVERITY else ()
    silent = [*view.without_signals[head], *(view.without_signs if signs else ())]
    return Explanation(
        head=head,
        label=label,
        probability=said.probabilities[label],
        rival=rival,
        rival_probability=others[rival],
        text=view.text,
        words=_clues(view.words, label, said, view.without_words[head]),
        signals=_clues([*view.signals, *signs], label, said, silent),
        supporting=tuple([one for one in near if one.precedent.labels[head] == label][:neighbours]),
        opposing=tuple([one for one in near if one.precedent.labels[head] != label][:neighbours]),
    )


def _clues(
    parts: Sequence[Word | Fired], label: str, said: Prediction, without: Sequence[Prediction]
) -> tuple[Clue, ...]:
    """List what counts, strongest first; of two signals with one name the one that counts more."""
    odds = log_odds(said, label)
    clues = [
        Clue(part.text, part.spans, odds - log_odds(left, label), left.probabilities[label])
        for part, left in zip(parts, without, strict=True)
    ]
    strongest = sorted(clues, key=lambda clue: abs(clue.gain))
    named = {clue.name: clue for clue in strongest if abs(clue.gain) >= LEAST_GAIN}
    return tuple(sorted(named.values(), key=lambda clue: -clue.gain))


def _check(examples: Sequence[Precedent], machine: KernelMachine, *, name: str) -> None:
    rows = len(machine.examples.dense)
    if examples and len(examples) != rows:
        raise ModelIncompatible(f"examples of {name}", str(len(examples)), str(rows))
