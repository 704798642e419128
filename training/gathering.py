"""Sentences with owners -> their grouping, and what it finds in mails that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.counting import COUNT_HEAD, NO_COUNTS, spread_counts
from models.grouping import Grouping, fit_pair_judges, fit_partition_judge, list_options
from models.kernel import softmax
from models.layout import measure_layout
from models.pairs import see_discourse
from models.sentence_head import fit_sentence_head
from models.weighing import blend_types
from training.dataset import sentence_labels, table_passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.features import Features, Rows
    from models.grouping import Options, PairJudges, PartitionJudge
    from models.pairs import Discourse
    from models.sentence_head import SentenceHead
    from training.config import SentenceSettings, TrainingConfig
    from training.dataset import Dataset
    from training.examples import Examples
    from training.heads import CrossFitted

Groups = list[tuple[tuple[int, ...], float]]
"""(places of the sentences, certainty) of each claim found in one mail."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A fitted grouping.

    Attributes:
        grouping: Fitted on everything; None where there is nothing to gather.
        found: For each table of the dataset, the claims found by judges that had not seen it.
    """

    grouping: Grouping | None
    found: tuple[Groups, ...]


def fit_grouping(
    examples: Examples,
    dataset: Dataset,
    *,
    features: Features,
    mails: CrossFitted,
    claims: CrossFitted,
    parts: NDArray[np.intp],
    config: TrainingConfig,
) -> Gathered:
    """Fit the regression on sentences, and the judges that read it one after the other.

    Args:
        examples: The corpus.
        dataset: Made of it.
        features: Fitted.
        mails: The machine that counts the claims of mails, and its versions without each fold.
        claims: The machine that judges claims, and its versions without each inner fold.
        parts: (mails,) inner fold of each mail.
        config: Hyper-parameters.
    """
    known = claims.machine.heads["type"].labels
    task = _Task(
        features.transform(table_passages(dataset)),
        np.cumsum([0, *(len(table.sentences) for table in dataset.tables)]),
        [
            sentence_labels(table, examples.mails[table.mail].claims, known)
            for table in dataset.tables
        ],
        np.array([parts[table.mail] for table in dataset.tables]),
        config.sentences.strength,
    )
    heads = [task.fit_head(fold) for fold in [*range(len(claims.without)), None]]
    discourses = _held_out_discourses(
        task, dataset, heads, features=features, mails=mails, claims=claims
    )
    owners = [table.owners for table in dataset.tables]
    fitting = _Fitting(discourses, owners, task.folds, config.sentences, config.seed)
    options = _held_out_options(fitting, task, claims)
    found = _held_out_groups(fitting, options)
    grouping = Grouping(
        heads[-1], fitting.pair_judges(), fitting.partition_judge(options), features.signals
    )
    return Gathered(grouping, tuple(found))


def whole_mails(dataset: Dataset) -> tuple[Groups, ...]:
    """Take all sentences of each mail for its one claim."""
    return tuple([(tuple(range(len(table.sentences))), 1.0)] for table in dataset.tables)


@dataclass(frozen=True, slots=True)
class _Task:
    """The sentences of all tables, one after the other."""

    rows: Rows
    bounds: NDArray[np.intp]
    labels: Sequence[NDArray[np.intp]]
    folds: NDArray[np.intp]
    strength: float

    def rows_of(self, place: int) -> Rows:
        return self.rows.take(np.arange(self.bounds[place], self.bounds[place + 1]))

    def fit_head(self, fold: int | None) -> SentenceHead:
        """Fit without one fold, or on everything."""
        used = [place for place in range(len(self.folds)) if self.folds[place] != fold]
        sentences = [
            np.arange(self.bounds[place], self.bounds[place + 1], dtype=np.intp) for place in used
        ]
        return fit_sentence_head(
            self.rows.dense[np.concatenate(sentences)],
            [len(places) for places in sentences],
            np.concatenate([self.labels[place] for place in used]),
            strength=self.strength,
        )


@dataclass(frozen=True, slots=True)
class _Fitting:
    """What the judges learn from, one entry a table."""

    discourses: Sequence[Discourse]
    owners: Sequence[NDArray[np.intp]]
    folds: NDArray[np.intp]
    settings: SentenceSettings
    seed: int

    def pair_judges(self, fold: int | None = None) -> PairJudges:
        """Fit without one fold, or on everything."""
        used = np.flatnonzero(self.folds != fold).tolist()
        return fit_pair_judges(
            [self.discourses[place] for place in used],
            [self.owners[place] for place in used],
            rounds=self.settings.rounds,
            seed=self.seed,
        )

    def partition_judge(
        self, options: Sequence[Options], fold: int | None = None
    ) -> PartitionJudge:
        """Fit without one fold, or on everything."""
        used = np.flatnonzero(self.folds != fold).tolist()
        return fit_partition_judge(
            [options[place] for place in used],
            [self.owners[place] for place in used],
            rounds=self.settings.rounds // 2,
            seed=self.seed,
        )


def _held_out_discourses(
    task: _Task,
    dataset: Dataset,
    heads: Sequence[SentenceHead],
    *,
    features: Features,
    mails: CrossFitted,
    claims: CrossFitted,
) -> list[Discourse]:
    """See all mails with heads that have not seen them."""
    types = _held_out_types(task.rows, claims, np.repeat(task.folds, np.diff(task.bounds)))
    counts = _held_out_counts(dataset, mails)
    return [
        see_discourse(
            task.rows_of(place),
            measure_layout(table.sentences, signals=features.signals),
            chances=heads[task.folds[place]].chances(task.rows_of(place)),
            types=types[task.bounds[place] : task.bounds[place + 1]],
            counts=counts[place],
        )
        for place, table in enumerate(dataset.tables)
    ]


def _held_out_types(
    rows: Rows, claims: CrossFitted, folds: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Judge all sentences as claims, each by the machine that has not seen its mail."""
    types = np.zeros((len(folds), len(claims.machine.heads["type"].labels)))
    for fold, heads in enumerate(claims.without):
        places = np.flatnonzero(folds == fold)
        kernel = claims.machine.kernel(rows.take(places))
        types[places] = heads["type"].probabilities(kernel)
    return types


def _held_out_counts(dataset: Dataset, mails: CrossFitted) -> NDArray[np.float64]:
    """How many claims each table's mail would hold, by the machine that has not seen it."""
    counts = np.tile(NO_COUNTS, (len(dataset.tables), 1))
    if COUNT_HEAD in mails.scores:
        places, scores = mails.scores[COUNT_HEAD]
        row_of = {int(place): row for row, place in enumerate(places)}
        chances = spread_counts(mails.machine.heads[COUNT_HEAD], softmax(scores))
        for number, table in enumerate(dataset.tables):
            counts[number] = chances[row_of[table.mail]]
    return counts


def _held_out_options(fitting: _Fitting, task: _Task, claims: CrossFitted) -> list[Options]:
    """List ways to gather the sentences of all mails, bound by judges that have not seen them."""
    options: dict[int, Options] = {}
    for fold, heads in enumerate(claims.without):
        places = np.flatnonzero(fitting.folds == fold).tolist()
        discourses = [fitting.discourses[place] for place in places]
        bonds = fitting.pair_judges(fold).bind(discourses)
        for place, discourse, own in zip(places, discourses, bonds, strict=True):
            blend = blend_types(claims.machine.compare(task.rows_of(place)), heads["type"])
            options[place] = list_options(discourse, own, blend=blend)
    return [options[place] for place in range(len(options))]


def _held_out_groups(fitting: _Fitting, options: Sequence[Options]) -> list[Groups]:
    found: dict[int, Groups] = {}
    for fold in np.unique(fitting.folds).tolist():
        places = np.flatnonzero(fitting.folds == fold).tolist()
        chosen = fitting.partition_judge(options, fold).choose([options[place] for place in places])
        found |= zip(places, chosen, strict=True)
    return [found[place] for place in range(len(found))]
