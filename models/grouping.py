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

    def bind(self, discourse: Discourse) -> Bonds:
        """Judge all sentences and pairs of sentences of one mail."""
        concerns = _yes(self.concern, sentence_features(discourse))
        together = np.eye(len(concerns))
        if len(concerns) > 1:
            first, second = pair_places(len(concerns)).T
            chances = _yes(self.together, pair_features(discourse, concerns))
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

    def choose(self, options: Options) -> list[tuple[tuple[int, ...], float]]:
        """Choose a way; gives (places of the sentences, probability that they are one claim)."""
        chances = _yes(self.right, options.features)
        return choose_partition(options.partitions, chances, lengths=options.lengths)


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
        options = list_options(discourse, self.pairs.bind(discourse), blend=blend)
        return self.partitions.choose(options)


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
    for discourse, look, owner in zip(discourses, looks, owners, strict=True):
        first, second = pair_places(len(owner)).T
        told = (owner[first] > 0) & (owner[second] > 0)
        if told.any():
            concerns = _yes(concern, look)
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


def _yes(judge: HistGradientBoostingClassifier, looks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probability of yes; a judge that was taught one answer alone always gives it."""
    if len(judge.classes_) == 1:
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
