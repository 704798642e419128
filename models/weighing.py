"""A way to gather sentences into claims -> numbers that tell how likely it is to be right.

The judge of `models.grouping` reads them: how the bonds inside and between the claims look, what
each claim would be about as a whole, how many claims the mail as a whole promises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.kernel import Comparison, Head
    from models.pairs import Discourse
    from models.partitions import Bonds, Partition

Blend = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""Types of blends of a mail's sentences: (blends, sentences) weights -> (blends, types)."""


def blend_types(comparison: Comparison, head: Head) -> Blend:
    """Judge blends of compared sentences by a head of the machine that compared them."""

    def blend(mixing: NDArray[np.float32]) -> NDArray[np.float64]:
        return head.probabilities(comparison.kernel(mixing))

    return blend


def weigh_partitions(
    discourse: Discourse, bonds: Bonds, partitions: Sequence[Partition], *, blend: Blend
) -> NDArray[np.float32]:
    """Describe ways to gather the sentences of one mail.

    Args:
        discourse: The mail's sentences.
        bonds: Between them.
        partitions: The ways.
        blend: Judges what several sentences taken together are about.

    Returns:
        An array (partitions, features).
    """
    claims = list(dict.fromkeys(claim for partition in partitions for claim in partition))
    types = blend(_mixing(claims, discourse.layout.lengths))
    about = dict(zip(claims, types, strict=True))
    mail = _mail_measures(discourse)
    rows = [
        [
            *_size_measures(discourse, partition),
            *_bond_measures(bonds, partition),
            *_topic_measures(np.array([about[claim] for claim in partition])),
            *_coherence_measures(discourse, partition),
            *discourse.counts.cumsum()[:-1],
            discourse.counts @ np.arange(1, len(discourse.counts) + 1) - len(partition),
            *mail,
        ]
        for partition in partitions
    ]
    return np.array(rows, dtype=np.float32)


def _mixing(claims: Sequence[tuple[int, ...]], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """Longer sentences count more, but not in proportion."""
    mixing = np.zeros((len(claims), len(lengths)), dtype=np.float32)
    for row, claim in enumerate(claims):
        weights = np.sqrt(lengths[list(claim)])
        mixing[row, list(claim)] = weights / weights.sum()
    return mixing


def _mail_measures(discourse: Discourse) -> list[float]:
    layout = discourse.layout
    numbers = set().union(*layout.numbers)
    return [
        float(layout.paragraphs[-1]),
        float(layout.lines[-1]),
        len(numbers),
        *layout.discourse.sum(axis=0).tolist(),
    ]


def _size_measures(discourse: Discourse, partition: Partition) -> list[float]:
    sizes = [len(claim) for claim in partition]
    characters = [float(discourse.layout.lengths[list(claim)].sum()) for claim in partition]
    gaps = sum(int((np.diff(claim) > 1).sum()) for claim in partition)
    return [
        len(partition),
        len(discourse.layout.lengths),
        sum(sizes),
        min(sizes),
        max(sizes),
        min(characters),
        max(characters),
        sum(characters),
        gaps,
    ]


def _bond_measures(bonds: Bonds, partition: Partition) -> list[float]:
    owner = np.full(len(bonds.concerns), -1)
    for number, claim in enumerate(partition):
        owner[list(claim)] = number
    members = np.flatnonzero(owner >= 0)
    odds = _log_odds(bonds.concerns)
    outside = odds[owner < 0]
    return [
        float(odds[members].sum() - outside.sum()),
        float(odds[members].min()),
        float(outside.max(initial=-9.0)),
        *_pair_measures(bonds.together[np.ix_(members, members)], owner[members]),
        *_linkage_measures(bonds.together, partition),
    ]


def _pair_measures(together: NDArray[np.float64], owner: NDArray[np.intp]) -> list[float]:
    """How far the partition goes along with each pair of its sentences."""
    above = np.triu_indices(len(owner), 1)
    chances, joined = together[above], np.equal(owner[:, None], owner[None, :])[above]
    votes = np.where(joined, 1.0, -1.0) * _log_odds(chances)
    inside, across = chances[joined], chances[~joined]
    return [
        float(votes.sum()),
        float(votes.mean()) if len(votes) else 0.0,
        float(inside.mean()) if len(inside) else 1.0,
        float(inside.min(initial=1.0)),
        float(across.mean()) if len(across) else 0.0,
        float(across.max(initial=0.0)),
    ]


def _linkage_measures(together: NDArray[np.float64], partition: Partition) -> list[float]:
    """How near the two nearest claims are, and how loose the loosest one is."""
    nearness = [
        float(together[np.ix_(first, second)].mean())
        for place, first in enumerate(partition)
        for second in partition[:place]
    ] or [0.0]
    tightness = []
    for claim in partition:
        own = together[np.ix_(claim, claim)][np.triu_indices(len(claim), 1)]
        tightness.append(float(own.mean()) if len(own) else 1.0)
    return [max(nearness), float(np.mean(nearness)), min(tightness), float(np.mean(tightness))]


def _topic_measures(types: NDArray[np.float64]) -> list[float]:
    """How sure each claim's type would be, and how far two claims would be about the same.

    Args:
        types: (claims, types).
    """
    best, roots = types.max(axis=1), np.sqrt(types)
    entropy = -(types * np.log(types + 1e-9)).sum(axis=1)
    above = np.triu_indices(len(types), 1)
    alike = (roots @ roots.T)[above]
    chosen = types.argmax(axis=1)
    return [
        float(best.min()),
        float(best.mean()),
        float(best.max()),
        float(np.log(best).sum()),
        float(np.sort(types, axis=1)[:, -2].max()),
        float(entropy.max()),
        float(entropy.mean()),
        float(alike.max(initial=0.0)),
        float(alike.mean()) if len(alike) else 0.0,
        float(np.equal(chosen[:, None], chosen[None, :])[above].sum()),
    ]


def _coherence_measures(discourse: Discourse, partition: Partition) -> list[float]:
    """How alike the sentences of a claim are, and how alike two claims."""
    centres, inner, purity = [], [], []
    for claim in partition:
        own = discourse.use[list(claim)]
        centre = own.mean(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        centres.append(centre)
        inner.append(float((own @ centre).mean()))
        shares = discourse.types[list(claim)]
        purity.append(float((shares @ shares.mean(axis=0)).mean()))
    alike = (np.array(centres) @ np.array(centres).T)[np.triu_indices(len(partition), 1)]
    return [
        float(alike.max(initial=0.0)),
        float(alike.mean()) if len(alike) else 0.0,
        float(np.mean(inner)),
        float(np.mean(purity)),
    ]


def _log_odds(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(chances, 1e-3, 1.0 - 1e-3)
    return np.asarray(np.log(clipped / (1.0 - clipped)))
