"""Held-out answers of the claims' machine -> the heads that judge severity and nature anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.kernel import softmax
from models.ordinal import fit_ordinal
from models.second import (
    NATURE,
    SEVERITY,
    SecondLook,
    judge_around,
    nature_measures,
    severity_measures,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.features import Features
    from models.gravity import GravitySign
    from models.ordinal import OrdinalHead
    from training.config import SecondSettings
    from training.dataset import Dataset
    from training.heads import CrossFitted


def fit_second_look(
    dataset: Dataset,
    *,
    features: Features,
    claims: CrossFitted,
    parts: NDArray[np.intp],
    signs: Sequence[GravitySign],
    settings: SecondSettings,
) -> SecondLook:
    """Fit the heads that the labels suffice for.

    Args:
        dataset: The corpus.
        features: Fitted.
        claims: The machine that judges claims, its versions without each inner fold, and what
            these say.
        parts: (mails,) inner fold of each mail.
        signs: Of gravity.
        settings: Hyper-parameters.
    """
    task = _Task(dataset, claims, parts)
    heads: dict[str, OrdinalHead] = {}
    for name in (NATURE, SEVERITY):
        if not task.suffices_for(name, least=settings.least_examples):
            continue
        places, own, types = task.answers(name)
        if name == NATURE:
            measures = nature_measures(own, types)
        else:
            passages = [dataset.claims[place] for place in places]
            around = task.around(places, features)
            measures = severity_measures(passages, own, types, around, signs=signs)
        heads[name] = fit_ordinal(
            measures,
            task.columns(name, places),
            parts[dataset.origins[places]],
            labels=claims.machine.heads[name].labels,
            strength=settings.strength,
            grave_share=settings.grave_share,
        )
    return SecondLook(heads, tuple(signs))


class _Task:
    """What the machine says about claims of mails that it has not seen."""

    def __init__(self, dataset: Dataset, claims: CrossFitted, parts: NDArray[np.intp]) -> None:
        self._dataset = dataset
        self._claims = claims
        self._parts = parts

    def suffices_for(self, name: str, *, least: int) -> bool:
        """Tell whether each label has enough examples; a nature must have one rival only."""
        if not {name, "type"} <= self._claims.scores.keys():
            return False
        labels = self._claims.machine.heads[name].labels
        if name == NATURE and len(labels) != 2:  # noqa: PLR2004 # natures have no order
            return False
        places = self._places(name)
        of_places = self._parts[self._dataset.origins[places]]
        columns = self.columns(name, places)
        counts = [
            np.bincount(columns[of_places != part], minlength=len(labels)).min()
            for part in range(len(self._claims.without))
        ]
        return bool(min(counts) >= least)

    def answers(
        self, name: str
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
        """Give places of claims, and what the head and the type's head say about them."""
        places = self._places(name)
        return places, self._chances(name, places), self._chances("type", places)

    def columns(self, name: str, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Give (places,) the place of each claim's label in the order."""
        labels = self._claims.machine.heads[name].labels
        of = self._dataset.labels
        return np.array([labels.index(of[place][name]) for place in places], dtype=np.intp)

    def around(self, places: NDArray[np.intp], features: Features) -> NDArray[np.float64]:
        """Judge the words around the claims by machines that have not seen their mails."""
        labels = self._claims.machine.heads[SEVERITY].labels
        found = np.zeros((len(places), len(labels)))
        of_places = self._parts[self._dataset.origins[places]]
        for part, heads in enumerate(self._claims.without):
            rows = np.flatnonzero(of_places == part)
            passages = [self._dataset.claims[places[row]] for row in rows]
            machine = self._claims.machine
            found[rows] = judge_around(passages, heads[SEVERITY], machine, features)
        return found

    def _places(self, name: str) -> NDArray[np.intp]:
        scores = self._claims.scores
        return np.intersect1d(scores[name][0], scores["type"][0])

    def _chances(self, name: str, places: NDArray[np.intp]) -> NDArray[np.float64]:
        known, scores = self._claims.scores[name]
        return softmax(scores[np.searchsorted(known, places)])
