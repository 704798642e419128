from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.partitions import (
    MOST_CLAIMS,
    Bonds,
    choose_partition,
    measure_overlaps,
    propose_partitions,
)

ALIKE = np.full(6, 100, dtype=np.float32)
ONE = ((0, 1, 2),)
TWO = ((0, 1), (2,))
OTHER = ((0,), (1, 2))


@st.composite
def bonds(draw: st.DrawFn) -> Bonds:
    count = draw(st.integers(1, 12))
    chance = st.floats(0.0, 1.0)
    concerns = draw(hnp.arrays(np.float64, count, elements=chance))
    square = draw(hnp.arrays(np.float64, (count, count), elements=chance))
    together = (square + square.T) / 2
    np.fill_diagonal(together, 1.0)
    return Bonds(concerns, together)


@given(bonds())
def test_every_proposal_parts_some_of_the_sentences(found: Bonds) -> None:
    partitions = propose_partitions(found)
    assert partitions == sorted(set(partitions))
    for partition in partitions:
        places = [place for claim in partition for place in claim]
        assert 1 <= len(partition) <= MOST_CLAIMS
        assert len(places) == len(set(places))
        assert set(places) <= set(range(len(found.concerns)))
        assert list(partition) == sorted(tuple(sorted(claim)) for claim in partition)


def test_clear_bonds_are_among_the_proposals() -> None:
    together = np.array(
        [[1, 0.9, 0.1, 0.2], [0.9, 1, 0.1, 0.1], [0.1, 0.1, 1, 0.5], [0.2, 0.1, 0.5, 1]]
    )
    proposed = propose_partitions(Bonds(np.array([0.9, 0.8, 0.9, 0.4]), together))
    assert {((0, 1), (2,)), ((0, 1), (2, 3)), ((0, 1, 2, 3),)} <= set(proposed)


def test_where_nothing_concerns_a_claim_the_likeliest_sentence_is_one() -> None:
    assert propose_partitions(Bonds(np.array([0.1, 0.2]), np.eye(2))) == [((1,),)]


@given(bonds(), st.data())
def test_the_choice_is_a_proposal_and_its_certainties_are_probabilities(
    found: Bonds, data: st.DataObject
) -> None:
    partitions = propose_partitions(found)
    chances = data.draw(
        hnp.arrays(np.float64, len(partitions), elements=st.floats(0.0, 1.0)), label="chances"
    )
    lengths = np.full(len(found.concerns), 50, dtype=np.float32)
    chosen = choose_partition(partitions, chances, lengths=lengths)
    assert tuple(claim for claim, _ in chosen) in partitions
    assert all(0.0 <= certainty <= 1.0 for _, certainty in chosen)


def test_the_likeliest_way_wins_where_the_others_agree_with_none() -> None:
    chosen = choose_partition([ONE, TWO, OTHER], np.array([0.1, 0.8, 0.1]), lengths=ALIKE[:3])
    assert [claim for claim, _ in chosen] == [(0, 1), (2,)]


def test_a_way_that_most_others_nearly_share_beats_the_likeliest() -> None:
    far, near = ((0, 1, 2, 3, 4, 5),), ((0, 1, 2), (3, 4, 5))
    like, also = ((0, 1, 2), (3, 4)), ((0, 1), (3, 4, 5))
    chances = np.array([0.34, 0.2, 0.23, 0.23])
    chosen = choose_partition([far, near, like, also], chances, lengths=ALIKE)
    assert tuple(claim for claim, _ in chosen) == near
    assert [certainty for _, certainty in chosen] == pytest.approx([0.66, 0.66], abs=0.01)


def test_a_claim_is_as_certain_as_the_ways_that_hold_it() -> None:
    chosen = choose_partition([ONE, TWO], np.array([0.25, 0.75]), lengths=ALIKE[:3])
    certainties = dict(chosen)
    assert certainties[(2,)] == pytest.approx(0.75, abs=0.01)
    assert certainties[(0, 1)] == pytest.approx(1.0)  # two thirds of the whole: the same claim


def test_agreement_is_the_f1_of_the_claims_that_two_ways_share() -> None:
    ways = [((0, 1), (2, 3)), ((0, 1), (2,), (3,)), ((4, 5),)]
    agreements = measure_overlaps(ways, lengths=ALIKE).agreements()
    assert agreements == pytest.approx(np.array([[1, 0.4, 0], [0.4, 1, 0], [0, 0, 1]]))


def test_two_halves_are_not_the_whole() -> None:
    ways = [((0, 1),), ((0,), (1,))]
    assert measure_overlaps(ways, lengths=ALIKE).agreements()[0, 1] == 0.0


def test_lengths_decide_what_the_same_claim_is() -> None:
    ways = [((0, 1),), ((0,),)]
    short = measure_overlaps(ways, lengths=np.array([90, 10], dtype=np.float32))
    long = measure_overlaps(ways, lengths=np.array([10, 90], dtype=np.float32))
    assert (short.agreements()[0, 1], long.agreements()[0, 1]) == (1.0, 0.0)
