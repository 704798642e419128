"""Figures -> how far they might lie off: mails drawn anew, with replacement (Efron 1979)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

LEVEL = 0.95
"""Share of the drawings that an interval holds."""

CHUNK = 100
"""Drawings at once; bounds memory."""

DIGITS = 4


def bootstrap(
    figures: Callable[[NDArray[np.float64]], Mapping[str, Any]],
    *,
    mails: int,
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """Give an interval for each figure.

    Args:
        figures: Weights (drawings, mails) to figures by name, each (drawings,), tables nested.
        mails: Number of mails; the unit that is drawn, since claims of one mail hang together.
        resamples: Number of drawings, at least 1.
        seed: Makes the drawings repeatable.

    Returns:
        Figure to [lower, upper] end of its 95 % interval, tables nested; None where no drawing has
        anything to measure.
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for start in range(0, resamples, CHUNK):
        count = min(CHUNK, resamples - start)
        drawn.append(figures(_draw(rng, count, mails)))
    return _intervals(drawn)


def _draw(rng: np.random.Generator, drawings: int, mails: int) -> NDArray[np.float64]:
    chosen = rng.integers(0, mails, size=(drawings, mails))
    cells = chosen + np.arange(drawings)[:, None] * mails
    counts = np.bincount(cells.ravel(), minlength=drawings * mails)
    return counts.reshape(drawings, mails).astype(np.float64)


def _intervals(drawn: list[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, first in drawn[0].items():
        parts = [part[name] for part in drawn]
        found[name] = _intervals(parts) if isinstance(first, dict) else _ends(parts)
    return found


def _ends(parts: list[NDArray[np.float64]]) -> list[float] | None:
    values = np.concatenate(parts)
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    tail = (1.0 - LEVEL) / 2
    return [round(float(end), DIGITS) for end in np.quantile(values, [tail, 1.0 - tail])]
