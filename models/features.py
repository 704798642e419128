"""Passages -> features: weighted words and letter runs (sparse), embeddings and signals (dense).

Two passages are alike as far as their rows point the same way: the kernel of `models.kernel` is
made of these rows' dot products. Weights of the blocks were chosen by cross-validation (see the
model's report); each block's rows have unit length before weighting, signals excepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from models.encoder import USE_WIDTH
from models.signals import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.encoder import Encoder
    from models.signals import Signals
    from pipeline.datatypes import Passage

COLUMNS = 2**18
"""Hash buckets of each sparse block."""

CHUNK = 256
"""Rows compared at once; bounds memory."""

LONGEST = 10_000
"""Characters of a passage that are looked at; a hostile mail must not cost minutes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each block counts in a dot product.

    Attributes:
        words: Runs of one and two words, accents and digits masked.
        letters: Runs of three and four letters inside words.
        use: First encoder.
        e5: Second encoder.
        signals: Hand-written patterns.
        gravity: Signs of gravity.
        subject: First encoder on the mail's subject.
    """

    words: float = 2.5
    letters: float = 1.5
    use: float = 1.6
    e5: float = 9.0
    signals: float = 0.2
    gravity: float = 0.3
    subject: float = 0.2


@dataclass(frozen=True, slots=True)
class Rows:
    """Features of some passages.

    Attributes:
        sparse: (passages, 2 * COLUMNS), float32.
        dense: (passages, width), float32.
    """

    sparse: sparse.csr_matrix
    dense: NDArray[np.float32]

    def take(self, indices: NDArray[np.intp]) -> Rows:
        """Give some of the rows."""
        return Rows(self.sparse[indices], self.dense[indices])


@dataclass(frozen=True, slots=True)
class RowIndex:
    """Rows to be compared with, laid out for that.

    Attributes:
        inverted: (2 * COLUMNS, rows): for each run of words or letters the rows that hold it.
        dense: (rows, width).
    """

    inverted: sparse.csr_matrix
    dense: NDArray[np.float32]

    def dots(self, rows: Rows) -> NDArray[np.float32]:
        """Give all dot products, (given rows, these rows)."""
        products = rows.dense @ self.dense.T
        for start in range(0, len(products), CHUNK):
            chunk = slice(start, start + CHUNK)
            products[chunk] += (rows.sparse[chunk] @ self.inverted).toarray()
        return products


def index_rows(rows: Rows) -> RowIndex:
    """Scale rows to unit length and lay them out to be compared with."""
    unit = unit_rows(rows)
    return RowIndex(unit.sparse.T.tocsr(), unit.dense)


def unit_rows(rows: Rows) -> Rows:
    """Scale rows so that each one's dot product with itself is 1; empty rows stay empty."""
    squares = np.asarray(rows.sparse.multiply(rows.sparse).sum(axis=1)).ravel()
    squares = squares + np.square(rows.dense).sum(axis=1)
    scale = (1.0 / np.sqrt(np.maximum(squares, 1e-12))).astype(np.float32)
    return Rows(
        sparse.diags(scale).dot(rows.sparse).tocsr().astype(np.float32),
        rows.dense * scale[:, None],
    )


@dataclass(frozen=True, slots=True)
class WordBlock:
    """One sparse block: hashed runs of words or letters, weighted by rarity.

    Attributes:
        analyzer: `word` or `char_wb`, as scikit-learn names them.
        lengths: Shortest and longest run.
        rarity: (COLUMNS,) inverse document frequency; 0 for runs that too few texts hold.
    """

    analyzer: str
    lengths: tuple[int, int]
    rarity: NDArray[np.float32]

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Give (texts, COLUMNS) rows of unit length; a row is empty where nothing is known."""
        rows = _counts(texts, analyzer=self.analyzer, lengths=self.lengths)
        rows.data = (1.0 + np.log(rows.data)) * self.rarity[rows.indices]
        rows.eliminate_zeros()
        return normalize(rows, copy=False)


def fit_block(
    texts: Sequence[str], *, analyzer: str, lengths: tuple[int, int], least_texts: int = 2
) -> WordBlock:
    """Learn how rare each run of words or letters is.

    Args:
        texts: The training texts.
        analyzer: `word` or `char_wb`.
        lengths: Shortest and longest run.
        least_texts: Runs in fewer texts are left out.
    """
    counts = _counts(texts, analyzer=analyzer, lengths=lengths)
    found = np.bincount(counts.indices, minlength=COLUMNS)
    rarity = np.log((1 + len(texts)) / (1 + found)) + 1.0
    rarity[found < least_texts] = 0.0
    return WordBlock(analyzer, lengths, rarity.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Features:
    """Everything that turns passages into rows.

    Attributes:
        words: The block of words.
        letters: The block of letters.
        weights: Of the blocks.
        signals: Hand-written patterns.
        encoder: Sentence embeddings.
    """

    words: WordBlock
    letters: WordBlock
    weights: Weights
    signals: Signals
    encoder: Encoder

    def transform(self, passages: Sequence[Passage]) -> Rows:
        """Give the passages' rows, in order; there must be a passage."""
        texts = [passage.text[:LONGEST] for passage in passages]
        weights = self.weights
        words = sparse.hstack(
            [
                self.words.transform(texts) * np.sqrt(weights.words),
                self.letters.transform(texts) * np.sqrt(weights.letters),
            ],
            format="csr",
            dtype=np.float32,
        )
        vectors = self.encoder.encode(texts)
        subjects = self._subjects([passage.subject for passage in passages])
        dense = np.hstack(
            [
                vectors[:, :USE_WIDTH] * np.sqrt(weights.use),
                vectors[:, USE_WIDTH:] * np.sqrt(weights.e5),
                self.signals.measure(texts) * np.sqrt(weights.signals),
                self.signals.measure_gravity(texts) * np.sqrt(weights.gravity),
                subjects * np.sqrt(weights.subject),
            ]
        )
        return Rows(words, dense.astype(np.float32))

    def _subjects(self, subjects: Sequence[str]) -> NDArray[np.float32]:
        """Encode each distinct subject once; passages of one mail share theirs."""
        distinct = sorted({subject for subject in subjects if subject})
        place = {subject: number for number, subject in enumerate(distinct)}
        vectors = np.zeros((len(distinct) + 1, USE_WIDTH), dtype=np.float32)
        vectors[:-1] = self.encoder.encode(distinct)[:, :USE_WIDTH]
        return vectors[[place.get(subject, -1) for subject in subjects]]


def fit_features(
    texts: Sequence[str], *, weights: Weights, signals: Signals, encoder: Encoder
) -> Features:
    """Learn the sparse blocks from training texts; the rest is frozen."""
    return Features(
        words=fit_block(texts, analyzer="word", lengths=(1, 2)),
        letters=fit_block(texts, analyzer="char_wb", lengths=(3, 4)),
        weights=weights,
        signals=signals,
        encoder=encoder,
    )


def masked_text(text: str) -> str:
    """Lower case, no accents, every digit a zero: spelling habits and numbers tell nothing."""
    return re.sub(r"\d", "0", plain_text(text))


def _counts(texts: Sequence[str], *, analyzer: str, lengths: tuple[int, int]) -> sparse.csr_matrix:
    vectorizer = HashingVectorizer(
        analyzer=analyzer,
        ngram_range=lengths,
        n_features=COLUMNS,
        preprocessor=masked_text,
        token_pattern=r"\b\w+\b" if analyzer == "word" else None,
        alternate_sign=False,
        norm=None,
        dtype=np.float32,
    )
    return vectorizer.transform(texts)
