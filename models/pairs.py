"""Sentences of a mail -> numbers for each sentence and each pair of sentences.

What the two gradient-boosted judges of `models.grouping` look at: is this sentence part of a claim,
and do these two belong to the same one?
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from models.encoder import E5_WIDTH, USE_WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.features import Rows
    from models.layout import Layout


@dataclass(frozen=True, slots=True)
class Discourse:
    """One mail's sentences as the judges see them.

    Attributes:
        layout: Place, layout and wording.
        chances: (sentences, labels) of the sentence head; the first column is "no claim".
        types: (sentences, types) as if each sentence were a whole claim.
        use: (sentences, USE_WIDTH), unit length.
        e5: (sentences, E5_WIDTH), unit length.
        counts: Probability that the mail as a whole holds 1, 2, ... claims, the last one "or more".
    """

    layout: Layout
    chances: NDArray[np.float64]
    types: NDArray[np.float64]
    use: NDArray[np.float32]
    e5: NDArray[np.float32]
    counts: NDArray[np.float64]


def see_discourse(
    rows: Rows,
    layout: Layout,
    *,
    chances: NDArray[np.float64],
    types: NDArray[np.float64],
    counts: NDArray[np.float64],
) -> Discourse:
    """Bring together what is known of one mail's sentences."""
    use, e5 = rows.dense[:, :USE_WIDTH], rows.dense[:, USE_WIDTH : USE_WIDTH + E5_WIDTH]
    return Discourse(layout, chances, types, _unit(use), _unit(e5), counts)


def sentence_features(discourse: Discourse) -> NDArray[np.float32]:
    """Give an array (sentences, features): its own look, its neighbours', its place."""
    layout, chances = discourse.layout, discourse.chances
    count = len(chances)
    none = np.log(chances[:, 0] + 1e-6) - np.log(1.0 - chances[:, 0] + 1e-6)
    padded = np.pad(none, 2, constant_values=20.0)
    about, types = np.sort(chances[:, 1:], axis=1), np.sort(discourse.types, axis=1)
    place = np.arange(count)
    body = max(float(layout.starts[-1] + layout.lengths[-1]), 1.0)
    columns = [
        none,
        *(padded[2 + shift : 2 + shift + count] for shift in (-2, -1, 1, 2)),
        np.full(count, none.min()),
        about[:, -1],
        types[:, -1],
        types[:, -2:].sum(axis=1),
        place,
        count - 1 - place,
        np.full(count, count),
        layout.starts / body,
        layout.lengths,
        layout.breaks,
        layout.stopped,
        layout.lower,
    ]
    stacked = np.column_stack([*columns, layout.marks, layout.discourse])
    return np.asarray(stacked, dtype=np.float32)


def pair_places(count: int) -> NDArray[np.intp]:
    """Give an array (pairs, 2) of the places of all pairs, the earlier sentence first."""
    pairs = list(combinations(range(count), 2))
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)


def pair_features(discourse: Discourse, concerns: NDArray[np.float64]) -> NDArray[np.float32]:
    """Describe every pair of sentences, in the order of `pair_places`.

    Args:
        discourse: The mail's sentences.
        concerns: (sentences,) probability that each belongs to a claim.

    Returns:
        An array (pairs, features).
    """
    places = pair_places(len(concerns))
    first, second = places[:, 0], places[:, 1]
    columns = [
        *_distances(discourse.layout, first, second, len(concerns)),
        *_likeness(discourse, first, second),
        *_topics(_shares(discourse.chances[:, 1:]), first, second),
        *_topics(discourse.types, first, second),
        discourse.chances[first, 0],
        discourse.chances[second, 0],
        concerns[first],
        concerns[second],
        _between(concerns, first, second, np.minimum, 1.0),
        _between(concerns, first, second, np.maximum, 0.0),
        *_wording(discourse.layout, first, second),
    ]
    return np.column_stack([np.asarray(column, dtype=np.float32) for column in columns])


def _distances(
    layout: Layout, first: NDArray[np.intp], second: NDArray[np.intp], count: int
) -> list[NDArray[Any]]:
    stops = np.cumsum(layout.stopped)
    return [
        second - first,
        layout.starts[second] - layout.starts[first],
        layout.lines[second] - layout.lines[first],
        layout.paragraphs[second] - layout.paragraphs[first],
        layout.breaks[second],
        stops[second - 1] - stops[first] + layout.stopped[first],
        np.full(len(first), count),
        first,
        count - 1 - second,
        layout.lengths[first],
        layout.lengths[second],
    ]


def _likeness(
    discourse: Discourse, first: NDArray[np.intp], second: NDArray[np.intp]
) -> list[NDArray[Any]]:
    use = discourse.use @ discourse.use.T
    e5 = discourse.e5 @ discourse.e5.T
    steps = np.append(np.diagonal(use, 1), 1.0)
    rank = np.argsort(np.argsort(-use, axis=1), axis=1)
    return [
        use[first, second],
        e5[first, second],
        rank[first, second],
        rank[second, first],
        _between(steps, first - 1, second, np.minimum, 1.0),
    ]


def _topics(
    types: NDArray[np.float64], first: NDArray[np.intp], second: NDArray[np.intp]
) -> list[NDArray[Any]]:
    best = types.argmax(axis=1)
    same, roots = types @ types.T, np.sqrt(types)
    steps = np.append(np.diagonal(same, 1), 1.0)
    return [
        same[first, second],
        (roots @ roots.T)[first, second],
        best[first] == best[second],
        types[first].max(axis=1),
        types[second].max(axis=1),
        types[first, best[second]],
        types[second, best[first]],
        _between(steps, first - 1, second, np.minimum, 1.0),
    ]


def _shares(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(chances / np.maximum(chances.sum(axis=1, keepdims=True), 1e-9))


def _wording(
    layout: Layout, first: NDArray[np.intp], second: NDArray[np.intp]
) -> list[NDArray[Any]]:
    shared = [len(layout.words[a] & layout.words[b]) for a, b in zip(first, second, strict=True)]
    either = [len(layout.words[a] | layout.words[b]) for a, b in zip(first, second, strict=True)]
    numbers = [
        len(layout.numbers[a] & layout.numbers[b]) for a, b in zip(first, second, strict=True)
    ]
    signs = np.cumsum(layout.discourse, axis=0)
    return [
        np.array(shared, dtype=np.float32),
        np.array(shared, dtype=np.float32) / np.maximum(np.array(either), 1),
        np.array(numbers, dtype=np.float32),
        layout.lower[second],
        layout.stopped[second - 1],
        layout.marks[second, 0],
        *layout.discourse[second].T,
        *layout.discourse[first].T,
        *(signs[second] - signs[first]).T,
    ]


def _between(
    values: NDArray[np.floating],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    choose: np.ufunc,
    empty: float,
) -> NDArray[np.float64]:
    """Least or greatest value strictly between the places of each pair; `empty` where none is."""
    return np.array(
        [
            choose.reduce(values[a + 1 : b]) if b - a > 1 else empty
            for a, b in zip(first, second, strict=True)
        ],
        dtype=np.float64,
    )


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
