"""Sentences with owners -> their grouping, and what it finds in mails that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.grouping import Grouping, fit_judges, gather
from models.layout import measure_layout
from models.pairs import see_discourse
from models.sentence_head import fit_sentence_head
from training.dataset import sentence_labels, table_passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.features import Features, Rows
    from models.pairs import Discourse
    from models.sentence_head import SentenceHead
    from training.config import TrainingConfig
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
    claims: CrossFitted,
    parts: NDArray[np.intp],
    config: TrainingConfig,
) -> Gathered:
    """Fit the regression on sentences and the judges that read it.

    Args:
        examples: The corpus.
        dataset: Made of it.
        features: Fitted.
        claims: The machine that judges claims, and its versions without each inner fold.
        parts: (mails,) inner fold of each mail.
        config: Hyper-parameters.
    """
    rows = features.transform(table_passages(dataset))
    known = claims.machine.heads["type"].labels
    labels = [
        sentence_labels(table, examples.mails[table.mail].claims, known) for table in dataset.tables
    ]
    folds = np.array([parts[table.mail] for table in dataset.tables])
    bounds = np.cumsum([0, *(len(table.sentences) for table in dataset.tables)])
    task = _Task(rows, bounds, labels, folds, config.sentences.strength)
    count = len(claims.without)
    heads = [task.fit_head(fold) for fold in [*range(count), None]]
    types = _held_out_types(rows, claims, np.repeat(folds, np.diff(bounds)))
    discourses = [
        see_discourse(
            task.rows_of(place),
            measure_layout(table.sentences, signals=features.signals),
            chances=heads[folds[place]].chances(task.rows_of(place)),
            types=types[bounds[place] : bounds[place + 1]],
        )
        for place, table in enumerate(dataset.tables)
    ]
    owners = [table.owners for table in dataset.tables]
    found = _held_out_groups(discourses, owners, folds, config=config)
    judges = fit_judges(discourses, owners, rounds=config.sentences.rounds, seed=config.seed)
    return Gathered(Grouping(heads[-1], judges, features.signals), tuple(found))


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


def _held_out_groups(
    discourses: Sequence[Discourse],
    owners: Sequence[NDArray[np.intp]],
    folds: NDArray[np.intp],
    *,
    config: TrainingConfig,
) -> list[Groups]:
    found: list[Groups] = [[] for _ in discourses]
    for fold in np.unique(folds):
        seen = np.flatnonzero(folds != fold).tolist()
        judges = fit_judges(
            [discourses[place] for place in seen],
            [owners[place] for place in seen],
            rounds=config.sentences.rounds,
            seed=config.seed,
        )
        for place in np.flatnonzero(folds == fold).tolist():
            found[place] = gather(discourses[place], judges)
    return found
