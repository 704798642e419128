"""Message -> Reference, ...: the identifiers that the customer gives, each with its kind.

Every candidate shape collects points for each kind: from the names beside it, hints in its
surroundings, its first letters, its neighbours in a list, its likes in the mail and the other
mentions of the same identifier. Most points win.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.datatypes import Reference
from pipeline.references import patterns
from pipeline.references.kinds import (
    REACH_AFTER,
    REACH_BEFORE,
    Points,
    add_points,
    find_cues,
    weigh_shape,
    weigh_surroundings,
)
from pipeline.references.shapes import Candidate, canonical, find_candidates, mask, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.language import Language

    from pipeline.datatypes import Message

_FILE_ENDING: Final = re.compile(r"\.[A-Za-z]{2,4}$")
_FILE_SPACE: Final = re.compile(r"(?<![0-9])_|_(?![0-9])")
_LAST_DIGITS: Final = re.compile(r"(?<!\d)\d+$")
_LEAST_DIGITS: Final = 3
_LINKS: Final = frozenset(patterns.LINKS.split())

MOST_TEXT: Final = 200_000
"""Characters that are read of each text; what stands beyond is no letter a person wrote."""

FALLBACK: Final = "order"
"""Kind of an identifier that nothing tells apart."""

ALIKE: Final = 0.28
ALIKE_MOST: Final = 12.0
"""Share of their points that identifiers of one shape give each other, and the most of these."""

REFUSED: Final = 4.0
"""Points against any reference that refuse a candidate, unless more speak for it."""

NEEDS_NOTHING: Final = 0.6
NEEDS_LITTLE: Final = 0.45
NEEDS_MORE: Final = 0.35
NEEDS_NAME: Final = 0.2
NEEDS_MARK: Final = 0.1
"""How sure a shape must be alone, with little or more around, with a name, with name and "n°"."""

LITTLE: Final = 2.0
MORE: Final = 3.0
"""Points of the best kind that are little and more."""

LIST_GAP: Final = 20
"""Most characters between two members of a list."""

LISTED: Final = 0.9
"""Share of its points that a member of a list hands to the next."""


class Mention(NamedTuple):
    """A candidate in one text.

    Attributes:
        where: The text, as in `Reference`.
        candidate: What stands there.
        points: Of each kind, from its surroundings.
        name: As in `Named`.
    """

    where: str
    candidate: Candidate
    points: Points
    name: int


def find_references(message: Message, *, nlp: Language) -> tuple[Reference, ...]:
    """Find the identifiers in subject, body and names of attachments.

    Those in quotes and signatures are found too: people name their order there and nowhere else.

    Args:
        message: The mail.
        nlp: Gives the tokens; a blank pipeline is enough.

    Returns:
        Subject first, then body, then attachments; in order of place, without overlap.
    """
    return choose_references(list_mentions(message, nlp=nlp))


def choose_references(mentions: Sequence[Mention]) -> tuple[Reference, ...]:
    """Take the mentions that the rules take for references, each of the kind with most points."""
    accepted = {canonical(m.candidate.text) for m in mentions if is_reference(m)}
    kinds = rank_kinds([m for m in mentions if canonical(m.candidate.text) in accepted])
    return references_of(mentions, {name: best_kind(points) for name, points in kinds.items()})


def list_mentions(message: Message, *, nlp: Language) -> list[Mention]:
    """List the candidates in subject, body and names of attachments, likely or not."""
    texts = [("subject", message.subject), ("body", message.body)]
    mentions = [mention for where, text in texts for mention in find_mentions(where, text, nlp)]
    for file in message.attachments:
        mentions += _mentions_in_name(file.name, nlp)
    return mentions


def references_of(mentions: Sequence[Mention], kinds: Mapping[str, str]) -> tuple[Reference, ...]:
    """Make references of the mentions whose canonical form has a kind, in their order."""
    return tuple(
        _reference(mention, kinds[canonical(mention.candidate.text)])
        for mention in mentions
        if canonical(mention.candidate.text) in kinds
    )


def find_mentions(where: str, text: str, nlp: Language) -> list[Mention]:
    """List the candidates of one text with the points that they have there."""
    text = text[:MOST_TEXT]
    candidates = find_candidates(text)
    if not candidates:
        return []
    cues = find_cues(text, nlp=nlp)
    starts = [cue.start for cue in cues]
    mentions: list[Mention] = []
    for candidate in candidates:
        first = bisect_left(starts, candidate.start - REACH_BEFORE)
        last = bisect_right(starts, candidate.end + REACH_AFTER)
        points, name = weigh_surroundings(candidate, text, cues[first:last])
        if mentions and _continues(text, mentions[-1].candidate, candidate):
            before = mentions[-1]
            name = max(name, before.name)
            add_points(points, before.points, share=LISTED)
            if candidate.text.isdigit():
                add_points(points, weigh_shape(before.candidate.text), share=LISTED)
            if _abbreviates(before.candidate.text, candidate.text):
                sure = max(candidate.sure, before.candidate.sure)
                candidate = candidate._replace(sure=sure)  # noqa: PLW2901 # the same one, surer
        mentions.append(Mention(where, candidate, points, name))
    return mentions


def _mentions_in_name(name: str, nlp: Language) -> list[Mention]:
    """List the candidates of a file's name, its ending left out, underscores being spaces."""
    stem = _FILE_SPACE.sub(" ", _FILE_ENDING.sub("", name))
    return [
        mention._replace(candidate=candidate._replace(text=name[candidate.start : candidate.end]))
        for mention in find_mentions(f"attachment:{name}", stem, nlp)
        for candidate in (mention.candidate,)
    ]


def is_reference(mention: Mention) -> bool:
    """Weigh the shape against what stands around."""
    sure, points = mention.candidate.sure, mention.points
    refused = points.get("", 0.0)
    most = max((value for kind, value in points.items() if kind), default=0.0)
    if refused > REFUSED and refused >= most:
        return False
    if mention.name:
        return sure >= (NEEDS_NAME if mention.name == 1 else NEEDS_MARK)
    return sure >= NEEDS_NOTHING or (
        (sure >= NEEDS_LITTLE and most >= LITTLE) or (sure >= NEEDS_MORE and most >= MORE)
    )


def rank_kinds(mentions: Sequence[Mention]) -> dict[str, Points]:
    """Add up the points of each canonical form over all its mentions and its likes."""
    own: dict[str, Points] = {}
    for mention in mentions:
        add_points(own.setdefault(canonical(mention.candidate.text), {}), mention.points)
    alike: dict[str, Points] = {}
    for name, points in own.items():
        add_points(alike.setdefault(mask(name), {}), points)
    kinds = {}
    for mention in mentions:
        name = canonical(mention.candidate.text)
        points = dict(own[name])
        add_points(points, weigh_shape(mention.candidate.text))
        likes = {
            kind: value - own[name].get(kind, 0.0) for kind, value in alike[mask(name)].items()
        }
        add_points(points, {k: min(v, ALIKE_MOST) for k, v in likes.items()}, share=ALIKE)
        kinds[name] = points
    return kinds


def best_kind(points: Points) -> str:
    """The kind with most points, `FALLBACK` where nothing speaks for any."""
    known = [(value, kind) for kind, value in points.items() if kind]
    return max(known)[1] if known else FALLBACK


def _reference(mention: Mention, kind: str) -> Reference:
    candidate = mention.candidate
    name = canonical(candidate.text)
    return Reference(kind, candidate.text, name, candidate.start, candidate.end, mention.where)


def _abbreviates(before: str, text: str) -> bool:
    """Tell whether a member of a list has as many digits as the one before has last.

    "FA-2024-0977, 0978 et 0981".
    """
    tail = _LAST_DIGITS.search(before)
    return tail is not None and text.isdigit() and len(text) == len(tail[0]) >= _LEAST_DIGITS


def _continues(text: str, before: Candidate, candidate: Candidate) -> bool:
    """Tell whether a candidate is the next member of a list."""
    gap = text[before.end : candidate.start]
    if len(gap) > LIST_GAP:
        return False
    if not _abbreviates(before.text, candidate.text):
        if before.text.isdigit() != candidate.text.isdigit():
            return False
        if candidate.sure < min(NEEDS_LITTLE, before.sure):
            return False
    words = plain(gap).split()
    if any(word not in _LINKS for word in words):
        return False
    return bool(words or set(gap) & set(",/&+;-|\n"))
