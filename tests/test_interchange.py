from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pipeline.datatypes import Amount, Document, Evidence, Page, Reference
from pipeline.interchange import triaged_as_json, unreadable_as_json
from tests.flows.triaged import BODY, make_claim, make_triaged


def test_a_line_has_the_documented_keys_in_their_order() -> None:
    line = triaged_as_json(make_triaged(), file="fr-1.eml")
    assert list(line) == [
        *("id", "file", "message_id", "subject", "sender", "sent_at", "kind", "kind_probability"),
        *("language", "body", "zones", "own_text", "claims", "attachments", "documents"),
        *("defects", "model_version"),
    ]
    assert list(line["claims"][0]) == [
        *("spans", "text", "type", "severity", "nature", "resolution", "confidence"),
        *("probabilities", "needs_review", "reasons", "references", "amount", "department"),
        *("evidence", "signs"),
    ]


def test_json_gives_back_what_it_was_given() -> None:
    line = triaged_as_json(make_triaged(), file="fr-1.eml")
    assert json.loads(json.dumps(line, ensure_ascii=False)) == line


def test_the_mail_is_named_by_its_id_and_its_file() -> None:
    line = triaged_as_json(make_triaged(mail_id="box:3"), file="box")
    assert (line["id"], line["file"]) == ("box:3", "box")


@pytest.mark.parametrize(
    ("sent_at", "text"),
    [
        (datetime(2025, 3, 3, 8, 7, tzinfo=UTC), "2025-03-03T08:07:00Z"),
        (datetime(1, 2, 3, 4, 5, 6, 789, tzinfo=UTC), "0001-02-03T04:05:06Z"),
        (None, None),
    ],
)
def test_a_date_is_told_in_utc(sent_at: datetime | None, text: str | None) -> None:
    assert triaged_as_json(make_triaged(sent_at=sent_at), file="x")["sent_at"] == text


def test_probabilities_have_four_digits() -> None:
    line = triaged_as_json(make_triaged(kind_probability=0.98765432), file="x")
    assert line["kind_probability"] == 0.9877
    assert line["claims"][0]["probabilities"]["severity"] == {"medium": 0.7123, "low": 0.2877}


def test_the_confidence_is_the_claims_own_beside_the_probability_of_its_type() -> None:
    triaged = make_triaged(claims=[make_claim(confidence=0.612345)])
    claim = triaged_as_json(triaged, file="x")["claims"][0]
    assert claim["confidence"] == 0.6123
    assert claim["probabilities"]["type"]["shortage"] == 0.93


def test_a_head_that_the_model_lacks_gives_no_label_and_no_probabilities() -> None:
    claim = triaged_as_json(make_triaged(claims=[make_claim(severity=None)]), file="x")["claims"][0]
    assert (claim["severity"], claim["resolution"]) == (None, None)
    assert list(claim["probabilities"]) == ["type", "nature"]


def test_an_amount_is_a_number() -> None:
    claim = triaged_as_json(make_triaged(), file="x")["claims"][0]
    assert claim["amount"] == {"text": "212,40 €", "value": 212.4, "currency": "EUR"}
    assert isinstance(claim["amount"]["value"], float)


def test_a_claim_without_amount_says_null() -> None:
    line = triaged_as_json(make_triaged(claims=[make_claim(amount=None)]), file="x")
    assert line["claims"][0]["amount"] is None


def test_offsets_slice_the_body() -> None:
    line = triaged_as_json(make_triaged(), file="x")
    claim = line["claims"][0]
    start, end = claim["spans"][0]
    assert line["body"][start:end] == claim["text"] == BODY[:51]
    reference = claim["references"][0]
    assert line["body"][reference["start"] : reference["end"]] == reference["text"]
    zone = line["zones"][0]
    assert line["body"][zone["start"] : zone["end"]] == "Odile"


def test_a_reference_says_where_it_stands() -> None:
    reference = Reference("invoice", "F-9", "F9", 0, 3, "attachment:F-9.pdf")
    claim = make_claim(references=[reference])
    line = triaged_as_json(make_triaged(claims=[claim]), file="x")
    assert line["claims"][0]["references"] == [
        {
            "kind": "invoice",
            "text": "F-9",
            "canonical": "F9",
            "start": 0,
            "end": 3,
            "where": "attachment:F-9.pdf",
        }
    ]


def test_review_comes_with_its_reasons() -> None:
    claim = make_claim(reasons=["low_confidence", "severity"])
    line = triaged_as_json(make_triaged(claims=[claim]), file="x")["claims"][0]
    assert (line["needs_review"], line["reasons"]) == (True, ["low_confidence", "severity"])


def test_the_signs_of_gravity_are_told() -> None:
    claim = make_claim()
    assert claim.prediction.severity is not None
    severity = replace(claim.prediction.severity, signs=("legal_step", "anger"))
    claim = replace(claim, prediction=replace(claim.prediction, severity=severity))
    line = triaged_as_json(make_triaged(claims=[claim]), file="fr-1.eml")
    assert line["claims"][0]["signs"] == ["legal_step", "anger"]


def test_an_attachment_is_told_without_its_content() -> None:
    line = triaged_as_json(make_triaged(), file="x")
    assert line["attachments"] == [{"name": "bl.pdf", "type": "application/pdf", "size": 20311}]


def test_an_unreadable_mail_is_told_by_three_keys() -> None:
    line = unreadable_as_json("a", file="a.eml", error="it cannot be opened")
    assert line == {"id": "a", "file": "a.eml", "error": "it cannot be opened"}


def test_what_documents_say_stands_apart_from_the_references() -> None:
    number = Reference("invoice", "FA-99", "FA99", 8, 13, "attachment:fa.pdf")
    total = Amount("2 778,00 EUR", Decimal(2778), "EUR", 0, 0)
    said = (
        Evidence(0, "fa.pdf", 2, "number", number, confirmed=False),
        Evidence(0, "fa.pdf", 0, "total", total, confirmed=True),
    )
    triaged = replace(
        make_triaged(claims=[replace(make_claim(), evidence=said)]),
        documents=(
            Document(0, "fa.pdf", "pdf", (Page(2, "Facture FA-99"),), (), ("page_broken",)),
        ),
    )
    line = triaged_as_json(triaged, file="x")
    (claim,) = line["claims"]
    assert [each["text"] for each in claim["references"]] == ["FA-12"]
    first, second = claim["evidence"]
    assert (first["file"], first["page"], first["kind"]) == ("fa.pdf", 2, "invoice")
    assert (first["canonical"], first["start"], first["confirmed"]) == ("FA99", 8, False)
    assert (second["kind"], second["value"], second["currency"]) == ("amount", 2778.0, "EUR")
    assert line["documents"] == [
        {"file": "fa.pdf", "attachment": 0, "format": "pdf", "pages": 1, "defects": ["page_broken"]}
    ]
    assert json.loads(json.dumps(line)) == line
