"""Claims judged by likeness -> severity and nature judged anew, with what likeness does not see.

Severity: the likeness's own answer, named signs of gravity in the claim and in the words of the
mail around its claims, what these words sound like, sums, the type. Nature: the likeness's own
answer and the type.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from models.gravity import count_signs, largest_sum
from models.signals import COUNT_LIMIT, SHOUTED_SHARE
from pipeline.datatypes import Passage, Prediction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.features import Features
    from models.gravity import GravitySign
    from models.kernel import Head, KernelMachine
    from models.ordinal import OrdinalHead

    Chances = NDArray[np.float64]

SEVERITY, NATURE = "severity", "nature"

LEAST_AROUND = 20
"""Fewer characters around the claims say nothing."""

LEAST_SHIFT = 0.1
"""A sign that moves the log-odds of a step by less on average is not told."""

_FLOOR = 1e-3
_SHAPES = 9
_REPLY = re.compile(r"\b(?:re|tr|fw|fwd) ?:")


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The heads that judge anew.

    Attributes:
        heads: `severity`, `nature` or both; none where the corpus did not suffice.
        signs: What the severity is also judged by.
    """

    heads: Mapping[str, OrdinalHead] = field(default_factory=dict)
    signs: tuple[GravitySign, ...] = ()

    def judge(
        self,
        heads: Sequence[str],
        passages: Sequence[Passage],
        chances: Mapping[str, Chances],
        around: Chances,
    ) -> dict[str, list[Prediction]]:
        """Judge claims.

        Args:
            heads: Which of the heads.
            passages: The claims.
            chances: What their likeness says, head to (passages, labels).
            around: As in `severity_measures`.
        """
        found = {}
        if NATURE in heads:
            measures = nature_measures(chances[NATURE], chances["type"])
            found[NATURE] = _predictions(self.heads[NATURE], measures)
        if SEVERITY in heads:
            head = self.heads[SEVERITY]
            measures = severity_measures(
                passages, chances[SEVERITY], chances["type"], around, signs=self.signs
            )
            fired = [_fired(row, head, self.signs) for row in measures]
            found[SEVERITY] = _predictions(head, measures, fired)
        return found


def measure_count(head: str, *, steps: int, types: int, signs: int) -> int:
    """Tell how many measures a head judges by.

    Args:
        head: `severity` or `nature`.
        steps: Its labels but one.
        types: Claim types that the model knows.
        signs: Signs of gravity.

    Raises:
        ValueError: There is no such head.
    """
    counts = {NATURE: steps + types, SEVERITY: 2 * signs + steps + types + steps + 1 + _SHAPES}
    if head not in counts:
        raise ValueError(f"there is no second look at {head}")
    return counts[head]


def nature_measures(own: Chances, types: Chances) -> Chances:
    """Give (passages, measures) for the nature: its own log-odds, the types' probabilities."""
    return np.hstack([_step_odds(own), types])


def severity_measures(
    passages: Sequence[Passage],
    own: Chances,
    types: Chances,
    around: Chances,
    *,
    signs: Sequence[GravitySign],
) -> Chances:
    """Measure what the severity is judged by.

    Args:
        passages: Claims.
        own: (passages, severities) what their likeness says.
        types: (passages, types) likewise.
        around: (passages, severities) what the likeness of the words around the claims says; rows
            of zeros where there are too few such words.
        signs: What to look for.

    Returns:
        (passages, measures): first the signs in the claim, then those in subject and words around.
    """
    texts = [passage.text for passage in passages]
    outside = [f"{passage.subject}\n{passage.around}" for passage in passages]
    told = np.asarray(around.any(axis=1), dtype=np.float64)[:, None]
    return np.hstack(
        [
            count_signs(texts, signs),
            count_signs(outside, signs),
            _step_odds(own),
            types,
            told * _step_odds(around),
            told,
            np.array([_shape(passage) for passage in passages]).reshape(len(passages), _SHAPES),
        ]
    )


def judge_around(
    passages: Sequence[Passage], head: Head, machine: KernelMachine, features: Features
) -> Chances:
    """Judge the words around the claims as if they were claims.

    Args:
        passages: Claims.
        head: The severity of the machine.
        machine: Judges claims.
        features: Of the machine.

    Returns:
        As `severity_measures` wants it.
    """
    found = np.zeros((len(passages), len(head.labels)))
    texts = around_passages(passages)
    if texts:
        chances = head.probabilities(machine.kernel(features.transform(list(texts))))
        places = {passage: place for place, passage in enumerate(texts)}
        for row, passage in enumerate(passages):
            place = places.get(around_passage(passage))
            if place is not None:
                found[row] = chances[place]
    return found


def around_passages(passages: Sequence[Passage]) -> list[Passage]:
    """Give the words around some claims that say something, each once."""
    around = dict.fromkeys(around_passage(passage) for passage in passages)
    return [passage for passage in around if len(passage.text) >= LEAST_AROUND]


def around_passage(passage: Passage) -> Passage:
    """Give the words around a claim as a passage of its mail."""
    return Passage(passage.around, subject=passage.subject)


def _step_odds(chances: Chances) -> Chances:
    """Give (rows, labels - 1) log-odds of exceeding each step between two labels."""
    above = np.cumsum(chances[:, ::-1], axis=1)[:, ::-1][:, 1:].clip(_FLOOR, 1.0 - _FLOOR)
    return np.asarray(np.log(above / (1.0 - above)))


def _shape(passage: Passage) -> list[float]:
    text, words = passage.text, passage.context
    return [
        math.log10(1.0 + largest_sum(text)),
        _shouted(text),
        min(text.count("!"), COUNT_LIMIT),
        min(text.count("?"), COUNT_LIMIT),
        math.log1p(len(text)),
        math.log1p(len(words)),
        _shouted(words),
        min(words.count("!"), COUNT_LIMIT),
        float(len(_REPLY.findall(passage.subject.lower()))),
    ]


def _shouted(text: str) -> float:
    letters = sum(map(str.isalpha, text))
    return float(sum(map(str.isupper, text)) > SHOUTED_SHARE * max(letters, 1))


def _fired(row: Chances, head: OrdinalHead, signs: Sequence[GravitySign]) -> tuple[str, ...]:
    """Give the codes of the signs that count, strongest first."""
    count = len(signs)
    shifts = (row[: 2 * count] * head.weights[:, : 2 * count].mean(axis=0)).reshape(2, count)
    strength = np.abs(shifts.sum(axis=0))
    return tuple(
        signs[place].code
        for place in np.argsort(-strength, kind="stable").tolist()
        if strength[place] >= LEAST_SHIFT
    )


def _predictions(
    head: OrdinalHead, measures: Chances, signs: Sequence[tuple[str, ...]] | None = None
) -> list[Prediction]:
    chances = head.probabilities(measures)
    chosen = head.choose(chances).tolist()
    fired = signs or [()] * len(chosen)
    return [
        Prediction(head.labels[column], row[column], dict(zip(head.labels, row, strict=True)), own)
        for column, row, own in zip(chosen, chances.tolist(), fired, strict=True)
    ]
