"""Found claims against labelled ones -> the figures by which everything is judged.

Definitions stand beside each figure. Texts are compared without white space, so folding a line
costs nothing; claims are matched so that the summed overlap is greatest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score

from pipeline.datatypes import Span
from training.matching import claim_characters, match_claims

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.taxonomy import Taxonomy
    from training.examples import ClaimExample, MailExample

HEADS = ("type", "severity", "nature", "resolution")
FOUND_AT = 0.5
"""Overlap from which a claim counts as found."""
CENT = 0.005
"""Sums that differ by less are equal."""


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


def score(judged: Sequence[Judged], *, taxonomy: Taxonomy) -> dict[str, Any]:
    """Compute all figures.

    Args:
        judged: At least one mail.
        taxonomy: Tells which kind of mail holds claims, and the order of severities.
    """
    pairs = [pair for one in judged for pair in one.pairs]
    found = sum(len(one.found) for one in judged)
    gold = sum(len(one.gold) for one in judged)
    good = [pair for pair in pairs if pair.overlap >= FOUND_AT]
    return {
        "mails": len(judged),
        **_kinds(judged, taxonomy.claim_kind),
        "claims_found_iou50": _f1(len(good), found, gold),
        "claims_found_and_typed": _f1(sum(_same(pair, "type") for pair in good), found, gold),
        "claims_all_right": _f1(
            sum(all(_same(pair, head) for head in HEADS[:3]) for pair in good), found, gold
        ),
        "segmentation_bcubed": _bcubed(judged),
        **{head: _labels(pairs, head) for head in HEADS},
        "severity": _labels(pairs, "severity") | _gravity(pairs, tuple(taxonomy.severities)),
        **_references(judged),
        "amount_accuracy": _amounts(pairs),
        **_automation(judged),
    }


def confusion(judged: Sequence[Judged]) -> list[tuple[str, str, int]]:
    """Count wrong types of matched claims: (labelled, found, times), most frequent first."""
    wrong = Counter(
        (pair.gold.labels["type"], pair.found["type"])
        for one in judged
        for pair in one.pairs
        if "type" in pair.gold.labels and not _same(pair, "type")
    )
    return [(gold, found, times) for (gold, found), times in wrong.most_common()]


def _kinds(judged: Sequence[Judged], claim_kind: str) -> dict[str, Any]:
    """Are complaints recognised, are kinds right, has a complaint the right number of claims?"""
    gold = [one.mail.kind == claim_kind for one in judged]
    found = [one.out["kind"] == claim_kind for one in judged]
    both = sum(a and b for a, b in zip(gold, found, strict=True))
    counts = [len(one.gold) == len(one.found) for one in judged if one.mail.kind == claim_kind]
    return {
        "complaint_detection": _f1(both, sum(found), sum(gold)),
        "kind_accuracy": _share([one.mail.kind == one.out["kind"] for one in judged]),
        "claim_count_accuracy": _share(counts),
    }


def _labels(pairs: Sequence[Pair], head: str) -> dict[str, float]:
    """Accuracy and macro-F1 of one decision on matched claims."""
    told = [pair for pair in pairs if head in pair.gold.labels]
    if not told:
        return {"accuracy": 0.0, "macro_f1": 0.0}
    gold = [pair.gold.labels[head] for pair in told]
    found = [str(pair.found[head]) for pair in told]
    macro = f1_score(gold, found, labels=sorted(set(gold)), average="macro", zero_division=0)
    return {
        "accuracy": _share([_same(pair, head) for pair in told]),
        "macro_f1": round(float(macro), 4),
    }


def _gravity(pairs: Sequence[Pair], order: Sequence[str]) -> dict[str, Any]:
    """Quadratic kappa of severity; how often the gravest is seen as one of the two gravest."""
    told = [pair for pair in pairs if "severity" in pair.gold.labels and pair.found["severity"]]
    gold = [order.index(pair.gold.labels["severity"]) for pair in told]
    found = [order.index(pair.found["severity"]) for pair in told]
    top = len(order) - 1
    gravest = [f >= top - 1 for g, f in zip(gold, found, strict=True) if g == top]
    kappa = (
        cohen_kappa_score(gold, found, labels=list(range(len(order))), weights="quadratic")
        if len(set(gold)) > 1
        else 0.0
    )
    return {
        "quadratic_kappa": round(float(kappa), 4),
        "critical_seen_as_high_or_critical": _share(gravest) if gravest else None,
    }


def _bcubed(judged: Sequence[Judged]) -> dict[str, float]:
    """B-cubed over the characters that belong to some claim, labelled or found."""
    precision, recall = [], []
    for one in judged:
        gold = {place: claim for claim in one.gold for place in claim}
        found = {place: claim for claim in one.found for place in claim}
        owners = Counter((gold[place], found[place]) for place in gold.keys() & found.keys())
        for (wanted, given), places in owners.items():
            precision += [len(wanted & given) / len(given)] * places
            recall += [len(wanted & given) / len(wanted)] * places
        precision += [0.0] * len(found.keys() - gold.keys())
        recall += [0.0] * len(gold.keys() - found.keys())
    p, r = (float(np.mean(values)) if values else 0.0 for values in (precision, recall))
    both = 2 * p * r / (p + r) if p + r else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(both, 4)}


def _references(judged: Sequence[Judged]) -> dict[str, Any]:
    """References of a mail by kind and canonical form; the same on the right claim."""
    counts: Counter[str] = Counter()
    for one in judged:
        gold = {ref for claim in one.mail.claims for ref in _gold_references(claim)}
        found = {ref for claim in one.out["claims"] for ref in _found_references(claim)}
        for name, kept in (("all", None), ("invoice", "invoice")):
            wanted = {ref for ref in gold if kept in (None, ref[0])}
            given = {ref for ref in found if kept in (None, ref[0])}
            counts[f"{name} right"] += len(wanted & given)
            counts[f"{name} gold"] += len(wanted)
            counts[f"{name} found"] += len(given)
        counts["linked right"] += sum(
            len(_gold_references(pair.gold) & _found_references(pair.found)) for pair in one.pairs
        )
        counts["linked gold"] += sum(len(claim.references) for claim in one.mail.claims)
        counts["linked found"] += sum(len(claim["references"]) for claim in one.out["claims"])
    names = {"all": "references", "invoice": "invoice_references"}
    names["linked"] = "references_on_right_claim"
    return {
        key: _f1(counts[f"{name} right"], counts[f"{name} found"], counts[f"{name} gold"])
        for name, key in names.items()
    }


def _amounts(pairs: Sequence[Pair]) -> float:
    """Share of right sums among matched claims that have one, labelled or found."""
    right = []
    for pair in pairs:
        gold, found = pair.gold.amount, pair.found["amount"]
        if gold and found:
            same = gold[1] == found["currency"]
            right.append(same and abs(gold[0] - found["value"]) < CENT)
        elif gold or found:
            right.append(False)
    return _share(right)


def _automation(judged: Sequence[Judged]) -> dict[str, Any]:
    """How much stands without a person, how often rightly, and how honest the confidence is."""
    claims = [
        (
            claim["confidence"],
            claim["needs_review"],
            place in one.owners
            and one.mail.claims[one.owners[place]].labels.get("type") == claim["type"],
        )
        for one in judged
        for place, claim in enumerate(one.out["claims"])
    ]
    confidence = np.array([claim[0] for claim in claims])
    right = np.array([claim[2] for claim in claims], dtype=float)
    automatic = [claim[2] for claim in claims if not claim[1]]
    return {
        "automatic_share": round(len(automatic) / max(1, len(claims)), 4),
        "automatic_precision": _share(automatic) if automatic else None,
        "coverage_at_95_precision": _coverage(confidence, right, 0.95),
        "coverage_at_90_precision": _coverage(confidence, right, 0.90),
        "calibration_error": _calibration_error(confidence, right),
    }


def _coverage(confidence: NDArray[np.float64], right: NDArray[np.float64], target: float) -> float:
    """Largest share of claims, surest first, whose type is right at least so often."""
    ranked = right[np.argsort(-confidence, kind="stable")]
    shares = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    good = np.flatnonzero(shares >= target)
    return round(float(good[-1] + 1) / len(ranked), 4) if len(good) else 0.0


def _calibration_error(confidence: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Mean distance of confidence and truth over ten equal bins, weighted by their claims."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    total = sum(
        abs(confidence[bins == number].mean() - right[bins == number].mean())
        * (bins == number).sum()
        for number in np.unique(bins)
    )
    return round(float(total) / max(1, len(bins)), 4)


def _ranks(body: str) -> dict[int, int]:
    places = (place for place, character in enumerate(body) if not character.isspace())
    return {place: rank for rank, place in enumerate(places)}


def _same(pair: Pair, head: str) -> bool:
    return bool(pair.gold.labels.get(head) == pair.found[head])


def _gold_references(claim: ClaimExample) -> set[tuple[str, str]]:
    return {(kind, _canonical(text)) for kind, text in claim.references}


def _found_references(claim: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(entry["kind"], _canonical(entry["text"])) for entry in claim["references"]}


def _canonical(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def _f1(right: int, found: int, gold: int) -> dict[str, float]:
    precision = right / found if found else 0.0
    recall = right / gold if gold else 0.0
    both = precision + recall
    return {
        "p": round(precision, 4),
        "r": round(recall, 4),
        "f1": round(2 * precision * recall / both, 4) if both else 0.0,
    }


def _share(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0
