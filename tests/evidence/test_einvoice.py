from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datatypes import DocumentLimits, Statement
from pipeline.evidence.einvoice import read_invoice
from tests.evidence.files import CII, LAUGHS, OUTSIDE, UBL

LIMITS = DocumentLimits()


def read(text: str) -> list[Statement | str]:
    return list(read_invoice(text.encode(), limits=LIMITS))


def test_the_fields_of_a_cross_industry_invoice_are_read() -> None:
    assert read(CII.format(number="FA-2025-0977", code="380")) == [
        Statement("number", "FA-2025-0977", "invoice"),
        Statement("mention", "CDE-88213", "order"),
        Statement("mention", "BL-55120", "delivery_note"),
        Statement("total", "212.40", currency="EUR"),
    ]


def test_a_type_code_tells_a_credit_note() -> None:
    assert read(CII.format(number="AV-12", code="381"))[0] == Statement(
        "number", "AV-12", "credit_note"
    )


@pytest.mark.parametrize(("root", "kind"), [("Invoice", "invoice"), ("CreditNote", "credit_note")])
def test_the_fields_of_a_ubl_document_are_read(root: str, kind: str) -> None:
    assert read(UBL.format(root=root, number="INV-9")) == [
        Statement("number", "INV-9", kind),
        Statement("mention", "PO-7781", "order"),
        Statement("mention", "INV-88102", "invoice"),
        Statement("total", "734.40", currency="GBP"),
    ]


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE])
def test_entities_are_neither_expanded_nor_fetched(text: str) -> None:
    assert read(text) == ["declarations_refused"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Invoice", ["file_broken"]),
        ("", ["file_broken"]),
        ("<other/>", []),
        ("<Invoice/>", []),
        ("<Invoice><ID>NA</ID></Invoice>", []),
        ("<a>" * 5000, ["file_broken"]),
    ],
)
def test_what_is_no_invoice_says_nothing(text: str, expected: list[str]) -> None:
    assert read(text) == expected


def test_more_than_the_limit_is_not_parsed() -> None:
    limits = DocumentLimits(size_bytes=10)
    assert list(read_invoice(CII.encode(), limits=limits)) == ["file_too_large"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    list(read_invoice(b"<Invoice>" + data, limits=LIMITS))
