"""Batches are bounded, in order, and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datatypes import Delivery
from pipeline.mailbox.batches import split_batches


def split(sizes: list[int], *, mails: int, size_bytes: int, alone_bytes: int) -> list[list[int]]:
    deliveries = [Delivery("test", 1, uid, size) for uid, size in enumerate(sizes)]
    batches = split_batches(deliveries, mails=mails, size_bytes=size_bytes, alone_bytes=alone_bytes)
    return [[delivery.size_bytes for delivery in batch] for batch in batches]


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([], []),
        ([1, 1, 1, 1], [[1, 1, 1], [1]]),
        ([6, 4, 1], [[6, 4], [1]]),
        ([1, 12, 1], [[1], [12], [1]]),
        ([1, 21, 1, 1], [[1], [21], [1, 1]]),
        ([21, 21], [[21], [21]]),
    ],
    ids=["none", "by number", "by bytes", "over a batch", "over the limit", "large ones apart"],
)
def test_mails_are_cut_into_batches(sizes: list[int], batches: list[list[int]]) -> None:
    assert split(sizes, mails=3, size_bytes=10, alone_bytes=20) == batches


@given(
    sizes=st.lists(st.integers(0, 50)),
    mails=st.integers(1, 10),
    size_bytes=st.integers(1, 60),
    alone_bytes=st.integers(1, 60),
)
def test_batches_keep_their_bounds_and_all_mails(
    sizes: list[int], mails: int, size_bytes: int, alone_bytes: int
) -> None:
    batches = split(sizes, mails=mails, size_bytes=size_bytes, alone_bytes=alone_bytes)
    assert [size for batch in batches for size in batch] == sizes
    for batch in batches:
        assert 1 <= len(batch) <= mails
        assert sum(batch) <= size_bytes or len(batch) == 1
        assert max(batch) <= alone_bytes or len(batch) == 1
