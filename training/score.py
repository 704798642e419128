"""Tallies -> the figures by which everything is judged; definitions stand beside each figure.

A figure is computed for many drawings of the mails at once: one row of weights a drawing, how often
each mail was drawn. With every weight 1 it is the figure of the mails as they are.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from training.tally import HEADS, REFERENCES, tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.taxonomy import Taxonomy
    from training.judging import Judged
    from training.tally import Labels, Tally, Trusted

    Drawn = NDArray[np.float64]

DIGITS = 4
TARGETS = (0.95, 0.90)
"""Precisions at which the coverage is told."""
BINS = 10


def score(judged: Sequence[Judged], *, taxonomy: Taxonomy) -> dict[str, Any]:
    """Compute all figures of some mails.

    Args:
        judged: At least one mail.
        taxonomy: Tells which kind of mail holds claims, and the order of severities.

    Returns:
        Figures by name, some of them tables of figures; None where there is nothing to measure.
    """
    return plain_figures(tally(judged, taxonomy=taxonomy))


def plain_figures(told: Tally) -> dict[str, Any]:
    """Compute all figures of the mails as they are."""
    drawn = draw_figures(told, np.ones((1, told.mails)))
    return {"mails": told.mails, **round_figures(drawn)}


def draw_figures(told: Tally, weights: NDArray[np.float64]) -> dict[str, Any]:
    """Compute all figures for each drawing of the mails.

    Args:
        told: At least one mail.
        weights: (drawings, mails) how often each mail was drawn.

    Returns:
        Figures by name, tables nested, each an array (drawings,); NaN where there is nothing to
        measure.
    """
    sums = {name: weights @ values for name, values in told.sums.items()}
    labels = {head: draw_labels(told.labels[head], weights) for head in HEADS}
    return {
        "complaint_detection": _f1(sums, "complaints_right", "complaints_taken", "complaints"),
        "kind_accuracy": sums["kinds_right"] / weights.sum(axis=1),
        "claim_count_accuracy": _share(sums["counts_right"], sums["complaints"]),
        "claims_found_iou50": _f1(sums, "claims_good", "claims_found", "claims"),
        "claims_found_and_typed": _f1(sums, "claims_typed", "claims_found", "claims"),
        "claims_all_right": _f1(sums, "claims_all", "claims_found", "claims"),
        "segmentation_bcubed": _bcubed(sums),
        **labels,
        "severity": labels["severity"] | _gravity(told.labels["severity"], weights),
        **{
            name: _f1(sums, f"{name}_right", f"{name}_found", f"{name}_gold")
            for name in (*REFERENCES, "references_on_right_claim")
        },
        "amount_accuracy": _share(sums["amounts_right"], sums["amounts"]),
        **_automation(told.trusted, weights),
    }


def draw_labels(labels: Labels, weights: NDArray[np.float64]) -> dict[str, Drawn]:
    """Accuracy and macro-F1 of one decision on matched claims; NaN where none has a label."""
    right, gold, found = (weights @ side for side in labels.sides())
    both = gold + found
    each = np.divide(2 * right, both, out=np.zeros_like(both), where=both > 0)
    known = (gold > 0).sum(axis=1)
    none = weights @ labels.wanted == 0
    accuracy = _share(right.sum(axis=1), gold.sum(axis=1))
    macro = _share(np.where(gold > 0, each, 0.0).sum(axis=1), known)
    return {
        "accuracy": np.where(none, np.nan, accuracy),
        "macro_f1": np.where(none, np.nan, macro),
    }


def round_figures(drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Give the first drawing's figures as plain numbers; None for NaN."""
    return {
        name: round_figures(value) if isinstance(value, dict) else _rounded(float(value[0]))
        for name, value in drawn.items()
    }


def confusion(judged: Sequence[Judged]) -> list[tuple[str, str, int]]:
    """Count wrong types of matched claims: (labelled, found, times), most frequent first."""
    wrong = Counter(
        (pair.gold.labels["type"], pair.found["type"])
        for one in judged
        for pair in one.pairs
        if "type" in pair.gold.labels and not pair.agrees("type")
    )
    return [(gold, found, times) for (gold, found), times in wrong.most_common()]


def _gravity(labels: Labels, weights: NDArray[np.float64]) -> dict[str, Drawn]:
    """Quadratic kappa of severity; how often the gravest is seen as one of the two gravest."""
    if not labels.known:
        nothing = np.full(len(weights), np.nan)
        return dict.fromkeys(("quadratic_kappa", "critical_seen_as_high_or_critical"), nothing)
    size = len(labels.known)
    cells = (weights @ labels.cells()).reshape(-1, size, size)
    distance = np.square(np.arange(size)[:, None] - np.arange(size)[None, :])
    gold, found = cells.sum(axis=2), cells.sum(axis=1)
    total = np.maximum(gold.sum(axis=1), 1.0)
    expected = np.einsum("bi,bj,ij->b", gold, found, distance) / total
    observed = np.einsum("bij,ij->b", cells, distance)
    told = (np.count_nonzero(gold, axis=1) > 1) & (expected > 0)
    kappa = np.where(told, 1.0 - observed / np.where(told, expected, 1.0), 0.0)
    grave = cells[:, -1:, :].sum(axis=(1, 2))
    seen = cells[:, -1:, -2:].sum(axis=(1, 2))
    return {
        "quadratic_kappa": np.where(weights @ labels.wanted == 0, np.nan, kappa),
        "critical_seen_as_high_or_critical": _share(seen, grave, empty=np.nan),
    }


def _bcubed(sums: Mapping[str, Drawn]) -> dict[str, Drawn]:
    """B-cubed over the characters that belong to some claim, labelled or found."""
    precision = _share(sums["characters_precise"], sums["characters_found"])
    recall = _share(sums["characters_recalled"], sums["characters_gold"])
    return {"p": precision, "r": recall, "f1": _share(2 * precision * recall, precision + recall)}


def _automation(trusted: Trusted, weights: NDArray[np.float64]) -> dict[str, Drawn]:
    """How much stands without a person, how often rightly, and how honest the confidence is."""
    order = np.argsort(-trusted.confidence, kind="stable")
    ranked = weights[:, trusted.mails[order]]
    right = ranked * trusted.right[order]
    automatic = ranked @ trusted.automatic[order].astype(np.float64)
    good = right @ trusted.automatic[order].astype(np.float64)
    total = ranked.sum(axis=1)
    reached, sure = np.cumsum(ranked, axis=1), np.cumsum(right, axis=1)
    coverage = {
        f"coverage_at_{round(target * 100)}_precision": _coverage(reached, sure, total, target)
        for target in TARGETS
    }
    return {
        "automatic_share": _share(automatic, total),
        "automatic_precision": _share(good, automatic, empty=np.nan),
        **coverage,
        "calibration_error": _calibration_error(trusted, weights),
    }


def _coverage(reached: Drawn, sure: Drawn, total: Drawn, target: float) -> Drawn:
    """Largest share of claims, surest first, whose type is right at least so often."""
    good = (reached > 0) & (sure / np.maximum(reached, 1.0) >= target)
    return _share(np.max(np.where(good, reached, 0.0), axis=1, initial=0.0), total)


def _calibration_error(trusted: Trusted, weights: NDArray[np.float64]) -> Drawn:
    """Mean distance of confidence and truth over ten equal bins, weighted by their claims."""
    bins = np.minimum((trusted.confidence * BINS).astype(int), BINS - 1)
    gaps = np.zeros((weights.shape[1], BINS))
    np.add.at(gaps, (trusted.mails, bins), trusted.confidence - trusted.right)
    claims = np.bincount(trusted.mails, minlength=weights.shape[1]).astype(np.float64)
    return _share(np.abs(weights @ gaps).sum(axis=1), weights @ claims)


def _f1(sums: Mapping[str, Drawn], right: str, found: str, gold: str) -> dict[str, Drawn]:
    return {
        "p": _share(sums[right], sums[found]),
        "r": _share(sums[right], sums[gold]),
        "f1": _share(2 * sums[right], sums[found] + sums[gold]),
    }


def _share(part: Drawn, whole: Drawn, *, empty: float = 0.0) -> Drawn:
    """Divide; `empty` where there is nothing to divide by."""
    shares: Drawn = np.divide(part, whole, out=np.full(np.shape(part), empty), where=whole > 0)
    return shares


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, DIGITS)
