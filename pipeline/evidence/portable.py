"""PDF -> Page, Statement, ...: the words page by page, and an invoice file kept inside."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from pipeline.datatypes import Page
from pipeline.evidence.columns import read_columns
from pipeline.evidence.defects import BROKEN, ENCRYPTED, PAGE_BROKEN, PAGES_CUT
from pipeline.evidence.einvoice import is_invoice, read_invoice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.datatypes import DocumentLimits, Statement

BAD_PDF: Final = (
    PyPdfError,
    DependencyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What pypdf raises for broken files, and for encodings that it does not know."""

COLUMN_PAGES: Final = 3
"""Pages whose columns are told apart: documents name themselves at their beginning."""

MOST_EMBEDDED: Final = 10
"""Files inside a PDF that are looked at; an electronic invoice has one or two."""


def read_pdf(data: bytes, *, limits: DocumentLimits) -> Iterator[Page | Statement | str]:
    """Read a PDF; what is only locked against changes opens without a password."""
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            yield ENCRYPTED
            return
        count = len(reader.pages)
    except BAD_PDF:
        yield BROKEN
        return
    yield from _invoice_inside(reader, limits)
    for number in range(1, min(count, limits.pages) + 1):
        try:
            yield Page(number, _words(reader, number))
        except BAD_PDF:
            yield PAGE_BROKEN
    if count > limits.pages:
        yield PAGES_CUT


def _words(reader: PdfReader, number: int) -> str:
    """The words of a page, of the first ones by columns; these cost twice the time."""
    page = reader.pages[number - 1]
    if number <= COLUMN_PAGES:
        try:
            text = read_columns(page.extract_text(extraction_mode="layout"))
        except BAD_PDF:
            text = ""  # fonts without widths; turned pages give nothing
        if text:
            return text
    return page.extract_text()


def _invoice_inside(reader: PdfReader, limits: DocumentLimits) -> Iterator[Statement | str]:
    """Read the first embedded XML that is an invoice, whatever it is called (Factur-X 1.0, 6.2)."""
    try:
        for file, _ in zip(reader.attachment_list, range(MOST_EMBEDDED), strict=False):
            content = file.content
            small = len(content) <= limits.size_bytes
            if small and file.name.lower().endswith(".xml") and is_invoice(content):
                yield from read_invoice(content, limits=limits)
                return
    except BAD_PDF:
        yield PAGE_BROKEN
