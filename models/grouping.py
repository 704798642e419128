"""Sentences of a mail -> claims: which sentences concern a claim, which of them belong together.

A regression says what each sentence is about; two gradient-boosted judges read that beside layout
and wording and bind the sentences; several ways to gather them are proposed; a third judge tells
how likely each way is to be right, and the one that agrees most with all of them is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from models.layout import measure_layout
from models.pairs import pair_features, pair_places, see_discourse, sentence_features
from models.partitions import Bonds, choose_partition, measure_overlaps, propose_partitions
from models.weighing import weigh_partitions
from pipeline.errors import ModelIncompatible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.features import Rows
    from models.pairs import Discourse
    from models.partitions import Partition
    from models.sentence_head import SentenceHead
    from models.signals import Signals
    from models.weighing import Blend
    from pipeline.datatypes import Sentence

RIGHT = 1.0 - 1e-9
"""A partition is right where it agrees so well with the labelled one."""


@dataclass(frozen=True, slots=True)
class PairJudges:
    """The two gradient-boosted classifiers that bind sentences; each answers the chance of yes.

    Attributes:
        concern: Does this sentence concern a claim?
        together: Do these two sentences belong to the same claim?
    """

    concern: HistGradientBoostingClassifier
    together: HistGradientBoostingClassifier

    def bind(self, discourses: Sequence[Discourse]) -> list[Bonds]:
        """Judge all sentences and pairs of sentences of some mails.

        Args:
            discourses: One a mail; asking for many at once is far cheaper than for each alone.
        """
        looks = [sentence_features(discourse) for discourse in discourses]
        concerns = _yes_apart(self.concern, looks)
        pairs = [
            pair_features(discourse, own)
            for discourse, own in zip(discourses, concerns, strict=True)
        ]
        together = _yes_apart(self.together, pairs)
        return [_bonds(own, chances) for own, chances in zip(concerns, together, strict=True)]


def _bonds(concerns: NDArray[np.float64], chances: NDArray[np.float64]) -> Bonds:
    together = np.eye(len(concerns))
    first, second = pair_places(len(concerns)).T
    together[first, second] = together[second, first] = chances
    return Bonds(concerns, together)


@dataclass(frozen=True, slots=True)
class Options:
    """Ways to gather the sentences of one mail.

    Attributes:
        partitions: The ways.
        features: (partitions, features).
        lengths: (sentences,) characters.
    """

    partitions: list[Partition]
    features: NDArray[np.float32]
    lengths: NDArray[np.float32]


def list_options(discourse: Discourse, bonds: Bonds, *, blend: Blend) -> Options:
    """Propose and describe ways to gather the sentences of one mail."""
    partitions = propose_partitions(bonds)
    features = weigh_partitions(discourse, bonds, partitions, blend=blend)
    return Options(partitions, features, discourse.layout.lengths)


@dataclass(frozen=True, slots=True)
class PartitionJudge:
    """Answers: does this way to gather the sentences find every claim, and no other?"""

    right: HistGradientBoostingClassifier

    def choose(self, options: Sequence[Options]) -> list[list[tuple[tuple[int, ...], float]]]:
        """Choose a way for each mail.

        Returns:
            For each mail (places of the sentences, probability that they are one claim) of each
            claim.
        """
        chances = _yes_apart(self.right, [one.features for one in options])
        return [
            choose_partition(one.partitions, own, lengths=one.lengths)
            for one, own in zip(options, chances, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Everything that gathers sentences into claims."""

    head: SentenceHead
    pairs: PairJudges
    partitions: PartitionJudge
    signals: Signals

    def group(
        self,
        sentences: Sequence[Sentence],
        rows: Rows,
        *,
        blend: Blend,
        counts: NDArray[np.float64],
    ) -> list[tuple[tuple[int, ...], float]]:
        """Gather the sentences of one mail; see `pipeline.datatypes.TriageModel`.

        Args:
            sentences: At least one.
            rows: Their features.
            blend: Judges what several sentences taken together are about.
            counts: Probability that the mail holds 1, 2, ... claims.
        """
        discourse = see_discourse(
            rows,
            measure_layout(sentences, signals=self.signals),
            chances=self.head.chances(rows),
            types=blend(np.eye(len(sentences), dtype=np.float32)),
            counts=counts,
        )
        (bonds,) = self.pairs.bind([discourse])
        (claims,) = self.partitions.choose([list_options(discourse, bonds, blend=blend)])
        return claims


def fit_pair_judges(
    discourses: Sequence[Discourse], owners: Sequence[NDArray[np.intp]], *, rounds: int, seed: int
) -> PairJudges:
    """Fit the two judges on mails that the sentence head has not seen.

    Args:
        discourses: One a mail.
        owners: For each mail (sentences,): number of the claim that a sentence belongs to, 0 none.
        rounds: Boosting rounds of the pair judge; the sentence judge has half as many.
        seed: Makes the fit repeatable.

    Raises:
        ModelIncompatible: No mail has two sentences that concern claims.
    """
    looks = [sentence_features(discourse) for discourse in discourses]
    concern = _booster(rounds=rounds // 2, leaves=15, rate=0.06, seed=seed)
    concern.fit(np.vstack(looks), np.concatenate(owners) > 0)
    pairs, same = [], []
    for discourse, concerns, owner in zip(
        discourses, _yes_apart(concern, looks), owners, strict=True
    ):
        first, second = pair_places(len(owner)).T
        told = (owner[first] > 0) & (owner[second] > 0)
        if told.any():
            pairs.append(pair_features(discourse, concerns)[told])
            same.append((owner[first] == owner[second])[told])
    if not pairs:
        found = "no mail with two sentences about claims"
        raise ModelIncompatible("corpus", found, "some, to learn which belong together")
    together = _booster(rounds=rounds, leaves=31, rate=0.06, seed=seed)
    together.fit(np.vstack(pairs), np.concatenate(same))
    return PairJudges(concern, together)


def fit_partition_judge(
    options: Sequence[Options], owners: Sequence[NDArray[np.intp]], *, rounds: int, seed: int
) -> PartitionJudge:
    """Fit the judge of partitions on bonds between sentences that the pair judges had not seen.

    Args:
        options: One a mail.
        owners: As for `fit_pair_judges`.
        rounds: Boosting rounds.
        seed: Makes the fit repeatable.
    """
    right = [_tell_right(one, owner) for one, owner in zip(options, owners, strict=True)]
    weights = [np.full(len(one.partitions), 1.0 / len(one.partitions)) for one in options]
    judge = _booster(rounds=rounds, leaves=15, rate=0.08, seed=seed)
    stacked = np.concatenate(weights)
    judge.fit(
        np.vstack([one.features for one in options]),
        np.concatenate(right),
        sample_weight=stacked / stacked.mean(),
    )
    return PartitionJudge(judge)


def _tell_right(options: Options, owner: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell of each partition whether its claims are the labelled ones."""
    labelled = tuple(
        tuple(np.flatnonzero(owner == number).tolist()) for number in np.unique(owner) if number > 0
    )
    if not labelled:
        return np.zeros(len(options.partitions), dtype=np.bool_)
    overlaps = measure_overlaps([*options.partitions, labelled], lengths=options.lengths)
    return np.asarray(overlaps.agreements()[-1, :-1] >= RIGHT)


def _yes_apart(
    judge: HistGradientBoostingClassifier, looks: Sequence[NDArray[np.float32]]
) -> list[NDArray[np.float64]]:
    """Judge the rows of several tables at once; one answer a table."""
    bounds = np.cumsum([len(look) for look in looks])[:-1]
    return np.split(_yes(judge, np.vstack(looks)), bounds)


def _yes(judge: HistGradientBoostingClassifier, looks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probability of yes; a judge that was taught one answer alone always gives it."""
    if len(judge.classes_) == 1 or not len(looks):
        return np.full(len(looks), float(judge.classes_[0]))
    return np.asarray(judge.predict_proba(looks)[:, 1])


def _booster(*, rounds: int, leaves: int, rate: float, seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=rate,
        max_leaf_nodes=leaves,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
