"""A page as it is laid out -> lines that read like sentences: "N° facture FA-12, Date 12/03/2025".

Invoices put their numbers below their names; spaces on end tell the columns apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_HEADING: Final = 40
"""Characters of a heading; what is longer is a sentence."""

MOST_SHIFT: Final = 12
"""Characters by which a value may stand beside its heading without a common column."""

MOST_EMPTY: Final = 2
"""Empty lines between headings and their values; after more another block begins."""

_CELL: Final = re.compile(r"\S+(?: \S+)*")


class Cell(NamedTuple):
    """Words of one line that no wide gap parts."""

    start: int
    end: int
    text: str


def read_columns(page: str) -> str:
    """Put headings before the numbers below them; one space parts words, more part columns."""
    return "\n".join(_lines(page))


def _lines(page: str) -> Iterator[str]:
    headings: list[Cell] = []
    empty = 0
    for line in page.split("\n"):
        cells = [Cell(found.start(), found.end(), found.group()) for found in _CELL.finditer(line)]
        empty = 0 if cells else empty + 1
        if empty > MOST_EMPTY:
            headings = []
        if not cells:
            continue
        if all(_is_heading(cell) for cell in cells):
            headings = cells if len(cells) > 1 else []
            yield ", ".join(cell.text for cell in cells)
            continue
        if len(cells) == 1:
            headings = []
        yield ", ".join(_labelled(cell, headings) for cell in cells)


def _is_heading(cell: Cell) -> bool:
    return len(cell.text) <= MOST_HEADING and not any(map(str.isdigit, cell.text))


def _labelled(cell: Cell, headings: Sequence[Cell]) -> str:
    """The cell with its heading, where it holds a number and has one."""
    if _is_heading(cell) or not headings:
        return cell.text
    nearest = min(headings, key=lambda heading: _gap(cell, heading))
    return f"{nearest.text} {cell.text}" if _gap(cell, nearest) <= MOST_SHIFT else cell.text


def _gap(cell: Cell, heading: Cell) -> int:
    """Characters between two columns; below 0 where they overlap, by how much."""
    return max(cell.start, heading.start) - min(cell.end, heading.end)
