"""Labelled claims against found claims: which found claim is which labelled one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from pipeline.datatypes import Span


def claim_characters(body: str, spans: Sequence[Span]) -> frozenset[int]:
    """Give the places of a claim's characters, white space left out."""
    return frozenset(
        place for span in spans for place in range(*span) if not body[place : place + 1].isspace()
    )


def match_claims(
    gold: Sequence[AbstractSet[int]], found: Sequence[AbstractSet[int]]
) -> list[tuple[int, int, float]]:
    """Pair claims so that the summed overlap is greatest.

    Args:
        gold: Characters of each labelled claim.
        found: Characters of each found claim.

    Returns:
        (place in gold, place in found, overlap: intersection over union, above 0) of each pair.
    """
    if not gold or not found:
        return []
    overlap = np.array([[len(g & f) / max(1, len(g | f)) for f in found] for g in gold])
    rows, columns = linear_sum_assignment(-overlap)
    return [
        (int(row), int(column), float(overlap[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if overlap[row, column] > 0
    ]
