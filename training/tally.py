"""Judged mails -> what each of them adds to the figures, so that mails can be drawn anew quickly.

Every figure of `training.score` is made of sums over mails. They are taken once; a bootstrap then
costs a matrix product.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from training.judging import FOUND_AT, found_references, gold_references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.taxonomy import Taxonomy
    from training.judging import Judged, Pair

HEADS = ("type", "severity", "nature", "resolution")
CENT = 0.005
"""Sums that differ by less are equal."""
REFERENCES = {"references": "all", "invoice_references": "invoice"}
"""Figure to the kind of references that it counts."""


@dataclass(frozen=True, slots=True)
class Labels:
    """How one head labelled claims.

    Attributes:
        known: The head's labels, in the taxonomy's order.
        gold: (claims,) place of each claim's label.
        found: (claims,) place of what was found; -1 for no known label.
        mails: (claims,) place of each claim's mail.
        wanted: (mails,) labelled claims, matched or not.
    """

    known: tuple[str, ...]
    gold: NDArray[np.intp]
    found: NDArray[np.intp]
    mails: NDArray[np.intp]
    wanted: NDArray[np.float64]

    def cells(self) -> sparse.csr_matrix:
        """Count (mails, labels * labels), the labelled one first; unknown findings left out."""
        size = len(self.known)
        told = self.found >= 0
        columns = self.gold[told] * size + self.found[told]
        return _counts(self.mails[told], columns, (len(self.wanted), size * size))

    def sides(self) -> tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]:
        """Count (mails, labels) of right, labelled and found claims."""
        shape = (len(self.wanted), len(self.known))
        right, told = self.gold == self.found, self.found >= 0
        return (
            _counts(self.mails[right], self.gold[right], shape),
            _counts(self.mails, self.gold, shape),
            _counts(self.mails[told], self.found[told], shape),
        )


@dataclass(frozen=True, slots=True)
class Trusted:
    """Every found claim.

    Attributes:
        mails: Place of its mail.
        confidence: As told, in [0, 1].
        automatic: Whether it stands without a person.
        right: Whether it matches a labelled claim of its type.
    """

    mails: NDArray[np.intp]
    confidence: NDArray[np.float64]
    automatic: NDArray[np.bool_]
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tally:
    """What mails add to the figures.

    Attributes:
        mails: Number of mails.
        sums: Name to (mails,).
        labels: Head to labels of matched claims.
        trusted: Every found claim.
    """

    mails: int
    sums: Mapping[str, NDArray[np.float64]]
    labels: Mapping[str, Labels]
    trusted: Trusted


def tally(judged: Sequence[Judged], *, taxonomy: Taxonomy) -> Tally:
    """Take the sums of each mail.

    Args:
        judged: Mails and what was found in them.
        taxonomy: Tells which kind of mail holds claims, and the labels of each head.
    """
    rows = [_sums(one, claim_kind=taxonomy.claim_kind) for one in judged]
    names = dict.fromkeys(name for row in rows for name in row)
    return Tally(
        mails=len(judged),
        sums={name: np.array([row[name] for row in rows], dtype=np.float64) for name in names},
        labels={head: _labels(judged, head, taxonomy.labels(head)) for head in HEADS},
        trusted=_trusted(judged),
    )


def label_claims(
    rows: Sequence[tuple[int, str, str]], known: Sequence[str], *, mails: int
) -> Labels:
    """Take the labels of claims.

    Args:
        rows: (place of the mail, label, found label) of each claim.
        known: The head's labels.
        mails: Number of mails.
    """
    place = {label: number for number, label in enumerate(known)}
    owners = np.array([mail for mail, *_ in rows], dtype=np.intp)
    return Labels(
        known=tuple(known),
        gold=np.array([place[label] for _, label, _ in rows], dtype=np.intp),
        found=np.array([place.get(label, -1) for *_, label in rows], dtype=np.intp),
        mails=owners,
        wanted=np.bincount(owners, minlength=mails).astype(np.float64),
    )


def take_mails(whole: Tally, places: NDArray[np.intp]) -> Tally:
    """Give the tally of some of the mails.

    Args:
        whole: Of all mails.
        places: Of the mails that are kept, each once.
    """
    number = np.full(whole.mails, -1, dtype=np.intp)
    number[places] = np.arange(len(places))
    labels = {}
    for head, one in whole.labels.items():
        kept = number[one.mails] >= 0
        mails = number[one.mails[kept]]
        labels[head] = Labels(one.known, one.gold[kept], one.found[kept], mails, one.wanted[places])
    trusted = whole.trusted
    kept = number[trusted.mails] >= 0
    return Tally(
        mails=len(places),
        sums={name: values[places] for name, values in whole.sums.items()},
        labels=labels,
        trusted=Trusted(
            number[trusted.mails[kept]],
            trusted.confidence[kept],
            trusted.automatic[kept],
            trusted.right[kept],
        ),
    )


def _sums(one: Judged, *, claim_kind: str) -> dict[str, float]:
    complains, taken = one.mail.kind == claim_kind, one.out["kind"] == claim_kind
    good = [pair for pair in one.pairs if pair.overlap >= FOUND_AT]
    return {
        "complaints": complains,
        "complaints_taken": taken,
        "complaints_right": complains and taken,
        "kinds_right": one.mail.kind == one.out["kind"],
        "counts_right": complains and len(one.gold) == len(one.found),
        "claims": len(one.gold),
        "claims_found": len(one.found),
        "claims_good": len(good),
        "claims_typed": sum(pair.agrees("type") for pair in good),
        "claims_all": sum(all(pair.agrees(head) for head in HEADS[:3]) for pair in good),
        **_bcubed(one),
        **_references(one),
        **_amounts(one.pairs),
    }


def _bcubed(one: Judged) -> dict[str, float]:
    """B-cubed over the characters that belong to some claim, labelled or found."""
    gold = {place: claim for claim in one.gold for place in claim}
    found = {place: claim for claim in one.found for place in claim}
    owners = Counter((gold[place], found[place]) for place in gold.keys() & found.keys())
    shared = [(len(a & b), len(a), len(b), places) for (a, b), places in owners.items()]
    return {
        "characters_precise": sum(both / given * places for both, _, given, places in shared),
        "characters_found": len(found),
        "characters_recalled": sum(both / wanted * places for both, wanted, _, places in shared),
        "characters_gold": len(gold),
    }


def _references(one: Judged) -> dict[str, float]:
    """References of a mail by kind and canonical form; the same on the right claim."""
    gold = {ref for claim in one.mail.claims for ref in gold_references(claim)}
    found = {ref for claim in one.out["claims"] for ref in found_references(claim)}
    sums: dict[str, float] = {}
    for name, kept in REFERENCES.items():
        wanted = {ref for ref in gold if kept in ("all", ref[0])}
        given = {ref for ref in found if kept in ("all", ref[0])}
        sums |= {
            f"{name}_right": len(wanted & given),
            f"{name}_gold": len(wanted),
            f"{name}_found": len(given),
        }
    linked = [gold_references(pair.gold) & found_references(pair.found) for pair in one.pairs]
    return sums | {
        "references_on_right_claim_right": sum(map(len, linked)),
        "references_on_right_claim_gold": sum(len(claim.references) for claim in one.mail.claims),
        "references_on_right_claim_found": sum(len(of["references"]) for of in one.out["claims"]),
    }


def _amounts(pairs: Iterable[Pair]) -> dict[str, float]:
    """Right sums among matched claims that have one, labelled or found."""
    told = right = 0
    for pair in pairs:
        gold, found = pair.gold.amount, pair.found["amount"]
        told += bool(gold or found)
        if gold and found and gold[1] == found["currency"]:
            right += abs(gold[0] - found["value"]) < CENT
    return {"amounts": told, "amounts_right": right}


def _labels(judged: Sequence[Judged], head: str, known: Sequence[str]) -> Labels:
    rows = [
        (place, pair.gold.labels[head], str(pair.found[head]))
        for place, one in enumerate(judged)
        for pair in one.pairs
        if head in pair.gold.labels
    ]
    matched = label_claims(rows, known, mails=len(judged))
    wanted = [sum(head in claim.labels for claim in one.mail.claims) for one in judged]
    return Labels(
        matched.known, matched.gold, matched.found, matched.mails, np.array(wanted, dtype=float)
    )


def _trusted(judged: Sequence[Judged]) -> Trusted:
    claims = [
        (
            mail,
            claim["confidence"],
            not claim["needs_review"],
            place in one.owners
            and one.mail.claims[one.owners[place]].labels.get("type") == claim["type"],
        )
        for mail, one in enumerate(judged)
        for place, claim in enumerate(one.out["claims"])
    ]
    mails, confidence, automatic, right = zip(*claims, strict=True) if claims else ((),) * 4
    return Trusted(
        np.array(mails, dtype=np.intp),
        np.array(confidence, dtype=np.float64),
        np.array(automatic, dtype=np.bool_),
        np.array(right, dtype=np.bool_),
    )


def _counts(
    rows: NDArray[np.intp], columns: NDArray[np.intp], shape: tuple[int, int]
) -> sparse.csr_matrix:
    ones = np.ones(len(rows), dtype=np.float64)
    return sparse.csr_matrix((ones, (rows, columns)), shape=shape)
