"""Text -> the same text without one of its words, each word at all its places at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.encoder import LONGEST as LONGEST_ENCODED
from models.features import LONGEST, masked_text
from pipeline.datatypes import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.encoder import Encoder
    from models.features import Features, Rows
    from pipeline.datatypes import Passage

MOST_WORDS = 300
"""Different words of a passage that are looked at, from its beginning."""

_WORD = re.compile(r"\w+(?:['’-]\w+|(?<=\d)[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a passage.

    Attributes:
        text: As it stands at its first place.
        spans: All its places, notations that differ in accents, capitals or digits included.
    """

    text: str
    spans: tuple[Span, ...]


def find_words(text: str) -> list[Word]:
    """Find the different words of a text in the order of their first places."""
    places: dict[str, list[re.Match[str]]] = {}
    for match in _WORD.finditer(text[:LONGEST_ENCODED]):
        places.setdefault(masked_text(match.group()), []).append(match)
    return [
        Word(matches[0].group(), tuple(Span(*match.span()) for match in matches))
        for matches in list(places.values())[:MOST_WORDS]
    ]


def leave_out(text: str, spans: Sequence[Span]) -> str:
    """Cut stretches out of a text."""
    kept, last = [], 0
    for span in sorted(spans):
        kept.append(text[last : span.start])
        last = max(last, span.end)
    return "".join([*kept, text[last:]])


def passages_without(passage: Passage, words: Sequence[Word]) -> list[Passage]:
    """Give the passage once for each word, without it."""
    return [replace(passage, text=leave_out(passage.text, word.spans)) for word in words]


def rows_without(passage: Passage, cut: Sequence[Passage], *, features: Features) -> Rows:
    """Give rows of passages made from another by leaving words out, with that one's embeddings.

    Args:
        passage: The whole passage.
        cut: With words left out; at least one.
        features: Of the model.
    """
    vector = features.encoder.encode([passage.text])[0]
    kept = _KeptVectors(features.encoder, {each.text[:LONGEST]: vector for each in cut})
    return replace(features, encoder=kept).transform(cut)


class _KeptVectors:
    """An encoder that answers for some texts with vectors of others."""

    def __init__(self, encoder: Encoder, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        self._encoder = encoder
        self._vectors = vectors

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if all(text in self._vectors for text in texts) and texts:
            return np.stack([self._vectors[text] for text in texts])
        return self._encoder.encode(texts)
