from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evidence.columns import read_columns


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (
            "N° facture      Date         N° client\n\nF-2025-0488     12/03/2025   C00123",
            [
                "N° facture, Date, N° client",
                "N° facture F-2025-0488, Date 12/03/2025, N° client C00123",
            ],
        ),
        (
            "Vauberon SARL          FACTURE\n               FA-12",
            ["Vauberon SARL, FACTURE", "FA-12"],
        ),
        ("Total TTC              212,40 €", ["Total TTC, 212,40 €"]),
        ("Date    Montant\n\n\n\n40-1122    9,90", ["Date, Montant", "40-1122, 9,90"]),
        ("Date    Montant\nGants\n40-1122    9,90", ["Date, Montant", "Gants", "40-1122, 9,90"]),
        ("Nos gants sont arrivés percés.", ["Nos gants sont arrivés percés."]),
        ("A    B\n" + " " * 60 + "12   13", ["A, B", "12, 13"]),
    ],
)
def test_headings_stand_before_the_numbers_below_them(page: str, lines: list[str]) -> None:
    assert read_columns(page).split("\n") == lines


@given(st.text("ab1 2\n", max_size=120))
def test_no_word_is_lost(page: str) -> None:
    assert set(page.split()) <= set(read_columns(page).replace(",", " ").split())
