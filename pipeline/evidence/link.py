"""Evidence, Claim, ... -> the evidence of each claim.

A document belongs to the claims that name its number, else to those that name another number in
it, else to those that speak of what it is, else to all: as a reference in the subject does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.datatypes import Reference
from pipeline.references.amounts import find_amounts
from pipeline.references.kinds import find_cues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from pipeline.datatypes import Amount, Claim, Evidence


def link_evidence(
    evidence: Sequence[Evidence],
    claims: Sequence[Claim],
    linked: Sequence[Sequence[Reference]],
    *,
    nlp: Language,
) -> tuple[tuple[Evidence, ...], ...]:
    """Give each claim its evidence.

    Args:
        evidence: Of all documents.
        claims: Of the mail.
        linked: The references of each claim.
        nlp: Gives the tokens; a blank pipeline is enough.

    Returns:
        One tuple a claim, in the order of the claims and within it of the evidence. With a single
        claim all evidence is its own.
    """
    owned: list[list[Evidence]] = [[] for _ in claims]
    for document in dict.fromkeys((each.attachment, each.name) for each in evidence):
        items = [each for each in evidence if (each.attachment, each.name) == document]
        homes = _homes(items, claims, linked, nlp=nlp)
        for item in items:
            for index in _own_homes(item, claims, linked) or homes:
                owned[index].append(item)
    return tuple(map(tuple, owned))


def _homes(
    items: Sequence[Evidence],
    claims: Sequence[Claim],
    linked: Sequence[Sequence[Reference]],
    *,
    nlp: Language,
) -> list[int]:
    """The claims of a document."""
    for role in ("number", "mention"):
        named = {
            index
            for item in items
            if item.role == role and isinstance(item.found, Reference)
            for index in _naming(item.found, linked)
        }
        if named:
            return sorted(named)
    kinds = {item.found.kind for item in items if isinstance(item.found, Reference)}
    return _speaking(kinds, claims, linked, nlp=nlp)


def _own_homes(
    item: Evidence, claims: Sequence[Claim], linked: Sequence[Sequence[Reference]]
) -> list[int]:
    """The claims that say the very same; none where the document decides."""
    if not item.confirmed:
        return []
    if isinstance(item.found, Reference):
        return _naming(item.found, linked)
    return [index for index, claim in enumerate(claims) if _states(claim, item.found)]


def _naming(reference: Reference, linked: Sequence[Sequence[Reference]]) -> list[int]:
    return [
        index
        for index, own in enumerate(linked)
        if any(each.canonical == reference.canonical for each in own)
    ]


def _states(claim: Claim, amount: Amount) -> bool:
    return any(
        (each.value, each.currency) == (amount.value, amount.currency)
        for each in find_amounts(claim.text)
    )


def _speaking(
    kinds: set[str],
    claims: Sequence[Claim],
    linked: Sequence[Sequence[Reference]],
    *,
    nlp: Language,
) -> list[int]:
    """The claims that speak most of such documents without naming another one; else all."""
    free = [
        index
        for index, own in enumerate(linked)
        if not any(each.kind in kinds and each.where == "body" for each in own)
    ]
    able = free or list(range(len(claims)))
    if len(able) < 2:  # noqa: PLR2004  one needs no choice
        return able
    weights = {index: _weight(kinds, claims[index].text, nlp=nlp) for index in able}
    most = max(weights.values())
    return [index for index in able if weights[index] == most]


def _weight(kinds: set[str], text: str, *, nlp: Language) -> float:
    """How plainly a text speaks of documents of these kinds: by name, by a hint, not at all."""
    return max((cue.weight for cue in find_cues(text, nlp=nlp) if cue.kind in kinds), default=0.0)
