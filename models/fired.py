"""Passage -> the hand-written signals that fired in it, with the words that made them fire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.encoder import E5_WIDTH, USE_WIDTH
from models.signals import plain_text
from pipeline.datatypes import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from models.gravity import GravitySign
    from models.signals import Signals
    from pipeline.datatypes import Passage

SUBJECT = "subject"
MEASURES = {"sum": 5, "capitals": 1, "exclamations": 1, "questions": 1, "length": 1}
"""What `Signals.measure_gravity` gives after the patterns: name to number of columns, in order."""

NO_COLUMNS = slice(0, 0)


@dataclass(frozen=True, slots=True)
class Fired:
    """A signal that fired.

    Attributes:
        text: Its name in the signal file, a name of `MEASURES`, or `subject`.
        spans: Whole words that made it fire; none for a measure and for the subject.
        columns: Of the dense features that tell it; none for a sign of gravity.
    """

    text: str
    spans: tuple[Span, ...]
    columns: slice


def find_fired(passage: Passage, dense: NDArray[np.float32], *, signals: Signals) -> list[Fired]:
    """List the signals that fired in a passage, those of gravity after the others.

    Args:
        passage: The passage.
        dense: Its row of dense features, laid out as `models.features.Features` does.
        signals: The model's.
    """
    patterns = [*signals.words.items(), *signals.turns.items(), *signals.severity.items()]
    start = USE_WIDTH + E5_WIDTH
    plain, places = plain_places(passage.text)
    fired = [
        Fired(
            name,
            _spans(pattern, passage.text, plain, places),
            slice(start + place, start + place + 1),
        )
        for place, (name, pattern) in enumerate(patterns)
    ]
    first = start + len(patterns)
    for name, width in (*MEASURES.items(), (SUBJECT, USE_WIDTH)):
        fired.append(Fired(name, (), slice(first, first + width)))
        first += width
    return [one for one in fired if dense[one.columns].any()]


def find_signs(text: str, signs: Sequence[GravitySign]) -> list[Fired]:
    """List the signs of gravity that words of a text show."""
    plain, places = plain_places(text)
    fired = [
        Fired(sign.code, _spans(sign.pattern, text, plain, places), NO_COLUMNS)
        for sign in signs
        if sign.pattern is not None
    ]
    return [one for one in fired if one.spans]


def plain_places(text: str) -> tuple[str, list[int]]:
    """Give the text that patterns are searched in, and where each character of it comes from.

    The list has one entry more than there are characters: the text's end.
    """
    pieces = [plain_text(character) for character in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*places, len(text)]


def _spans(pattern: re.Pattern[str], text: str, plain: str, places: list[int]) -> tuple[Span, ...]:
    """Find what matches, widened to whole words, each stretch once."""
    found = [
        _whole_words(text, places[match.start()], places[match.end() - 1] + 1)
        for match in pattern.finditer(plain)
        if match.group()
    ]
    return tuple(dict.fromkeys(found))


def _whole_words(text: str, start: int, end: int) -> Span:
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return Span(start, end)
