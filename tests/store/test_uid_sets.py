from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.uid_sets import UidSet, find_ranges, format_uids, parse_uids

UIDS = st.sets(st.integers(1, 60))


@pytest.mark.parametrize(
    ("uids", "text"),
    [([], ""), ([7], "7"), ([3, 1, 2], "1:3"), ([1, 2, 4, 9, 8], "1:2,4,8:9")],
)
def test_uids_are_written_as_imap_does(uids: list[int], text: str) -> None:
    assert format_uids(uids) == text


@given(UIDS)
def test_what_was_written_is_read_again(uids: set[int]) -> None:
    found = parse_uids(format_uids(uids))
    assert {uid for uid in range(62) if uid in found} == uids


@given(UIDS, UIDS)
def test_a_stretch_goes_over_numbers_that_no_mail_has(chosen: set[int], others: set[int]) -> None:
    found = find_ranges(chosen, among=chosen | others)
    for uid in chosen | others:
        assert (uid in found) is (uid in chosen)


def test_gaps_cost_nothing() -> None:
    assert find_ranges([1, 50, 90], among=[1, 50, 90, 95]) == UidSet(((1, 90),))
