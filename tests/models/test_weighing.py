from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.partitions import Bonds
from models.weighing import weigh_partitions
from tests.models.test_pairs import see

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.partitions import Partition
    from training.train import Fitted

BODY = "Un colis manque. La facture est fausse. Merci."
ONE = ((0, 1),)
TWO = ((0,), (1,))


def even(mixing: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.full((len(mixing), 3), 1 / 3)


def weigh(
    partitions: Sequence[Partition], fitted: Fitted, bond: float = 0.5
) -> NDArray[np.float32]:
    together = np.full((3, 3), bond)
    np.fill_diagonal(together, 1.0)
    bonds = Bonds(np.array([0.9, 0.9, 0.1]), together)
    return weigh_partitions(see(BODY, fitted), bonds, partitions, blend=even)


def test_every_way_has_as_many_finite_features(fitted: Fitted) -> None:
    rows = weigh([ONE, TWO, ((0, 1, 2),), ((2,),), ((0,), (1,), (2,))], fitted)
    assert rows.ndim == 2
    assert len(rows) == 5
    assert np.isfinite(rows).all()


def test_the_features_of_a_way_do_not_depend_on_the_other_ways(fitted: Fitted) -> None:
    both, alone = weigh([ONE, TWO], fitted), weigh([TWO], fitted)
    assert both[1] == pytest.approx(alone[0], abs=1e-6)


def test_strong_bonds_speak_for_joining_and_weak_ones_for_parting(fitted: Fitted) -> None:
    votes = 12  # the summed votes of the pairs, after nine measures of size and three of concern
    strong, weak = weigh([ONE, TWO], fitted, bond=0.9), weigh([ONE, TWO], fitted, bond=0.1)
    assert strong[0, votes] > 0 > strong[1, votes]
    assert weak[1, votes] > 0 > weak[0, votes]


def test_a_blend_is_asked_for_weights_that_sum_to_one(fitted: Fitted) -> None:
    asked = []

    def blend(mixing: NDArray[np.float32]) -> NDArray[np.float64]:
        asked.append(mixing)
        return even(mixing)

    bonds = Bonds(np.array([0.9, 0.9, 0.1]), np.eye(3))
    weigh_partitions(see(BODY, fitted), bonds, [ONE, TWO], blend=blend)
    (mixing,) = asked
    assert mixing.shape == (3, 3)
    assert mixing.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (mixing[:, 2] == 0).all()
