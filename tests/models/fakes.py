"""A model and an encoder that keep their promises in a few lines; nothing is loaded."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from models.encoder import E5_WIDTH, USE_WIDTH
from pipeline.datatypes import Passage, Prediction, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass
class FakeModel:
    """Says always the same; every sentence is a claim of its own unless `together`."""

    says: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: {
            "kind": {"complaint": 0.9},
            "type": {"shortage": 0.9, "rebate": 0.1},
        }
    )
    together: bool = False
    certainty: float = 0.8
    version: str = "fake-1"
    weighs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    asked: list[Passage] = field(default_factory=list)

    def predict(
        self, heads: Sequence[str], passages: Sequence[Passage]
    ) -> dict[str, list[Prediction]]:
        self.asked += passages
        found = {head: self.says[head] for head in heads if head in self.says}
        return {
            head: [Prediction(max(p, key=lambda c: p[c]), max(p.values()), p) for _ in passages]
            for head, p in found.items()
        }

    def trust(self, prediction: Prediction, *, certainty: float) -> float:
        return prediction.probability * certainty

    def group_sentences(
        self, passage: Passage, sentences: Sequence[Sentence]
    ) -> list[tuple[tuple[int, ...], float]]:
        del passage
        places = range(len(sentences))
        return (
            [(tuple(places), self.certainty)]
            if self.together
            else [((place,), self.certainty) for place in places]
        )

    def weigh(self, head: str, signs: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
        return [self.weighs[head] for _ in signs] if head in self.weighs else []


class HashEncoder:
    """Each word a direction of its own: texts that share words are alike."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        rows = [
            _unit_parts(sum(map(_direction, text.lower().split()), _direction("")))
            for text in texts
        ]
        return np.array(rows, dtype=np.float32).reshape(len(texts), USE_WIDTH + E5_WIDTH)


@cache
def _direction(word: str) -> NDArray[np.float64]:
    return np.random.default_rng(zlib.crc32(word.encode("utf-8", "surrogatepass"))).normal(
        size=USE_WIDTH + E5_WIDTH
    )


def _unit_parts(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = [part / np.linalg.norm(part) for part in np.split(vector, [USE_WIDTH])]
    return np.concatenate(parts)
