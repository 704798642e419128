from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datatypes import Span
from training.matching import claim_characters, match_claims


@pytest.mark.parametrize(
    ("gold", "found", "pairs"),
    [
        ([], [], []),
        ([{1}], [], []),
        ([], [{1}], []),
        ([{1, 2}], [{1, 2}], [(0, 0, 1.0)]),
        ([{1, 2}], [{3}], []),
        ([{1, 2}, {3, 4}], [{3, 4}, {1}], [(0, 1, 0.5), (1, 0, 1.0)]),
        ([set()], [set()], []),
        ([{1, 2, 3}, {3, 4}], [{3}], [(1, 0, 0.5)]),
    ],
)
def test_claims_are_paired_so_that_overlap_is_greatest(
    gold: list[set[int]], found: list[set[int]], pairs: list[tuple[int, int, float]]
) -> None:
    assert match_claims(gold, found) == pairs


@given(st.lists(st.sets(st.integers(0, 9)), max_size=4), st.lists(st.sets(st.integers(0, 9))))
def test_no_claim_is_paired_twice(gold: list[set[int]], found: list[set[int]]) -> None:
    pairs = match_claims(gold, found)
    assert len({row for row, *_ in pairs}) == len({place for _, place, _ in pairs}) == len(pairs)
    assert all(0 < overlap <= 1 for *_, overlap in pairs)


def test_white_space_and_what_lies_beyond_the_body_count_for_nothing() -> None:
    assert claim_characters("a b\nc", [Span(0, 2), Span(2, 9)]) >= {0, 2, 4}
    assert claim_characters("a b\nc", [Span(0, 5)]) == {0, 2, 4}
