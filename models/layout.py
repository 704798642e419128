"""Sentences -> numbers that tell their place, layout and wording; knows no embeddings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.signals import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from models.signals import Signals
    from pipeline.datatypes import Sentence

_STOPS = ".!?…;"
_MONEY = re.compile(r"[€£$]|\b(?:eur|euros?|chf|usd|gbp)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\w*\d[\w./-]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """What one mail's sentences look like, one entry a sentence, in order.

    Attributes:
        starts: First character in the body.
        lengths: Characters.
        lines: How many line breaks stand before it since the first sentence.
        paragraphs: How many blank lines stand before it since the first sentence.
        breaks: Line breaks directly before it.
        stopped: Ends with a full stop or its like.
        lower: Begins in lower case.
        marks: (sentences, 5): question mark, exclamation mark, money, digits, quotation mark.
        discourse: (sentences, signals) as `Signals.measure_discourse`.
        words: Plain words of four letters and more.
        numbers: Words with a digit.
    """

    starts: NDArray[np.float32]
    lengths: NDArray[np.float32]
    lines: NDArray[np.float32]
    paragraphs: NDArray[np.float32]
    breaks: NDArray[np.float32]
    stopped: NDArray[np.float32]
    lower: NDArray[np.float32]
    marks: NDArray[np.float32]
    discourse: NDArray[np.float32]
    words: tuple[frozenset[str], ...]
    numbers: tuple[frozenset[str], ...]


def measure_layout(sentences: Sequence[Sentence], *, signals: Signals) -> Layout:
    """Measure the sentences of one mail."""
    texts = [sentence.text for sentence in sentences]
    breaks = _column(sentence.gap.count("\n") for sentence in sentences)
    return Layout(
        starts=_column(sentence.start for sentence in sentences),
        lengths=_column(len(text) for text in texts),
        lines=np.cumsum(breaks > 0, dtype=np.float32),
        paragraphs=np.cumsum(breaks > 1, dtype=np.float32),
        breaks=breaks,
        stopped=_column(text[-1:] in _STOPS for text in texts),
        lower=_column(text[:1].islower() for text in texts),
        marks=np.array([_marks(text) for text in texts], dtype=np.float32).reshape(-1, 5),
        discourse=signals.measure_discourse(texts),
        words=tuple(frozenset(_WORD.findall(plain_text(text))) for text in texts),
        numbers=tuple(frozenset(_NUMBER.findall(text)) for text in texts),
    )


def _column(values: Iterable[float]) -> NDArray[np.float32]:
    return np.fromiter(values, dtype=np.float32)


def _marks(text: str) -> tuple[float, ...]:
    return (
        "?" in text,
        "!" in text,
        _MONEY.search(text) is not None,
        min(sum(character.isdigit() for character in text), 20),
        text[:1] in '>"«“',
    )
