"""A judged claim -> the department that settles it, and whether a supervisor looks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.datatypes import Route

if TYPE_CHECKING:
    from pipeline.datatypes import Amount, Claim, ClaimPrediction, KindDecision, Thresholds
    from pipeline.taxonomy import Taxonomy

REASONS = {
    "low_confidence": "the type is not sure enough",
    "close_second": "a second type is almost as probable",
    "uncertain_kind": "the mail may be no complaint",
    "uncertain_split": "the claim's boundaries are doubtful",
    "nature_conflict": "the nature is not the type's usual one",
    "severe": "claims of this severity always go to a supervisor",
    "amount_over_limit": "the sum in dispute is large",
    "unknown_language": "the language is not known",
}
"""Why a claim goes to review: code to meaning."""


def decide_route(
    claim: Claim,
    prediction: ClaimPrediction,
    *,
    confidence: float,
    kind: KindDecision,
    amount: Amount | None,
    language: str,
    taxonomy: Taxonomy,
    thresholds: Thresholds,
) -> Route:
    """Decide who gets a claim.

    Args:
        claim: Its words and how sure its boundaries are.
        prediction: What it is.
        confidence: Probability that the type is right.
        kind: What sort of mail it came in.
        amount: The sum in dispute.
        language: Of the mail, or `und`.
        taxonomy: Knows the departments.
        thresholds: What may stand without a person.
    """
    claim_type = taxonomy.types[prediction.type.label]
    severity, nature = prediction.severity, prediction.nature
    severe = severity is not None and taxonomy.severities[severity.label].review
    checks = {
        "low_confidence": confidence < thresholds.needed(prediction.type.label),
        "close_second": prediction.type.margin < thresholds.margin,
        "uncertain_kind": kind.probability < thresholds.kind_probability,
        "uncertain_split": claim.certainty < thresholds.split_certainty,
        "nature_conflict": nature is not None and nature.label != claim_type.nature,
        "severe": severe or claim_type.review,
        "amount_over_limit": amount is not None and float(amount.value) >= thresholds.amount_over,
        "unknown_language": language == "und",
    }
    reasons = tuple(code for code, holds in checks.items() if holds)
    return Route(claim_type.department, needs_review=bool(reasons), reasons=reasons)
