"""Sizes of mails -> batches of bounded number and bytes; knows no server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.datatypes import Delivery


def split_batches(
    deliveries: Iterable[Delivery], *, mails: int, size_bytes: int, alone_bytes: int
) -> Iterator[list[Delivery]]:
    """Cut deliveries into batches, in order.

    Args:
        deliveries: With the sizes that the server announces.
        mails: Most in a batch, at least 1.
        size_bytes: Most bytes in a batch; a single larger mail makes a batch of its own.
        alone_bytes: A mail over this size makes a batch of its own.
    """
    batch: list[Delivery] = []
    total = 0
    for delivery in deliveries:
        size = delivery.size_bytes
        over = total + size > size_bytes or len(batch) >= mails or size > alone_bytes
        if batch and over:
            yield batch
            batch, total = [], 0
        batch.append(delivery)
        total += size
        if size > alone_bytes:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch
