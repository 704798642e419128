"""Mentions and claims -> the signs by which a model judges identifiers; knows no model.

A sign is a name with a number. The points of the rules are signs among others: the words around,
the identifier's own letters, its place in the mail, what the claims around it are about.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pipeline.references.find import best_kind, is_reference, rank_kinds
from pipeline.references.kinds import add_points, weigh_shape
from pipeline.references.patterns import LINKS, MARKS
from pipeline.references.shapes import canonical, count_digits, mask, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.datatypes import Claim, Message, Zone
    from pipeline.references.find import Mention
    from pipeline.references.kinds import Points

Signs = dict[str, float]
"""Sign to how strongly it holds; a sign that does not hold is left out."""

Topic = dict[str, dict[str, float]]
"""What a claim is about: head to label to probability."""

RULE_SIGNS: Final = ("rule=", "rulek=", "points=", "share=", "most=", "alike=")
"""Beginnings of the signs that tell what the rules made of an identifier."""

FAINT: Final = 0.02
"""Labels less probable than this are left out."""

_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+|\n|[.!?;:,()|#°/=%€£$-]")
_LINE: Final = "\n"
_BEFORE: Final = 80
_AFTER: Final = 60
_NEAR_BEFORE: Final = 10
_NEAR_AFTER: Final = 8
_MOST_ALIKE: Final = 12.0
_LEAST_NOUN: Final = 3
_STEM: Final = 5
_SMALL_WORDS: Final = frozenset(MARKS.split()) | frozenset(LINKS.split())
_LONGEST_RUN: Final = 8
_MANY_DIGITS: Final = 12


def reference_signs(
    message: Message,
    mentions: Sequence[Mention],
    zones: Sequence[Zone],
    claims: Sequence[Claim],
    topics: Sequence[Topic],
) -> dict[str, Signs]:
    """Describe each identifier of a mail.

    Args:
        message: The mail.
        mentions: Candidates in subject, body and attachments, likely or not.
        zones: Of the body.
        claims: Of the mail; none where it holds none.
        topics: One a claim.

    Returns:
        Canonical form to signs, in the order of the first mentions.
    """
    groups: dict[str, list[Mention]] = {}
    for mention in mentions:
        groups.setdefault(canonical(mention.candidate.text), []).append(mention)
    points, alike = _all_points(groups)
    kinds = rank_kinds(mentions)
    named = {name for name, group in groups.items() if any(mention.name for mention in group)}
    found = {}
    for place, (name, group) in enumerate(groups.items()):
        accepted = any(map(is_reference, group))
        kind = best_kind(kinds[name])
        signs = {f"rule={kind if accepted else ''}": 1.0, f"rulek={kind}": 1.0}
        signs |= _point_signs(points[name], alike[mask(name)], group) | _shape_signs(
            group[0].candidate.text, name
        )
        signs |= {
            f"n={min(len(group), 3)}": 1.0,
            f"cands={min(len(groups), 6)}": 1.0,
            f"place={min(place, 4)}": 1.0,
            "where=" + "+".join(sorted({mention.where.split(":")[0] for mention in group})): 1.0,
            "othersnamed": float(bool(named) and name not in named),
        }
        for mention in group:
            add_points(signs, _mention_signs(message, mention, zones, len(group)))
        add_points(signs, _claim_signs(group, claims, topics))
        found[name] = signs
    return found


def tokens(text: str) -> list[str]:
    """Split a text into plain words, marks and lengths of numbers."""
    return [_token(match) for match in _TOKEN.findall(text)]


def topic_signs(tag: str, topics: Iterable[Topic], head: str) -> Signs:
    """The mean of what claims are about."""
    told = list(topics)
    signs: Signs = {}
    for topic in told:
        for label, probability in topic.get(head, {}).items():
            if probability > FAINT:
                key = f"{tag}={label}"
                signs[key] = signs.get(key, 0.0) + probability / len(told)
    return signs


def zone_of(zones: Sequence[Zone], place: int) -> str:
    """The kind of the zone that holds a place of the body, empty where none does."""
    index = bisect_right([zone.start for zone in zones], place) - 1
    return zones[index].kind if index >= 0 and place < zones[index].end else ""


def _token(text: str) -> str:
    if text == _LINE:
        return "<line>"
    if text.isdigit():
        return f"<{min(len(text), 6)} digits>"
    return plain(text).strip() if text[0].isalpha() else text


def _all_points(
    groups: Mapping[str, Sequence[Mention]],
) -> tuple[dict[str, Points], dict[str, Points]]:
    """The rules' points by canonical form, and by what such forms have in common."""
    points: dict[str, Points] = {name: {} for name in groups}
    alike: dict[str, Points] = {}
    for name, group in groups.items():
        for mention in group:
            add_points(points[name], mention.points)
        add_points(alike.setdefault(mask(name), {}), points[name])
    return points, alike


def _point_signs(own: Points, alike: Points, group: Sequence[Mention]) -> Signs:
    """The rules' points: of all mentions, of the best one, their shares, those of its likes."""
    total = sum(value for kind, value in own.items() if kind) + 1e-6
    signs: defaultdict[str, float] = defaultdict(float)
    for kind, value in own.items():
        signs[f"points={kind}"] = math.log1p(max(value, 0.0))
        if kind:
            signs[f"share={kind}"] = value / total
        most = max(mention.points.get(kind, 0.0) for mention in group)
        signs[f"most={kind}"] = math.log1p(max(most, 0.0))
    for kind, value in alike.items():
        others = value - own.get(kind, 0.0)
        signs[f"alike={kind}"] = math.log1p(min(max(others, 0.0), _MOST_ALIKE))
    for kind, value in weigh_shape(group[0].candidate.text).items():
        signs[f"shape={kind}"] = value / 6
    name_strength = max(mention.name for mention in group)
    sure = max(mention.candidate.sure for mention in group)
    return {**signs, f"name={name_strength}": 1.0, f"sure={sure:.2f}": 1.0, "sure": sure}


def _shape_signs(text: str, name: str) -> Signs:
    """The identifier's own letters, digits and marks."""
    form = mask(text.upper())
    runs = re.sub("9+", lambda run: "9" if len(run[0]) > _LONGEST_RUN else run[0], form)
    short = re.sub("9+", "9", re.sub("[A-Z]+", "A", form))
    letters = re.match("[A-Za-z]*", text)
    prefix = letters[0].upper() if letters else ""
    signs = {
        f"mask={runs}": 1.0,
        f"form={short}": 1.0,
        f"prefix={prefix}": 1.0,
        f"digits={min(count_digits(name), _MANY_DIGITS)}": 1.0,
        "length": len(name) / 10,
        "small": float(text.islower()),
    }
    signs |= {f"has {mark}": 1.0 for mark in "-/ ._" if mark in text}
    return signs | ({f"letter={prefix[0]}": 0.5} if prefix else {})


def _mention_signs(message: Message, mention: Mention, zones: Sequence[Zone], count: int) -> Signs:
    """The words around one mention, in order and as such; mentions share the weight."""
    if mention.where not in {"subject", "body"}:
        return {}
    text = message.subject if mention.where == "subject" else message.body
    start, end = mention.candidate.start, mention.candidate.end
    before = tokens(text[max(0, start - _BEFORE) : start])[::-1]
    after = tokens(text[end : end + _AFTER])
    zone = zone_of(zones, start) if mention.where == "body" else ""
    line_start, line_end = text.rfind(_LINE, 0, start) + 1, text.find(_LINE, end)
    weight = 1 / math.sqrt(count)
    signs: Signs = {
        "line start": 0.0 if text[line_start:start].strip() else weight,
        "line end": 0.0 if text[end : line_end if line_end >= 0 else None].strip(" .") else weight,
        f"zone={zone}" if mention.where == "body" else "zone=subject": weight,
    }
    signs |= {f"b{place}={word}": weight for place, word in enumerate(before[:3])}
    signs |= {f"a{place}={word}": weight for place, word in enumerate(after[:2])}
    if noun := _noun(before):
        signs |= {f"noun={noun}": weight, f"stem={noun[:_STEM]}": weight}
    if len(before) > 1:
        signs[f"bb={before[1]} {before[0]}"] = weight
    for side, words, share in (
        ("before", before[:_NEAR_BEFORE], 0.6),
        ("after", after[:_NEAR_AFTER], 0.5),
    ):
        add_points(signs, _bag(side, words, weight * share))
    if not text[:start].strip():
        signs["b0=<start>"] = weight
    if not text[end:].strip():
        signs["a0=<end>"] = weight
    return signs


def _noun(before: Sequence[str]) -> str:
    """The word that an identifier or its list follows, marks and other numbers left out."""
    for word in before:
        if word[0].isalpha() and len(word) >= _LEAST_NOUN and word not in _SMALL_WORDS:
            return word
    return ""


def _bag(side: str, words: Sequence[str], weight: float) -> Signs:
    signs: Signs = {}
    for word in words:
        if word[0].isalpha():
            signs[f"{side}={word}"] = signs.get(f"{side}={word}", 0.0) + weight
    return signs


def _claim_signs(
    group: Sequence[Mention], claims: Sequence[Claim], topics: Sequence[Topic]
) -> Signs:
    """What the claims that hold the identifier are about, or all claims where none does."""
    places = [mention.candidate.start for mention in group if mention.where == "body"]
    homes = [
        topic
        for claim, topic in zip(claims, topics, strict=True)
        if any(span.start <= place < span.end for span in claim.spans for place in places)
    ]
    return {
        **topic_signs("type" if homes else "type around", homes or topics, "type"),
        **topic_signs("resolution", homes or topics, "resolution"),
        **topic_signs("mail type", topics, "type"),
        f"claims={min(len(claims), 4)}": 1.0,
        f"inside={min(len(homes), 2)}": 1.0,
    }
