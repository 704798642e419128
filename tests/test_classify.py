from __future__ import annotations

import pytest

from pipeline.classify import classify_claims, decide_kind
from pipeline.datatypes import (
    Claim,
    ClaimPrediction,
    KindDecision,
    Passage,
    Prediction,
    Span,
    Thresholds,
)
from pipeline.settings import ROOT
from pipeline.taxonomy import load_taxonomy
from tests.builders import make_message
from tests.models.fakes import FakeModel

TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
PASSAGE = Passage("Il manque deux cartons.", "Livraison", "Il manque deux cartons.", "fr")
CLAIMS = (Claim((Span(0, 2),), "Il"), Claim((Span(3, 9),), "manque"))


def kind_of(headers: list[tuple[str, str]], model: FakeModel) -> KindDecision:
    message = make_message(headers=headers)
    return decide_kind(message, PASSAGE, model=model, taxonomy=TAXONOMY, thresholds=Thresholds())


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (("auto-submitted", "auto-replied"), "auto_submitted"),
        (("content-type", "multipart/report; report-type=delivery-status"), "delivery_report"),
        (("precedence", "auto_reply"), "precedence"),
    ],
)
def test_headers_decide_the_kind_before_any_model(header: tuple[str, str], reason: str) -> None:
    model = FakeModel()
    assert kind_of([header], model) == KindDecision("auto_reply", 1.0, reason)
    assert model.asked == []


@pytest.mark.parametrize("headers", [[], [("auto-submitted", "no")]])
def test_the_model_decides_where_headers_say_nothing(headers: list[tuple[str, str]]) -> None:
    model = FakeModel({"kind": {"thanks": 0.8, "complaint": 0.2}})
    assert kind_of(headers, model) == KindDecision("thanks", 0.8, "model")
    assert model.asked == [PASSAGE]


def test_a_mail_that_is_not_surely_harmless_is_handled_as_a_complaint() -> None:
    model = FakeModel({"kind": {"thanks": 0.6, "complaint": 0.4}})
    assert kind_of([], model) == KindDecision("complaint", 0.4, "model")


def test_a_model_without_the_head_takes_every_mail_for_a_complaint() -> None:
    decision = kind_of([], FakeModel({}))
    assert decision == KindDecision(TAXONOMY.claim_kind, 0.0, "model")


def test_each_claim_is_judged_by_its_words_within_its_mail() -> None:
    model = FakeModel()
    classify_claims(CLAIMS, PASSAGE, model=model)
    assert model.asked == [
        Passage("Il", "Livraison", PASSAGE.text, "fr", around="Il deux cartons."),
        Passage("manque", "Livraison", PASSAGE.text, "fr", around="Il deux cartons."),
    ]


@pytest.mark.parametrize("head", ["severity", "nature", "resolution"])
def test_a_head_that_the_model_lacks_gives_none(head: str) -> None:
    says = {
        "type": {"shortage": 1.0},
        "severity": {"low": 1.0},
        "nature": {"commercial": 1.0},
        "resolution": {"refund": 1.0},
    }
    del says[head]
    predictions = classify_claims(CLAIMS, PASSAGE, model=FakeModel(says))
    assert [getattr(prediction, head) for prediction in predictions] == [None, None]
    kept = set(says) - {head}
    assert all(isinstance(getattr(predictions[0], name), Prediction) for name in kept)


def test_predictions_stand_in_the_order_of_the_claims() -> None:
    type_ = Prediction("shortage", 1.0, {"shortage": 1.0})
    expected = ClaimPrediction(type_, None, None, None)
    model = FakeModel({"type": {"shortage": 1.0}})
    assert classify_claims(CLAIMS, PASSAGE, model=model) == (expected, expected)


def test_no_claim_needs_no_answer() -> None:
    assert classify_claims((), PASSAGE, model=FakeModel()) == ()
