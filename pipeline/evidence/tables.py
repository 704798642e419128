"""Rows of cells, separated values -> lines that read like sentences: "invoice FA-12, units 3".

A reference is told by the words beside it; in a table these stand at the top of the column.
"""

from __future__ import annotations

import csv
import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING, Final

from pipeline.datatypes import Page
from pipeline.evidence.defects import CELLS_CUT, PAGE_BROKEN, PAGES_CUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.datatypes import DocumentLimits

MOST_HEADING: Final = 40
"""Characters of a heading; what is longer is a sentence."""

MOST_CELL: Final = 500
"""Characters kept of one cell."""

EMPTY_ROWS: Final = 1000
"""Empty rows on end after which a sheet is over; a stray cell may stand in row 1,048,576."""

_ROWS_BEFORE_HEADINGS: Final = 15


class Purse:
    """Counts down the cells that may still be read of one file.

    Args:
        cells: How many at first.
    """

    def __init__(self, cells: int) -> None:
        self.cells = cells

    def spend(self, rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
        """Hand on rows while there are cells left, and while not only empty rows come."""
        empty = 0
        for row in rows:
            filled = sum(cell not in (None, "") for cell in row)
            empty = 0 if filled else empty + 1
            self.cells -= filled
            if self.cells < 0 or empty > EMPTY_ROWS:
                return
            yield row


def read_separated(text: str, *, limits: DocumentLimits) -> Iterator[Page | str]:
    """Read values separated by the character that the first line has most of."""
    first = text.partition("\n")[0]
    separator = max(";,\t|", key=first.count)
    purse = Purse(limits.cells)
    lines = []
    try:
        rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
        lines = list(lines_of(purse.spend(rows)))
    except csv.Error:
        yield PAGE_BROKEN
        lines = [text]
    yield Page(0, "\n".join(lines))
    yield from cuts(1, purse, limits)


def lines_of(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write each row as a line, the headings before its values; empty rows are left out.

    Args:
        rows: Cells of any type; None and white space are empty.
    """
    headings: list[str] = []
    for place, row in enumerate(rows):
        cells = [cell_text(cell) for cell in row]
        if not any(cells):
            continue
        if not headings and place < _ROWS_BEFORE_HEADINGS and _are_headings(cells):
            headings = cells
            yield ", ".join(cell for cell in cells if cell)
        else:
            yield ", ".join(_labelled(cells, headings))


def cuts(sheets: int, purse: Purse, limits: DocumentLimits) -> Iterator[str]:
    """Tell what of a workbook was left out."""
    if sheets > limits.pages:
        yield PAGES_CUT
    if purse.cells < 0:
        yield CELLS_CUT


def cell_text(cell: object) -> str:
    """A cell as one line of text: whole numbers without decimals, dates as in ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, float):
        return f"{cell:.10g}"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return " ".join(str(cell)[:MOST_CELL].split())


def _are_headings(cells: list[str]) -> bool:
    """Tell a row of short names: two or more, none with a digit."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and not any(
        len(cell) > MOST_HEADING or any(map(str.isdigit, cell)) for cell in filled
    )


def _labelled(cells: list[str], headings: list[str]) -> Iterator[str]:
    for place, cell in enumerate(cells):
        heading = headings[place] if place < len(headings) else ""
        if cell:
            yield f"{heading} {cell}" if heading else cell
