from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datatypes import DocumentLimits, Page
from pipeline.evidence.tables import Purse, cell_text, lines_of, read_separated

LIMITS = DocumentLimits()


def test_headings_stand_before_their_values() -> None:
    rows: list[list[object]] = [["Facture", "Écart"], ["FA-12", 24.8], [None, ""], ["FA-13", 7]]
    assert list(lines_of(rows)) == [
        "Facture, Écart",
        "Facture FA-12, Écart 24.8",
        "Facture FA-13, Écart 7",
    ]


def test_a_title_above_the_headings_is_no_heading() -> None:
    rows = [["Relevé 2025", ""], ["Facture", "Écart"], ["FA-12", "1"]]
    assert list(lines_of(rows))[-1] == "Facture FA-12, Écart 1"


def test_a_row_longer_than_the_headings_keeps_its_cells() -> None:
    assert list(lines_of([["a", "b"], ["1", "2", "3"]]))[-1] == "a 1, b 2, 3"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        (12.0, "12"),
        (88213.0, "88213"),
        (0.1 + 0.2, "0.3"),
        (dt.datetime(2025, 3, 12, 0, 0), "2025-03-12"),  # noqa: DTZ001  sheets know no zone
        (" a \n b ", "a b"),
        ("x" * 1000, "x" * 500),
    ],
)
def test_a_cell_is_one_line(cell: object, expected: str) -> None:
    assert cell_text(cell) == expected


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_values_are_separated_by_what_the_first_line_has_most_of(separator: str) -> None:
    text = f"invoice{separator}difference\nINV-1{separator}'2'\n"
    (page,) = read_separated(text, limits=LIMITS)
    assert page == Page(0, "invoice, difference\ninvoice INV-1, difference '2'")


def test_a_sheet_ends_where_its_allowance_does() -> None:
    purse = Purse(5)
    assert len(list(purse.spend([["a", "b"]] * 10))) == 2
    assert purse.cells < 0


def test_empty_rows_without_end_end_a_sheet() -> None:
    rows: list[list[object]] = [["a"], *[[]] * 5000, ["b"]]
    assert [row for row in Purse(100).spend(rows) if row] == [["a"]]


@given(st.text(max_size=300))
def test_any_text_is_read_as_separated_values(text: str) -> None:
    pieces = list(read_separated(text, limits=LIMITS))
    assert all(isinstance(piece, str | Page) for piece in pieces)
