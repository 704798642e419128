"""Message and claims -> what they are: kind of the mail; type, severity, nature, resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.claims.around import words_around
from pipeline.datatypes import ClaimPrediction, KindDecision, Passage
from pipeline.parse.automatic import find_automatic_sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import Claim, Message, Thresholds, TriageModel
    from pipeline.taxonomy import Taxonomy


def decide_kind(
    message: Message,
    passage: Passage,
    *,
    model: TriageModel,
    taxonomy: Taxonomy,
    thresholds: Thresholds,
) -> KindDecision:
    """Tell what sort of mail this is: by its headers where they decide, else by the model.

    Args:
        message: The mail.
        passage: Its own words.
        model: Judges the words; a model without a `kind` head takes every mail for a complaint,
            so that none is lost.
        taxonomy: Names the kinds.
        thresholds: A mail that is no complaint with less than `kind_probability` is handled as one,
            so that a person looks at it.
    """
    sign = find_automatic_sign(message)
    if sign is not None:
        return KindDecision(taxonomy.automatic_kind, 1.0, sign)
    found = model.predict(("kind",), [passage]).get("kind")
    if not found:
        return KindDecision(taxonomy.claim_kind, 0.0, "model")
    best = found[0]
    if best.label != taxonomy.claim_kind and best.probability < thresholds.kind_probability:
        chance = best.probabilities.get(taxonomy.claim_kind, 0.0)
        return KindDecision(taxonomy.claim_kind, chance, "model")
    return KindDecision(best.label, best.probability, "model")


def classify_claims(
    claims: Sequence[Claim], passage: Passage, *, model: TriageModel
) -> tuple[ClaimPrediction, ...]:
    """Judge each claim.

    Args:
        claims: Of one mail.
        passage: The mail's own words.
        model: Has at least a `type` head.
    """
    around = words_around(passage.context, [claim.text for claim in claims])
    passages = [
        Passage(claim.text, passage.subject, passage.context, passage.language, around)
        for claim in claims
    ]
    found = model.predict(("type", "severity", "nature", "resolution"), passages)
    return tuple(
        ClaimPrediction(
            type=found["type"][place],
            severity=found["severity"][place] if "severity" in found else None,
            nature=found["nature"][place] if "nature" in found else None,
            resolution=found["resolution"][place] if "resolution" in found else None,
        )
        for place in range(len(claims))
    )
