"""Sentences of a mail -> claims: which sentences concern a claim, which of them belong together.

A regression says what each sentence is about, two gradient-boosted judges read that beside layout
and wording, and average-linkage clustering gathers the sentences; a claim's sentences need not
be neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.ensemble import HistGradientBoostingClassifier

from models.layout import measure_layout
from models.pairs import pair_features, pair_places, see_discourse, sentence_features
from pipeline.errors import ModelIncompatible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.features import Rows
    from models.pairs import Discourse
    from models.sentence_head import SentenceHead
    from models.signals import Signals
    from pipeline.datatypes import Sentence

CONCERN_AT = 0.5
"""A sentence at least so probable to concern a claim belongs to one."""

TOGETHER_AT = 0.45
"""Two clusters are joined while their sentences belong together with at least this probability."""


@dataclass(frozen=True, slots=True)
class Judges:
    """The two gradient-boosted classifiers; each answers the probability of yes.

    Attributes:
        concern: Does this sentence concern a claim?
        together: Do these two sentences belong to the same claim?
    """

    concern: HistGradientBoostingClassifier
    together: HistGradientBoostingClassifier


@dataclass(frozen=True, slots=True)
class Grouping:
    """Everything that gathers sentences into claims."""

    head: SentenceHead
    judges: Judges
    signals: Signals

    def group(
        self, sentences: Sequence[Sentence], rows: Rows, types: NDArray[np.float64]
    ) -> list[tuple[tuple[int, ...], float]]:
        """Gather the sentences of one mail; see `pipeline.datatypes.TriageModel`.

        Args:
            sentences: At least one.
            rows: Their features.
            types: (sentences, types) as if each were a whole claim.
        """
        layout = measure_layout(sentences, signals=self.signals)
        chances = self.head.chances(rows)
        discourse = see_discourse(rows, layout, chances=chances, types=types)
        return gather(discourse, self.judges)


def gather(discourse: Discourse, judges: Judges) -> list[tuple[tuple[int, ...], float]]:
    """Cluster the sentences that concern a claim, by average linkage.

    Returns:
        (places of the sentences, certainty) of each claim, in order of the first sentence.
    """
    concerns = _yes(judges.concern, sentence_features(discourse))
    members = np.flatnonzero(concerns >= CONCERN_AT)
    if not len(members):
        members = np.array([int(concerns.argmax())])
    together = _together(discourse, concerns, judges)
    clusters = _clusters(together[np.ix_(members, members)])
    groups = [members[clusters == number] for number in np.unique(clusters)]
    claims = [
        (tuple(int(place) for place in group), _certainty(group, members, concerns, together))
        for group in groups
    ]
    return sorted(claims)


def _together(
    discourse: Discourse, concerns: NDArray[np.float64], judges: Judges
) -> NDArray[np.float64]:
    """Probability that two sentences belong together, (sentences, sentences); 1 on the diagonal."""
    count = len(concerns)
    matrix = np.eye(count)
    if count > 1:
        first, second = pair_places(count).T
        chances = _yes(judges.together, pair_features(discourse, concerns))
        matrix[first, second] = matrix[second, first] = chances
    return matrix


def _clusters(together: NDArray[np.float64]) -> NDArray[np.intp]:
    if len(together) == 1:
        return np.zeros(1, dtype=np.intp)
    distances = squareform(1.0 - together, checks=False)
    tree = linkage(distances, method="average")
    return np.asarray(fcluster(tree, 1.0 - TOGETHER_AT, criterion="distance"), dtype=np.intp)


def _certainty(
    group: NDArray[np.intp],
    members: NDArray[np.intp],
    concerns: NDArray[np.float64],
    together: NDArray[np.float64],
) -> float:
    """How sure it is that these sentences, and no others, make one claim.

    The least of: how much its sentences concern a claim, how much they belong together, and how
    little they belong to the nearest other sentence.
    """
    inside = float(together[np.ix_(group, group)].mean())
    others = np.setdiff1d(members, group)
    nearest = float(together[np.ix_(group, others)].mean(axis=0).max()) if len(others) else 0.0
    return min(float(concerns[group].mean()), inside, 1.0 - nearest)


def fit_judges(
    discourses: Sequence[Discourse], owners: Sequence[NDArray[np.intp]], *, rounds: int, seed: int
) -> Judges:
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
    concern = _booster(rounds=rounds // 2, leaves=15, seed=seed)
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
    together = _booster(rounds=rounds, leaves=31, seed=seed)
    together.fit(np.vstack(pairs), np.concatenate(same))
    return Judges(concern, together)


def _yes(judge: HistGradientBoostingClassifier, looks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probability of yes; a judge that was taught one answer alone always gives it."""
    if len(judge.classes_) == 1:
        return np.full(len(looks), float(judge.classes_[0]))
    return np.asarray(judge.predict_proba(looks)[:, 1])


def _booster(*, rounds: int, leaves: int, seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=0.06,
        max_leaf_nodes=leaves,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
