"""A mail's mentions and sums -> its references and the disputed sums, as the model judges them.

The rules propose: what could be an identifier, which sums stand in a claim. A model that learned
from labelled mails decides; where it did not learn that, the rules' own points decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.references.amounts import find_amounts
from pipeline.references.find import choose_references, list_mentions, references_of
from pipeline.references.link import MOST_SUMS, choose_amount
from pipeline.references.signs import reference_signs
from pipeline.references.sums import amount_signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from pipeline.datatypes import (
        Amount,
        Claim,
        ClaimPrediction,
        Message,
        Reference,
        TriageModel,
        Zone,
    )
    from pipeline.references.signs import Topic

REFERENCE_HEAD: Final = "reference"
AMOUNT_HEAD: Final = "amount"
NOTHING: Final = ""
"""Label of a candidate that is no reference."""

DISPUTED: Final = "disputed"
"""Label of the sum in dispute."""

ACCEPTED: Final = 0.36
"""Probability from which a kind is taken; below one half, for a missing one costs as much as a
wrong one."""

DISPUTED_AT: Final = 0.35
"""Probability from which a claim's best sum is taken for the one in dispute."""

MOST_MENTIONS: Final = 400
"""Mentions that the model judges; in a mail with more of them the rules decide."""


def judge_references(
    message: Message,
    zones: Sequence[Zone],
    claims: Sequence[Claim],
    topics: Sequence[Topic],
    *,
    nlp: Language,
    model: TriageModel,
) -> tuple[Reference, ...]:
    """Find the identifiers in subject, body and names of attachments.

    Args:
        message: The mail.
        zones: Of its body.
        claims: Of the mail; none where it holds none.
        topics: What each claim is about.
        nlp: Gives the tokens; a blank pipeline is enough.
        model: Judges, if it has learned to.

    Returns:
        Subject first, then body, then attachments; in order of place, without overlap.
    """
    mentions = list_mentions(message, nlp=nlp)
    if len(mentions) > MOST_MENTIONS:
        return choose_references(mentions)
    signs = reference_signs(message, mentions, zones, claims, topics)
    chances = model.weigh(REFERENCE_HEAD, list(signs.values()))
    if not chances:
        return choose_references(mentions)
    kinds = {}
    for name, chance in zip(signs, chances, strict=True):
        kind = max((kind for kind in chance if kind != NOTHING), key=lambda kind: chance[kind])
        if chance[kind] >= ACCEPTED:
            kinds[name] = kind
    return references_of(mentions, kinds)


def judge_amounts(
    message: Message, claims: Sequence[Claim], topics: Sequence[Topic], *, model: TriageModel
) -> list[Amount | None]:
    """Choose the sum that each claim disputes, None where the mail states none."""
    amounts = find_amounts(message.body)
    chosen = []
    for claim, topic in zip(claims, topics, strict=True):
        inside = sums_of(claim, amounts)
        signs = amount_signs(inside, message.body, topic, sums=len(amounts), claims=len(claims))
        chances = [chance[DISPUTED] for chance in model.weigh(AMOUNT_HEAD, signs)]
        if inside and not chances:
            chosen.append(choose_amount(claim, amounts, message))
            continue
        ranked = sorted(zip(chances, range(len(chances)), strict=True))
        taken = ranked and ranked[-1][0] >= DISPUTED_AT
        chosen.append(inside[ranked[-1][1]] if taken else None)
    return chosen


def sums_of(claim: Claim, amounts: Sequence[Amount]) -> list[Amount]:
    """The first `MOST_SUMS` sums in a claim's spans, in order."""
    inside = [
        amount
        for amount in amounts
        if any(span.start <= amount.start < span.end for span in claim.spans)
    ]
    return inside[:MOST_SUMS]


def claim_topics(predictions: Sequence[ClaimPrediction]) -> list[Topic]:
    """What claims are about, as far as signs tell it."""
    return [
        {
            head: dict(decision.probabilities)
            for head, decision in (
                ("type", prediction.type),
                ("resolution", prediction.resolution),
            )
            if decision is not None
        }
        for prediction in predictions
    ]
