"""Reference, Amount, Claim, Message -> the references and the sum in dispute of each claim."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pipeline.references.money import AMOUNT_CUES_AFTER, AMOUNT_CUES_BEFORE
from pipeline.references.shapes import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import Amount, Claim, Message, Reference

ENOUGH: Final = 4.0
"""Points from which a sum is taken for the one in dispute."""

GREATEST: Final = 2.0
LEAST: Final = 1.8
LAST: Final = 1.5
FIRST: Final = 0.1
REPEATED: Final = 1.9
DIFFERENCE: Final = 0.6
CENTS: Final = 0.5
SIZE: Final = 1.4
CROWD: Final = -0.5
NAKED: Final = -1.0
"""What a sum's standing among those of its claim is worth; a lone sum is greatest and least."""

MOST_SUMS: Final = 60
"""Sums of one claim that are compared; nobody disputes one behind so many."""

_MOST_COMPARED: Final = 12
_LARGE: Final = 5000.0
_SEVERAL: Final = 3
_REACH_BEFORE: Final = 50
_REACH_AFTER: Final = 40
_WORDS_BEFORE: Final = 6
_WORDS_AFTER: Final = 5
_NAKED: Final = re.compile(r"[\d\s]+")
_DECIMALS: Final = re.compile(r"[.,]\d\d(?!\d)")
_BEFORE: Final = {word: weight for weight, words in AMOUNT_CUES_BEFORE for word in words.split()}
_AFTER: Final = {word: weight for weight, words in AMOUNT_CUES_AFTER for word in words.split()}


def link_references(
    references: Sequence[Reference], claims: Sequence[Claim]
) -> tuple[tuple[Reference, ...], ...]:
    """Give each claim its references.

    A reference in the spans of claims belongs to these. One outside all of them (subject,
    introduction, signature, quote) belongs to all claims, and so does one that the subject names
    too, where it is the only one of its kind: it is what the whole mail is about.

    Returns:
        One tuple a claim, in the order of the claims; a reference named several times is there
        once, with its place in the claim where it has one.
    """
    homes: dict[str, set[int]] = {reference.canonical: set() for reference in references}
    kinds: dict[str, set[str]] = {}
    for reference in references:
        homes[reference.canonical] |= _homes(reference, claims)
        kinds.setdefault(reference.kind, set()).add(reference.canonical)
    for reference in references:
        if reference.where == "subject" and len(kinds[reference.kind]) == 1:
            homes[reference.canonical] = set()
    return tuple(_of_claim(index, claims[index], references, homes) for index in range(len(claims)))


def choose_amount(claim: Claim, amounts: Sequence[Amount], message: Message) -> Amount | None:
    """Choose the sum that the claim disputes, or None where the mail states none.

    Each sum in the claim's spans collects points from the words around it and from what it is
    among the others: their difference, the greatest, told twice. The best wins, the last of equals.
    """
    inside = [amount for amount in amounts if _within(claim, amount.start)][:MOST_SUMS]
    if not inside:
        return None
    points, place = max(
        (weigh_standing(place, inside) + weigh_words(amount, message.body), place)
        for place, amount in enumerate(inside)
    )
    return inside[place] if points > ENOUGH else None


def _homes(reference: Reference, claims: Sequence[Claim]) -> set[int]:
    return {index for index, claim in enumerate(claims) if _stands_in(claim, reference)}


def _of_claim(
    index: int, claim: Claim, references: Sequence[Reference], homes: dict[str, set[int]]
) -> tuple[Reference, ...]:
    own: dict[tuple[str, str], Reference] = {}
    for reference in references:
        home = homes[reference.canonical]
        if home and index not in home:
            continue
        key = (reference.kind, reference.canonical)
        if key not in own or (_stands_in(claim, reference) and not _stands_in(claim, own[key])):
            own[key] = reference
    return tuple(own.values())


def _stands_in(claim: Claim, reference: Reference) -> bool:
    return reference.where == "body" and _within(claim, reference.start)


def _within(claim: Claim, place: int) -> bool:
    return any(span.start <= place < span.end for span in claim.spans)


def weigh_standing(place: int, inside: Sequence[Amount]) -> float:
    """What a sum is among the sums of its claim."""
    amount = inside[place]
    values = [other.value for other in inside if other is not amount]
    gaps = {abs(one - two) for one, two in combinations(values[:_MOST_COMPARED], 2)}
    signs = (
        (GREATEST, all(amount.value >= value for value in values)),
        (LEAST, all(amount.value <= value for value in values)),
        (LAST, place == len(inside) - 1),
        (FIRST, place == 0),
        (REPEATED, amount.value in values),
        (DIFFERENCE, amount.value in gaps),
        (CENTS, _DECIMALS.search(amount.text) is not None),
        (NAKED, _NAKED.fullmatch(amount.text) is not None),
        (CROWD, len(inside) > _SEVERAL),
    )
    size: float = (min(float(amount.value), _LARGE) / _LARGE) ** 0.25
    return SIZE * size + sum(points for points, holds in signs if holds)


def weigh_words(amount: Amount, body: str) -> float:
    """What the words around a sum say; of a word told twice the nearer counts."""
    before = plain(body[max(0, amount.start - _REACH_BEFORE) : amount.start]).split()
    after = plain(body[amount.end : amount.end + _REACH_AFTER]).split()
    return _cue_points(before[::-1][:_WORDS_BEFORE], _BEFORE) + _cue_points(
        after[:_WORDS_AFTER], _AFTER
    )


def _cue_points(words: list[str], table: dict[str, float]) -> float:
    nearest: dict[str, int] = {}
    for distance, word in enumerate(words):
        nearest.setdefault(word, distance)
    return sum(table.get(word, 0.0) / (1 + 0.3 * distance) for word, distance in nearest.items())
