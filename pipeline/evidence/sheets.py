"""Workbooks -> Page, ...: a sheet is a page, a row a line."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pipeline.datatypes import Page
from pipeline.evidence.defects import BROKEN, ENCRYPTED, PAGE_BROKEN
from pipeline.evidence.packages import BAD_ARCHIVE
from pipeline.evidence.tables import Purse, cuts, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.datatypes import DocumentLimits

BAD_SHEET: Final = (
    *BAD_ARCHIVE,
    InvalidFileException,
    ArithmeticError,
    AttributeError,
    IndexError,
    SyntaxError,
    TypeError,
)
"""What openpyxl raises for broken workbooks, the errors of its XML parsers included."""


def read_xlsx(data: bytes, *, limits: DocumentLimits) -> Iterator[Page | str]:
    """Read a workbook as its program last showed it, row by row; formulas give their values."""
    try:
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        names = [sheet.title for sheet in workbook.worksheets]
    except BAD_SHEET:
        yield BROKEN
        return
    purse = Purse(limits.cells)
    for number, name in enumerate(names[: limits.pages], start=1):
        try:
            rows = workbook[name].iter_rows(values_only=True)
            yield _sheet(number, name, purse.spend(rows))
        except BAD_SHEET:
            yield PAGE_BROKEN
    yield from cuts(len(names), purse, limits)


def read_workbook(data: bytes, *, limits: DocumentLimits) -> Iterator[Page | str]:
    """Read the older and the open formats: xls, xlsb, ods."""
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        yield ENCRYPTED
        return
    except CalamineError:
        yield BROKEN
        return
    names = workbook.sheet_names
    purse = Purse(limits.cells)
    for number, name in enumerate(names[: limits.pages], start=1):
        try:
            rows = workbook.get_sheet_by_name(name).iter_rows()
            yield _sheet(number, name, purse.spend(rows))
        except CalamineError:
            yield PAGE_BROKEN
    yield from cuts(len(names), purse, limits)


def _sheet(number: int, name: str, rows: Iterable[Sequence[object]]) -> Page:
    lines = list(lines_of(rows))
    return Page(number, "\n".join([name, *lines]) if lines else "")
