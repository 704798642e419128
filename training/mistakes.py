"""Judged mails -> the most instructive mistakes: sure, grave, and each of another sort."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.judging import FOUND_AT, found_references, gold_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.taxonomy import Taxonomy
    from training.judging import Judged, Pair

SHOWN = 20
WORDS_SHOWN = 400
"""Characters of a mistake's words."""

FAR = 2
"""Levels of severity from which a mistake is worth reading."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that was seen wrongly.

    Attributes:
        sort: `type`, `kind`, `severity`, `claims` or `references`.
        mail: Id of the mail.
        words: Those that were misread, cut short.
        gold: What the label says.
        found: What the model said.
        sureness: The greater, the more surely it was wrong; compared within one sort only.
        automatic: True where no person would have seen it.
    """

    sort: str
    mail: str
    words: str
    gold: str
    found: str
    sureness: float
    automatic: bool


def instructive_mistakes(
    judged: Sequence[Judged], *, taxonomy: Taxonomy, shown: int = SHOWN
) -> list[Mistake]:
    """Choose mistakes worth reading.

    Half of them are wrong types, the others shared among the other sorts. Within a sort each
    confusion is told once before any is told twice; first what no person would have seen, then the
    surest.

    Args:
        judged: Mails and what was found.
        taxonomy: Tells the order of severities.
        shown: How many.
    """
    found = [mistake for one in judged for mistake in _mistakes(one, taxonomy)]
    sorts = {
        sort: _ranked([mistake for mistake in found if mistake.sort == sort])
        for sort in ("type", "kind", "severity", "claims", "references")
    }
    others = max(1, shown // 2 // (len(sorts) - 1))
    chosen = [one for sort, ranked in sorts.items() if sort != "type" for one in ranked[:others]]
    chosen = sorts["type"][: shown - len(chosen)] + chosen
    left = [one for ranked in sorts.values() for one in ranked if one not in chosen]
    return (chosen + left)[:shown]


def _ranked(mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Put the surest first, repeated confusions behind those not yet told."""
    surest = sorted(mistakes, key=lambda one: (-one.automatic, -one.sureness, one.mail))
    told: Counter[tuple[str, str]] = Counter()
    rounds = []
    for mistake in surest:
        pair = (mistake.gold, mistake.found)
        rounds.append((told[pair], mistake))
        told[pair] += 1
    return [mistake for _, mistake in sorted(rounds, key=lambda entry: entry[0])]


def _mistakes(one: Judged, taxonomy: Taxonomy) -> Iterator[Mistake]:
    gold, found = one.mail.kind, one.out["kind"]
    if gold != found:
        sure = one.out["kind_probability"]
        unseen = found != taxonomy.claim_kind
        yield _mistake(
            one, "kind", one.mail.body, gold=gold, found=found, sureness=sure, automatic=unseen
        )
        return
    if len(one.gold) != len(one.found):
        yield _claims_mistake(one)
    order = list(taxonomy.severities)
    for pair in one.pairs:
        if pair.overlap < FOUND_AT:
            continue
        if "type" in pair.gold.labels and not pair.agrees("type"):
            yield _pair_mistake(one, pair, "type", pair.found["confidence"])
        graded = pair.gold.labels.get("severity"), pair.found["severity"]
        if None not in graded:
            gap = abs(order.index(graded[0] or "") - order.index(graded[1]))
            if gap >= FAR:
                yield _pair_mistake(one, pair, "severity", gap)
        yield from _reference_mistakes(one, pair)


def _claims_mistake(one: Judged) -> Mistake:
    """Tell how many claims were seen; the further off, the sooner shown."""
    gold, found = len(one.gold), len(one.found)
    automatic = not any(claim["needs_review"] for claim in one.out["claims"])
    told = "\n---\n".join(claim["text"] for claim in one.out["claims"])
    return _mistake(
        one,
        "claims",
        told or one.mail.body,
        gold=f"{gold} claims",
        found=f"{found} claims (as shown, parted by lines)",
        sureness=abs(gold - found),
        automatic=automatic,
    )


def _reference_mistakes(one: Judged, pair: Pair) -> Iterator[Mistake]:
    gold, found = gold_references(pair.gold), found_references(pair.found)
    if gold != found:
        missed, wrong = (
            ", ".join(f"{kind} {text}" for kind, text in sorted(side)) or "none"
            for side in (gold, found)
        )
        yield _mistake(
            one,
            "references",
            pair.gold.text,
            gold=missed,
            found=wrong,
            sureness=len(gold ^ found),
            automatic=not pair.found["needs_review"],
        )


def _pair_mistake(one: Judged, pair: Pair, head: str, sureness: float) -> Mistake:
    return _mistake(
        one,
        head,
        pair.gold.text,
        gold=pair.gold.labels[head],
        found=str(pair.found[head]),
        sureness=sureness,
        automatic=not pair.found["needs_review"],
    )


def _mistake(
    one: Judged,
    sort: str,
    words: str,
    *,
    gold: str,
    found: str,
    sureness: float,
    automatic: bool,
) -> Mistake:
    short = words.strip()
    if len(short) > WORDS_SHOWN:
        short = short[:WORDS_SHOWN].rstrip() + " …"
    return Mistake(sort, one.mail.id, short, gold, found, float(sureness), automatic)
