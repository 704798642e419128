"""Bonds between the sentences of a mail -> ways to gather them into claims, and the best of these.

A partition leaves sentences that concern no claim out; a claim's sentences need not be neighbours.
Cutting the trees of three clusterings at every height proposes about ten ways a mail, among which
the right one nearly always is. The choice is by minimum Bayes risk (Kumar and Byrne 2004): not the
most probable partition wins, but the one that agrees most with all others, each counted by its
probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Partition = tuple[tuple[int, ...], ...]
"""Places of the sentences of each claim, in order of the first sentence."""

CONCERN_LEVELS = (0.35, 0.5, 0.65)
"""A sentence belongs to a claim if it concerns one at least so probably: three ways to see it."""

LINKAGES = ("average", "complete", "single")
MOST_CLAIMS = 7

SAME_CLAIM = 0.5
"""Two claims are the same where they share more of their characters than this (Jaccard): so a claim
is the same as one claim of another partition at most."""


@dataclass(frozen=True, slots=True)
class Bonds:
    """What is known of a mail's sentences before they are gathered.

    Attributes:
        concerns: (sentences,) probability that each belongs to some claim.
        together: (sentences, sentences) probability that two belong to the same; 1 on the diagonal.
    """

    concerns: NDArray[np.float64]
    together: NDArray[np.float64]


def propose_partitions(bonds: Bonds) -> list[Partition]:
    """List ways to gather the sentences, each once, in a fixed order."""
    return sorted(set(_propose(bonds)))


def _propose(bonds: Bonds) -> Iterator[Partition]:
    for level in CONCERN_LEVELS:
        members = np.flatnonzero(bonds.concerns >= level)
        if len(members) < 2:  # noqa: PLR2004 # nothing to part
            yield ((int(bonds.concerns.argmax()),),)
            continue
        distances = squareform(1.0 - bonds.together[np.ix_(members, members)], checks=False)
        for method in LINKAGES:
            tree = linkage(distances, method=method)
            for count in range(1, min(MOST_CLAIMS, len(members)) + 1):
                yield _partition(members, fcluster(tree, count, criterion="maxclust"))


def _partition(members: NDArray[np.intp], clusters: NDArray[np.intp]) -> Partition:
    groups = (members[clusters == number] for number in np.unique(clusters))
    return tuple(sorted(tuple(int(place) for place in group) for group in groups))


def choose_partition(
    partitions: Sequence[Partition],
    chances: NDArray[np.float64],
    *,
    lengths: NDArray[np.float32],
) -> list[tuple[tuple[int, ...], float]]:
    """Choose the partition that agrees most with all others, each counted by its probability.

    Args:
        partitions: At least one.
        chances: (partitions,) probability that each is right; need not sum to 1.
        lengths: (sentences,) characters.

    Returns:
        (places of the sentences, probability that these make one claim) of each claim.
    """
    shares = (chances + 1e-6) / (chances + 1e-6).sum()
    overlaps = measure_overlaps(partitions, lengths=lengths)
    best = partitions[int((overlaps.agreements() @ shares).argmax())]
    return [(claim, min(1.0, float(overlaps.holds(claim) @ shares))) for claim in best]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Which claims of several partitions are the same.

    Attributes:
        place: Each distinct claim to its row below.
        holders: (partitions, claims) 1 where the partition has the claim.
        same: (claims, claims) 1 where two are the same but for a few sentences.
    """

    place: dict[tuple[int, ...], int]
    holders: NDArray[np.float64]
    same: NDArray[np.float64]

    def agreements(self) -> NDArray[np.float64]:
        """F1 of the claims that two partitions share, (partitions, partitions)."""
        counts = self.holders.sum(axis=1)
        shared = self.holders @ self.same @ self.holders.T
        return np.asarray(np.minimum(1.0, 2.0 * shared / (counts[:, None] + counts[None, :])))

    def holds(self, claim: tuple[int, ...]) -> NDArray[np.bool_]:
        """Tell of each partition whether it has this claim."""
        return np.asarray(self.holders @ self.same[self.place[claim]] > 0)


def measure_overlaps(partitions: Sequence[Partition], *, lengths: NDArray[np.float32]) -> Overlaps:
    """Compare all claims of all partitions by their characters."""
    claims = list(dict.fromkeys(claim for partition in partitions for claim in partition))
    place = {claim: number for number, claim in enumerate(claims)}
    holders = np.zeros((len(partitions), len(claims)))
    for row, partition in enumerate(partitions):
        holders[row, [place[claim] for claim in partition]] = 1.0
    inside = np.zeros((len(claims), len(lengths)))
    for row, claim in enumerate(claims):
        inside[row, list(claim)] = 1.0
    shared = (inside * lengths) @ inside.T
    sizes = np.diagonal(shared)
    either = np.maximum(sizes[:, None] + sizes[None, :] - shared, 1e-9)
    return Overlaps(place, holders, np.asarray(shared / either > SAME_CLAIM, dtype=np.float64))
