"""A labelled mail beside what was found in it: which found claim is which labelled one.

Texts are compared without white space, so folding a line costs nothing; claims are matched so that
the summed overlap is greatest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.datatypes import Span
from training.matching import claim_characters, match_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.examples import ClaimExample, MailExample

FOUND_AT = 0.5
"""Overlap from which a claim counts as found."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled claim and the found one that matches it.

    Attributes:
        gold: The labelled claim.
        found: As `pipeline.interchange` tells it.
        overlap: Intersection over union of their characters.
    """

    gold: ClaimExample
    found: Mapping[str, Any]
    overlap: float

    def agrees(self, head: str) -> bool:
        """Whether the found label is the labelled one."""
        return bool(self.gold.labels.get(head) == self.found[head])


@dataclass(frozen=True, slots=True)
class Judged:
    """One mail, its labels, what was found, and which is which.

    Attributes:
        mail: The labelled mail.
        out: What was found, as `pipeline.interchange` tells it.
        gold: Characters of the labelled claims, by place among the body's non-space characters.
        found: The same of the found claims.
        pairs: Matches.
        owners: Place of the labelled claim that each found claim matches.
    """

    mail: MailExample
    out: Mapping[str, Any]
    gold: tuple[frozenset[int], ...]
    found: tuple[frozenset[int], ...]
    pairs: tuple[Pair, ...]
    owners: Mapping[int, int]


def judge(mail: MailExample, out: Mapping[str, Any]) -> Judged:
    """Match what was found in a mail with its labels."""
    gold_ranks, found_ranks = _ranks(mail.body), _ranks(out["body"])
    gold = tuple(
        frozenset(gold_ranks[place] for place in claim_characters(mail.body, claim.spans))
        for claim in mail.claims
    )
    found = tuple(
        frozenset(
            found_ranks[place]
            for place in claim_characters(out["body"], [Span(*span) for span in claim["spans"]])
        )
        for claim in out["claims"]
    )
    matches = match_claims(gold, found)
    pairs = tuple(
        Pair(mail.claims[row], out["claims"][place], overlap) for row, place, overlap in matches
    )
    return Judged(mail, out, gold, found, pairs, {place: row for row, place, _ in matches})


def gold_references(claim: ClaimExample) -> set[tuple[str, str]]:
    """Give (kind, canonical form) of a labelled claim's references."""
    return {(kind, _canonical(text)) for kind, text in claim.references}


def found_references(claim: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Give (kind, canonical form) of a found claim's references."""
    return {(entry["kind"], _canonical(entry["text"])) for entry in claim["references"]}


def _ranks(body: str) -> dict[int, int]:
    places = (place for place, character in enumerate(body) if not character.isspace())
    return {place: rank for rank, place in enumerate(places)}


def _canonical(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())
