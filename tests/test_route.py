from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from pipeline.datatypes import (
    Amount,
    Claim,
    ClaimPrediction,
    KindDecision,
    Prediction,
    Route,
    Span,
    Thresholds,
)
from pipeline.route import REASONS, decide_route
from pipeline.settings import ROOT
from pipeline.taxonomy import Taxonomy, load_taxonomy

TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
THRESHOLDS = Thresholds(
    confidence=0.8, margin=0.1, kind_probability=0.7, split_certainty=0.3, amount_over=10_000.0
)


@dataclass(frozen=True)
class Case:
    """A claim that nobody doubts; a test changes what it is about."""

    types: tuple[float, float] = (0.9, 0.1)
    severity: str | None = "low"
    nature: str | None = "non_commercial"
    certainty: float = 0.9
    confidence: float = 0.9
    kind: float = 0.9
    amount: str | None = "50"
    language: str = "fr"
    taxonomy: Taxonomy = TAXONOMY
    thresholds: Thresholds = THRESHOLDS

    def route(self) -> Route:
        first, second = self.types
        prediction = ClaimPrediction(
            type=Prediction("shortage", first, {"shortage": first, "damaged": second}),
            severity=sure(self.severity),
            nature=sure(self.nature),
            resolution=None,
        )
        amount = Amount("x", Decimal(self.amount), "EUR", 0, 1) if self.amount else None
        return decide_route(
            Claim((Span(0, 1),), "x", self.certainty),
            prediction,
            confidence=self.confidence,
            kind=KindDecision("complaint", self.kind, "model"),
            amount=amount,
            language=self.language,
            taxonomy=self.taxonomy,
            thresholds=self.thresholds,
        )


def sure(label: str | None) -> Prediction | None:
    return None if label is None else Prediction(label, 1.0, {label: 1.0})


def with_reviewed_type() -> Taxonomy:
    reviewed = replace(TAXONOMY.types["shortage"], review=True)
    return replace(TAXONOMY, types={**TAXONOMY.types, "shortage": reviewed})


DOUBTS = [
    (Case(confidence=0.79), "low_confidence"),
    (Case(types=(0.5, 0.45)), "close_second"),
    (Case(kind=0.69), "uncertain_kind"),
    (Case(certainty=0.29), "uncertain_split"),
    (Case(nature="commercial"), "nature_conflict"),
    (Case(severity="critical"), "severe"),
    (Case(taxonomy=with_reviewed_type()), "severe"),
    (Case(amount="10000"), "amount_over_limit"),
    (Case(language="und"), "unknown_language"),
]


def test_a_claim_without_doubt_goes_to_its_department() -> None:
    assert Case().route() == Route("logistics", needs_review=False, reasons=())


@pytest.mark.parametrize(("case", "reason"), DOUBTS)
def test_each_doubt_alone_brings_a_claim_to_review(case: Case, reason: str) -> None:
    assert case.route() == Route("logistics", needs_review=True, reasons=(reason,))


def test_every_reason_that_is_explained_can_occur() -> None:
    assert {reason for _, reason in DOUBTS} == set(REASONS)


@pytest.mark.parametrize(
    "case",
    [
        Case(confidence=0.8),
        Case(types=(0.55, 0.44)),
        Case(kind=0.7),
        Case(certainty=0.3),
        Case(severity=None, nature=None),
        Case(severity="high"),
        Case(amount="9999.99"),
        Case(amount=None),
    ],
)
def test_what_reaches_a_threshold_stands(case: Case) -> None:
    assert not case.route().needs_review


@pytest.mark.parametrize(("needed", "review"), [(0.95, True), (0.85, False)])
def test_a_type_may_need_another_confidence_than_all_others(
    needed: float,
    review: bool,  # noqa: FBT001
) -> None:
    for label, expected in (("shortage", review), ("damaged", False)):
        own = replace(THRESHOLDS, confidence_by_type={label: needed})
        assert Case(confidence=0.9, thresholds=own).route().needs_review is expected


def test_all_doubts_are_told_together_in_one_order() -> None:
    route = Case(
        types=(0.5, 0.5),
        severity="critical",
        nature="commercial",
        certainty=0.0,
        confidence=0.0,
        kind=0.0,
        amount="99999",
        language="und",
    ).route()
    assert route.reasons == tuple(REASONS)
