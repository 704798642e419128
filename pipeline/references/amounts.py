"""Body -> Amount, ...: sums of money in the notations that people write.

A number counts where a currency stands beside it, or where it has two decimals and is no measure.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pipeline.datatypes import Amount
from pipeline.references.find import MOST_TEXT
from pipeline.references.money import (
    CURRENCY_AFTER,
    CURRENCY_BEFORE,
    ENGLISH_WORDS,
    FAMILIES,
    LOCAL_CURRENCIES,
    MEASURES,
    SHARED_SIGNS,
)
from pipeline.references.patterns import UNITS
from pipeline.references.shapes import level, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER: Final = (
    r"(?:\d{1,3}(?:[ .,']\d{3}){1,4}(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,2}(?:,\d{2}){1,4},\d{3}(?!\d)(?:\.\d{1,2}(?!\d))?"
    r"|\d{1,12}(?:[.,]\d{1,4}(?!\d))?)"
)
_BEFORE: Final = "|".join(sorted(map(re.escape, CURRENCY_BEFORE), key=len, reverse=True))
_AFTER: Final = "|".join(sorted(map(re.escape, CURRENCY_AFTER), key=len, reverse=True))
_MEASURED: Final = frozenset(UNITS.split() + MEASURES.split()) - {"piece", "pieces", "carton"}
_THOUSAND: Final = 3
_ENGLISH: Final = frozenset(ENGLISH_WORDS.split())
_SHARED_SIGNS: Final = frozenset(SHARED_SIGNS.split())
_PLACES: Final = {
    word: currency for currency, words in LOCAL_CURRENCIES.items() for word in words.split()
}
_SCALES: Final = {"": 1, "k": 1000, "m": 1_000_000}
_DEMAND: Final = (
    r"(?i:\b(?:rend(?:ez|re|s)|rembours\w{1,4}|recrediter|return|refund|charged?|took|waiting\ on"
    r"|owe|other|give|back)[ -](?:(?:moi|nous|me|us|les|the|my|mes|mon)[ -]){0,2})"
)
_AFTER_DEMAND: Final = r"(?:svp|stp|penalty|fee|deposit|please|pls|back|extra|off)"
_MONEY: Final = re.compile(
    rf"""
    (?:(?<![\w.,/'-])(?P<times>\d{{1,3}})\ ?[x×]\ ?)?
    (?:
      (?<![\w.,/'-])(?P<whole>\d{{1,6}})
      (?:(?:€|[eE])(?P<cents>\d{{2}})(?![\d\w.,])
      |\ euros\ (?P<centimes>\d{{2}})(?=[^\w\s]|\ de\b|$))
    | (?<!\w)(?P<before>{_BEFORE})\ ?(?P<first>{_NUMBER})(?P<scale>\ ?[kKM](?!\w))?
      (?:\.?[-–—]+(?!\w))?
    | (?<![\w.,/'-])(?P<second>{_NUMBER})(?P<many>\ ?[kKM](?=[€£$E]))?\ ?(?P<after>{_AFTER})(?!\w)
    | (?<![\w.,/'-])(?P<glued>\d{{1,6}}(?:[.,]\d{{2}})?)(?P<coin>[eEpP])(?!\w)
    | (?<![\w.,/'-])(?P<grouped>\d{{1,3}}(?:\ \d{{3}}){{1,3}})(?=[,.;:!?)]?(?:\s|$))(?!\ )
    | {_DEMAND}(?P<demanded>\d{{2,5}})(?=[.,;!?)]?(?:\n|$)|[.,;!?)]\ |\ {_AFTER_DEMAND}\b)
    | (?<![\w.,/'-])(?P<third>{_NUMBER})\.[-–—]+
    | (?<![\w.,/'’:-])(?P<bare>\d{{1,3}}(?:[ .,']\d{{3}}){{0,4}}[.,]\d{{2}}|\d{{1,9}}[.,]\d{{2}})
      (?![\w%/:-])(?![.,]\d)
    )
    """,
    re.VERBOSE,
)
_RAND: Final = re.compile(r"R ?\d{1,3}(?:[ ,]\d{3})+(?:\.\d\d)?|R ?\d+\.\d\d")
_ORDINAL_BEFORE: Final = re.compile(
    r"(?:^|\W)(?:l[ae]s?|du|au|une?|m[ao]n?|notre|votre|cette|et|ou|c'est) $", re.IGNORECASE
)
_AFTER_COIN: Final = re.compile(
    r"\s*(?:$|[^\w\s]|(?:de|pour|en|par|a|à|svp|chacun|chaque|pas|et|que|sur|c|j|on|le|la|au|ce)\b)",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])")
_DAY_BEFORE: Final = re.compile(r"(?:\b(?:le|du|au|on|of|am|vom|the|et|les|from|since) |\n)$")
_NEXT_WORD: Final = re.compile(r" ?([^\W\d_]+|%|°|²)")


def find_amounts(body: str) -> tuple[Amount, ...]:
    """Find the sums of money in the body, in order, without overlap.

    Args:
        body: The mail's text; what stands in a quote is found too.
    """
    text = level(body[:MOST_TEXT])
    place = _place_currency(plain(text).split())
    found = [
        (start, end, value, _of_family(currency, sign, place))
        for start, end, value, currency, sign in _found(text)
    ]
    local = _local_currency(text, found)
    return tuple(
        Amount(body[start:end], value, currency or local, start, end)
        for start, end, value, currency in found
    )


def parse_number(text: str) -> Decimal:
    """Read a number with any separators; a single kind before three digits groups thousands."""
    digits = re.sub(r"[ ']", "", text)
    separators = [character for character in digits if character in ".,"]
    if not separators:
        return Decimal(digits)
    head, _, tail = digits.rpartition(separators[-1])
    grouping = len(tail) == _THOUSAND and (len(set(separators)) == 1) and head != "0"
    head = re.sub(r"[.,]", "", head)
    return Decimal(head + tail) if grouping else Decimal(f"{head}.{tail}")


def _found(text: str) -> Iterator[tuple[int, int, Decimal, str, str]]:
    for match in _MONEY.finditer(text):
        if _is_no_sum(match, text):
            continue
        value, currency = _read(match)
        start = match.start("demanded") if match["demanded"] else match.start()
        sign = match["before"] or match["after"] or ""
        yield start, match.end(), value * int(match["times"] or 1), currency, sign


def _read(match: re.Match[str]) -> tuple[Decimal, str]:
    """Read value and currency; no currency where none is written."""
    if match["before"]:
        scale = _SCALES[(match["scale"] or "").strip().lower()]
        return parse_number(match["first"]) * scale, CURRENCY_BEFORE[match["before"]]
    if match["after"]:
        value = parse_number(match["second"]) * _SCALES[(match["many"] or "").strip().lower()]
        currency, _, parts = CURRENCY_AFTER[match["after"]].partition("/")
        return value / int(parts or 1), currency
    if match["whole"]:
        return Decimal(f"{match['whole']}.{match['cents'] or match['centimes']}"), "EUR"
    if match["glued"]:
        value = parse_number(match["glued"])
        return (value, "EUR") if match["coin"] in "eE" else (value / 100, "GBP")
    if match["third"]:
        return parse_number(match["third"]), "CHF"
    return parse_number(match["bare"] or match["grouped"] or match["demanded"]), ""


def _is_no_sum(match: re.Match[str], text: str) -> bool:
    """Tell ordinals ("la 40e"), model names ("R20"), dates and measures."""
    before = text[max(0, match.start() - 8) : match.start()]
    if match["before"] == "R":
        return _RAND.fullmatch(match.group()) is None
    if match["glued"] and match["coin"] in "eE":
        ordinal = len(match["glued"]) == 1 or _ORDINAL_BEFORE.search(before) is not None
        return ordinal or _AFTER_COIN.match(text, match.end()) is None
    if not match["bare"]:
        return False
    if _DAY.fullmatch(match["bare"]) and _DAY_BEFORE.search(before):
        return True
    word = _NEXT_WORD.match(text, match.end())
    return word is not None and plain(word.group(1)).strip() in _MEASURED


def _local_currency(text: str, found: list[tuple[int, int, Decimal, str]]) -> str:
    """The currency of sums without one: the most frequent, else by places and language."""
    named = Counter(currency for *_, currency in found if currency)
    if named:
        return named.most_common(1)[0][0]
    words = plain(text).split()
    place = _place_currency(words)
    if place:
        return place
    english = sum(word in _ENGLISH for word in words)
    return "GBP" if english * 12 > len(words) else "EUR"


def _place_currency(words: list[str]) -> str:
    """The currency that words of a place tell, most words first; empty where there are none."""
    places = Counter(_PLACES[word] for word in words if word in _PLACES)
    return places.most_common(1)[0][0] if places else ""


def _of_family(currency: str, sign: str, place: str) -> str:
    """The member of a currency's family that a place speaks for, where the sign is shared."""
    shared = sign in _SHARED_SIGNS
    if shared and any(currency in family and place in family for family in FAMILIES):
        return place
    return currency
