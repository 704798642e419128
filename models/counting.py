"""How many claims a mail as a whole promises: one more decision of the machine that judges mails.

Of all measures of `models.weighing` this one helps the most to tell how to gather sentences: a mail
that reads like others with two grievances seldom holds four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.kernel import Head

COUNT_HEAD = "count"
"""Name of the head."""

COUNTS = ("1", "2", "3", "4")
"""Its labels; the last one means "or more"."""

NO_COUNTS = np.full(len(COUNTS), 1.0 / len(COUNTS))
"""What a model says that has no such head."""


def count_label(claims: int) -> str | None:
    """Label of a mail with so many claims; None where it is no complaint."""
    return COUNTS[min(claims, len(COUNTS)) - 1] if claims else None


def spread_counts(head: Head, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give (mails, labels) probabilities a column for each of `COUNTS`, also for unseen ones."""
    spread = np.zeros((len(chances), len(COUNTS)))
    spread[:, [COUNTS.index(label) for label in head.labels]] = chances
    return spread
