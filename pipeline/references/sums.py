"""Sums of money and a claim -> the signs by which a model chooses the disputed one."""

from __future__ import annotations

import math
import re
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pipeline.references.link import weigh_standing, weigh_words
from pipeline.references.signs import Signs, Topic, tokens, topic_signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import Amount

_BEFORE: Final = 90
_AFTER: Final = 70
_WORDS_BEFORE: Final = 12
_WORDS_AFTER: Final = 9
_STOPS: Final = frozenset(".!?;") | {"<line>"}
_MOST_COMPARED: Final = 14
_CENT: Final = 0.006
_SMALL: Final = 20.0
_STEP: Final = 8
_CENTS: Final = re.compile(r"[.,]\d\d(?!\d)")
_NAKED: Final = re.compile(r"[\d\s.,]+")
_TOTAL_BEFORE: Final = re.compile(r"(?:=|soit|:) ?$")
_COUNT_BEFORE: Final = re.compile(r"\d+ ?[x×à@] ?$")
_EACH_AFTER: Final = re.compile(
    r" ?(?:/|par |le |la |l'|each|pi[eè]ce|per|a |chacun|the |stuck|pro |cadauno|por |per )"
)


def amount_signs(
    inside: Sequence[Amount], body: str, topic: Topic, *, sums: int, claims: int
) -> list[Signs]:
    """Describe each sum of a claim beside the others.

    Args:
        inside: The sums in the claim's spans, in order.
        body: The mail's text.
        topic: What the claim is about.
        sums: How many the mail has.
        claims: How many claims it has.
    """
    values = [float(amount.value) for amount in inside]
    about = topic_signs("type", [topic], "type") | topic_signs("resolution", [topic], "resolution")
    found = []
    for place, amount in enumerate(inside):
        roles = _roles(place, values)
        signs = _size_signs(amount, values[place]) | _place_signs(amount, body)
        signs |= dict.fromkeys(roles, 1.0)
        count = min(len(inside), 5)
        signs["roles=" + " ".join([*roles, str(min(count, 3))])] = 1.0
        for label, share in about.items():
            signs |= {f"{label} {role}": share for role in (*roles, "sum")}
        signs |= {
            f"sums={count}": 1.0,
            f"claims={min(claims, 4)}": 1.0,
            "all": math.log1p(sums),
            "rank": sum(value > values[place] for value in values) / 4,
            "standing": weigh_standing(place, inside) / 4,
            "words": weigh_words(amount, body),
        }
        found.append(signs)
    return found


def _roles(place: int, values: Sequence[float]) -> list[str]:
    """What a sum is among the sums of its claim: the greatest, a difference of two, and so on."""
    value = values[place]
    others = [*values[:place], *values[place + 1 :]][:_MOST_COMPARED]
    pairs = list(combinations(others, 2))
    holds = {
        "lone": not others,
        "greatest": bool(others) and all(value >= other for other in others),
        "least": bool(others) and all(value <= other for other in others),
        "first": bool(others) and place == 0,
        "last": bool(others) and place == len(values) - 1,
        "repeated": any(_same(value, other) for other in others),
        "difference": any(_same(value, abs(one - two)) for one, two in pairs),
        "total": any(_same(value, one + two) for one, two in pairs)
        or (len(others) > 1 and _same(value, sum(others))),
        "part": any(_same(value + one, two) or _same(value + two, one) for one, two in pairs),
    }
    return [role for role, true in holds.items() if true]


def _same(one: float, two: float) -> bool:
    return abs(one - two) < _CENT


def _size_signs(amount: Amount, value: float) -> Signs:
    size = math.log10(max(value, 0.01))
    return {
        "size": size / 3,
        f"size={int(size * 2)}": 1.0,
        "small": float(value < _SMALL),
        "round": float(value == int(value) and int(value) % 10 == 0),
        "cents": float(_CENTS.search(amount.text) is not None),
        "naked": float(_NAKED.fullmatch(amount.text) is not None),
        "times": float("x" in amount.text or "×" in amount.text),
    }


def _place_signs(amount: Amount, body: str) -> Signs:
    """The words around a sum: in order, and as such with their distance."""
    start, end = amount.start, amount.end
    before = tokens(body[max(0, start - _BEFORE) : start])[::-1]
    after = tokens(body[end : end + _AFTER])
    near = body[max(0, start - _STEP) : start]
    signs: Signs = {
        "counted": float(_COUNT_BEFORE.search(near) is not None),
        "each": float(_EACH_AFTER.match(body[end : end + 10]) is not None),
        "result": float(_TOTAL_BEFORE.search(near) is not None),
        "bracket": float(near.endswith("(")),
    }
    signs |= {f"b{place}={word}": 1.0 for place, word in enumerate(before[:3])}
    signs |= {f"a{place}={word}": 1.0 for place, word in enumerate(after[:3])}
    if len(before) > 1:
        signs[f"bb={before[1]} {before[0]}"] = 1.0
    if len(after) > 1:
        signs[f"aa={after[0]} {after[1]}"] = 1.0
    return signs | _bag("before", before[:_WORDS_BEFORE]) | _bag("after", after[:_WORDS_AFTER])


def _bag(side: str, words: Sequence[str]) -> Signs:
    """Words fade with distance; those beyond a stop are told apart."""
    signs: Signs = {}
    for distance, word in enumerate(words):
        if word in _STOPS:
            side = side.removesuffix(" stop") + " stop"
        elif word[0].isalpha():
            key = f"{side}={word}"
            signs[key] = signs.get(key, 0.0) + 1 / (1 + 0.15 * distance)
    return signs
